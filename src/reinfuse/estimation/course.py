"""The CAR-T curves of a course: one fit for each infusion, each compared with the one before."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from reinfuse.estimation.compare import CurveComparison, NoRatio, compare_curves
from reinfuse.estimation.fit import CurveFit, NoCurve, fit_curve
from reinfuse.kinetics.data import Below, CurveData, Level, PeakSeen, Point, UnusableLevel
from reinfuse.quantity import find_unit
from reinfuse.record import Course, clock_of
from reinfuse.synopsis import CartPoint, CartSeries, cart_measurements

MOST_NAMED = 3
SHOWN_DAYS = 120.0  # how far a curve is drawn even where less was measured
# Infusions this near are a split dose or two products; no percentage parts their cells (ours).
CLOSE_DAYS = 3
# A level of 100 % has no odds; it is taken as one cell short in a thousand.
FULL_PERCENT, NEARLY_FULL_PERCENT = 100.0, 99.9


@dataclass(frozen=True, slots=True)
class InfusionFit:
    """The measurements of one infusion and what was fitted to them.

    `left_out` says of the measurements that the curve could not use, why.
    """

    series: CartSeries
    fit: CurveFit | NoCurve
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseCurves:
    """Every infusion of a course in time order, and each ratio to the infusion before."""

    infusions: tuple[InfusionFit, ...]
    comparisons: tuple[CurveComparison | NoRatio, ...]


def fit_course(course: Course, *, seed: int) -> CourseCurves:
    """Fit the CAR-T percentages in blood after each infusion.

    Each infusion has its own stream of random numbers, so that adding one changes no other.
    """
    fitted = []
    every = cart_measurements(course)
    together = _given_together(course, every)
    for place, series in enumerate(every):
        points, left_out, gate = _points(series)
        fit = _fit(series, points, gate, rng=_chance(seed, place))
        fitted.append(InfusionFit(series, _told_together(fit, together[place]), left_out))
    comparisons = tuple(
        compare_curves(one.fit, other.fit, rng=_chance(seed, 1000 + place))
        for place, (one, other) in enumerate(pairwise(fitted))
    )
    return CourseCurves(tuple(fitted), comparisons)


def _chance(seed: int, place: int) -> np.random.Generator:
    return np.random.default_rng([seed, place])


@dataclass(frozen=True, slots=True)
class _Gate:
    """What the percentages of a curve are taken to be of, and for how many nobody stated it."""

    name: str | None
    unstated: int


def _fit(
    series: CartSeries, points: tuple[Point, ...], gate: _Gate, *, rng: np.random.Generator
) -> CurveFit | NoCurve:
    try:
        data = CurveData(
            label=series.infusion, points=points, gate=gate.name, gate_unstated=gate.unstated
        )
    except UnusableLevel as error:
        return NoCurve(label=series.infusion, why=error.what, missing=(error.fix,))
    last = max([SHOWN_DAYS, *(point.day[1] for point in points if point.day)])
    return fit_curve(data, rng=rng, band_days=np.arange(last + 1))


def _given_together(course: Course, every: Sequence[CartSeries]) -> list[tuple[CartSeries, ...]]:
    """For each infusion, all that can lie so near to it that their cells are one series."""
    clock = clock_of(course)
    groups: list[list[CartSeries]] = []
    for series in every:
        before = groups[-1][-1] if groups else None
        if before and clock.days(series.infusion, before.infusion).low <= CLOSE_DAYS:
            groups[-1].append(series)
        else:
            groups.append([series])
    return [tuple(group) for group in groups for _ in group]


def _told_together(fit: CurveFit | NoCurve, together: tuple[CartSeries, ...]) -> CurveFit | NoCurve:
    """The fit with a word on cells that it cannot tell from those of the infusions beside."""
    holds = [series.infusion for series in together if series.points]
    if len(together) == 1 or not holds:
        return fit
    names = " and ".join(series.infusion for series in together)
    close = (
        f"{names} can lie within {CLOSE_DAYS} days of one another, and the cells of infusions so "
        "close cannot be told apart"
    )
    if isinstance(fit, CurveFit):
        return replace(fit, words=(*fit.words, f"{close}: this curve can be of all of them"))
    if fit.label in holds:
        return fit
    return NoCurve(
        label=fit.label,
        why=f"{close}; they are shown with {holds[-1]}",
        missing=("levels of each product by an assay of its own",),
    )


def _points(series: CartSeries) -> tuple[tuple[Point, ...], tuple[str, ...], _Gate]:
    usable = [point for point in series.points if not _unusable(point)]
    gate = _gate(usable)
    found: list[Point] = []
    left_out: dict[str, list[str]] = {}
    for point in series.points:
        reason = _unusable(point) or _of_another_gate(point, gate)
        if reason:
            left_out.setdefault(reason, []).append(point.entry)
        else:
            found.append(_point(point))
    told = tuple(
        f"{', '.join(entries) if len(entries) <= MOST_NAMED else f'{len(entries)} measurements'}:"
        f" {reason}"
        for reason, entries in left_out.items()
    )
    unstated = sum(point.denominator is None for point in usable) if gate else 0
    return tuple(found), told, _Gate(gate, unstated)


def _gate(usable: Sequence[CartPoint]) -> str | None:
    """The gate that most points state; of several as frequent, that of the highest level."""
    stated = [point for point in usable if point.denominator is not None]
    often = Counter(_folded(point.denominator) for point in stated)
    most = max(often.values(), default=0)
    tied = [point for point in stated if often[_folded(point.denominator)] == most]
    top = max(tied, key=lambda point: (point.peak, point.value or 0.0), default=None)
    return None if top is None else top.denominator


def _of_another_gate(point: CartPoint, gate: str | None) -> str:
    if gate is None or point.denominator is None or _folded(point.denominator) == _folded(gate):
        return ""
    return f"measured in per cent of {point.denominator}, and the curve is of {gate}"


def _folded(gate: str | None) -> str:
    return " ".join((gate or "").replace("-", " ").casefold().split())


def _unusable(point: CartPoint) -> str:
    if point.site not in (None, "blood", "peripheral blood"):
        return f"measured in {point.site}, and the curve is of blood"
    if not point.surely:
        return "it can have been taken before the infusion or after the next"
    if point.unit not in (None, "%"):
        return f"measured in {find_unit(point.unit).label}, and the curve is of percentages"
    if point.detected and point.value is None:
        return "detected, and no number is given"
    if not point.peak and not math.isfinite(point.days.high):
        return "its day is not known"
    return ""


def _point(point: CartPoint) -> Point:
    low = max(0.0, point.days.low)
    day = (low, max(low, point.days.high))
    if not point.detected or point.value is None or point.value <= 0:
        limit = point.limit
        return Below(day=day, limit_percent=limit if limit and limit < FULL_PERCENT else None)
    percent = NEARLY_FULL_PERCENT if point.value >= FULL_PERCENT else point.value
    if point.peak:
        return PeakSeen(percent=percent, day=day if math.isfinite(day[1]) else None)
    return Level(percent=percent, day=day)
