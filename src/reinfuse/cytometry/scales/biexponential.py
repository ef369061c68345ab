"""The biexponential scale of FlowJo, told by the four numbers of a workspace."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.cytometry.sample import Floats
from reinfuse.cytometry.scales.arithmetic import LN10
from reinfuse.cytometry.scales.curve import Curve, e_fold, falling_rate
from reinfuse.cytometry.scales.limits import MOST_DECADES, require
from reinfuse.cytometry.scales.table import Table, tabled

CHANNELS = 4096  # FlowJo's own axis, whatever a workspace calls `length`


@dataclass(frozen=True, slots=True, kw_only=True)
class Biexponential:
    """FlowJo's `biex`: 0 to 1 over its axis, beyond whose ends events are piled up.

    It is a logicle with T `top` (`maxRange`), M `positive` (`pos`), A `negative` (`neg`) and
    W = log10(-`width`) / 2, but for its zero, which lies on a whole channel of 4096, and its top,
    which lies one channel beyond the axis. FlowJo reads it from a table; this is the function
    the table was made of. `width` is negative, as FlowJo writes it.
    Source: the width as CytoML converts it, github.com/RGLab/CytoML issue 38; the channels as
    FlowKit 1.3.2 and cytolib have them; the function by Moore and Parks 2012,
    doi:10.1002/cyto.a.22030.
    """

    kind: ClassVar[str] = "biexponential"
    top: float
    width: float = -10.0
    positive: float = 4.418540
    negative: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what has no curve."""
        require(
            self.top > 0
            and self.width <= -1
            and 0 <= self.negative <= MOST_DECADES
            and math.log10(max(1.0, -self.width)) <= self.positive <= MOST_DECADES
            and self.positive > 0,
            scale="biexponential",
            rule="maxRange above 0, width at most -1, neg from 0 to 100, "
            "pos above 0 and from log10(-width) to 100",
            maxRange=self.top,
            width=self.width,
            pos=self.positive,
            neg=self.negative,
        )

    def forward(self, values: ArrayLike) -> Floats:
        """Linear values on this scale, of the same shape, from 0 to 1; nan stays nan."""
        placed = _table(self).forward(values)
        return np.clip(placed, 0.0, 1.0, out=placed)

    def inverse(self, values: ArrayLike) -> Floats:
        """Values on this scale turned back to linear ones; beyond its ends, those of its ends."""
        return _curve(self).linear(np.clip(np.asarray(values, dtype=np.float64), 0.0, 1.0))

    def exact(self, values: Floats) -> Floats:
        """Finite linear values `"values"` on this scale, by finding the root for each."""
        return np.clip(_curve(self).place(values), 0.0, 1.0)


@lru_cache(maxsize=64)
def _table(scale: Biexponential) -> Table:
    curve = _curve(scale)
    return tabled(curve.place, unit=e_fold(curve), top=scale.top)


@lru_cache(maxsize=64)
def _curve(scale: Biexponential) -> Curve:
    linear_decades = math.log10(-scale.width) / 2
    below = scale.negative + linear_decades
    decades = scale.positive + scale.negative
    zero = min(int(below * CHANNELS / decades), CHANNELS // 2)
    if zero > 0:  # whole channels below zero leave the decades a little wider
        decades = below * CHANNELS / zero
    up = LN10 * decades
    down = falling_rate(up, linear_decades / decades)
    start = zero / (CHANNELS + 1)
    share = math.exp((up + down) * ((linear_decades + below) / decades - start))
    return Curve(
        zero=zero / CHANNELS,
        least=scale.top * math.exp(up * (start - 1.0)),
        up=up * CHANNELS / (CHANNELS + 1),
        down=down * CHANNELS / (CHANNELS + 1),
        share=share,
    )
