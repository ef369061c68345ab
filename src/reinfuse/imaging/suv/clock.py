"""One axis of seconds for the times of a scan, across midnight and with or without dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reinfuse.imaging.suv.facts import Moment, PetFacts

DAY_S = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Seconds from a fixed midnight: `start` is when the first frame of the scan began.

    `dated` says whether that midnight has a date; if not, other dates mean nothing and are ignored.
    """

    start: float
    dated: bool

    def nearest(self, moment: Moment) -> float:
        """Seconds of a moment; without a date, that of the day nearest to the start."""
        if self.dated and moment.day is not None:
            return moment.day.toordinal() * DAY_S + moment.second
        days = round((self.start - moment.second) / DAY_S)
        return days * DAY_S + moment.second

    def last_before(self, moment: Moment) -> float:
        """Seconds of a time of day, its date ignored, on the last day that has it by the start."""
        days = (self.start - moment.second) // DAY_S
        return days * DAY_S + moment.second

    def moment(self, seconds: float) -> Moment:
        """The moment at so many seconds."""
        day, second = divmod(seconds, DAY_S)
        known = self.dated and 1 <= day <= date.max.toordinal()
        return Moment(second=second, day=date.fromordinal(int(day)) if known else None)


def axis_of(facts: PetFacts) -> Axis | None:
    """The axis of a scan, or None when it has neither a time of acquisition nor of the series."""
    known = [moment for moment in facts.acquisition_times if moment is not None]
    if not known and facts.series_time is not None:
        known = [facts.series_time]
    if not known:
        return None
    first = _from_first(known)
    return Axis(start=min(first.nearest(moment) for moment in known), dated=first.dated)


def _from_first(known: Iterable[Moment]) -> Axis:
    dated = [moment for moment in known if moment.day is not None]
    first = dated[0] if dated else next(iter(known))
    midnight = first.day.toordinal() * DAY_S if first.day is not None else 0.0
    return Axis(start=midnight + first.second, dated=first.day is not None)


def told(moment: Moment) -> str:
    """A time of day as `hh:mm:ss`; the date, which could tell who somebody is, is left out."""
    whole = round(moment.second) % int(DAY_S)
    return f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
