"""What blood pressure and oxygen allow of a CRS grade on one day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from reinfuse.grading.numbers import number_in
from reinfuse.grading.window import (
    Held,
    age_years,
    given,
    held,
    is_present,
    measured,
    number,
    pinned,
    signs_of,
)
from reinfuse.record import Course, Infusion, Observation, Purpose, Regimen, Result

FEVER_CEL = 38.0
# The consensus names no pressure; reviews that print one print this, for adults. Below ten years
# a number alone does not say that the pressure is low for the age (ours).
LOW_SYSTOLIC_MMHG, ADULT_PRESSURE_YEARS = 90.0, 10
LOW_SATURATION_PERCENT = 90.0
LOW_FLOW_L_PER_MIN = 6.0
LOW_FLOW_GRADE, HIGH_FLOW_GRADE, PRESSURE_GRADE = 2, 3, 4
FLUIDS_GRADE, ONE_PRESSOR_GRADE, MANY_PRESSORS_GRADE = 2, 3, 4
DEVICE_GRADE = {
    "room air": 1,
    "nasal cannula": LOW_FLOW_GRADE,
    "blow-by": LOW_FLOW_GRADE,
    "high-flow cannula": HIGH_FLOW_GRADE,
    "face mask": HIGH_FLOW_GRADE,
    "non-rebreather": HIGH_FLOW_GRADE,
    "venturi": HIGH_FLOW_GRADE,
    "cpap": PRESSURE_GRADE,
    "bipap": PRESSURE_GRADE,
    "ventilator": PRESSURE_GRADE,
}
_VENTILATED = re.compile(r"intubat|ventilat", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and the highest grade that one sign allows on one day."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class CrsSigns:
    """Everything recorded after one infusion that CRS grading looks at."""

    temperature: list[Held]
    fever: list[Held]
    systolic: list[Held]
    hypotension: list[Held]
    pressors: list[Held]
    pressor_stated: list[Held]
    fluids: list[Held]
    flow: list[Held]
    saturation: list[Held]
    hypoxia: list[Held]
    ventilated: list[Held]
    treated: list[Held]
    adult_pressure: bool

    def signs(self) -> list[Held]:
        """All of it that is no treatment of CRS."""
        parts = (
            *(self.temperature, self.fever, self.systolic, self.hypotension, self.pressors),
            *(self.fluids, self.flow, self.saturation, self.hypoxia, self.ventilated),
        )
        return [item for part in parts for item in part]

    def supposing(self, item: Held, day: int) -> CrsSigns:
        """The same signs with one of them supposed to have been on a certain day."""

        def placed(items: list[Held]) -> list[Held]:
            return [pinned(one, day) if one is item else one for one in items]

        return replace(
            self,
            temperature=placed(self.temperature),
            fever=placed(self.fever),
            systolic=placed(self.systolic),
            hypotension=placed(self.hypotension),
            pressors=placed(self.pressors),
            fluids=placed(self.fluids),
            flow=placed(self.flow),
            hypoxia=placed(self.hypoxia),
        )


def collect_signs(course: Course, infusion: Infusion, until: int) -> CrsSigns:
    """What was recorded on day 0 to `until` after the infusion."""

    def values(analyte: str) -> list[Held]:
        return measured(course, infusion, analyte, until)

    procedures = [
        held(course, item, infusion) for item in course.procedures if _VENTILATED.search(item.what)
    ]
    age = age_years(course, infusion)
    return CrsSigns(
        temperature=values("temperature"),
        fever=signs_of(course, infusion, ("fever",), until),
        systolic=values("systolic blood pressure"),
        hypotension=signs_of(course, infusion, ("hypotension",), until),
        pressors=given(course, infusion, Purpose.VASOPRESSOR, until),
        pressor_stated=signs_of(course, infusion, ("vasopressor",), until),
        fluids=given(course, infusion, Purpose.FLUIDS, until),
        flow=values("oxygen flow"),
        saturation=values("oxygen saturation"),
        hypoxia=signs_of(course, infusion, ("hypoxia",), until),
        ventilated=[
            item for item in procedures if item.possible.high >= 0 and item.possible.low <= until
        ],
        treated=[
            *given(course, infusion, Purpose.CRS_TREATMENT, until),
            *given(course, infusion, Purpose.ANTIPYRETIC, until),
        ],
        adult_pressure=age is None or age[0] >= ADULT_PRESSURE_YEARS,
    )


def fever_on(signs: CrsSigns, day: int) -> tuple[bool, bool]:
    """Whether there was fever on the day: surely, possibly."""
    warm = numbers_on(signs.temperature, "Cel", day)
    present = [item for item in signs.fever if is_present(item)]
    if any(value >= FEVER_CEL for value in warm) or any(item.surely_on(day) for item in present):
        return True, True
    if any(item.possibly_on(day) for item in present):
        return False, True
    denied = any(item.surely_on(day) for item in signs.fever if not is_present(item))
    return False, not (warm or denied)


def pressure_on(signs: CrsSigns, day: int) -> Bounds:
    """What blood pressure, fluids and vasopressors allow on the day."""
    surely = _pressor_grades(item for item in signs.pressors if item.surely_on(day))
    possibly = _pressor_grades(item for item in signs.pressors if item.possibly_on(day))
    fluids = [item for item in signs.fluids if item.possibly_on(day)]
    if any(item.surely_on(day) for item in fluids):
        surely = Bounds(max(surely.low, FLUIDS_GRADE), max(surely.high, FLUIDS_GRADE))
    measured_today = _measured_pressure(signs, day)
    if surely.low > 1:  # how it was treated is recorded, and says more than the pressure
        measured_today = Bounds(measured_today.low, 1)
    high = max(possibly.high, surely.high, measured_today.high, FLUIDS_GRADE if fluids else 1)
    return Bounds(max(surely.low, measured_today.low), high)


def _pressor_grades(items: Iterable[Held]) -> Bounds:
    """The grade of some vasopressors; vasopressin does not count beside another one."""
    regimens = [item.entry for item in items if isinstance(item.entry, Regimen)]
    named = {drug.name.lower() for regimen in regimens for drug in regimen.drugs}
    unnamed = [regimen for regimen in regimens if not regimen.drugs]
    if len(named - {"vasopressin"}) > 1:
        return Bounds(MANY_PRESSORS_GRADE, MANY_PRESSORS_GRADE)
    if unnamed:  # which and how many they were is not recorded
        return Bounds(ONE_PRESSOR_GRADE, MANY_PRESSORS_GRADE)
    return Bounds(ONE_PRESSOR_GRADE, ONE_PRESSOR_GRADE) if named else Bounds(1, 1)


def _measured_pressure(signs: CrsSigns, day: int) -> Bounds:
    values = numbers_on(signs.systolic, "mm[Hg]", day)
    present = [item for item in signs.hypotension if is_present(item)]
    denied = any(item.surely_on(day) for item in signs.hypotension if not is_present(item))
    low_number = any(value < LOW_SYSTOLIC_MMHG for value in values)
    treated = Bounds(FLUIDS_GRADE, FLUIDS_GRADE if _no_pressor(signs, day) else PRESSURE_GRADE)
    if any(item.surely_on(day) for item in present) or (low_number and signs.adult_pressure):
        return treated  # low, and without a word on treatment a vasopressor may have been given
    if any(item.possibly_on(day) for item in present) or low_number:
        return Bounds(1, treated.high)
    return Bounds(1, 1) if values or denied else Bounds(1, PRESSURE_GRADE)


def _no_pressor(signs: CrsSigns, day: int) -> bool:
    """Whether it is stated that no vasopressor was given on the day."""
    return any(item.surely_on(day) and not is_present(item) for item in signs.pressor_stated)


def oxygen_on(signs: CrsSigns, day: int) -> Bounds:
    """What oxygen support and hypoxia allow on the day."""
    support = _support_on(signs, day)
    if any(item.surely_on(day) for item in signs.ventilated):
        # For the airway or for oxygen is not told apart by the procedure alone.
        return Bounds(support.low, PRESSURE_GRADE)
    if any(item.possibly_on(day) for item in signs.ventilated):
        support = Bounds(support.low, PRESSURE_GRADE)
    present = [item for item in signs.hypoxia if is_present(item)]
    values = numbers_on(signs.saturation, "%", day)
    low_number = any(value < LOW_SATURATION_PERCENT for value in values)
    if support.low > 1:
        return support  # the support that was given says more than the saturation
    if low_number or any(item.surely_on(day) for item in present):
        return Bounds(LOW_FLOW_GRADE, PRESSURE_GRADE)  # hypoxia; what support followed is unknown
    if any(item.possibly_on(day) for item in present):
        return Bounds(1, PRESSURE_GRADE)
    return support


def _support_on(signs: CrsSigns, day: int) -> Bounds:
    today = [item.entry for item in signs.flow if item.surely_on(day)]
    grades = [_device_grade(entry) for entry in today if isinstance(entry, Observation)]
    if grades:
        return Bounds(max(one.low for one in grades), max(one.high for one in grades))
    if any(item.surely_on(day) for item in signs.hypoxia if not is_present(item)):
        return Bounds(1, 1)
    # A good saturation on unrecorded support says nothing of the support.
    return Bounds(1, PRESSURE_GRADE)


def _device_grade(entry: Observation) -> Bounds:
    flow = number_in(entry.value, "L/min")
    if entry.device is not None and entry.device.casefold() in DEVICE_GRADE:
        grade = DEVICE_GRADE[entry.device.casefold()]
        if grade == LOW_FLOW_GRADE and (flow or 0.0) > LOW_FLOW_L_PER_MIN:
            grade = HIGH_FLOW_GRADE
        return Bounds(grade, grade)
    if flow is None:
        normal = entry.result is Result.NORMAL
        return Bounds(1, 1 if normal else PRESSURE_GRADE)
    if flow == 0:
        return Bounds(1, 1)
    high_flow = flow > LOW_FLOW_L_PER_MIN
    return Bounds(HIGH_FLOW_GRADE if high_flow else LOW_FLOW_GRADE, PRESSURE_GRADE)


def numbers_on(items: list[Held], unit: str, day: int) -> list[float]:
    """The values that were surely measured on the day, in a unit."""
    found = [number(item, unit) for item in items if item.surely_on(day)]
    return [value for value in found if value is not None]
