"""Activity in a voxel as a share of the dose, by how the series was corrected for decay."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.imaging.suv.candidates import Candidate, longest_wait_s
from reinfuse.imaging.suv.clock import Axis
from reinfuse.imaging.suv.factors import held_to_injection, held_to_none, stated_in_vain
from reinfuse.imaging.suv.facts import PetFacts
from reinfuse.imaging.suv.injection import Injection
from reinfuse.imaging.suv.inputs import Inputs, Overrides
from reinfuse.imaging.suv.reference import Reference, reference_of

DECAY_TAG = "(0054,1102) DecayCorrection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What activity (Bq/mL) is multiplied with, 1/Bq, by slice, and the moment it rests on."""

    per_slice: tuple[float, ...]
    why: str
    reference: Reference | None = None
    told: tuple[Finding, ...] = ()

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Every candidate for the moment of decay correction."""
        return () if self.reference is None else self.reference.candidates

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is odd about the candidates, or about factors that another correction wrote."""
        return (*self.told, *(() if self.reference is None else self.reference.findings))


def shares_of(
    facts: PetFacts,
    inputs: Inputs,
    overrides: Overrides,
    *,
    axis: Axis | None,
    injection: Injection | None,
) -> Shares:
    """The share of the dose that a becquerel per millilitre is, by slice.

    ADMIN: 1 / D. START: 1 / (D exp(-l (t_ref - t_inj))). NONE: each slice is brought back to the
    injection, from the mean over its own frame. l = ln 2 / half-life.
    Raises ReinfuseError when dose, half-life or a time is missing, or the correction is unknown.
    """
    if facts.decay_correction not in {"START", "ADMIN", "NONE"}:
        said = "is not START, ADMIN or NONE" if facts.decay_correction else "is missing"
        raise _cannot(facts, f"{DECAY_TAG} {said}", "export the series again with its correction")
    dose = inputs.dose.value
    if dose is None:
        raise _cannot(
            facts,
            "(0018,1074) RadionuclideTotalDose is missing or zero",
            "write `dose_mbq` beside the scan in the boxes",
        )
    slices = len(facts.slopes)
    half_life = inputs.half_life.value
    if facts.decay_correction == "ADMIN":
        return Shares(
            per_slice=(1.0 / dose,) * slices,
            why="corrected to the injection: dose as is",
            told=(
                *held_to_injection(facts, axis, injection, half_life),
                *stated_in_vain(facts, overrides),
            ),
        )
    if half_life is None:
        raise _cannot(
            facts,
            "(0018,1075) RadionuclideHalfLife is missing, or that of no PET tracer",
            "write `half_life_s` beside the scan in the boxes",
        )
    if axis is None:
        raise _cannot(
            facts,
            "neither (0008,0032) AcquisitionTime nor (0008,0031) SeriesTime is there",
            "export the series again with its times",
        )
    injected = _injected(facts, injection, overrides)
    if facts.decay_correction == "NONE":
        return _uncorrected(facts, axis, injected, dose, half_life, overrides)
    reference = reference_of(
        facts, overrides.reference, axis, injected=injected, half_life_s=half_life
    )
    return _from_reference(facts, reference, injected, dose, half_life)


def _injected(facts: PetFacts, injection: Injection | None, overrides: Overrides) -> float:
    chosen = None if injection is None else injection.chosen
    if chosen is None or chosen.seconds is None:
        tried = "; ".join(str(one) for one in injection.candidates) if injection else ""
        if overrides.injection is not None:
            raise _cannot(
                facts,
                f"the stated time of injection cannot be: {tried}",
                "correct `injection` beside the scan in the boxes",
            )
        raise _cannot(
            facts,
            f"the time of injection is not known: {tried}",
            "write `injection` beside the scan in the boxes",
        )
    return chosen.seconds


def _from_reference(
    facts: PetFacts, reference: Reference, injected: float, dose: float, half_life: float
) -> Shares:
    chosen = reference.chosen
    if chosen is None or chosen.seconds is None:
        tried = "; ".join(str(one) for one in reference.candidates)
        raise _cannot(
            facts,
            f"{DECAY_TAG} is START, and no rule gives that time: {tried}",
            "write `reference` beside the scan in the boxes",
        )
    left = dose * math.exp(-math.log(2.0) / half_life * (chosen.seconds - injected))
    return Shares(
        per_slice=(1.0 / left,) * len(facts.slopes),
        why=f"corrected to {chosen.rule}, {(chosen.seconds - injected) / 60.0:.1f} min after "
        f"the injection: {chosen.why}",
        reference=reference,
    )


def _uncorrected(
    facts: PetFacts,
    axis: Axis,
    injected: float,
    dose: float,
    half_life: float,
    overrides: Overrides,
) -> Shares:
    decay = math.log(2.0) / half_life
    moments, lengths = facts.acquisition_times, facts.frame_duration_s
    shares: list[float] = []
    for number, (moment, length) in enumerate(zip(moments, lengths, strict=True), start=1):
        if moment is None or length is None or not 0.0 < length <= longest_wait_s(half_life):
            raise _cannot(
                facts,
                f"{DECAY_TAG} is NONE, and slice {number} lacks (0008,0032) AcquisitionTime or "
                "(0018,1242) ActualFrameDuration",
                "export the series again with its times, or corrected for decay",
            )
        wait = axis.nearest(moment) - injected
        if not 0.0 <= wait <= longest_wait_s(half_life):
            raise _cannot(
                facts,
                f"slice {number} was acquired {wait / 60.0:.0f} min after the injection",
                f"check (0008,0032) AcquisitionTime, or "
                f"{'write' if overrides.injection is None else 'correct'} `injection` "
                "beside the scan in the boxes",
            )
        fallen = decay * length
        mean_to_start = fallen / -math.expm1(-fallen)
        shares.append(mean_to_start * math.exp(decay * wait) / dose)
    return Shares(
        per_slice=tuple(shares),
        why="not corrected: each slice brought back to the injection",
        told=(*held_to_none(facts), *stated_in_vain(facts, overrides)),
    )


def _cannot(facts: PetFacts, what: str, fix: str) -> ReinfuseError:
    return ReinfuseError(what, where=facts.where, fix=fix)
