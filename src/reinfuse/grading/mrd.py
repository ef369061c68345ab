"""Measurable residual disease against the cut of 0.01 %, with what was looked at."""

from __future__ import annotations

import math

from reinfuse.grading.grade import Criterion, Grade, Reason, Trust
from reinfuse.grading.names import is_marrow, measures
from reinfuse.grading.numbers import number_in, range_in
from reinfuse.record import Course, Observation, Result
from reinfuse.source import Source, Standing

UNDETECTABLE, BELOW_CUT, ABOVE_CUT = "undetectable", "below 0.01 %", "0.01 % or above"
ELN_2024_MRD = Criterion(
    name="ELN-2024-ALL-MRD",
    title="Measurable residual disease of B-ALL, cut 1e-4",
    levels=(UNDETECTABLE, BELOW_CUT, ABOVE_CUT),
    source=Source(
        cite="Gökbuget 2024", place="Blood 143:1891, MRD table", standing=Standing.SECONDARY
    ),
)
CUT_PERCENT = 0.01
_Z = 1.959964  # of a two-sided 95 % interval
# What flow laboratories commonly acquire; shown as an assumption where none is stated (ours).
ASSUMED_EVENTS = (200_000, 1_000_000)
# Where no limit is stated it may lie anywhere here, in per cent (ours; see the clinical reading).
LIMIT_RANGE_PERCENT = (0.001, 0.011)


def grade_mrd(course: Course) -> tuple[Grade, ...]:
    """Grade every MRD result of the marrow by the cut of 0.01 %.

    A number is a count of cells: with few events its interval can cross the cut. A negative
    says only that the level lies below the assay's limit; where none is stated the class stays
    open, and what it would be under an assumed limit is said as an assumption.

    Source: ELN 2024 adult ALL (Gökbuget, Blood 143:1891).
    """
    return tuple(
        _grade(course, item)
        for item in course.observations
        if is_marrow(item.site)
        and measures(item, "MRD")
        and all(value is None or value.fits("%") for value in (item.value, item.limit))
    )


def _grade(course: Course, item: Observation) -> Grade:
    low, high, missing, assumed = _class_of(item)
    if item.method is None:
        missing = (*missing, "method")
    text = f"MRD {item.value.shown() if item.value else item.result}"
    return Grade(
        criterion=ELN_2024_MRD,
        topic="MRD",
        subject=item.id,
        when=str(item.when),
        low=low,
        high=high,
        trust=Trust.DERIVED if low == high else Trust.BOUNDED,
        reported=None if item.value is not None else str(item.result),
        reported_by=(item.id,),
        because=(Reason(text=text, entries=(item.id,)),),
        missing=missing,
        assumed=assumed,
    )


Found = tuple[str, str, tuple[str, ...], tuple[str, ...]]  # low, high, missing, assumed


def _class_of(item: Observation) -> Found:
    found = range_in(item.value, "%")
    if found is None or found[1] == 0:
        return _of_negative(item, number_in(item.limit, "%"))
    low, high = found
    if low == high:
        return _of_number(item, high)
    if low == 0:  # below a limit
        return UNDETECTABLE, _side(high), ("the measured value",), ()
    return _side(low), _side(high), ("the measured value",), ()


def _of_number(item: Observation, percent: float) -> Found:
    if item.events is not None:
        span = poisson_interval(percent, item.events)
        low, high = _side(span[0]), _side(span[1])
        return low, high, (), (f"95 % interval {span[0]:.2g} to {span[1]:.2g} % by events counted",)
    spans = [(events, poisson_interval(percent, events)) for events in ASSUMED_EVENTS]
    assumed = tuple(
        f"with {events:,} events the 95 % interval would be {span[0]:.3f} to {span[1]:.3f} %"
        for events, span in spans
    )
    widest = spans[0][1]
    low, high = _side(widest[0]), _side(widest[1])
    if low == high:
        assumed = ()  # the class does not hang on it
    return low, high, ("events counted",), assumed


def _of_negative(item: Observation, limit: float | None) -> Found:
    if item.result in (Result.POSITIVE, Result.DETECTED):
        return BELOW_CUT, ABOVE_CUT, ("the measured value",), ()
    if limit is not None:
        high = BELOW_CUT if limit <= CUT_PERCENT else ABOVE_CUT
        return UNDETECTABLE, high, (), ()
    low, top = LIMIT_RANGE_PERCENT
    assumed = (
        f"limit assumed {CUT_PERCENT} %, not stated: then the class is at most {BELOW_CUT}",
        f"where no limit is stated it is taken to lie between {low} and {top} %",
    )
    return UNDETECTABLE, ABOVE_CUT, ("limit of detection",), assumed


def _side(percent: float) -> str:
    return ABOVE_CUT if percent >= CUT_PERCENT else BELOW_CUT


def poisson_interval(percent: float, events: int) -> tuple[float, float]:
    """A 95 % interval of a rare share that was counted among `events` cells, in per cent.

    Source: Byar's approximation of the exact Poisson interval (Breslow and Day 1987, volume 2,
    chapter 2), within 1 % of it from three counted cells on.
    """
    counted = percent / 100 * events
    above = counted + 1
    low = 0.0
    if counted > 0:
        low = counted * max(0.0, 1 - 1 / (9 * counted) - _Z / (3 * math.sqrt(counted))) ** 3
    high = above * (1 - 1 / (9 * above) + _Z / (3 * math.sqrt(above))) ** 3
    return low / events * 100, high / events * 100
