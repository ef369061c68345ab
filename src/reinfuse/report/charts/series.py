"""Series of one course around one infusion: what was measured, when, and what was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.quantity import Limit, find_unit
from reinfuse.record import Course, Infusion, Observation, Purpose, Regimen, days_of
from reinfuse.record.plausible import analyte_name
from reinfuse.report.charts.words import clock_shown, days_shown
from reinfuse.timeline import DayRange

MINUTES_A_DAY = 1440.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value on days known as an interval; with a limit it bounds the value."""

    low_day: float
    high_day: float
    value: float
    limit: Limit
    minute: int | None = None  # after midnight, where the day and the time of day are known

    @property
    def exact_day(self) -> bool:
        """Whether the day is known."""
        return self.low_day == self.high_day

    @property
    def moment(self) -> float:
        """The day with its part gone by; the middle of the days where the day is not known."""
        return (self.low_day + self.high_day) / 2 + (self.minute or 0) / MINUTES_A_DAY

    @property
    def when(self) -> str:
        """In words: `day 3, 14:30`."""
        return days_shown(self.low_day, self.high_day) + clock_shown(self.minute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """All values of one analyte in one unit, in the order of their days."""

    analyte: str
    unit: str
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A treatment, on days known as intervals; `high_day` may be infinite."""

    words: str
    low_day: float
    high_day: float
    minute: int | None = None  # after midnight, where the day and the time of day are known

    @property
    def moment(self) -> float:
        """The earliest day with its part gone by; its beginning where no time of day is known."""
        return self.low_day + (self.minute or 0) / MINUTES_A_DAY

    @property
    def when(self) -> str:
        """In words: `day 5, 20:30`."""
        return days_shown(self.low_day, self.high_day) + clock_shown(self.minute)


def collect_panels(
    course: Course, infusion: Infusion, analytes: Sequence[str], *, first: float, last: float
) -> tuple[Panel, ...]:
    """A panel for each analyte and dimension with a number from day `first` to day `last`.

    The unit of a panel is that of its first value. A value whose day can lie outside is left out.
    """
    units: dict[tuple[str, str], str] = {}
    samples: dict[tuple[str, str], list[Sample]] = {}
    for entry in _of(course, analytes):
        if entry.value is None:
            continue
        days = days_of(course, entry, infusion.id)
        if first <= days.low and days.high <= last:
            key = (_canonical(entry.analyte, analytes), entry.value.dimension)
            unit = units.setdefault(key, entry.value.unit)
            samples.setdefault(key, []).append(_sample(entry, days, unit))
    order = sorted(units, key=lambda key: (analytes.index(key[0]), key[1]))
    return tuple(
        Panel(
            analyte=key[0],
            unit=find_unit(units[key]).label,
            samples=tuple(sorted(samples[key], key=lambda one: (one.moment, one.low_day))),
        )
        for key in order
    )


def reported_words(
    course: Course, infusion: Infusion, analytes: Sequence[str], *, first: float, last: float
) -> tuple[str, ...]:
    """What is known without a drawing: a word such as `increased`, and numbers of later days."""
    told = []
    for entry in _of(course, analytes):
        days = days_of(course, entry, infusion.id)
        if entry.result is not None and days.high >= first and days.low <= last:
            told.append(f"{entry.analyte}: {entry.result}, {days}; no number")
        elif entry.value is not None and days.low > last:
            told.append(f"{entry.analyte}: {entry.value.shown()}, {days}")
    return tuple(dict.fromkeys(told))


def treatments(
    course: Course, infusion: Infusion, purposes: Sequence[Purpose], *, first: float, last: float
) -> tuple[Given, ...]:
    """What was given for these purposes and can have been given from day `first` to `last`."""
    given = []
    for regimen in course.regimens:
        days = days_of(course, regimen, infusion.id)
        if regimen.purpose in purposes and days.low >= first and days.low <= last:
            words = _drugs(regimen) if days.exact else f"{_drugs(regimen)}, {days}"
            minute = regimen.when.start.minute if days.exact else None
            given.append(Given(words=words, low_day=days.low, high_day=days.high, minute=minute))
    return tuple(sorted(given, key=lambda one: (one.moment, one.words)))


def _of(course: Course, analytes: Sequence[str]) -> Iterator[Observation]:
    wanted = {_one_name(name) for name in analytes}
    return (one for one in course.observations if _one_name(one.analyte) in wanted)


def _canonical(analyte: str, analytes: Sequence[str]) -> str:
    return next(name for name in analytes if _one_name(name) == _one_name(analyte))


def _one_name(analyte: str) -> str:
    """The same for all spellings of an analyte, such as CRP and C-reactive protein."""
    return analyte_name(analyte).casefold()


def _sample(entry: Observation, days: DayRange, unit: str) -> Sample:
    assert entry.value is not None  # collect_panels hands on values only
    value = entry.value.to(unit)
    minute = entry.when.start.minute if days.exact else None
    return Sample(
        low_day=days.low, high_day=days.high, value=value.value, limit=value.limit, minute=minute
    )


def _drugs(regimen: Regimen) -> str:
    names = [f"{one.name} {one.dose.shown() if one.dose else ''}".strip() for one in regimen.drugs]
    return ", ".join(names) or regimen.name or str(regimen.purpose)
