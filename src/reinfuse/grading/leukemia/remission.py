"""Whether a remission lasted long enough to be confirmed, from the looks of a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from reinfuse.grading.chart.daily import not_assessed
from reinfuse.grading.grade import Criterion, Episode, Grade, Reason, trust_of
from reinfuse.grading.leukemia.looks import MARROW, Look, looks_at
from reinfuse.grading.leukemia.response import ResponseSet, series_of
from reinfuse.grading.rules.entry import Entry, PrintedRow
from reinfuse.grading.rules.finding import name_in
from reinfuse.grading.series import rank
from reinfuse.record.chart import Chart
from reinfuse.source import Source

TOPIC = "remission"
CONFIRMED, UNCONFIRMED, LOST, NONE = "confirmed", "unconfirmed", "lost before", "no remission"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """How long a remission must last, and by which day it must have begun."""

    name: str
    title: str
    of: ResponseSet
    days: int
    begun_by: float
    source: Source
    notes: tuple[str, ...] = ()

    @property
    def criterion(self) -> Criterion:
        """The criterion as the catalogue lists it."""
        return Criterion(
            name=self.name,
            title=self.title,
            levels=(CONFIRMED, UNCONFIRMED, LOST, NONE),
            family="leukemia",
            source=self.source,
        )


@dataclass(frozen=True, slots=True)
class Run:
    """Looks in a row that were all in remission; `lost` is the look that ended them."""

    first: int
    last: int
    lost: int | None


def remission_entry(rule: Duration) -> Entry:
    """The entry of a rule for how long a remission must last."""
    return Entry(
        criterion=rule.criterion,
        topic=TOPIC,
        items=tuple(dict.fromkeys(map(name_in, rule.of.scale.keys()))),
        grade=partial(grade_remission, rule),
        table=_table(rule),
        notes=(
            "looks between two days of remission must all be in remission; a time without a "
            "look breaks nothing (ours)",
            "looks from day 1 on belong to day 0, up to the next infusion or transplant (ours)",
            *rule.notes,
        ),
    )


def grade_remission(rule: Duration, chart: Chart) -> Grade:
    """Whether a remission was confirmed by a look `days` later, with the day of its onset.

    A remission seen last and not yet so long is unconfirmed. A look that leaves open whether it
    was one can count either way, which gives the interval.
    """
    looks = looks_at(rule.of.scale, chart, rule.of.remission)
    if not looks:
        return not_assessed(rule.criterion, chart.subject, topic=TOPIC, missing=(MARROW,))
    best = runs(looks, partial(_possibly, rule))
    sure = runs(looks, partial(_surely, rule))
    low, high = _level(rule, best, looks), _level(rule, sure, looks)
    open_looks = [look for look in looks if _possibly(rule, look) and not _surely(rule, look)]
    missing = [key for look in open_looks for key in look.verdict.missing] if low != high else []
    if UNCONFIRMED in (low, high):
        missing.append(f"a look {rule.days} days later")
    return Grade(
        criterion=rule.criterion,
        topic=TOPIC,
        subject=chart.subject,
        when=f"day {sure[0].first}" if sure else "",
        low=low,
        high=high,
        trust=trust_of(len(open_looks) < len(looks) or low == high, low == high),
        because=tuple(Reason(text=_said(run)) for run in sure),
        missing=tuple(dict.fromkeys(missing)),
        series=series_of(looks),
        episodes=tuple(
            Episode(onset=run.first, peak=rule.of.scale.criterion.levels[0], peak_day=run.first,
                    resolved=run.lost)
            for run in sure
        ),
        as_published=low if low == high else None,
    )  # fmt: skip


def runs(looks: Iterable[Look], in_remission: Callable[[Look], bool]) -> tuple[Run, ...]:
    """The runs of looks in remission, in order of time."""
    found: list[Run] = []
    running: Run | None = None
    for look in looks:
        if in_remission(look):
            running = Run(running.first if running else look.day, look.day, None)
        elif running is not None:
            found.append(Run(running.first, running.last, look.day))
            running = None
    return (*found, running) if running is not None else tuple(found)


def _level(rule: Duration, found: tuple[Run, ...], looks: tuple[Look, ...]) -> str:
    counted = [run for run in found if run.first <= rule.begun_by]
    if any(run.last - run.first >= rule.days for run in counted):
        return CONFIRMED
    if any(run.last == looks[-1].day for run in counted):
        return UNCONFIRMED
    return LOST if counted else NONE


def _surely(rule: Duration, look: Look) -> bool:
    return _in(rule, look.verdict.high)


def _possibly(rule: Duration, look: Look) -> bool:
    return _in(rule, look.verdict.low)


def _in(rule: Duration, level: object) -> bool:
    """Whether a level is a remission or better than one."""
    criterion = rule.of.scale.criterion
    last = max(rank(criterion, one) for one in rule.of.remission)
    return any(level == one for one in criterion.levels if rank(criterion, one) <= last)


def _said(run: Run) -> str:
    ended = f", lost on day {run.lost}" if run.lost is not None else ""
    return f"in remission from day {run.first} to day {run.last}{ended}"


def _table(rule: Duration) -> tuple[PrintedRow, ...]:
    names = " or ".join(str(level) for level in rule.of.remission)
    return (
        PrintedRow(part="", level=CONFIRMED, words=f"{names} again {rule.days} days later or more"),
        PrintedRow(part="", level=UNCONFIRMED, words="no look late enough, none against it"),
        PrintedRow(part="", level=LOST, words="gone at a look before that"),
        PrintedRow(part="", level=NONE, words="no look in remission"),
    )
