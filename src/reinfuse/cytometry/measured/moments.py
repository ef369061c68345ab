"""When a tube's blood was taken, in the words of a course."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from reinfuse.cytometry.measured.values import TubeMeasured
from reinfuse.errors import Finding, Severity
from reinfuse.record import Course, Infusion, clock_of
from reinfuse.timeline import NOT_STATED, When, read_when

# A tube from long before the first infusion or after the last has a date that was shifted.
EARLIEST_DAYS, LATEST_DAYS = -90, 3653


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """The time of a tube; `refused` where the panel names an infusion that the course lacks."""

    when: When
    findings: tuple[Finding, ...] = ()
    refused: bool = False


def when_of(tube: TubeMeasured, course: Course | None) -> Timed:
    """The day after an infusion that the panel gives, else that of $DATE by the course's dates."""
    if tube.tube.day is None:
        return _by_date(tube, course)
    number = tube.tube.infusion
    if course is None:
        if number is None:
            what = "its day counts from an infusion that the panel does not name"
            return _unknown(tube, what, "write `infusion` beside `day`")
        return Timed(when=_after(f"infusion-{number}", tube.tube.day))
    infusions = infusions_of(course)
    if number is None and len(infusions) == 1:
        return Timed(when=_after(infusions[0].id, tube.tube.day))
    if number is None:
        what = f"its day counts from one of {len(infusions)} infusions, and the panel names none"
        return _unknown(tube, what, "write `infusion` beside `day`")
    if number > len(infusions):
        what = f"the panel names infusion {number}, and the course has {len(infusions)}"
        told = _told(Severity.ERROR, "flow-no-infusion", what, tube, "correct the panel")
        return Timed(when=NOT_STATED, findings=(told,), refused=True)
    return Timed(when=_after(infusions[number - 1].id, tube.tube.day))


def infusions_of(course: Course) -> tuple[Infusion, ...]:
    """The infusions of a course in the order in which they were given."""
    return tuple(one for one in course.anchors() if isinstance(one, Infusion))


def _after(anchor: str, day: float) -> When:
    low, high = math.floor(day), math.ceil(day)
    return read_when(f"{anchor} day {low}" if low == high else f"{anchor} day {low}..{high}")


def _by_date(tube: TubeMeasured, course: Course | None) -> Timed:
    """By the date of acquisition, if the course has a date for one of its infusions."""
    if not tube.date or course is None:
        return _unknown(tube, "its day is not known", "write `infusion` and `day` in the panel")
    taken, clock = date.fromisoformat(tube.date).toordinal(), clock_of(course)
    dated = [
        (int(days.low), one.id)
        for one in infusions_of(course)
        if (days := clock.dates(one.id)).bounded and days.exact
    ]
    if len(dated) < len(infusions_of(course)) or not dated:
        what = "the course gives its infusions no dates that $DATE could be compared with"
        return _unknown(tube, what, "write `infusion` and `day` in the panel")
    given = [one for one in dated if one[0] <= taken]
    start, anchor = max(given) if given else min(dated)
    if not EARLIEST_DAYS <= taken - start <= LATEST_DAYS:
        what = f"$DATE lies {taken - start} days from {anchor}: dates of the file may be shifted"
        return _unknown(tube, what, "write `infusion` and `day` in the panel")
    note = _told(
        Severity.NOTE, "flow-day-by-date", f"its day was counted by $DATE from {anchor}", tube, ""
    )
    return Timed(when=_after(anchor, float(taken - start)), findings=(note,))


def _unknown(tube: TubeMeasured, what: str, fix: str) -> Timed:
    return Timed(
        when=NOT_STATED, findings=(_told(Severity.GAP, "flow-day-unknown", what, tube, fix),)
    )


def _told(severity: Severity, rule: str, what: str, tube: TubeMeasured, fix: str) -> Finding:
    return Finding(severity=severity, rule=rule, what=what, where=tube.file, fix=fix)
