"""The best response that a published set of response criteria gives over the looks of a chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from reinfuse.grading.chart.daily import not_assessed, reasons
from reinfuse.grading.grade import DayGrade, Grade, Level, Reason, Trust, trust_of
from reinfuse.grading.leukemia.looks import LATELY, MARROW, Look, lately_given, looks_at
from reinfuse.grading.rules.entry import Entry, printed_table
from reinfuse.grading.rules.finding import Findings, name_in
from reinfuse.grading.rules.scale import Scale, assess
from reinfuse.grading.series import rank
from reinfuse.record.chart import Chart

TOPIC = "leukemia response"
GROWTH_FACTOR, GROWTH_FACTOR_DAYS = "G-CSF", 7


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseSet:
    """One published set: its table, which levels are a remission, and its own rule for gaps.

    `filled` gives the findings of a look as the set itself completes them: what it asks for only
    if available, or a way to do without a marrow; `also` names the items that this looks at.
    """

    scale: Scale
    remission: tuple[Level, ...]
    filled: Callable[[Chart, Look], Findings]
    also: tuple[str, ...] = ()


def as_recorded(_chart: Chart, look: Look) -> Findings:
    """The findings of a set that has no rule for gaps."""
    return look.on.findings


def response_entry(of: ResponseSet, *, variants: tuple[str, ...]) -> Entry:
    """The entry of a set of response criteria; `variants` are never to be mixed with it."""
    keys = of.scale.keys()
    given = [item for key in keys if key in LATELY for item in LATELY[key].given]
    names = (*map(name_in, keys), *given, *of.also, GROWTH_FACTOR)
    return Entry(
        criterion=of.scale.criterion,
        topic=TOPIC,
        items=tuple(dict.fromkeys(names)),
        grade=partial(grade_response, of),
        table=printed_table(of.scale),
        notes=(*of.scale.notes, *COMMON_NOTES),
        variants=variants,
    )


COMMON_NOTES = (
    "the grade of a chart is the best response of all looks; the series holds each look (ours)",
    "looks from day 1 on belong to day 0, up to the next infusion or transplant (ours)",
    "what treatment began with is the last value before day 1 where none was charted (ours)",
    "counts, MRD and examinations within 7 days of a marrow belong to it (ours)",
    "transfusions that nobody charted are not known to be absent; G-CSF is told, never counted",
)


def grade_response(of: ResponseSet, chart: Chart) -> Grade:
    """The best response over all looks, as an interval, with each look in the series.

    A response without a look at the marrow is not evaluable unless something else settles it.
    """
    looks = looks_at(of.scale, chart, of.remission)
    criterion = of.scale.criterion
    if not looks:
        return not_assessed(criterion, chart.subject, topic=TOPIC, missing=(MARROW,))
    low = min((look.verdict.low for look in looks), key=partial(rank, criterion))
    best = min(looks, key=lambda look: rank(criterion, look.verdict.high))
    high = best.verdict.high
    known = low == high or any(MARROW in look.on.findings for look in looks)
    opened = [look for look in looks if rank(criterion, look.verdict.low) < rank(criterion, high)]
    return Grade(
        criterion=criterion,
        topic=TOPIC,
        subject=chart.subject,
        when=_when(looks),
        low=low,
        high=high,
        trust=trust_of(known, low == high) if known else Trust.NOT_EVALUABLE,
        because=(
            *reasons(best.verdict.because or tuple(best.on.marks), best.on),
            *_told(chart, best),
        ),
        missing=tuple(dict.fromkeys(key for look in opened for key in look.verdict.missing)),
        series=series_of(looks),
        as_published=_as_published(of, chart, looks),
    )


def series_of(looks: tuple[Look, ...]) -> tuple[DayGrade, ...]:
    """The levels of each look."""
    return tuple(
        DayGrade(day=look.day, low=look.verdict.low, high=look.verdict.high) for look in looks
    )


def _as_published(of: ResponseSet, chart: Chart, looks: tuple[Look, ...]) -> Level | None:
    """The best response once each look is completed by the set's own rule for gaps."""
    found = [assess(of.scale, of.filled(chart, look)) for look in looks]
    criterion = of.scale.criterion
    low = min((one.low for one in found), key=partial(rank, criterion))
    high = min((one.high for one in found), key=partial(rank, criterion))
    return low if low == high else None


def _told(chart: Chart, look: Look) -> tuple[Reason, ...]:
    mark = lately_given(chart, GROWTH_FACTOR, look.day, GROWTH_FACTOR_DAYS)
    if mark is None:
        return ()
    text = f"G-CSF on day {mark.day:g}: the neutrophils may owe to it"
    return (Reason(text=text, entries=(mark.ref,) if mark.ref else ()),)


def _when(looks: tuple[Look, ...]) -> str:
    first, last = looks[0].day, looks[-1].day
    return f"best of day {first} to {last}" if last > first else f"day {first}"
