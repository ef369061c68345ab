"""What may be taken as day 0, named, coloured and given one place on the axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reinfuse.record import Course, Infusion, Transplant, clock_of
from reinfuse.report.timeline.paper import INFUSION_COLOURS, TRANSPLANT_COLOURS
from reinfuse.timeline import DayRange

_LOOKS: dict[type[Infusion | Transplant], tuple[str, tuple[str, ...]]] = {
    Infusion: ("Infusion", INFUSION_COLOURS),
    Transplant: ("Transplant", TRANSPLANT_COLOURS),
}
_AFTER_THE_LAST_DAYS = 90.0  # where an anchor is drawn of which only "later" is known


@dataclass(frozen=True, slots=True)
class Anchor:
    """An infusion or a transplant.

    `place` is where its day 0 is drawn: a day number (date.toordinal) in a course with dates,
    days from the first anchor in one without. `dates` is what the course knows of it.
    """

    entry: Infusion | Transplant
    name: str
    badge: str
    colour: str
    place: float
    dates: DayRange

    @property
    def id(self) -> str:
        """The id of the infusion or transplant."""
        return self.entry.id

    @property
    def infusion(self) -> bool:
        """Whether CAR-T cells were given."""
        return isinstance(self.entry, Infusion)

    @property
    def spread(self) -> float:
        """How many days its date may lie from where it is drawn."""
        if not self.dates.bounded:
            return math.inf if self.dates_known else 0.0
        return max(self.dates.high - self.place, self.place - self.dates.low)

    @property
    def dates_known(self) -> bool:
        """Whether anything is known of its date."""
        return math.isfinite(self.dates.low) or math.isfinite(self.dates.high)


def place_anchors(course: Course) -> tuple[Anchor, ...]:
    """Every anchor in the order in which it is drawn.

    Each is put in the middle of what its date and the anchors placed before it leave open. The
    bounds of the clock are the tightest ones, so such a choice never rules the next one out.
    """
    clock = clock_of(course)
    places: dict[str, float] = {}
    for entry in course.anchors():
        dates = clock.dates(entry.id)
        lows, highs = [dates.low], [dates.high]
        for other, place in places.items():
            days = clock.days(entry.id, other)
            lows.append(place + days.low)
            highs.append(place + days.high)
        places[entry.id] = _middle(max(lows), min(highs), [*places.values()])
    return _named(course, places)


def usual_day_0(anchors: Sequence[Anchor]) -> Anchor | None:
    """The last infusion, or the last transplant where no cells were given."""
    infusions = [anchor for anchor in anchors if anchor.infusion]
    found = infusions or list(anchors)
    return found[-1] if found else None


def _middle(low: float, high: float, earlier: list[float]) -> float:
    if math.isfinite(low) and math.isfinite(high):
        return float(math.floor((low + high) / 2))
    if math.isfinite(low):
        return max(low, *(place + _AFTER_THE_LAST_DAYS for place in earlier), low)
    if math.isfinite(high):
        return high
    return max(earlier) + _AFTER_THE_LAST_DAYS if earlier else 0.0


def _named(course: Course, places: dict[str, float]) -> tuple[Anchor, ...]:
    clock = clock_of(course)
    many = {Infusion: len(course.infusions) > 1, Transplant: len(course.transplants) > 1}
    seen = {Infusion: 0, Transplant: 0}
    found: list[Anchor] = []
    for entry in sorted(course.anchors(), key=lambda one: places[one.id]):
        sort = type(entry)
        seen[sort] += 1
        number = str(seen[sort])
        word, colours = _LOOKS[sort]
        found.append(
            Anchor(
                entry=entry,
                name=f"{word} {number}" if many[sort] else word,
                badge=number if sort is Infusion else ("T" + number if many[sort] else "T"),
                colour=colours[(seen[sort] - 1) % len(colours)],
                place=places[entry.id],
                dates=clock.dates(entry.id),
            )
        )
    return tuple(found)
