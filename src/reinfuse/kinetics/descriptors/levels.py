"""Descriptors of the rise, the peak and the three phases."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reinfuse.kinetics.descriptors.lines import Lines
from reinfuse.kinetics.descriptors.prepared import Prepared
from reinfuse.kinetics.descriptors.profiles import Sampled
from reinfuse.kinetics.descriptors.reasons import (
    Bar,
    Column,
    Note,
    Numbers,
    Reason,
    column,
    flagged,
    inherited,
)
from reinfuse.kinetics.descriptors.series import at

POOR_BELOW = 0.8


def cmax(prepared: Prepared) -> Column:
    """The highest quantified level."""
    return column(prepared.peak_level, inherited(prepared.quantified))


def tmax(prepared: Prepared) -> Column:
    """The time of the highest quantified level, the earliest of equally high ones."""
    expected = prepared.rules.peak_days
    uncertain = np.zeros(len(prepared.profiles), dtype=np.bool_)
    if expected is not None:
        profiles = prepared.profiles
        inside = (profiles.time >= expected[0]) & (profiles.time <= expected[1])
        uncertain = ~(inside & (profiles.kind != Sampled.ABSENT)).any(axis=1)
    days = at(prepared.series.time, prepared.series.peak)
    note = flagged(uncertain, Note.PEAK_UNCERTAIN)
    return column(days, inherited(prepared.quantified), note=note)


def tlag(prepared: Prepared) -> Column:
    """The time of the point before the first quantified one."""
    series = prepared.series
    first = np.argmax(series.measured, axis=1)
    return column(at(series.time, np.maximum(first - 1, 0)), inherited(prepared.quantified))


def fold_expansion(prepared: Prepared) -> Column:
    """Highest level over the lowest quantified one before it."""
    series = prepared.series
    lowest, place = _nadir(prepared)
    first = np.argmax(series.measured, axis=1)
    profiles = prepared.profiles
    before = (profiles.kind == Sampled.BELOW) & (profiles.time >= 0)
    before &= profiles.time < at(series.time, series.peak)[:, None]
    ratio = prepared.peak_level / lowest
    note = flagged(place > first, Note.FROM_NADIR) | flagged(before.any(axis=1), Note.LOWER_BOUND)
    none = Bar(~np.isfinite(lowest), Reason.NO_EARLIER_LEVEL)
    return column(ratio, inherited(prepared.quantified), none, note=note)


def fold_from(prepared: Prepared) -> Column:
    """The time of the level that the fold expansion counts from."""
    lowest, place = _nadir(prepared)
    none = Bar(~np.isfinite(lowest), Reason.NO_EARLIER_LEVEL)
    return column(at(prepared.series.time, place), inherited(prepared.quantified), none)


def _nadir(prepared: Prepared) -> tuple[Numbers, np.ndarray]:
    """The lowest quantified level before the peak and its place; infinite where there is none."""
    series = prepared.series
    before = series.measured & (np.arange(series.time.shape[1]) < series.peak[:, None])
    levels = np.where(before, series.level, np.inf)
    place = np.argmin(levels, axis=1)
    return at(levels, place), place


def doubling_time(prepared: Prepared) -> Column:
    """The time in which the level doubles in the rise."""
    rise, line = prepared.rise, prepared.rise_line
    two = flagged(line.points == 2, Note.TWO_POINTS)  # noqa: PLR2004 - the two points of a line
    return column(rise.values, inherited(rise), note=two | _poor(line))


def contraction_half_life(prepared: Prepared) -> Column:
    """The time in which the level halves right after the peak."""
    found = prepared.contraction
    return column(found.values, inherited(found), note=_poor(prepared.contraction_line))


def lambda_z(prepared: Prepared) -> Column:
    """The terminal rate constant."""
    return prepared.rate


def half_life(prepared: Prepared) -> Column:
    """The terminal half-life."""
    note = _poor(prepared.terminal)
    return column(np.log(2.0) / prepared.rate.values, inherited(prepared.rate), note=note)


def _poor(line: Lines) -> NDArray[np.uint16]:
    return flagged(line.adjusted < POOR_BELOW, Note.POOR_LINE)


def window_from(line: Lines, owner: Column) -> Column:
    """Where the window of a line begins."""
    return column(line.from_time, inherited(owner))


def window_to(line: Lines, owner: Column) -> Column:
    """Where the window of a line ends."""
    return column(line.to_time, inherited(owner))


def window_points(line: Lines, owner: Column) -> Column:
    """How many samples lie in the window of a line."""
    return column(line.points.astype(np.float64), inherited(owner))


def window_adjusted(line: Lines, owner: Column) -> Column:
    """The adjusted R2 of a line."""
    two = Bar(~np.isfinite(line.adjusted), Reason.TWO_POINTS)
    return column(line.adjusted, inherited(owner), two)


def window_r_squared(line: Lines, owner: Column) -> Column:
    """The R2 of a line."""
    return column(line.r_squared, inherited(owner))


def window_span(line: Lines, owner: Column) -> Column:
    """How many half-lives, or doubling times, the window of a line is long."""
    return column(line.span, inherited(owner))
