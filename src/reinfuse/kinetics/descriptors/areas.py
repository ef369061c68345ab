"""Areas under a profile and under its first moment, between any two times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.kinetics.descriptors.reasons import Numbers, Truths
from reinfuse.kinetics.descriptors.rules import AreaMethod
from reinfuse.kinetics.descriptors.series import Series, at

# Below this difference of logarithms a line is nearer to the exponential than rounding is.
_SAME = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Areas:
    """Cumulative areas up to each point `[profiles, points]`, and how levels run between them.

    Between point i and i+1 the level falls exponentially by `rate` where `bent`, else by a line.
    """

    area: Numbers
    moment: Numbers
    bent: Truths
    rate: Numbers


def areas_of(series: Series, method: AreaMethod) -> Areas:
    """Cumulative areas of level and of time x level by one of the methods."""
    time, level = series.time, series.level
    width, begin, end = np.diff(time, axis=1), level[:, :-1], level[:, 1:]
    fall = series.logs[:, :-1] - series.logs[:, 1:]
    bent = (begin > 0) & (end > 0) & (np.abs(fall) > _SAME) & (width > 0)
    if method is AreaMethod.LINEAR:
        bent &= False
    elif method is AreaMethod.LINEAR_UP_LOG_DOWN:
        bent &= fall > 0
    else:
        bent &= np.arange(width.shape[1]) >= series.peak[:, None]
    rate = np.divide(fall, width, out=np.ones_like(width), where=bent)
    drop = begin - end
    area = np.where(bent, drop / rate, width * (begin + end) / 2.0)
    first, second = time[:, :-1] * begin, time[:, 1:] * end
    moment = np.where(bent, (first - second + drop / rate) / rate, width * (first + second) / 2.0)
    return Areas(area=_summed(area), moment=_summed(moment), bent=bent, rate=rate)


def area_up_to(series: Series, areas: Areas, bound: float | Numbers) -> Numbers:
    """The area from time 0 to a bound, or to the last point used where that is earlier."""
    bounds = np.broadcast_to(np.asarray(bound, dtype=np.float64), (len(series.time),))
    place = (series.time <= bounds[:, None]).sum(axis=1) - 1
    place = np.clip(place, 0, series.time.shape[1] - 2)
    start, stop = at(series.time, place), at(series.time, place + 1)
    past = np.clip(bounds, start, stop) - start
    begin, end = at(series.level, place), at(series.level, place + 1)
    rate, bent = at(areas.rate, place), at(areas.bent, place)
    slope = np.divide(end - begin, stop - start, out=np.zeros_like(past), where=stop > start)
    straight = past * (begin + slope * past / 2.0)
    return at(areas.area, place) + np.where(bent, -begin * np.expm1(-rate * past) / rate, straight)


def time_above(series: Series, areas: Areas, threshold: float) -> Numbers:
    """How long the level is at or above a threshold, up to the last point used."""
    width = np.diff(series.time, axis=1)
    begin, end = series.level[:, :-1], series.level[:, 1:]
    over, under = begin >= threshold, end >= threshold
    straight = np.clip((threshold - begin) / (end - begin), 0.0, 1.0)
    curved = np.log(begin / threshold) / (areas.rate * width)
    crossing = np.where(areas.bent, curved, straight)
    share = np.where(over & under, 1.0, np.where(over, crossing, np.where(under, 1 - crossing, 0)))
    return (share * width).sum(axis=1)


def _summed(parts: Numbers) -> Numbers:
    """Sums up to each point, beginning with 0 at the first."""
    total = np.zeros((len(parts), parts.shape[1] + 1))
    np.cumsum(parts, axis=1, out=total[:, 1:])
    return total
