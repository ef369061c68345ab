"""What speaks against an SUV before anybody has looked at a voxel."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.suv.body import Normaliser, falls_with_weight
from reinfuse.imaging.suv.facts import PetFacts
from reinfuse.imaging.suv.inputs import OVERRIDDEN, Inputs, Overrides
from reinfuse.imaging.suv.units import Stored

# Our own limits: outside them a number was more likely typed wrong than meant.
UPTAKE_MIN = (45.0, 120.0)
DOSE_MBQ = (50.0, 1000.0)
WEIGHT_KG = (2.0, 300.0)


def guarded(
    facts: PetFacts,
    inputs: Inputs,
    overrides: Overrides,
    *,
    stored: Stored,
    normaliser: Normaliser,
    uptake_min: float | None,
) -> Iterator[Finding]:
    """Findings on corrections, intercepts, uptake time, dose, weight and unused overrides."""
    yield from _corrections(facts)
    yield from _intercepts(facts)
    yield from _amounts(facts, inputs, overrides, uptake_min)
    if falls_with_weight(inputs.body, normaliser):
        yield Finding(
            severity=Severity.NOTE,
            rule="suv-lean-mass-turns",
            what=f"{normaliser.name} gives a patient this heavy less lean mass than a lighter one",
            where=facts.where,
            fix="normalise by sul-janmahasatian",
        )
    if stored.normaliser is not None and overrides != Overrides():
        yield Finding(
            severity=Severity.NOTE,
            rule="suv-overrides-unused",
            what=f"the series holds {stored.normaliser.name} already: overrides of dose, times and "
            "half-life change nothing, weight and height only a change of normaliser",
            where=facts.where,
        )


def _corrections(facts: PetFacts) -> Iterator[Finding]:
    done = facts.corrections
    if done is None:
        yield Finding(
            severity=Severity.GAP,
            rule="suv-corrections-unknown",
            what="(0028,0051) CorrectedImage is missing: attenuation may not be corrected",
            where=facts.where,
        )
        return
    if "ATTN" not in done:
        yield Finding(
            severity=Severity.CONTRADICTION,
            rule="suv-no-attenuation-correction",
            what="(0028,0051) CorrectedImage lacks ATTN: not corrected for attenuation",
            where=facts.where,
            fix="read the corrected series",
        )
    corrected = {"START": True, "ADMIN": True, "NONE": False}.get(facts.decay_correction)
    if corrected is not None and corrected != ("DECY" in done):
        has = "has" if "DECY" in done else "lacks"
        yield Finding(
            severity=Severity.CONTRADICTION,
            rule="suv-decay-contradicted",
            what=f"(0054,1102) DecayCorrection is {facts.decay_correction} and (0028,0051) "
            f"CorrectedImage {has} DECY",
            where=facts.where,
        )


def _intercepts(facts: PetFacts) -> Iterator[Finding]:
    if any(intercept != 0.0 for intercept in facts.intercepts):
        yield Finding(
            severity=Severity.CONTRADICTION,
            rule="suv-intercept",
            what="(0028,1052) RescaleIntercept is not 0, as it must be in PET; it is applied",
            where=facts.where,
        )


def _amounts(
    facts: PetFacts, inputs: Inputs, overrides: Overrides, uptake_min: float | None
) -> Iterator[Finding]:
    dose = None if inputs.dose.value is None else inputs.dose.value / 1e6
    timed = overrides.injection is not None
    dosed, weighed = (one.origin == OVERRIDDEN for one in (inputs.dose, inputs.weight))
    for name, value, unit, (low, high), key, stated in (
        ("uptake-time", uptake_min, "min from injection to scan", UPTAKE_MIN, "injection", timed),
        ("dose", dose, "MBq injected", DOSE_MBQ, "dose_mbq", dosed),
        ("weight", inputs.weight.value, "kg of body weight", WEIGHT_KG, "weight_kg", weighed),
    ):
        if value is not None and not low <= value <= high:
            yield Finding(
                severity=Severity.AMBIGUITY,
                rule=f"suv-{name}",
                what=f"{value:.4g} {unit}, outside {low:g} to {high:g}",
                where=facts.where,
                fix=f"check it, and if it is wrong {'correct' if stated else 'write'} `{key}` "
                "beside the scan in the boxes",
            )
