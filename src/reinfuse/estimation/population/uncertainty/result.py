"""How well the data fix each number of a population: standard errors, intervals, what is loose."""

from __future__ import annotations

import math
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.maximise import LEAST_VARIANCE
from reinfuse.estimation.population.structure import Population, Structure
from reinfuse.estimation.population.vector import (
    natural_jacobian,
    natural_numbers,
    number_labels,
    pack,
)
from reinfuse.kinetics.curves import Scale, natural, normal, slope

NORMAL_95 = 1.959963984540054
# From here on a number is called loose.
_LARGEST_RSE = 1.0
_LARGEST_CORRELATION = 0.95
# Eigenvalues of the scaled information below this share of the largest count as none.
_LEAST_SHARE = 1e-8
_IN_THE_DIRECTION = 0.2
_AT_THE_FLOOR = 10.0 * LEAST_VARIANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """A number that the data do not fix, and why one may say so."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty:
    """Standard errors and what follows from them, all in natural units in the order of `names`.

    `intervals` (`"numbers 2"`) hold 95 %; those of typical values, variances and residual sizes
    are made on their scales of estimation and transformed at both ends. A number that the data do
    not fix has an infinite standard error and no correlation. `condition` is the ratio of the
    largest to the smallest eigenvalue of the correlation matrix. `vector_covariance` is the
    covariance of `vector.pack`; `draws` (`"draws numbers"` of that vector) are there for methods
    that draw. `error` is the Monte Carlo SD of the standard errors, relative, where there is one.
    """

    method: str
    names: tuple[str, ...]
    estimates: np.ndarray
    standard_errors: np.ndarray
    covariance: np.ndarray
    correlation: np.ndarray
    condition: float
    intervals: np.ndarray
    vector: np.ndarray
    vector_covariance: np.ndarray
    loose: tuple[Loose, ...] = ()
    notes: tuple[str, ...] = ()
    draws: np.ndarray | None = None
    error: np.ndarray | None = None

    @property
    def relative(self) -> dict[str, float]:
        """Standard errors as shares of the estimates, by name."""
        size = np.maximum(np.abs(self.estimates), np.finfo(float).tiny)
        return dict(zip(self.names, (self.standard_errors / size).tolist(), strict=True))


def scales_of(structure: Structure) -> tuple[Scale, ...]:
    """The scale on which an interval of each number of the vector is made."""
    typical = [
        structure.scales[place] if place < len(structure.names) else Scale.IDENTITY
        for place, free in enumerate(structure.free)
        if free
    ]
    labels = number_labels(structure, ("",) * len(structure.residuals))[len(typical) :]
    rest = [Scale.IDENTITY if name.startswith("cov ") else Scale.LOG for name in labels]
    return (*typical, *rest)


def at_the_floor(structure: Structure, population: Population) -> np.ndarray:
    """Which numbers belong to a variance that has fallen to next to nothing (`"numbers"`)."""
    values = np.asarray(natural_numbers(structure, population))
    labels = number_labels(structure, ("",) * len(structure.residuals))
    gone = {
        name.removeprefix("var ")
        for name, value in zip(labels, values, strict=True)
        if name.startswith("var ") and value <= _AT_THE_FLOOR
    }
    return np.asarray([
        name.startswith(("var ", "cov "))
        and (name.removeprefix("var ") in gone or bool(gone & set(name.split()[1:])))
        for name in labels
    ])  # fmt: skip


def from_information(information: np.ndarray, floor: np.ndarray) -> tuple[np.ndarray, dict]:
    """The inverse of an information, and by place why a number has none.

    Numbers at their floor and those along directions without information are taken out, their
    rows and columns left 0.
    """
    why = {int(place): "its variance is at its floor" for place in np.flatnonzero(floor)}
    kept = np.flatnonzero(~floor)
    while kept.size:
        mine = information[np.ix_(kept, kept)]
        size = np.diagonal(mine)
        none = np.flatnonzero(~(size > 0.0))
        if none.size == 0:
            values, vectors = np.linalg.eigh(mine / np.sqrt(np.outer(size, size)))
            flat = values <= _LEAST_SHARE * values[-1]
            weight = np.abs(vectors[:, flat]).max(1, initial=0.0)
            none = np.flatnonzero(weight > _IN_THE_DIRECTION) if flat.any() else none
        if none.size == 0:
            break
        for place in kept[none]:
            why[int(place)] = "the information is singular along it"
        kept = np.delete(kept, none)
    covariance = np.zeros_like(information)
    if kept.size:
        covariance[np.ix_(kept, kept)] = np.linalg.inv(information[np.ix_(kept, kept)])
    return covariance, why


def make_uncertainty(
    structure: Structure,
    assays: tuple[str, ...],
    population: Population,
    covariance: np.ndarray,
    *,
    method: str,
    why: dict[int, str],
    notes: tuple[str, ...] = (),
    error: np.ndarray | None = None,
) -> Uncertainty:
    """Everything that follows from the covariance of the vector, to first order."""
    vector = pack(structure, population)
    base = Population(*(jnp.asarray(part) for part in population))
    lean = np.asarray(natural_jacobian(structure, base, vector))
    estimates = np.asarray(natural_numbers(structure, population))
    mine = lean @ covariance @ lean.T
    errors = np.sqrt(np.maximum(np.diagonal(mine), 0.0))
    errors[list(why)] = math.inf
    names = number_labels(structure, assays)
    correlation = correlation_of(mine)
    return Uncertainty(
        method=method,
        names=names,
        estimates=estimates,
        standard_errors=errors,
        covariance=mine,
        correlation=correlation,
        condition=condition_of(correlation, kept=np.isfinite(errors)),
        intervals=interval_of(scales_of(structure), estimates, errors),
        vector=np.asarray(vector),
        vector_covariance=covariance,
        loose=loose_of(structure, names, estimates, errors, correlation, why),
        notes=notes,
        error=error,
    )


def correlation_of(covariance: np.ndarray) -> np.ndarray:
    """Correlations, with 1 on the diagonal and 0 where a number has no spread."""
    spread = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    size = np.where(spread > 0.0, spread, 1.0)
    found = covariance / np.outer(size, size)
    np.fill_diagonal(found, 1.0)
    return found


def condition_of(correlation: np.ndarray, *, kept: np.ndarray) -> float:
    """Largest over smallest eigenvalue of the correlations of numbers that are fixed."""
    if not kept.any():
        return math.inf
    values = np.linalg.eigvalsh(correlation[np.ix_(kept, kept)])
    return float(values[-1] / values[0]) if values[0] > 0.0 else math.inf


def interval_of(scales: tuple[Scale, ...], estimates: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """95 % intervals (`"numbers 2"`), made on each number's scale."""
    rows = []
    for scale, value, error in zip(scales, estimates, errors, strict=True):
        lean = slope(scale, np.float64(value))
        half = NORMAL_95 * error / lean if lean > 0.0 else math.inf
        middle = normal(scale, np.float64(value)) if lean > 0.0 else 0.0
        with np.errstate(over="ignore"):
            rows.append(
                [float(natural(scale, middle - half)), float(natural(scale, middle + half))]
            )
    return np.asarray(rows)


def loose_of(
    structure: Structure,
    names: tuple[str, ...],
    estimates: np.ndarray,
    errors: np.ndarray,
    correlation: np.ndarray,
    why: dict[int, str],
) -> tuple[Loose, ...]:
    """Numbers that the data do not fix, each with every reason."""
    found = [Loose(name=names[place], why=reason) for place, reason in sorted(why.items())]
    # An effect, a covariance or a value on the line may well be 0: its share says nothing.
    scales = scales_of(structure)
    for name, scale, value, error in zip(names, scales, estimates, errors, strict=True):
        share = error / value if scale is not Scale.IDENTITY and value > 0.0 else 0.0
        if _LARGEST_RSE < share < math.inf:
            found.append(Loose(name=name, why=f"its standard error is {share:.0%} of it"))
    strong = np.argwhere(np.triu(np.abs(correlation), 1) > _LARGEST_CORRELATION)
    for one, other in strong:
        words = f"its estimate is correlated {correlation[one, other]:.3f} with that of"
        found.append(Loose(name=names[one], why=f"{words} {names[other]}"))
        found.append(Loose(name=names[other], why=f"{words} {names[one]}"))
    return tuple(found)
