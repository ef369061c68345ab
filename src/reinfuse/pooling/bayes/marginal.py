"""The distribution of one unknown number, as a table fine enough to draw and to read off."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicHermiteSpline, CubicSpline
from scipy.special import expit, ndtr

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import Interval

Floats = NDArray[np.float64]

_FINE = 4001  # places of a table: reading between two is then right to about 1e-6 of its width
_FINE_OF_MANY = 2001  # the same for one of many numbers: 4e-6 of its width
_NODES = 401  # places at which a mixture is worked out
_REACH = 7.5  # standard deviations: 1e-13 of a component lies beyond
_BEYOND = 30.0  # standard deviations: numbers so small that processors slow down lie further out
_LIGHT = 1e-11  # of the heaviest component: lighter ones change no printed digit


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Marginal:
    """One number's distribution: `density` and `cumulative` at rising `values` (one axis)."""

    values: Floats
    density: Floats
    cumulative: Floats
    mean: float
    sd: float

    def quantile(self, share: float) -> float:
        """The value below which a share of the distribution lies; 0 < share < 1."""
        if not 0 < share < 1:
            raise ReinfuseError(f"no quantile of {share:g}", fix="give a share such as 0.975")
        return float(np.interp(share, self.cumulative, self.values))

    def below(self, value: float) -> float:
        """How likely the number is at most `value`."""
        return float(np.interp(value, self.values, self.cumulative, left=0.0, right=1.0))

    def interval(self, level: float = 0.95) -> Interval:
        """The central interval: as much of the distribution below it as above."""
        tail = (1 - level) / 2
        return Interval(low=self.quantile(tail), high=self.quantile(1 - tail), level=level)

    def as_rate(self) -> Marginal:
        """The same for a log odds written as a rate, 0 to 1."""
        rate = expit(self.values)
        slope = rate * expit(-self.values)  # 1 - rate, which would lose its digits near 1
        density = np.divide(self.density, slope, out=np.zeros_like(slope), where=slope > 0)
        middle, share = (rate[1:] + rate[:-1]) / 2, np.diff(self.cumulative)
        mean = float((middle * share).sum())
        sd = math.sqrt(max(float(((middle - mean) ** 2 * share).sum()), 0.0))
        return Marginal(values=rate, density=density, cumulative=self.cumulative, mean=mean, sd=sd)


def marginal_of_grid(places: Floats, share: Floats, values: Floats, slopes: Floats) -> Marginal:
    """The marginal of a number known at evenly spaced `places`, with a `share` for each.

    `values` are the number at those places and `slopes` its change with them (a transformed axis);
    all have one axis. `share` sums to 1.
    """
    step = places[1] - places[0]
    smooth = CubicSpline(places, share / step)
    at = np.linspace(places[0], places[-1], _FINE)
    cumulative = smooth.antiderivative()(at)
    number, slope = CubicSpline(places, values)(at), CubicSpline(places, slopes)(at)
    mean = float((share * values).sum())
    sd = math.sqrt(max(float((share * (values - mean) ** 2).sum()), 0.0))
    density = np.maximum(smooth(at), 0.0) / np.maximum(slope, 1e-300)
    return _table(number, density, cumulative, mean, sd)


def marginal_of_mixture(weights: Floats, means: Floats, sds: Floats, *, scale: float) -> Marginal:
    """The marginal of a mixture of normals; one axis (components), `weights` sum to 1.

    `scale` is the width of its finest feature. Places lie densely around the middle and thin out
    towards the tails (a hyperbolic sine), so that narrow middles and long tails are both seen.
    """
    kept = weights > _LIGHT * weights.max()
    weights, means, sds = weights[kept] / weights[kept].sum(), means[kept], sds[kept]
    middle = float(weights @ means)
    span = float((np.abs(means - middle) + _REACH * sds).max())
    places = np.linspace(-1.0, 1.0, _NODES) * math.asinh(span / scale)
    at = middle + scale * np.sinh(places)
    cumulative, density = np.empty(_NODES), np.empty(_NODES)
    heights = weights / sds / math.sqrt(2 * math.pi)
    for place, value in enumerate(at):
        score = np.clip((value - means) / sds, -_BEYOND, _BEYOND)
        # Plain sums: threads of a matrix product would wait for each other over so little.
        cumulative[place] = (weights * ndtr(score)).sum()
        density[place] = (heights * np.exp(-0.5 * score**2)).sum()
    jacobian = scale * np.cosh(places)
    smooth = CubicHermiteSpline(places, cumulative, density * jacobian)
    fine = np.linspace(places[0], places[-1], _FINE)
    variance = float(weights @ (sds**2 + (means - middle) ** 2))
    slope = smooth.derivative()(fine) / (scale * np.cosh(fine))
    return _table(
        middle + scale * np.sinh(fine),
        np.maximum(slope, 0.0),
        smooth(fine),
        middle,
        math.sqrt(variance),
    )


def marginal_of_density(places: Floats, values: Floats, log_density: Floats) -> Marginal:
    """The marginal of a density over evenly spaced `places` that stand for rising `values`.

    `log_density` is with respect to `places`, up to a constant.
    """
    share = np.exp(log_density - log_density.max())
    share = share / share.sum()
    slopes = CubicSpline(places, values).derivative()(places)
    return marginal_of_grid(places, share, values, slopes)


def marginals_of_densities(
    places: Floats, values: Floats, log_density: Floats
) -> tuple[Marginal, ...]:
    """The rates that many log odds are, as `marginal_of_density` would give them one by one.

    `places` has one axis and is shared; `values` and `log_density` have axes (places, numbers).
    """
    share = np.exp(log_density - log_density.max(axis=0))
    share = share / share.sum(axis=0)
    smooth, number = (
        CubicSpline(places, share / (places[1] - places[0])),
        CubicSpline(places, values),
    )
    at = np.linspace(places[0], places[-1], _FINE_OF_MANY)
    cumulative, density = smooth.antiderivative()(at), np.maximum(smooth(at), 0.0)
    log_odds, slope = number(at), np.maximum(number.derivative()(at), 1e-300)
    mean = (share * values).sum(axis=0)
    sd = np.sqrt((share * (values - mean) ** 2).sum(axis=0))
    return tuple(
        _table(
            log_odds[:, one],
            density[:, one] / slope[:, one],
            cumulative[:, one],
            float(mean[one]),
            float(sd[one]),
        ).as_rate()
        for one in range(values.shape[1])
    )


def _table(values: Floats, density: Floats, cumulative: Floats, mean: float, sd: float) -> Marginal:
    # Splines overshoot by some 1e-9 where nothing lies: a cumulative share never falls.
    risen = np.maximum.accumulate(np.clip(cumulative, 0.0, None))
    return Marginal(
        values=np.maximum.accumulate(values),
        density=density,
        cumulative=risen / risen[-1],
        mean=mean,
        sd=sd,
    )
