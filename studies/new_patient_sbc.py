"""Whether the posterior of a new patient is as wide as it should be: simulation-based calibration.

Patients are drawn from Stein's population, measured as in one of two designs with limits on both
sides, and set against the population they came from. If prior, likelihood and sampler belong
together, every truth falls evenly among its 255 draws.

Source: Talts et al. 2018, arXiv:1804.06788; the likelihood as a quantity of its own: Modrak et al.
2023, doi:10.1214/23-BA1404 (recalled). The designs and the table of statistics are ours.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, kstwo

from reinfuse.estimation.population.density import log_likelihood
from reinfuse.estimation.population.model import Censoring, PopulationModel
from reinfuse.estimation.population.posterior import NamedPopulation
from reinfuse.estimation.population.posterior.forecast import log_curves
from reinfuse.estimation.population.posterior.known_population import (
    KnownPopulation,
    known_population,
)
from reinfuse.estimation.population.posterior.patients import on_days, patients_of
from reinfuse.estimation.population.posterior.tempering import latents_of, temper
from reinfuse.estimation.population.structure import Arrays
from reinfuse.kinetics.curves import STEIN
from reinfuse.record.data_set import Assay, DataSet, Sample, Subject

INPUTS: tuple[str, ...] = (
    "src/reinfuse/estimation/population/posterior/tempering.py",
    "src/reinfuse/estimation/population/posterior/patients.py",
    "src/reinfuse/estimation/population/posterior/known_population.py",
    "src/reinfuse/estimation/population/density.py",
    "src/reinfuse/estimation/population/predict.py",
    "src/reinfuse/estimation/population/problem.py",
    "src/reinfuse/kinetics/curves/cart.py",
    "src/reinfuse/kinetics/curves/joints.py",
)
HEADER: tuple[str, ...] = (
    "design",
    "quantity",
    "replicates",
    "draws",
    "beyond_a_limit",
    "chi_square_15_df",
    "chi_square_p",
    "ecdf_p",
    "mean_rank",
    "inside_50",
    "inside_90",
    *(f"bin_{number}" for number in range(1, 17)),
)
REPLICATES = 1000
DRAWS = 255
BINS = 16
# With eight quantities in two designs, the smallest of 32 p-values is below this once in a hundred.
LEAST_P = 0.01 / 32

_PARTICLES = 4 * DRAWS
_AT_ONCE = 8  # a part waits for its slowest patient
_AHEAD = 180.0  # day on which the level is asked for

# Stein's typical values, with the printed random effects read as variances of the logarithm.
POPULATION = NamedPopulation(
    model=PopulationModel(curve=STEIN),
    typical={
        "fold": 3900.0, "tmax": 9.3, "cmax": 24000.0, "alpha": 0.16, "fb": 0.0079, "beta": 0.0032,
    },
    spreads={
        name: variance**0.5
        for name, variance in {
            "fold": 2.4, "tmax": 0.38, "cmax": 0.65, "alpha": 0.91, "fb": 0.80, "beta": 0.86,
        }.items()
    },
    residual={"a": 0.56},
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Days of measurement, and the limits between which an assay gives numbers."""

    days: tuple[float, ...]
    lower: float
    upper: float


