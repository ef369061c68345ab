"""New patients set against a known population: likeliest values, and the whole posterior.

All patients are worked on at once and none depends on another. The population's own uncertainty
is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.density import latent_covariance
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.posterior.assembled import Sampled, patient_fit
from reinfuse.estimation.population.posterior.forecast import (
    HORIZON_DAYS,
    bands_of,
    below_limit,
    days_followed,
    log_curves,
)
from reinfuse.estimation.population.posterior.known_population import (
    KnownPopulation,
    NamedPopulation,
    known_population,
)
from reinfuse.estimation.population.posterior.modes import Modes, modes_of
from reinfuse.estimation.population.posterior.new_patient_fit import NewPatientFit
from reinfuse.estimation.population.posterior.patients import on_days, patients_of
from reinfuse.estimation.population.posterior.tempering import Cloud, latents_of, temper
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.result import PopulationFit
from reinfuse.estimation.population.structure import Arrays
from reinfuse.record.data_set import DataSet

PARTICLES = 2000
SEARCHES = 8
AT_ONCE = 8  # patients: memory stays bounded, and a part waits for its slowest
_BANDS_BEYOND = 1.25  # of the last measured day
_LEAST_BANDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of each patient's curve.

    `days` after the infusion for the bands (every day up to a quarter beyond the last
    measurement, and at least 60, if None); `limits` in the assay's unit; how far curves are
    followed for them; and the label of the assay whose levels are meant (the first, if None).
    """

    days: tuple[float, ...] | None = None
    limits: tuple[float, ...] = ()
    horizon_days: float = HORIZON_DAYS
    assay: str | None = None


def fit_new_patient(
    data: DataSet,
    population: PopulationFit | NamedPopulation,
    *,
    seed: int,
    draws: int = PARTICLES,
    asked: Asked | None = None,
) -> NewPatientFit:
    """The posterior of the one patient in `data`; see `fit_new_patients`."""
    if len(data.subjects) != 1:
        raise ReinfuseError(
            f"{len(data.subjects)} patients where one is expected",
            where=data.file,
            fix="use fit_new_patients for several",
        )
    return fit_new_patients(data, population, seed=seed, draws=draws, asked=asked)[0]


def fit_new_patients(
    data: DataSet,
    population: PopulationFit | NamedPopulation,
    *,
    seed: int,
    draws: int = PARTICLES,
    asked: Asked | None = None,
) -> tuple[NewPatientFit, ...]:
    """What each patient's measurements say of its curve, `draws` draws for each.

    Any number of measurements will do, on either side of a limit or none at all: without any,
    what comes out is the population. Raises ReinfuseError where data and population do not fit.
    """
    known = known_population(population)
    problem = patients_of(data, known)
    wanted = asked or Asked()
    days = _band_days(problem) if wanted.days is None else wanted.days
    followed = days_followed(wanted.horizon_days) if wanted.limits else np.zeros(0)
    every = np.union1d(np.asarray(days, np.float64), followed)
    ahead = on_days(data, known, every.tolist(), wanted.assay)
    fits: list[NewPatientFit] = []
    for some in _parts(len(problem.subjects)):
        here, later = _only(problem.arrays, some), _only(ahead.arrays, some)
        found = _sampled(problem, here, known, _keys(seed, some), draws)
        logs = np.asarray(log_curves(ahead.structure, later, known.numbers.beta, found.z))
        for place, number in enumerate(dict.fromkeys(some)):
            mine = logs[:, :, place]
            fits.append(
                patient_fit(
                    data.subjects[number],
                    problem,
                    known,
                    found.of(place),
                    bands=bands_of(days, mine[:, np.searchsorted(every, days)]),
                    below=tuple(
                        below_limit(limit, followed, mine[:, np.searchsorted(every, followed)])
                        for limit in wanted.limits
                    ),
                )
            )
    return tuple(fits)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Clouds, modes and latents of several patients; `mean` is what each latent was expected."""

    cloud: Cloud
    modes: Modes
    z: Array
    mean: Array
    factor: Array

    def of(self, place: int) -> Sampled:
        """What was found for one of them, in NumPy."""
        cloud = jax.tree.map(lambda one: np.asarray(one[..., place]), self.cloud[:-1])
        numbers = dict(zip(Cloud._fields[:-1], cloud, strict=True))
        return Sampled(
            draws=np.asarray(self.z[:, :, place]),
            mean=np.asarray(self.mean[:, place]),
            factor=np.asarray(self.factor),
            power=float(numbers["power"]),
            evidence=float(numbers["evidence"]),
            remembered=float(numbers["remembered"]),
            accepted=float(numbers["accepted"]),
            mode_white=np.asarray(self.modes.white[:, :, place]),
            mode_height=np.asarray(self.modes.height[:, place]),
            mode_covariance=np.asarray(self.modes.covariance[:, place]),
            mode_found=np.asarray(self.modes.found[:, place]),
        )


def _sampled(
    problem: Problem, arrays: Arrays, known: KnownPopulation, keys: Array, draws: int
) -> _Found:
    structure, numbers = problem.structure, known.numbers
    cloud = temper(structure, arrays, numbers, keys, particles=draws)
    return _Found(
        cloud=cloud,
        modes=modes_of(structure, arrays, numbers, _starts(cloud)),
        z=latents_of(structure, arrays, numbers, cloud.white),
        mean=mean_latents(structure, arrays, numbers.beta),
        factor=jnp.linalg.cholesky(latent_covariance(structure, numbers)),
    )


def _starts(cloud: Cloud) -> Array:
    """The population's middle, the best draw, and draws spread over the cloud."""
    count = cloud.white.shape[0]
    height = cloud.fit - 0.5 * (cloud.white**2).sum(1)
    best = jnp.take_along_axis(cloud.white, height.argmax(0)[None, None], 0)
    spread = cloud.white[:: max(count // (SEARCHES - 2), 1)][: SEARCHES - 2]
    return jnp.concatenate([0.0 * best, best, spread])


def _keys(seed: int, some: list[int]) -> Array:
    """A key for each patient, whoever else is there."""
    return jax.vmap(lambda one: jax.random.fold_in(jax.random.key(seed), one))(jnp.asarray(some))


def _parts(count: int) -> list[list[int]]:
    """Patients by number, some at once; the last part is filled up so that its shape is known."""
    size = min(count, AT_ONCE)
    return [
        [min(number, count - 1) for number in range(first, first + size)]
        for first in range(0, count, size)
    ]


def _only(arrays: Arrays, some: list[int]) -> Arrays:
    places = jnp.asarray(some)
    return Arrays(*(jax.tree.map(lambda one: one[..., places], part) for part in arrays))


def _band_days(problem: Problem) -> tuple[float, ...]:
    measured = np.asarray(problem.arrays.kind) > 0
    since = np.asarray(problem.arrays.since, np.float64)
    last = float(since[measured].max(initial=0.0))
    return tuple(float(day) for day in range(int(max(_LEAST_BANDS, _BANDS_BEYOND * last)) + 1))
