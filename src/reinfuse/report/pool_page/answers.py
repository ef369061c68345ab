"""Every method's answer as a line of one table, whether it was pooled from counts or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.pooling.summary import Answer, CouldNot, Pooling
from reinfuse.report.charts.forest_pooled_rows import By, PooledRow
from reinfuse.report.charts.words import shown
from reinfuse.report.pool_page.inputs import MethodLine, PooledEffects
from reinfuse.report.pool_page.reading import Kind, Reading, reading_of

NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One method as the table of methods shows it; all cells are words."""

    method: str
    number: str
    new: str
    tau: str
    leading: bool
    why: str = ""


def reading(pooled: Pooling | PooledEffects) -> Reading:
    """How the numbers of this page are read."""
    if isinstance(pooled, Pooling):
        return Reading(number="Rate", kind=Kind.RATE)
    return reading_of(pooled.effects, pooled.number[:1].upper() + pooled.number[1:])


def method_lines(pooled: Pooling | PooledEffects) -> tuple[MethodLine, ...]:
    """All methods in the order in which they should be read."""
    if isinstance(pooled, PooledEffects):
        return pooled.answers
    return tuple(_line(one) for one in pooled.answers)


def _line(one: Answer | CouldNot) -> MethodLine:
    if isinstance(one, CouldNot):
        return MethodLine(method=one.method, why=one.reason.why, fix=one.reason.fix)
    low, high = (one.predicted.low, one.predicted.high) if one.predicted else (None, None)
    return MethodLine(
        method=one.method, estimate=one.rate, low=one.interval.low, high=one.interval.high,
        predicted_low=low, predicted_high=high, tau=one.tau,
    )  # fmt: skip


def leading_line(lines: Sequence[MethodLine]) -> MethodLine | None:
    """The first method that gave a number."""
    return next((one for one in lines if one.estimate is not None), None)


def answer_rows(lines: Sequence[MethodLine], by: Reading) -> tuple[AnswerRow, ...]:
    """The table of methods."""
    first = leading_line(lines)
    return tuple(_row(one, by, leading=one is first) for one in lines)


def _row(one: MethodLine, by: Reading, *, leading: bool) -> AnswerRow:
    if one.estimate is None or one.low is None or one.high is None:
        why = f"{one.why}; {one.fix}" if one.fix else one.why
        return AnswerRow(method=one.method, number=NONE, new=NONE, tau=NONE, leading=False, why=why)
    return AnswerRow(
        method=one.method,
        number=by.told(one.estimate, one.low, one.high),
        new=_new(one, by) or NONE,
        tau=NONE if one.tau is None else shown(one.tau),
        leading=leading,
    )


def _new(one: MethodLine, by: Reading) -> str:
    if one.predicted_low is None or one.predicted_high is None:
        return ""
    return by.span(one.predicted_low, one.predicted_high)


def pooled_rows(lines: Sequence[MethodLine], by: Reading) -> tuple[PooledRow, ...]:
    """The rows below the cohorts of a forest plot."""
    return tuple(_pooled(lines, by))


def _pooled(lines: Sequence[MethodLine], by: Reading) -> Iterator[PooledRow]:
    first = leading_line(lines)
    for one in lines:
        if one.estimate is None or one.low is None or one.high is None:
            continue
        new = _new(one, by)
        ends = (one.predicted_low, one.predicted_high)
        low, high = (None if end is None else by.place(end) for end in ends)
        yield PooledRow(
            label=one.method,
            by=_by(one.method),
            told=by.told(one.estimate, one.low, one.high),
            low=by.place(one.low),
            middle=by.place(one.estimate),
            high=by.place(one.high),
            predicted=None if low is None or high is None else (low, high),
            predicted_told=f"new cohort {new}" if new else "",
            leading=one is first,
        )


def _by(method: str) -> By:
    """Methods carry their family in their names."""
    if method.startswith("Bayes"):
        return By.PRIOR
    counted = "maximum likelihood" in method or "one rate" in method
    return By.LIKELIHOOD if counted else By.VARIANCE
