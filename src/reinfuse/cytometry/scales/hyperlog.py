"""The hyperlog scale: a line and an exponential added."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.cytometry.sample import Floats
from reinfuse.cytometry.scales.arithmetic import LN10
from reinfuse.cytometry.scales.curve import Curve, e_fold, with_top
from reinfuse.cytometry.scales.limits import MOST_DECADES, require
from reinfuse.cytometry.scales.table import Table, tabled

LEAST_WIDTH = 1e-12  # of decades: what is above 0 as far as numbers can tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperlog:
    """A straight line at zero that turns into a logarithm, where `top` T is at 1.

    `width` W is about how many decades are linear, `decades` M how many a true logarithm would
    have, `negative` A how many more there are below zero.
    Source: Bagwell 2005, doi:10.1002/cyto.a.20114; Spidlen 2015, ISAC's Gating-ML 2.0,
    doi:10.1002/cyto.a.22690.
    """

    kind: ClassVar[str] = "hyperlog"
    top: float
    width: float
    decades: float
    negative: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what the standard does not allow."""
        require(
            self.top > 0
            and 0 < self.decades <= MOST_DECADES
            and LEAST_WIDTH < 2 * self.width <= self.decades
            and -self.width <= self.negative <= self.decades - 2 * self.width,
            scale="hyperlog",
            rule="T above 0, M above 0 and up to 100, W above 0 and up to M / 2, "
            "and A from -W to M - 2 W",
            T=self.top,
            W=self.width,
            M=self.decades,
            A=self.negative,
        )

    def forward(self, values: ArrayLike) -> Floats:
        """Linear values on this scale, of the same shape; nan stays nan.

        Within 1e-10 of `exact` for parameters that are in use, and 1e-8 for any.
        """
        return _table(self).forward(values)

    def inverse(self, values: ArrayLike) -> Floats:
        """Values on this scale turned back to linear ones."""
        return _curve(self).linear(np.asarray(values, dtype=np.float64))

    def exact(self, values: Floats) -> Floats:
        """Finite linear values `"values"` on this scale, by finding the root for each."""
        return _curve(self).place(values)


@lru_cache(maxsize=64)
def _table(scale: Hyperlog) -> Table:
    curve = _curve(scale)
    return tabled(curve.place, unit=e_fold(curve), top=scale.top)


@lru_cache(maxsize=64)
def _curve(scale: Hyperlog) -> Curve:
    whole = scale.decades + scale.negative
    up, width = whole * LN10, scale.width / whole
    curve = Curve(
        zero=(scale.negative + scale.width) / whole,
        least=1.0,
        up=up,
        line=math.exp(up * width) / width,
    )
    return with_top(curve, scale.top)
