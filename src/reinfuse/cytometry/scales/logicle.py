"""The logicle scale: linear around zero, logarithmic far from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.cytometry.sample import Floats
from reinfuse.cytometry.scales.arithmetic import LN10
from reinfuse.cytometry.scales.curve import Curve, e_fold, falling_rate, with_top
from reinfuse.cytometry.scales.limits import MOST_DECADES, require
from reinfuse.cytometry.scales.table import Table, tabled


@dataclass(frozen=True, slots=True, kw_only=True)
class Logicle:
    """A biexponential that is as straight as can be at zero, where `top` T is at 1.

    `width` W is about how many decades are linear, `decades` M how many a true logarithm would
    have, `negative` A how many more there are below zero.
    Source: Moore and Parks 2012, doi:10.1002/cyto.a.22030; Spidlen 2015, ISAC's Gating-ML 2.0,
    doi:10.1002/cyto.a.22690.
    """

    kind: ClassVar[str] = "logicle"
    top: float
    width: float
    decades: float
    negative: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what the standard does not allow."""
        require(
            self.top > 0
            and 0 < self.decades <= MOST_DECADES
            and 0 <= 2 * self.width <= self.decades
            and -self.width <= self.negative <= self.decades - 2 * self.width,
            scale="logicle",
            rule="T above 0, M above 0 and up to 100, W from 0 to M / 2, and A from -W to M - 2 W",
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
def _table(scale: Logicle) -> Table:
    curve = _curve(scale)
    return tabled(curve.place, unit=e_fold(curve), top=scale.top)


@lru_cache(maxsize=64)
def _curve(scale: Logicle) -> Curve:
    whole = scale.decades + scale.negative
    up, width = whole * LN10, scale.width / whole
    down = falling_rate(up, width)
    curve = Curve(
        zero=(scale.negative + scale.width) / whole,
        least=1.0,
        up=up,
        down=down,
        share=math.exp(width * (up + down)),
    )
    return with_top(curve, scale.top)
