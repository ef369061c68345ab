"""What a sampling schedule is expected to say of a population: the Fisher information, linearised.

The curve is linearised in the random effects around the typical patient, so that measurements are
normal with mean m and covariance V, both functions of the population's numbers p:

    information[k, l] = m_k' V^-1 m_l + trace(V^-1 V_k V^-1 V_l) / 2

In blocks, the typical values and effects are taken to move m alone, the variances V alone.
Limits of assays are not counted.

Sources: Mentre 1997, doi:10.1093/biomet/84.2.429; Nyberg 2015, doi:10.1111/bcp.12352.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.density import expected_and_sd, latent_covariance
from reinfuse.estimation.population.design.known import Source, known_of
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.posterior.known_population import KnownPopulation
from reinfuse.estimation.population.predict import mean_latents, predict
from reinfuse.estimation.population.problem import Problem, make_problem
from reinfuse.estimation.population.structure import ABSENT, Arrays, Population, Structure
from reinfuse.estimation.population.vector import (
    natural_jacobian,
    natural_numbers,
    number_labels,
    pack,
    unpack,
)
from reinfuse.record.data_set import Assay, DataSet, Dose, Known, Sample, Subject

_IN_THE_DIRECTION = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """So many subjects sampled at these times, by every assay, after these infusions."""

    times: tuple[float, ...]
    subjects: int = 1
    infusions: tuple[float, ...] = (0.0,)
    amount: float = 1.0
    covariates: Mapping[str, float | str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationDesign:
    """The expected information in natural units, in the order of `names`, and what follows.

    Residual sizes are standard deviations, random effects variances. `log_determinant` is ln of
    the determinant of the information; standard errors are infinite where it is singular.
    """

    names: tuple[str, ...]
    values: np.ndarray
    information: np.ndarray
    standard_errors: np.ndarray
    log_determinant: float
    blocks: bool

    @property
    def relative(self) -> dict[str, float]:
        """Standard errors as shares of the values, by name."""
        shares = self.standard_errors / np.abs(self.values)
        return dict(zip(self.names, shares.tolist(), strict=True))


def population_design(
    source: Source, arms: Sequence[Arm], *, blocks: bool = True
) -> PopulationDesign:
    """What arms are expected to say of the population's numbers."""
    known = known_of(source)
    problem = problem_of_arms(known, arms)
    numbers = known.numbers
    vector = pack(problem.structure, numbers)
    moments = _moments(problem.structure, problem.arrays, numbers, vector)
    each = _informations(*(np.asarray(one) for one in moments),
                         typical=sum(problem.structure.free), blocks=blocks)  # fmt: skip
    total = np.einsum("g,gkl->kl", np.asarray([arm.subjects for arm in arms]), each)
    outward = np.linalg.inv(np.asarray(natural_jacobian(problem.structure, numbers, vector)))
    information = outward.T @ total @ outward
    return PopulationDesign(
        names=number_labels(problem.structure, problem.assays),
        values=np.asarray(natural_numbers(problem.structure, numbers)),
        information=information,
        standard_errors=_errors(information),
        log_determinant=_log_determinant(information),
        blocks=blocks,
    )


def problem_of_arms(known: KnownPopulation, arms: Sequence[Arm]) -> Problem:
    """One subject for each arm, with a placeholder for every measurement."""
    subjects = tuple(_subject(known, arm, number) for number, arm in enumerate(arms))
    data = DataSet(
        subjects=subjects, assays=tuple(Assay(label=label) for label in known.assays)
    )  # fmt: skip
    return make_problem(data, known.model)


def _subject(known: KnownPopulation, arm: Arm, number: int) -> Subject:
    infusions = sorted(arm.infusions)
    return Subject(
        name=f"arm {number + 1}",
        samples=tuple(
            Sample(time=time, value=1.0, assay=assay,
                   occasion=max(sum(one <= time for one in infusions), 1))
            for assay in range(len(known.assays)) for time in sorted(arm.times)
        ),
        doses=tuple(
            Dose(time=time, amount=arm.amount, occasion=place + 1)
            for place, time in enumerate(infusions)
        ),
        covariates={
            name: (Known(time=0.0, value=value),)
            for name, value in (arm.covariates or {}).items()
        },
    )  # fmt: skip


@partial(jax.jit, static_argnames=("structure",))
def _moments(
    structure: Structure, arrays: Arrays, base: Population, vector: Array
) -> tuple[Array, Array, Array]:
    """Covariances of an arm's measurements, and how their means and covariances move.

    `"arms rows rows"`, `"arms rows numbers"`, `"arms rows rows numbers"`.
    """
    there = arrays.kind != ABSENT

    def moments(numbers: Array) -> tuple[Array, Array]:
        population = unpack(structure, base, numbers)
        middle = mean_latents(structure, arrays, population.beta)

        def expected(away: Array) -> tuple[Array, Array]:
            levels = predict(structure, arrays, population.beta, middle + away[:, None])
            mean, sd = expected_and_sd(structure, arrays, population.residual, *levels)
            return mean, (mean, sd)

        typical = jnp.zeros(structure.latents)
        lean, (mean, sd) = jax.jacfwd(expected, has_aux=True)(typical)
        spread = jnp.einsum("rga,ab,sgb->grs", lean, latent_covariance(structure, population), lean)
        both = there.T[:, :, None] & there.T[:, None, :]
        noise = jnp.where(there, sd**2, 1.0).T
        spread = jnp.where(both, spread, 0.0) + noise[:, :, None] * jnp.eye(sd.shape[0])
        return jnp.where(there, mean, 0.0).T, spread

    def twice(numbers: Array) -> tuple[tuple[Array, Array], Array]:
        mean, spread = moments(numbers)
        return (mean, spread), spread

    (mean_lean, spread_lean), spread = jax.jacfwd(twice, has_aux=True)(vector)
    return spread, mean_lean, spread_lean


def _informations(
    spread: np.ndarray,
    mean_lean: np.ndarray,
    spread_lean: np.ndarray,
    *,
    typical: int,
    blocks: bool,
) -> np.ndarray:
    """Of one subject of each arm, by the vector's numbers: `"arms numbers numbers"`."""
    if blocks:
        place = np.arange(mean_lean.shape[-1])
        mean_lean = np.where(place < typical, mean_lean, 0.0)
        spread_lean = np.where(place < typical, 0.0, spread_lean)
    inverse = np.linalg.inv(spread)
    by_mean = np.einsum("grk,grs,gsl->gkl", mean_lean, inverse, mean_lean)
    turned = np.einsum("grs,gstk->grtk", inverse, spread_lean)
    return by_mean + 0.5 * np.einsum("grtk,gtrl->gkl", turned, turned)


def _errors(information: np.ndarray) -> np.ndarray:
    size = np.sqrt(np.maximum(np.diagonal(information), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(information / np.outer(size, size))
    firm = values > np.finfo(float).eps * len(values) * values[-1]
    inverse = (vectors[:, firm] / values[firm]) @ vectors[:, firm].T
    errors = np.sqrt(np.diagonal(inverse)) / size
    loose = (np.abs(vectors[:, ~firm]) > _IN_THE_DIRECTION).any(1)
    return np.where(loose, math.inf, errors)


def _log_determinant(information: np.ndarray) -> float:
    sign, value = np.linalg.slogdet(information)
    return float(value) if sign > 0 else -math.inf
