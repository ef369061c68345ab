"""A linear mixed model, whose likelihood is a normal density: what every rule must give."""

from __future__ import annotations

import math
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import minimize

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.model import Effect, EffectKind, PopulationModel, Residual
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.problem import Problem, make_problem
from reinfuse.estimation.population.structure import Population
from reinfuse.estimation.population.vector import pack, unpack
from reinfuse.kinetics.curves import Curve, Parameter, Scale
from reinfuse.record.data_set import Assay, DataSet, Known, Sample, Subject
from reinfuse.source import Source, Standing

TIMES = np.array([0.0, 1.0, 2.0, 4.0, 7.0])
# One set of candidates for all tests, so that they share their compiled code.
CANDIDATES = tuple(
    Effect(parameter=parameter, covariate=name, kind=EffectKind.LINEAR, reference=0.0)
    for parameter in ("base", "slope")
    for name in ("x", "z")
)


def _free(name: str) -> Parameter:
    return Parameter(name=name, unit="", meaning=name, typical=1.0, scale=Scale.IDENTITY)


LINE = Curve(
    name="line",
    title="A straight line",
    parameters=(_free("base"), _free("slope")),
    value=lambda p, schedule: p["base"] + p["slope"] * schedule.time,
    logarithmic=False,
    source=Source(cite="a line", doi="", place="", standing=Standing.PORT),
)
TRUTH = Population(
    jnp.array([10.0, 1.5]),
    jnp.array([[4.0, 0.5], [0.5, 0.3]]),
    jnp.zeros(0),
    jnp.zeros(1),
)


def drawn_set(seed: int, subjects: int = 30, effect: float = 0.0) -> DataSet:
    """Subjects of the truth, whose base rises by `effect` with x; z is of no effect."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(subjects):
        x, z = rng.standard_normal(2)
        base, slope = rng.multivariate_normal([10.0 + effect * x, 1.5], np.asarray(TRUTH.omega))
        values = base + slope * TIMES + rng.standard_normal(len(TIMES))
        found.append(Subject(
            name=str(number + 1),
            samples=tuple(Sample(time=t, value=v) for t, v in zip(TIMES, values, strict=True)),
            covariates={"x": (Known(time=0.0, value=x),), "z": (Known(time=0.0, value=z),)},
        ))  # fmt: skip
    return DataSet(subjects=tuple(found), assays=(Assay(label="1"),))


def model(effects: tuple[Effect, ...] = ()) -> PopulationModel:
    return PopulationModel(
        curve=LINE,
        blocks=(("base", "slope"),),
        residuals={"": Residual.ADDITIVE},
        start={"base": 10.0, "slope": 1.5},
        effects=effects,
    )


def problem_of(data: DataSet, effects: tuple[Effect, ...] = ()) -> Problem:
    return make_problem(data, model(effects))


def exact(problem: Problem) -> Callable[[jax.Array], jax.Array]:
    """ln of each subject's likelihood, by the normal density of its five values."""
    structure, arrays = problem.structure, problem.arrays
    base = truth_of(problem)
    design = jnp.stack([jnp.ones(len(TIMES)), jnp.asarray(TIMES)], 1)

    def value(vector: jax.Array) -> jax.Array:
        now = unpack(structure, base, vector)
        spread = design @ now.omega @ design.T + jnp.exp(2.0 * now.residual[0]) * jnp.eye(5)
        away = arrays.y - design @ mean_latents(structure, arrays, now.beta)
        square = (away * jnp.linalg.solve(spread, away)).sum(0)
        return -0.5 * (square + jnp.linalg.slogdet(spread)[1] + 5.0 * math.log(2.0 * math.pi))

    return value


def exact_top(problem: Problem, free: np.ndarray | None = None) -> tuple[np.ndarray, float]:
    """The vector at the top of the exact likelihood and -2 ln L there; others stay at the truth."""
    structure = problem.structure
    start = np.asarray(pack(structure, truth_of(problem)))
    chosen = np.arange(len(start)) if free is None else np.flatnonzero(free)
    value = exact(problem)
    both = jax.jit(jax.value_and_grad(lambda vector: -2.0 * value(vector).sum()))

    def of(numbers: np.ndarray) -> tuple[float, np.ndarray]:
        vector = start.copy()
        vector[chosen] = numbers
        found, lean = both(jnp.asarray(vector))
        return float(found), np.asarray(lean)[chosen]

    found = minimize(of, start[chosen], jac=True, method="BFGS", options={"gtol": 1e-9})
    vector = start.copy()
    vector[chosen] = found.x
    return vector, float(found.fun)


def population_at(problem: Problem, vector: np.ndarray) -> Population:
    return unpack(problem.structure, truth_of(problem), jnp.asarray(vector))


def truth_of(problem: Problem) -> Population:
    """The truth, with effects of 0."""
    more = jnp.zeros(len(problem.structure.terms))
    return TRUTH._replace(beta=jnp.concatenate([TRUTH.beta, more]))


def roughly(problem: Problem, population: Population) -> Conditional:
    """A first guess of what the data say of latents: half of what the population says."""
    mean = mean_latents(problem.structure, problem.arrays, population.beta)
    count = mean.shape[1]
    return Conditional(
        mean, jnp.broadcast_to(0.5 * population.omega, (count, *population.omega.shape))
    )
