"""The curve that logicle, hyperlog and biexponential scales share, and the way back from it.

Around the place of zero it is odd. A distance a above it holds the linear value

    least ((e^(up a) - 1) + share (1 - e^(-down a)) + line a)

with an inflection at zero. It is the published sum of exponentials, counted from zero: so written,
it loses no digits near zero, and Newton's method reaches every root. (FlowUtils 1.2.2 gives -1 for
values where its own does not, mostly with a wide W, and for nan.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from reinfuse.cytometry.sample import Floats

ROUNDS = 400  # Newton's method from the side that it never leaves; ten are the rule
NEAR = 1e-15


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Linear values by place: `zero` is the place of zero, and the rest as in the formula."""

    zero: float
    least: float
    up: float
    down: float = 0.0
    share: float = 0.0
    line: float = 0.0

    def linear(self, places: Floats) -> Floats:
        """Linear values of places; infinite where they are too large for a number."""
        offset = np.asarray(places) - self.zero
        with np.errstate(over="ignore"):
            return np.asarray(np.copysign(self._height(np.abs(offset)), offset))

    def place(self, values: Floats) -> Floats:
        """Places of finite linear values, by finding the root for each."""
        size = np.abs(values) / self.least
        # Both are never below the root, for the curve is convex: so Newton's method walks down.
        above = np.minimum(np.log1p(size) / self.up, size / self._slope(np.zeros(1)))
        for _ in range(ROUNDS):
            step = (self._height(above) / self.least - size) / self._slope(above)
            above -= step
            if bool((np.abs(step) <= NEAR + NEAR * above).all()):
                break
        return np.asarray(self.zero + np.copysign(above, values))

    def _height(self, above: Floats) -> Floats:
        rise = np.expm1(self.up * above) - self.share * np.expm1(-self.down * above)
        return np.asarray(self.least * (rise + self.line * above))

    def _slope(self, above: Floats) -> Floats:
        """How steep it is, for a `least` of 1."""
        rise = self.up * np.exp(self.up * above)
        return np.asarray(rise + self.share * self.down * np.exp(-self.down * above) + self.line)


def with_top(curve: Curve, top: float) -> Curve:
    """The same curve, stretched so that `top` is at place 1."""
    stretch = top / float(curve.linear(np.ones(1))[0])
    return Curve(
        zero=curve.zero,
        least=curve.least * stretch,
        up=curve.up,
        down=curve.down,
        share=curve.share,
        line=curve.line,
    )


def e_fold(curve: Curve) -> float:
    """The linear value one e-fold above zero, about where the curve begins to bend."""
    return float(curve.linear(np.array(curve.zero + 1.0 / curve.up)))


def falling_rate(up: float, width: float) -> float:
    """The `down` that makes zero an inflection: 2 ln(down / up) + width (up + down) = 0.

    Source: Moore and Parks 2012, doi:10.1002/cyto.a.22030.
    """
    down = up * math.exp(-width * up)  # never above the root
    for _ in range(ROUNDS):
        step = (2.0 * math.log(down / up) + width * (up + down)) / (2.0 / down + width)
        down -= step
        if abs(step) <= NEAR * down:
            break
    return down
