"""What a least-squares fit of one subject says: estimates and how firm they are, or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class NotFitted:
    """Why there is no fit."""

    why: str


@dataclass(frozen=True, slots=True)
class NotFixed:
    """Why a parameter has no standard error."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One parameter: its value and standard error, both in `unit`."""

    name: str
    unit: str
    value: float
    standard_error: float | NotFixed


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastSquaresFit:
    """The parameters that leave the smallest weighted sum of squared residuals.

    `residual_sd` is the root of that sum over the degrees of freedom, in the unit of a value of
    weight 1; `residuals` are value minus curve, unweighted, of logarithms where the curve gives
    them. `correlation` is that of the estimates named in `correlated`: those without a standard
    error are left out of it. `reached` says how
    the search ended, and `agreeing` how many of the starts ended here.
    """

    curve: str
    estimates: tuple[Estimate, ...]
    sum_of_squares: float
    residual_sd: float
    degrees_of_freedom: int
    residuals: NDArray[np.float64]
    correlation: NDArray[np.float64]
    correlated: tuple[str, ...]
    reached: str
    agreeing: int
    starts: int

    def values(self) -> Mapping[str, float]:
        """The estimates by name."""
        return {one.name: one.value for one in self.estimates}

    def estimate(self, name: str) -> Estimate:
        """The estimate of that name; KeyError where there is none."""
        for one in self.estimates:
            if one.name == name:
                return one
        raise KeyError(name)

    @property
    def not_fixed(self) -> tuple[str, ...]:
        """The parameters that the data do not fix."""
        return tuple(one.name for one in self.estimates if isinstance(one.standard_error, NotFixed))
