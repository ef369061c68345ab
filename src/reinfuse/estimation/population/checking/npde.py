"""Prediction discrepancies and normalised prediction distribution errors, with limits.

A measurement below a limit is drawn within its predictive distribution below that limit, and so is
every simulated one: data and replicates are treated alike.

Source: Brendel et al. 2006, doi:10.1007/s11095-006-9067-5; Comets et al. 2008,
doi:10.1016/j.cmpb.2007.12.002; limits: Nguyen et al. 2012, doi:10.1007/s10928-012-9264-2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from scipy import special

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.checking.design import Design
from reinfuse.estimation.population.checking.simulate import draw, drawable, in_precision
from reinfuse.estimation.population.structure import Arrays, Population

REPLICATES = 1000
MOST_VALUES = 1_000_000  # replicates x rows x subjects held at once
_JITTER = 1e-9  # of a variance, so that equal rows have a factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Npde:
    """Errors of every cell, `"rows subjects"`, nan where a subject has no such row.

    `pd` are prediction discrepancies (uniform if the model is right), `npde` the decorrelated
    and normalised ones (standard normal), `npd` the normalised ones without decorrelation.
    `beyond` marks cells that were drawn within their limit.
    """

    pd: np.ndarray
    npd: np.ndarray
    npde: np.ndarray
    beyond: np.ndarray
    replicates: int
    seed: int


def npde_of(design: Design, population: Population, *, seed: int, count: int = REPLICATES) -> Npde:
    """Prediction errors from `count` replicates of each subject, a few subjects at a time.

    Raises ReinfuseError where there are too few replicates for the rows of a subject.
    """
    rows, subjects = design.observed.shape
    if count <= 2 * rows:
        raise ReinfuseError(
            f"{count} replicates cannot give a covariance of {rows} measurements",
            fix=f"ask for more than {2 * rows}, better {REPLICATES}",
        )
    found = [np.full((rows, subjects), np.nan) for _ in range(2)]
    for places, values in _by_subjects(design, population, seed, count):
        pd, whole = _errors(
            values, design.observed[:, places], design.below[:, places], design.above[:, places],
            _chances(seed, places, count, rows),
        )  # fmt: skip
        found[0][:, places], found[1][:, places] = pd, whole
    pd, decorrelated = (np.where(design.present, one, np.nan) for one in found)
    return Npde(
        pd=pd,
        npd=special.ndtri(pd),
        npde=special.ndtri(decorrelated),
        beyond=np.isinf(design.observed),
        replicates=count,
        seed=seed,
    )


def _by_subjects(
    design: Design, population: Population, seed: int, count: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Places of a few subjects with all their replicates, `"replicates rows subjects"`."""
    problem = design.problem
    rows, subjects = design.observed.shape
    per = max(1, min(subjects, MOST_VALUES // (count * rows)))
    numbers = in_precision(population, problem.arrays.y.dtype)
    for first in range(0, subjects, per):
        # The last few are filled up with the last subject, so that one compilation serves all.
        places = np.minimum(np.arange(first, first + per), subjects - 1)
        values = draw(
            drawable(problem.structure), of_subjects(problem.arrays, places), numbers,
            jnp.asarray(places), jax.random.key(seed), jnp.asarray(0), count=count,
        )  # fmt: skip
        kept = min(per, subjects - first)
        yield places[:kept], np.asarray(values, np.float64)[..., :kept]


def _chances(seed: int, places: np.ndarray, count: int, rows: int) -> np.ndarray:
    """Uniform numbers for the data and every replicate, by a generator for each subject."""
    return np.stack([
        np.random.default_rng([seed, int(one)]).random((count + 1, rows)) for one in places
    ], axis=-1)  # fmt: skip


def of_subjects(arrays: Arrays, places: np.ndarray) -> Arrays:
    """The arrays of some subjects, in the order of `places`."""
    return Arrays(*(jax.tree.map(lambda one: one[..., places], part) for part in arrays))


def _errors(
    values: np.ndarray,
    observed: np.ndarray,
    below: np.ndarray,
    above: np.ndarray,
    drawn: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """pd and decorrelated pd of a few subjects; `drawn` are uniform, the data's come first."""
    count = values.shape[0]
    ordered = np.sort(values, axis=0)
    under = (ordered < below).sum(0)
    over = (ordered > above).sum(0)
    pd, full = _completed(observed, ordered, under, over, drawn[0])
    simulated = np.where(values < below, -np.inf, np.where(values > above, np.inf, values))
    simulated = _completed_all(simulated, ordered, under, over, drawn[1:])
    white, whites = _decorrelated(full, simulated, ~np.isnan(observed))
    smaller = (whites < white).sum(0) / count
    return pd, np.clip(smaller, 0.5 / count, 1.0 - 0.5 / count)


def _completed(
    observed: np.ndarray,
    ordered: np.ndarray,
    under: np.ndarray,
    over: np.ndarray,
    drawn: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """pd of each cell, and its value, drawn where it lies beyond a limit."""
    count = ordered.shape[0]
    with np.errstate(invalid="ignore"):
        pd = (ordered < observed).sum(0) / count
    pd = np.where(np.isneginf(observed), drawn * np.maximum(under, 1) / count, pd)
    pd = np.where(np.isposinf(observed), 1.0 - drawn * np.maximum(over, 1) / count, pd)
    place = np.clip((pd * count).astype(int), 0, count - 1)
    imputed = np.take_along_axis(ordered, place[None], axis=0)[0]
    return np.clip(pd, 0.5 / count, 1.0 - 0.5 / count), np.where(
        np.isinf(observed), imputed, observed
    )


def _completed_all(
    simulated: np.ndarray,
    ordered: np.ndarray,
    under: np.ndarray,
    over: np.ndarray,
    drawn: np.ndarray,
) -> np.ndarray:
    """Simulated values with those beyond a limit drawn anew within it, as the data's were."""
    low, high = np.isneginf(simulated), np.isposinf(simulated)
    if not (low.any() or high.any()):
        return simulated
    count = simulated.shape[0]
    from_below = (drawn * under).astype(int)
    from_above = count - 1 - (drawn * over).astype(int)
    place = np.where(high, from_above, from_below)
    return np.where(low | high, np.take_along_axis(ordered, place, axis=0), simulated)


def _decorrelated(
    observed: np.ndarray, simulated: np.ndarray, present: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Both whitened by the mean and the covariance of the simulated, row after row."""
    mean = simulated.mean(0)
    away = np.where(present, simulated - mean, 0.0)
    data = np.where(present, observed - mean, 0.0)
    own = np.moveaxis(away, 2, 0)  # "subjects replicates rows"
    covariance = own.swapaxes(1, 2) @ own / (len(simulated) - 1)
    sizes = np.diagonal(covariance, axis1=1, axis2=2)
    filled = np.where(present.T, _JITTER * sizes, 1.0)
    covariance = covariance + filled[:, :, None] * np.eye(present.shape[0])
    try:
        factor = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        raise ReinfuseError(
            "measurements of one subject are simulated as the same number",
            fix="look at the residual error and at duplicate times",
        ) from None
    white = np.linalg.solve(factor, data.T[:, :, None])[:, :, 0]
    whites = np.linalg.solve(factor, own.swapaxes(1, 2))
    return white.T, np.moveaxis(whites, 0, 2).swapaxes(0, 1)
