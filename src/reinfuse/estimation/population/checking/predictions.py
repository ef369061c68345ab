"""What the population and each subject's own latents predict for every measurement."""

from __future__ import annotations

from functools import partial

import jax
import numpy as np

from reinfuse.estimation.population.checking.design import Design
from reinfuse.estimation.population.checking.simulate import in_precision
from reinfuse.estimation.population.density import expected_and_sd
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.predict import mean_latents, predict
from reinfuse.estimation.population.structure import Arrays, Population, Structure


def population_middle(design: Design, population: Population) -> np.ndarray:
    """What is expected without random effects, `"rows subjects"`, on the scale of the errors."""
    problem = design.problem
    numbers = in_precision(population, problem.arrays.y.dtype)
    z = mean_latents(problem.structure, problem.arrays, numbers.beta)
    return np.asarray(expected(problem.structure, problem.arrays, numbers, z)[0], np.float64)


def individual_middle(
    design: Design, population: Population, z: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What is expected for latents `z`, and the residual SD around it, on the errors' scale."""
    problem = design.problem
    dtype = problem.arrays.y.dtype
    numbers = in_precision(population, dtype)
    middle, sd = expected(problem.structure, problem.arrays, numbers, jax.numpy.asarray(z, dtype))
    return np.asarray(middle, np.float64), np.asarray(sd, np.float64)


@partial(jax.jit, static_argnames=("structure",))
def expected(
    structure: Structure, arrays: Arrays, population: Population, z: Array
) -> tuple[Array, Array]:
    """The middle and the SD of every row given latents, on the scale of the errors."""
    level, logs = predict(structure, arrays, population.beta, z)
    return expected_and_sd(structure, arrays, population.residual, level, logs)
