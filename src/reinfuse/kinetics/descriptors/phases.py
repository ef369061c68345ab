"""The three straight phases of a profile: the rise, the contraction, and the last phase."""

from __future__ import annotations

import numpy as np

from reinfuse.kinetics.descriptors.lines import Lines, Window, best_lines
from reinfuse.kinetics.descriptors.reasons import Bar, Reason, Truths
from reinfuse.kinetics.descriptors.rules import Route, TerminalRule
from reinfuse.kinetics.descriptors.series import Series

RISE_POINTS = 2
CONTRACTION_POINTS = 3
SAME_FIT = 1e-4
_ROUNDING = 1e-9  # of a window that is exactly as long as it must be


def terminal_line(series: Series, rule: TerminalRule, route: Route) -> Lines:
    """The line through the last logarithms, anchored at the last quantified sample.

    Source: the rule of Phoenix WinNonlin and PKNCA: best adjusted R2, most points on a tie.
    """
    place = np.arange(series.time.shape[1])
    peak = series.peak[:, None]
    with_peak = route is Route.BOLUS if rule.with_peak is None else rule.with_peak
    inside = series.measured & (place >= peak if with_peak else place > peak)
    if rule.window is not None:
        low, high = rule.window
        inside = series.measured & (series.time >= low) & (series.time <= high)
    window = Window(
        least_points=rule.least_points, same_fit=rule.same_fit, whole=rule.window is not None
    )
    return best_lines(series.time[:, ::-1], series.logs[:, ::-1], inside[:, ::-1], window)


def terminal_bars(lines: Lines, series: Series, rule: TerminalRule) -> tuple[Bar, ...]:
    """Why a last phase is not accepted, the first reason first."""
    few = lines.eligible < rule.least_points
    short = lines.found & (lines.span < rule.least_span - _ROUNDING)
    crooked = lines.found & (lines.adjusted < rule.least_adjusted)
    return (
        Bar(series.samples == 0, Reason.NO_SAMPLE),
        Bar(~series.any_quantified, Reason.NEVER_QUANTIFIED),
        Bar(few, Reason.FEW_POINTS, lines.eligible.astype(np.float64)),
        Bar(~lines.found, Reason.NOT_FALLING),
        Bar(crooked, Reason.NOT_STRAIGHT, lines.adjusted),
        Bar(short, Reason.SHORT_WINDOW, lines.span),
    )


def contraction_line(series: Series) -> Lines:
    """The line through the first logarithms from the peak on.

    Ours, the mirror of the rule for the last phase: of the windows that begin at the peak and lie
    in the unbroken fall after it, at least three quantified samples, the best adjusted R2 and on a
    tie the most points.
    """
    inside = _unbroken(series, falling=True)
    window = Window(least_points=CONTRACTION_POINTS, same_fit=SAME_FIT)
    return best_lines(series.time, series.logs, inside, window)


def contraction_bars(lines: Lines, series: Series) -> tuple[Bar, ...]:
    """Why there is no contraction half-life."""
    few = lines.eligible < CONTRACTION_POINTS
    return (
        *sample_bars(series),
        Bar(few, Reason.FEW_FALLING, lines.eligible.astype(np.float64)),
        Bar(~lines.found, Reason.NOT_FALLING),
    )


def rise_line(series: Series) -> Lines:
    """The line through the logarithms that rise to the peak.

    Ours: of the windows that end at the peak and lie in the unbroken rise before it, the best
    adjusted R2 and on a tie the most points; where only two samples rise, these.
    """
    inside = _unbroken(series, falling=False)
    window = Window(least_points=RISE_POINTS, same_fit=SAME_FIT, rising=True)
    return best_lines(series.time[:, ::-1], series.logs[:, ::-1], inside[:, ::-1], window)


def rise_bars(lines: Lines, series: Series) -> tuple[Bar, ...]:
    """Why there is no doubling time."""
    return (*sample_bars(series), Bar(~lines.found, Reason.NO_RISE))


def sample_bars(series: Series) -> tuple[Bar, ...]:
    """Why nothing at all can be read off a profile."""
    return (
        Bar(series.samples == 0, Reason.NO_SAMPLE),
        Bar(series.any_above, Reason.ABOVE_LIMIT),
        Bar(~series.any_quantified, Reason.NEVER_QUANTIFIED),
    )


def _unbroken(series: Series, *, falling: bool) -> Truths:
    """The quantified samples of the fall that begins at the peak, or of the rise that ends there.

    A sample below the limit, kept or dropped, ends it only by not being quantified where kept.
    """
    step = np.diff(series.logs, axis=1)
    both = series.measured[:, :-1] & series.measured[:, 1:]
    goes_on = both & ((step < 0) if falling else (step > 0))
    place = np.arange(series.time.shape[1])
    peak = series.peak[:, None]
    if falling:
        broken = ~goes_on & (place[:-1] >= peak)
        ends = np.where(broken.any(axis=1), np.argmax(broken, axis=1), len(place) - 1)
        run = (place >= peak) & (place <= ends[:, None])
    else:
        broken = ~goes_on & (place[:-1] < peak)
        reverse = np.argmax(broken[:, ::-1], axis=1)
        starts = np.where(broken.any(axis=1), len(place) - 1 - reverse, 0)
        run = (place <= peak) & (place >= starts[:, None])
    return series.measured & run
