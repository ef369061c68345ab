"""Scales with a formula in both directions: linear, logarithmic, inverse hyperbolic sine.

Each maps the top T of the linear values to 1. Values are taken in any float type and shape and
given back as float64.
Standard: Spidlen 2015, ISAC's Gating-ML 2.0, doi:10.1002/cyto.a.22690.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.cytometry.sample import Floats
from reinfuse.cytometry.scales.limits import MOST_DECADES, require

LN10 = math.log(10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """(x + A) / (T + A): `shift` A below zero is at 0, `top` T is at 1."""

    kind: ClassVar[str] = "linear"
    top: float
    shift: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what the standard does not allow."""
        require(
            self.top > 0 and 0 <= self.shift <= self.top,
            scale="linear",
            rule="T above 0, and A from 0 to T",
            T=self.top,
            A=self.shift,
        )

    def forward(self, values: ArrayLike) -> Floats:
        """Linear values on this scale, of the same shape."""
        return np.asarray((_doubles(values) + self.shift) / (self.top + self.shift))

    def inverse(self, values: ArrayLike) -> Floats:
        """Values on this scale turned back to linear ones."""
        return np.asarray(_doubles(values) * (self.top + self.shift) - self.shift)


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """log10(x / T) / M + 1: the `decades` M below `top` T lie from 0 to 1.

    Zero and negative values have no place on it: nan.
    """

    kind: ClassVar[str] = "log"
    top: float
    decades: float

    def __post_init__(self) -> None:
        """Refuse what the standard does not allow."""
        require(
            self.top > 0 and 0 < self.decades <= MOST_DECADES,
            scale="log",
            rule="T above 0, and M above 0 and up to 100",
            T=self.top,
            M=self.decades,
        )

    def forward(self, values: ArrayLike) -> Floats:
        """Linear values on this scale, of the same shape; nan where they are not above zero."""
        given = _doubles(values)
        placed = np.full(given.shape, np.nan)
        np.log10(given / self.top, out=placed, where=given > 0)
        placed /= self.decades
        placed += 1.0
        return placed

    def inverse(self, values: ArrayLike) -> Floats:
        """Values on this scale turned back to linear ones."""
        return np.asarray(self.top * np.power(10.0, (_doubles(values) - 1.0) * self.decades))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asinh:
    """(asinh(x sinh(M ln 10) / T) + A ln 10) / ((M + A) ln 10).

    `decades` M is how many a true logarithm would have, `negative` A how many more there are
    below zero; `top` T is at 1.
    """

    kind: ClassVar[str] = "asinh"
    top: float
    decades: float
    negative: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what the standard does not allow."""
        require(
            self.top > 0
            and 0 < self.decades <= MOST_DECADES
            and 0 <= self.negative <= self.decades,
            scale="asinh",
            rule="T above 0, M above 0 and up to 100, and A from 0 to M",
            T=self.top,
            M=self.decades,
            A=self.negative,
        )

    def forward(self, values: ArrayLike) -> Floats:
        """Linear values on this scale, of the same shape."""
        placed = np.array(values, dtype=np.float64)
        placed *= math.sinh(self.decades * LN10) / self.top
        np.arcsinh(placed, out=placed)
        placed += self.negative * LN10
        placed /= (self.decades + self.negative) * LN10
        return placed

    def inverse(self, values: ArrayLike) -> Floats:
        """Values on this scale turned back to linear ones."""
        angle = _doubles(values) * ((self.decades + self.negative) * LN10) - self.negative * LN10
        return np.asarray(np.sinh(angle) * (self.top / math.sinh(self.decades * LN10)))


def _doubles(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)
