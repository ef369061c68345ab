"""What a look at the leukemia found: the marrow of a day with the counts that belong to it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from reinfuse.grading.chart.findings import OnDay, Sheet, findings_on
from reinfuse.grading.grade import Level
from reinfuse.grading.names import is_marrow
from reinfuse.grading.rules.finding import Finding, Span, exactly, name_in
from reinfuse.grading.rules.scale import Scale, Verdict, assess
from reinfuse.grading.series import rank
from reinfuse.grading.window import ONE_EPISODE_DAYS
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.vocabulary import items

# Counts, MRD and an examination this many days off still belong to a marrow (ours).
NEAR_DAYS = 7
MARROW = "marrow blasts"
# Charted on so many days that they make no look at the leukemia by themselves.
COUNTS = frozenset({"neutrophils", "platelets"})
MRD_ITEMS = frozenset({"MRD", "MRD detected"})
BLOOD_SHARE, BLOOD_COUNT = "blood blasts", "blood blast count"
# What treatment began with is the last value before day 1 where nothing else was charted (ours).
BEFORE = MappingProxyType(
    {"marrow blasts before treatment": MARROW, "blood blast count before treatment": BLOOD_COUNT}
)
NOTHING = OnDay({}, {})
FIRST_DAY = 1  # a marrow of day 0 is one from before (ours)


@dataclass(frozen=True, slots=True)
class Lately:
    """Something given in a window of days that ends with the look."""

    given: tuple[str, ...]
    days: int


_BOTH = ("platelet transfusion", "red cell transfusion")
# What can be charted as such, or follows from what was given on which day.
LATELY = MappingProxyType(
    {
        "transfusion in the last 4 weeks": Lately(_BOTH, 28),
        "red cell transfusion in the last 4 weeks": Lately(("red cell transfusion",), 28),
        "platelet transfusion in the last 7 days": Lately(("platelet transfusion",), 7),
    }
)


@dataclass(frozen=True, slots=True)
class Look:
    """One look: its day, what it found, and the verdict of a scale on it."""

    day: int
    on: OnDay
    verdict: Verdict


def looks_at(scale: Scale, chart: Chart, remission: tuple[Level, ...] = ()) -> tuple[Look, ...]:
    """Every look at the leukemia from day 1 on, in order of time, judged by a scale.

    A day is a look if the marrow was charted. On another day what was found (a mass, blasts in
    the blood) is a look only where it settles the level, or that it is none of `remission`.
    Where the marrow was never charted every day with more than counts is a look, and stays open.
    """
    sheet, keys = Sheet.of(of_marrow(chart)), scale.keys()
    marrow_days = {_day(mark) for mark in chart.of_item(MARROW)}
    marrow_days = {day for day in marrow_days if _belongs(chart, day)}
    seldom = [*(key for key in keys if not _is_often(key)), "donor chimerism"]
    other_days = {_day(mark) for key in seldom for mark in sheet.by_key.get(key, ())}
    other_days = {day for day in other_days - marrow_days if _belongs(chart, day)}
    found = []
    for day in sorted(marrow_days | other_days):
        alone = day not in marrow_days and bool(marrow_days)
        on = findings_on(sheet, keys, day) if alone else look_on(sheet, keys, day)
        look = Look(day, on, assess(scale, on.findings))
        if not alone or _settled(look, scale, remission):
            found.append(look)
    return tuple(found)


def _belongs(chart: Chart, day: int) -> bool:
    return FIRST_DAY <= day <= last_day(chart)


def _last_before(sheet: Sheet, item: str) -> int | None:
    """The last day before day 1 on which an item was charted."""
    days = (_day(mark) for mark in sheet.by_key.get(item, ()) if _day(mark) < FIRST_DAY)
    return max(days, default=None)


def _settled(look: Look, scale: Scale, remission: tuple[Level, ...]) -> bool:
    if look.verdict.exact or not remission:
        return look.verdict.exact
    worst = max(rank(scale.criterion, level) for level in remission)
    return rank(scale.criterion, look.verdict.low) > worst


def of_marrow(chart: Chart) -> Chart:
    """The chart without the MRD of anything but the marrow; a site that is not stated is one."""
    kept = (
        mark
        for mark in chart.marks
        if mark.item not in MRD_ITEMS or mark.site is None or is_marrow(mark.site)
    )
    return Chart(chart.subject, tuple(kept))


def last_day(chart: Chart) -> float:
    """The last day that belongs to day 0: before the next infusion or transplant.

    One that follows within two weeks belongs to the same episode and ends nothing.
    """
    later = (
        _day(mark) - 1
        for mark in chart.of_item("infusion", "transplant")
        if mark.value is True and _day(mark) > ONE_EPISODE_DAYS
    )
    return min(later, default=math.inf)


def look_on(sheet: Sheet, keys: Iterable[str], day: int) -> OnDay:
    """The findings of a day, each missing one filled from the nearest day within a week.

    Of several values of that nearest day the worst counts. Transfusions are looked for in the
    window that the criterion names; where none was charted, nothing is known of them.
    """
    keys = tuple(keys)
    own = findings_on(sheet, keys, day)
    findings, marks = dict(own.findings), dict(own.marks)
    for key in keys:
        if key in LATELY:
            given = _given(sheet, LATELY[key], day)
            if given is not None:
                findings[key], marks[key] = True, given
        elif key not in findings:
            from_elsewhere = _elsewhere(sheet, key, day)
            findings |= from_elsewhere.findings
            marks |= from_elsewhere.marks
    return OnDay(findings, marks)


def lately_given(chart: Chart, item: str, day: int, days: int) -> Mark | None:
    """The last time something was given in the `days` days that end with a day."""
    found = [
        mark
        for mark in chart.of_item(item)
        if mark.value is True and day - days <= _day(mark) <= day
    ]
    return found[-1] if found else None


def _some_or_none(share: Finding) -> Span:
    """A number of blasts in the blood, of which only the share of the white cells is known."""
    if isinstance(share, Span) and share.high == 0:
        return exactly(0.0)
    surely = isinstance(share, Span) and share.low > 0
    return Span(math.nextafter(0.0, 1.0) if surely else 0.0, math.inf)


def _is_often(key: str) -> bool:
    return key in COUNTS or key in LATELY or items()[name_in(key)].lasting


def _elsewhere(sheet: Sheet, key: str, day: int) -> OnDay:
    """What stands for an item that was not charted on the day of the look."""
    if key in BEFORE:
        before = _last_before(sheet, BEFORE[key])
        return NOTHING if before is None else _under(key, sheet, BEFORE[key], before)
    if items()[name_in(key)].lasting:
        return NOTHING
    near = _nearest(sheet, key, day)
    if near is not None:
        return findings_on(sheet, (key,), near)
    if key == BLOOD_COUNT:
        share = _under(key, sheet, BLOOD_SHARE, day)
        return OnDay({at: _some_or_none(one) for at, one in share.findings.items()}, share.marks)
    return NOTHING


def _under(key: str, sheet: Sheet, other: str, day: int) -> OnDay:
    """What was charted of another item on a day, under this key."""
    on = findings_on(sheet, (other,), day)
    if other not in on.findings:
        return NOTHING
    return OnDay({key: on.findings[other]}, {key: on.marks[other]})


def _given(sheet: Sheet, lately: Lately, day: int) -> Mark | None:
    given = (lately_given(sheet.chart, item, day, lately.days) for item in lately.given)
    return next((mark for mark in given if mark is not None), None)


def _nearest(sheet: Sheet, key: str, day: int) -> int | None:
    days = {_day(mark) for mark in sheet.by_key.get(key, ())}
    near = [other for other in days if abs(other - day) <= NEAR_DAYS]
    return min(near, key=lambda other: (abs(other - day), other), default=None)


def _day(mark: Mark) -> int:
    return int(mark.day // 1)
