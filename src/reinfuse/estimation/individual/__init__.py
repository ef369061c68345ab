"""Least squares of one subject: a curve, times and values in, estimates with their firmness out."""

from __future__ import annotations

from reinfuse.estimation.individual.least_squares import fit_least_squares
from reinfuse.estimation.individual.result import Estimate, LeastSquaresFit, NotFitted, NotFixed

__all__ = [
    "Estimate",
    "LeastSquaresFit",
    "NotFitted",
    "NotFixed",
    "fit_least_squares",
]
