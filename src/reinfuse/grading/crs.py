"""Cytokine release syndrome by the ASTCT consensus of 2019, day by day, as an interval."""

from __future__ import annotations

import math
import re

from reinfuse.grading.crs_signs import (
    CrsSigns,
    collect_signs,
    fever_on,
    oxygen_on,
    pressure_on,
)
from reinfuse.grading.fate import fate_of
from reinfuse.grading.grade import Criterion, DayGrade, Grade, Reason, peak_of, trust_of
from reinfuse.grading.reported import reported_for
from reinfuse.grading.series import episodes
from reinfuse.grading.window import Held, is_present, last_day, least_peak, number, unplaced
from reinfuse.quantity import find_unit
from reinfuse.record import Course, Infusion, Sign, Topic
from reinfuse.source import Source, Standing

ASTCT_CRS_2019 = Criterion(
    name="ASTCT-CRS-2019",
    title="Cytokine release syndrome, ASTCT 2019",
    levels=(0, 1, 2, 3, 4, 5),
    source=Source(
        cite="Lee 2019",
        doi="10.1016/j.bbmt.2018.12.758",
        place="Table 2, as adapted in PMC9327779 and PMC8021214",
        standing=Standing.SECONDARY,
    ),
)
# EBMT's registry takes CRS to begin within 14 days of the infusion.
WATCHED_DAYS = 14
CAUSE = re.compile(r"\bCRS\b|cytokine release", re.IGNORECASE)


def grade_crs(course: Course, infusion: Infusion) -> Grade:
    """Grade CRS after one infusion from what was recorded day by day.

    Fever opens the syndrome; the worse of blood pressure and oxygen then sets the grade. Once
    CRS is open and an antipyretic or anti-cytokine drug was given, fever is no longer asked for.
    Vasopressin is not counted beside another vasopressor. Treatment alone never raises `low`. A
    normal pressure is read as one without vasopressor unless one is recorded (ours); a low one
    without any recorded treatment leaves 2 to 4. A sign on one of several days counts for the
    day on which it would weigh least.

    Source: ASTCT consensus 2019, doi:10.1016/j.bbmt.2018.12.758, Table 2.
    """
    until = int(min(WATCHED_DAYS, last_day(course, infusion)))
    signs = collect_signs(course, infusion, until)
    until = max([until, *(int(item.last) for item in signs.fever if math.isfinite(item.last))])
    series = tuple(_day_grades(signs, until))
    least = (_least(signs, item, until) for item in _loose(signs, until))
    low = max(peak_of(series), *least, 0)
    high = max(low, *(int(day.high) for day in series))
    fate = fate_of(course, infusion, CAUSE, until)
    low, high = fate.bounds(low, high)
    known = bool(signs.signs()) or fate.certain
    reported, by = reported_for(course, Topic.CRS, infusion.id)
    return Grade(
        criterion=ASTCT_CRS_2019,
        topic="CRS",
        subject=infusion.id,
        when=f"{infusion.id} day 0 to {until}",
        low=low,
        high=high,
        trust=trust_of(known, low == high),
        reported=reported,
        reported_by=by,
        because=(*_reasons(signs), *fate.reasons()),
        missing=() if fate.certain else _missing(series, signs, low),
        series=series if signs.signs() else (),
        episodes=episodes(ASTCT_CRS_2019, series),
    )


def _loose(signs: CrsSigns, until: int) -> list[Held]:
    """Signs that surely were there in the window, though on no day surely."""
    present = [item for item in (*signs.fever, *signs.hypotension, *signs.hypoxia)
               if is_present(item)]  # fmt: skip
    others = [*signs.temperature, *signs.systolic, *signs.pressors, *signs.fluids, *signs.flow]
    return unplaced([*present, *others], until)


def _least(signs: CrsSigns, item: Held, until: int) -> int:
    """The lowest peak over the days on which the sign can have been."""
    return least_peak(
        item, lambda day: peak_of(tuple(_day_grades(signs.supposing(item, day), until)))
    )


def _day_grades(signs: CrsSigns, until: int) -> list[DayGrade]:
    found = []
    surely_open = possibly_open = surely_masked = possibly_masked = False
    for day in range(until + 1):
        surely, possibly = fever_on(signs, day)
        surely_open, possibly_open = surely_open or surely, possibly_open or possibly
        # Fever stops being asked for from the first treatment after CRS has begun.
        masked_today = surely_open and any(item.surely_on(day) for item in signs.treated)
        surely_masked = surely_masked or masked_today
        given_today = possibly_open and any(item.possibly_on(day) for item in signs.treated)
        possibly_masked = possibly_masked or given_today
        pressure, oxygen = pressure_on(signs, day), oxygen_on(signs, day)
        organ_low, organ_high = max(pressure.low, oxygen.low), max(pressure.high, oxygen.high)
        low = organ_low if surely or (surely_masked and organ_low > 1) else 0
        high = organ_high if possibly or (possibly_masked and organ_high > 1) else 0
        found.append(DayGrade(day=day, low=low, high=high))
    return found


def _reasons(signs: CrsSigns) -> list[Reason]:
    found = [_fever_reason(item) for item in signs.fever if is_present(item)]
    found += _series_reason("temperature", signs.temperature, "Cel", "highest")
    found += _series_reason("systolic blood pressure", signs.systolic, "mm[Hg]", "lowest")
    found += _series_reason("oxygen saturation", signs.saturation, "%", "lowest")
    found += _series_reason("oxygen flow", signs.flow, "L/min", "highest")
    for text, part in (
        ("vasopressor given", signs.pressors),
        ("fluids given for hypotension", signs.fluids),
        ("hypotension recorded", [item for item in signs.hypotension if is_present(item)]),
        ("hypoxia recorded", [item for item in signs.hypoxia if is_present(item)]),
        ("intubation or ventilation recorded", signs.ventilated),
        ("treatment of CRS, which never raises the grade by itself", signs.treated),
    ):
        if part:
            found.append(Reason(text=text, entries=tuple(item.entry.id for item in part)))
    return found


def _fever_reason(item: Held) -> Reason:
    value = item.entry.value if isinstance(item.entry, Sign) else None
    highest = f", highest {value.shown()}" if value is not None else ""
    return Reason(text=f"fever recorded{highest}", entries=(item.entry.id,))


def _series_reason(name: str, items: list[Held], unit: str, side: str) -> list[Reason]:
    numbers = [(value, item) for item in items if (value := number(item, unit)) is not None]
    if not numbers:
        return []
    ordered = sorted(numbers, key=lambda pair: pair[0])
    value, item = ordered[-1] if side == "highest" else ordered[0]
    shown = f"{value:g} {find_unit(unit).label}"
    times = "once" if len(numbers) == 1 else f"{len(numbers)} times, {side}"
    return [Reason(text=f"{name} recorded {times} {shown}", entries=(item.entry.id,))]


def _missing(series: tuple[DayGrade, ...], signs: CrsSigns, low: int) -> tuple[str, ...]:
    """What would settle the grade: only what could still raise it above `low`."""
    unclear = [day.day for day in series if int(day.high) > low]
    wanted = []
    if any(fever_on(signs, day) == (False, True) for day in unclear):
        wanted.append("temperature" if low == 0 else "temperature on the other days")
    if any(pressure_on(signs, day).high > max(1, low) for day in unclear):
        wanted += ["blood pressure", "vasopressors"]
    if any(oxygen_on(signs, day).high > max(1, low) for day in unclear):
        wanted.append("oxygen support")
    return tuple(wanted)