DESIGNS: dict[str, Design] = {
    "twelve samples over a year": Design(
        days=(1.0, 3.0, 5.0, 7.0, 10.0, 14.0, 21.0, 28.0, 60.0, 90.0, 180.0, 360.0),
        lower=50.0,
        upper=50_000.0,
    ),
    "three samples": Design(days=(7.0, 28.0, 90.0), lower=200.0, upper=20_000.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """How many of 255 draws lie below each truth: `"replicates quantities"`."""

    names: tuple[str, ...]
    ranks: NDArray[np.int64]
    beyond: float


def chunks() -> Sequence[str]:
    """One part per design."""
    return tuple(DESIGNS)


def run(chunk: str) -> list[tuple[object, ...]]:
    """One row per parameter and further quantity of a design."""
    found = rank_truths(chunk, replicates=REPLICATES)
    return [
        (chunk, name, REPLICATES, DRAWS, round(found.beyond, 3), *row)
        for name, row in zip(found.names, tabulate(found.ranks), strict=True)
    ]


def rank_truths(
    design: str,
    *,
    replicates: int,
    particles: int = _PARTICLES,
    spread: float = 1.0,
    censoring: Censoring = Censoring.M3,
) -> Ranks:
    """Where each truth fell among draws of its posterior.

    With `spread` other than 1 or another `censoring`, patients are fitted by what they were not
    drawn from, to see calibration fail.
    """
    number = zlib.crc32(design.encode())
    known = known_population(POPULATION)
    keys = jax.random.split(jax.random.key(number), replicates)
    data, truth = _drawn(DESIGNS[design], known, keys, np.random.default_rng([2031, number]))
    fitted = replace(
        known,
        model=replace(known.model, censoring=censoring),
        numbers=known.numbers._replace(omega=known.numbers.omega * spread**2),
    )
    ranks = _rank(
        data, fitted, truth, jax.random.split(jax.random.key(number + 1), replicates), particles
    )
    beyond = np.mean([not sample.quantified for one in data.subjects for sample in one.samples])
    return Ranks(
        names=(*STEIN.names, f"ln level on day {_AHEAD:g}", "ln likelihood"),
        ranks=ranks,
        beyond=float(beyond),
    )


def tabulate(ranks: NDArray[np.int64]) -> list[tuple[float, ...]]:
    """Chi-square with its p, the p of the ECDF, mean rank, coverage and bins for each column."""
    rows = []
    for column in ranks.T:
        count = len(column)
        seen = np.bincount(column * BINS // (DRAWS + 1), minlength=BINS)
        chi_square = float(((seen - count / BINS) ** 2).sum() / (count / BINS))
        shares = np.cumsum(np.bincount(column, minlength=DRAWS + 1)) / count
        gap = np.abs(shares - np.arange(1, DRAWS + 2) / (DRAWS + 1)).max()
        off = np.abs((column + 0.5) / (DRAWS + 1) - 0.5)
        rows.append((
            round(chi_square, 2),
            float(f"{chi2.sf(chi_square, BINS - 1):.3g}"),
            # Of whole ranks the gap is a little smaller than Kolmogorov's: p is on the safe side.
            float(f"{kstwo.sf(gap, count):.3g}"),
            round(float(column.mean()) / DRAWS, 4),
            round(float((off < 0.25).mean()), 3),
            round(float((off < 0.45).mean()), 3),
            *(int(one) for one in seen),
        ))  # fmt: skip
    return rows


def _drawn(
    design: Design, known: KnownPopulation, keys: jax.Array, rng: np.random.Generator
) -> tuple[DataSet, NDArray[np.float64]]:
    """Measured patients, and their latents as standard normals (`"latents patients"`)."""
    white = np.asarray(
        jax.vmap(lambda key: jax.random.normal(key, (len(STEIN.names),)), out_axes=-1)(keys)
    )
    blank = DataSet(
        subjects=tuple(Subject(name=f"{one + 1}", samples=()) for one in range(len(keys))),
        assays=(Assay(label=""),),
    )
    ahead = on_days(blank, known, design.days)
    z = latents_of(ahead.structure, ahead.arrays, known.numbers, jnp.asarray(white))
    logs = np.asarray(log_curves(ahead.structure, ahead.arrays, known.numbers.beta, z[None]))[0]
    sd = float(np.exp(known.numbers.residual[0]))
    levels = np.exp(logs + sd * rng.standard_normal(logs.shape))
    subjects = tuple(
        replace(one, samples=tuple(
            _measured(day, float(level), design)
            for day, level in zip(design.days, levels[:, place], strict=True)
        ))
        for place, one in enumerate(blank.subjects)
    )  # fmt: skip
    return replace(blank, subjects=subjects), white


def _measured(day: float, level: float, design: Design) -> Sample:
    if level < design.lower:
        return Sample(time=day, high=design.lower)
    if level > design.upper:
        return Sample(time=day, low=design.upper)
    return Sample(time=day, value=level)


def _rank(
    data: DataSet,
    known: KnownPopulation,
    truth: NDArray[np.float64],
    keys: jax.Array,
    particles: int,
) -> NDArray[np.int64]:
    problem, ahead = patients_of(data, known), on_days(data, known, (_AHEAD,))
    numbers, structure = known.numbers, problem.structure
    # The truth on the scale of the population fitted with, whose middle is the same.
    true_numbers = known_population(POPULATION).numbers
    every = latents_of(structure, problem.arrays, true_numbers, jnp.asarray(truth))
    ranks = []
    for first in range(0, len(data.subjects), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        here, later = _only(problem.arrays, part), _only(ahead.arrays, part)
        cloud = temper(structure, here, numbers, keys[part], particles=particles)
        chosen = _chosen(keys[part], particles)
        z = latents_of(structure, here, numbers, cloud.white)
        z = jnp.take_along_axis(z, chosen[:, None], 0)
        fits = jnp.take_along_axis(cloud.fit, chosen, 0)
        true = every[:, part]
        levels = log_curves(ahead.structure, later, numbers.beta, jnp.concatenate([true[None], z]))
        fit = log_likelihood(structure, here, numbers.beta, numbers.residual, true)
        below = [
            (z < true[None]).sum(0),
            (levels[1:, 0] < levels[0, 0]).sum(0)[None],
            (fits < fit).sum(0)[None],
        ]
        ranks.append(np.concatenate([np.asarray(one) for one in below]).T)
    return np.concatenate(ranks)


def _chosen(keys: jax.Array, particles: int) -> jax.Array:
    """Which particles stand for each patient: 255 of more, none twice."""

    def of(key: jax.Array) -> jax.Array:
        return jax.random.permutation(jax.random.fold_in(key, 2**20), particles)[:DRAWS]

    return jax.vmap(of, out_axes=-1)(keys)


def _only(arrays: Arrays, part: slice) -> Arrays:
    return Arrays(*(jax.tree.map(lambda one: one[..., part], each) for each in arrays))
