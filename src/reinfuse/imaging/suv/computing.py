"""From a PET series to standardised uptake: one factor for each slice, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.suv.body import Normaliser, normaliser_called, size_of
from reinfuse.imaging.suv.clock import axis_of
from reinfuse.imaging.suv.decay import Shares, shares_of
from reinfuse.imaging.suv.facts import PetFacts
from reinfuse.imaging.suv.guards import guarded
from reinfuse.imaging.suv.injection import injection_of
from reinfuse.imaging.suv.inputs import OVERRIDDEN, Inputs, Overrides, inputs_of
from reinfuse.imaging.suv.result import Provenance, Suv
from reinfuse.imaging.suv.tracer import tracer_findings, tracer_of
from reinfuse.imaging.suv.units import Stored, stored_as
from reinfuse.imaging.volume import Volume

if TYPE_CHECKING:
    from reinfuse.imaging.dicom.series import Series

AS_FILED = Overrides()
FACTORS = (1e-20, 1e20)  # beyond them single precision, and all sense, ends
# Moments that a scanner may write by bed: then they are no candidate, and the series is still one.
MAY_DIFFER = ("(0009,100D)", "(0071,1022)", "DecayCorrectionDateTime")


def suv_of(series: Series, *, normalise: str = "bw", overrides: Overrides = AS_FILED) -> Suv:
    """The SUV of a PET series: SUVbw, or normalised by another key such as `sul-james`.

    Nothing is guessed in silence: the provenance has every candidate, input and oddity. Raises
    ReinfuseError when it cannot be computed, with the attribute that is missing or wrong.
    """
    # The reader of series takes the facts from this room, so this room cannot begin with it.
    from reinfuse.imaging.dicom.values import read_volume  # noqa: PLC0415

    if series.facts is None:
        raise ReinfuseError("a series that is not PET has no SUV", fix="give the PET series")
    # What is missing is told before hundreds of slices are read.
    provenance = provenance_of(series.facts, normalise=normalise, overrides=overrides)
    return scaled(read_volume(series), provenance)


def scaled(read: Volume, provenance: Provenance) -> Suv:
    """A volume of slope times stored value, slice by slice times its factor."""
    if len(provenance.factors) != read.grid.shape[0]:
        raise ReinfuseError(
            f"{len(provenance.factors)} factors for {read.grid.shape[0]} slices",
            fix="take the volume and the facts from one series",
        )
    factors = np.asarray(provenance.factors, np.float32)[:, None, None]
    return Suv(
        volume=Volume(
            values=read.values * factors, grid=read.grid, unit=provenance.normaliser.name
        ),
        provenance=provenance,
    )


def provenance_of(
    facts: PetFacts, *, normalise: str = "bw", overrides: Overrides = AS_FILED
) -> Provenance:
    """How stored values become SUV, for facts alone; raises as `suv_of` does."""
    _refuse_a_mixture(facts)
    normaliser = normaliser_called(normalise)
    stored = stored_as(facts)
    inputs = inputs_of(facts, overrides)
    axis = axis_of(facts)
    injection = (
        None
        if axis is None
        else injection_of(facts, overrides.injection, axis, inputs.half_life.value)
    )
    size: float | None
    if stored.normaliser is None:
        shares = shares_of(facts, inputs, overrides, axis=axis, injection=injection)
        size, factors = _of_activity(shares, stored, inputs, normaliser, facts.where)
    else:
        shares = Shares(per_slice=(), why="the scanner's own")
        size, factor = _of_uptake(stored, inputs, normaliser, facts.where)
        factors = (factor,) * len(facts.slopes)
    _refuse_nonsense(factors, facts.where)
    injected = None if injection is None else injection.chosen
    uptake_min = (
        None
        if axis is None or injected is None or injected.seconds is None
        else (axis.start - injected.seconds) / 60.0
    )
    return Provenance(
        path=stored.path,
        normaliser=normaliser,
        size=size,
        inputs=(inputs.weight, inputs.height, inputs.dose, inputs.half_life),
        injections=() if injection is None else injection.candidates,
        injection=injected,
        candidates=shares.candidates,
        chosen=None if shares.reference is None else shares.reference.chosen,
        why=shares.why,
        uptake_min=uptake_min,
        factors=factors,
        tracer=tracer_of(facts.tracer, inputs.half_life.value),
        findings=(
            *inputs.findings,
            *tracer_findings(
                facts.tracer,
                inputs.half_life.value,
                facts.where,
                stated=inputs.half_life.origin == OVERRIDDEN,
            ),
            *(() if injection is None else injection.findings),
            *shares.findings,
            *guarded(
                facts,
                inputs,
                overrides,
                stored=stored,
                normaliser=normaliser,
                uptake_min=uptake_min,
            ),
        ),
    )


def _of_activity(
    shares: Shares, stored: Stored, inputs: Inputs, normaliser: Normaliser, where: str
) -> tuple[float, tuple[float, ...]]:
    size = size_of(inputs.body, normaliser, where=where)
    amount = stored.scale * _grams_or_cm2(size, normaliser)
    return size, tuple(amount * share for share in shares.per_slice)


def _of_uptake(
    stored: Stored, inputs: Inputs, normaliser: Normaliser, where: str
) -> tuple[float | None, float]:
    held = stored.normaliser
    if held is None or held is normaliser:
        return None, stored.scale
    size = size_of(inputs.body, normaliser, where=where)
    spread = _grams_or_cm2(size_of(inputs.body, held, where=where), held)
    return size, stored.scale * _grams_or_cm2(size, normaliser) / spread


def _refuse_nonsense(factors: Sequence[float], where: str) -> None:
    low, high = FACTORS
    if not all(low <= factor <= high for factor in factors):
        raise ReinfuseError(
            f"weight, dose and units would multiply stored values by {max(factors):.3g}",
            where=where,
            fix="check weight and dose: `weight_kg` and `dose_mbq` where they are written beside "
            "the scan in the boxes, else (0010,1030) PatientWeight and (0018,1074) "
            "RadionuclideTotalDose",
        )


def _grams_or_cm2(size: float, normaliser: Normaliser) -> float:
    return size * (1e4 if normaliser.is_surface else 1e3)


def _refuse_a_mixture(facts: PetFacts) -> None:
    varied = [one for one in facts.varied if one not in MAY_DIFFER]
    if varied:
        raise ReinfuseError(
            f"slices do not agree on {', '.join(varied)}: two series are mixed",
            where=facts.where,
            fix="separate the files of the series",
        )
    slices = len(facts.slopes)
    per_slice: tuple[Sequence[object], ...] = (
        facts.intercepts,
        facts.acquisition_times,
        facts.frame_reference_s,
        facts.frame_duration_s,
        facts.decay_factors,
    )
    if not slices or any(len(values) != slices for values in per_slice):
        raise ReinfuseError(
            "what is known by slice is not known of as many slices as there are",
            where=facts.where,
            fix="read the series again with reinfuse.imaging.dicom",
        )
