"""Which entries of a course lie in the window of an infusion, and on which of its days."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from reinfuse.estimation.course import CLOSE_DAYS
from reinfuse.estimation.mechanistic.remarks import Remark
from reinfuse.record import Course, Entry, Infusion, Purpose, Regimen, clock_of, days_of
from reinfuse.synopsis.moments import (
    Anchor,
    anchors_in_order,
    gap,
    likely_day,
    ordered,
    surely_before,
)
from reinfuse.synopsis.periods import told_by_infusions
from reinfuse.synopsis.therapy import AGAINST_LEUKEMIA
from reinfuse.timeline import DayRange, Ending, Moment

MOST_BEFORE = 90.0  # d before an infusion that a window reaches back; ours
NORMAL_BEFORE = 30.0  # d before it on which normal cells and cytokines are of use; ours
MOST_OPEN = 120.0  # d between the earliest and latest day of a sample that is of use; ours
SYSTEMIC = (  # what acts on the leukemia as a whole and is not in the model
    *(purpose for purpose in AGAINST_LEUKEMIA if purpose is not Purpose.RADIOTHERAPY),
    Purpose.CONDITIONING,
)
_MINUTES = 1440.0  # of a day


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One infusion with what comes before and after it in the course.

    `parts` are all infusions of the window: the same product given again within days. `before` is
    the infusion or transplant before, `ends` what ends the window, soonest first.
    """

    course: Course
    infusion: Infusion
    parts: tuple[Infusion, ...]
    earlier: tuple[Anchor, ...]
    ends: tuple[Entry, ...]

    @property
    def before(self) -> Anchor | None:
        """The infusion or transplant before this one."""
        return self.earlier[-1] if self.earlier else None

    @cached_property
    def treatments(self) -> tuple[Regimen, ...]:
        """Treatment of the leukemia that can have been given before the infusion.

        One that belongs to a later infusion or transplant cannot, however little is said of its
        day; one of which no time is told at all is taken to be older than what was measured.
        """
        anchors = {item.id for item in (*self.course.infusions, *self.course.transplants)}
        later = anchors - {item.id for item in (*self.earlier, *self.parts)}
        return tuple(
            item
            for item in self.course.regimens
            if item.purpose in SYSTEMIC
            and item.of not in later
            and item.when.stated
            and self.days(item).low < 0
        )

    @cached_property
    def soonest(self) -> float:
        """The earliest day on which the window can have ended; infinite if nothing ended it."""
        return min((self.days(item).low for item in self.ends), default=math.inf)

    @cached_property
    def latest(self) -> float:
        """The latest day on which it can have ended; infinite if nothing did, or nobody says."""
        return min((self.days(item).high for item in self.ends), default=math.inf)

    @cached_property
    def last_look(self) -> float:
        """The latest day of the last follow-up; infinite where nobody says."""
        looks = [self.days(item).high for item in self.course.follow_up]
        return max((day for day in looks if math.isfinite(day) and day > 0), default=math.inf)

    def days(self, item: Entry, *, end: bool = False) -> DayRange:
        """The days from the infusion on which an entry can have begun (or ended)."""
        found = days_of(self.course, item, self.infusion.id, end=end)
        return self._by_the_clock(found, item.when.end if end else item.when.start)

    def moment(self, moment: Moment) -> DayRange:
        """The days from the infusion of a moment that is no entry, such as that of one drug."""
        found = clock_of(self.course).moment_days(moment, self.infusion.id)
        return self._by_the_clock(found, moment)

    def _by_the_clock(self, days: DayRange, moment: Moment) -> DayRange:
        begun = self.infusion.when.start.minute
        if begun is None or moment.minute is None:
            return days
        part = (moment.minute - begun) / _MINUTES
        return DayRange(days.low + part, days.high + part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An entry of the window, with its earliest and latest day there."""

    days: tuple[float, float]
    assumed: tuple[Remark, ...] = ()


def frames_of(course: Course) -> tuple[Frame, ...]:
    """The infusions of a course in time order; parts of one dose are one frame."""
    anchors = anchors_in_order(course)
    return tuple(_frame(course, anchors, parts) for parts in _together(course))


def place(
    frame: Frame, item: Entry, *, peak: bool = False, reach: float = MOST_BEFORE
) -> Placed | Remark | None:
    """Where an entry lies in the window, or why it cannot be used; None if it is of another.

    `reach` is how many days before the infusion it is of use. A peak can have been on any of many
    days.
    """
    why = _after(frame, item) or _before(frame, item, reach)
    if isinstance(why, Remark):
        return why if why.why else None
    days = frame.days(item)
    low = max(days.low, 0.0 if peak and days.high > 0 else -reach)
    high = min(days.high, frame.latest)
    high = high if math.isfinite(high) else frame.last_look
    if not math.isfinite(high) or low > high:
        return Remark(entry=item.id, why="its day is not known")
    if high - low > MOST_OPEN and not peak:
        wide = f"its day is not known to within {MOST_OPEN:.0f} days"
        return Remark(entry=item.id, why=wide)
    return Placed(days=(low, high), assumed=_clipped(item, days, low, reach))


def _clipped(item: Entry, days: DayRange, low: float, reach: float) -> tuple[Remark, ...]:
    if low != -reach or days.low >= low:
        return ()
    early = f"day {days.low:.0f}" if math.isfinite(days.low) else "any day before"
    why = f"can be of {early} on; taken to be of day {low:.0f} or later"
    return (Remark(entry=item.id, why=why),)


_OF_ANOTHER = Remark(entry="", why="")


def _after(frame: Frame, item: Entry) -> Remark | None:
    """Why an entry lies after the window, or can."""
    told_by_this = frame.infusion.id in told_by_infusions(frame.course, item)
    found: Remark | None = None
    for end in frame.ends:
        since = gap(frame.course, end, item)
        if isinstance(end, Infusion) and since.low >= 0:
            return _OF_ANOTHER
        if since.low >= 0 and since.high > 0:
            why = f"taken after {end.id}, which the model does not hold"
            found = found or Remark(entry=item.id, why=why, beyond=True)
        elif since.high > 0 and not told_by_this:
            why = f"can have been taken after {end.id}"
            found = found or Remark(entry=item.id, why=why, beyond=True)
    return found


def _before(frame: Frame, item: Entry, reach: float) -> Remark | None:
    """Why an entry lies before the window, or can."""
    days = frame.days(item)
    if days.low >= 0:
        return None
    if frame.before is not None:
        since = gap(frame.course, frame.before, item)
        if since.high <= 0:
            return _OF_ANOTHER
        if since.low < 0:
            return Remark(entry=item.id, why=f"can have been taken before {frame.before.id}")
    for treatment in reversed(frame.treatments):
        if not given_before(frame, treatment, item):
            why = f"{treatment.id} followed, or can have, and the model does not hold it"
            return Remark(entry=item.id, why=why)
    if days.high < -reach:
        return Remark(entry=item.id, why=f"taken more than {reach:.0f} days before the infusion")
    return None


def given_before(frame: Frame, treatment: Regimen, item: Entry) -> bool:
    """Whether a treatment surely was over, as far as its end is told, when an entry began."""
    if not surely_before(frame.course, treatment, item):
        return False
    if treatment.when.ending is not Ending.KNOWN:
        return True
    return frame.days(treatment, end=True).high <= frame.days(item).low


def _together(course: Course) -> tuple[tuple[Infusion, ...], ...]:
    groups: list[list[Infusion]] = []
    for infusion in ordered(course, course.infusions):
        last = groups[-1][-1] if groups else None
        if last is not None and last.product == infusion.product and _near(course, last, infusion):
            groups[-1].append(infusion)
        else:
            groups.append([infusion])
    return tuple(tuple(group) for group in groups)


def _near(course: Course, one: Infusion, other: Infusion) -> bool:
    return days_of(course, other, one.id).high <= CLOSE_DAYS


def _frame(course: Course, anchors: tuple[Anchor, ...], parts: tuple[Infusion, ...]) -> Frame:
    first, last = anchors.index(parts[0]), anchors.index(parts[-1])
    ours = {part.id for part in parts}
    given = [
        item
        for item in course.regimens
        if item.purpose in (*SYSTEMIC, Purpose.LYMPHODEPLETION)
        and item.of not in ours  # what made ready for this infusion cannot end its window
        and days_of(course, item, parts[0].id).low > 0
    ]
    ends: list[Entry] = [*anchors[last + 1 : last + 2], *given]
    following = next((one for one in anchors[last + 1 :] if isinstance(one, Infusion)), None)
    if following is not None and following not in ends:
        ends.append(following)
    return Frame(
        course=course,
        infusion=parts[0],
        parts=parts,
        earlier=anchors[:first],
        ends=tuple(sorted(ends, key=lambda item: likely_day(course, item))),
    )
