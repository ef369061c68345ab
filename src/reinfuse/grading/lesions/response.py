"""What one visit allows, and the one grade that a series of visits gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reinfuse.grading.chart.daily import not_assessed
from reinfuse.grading.grade import Criterion, DayGrade, Grade, Reason, trust_of
from reinfuse.grading.lesions.series import Visit
from reinfuse.grading.rules.judge import Truth

Ladder = tuple[str, str, str, str]  # complete, partial, stable, progression


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitResponse:
    """The best and the worst response that one visit allows.

    `published` is what the criterion's own rule for gaps gives; `likely` the bounds if nothing
    new was there where nobody said that it was not.
    """

    day: int
    low: str
    high: str
    because: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    published: str | None = None
    likely: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What decides a visit: a progression, else a complete, else a partial response."""

    progression: Truth
    complete: Truth
    partial: Truth


def bounds(signs: Signs, ladder: Ladder) -> tuple[str, str]:
    """The best and the worst response that three-valued signs allow."""
    complete, partial, stable, progression = ladder
    if signs.progression:
        return progression, progression
    rungs = ((complete, signs.complete), (partial, signs.partial))
    low = next((level for level, truth in rungs if truth is not False), stable)
    high = next((level for level, truth in rungs if truth), stable)
    return low, progression if signs.progression is None else high


def between(levels: Sequence[str], low: str, high: str) -> tuple[str, ...]:
    """The levels from one to another, both counted in."""
    return tuple(levels[levels.index(low) : levels.index(high) + 1])


def best_until(
    criterion: Criterion, visits: Sequence[VisitResponse], progression: str
) -> tuple[str, str]:
    """The bounds of the best response of visits up to the first progression."""
    order = [str(level) for level in criterion.levels]
    low = high = visits[0]
    # A visit can count for the better only if none before surely was progression, for the
    # worse only if none before can have been.
    sure = True
    for visit in visits:
        low = min(low, visit, key=lambda one: order.index(one.low))
        if sure:
            high = min(high, visit, key=lambda one: order.index(one.high))
        sure = sure and order.index(visit.high) < order.index(progression)
        if visit.low == progression:
            break
    return low.low, high.high


def grade_of_visits(
    criterion: Criterion,
    subject: str,
    visits: tuple[VisitResponse, ...],
    *,
    topic: str,
    best: Callable[[Sequence[VisitResponse]], tuple[str, str]],
    published: str | None = None,
    needs: tuple[str, ...],
) -> Grade:
    """The best response of a series as one grade, with each visit as a day of its series."""
    if not visits:
        return not_assessed(criterion, subject, topic=topic, missing=needs)
    low, high = best(visits)
    shown = next((visit for visit in visits if visit.low == low), visits[0])
    assumed = _assumed(best, visits, (low, high))
    open_ones = [visit for visit in visits if visit.low != visit.high] if low != high else []
    return Grade(
        criterion=criterion,
        topic=topic,
        subject=subject,
        when=_when(visits),
        low=low,
        high=high,
        trust=trust_of(any(visit.because for visit in visits), low == high),
        because=shown.because,
        missing=tuple(dict.fromkeys(text for visit in open_ones for text in visit.missing)),
        assumed=assumed,
        series=tuple(DayGrade(day=one.day, low=one.low, high=one.high) for one in visits),
        as_published=low if low == high else published,
    )


def grade_of_visit(
    criterion: Criterion, subject: str, visit: VisitResponse, *, topic: str
) -> Grade:
    """One visit, or one lesion at a visit, as a grade of its own."""
    return Grade(
        criterion=criterion,
        topic=topic,
        subject=subject,
        when=f"day {visit.day}",
        low=visit.low,
        high=visit.high,
        trust=trust_of(bool(visit.because), visit.low == visit.high),
        because=visit.because,
        missing=visit.missing if visit.low != visit.high else (),
        assumed=_said_likely(visit.likely, (visit.low, visit.high)),
        series=(DayGrade(day=visit.day, low=visit.low, high=visit.high),),
        as_published=visit.low if visit.low == visit.high else visit.published,
    )


def refs(visit: Visit, item: str, site: str) -> tuple[str, ...]:
    """The entries that an item of a lesion stands in."""
    return tuple(mark.ref for mark in visit.of(item, site) if mark.ref)


def _assumed(
    best: Callable[[Sequence[VisitResponse]], tuple[str, str]],
    visits: tuple[VisitResponse, ...],
    found: tuple[str, str],
) -> tuple[str, ...]:
    likely = [
        VisitResponse(
            day=one.day, low=one.likely[0], high=one.likely[1], published=one.published
        ) if one.likely else one
        for one in visits
    ]  # fmt: skip
    return _said_likely(best(likely), found)


def _said_likely(likely: tuple[str, str] | None, found: tuple[str, str]) -> tuple[str, ...]:
    if likely is None or likely == found:
        return ()
    text = likely[0] if likely[0] == likely[1] else f"{likely[0]} to {likely[1]}"
    return (f"{text} if nothing new was there where nobody said so",)


def _when(visits: tuple[VisitResponse, ...]) -> str:
    first, last = visits[0].day, visits[-1].day
    return f"day {first}" if first == last else f"day {first} to {last}"
