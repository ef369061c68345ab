"""Predictions and weighted residuals of every measurement, for the panels of goodness of fit.

A measurement beyond a limit has predictions and no residual: what it was is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.checking.bins import clock_of
from reinfuse.estimation.population.checking.design import Design
from reinfuse.estimation.population.checking.modes import kept_apart
from reinfuse.estimation.population.checking.predictions import (
    expected,
    individual_middle,
    population_middle,
)
from reinfuse.estimation.population.checking.simulate import in_precision
from reinfuse.estimation.population.density import latent_covariance
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.structure import Arrays, Population, Structure


@dataclass(frozen=True, slots=True, kw_only=True)
class Residuals:
    """One place for each measurement, subject after subject and in order of time.

    `observed` and the predictions are levels; `observed` is -inf below its limit `limit` (and
    +inf above). `pred` is the population's, `ipred_mode` and `ipred_mean` are at the mode and at
    the conditional mean of the subject's latents. `iwres` (at the mode) and `cwres` are nan where
    `beyond`.
    """

    subject: np.ndarray
    row: np.ndarray
    assay: np.ndarray
    occasion: np.ndarray
    time: np.ndarray
    observed: np.ndarray
    limit: np.ndarray
    beyond: np.ndarray
    pred: np.ndarray
    ipred_mode: np.ndarray
    ipred_mean: np.ndarray
    iwres: np.ndarray
    cwres: np.ndarray

    @property
    def count(self) -> int:
        """Measurements."""
        return int(self.subject.size)


def residuals_of(
    design: Design, population: Population, *, mode: np.ndarray, mean: np.ndarray
) -> Residuals:
    """Predictions and residuals given modes and conditional means (`"latents subjects"`)."""
    middle = population_middle(design, population)
    at_mode, sd = individual_middle(design, population, mode)
    at_mean, _ = individual_middle(design, population, mean)
    quantified = np.isfinite(design.observed)
    with np.errstate(invalid="ignore"):
        iwres = np.where(quantified, (design.observed - at_mode) / sd, np.nan)
    places = np.nonzero(design.present.T)
    cells = places[1], places[0]
    arrays = design.problem.arrays
    limit = np.where(np.isposinf(design.observed), design.above, design.below)
    return Residuals(
        subject=places[0],
        row=np.asarray(design.problem.rows)[cells],
        assay=np.asarray(arrays.assay)[cells].astype(int),
        occasion=np.asarray(arrays.occasion)[cells].astype(int) + 1,
        time=clock_of(design)[cells],
        observed=design.level(design.observed)[cells],
        limit=design.level(limit)[cells],
        beyond=~quantified[cells],
        pred=design.level(middle)[cells],
        ipred_mode=design.level(at_mode)[cells],
        ipred_mean=design.level(at_mean)[cells],
        iwres=iwres[cells],
        cwres=conditional_residuals(design, population, mode)[cells],
    )


def conditional_residuals(design: Design, population: Population, mode: np.ndarray) -> np.ndarray:
    """CWRES of every cell, `"rows subjects"`; nan beyond a limit and where there is no row.

    Linearised at the mode of the latents; the residual SD is that at the mode. The square root of
    the covariance is the symmetric one, and rows beyond a limit take no part.

    Source: Hooker et al. 2007, doi:10.1007/s11095-007-9361-x.
    """
    problem = design.problem
    dtype = problem.arrays.y.dtype
    numbers = kept_apart(in_precision(population, dtype))
    z = jnp.asarray(mode, dtype)
    middle, sd, slopes = _linearised(problem.structure, problem.arrays, numbers, z)
    away = z - mean_latents(problem.structure, problem.arrays, numbers.beta)
    spread = np.asarray(latent_covariance(problem.structure, numbers), np.float64)
    slopes = np.asarray(slopes, np.float64)  # "latents rows subjects"
    quantified = np.isfinite(design.observed)
    expected_there = np.asarray(middle) - np.einsum("arn,an->rn", slopes, np.asarray(away))
    rest = np.where(quantified, np.nan_to_num(design.observed, posinf=0.0, neginf=0.0)
                    - expected_there, 0.0)  # fmt: skip
    slopes = np.where(quantified, slopes, 0.0)
    variance = np.where(quantified, np.asarray(sd, np.float64) ** 2, 1.0)
    covariance = np.einsum("arn,ab,bsn->nrs", slopes, spread, slopes)
    covariance += variance.T[:, :, None] * np.eye(variance.shape[0])
    # Where the curve left the finite numbers there is no residual, and the others stand.
    usable = np.isfinite(covariance).all((1, 2)) & np.isfinite(rest).all(0)
    covariance = np.where(usable[:, None, None], covariance, np.eye(variance.shape[0]))
    rest, quantified = np.where(usable, rest, 0.0), quantified & usable
    roots, vectors = np.linalg.eigh(covariance)
    turned = np.einsum("nrk,rn->nk", vectors, rest) / np.sqrt(roots)
    return np.where(quantified, np.einsum("nrk,nk->rn", vectors, turned), np.nan)


@partial(jax.jit, static_argnames=("structure",))
def _linearised(
    structure: Structure, arrays: Arrays, population: Population, z: Array
) -> tuple[Array, Array, Array]:
    """Middle, SD, and the slope of the middle along every latent (`"latents rows subjects"`)."""

    def middle(at: Array) -> tuple[Array, Array]:
        return expected(structure, arrays, population, at)

    def along(direction: Array) -> Array:
        whole = jnp.broadcast_to(direction[:, None], z.shape)
        return jax.jvp(lambda at: middle(at)[0], (z,), (whole,))[1]

    here, sd = middle(z)
    return here, sd, jax.lax.map(along, jnp.eye(structure.latents, dtype=z.dtype))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualGroup:
    """Residuals of one assay from time `low` to `high`: counts, means and SDs (nan if too few)."""

    assay: int
    low: float
    high: float
    count: int
    beyond: int
    mean_iwres: float
    sd_iwres: float
    mean_cwres: float
    sd_cwres: float


def residual_groups(residuals: Residuals, *, most: int = 10) -> tuple[ResidualGroup, ...]:
    """Residuals by assay and time, in at most `most` groups of about equal counts for each."""
    found = []
    for assay in np.unique(residuals.assay):
        mine = residuals.assay == assay
        times = residuals.time[mine]
        edges = np.unique(np.quantile(times, np.arange(1, most) / most, method="higher"))
        place = np.searchsorted(edges, residuals.time, side="right")
        for number in range(len(edges) + 1):
            here = mine & (place == number)
            if here.any():
                found.append(_group(residuals, int(assay), here))
    return tuple(found)


def _group(residuals: Residuals, assay: int, here: np.ndarray) -> ResidualGroup:
    kept = here & ~residuals.beyond
    iwres, cwres = residuals.iwres[kept], residuals.cwres[kept]
    enough = kept.sum() > 1
    return ResidualGroup(
        assay=assay,
        low=float(residuals.time[here].min()),
        high=float(residuals.time[here].max()),
        count=int(here.sum()),
        beyond=int((here & residuals.beyond).sum()),
        mean_iwres=float(iwres.mean()) if kept.any() else np.nan,
        sd_iwres=float(iwres.std(ddof=1)) if enough else np.nan,
        mean_cwres=float(cwres.mean()) if kept.any() else np.nan,
        sd_cwres=float(cwres.std(ddof=1)) if enough else np.nan,
    )
