"""The curve of CAR-T cells in blood: a rise, a peak that is smooth, a fast and a slow decline.

    t' = day - shift,   u = w softplus(t'/w),   v = w softplus(-t'/w)
    ln C = ln(peak) + S(day) - S(peak day)
    S    = -rise v + ln[(1 - lasting) exp(-fast u) + lasting exp(-slow u)]

`shift` is solved so that the highest point lies on `peak_day`. As the gate width `w` goes to
zero this is the piecewise curve of Stein 2019 (doi:10.1002/psp4.12388): exponential growth up
to Tmax, then (1 - FB) exp(-alpha (t - Tmax)) + FB exp(-beta (t - Tmax)). The smooth gate in place
of the branch follows the delay model of Li and Cheng (abstract only); its form here is ours.

The curve knows no unit. For a concentration, `log_peak` is ln(copies/ug) or ln(cells/uL). For a
percentage it is the logit, ln(odds), odds being CAR-T cells over the *other* cells of the gate:
then growth and decline are those of cell counts if the other cells of the gate stay about
constant, and the curve cannot pass 100 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Newton steps for the peak; three reach 1e-9 d for gates narrower than the fast half-life.
_PEAK_STEPS = 6
# Halvings of a bracket of at most some ten thousand days: to a millionth of a day.
_HALVINGS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class RiseAndFall:
    """Many curves at once; every field is an array `"draws"` of the same length."""

    log_peak: NDArray[np.float64]  # ln(odds) of a percentage, or ln(concentration)
    peak_day: NDArray[np.float64]  # days from infusion
    rise: NDArray[np.float64]  # 1/day
    fast: NDArray[np.float64]  # 1/day
    slow: NDArray[np.float64]  # 1/day
    lasting: NDArray[np.float64]  # share of the peak that declines slowly, 0..1
    gate: NDArray[np.float64]  # width of the turn at the peak, days


def percent_from_log_odds(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Per cent of the gate from ln(CAR-T over other cells)."""
    return 100.0 / (1.0 + np.exp(-log_odds))


def log_odds_from_percent(percent: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """ln(CAR-T over other cells) from per cent of the gate, between 0 and 100 exclusive."""
    share = np.asarray(percent, dtype=np.float64) / 100.0
    return np.log(share) - np.log1p(-share)


def peak_offset(curve: RiseAndFall) -> NDArray[np.float64]:
    """Days from the gate's centre to the highest point of each curve (`"draws"`).

    At the top rise x sigmoid(-t'/w) = h(u) x sigmoid(t'/w), h being the rate of decline, so
    t' = w ln(rise / h(w softplus(t'/w))). Newton from the left finds the first such point.
    """
    offset = curve.gate * np.log(curve.rise / _decline_rate(curve, np.zeros_like(curve.gate))[0])
    for _ in range(_PEAK_STEPS):
        scaled = offset / curve.gate
        since = curve.gate * _softplus(scaled)
        rate, bend = _decline_rate(curve, since)
        miss = offset - curve.gate * np.log(curve.rise / rate)
        # bend >= 0 and below 1/gate unless the gate is wider than the fast phase; the floor
        # keeps the step finite there.
        slope = 1.0 - curve.gate * bend * (0.5 + 0.5 * np.tanh(0.5 * scaled))
        offset = offset - miss / np.maximum(slope, 0.2)
    return offset


def log_levels(curve: RiseAndFall, days: NDArray[np.float64]) -> NDArray[np.float64]:
    """ln of the level (`"draws days"`) on `days`, one grid for all or one row per draw."""
    offset = peak_offset(curve)
    from_centre = days - curve.peak_day[:, None] + offset[:, None]
    summit = _log_shape(curve, offset[:, None])
    return curve.log_peak[:, None] + _log_shape(curve, from_centre) - summit


def last_day_at(curve: RiseAndFall, log_level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Day (`"draws"`) on which each curve, after its peak, falls through `log_level`.

    The peak day itself where the peak is not above the level. Not limited to any horizon: a slow
    phase may end years later, and the caller says how far it is willing to look.
    """
    offset = peak_offset(curve)
    summit = _log_shape(curve, offset[:, None])[:, 0]
    target = np.minimum(log_level - curve.log_peak, 0.0) + summit
    # The shape never lies above exp(-slower x days since the centre): that brackets the day.
    low = offset
    high = np.maximum(offset, -target / np.minimum(curve.fast, curve.slow)) + 1.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        above = _log_shape(curve, middle[:, None])[:, 0] > target
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    day = curve.peak_day + 0.5 * (low + high) - offset
    return np.where(log_level >= curve.log_peak, curve.peak_day, day)


def _log_shape(curve: RiseAndFall, from_centre: NDArray[np.float64]) -> NDArray[np.float64]:
    gate, lasting = curve.gate[:, None], curve.lasting[:, None]
    scaled = from_centre / gate
    after = _softplus(scaled)
    since = gate * after
    # The slower rate comes out of the logarithm, so that neither exponential can overflow.
    slower = np.minimum(curve.fast, curve.slow)
    quick = np.exp((slower - curve.fast)[:, None] * since)
    lingering = np.exp((slower - curve.slow)[:, None] * since)
    decline = np.log((1.0 - lasting) * quick + lasting * lingering) - slower[:, None] * since
    return decline - (curve.rise * curve.gate)[:, None] * (after - scaled)  # softplus(-x)


def _softplus(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """ln(1 + e^x); np.log in place of log1p, several times quicker and right to 1e-16."""
    return np.maximum(x, 0.0) + np.log(1.0 + np.exp(-np.abs(x)))


def _decline_rate(
    curve: RiseAndFall, since: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rate of decline h (1/day) after `since` days of it, and -h'/h (1/day)."""
    edge = np.log(curve.lasting) - np.log1p(-curve.lasting)
    share = 0.5 + 0.5 * np.tanh(0.5 * (edge + (curve.fast - curve.slow) * since))
    rate = curve.fast + share * (curve.slow - curve.fast)
    return rate, share * (1.0 - share) * (curve.fast - curve.slow) ** 2 / rate
