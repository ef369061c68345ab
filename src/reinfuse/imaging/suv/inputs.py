"""The numbers that go into an SUV, each with where it came from and in what unit it was taken."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.suv.body import Body
from reinfuse.imaging.suv.facts import Moment, PetFacts
from reinfuse.imaging.suv.stating import STATED, is_of_a_nuclide

MISSING, FROM_FILE, OVERRIDDEN = "missing", "file", "override"

# What no unit of the standard can mean: a thousand kilograms, a tenth of a megabecquerel, 3 metres.
HEAVIEST_KG = 1000.0
WEAKEST_DOSE_BQ = 1e5
TALLEST_M = 3.0
HEIGHTS_CM = (30.0, 300.0)
HALF_LIVES_S = (60.0, 30.0 * 86400.0)  # rubidium-82 has 76 s, iodine-124 four days


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What a person states in place of what the file says; None: the file is asked.

    `injection` and `reference` are the times of injection and of decay correction. Without a date,
    an injection is the last such time before the scan, and a reference the nearest to its start.
    """

    dose_bq: float | None = None
    injection: Moment | None = None
    reference: Moment | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    half_life_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One number as used: `origin` says file, override or missing, and any change of unit."""

    name: str
    value: float | None
    unit: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Weight (kg), height (cm), dose (Bq) and half-life (s) as used, and what is odd there."""

    weight: Input
    height: Input
    dose: Input
    half_life: Input
    sex: str
    findings: tuple[Finding, ...]

    @property
    def body(self) -> Body:
        """The patient's measures."""
        return Body(weight_kg=self.weight.value, height_cm=self.height.value, sex=self.sex)


def inputs_of(facts: PetFacts, overrides: Overrides) -> Inputs:
    """What a series, or a person in its place, says of weight, height, dose and half-life.

    A value that is zero, negative or not finite counts as missing. Raises ReinfuseError for an
    override like that, and for one outside what any scan has.
    """
    found: list[Finding] = []
    weight = _input("weight", "kg", facts.weight, overrides.weight_kg, facts.where)
    height = _input("height", "cm", facts.height, overrides.height_cm, facts.where)
    dose = _input("dose", "Bq", facts.dose, overrides.dose_bq, facts.where)
    if weight.origin == FROM_FILE:
        weight = _in_kilograms(weight, facts.where, found)
    if height.origin == FROM_FILE:
        height = _in_centimetres(height, facts.where, found)
    if dose.origin == FROM_FILE:
        dose = _in_becquerels(dose, facts.where, found)
    half_life = _input("half-life", "s", facts.half_life_s, overrides.half_life_s, facts.where)
    return Inputs(
        weight=weight,
        height=height,
        dose=dose,
        half_life=_of_a_tracer(half_life, facts.where, found),
        sex=facts.sex,
        findings=tuple(found),
    )


def _input(
    name: str, unit: str, written: float | None, override: float | None, where: str
) -> Input:
    if override is not None:
        _refuse_impossible(name, override, where)
        return Input(name=name, value=float(override), unit=unit, origin=OVERRIDDEN)
    if not _is_positive(written):
        return Input(name=name, value=None, unit=unit, origin=MISSING)
    return Input(name=name, value=written, unit=unit, origin=FROM_FILE)


def _refuse_impossible(name: str, override: float, where: str) -> None:
    known = STATED[name]
    value = override / known.amount
    if not known.least <= value <= known.most:  # a NaN is within no range
        raise ReinfuseError(
            f"the {name} is stated as {value:.10g} {known.unit}, which is not within "
            f"{known.least:.10g} to {known.most:.10g} {known.unit} (limits ours)",
            where=where,
            fix=f"correct `{known.key}` beside the scan in the boxes",
        )


def _in_kilograms(weight: Input, where: str, found: list[Finding]) -> Input:
    written = weight.value or 0.0
    if written <= HEAVIEST_KG:
        return weight
    found.append(
        Finding(
            severity=Severity.CONTRADICTION,
            rule="suv-weight-in-grams",
            what=f"(0010,1030) PatientWeight is {written:g} and is taken as grams",
            where=where,
            fix="if that is wrong, write `weight_kg` beside the scan in the boxes",
        )
    )
    origin = f"{FROM_FILE}, taken as g"
    return Input(name=weight.name, value=written / 1000.0, unit="kg", origin=origin)


def _in_centimetres(height: Input, where: str, found: list[Finding]) -> Input:
    written = height.value or 0.0
    if written <= TALLEST_M:
        return Input(name=height.name, value=written * 100.0, unit="cm", origin=FROM_FILE)
    low, high = HEIGHTS_CM
    usable = low <= written <= high
    taken = "is taken as centimetres" if usable else "is no height in metres or centimetres"
    found.append(
        Finding(
            severity=Severity.CONTRADICTION,
            rule="suv-height-in-centimetres" if usable else "suv-height-unusable",
            what=f"(0010,1020) PatientSize is {written:g} and {taken}",
            where=where,
            fix="if that is wrong, write `height_cm` beside the scan in the boxes",
        )
    )
    if not usable:
        return Input(name=height.name, value=None, unit="cm", origin=MISSING)
    return Input(name=height.name, value=written, unit="cm", origin=f"{FROM_FILE}, taken as cm")


def _in_becquerels(dose: Input, where: str, found: list[Finding]) -> Input:
    written = dose.value or 0.0
    if written >= WEAKEST_DOSE_BQ:
        return dose
    found.append(
        Finding(
            severity=Severity.CONTRADICTION,
            rule="suv-dose-in-megabecquerels",
            what=f"(0018,1074) RadionuclideTotalDose is {written:g} and is taken as MBq",
            where=where,
            fix="if that is wrong, write `dose_mbq` beside the scan in the boxes",
        )
    )
    origin = f"{FROM_FILE}, taken as MBq"
    return Input(name=dose.name, value=written * 1e6, unit="Bq", origin=origin)


def _of_a_tracer(half_life: Input, where: str, found: list[Finding]) -> Input:
    low, high = HALF_LIVES_S
    if half_life.value is None:
        return half_life
    if low <= half_life.value <= high:
        if not is_of_a_nuclide(half_life.value):
            found.append(_of_no_nuclide(half_life, where))
        return half_life
    found.append(
        Finding(
            severity=Severity.CONTRADICTION,
            rule="suv-half-life",
            what=f"a half-life of {half_life.value:g} s is that of no PET tracer, and is not used",
            where=where,
            fix="write `half_life_s` beside the scan in the boxes",
        )
    )
    return Input(name=half_life.name, value=None, unit="s", origin=MISSING)


def _of_no_nuclide(half_life: Input, where: str) -> Finding:
    return Finding(
        severity=Severity.AMBIGUITY,
        rule="suv-half-life-of-no-nuclide",
        what=f"a half-life of {half_life.value:g} s is near that of no nuclide in use for PET "
        "(recalled)",
        where=where,
        fix=f"look it up, and {'correct' if half_life.origin == OVERRIDDEN else 'write'} "
        "`half_life_s` beside the scan in the boxes",
    )


def _is_positive(value: float | None) -> bool:
    return value is not None and math.isfinite(value) and value > 0.0
