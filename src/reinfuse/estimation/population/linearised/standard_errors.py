"""How far estimates may be off, from the shape of the objective around its minimum."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

# A logarithm of a spread along which -2 ln L bends less than this is not fixed by the data.
LEAST_BEND = 1e-3
# With fewer subjects than numbers S has no inverse, and its smallest eigenvalue is this or less.
_SINGULAR = 1e-10
_MOVED = 1e-3  # share of a number's slopes that may lie on loose places


class Covariance(StrEnum):
    """Which matrix an error is taken from; R and S as NONMEM names them."""

    R = "R"  # inverse of the Hessian of -ln L
    S = "S"  # inverse of the cross products of each subject's gradient
    SANDWICH = "R S R"  # R^-1 S R^-1: right also where the model is not


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardErrors:
    """Standard errors in natural units.

    `names` are the numbers that the data fix; `covariances` their covariance by each matrix.
    `condition` is the largest eigenvalue of the correlation matrix (R) over the smallest, by R.
    """

    names: tuple[str, ...]
    covariances: dict[Covariance, np.ndarray]

    def of(self, kind: Covariance = Covariance.R) -> dict[str, float]:
        """Standard errors by name."""
        errors = np.sqrt(np.diagonal(self.covariances[kind]))
        return dict(zip(self.names, (float(one) for one in errors), strict=True))

    def condition(self, kind: Covariance = Covariance.R) -> float:
        """The largest eigenvalue of the estimates' correlations over the smallest."""
        matrix = self.covariances[kind]
        sizes = np.sqrt(np.diagonal(matrix))
        values = np.linalg.eigvalsh(matrix / np.outer(sizes, sizes))
        return float(values[-1] / values[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class NoErrors:
    """No standard errors, and why."""

    why: str


def standard_errors(
    names: tuple[str, ...],
    bend: np.ndarray,
    slopes: np.ndarray,
    jacobian: np.ndarray,
    loose: np.ndarray,
) -> StandardErrors | NoErrors:
    """Errors from the Hessian of -2 ln L and its derivatives by subject.

    `bend`, `slopes` (`"subjects vector"`) belong to the vector, `jacobian` leads to natural units,
    and `loose` (booleans) are places of the vector that are left out.
    """
    kept = np.flatnonzero(~loose)
    information = 0.5 * bend[np.ix_(kept, kept)]
    scores = -0.5 * slopes[:, kept]
    values = np.linalg.eigvalsh(_scaled(information))
    if not np.isfinite(values).all() or values[0] <= 0:
        return NoErrors(
            why="the objective is not convex where the search ended: it is no minimum, or the data "
            "do not fix some combination of numbers"
        )
    inverse = np.linalg.inv(information)
    cross = scores.T @ scores
    found = {Covariance.R: inverse, Covariance.SANDWICH: inverse @ cross @ inverse}
    if np.linalg.eigvalsh(_scaled(cross))[0] > _SINGULAR:
        found[Covariance.S] = np.linalg.inv(cross)
    # A number in natural units is fixed when no loose one moves it.
    named = np.flatnonzero(np.abs(jacobian[:, loose]).sum(1) <= _MOVED * np.abs(jacobian).sum(1))
    named = np.asarray([one for one in named if not loose[one]], int)
    lead = jacobian[np.ix_(named, kept)]
    return StandardErrors(
        names=tuple(names[one] for one in named),
        covariances={kind: lead @ matrix @ lead.T for kind, matrix in found.items()},
    )


def loose_places(bend: np.ndarray, logarithms: np.ndarray) -> np.ndarray:
    """Places of a vector (booleans) that hold spreads which the data do not fix."""
    return logarithms & (np.abs(np.diagonal(bend)) < LEAST_BEND)


def _scaled(matrix: np.ndarray) -> np.ndarray:
    sizes = np.sqrt(np.maximum(np.abs(np.diagonal(matrix)), 1e-300))
    return matrix / np.outer(sizes, sizes)
