"""Where a fit begins: typical values, spreads and residual sizes before any step."""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.model import (
    ON_LOGARITHMS,
    RESIDUAL_PARAMETERS,
    PopulationModel,
    Residual,
)
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.structure import VALUE, Population
from reinfuse.kinetics.curves import Scale, normal

# SD of random effects at the start: wide, since it falls faster than it rises; our own choice.
SPREAD = 0.8
SPREAD_OF_VALUE = 0.3  # on the identity scale, as a share of the typical value
RESIDUAL_OF_SPREAD = 0.3  # an additive residual, as a share of the values' SD


def starting_population(problem: Problem) -> Population:
    """The population at the start, in the precision of the problem's arrays."""
    model, structure = problem.model, problem.structure
    typical = _typical_values(problem)
    beta = [
        float(normal(scale, np.float64(typical[name])))
        for name, scale in zip(structure.names, structure.scales, strict=True)
    ]
    beta += [effect.start for effect in model.effects]
    spread = [_spread(model, structure.names[place], structure.scales[place], typical)
              for place in structure.random]  # fmt: skip
    dtype = problem.arrays.y.dtype
    return Population(
        beta=jnp.asarray(beta, dtype),
        omega=jnp.diag(jnp.asarray(spread, dtype) ** 2).reshape(len(spread), len(spread)),
        gamma=jnp.asarray(
            [0.25 * _spread(model, structure.names[place], structure.scales[place], typical) ** 2
             for place in structure.between], dtype
        ),
        residual=jnp.asarray(_residual(problem), dtype),
    )  # fmt: skip


def _typical_values(problem: Problem) -> dict[str, float]:
    model = problem.model
    values = {one.name: one.typical for one in model.curve.parameters}
    values |= _guess(problem)
    values |= dict.fromkeys(problem.structure.names[len(model.curve.parameters) :], 1.0)
    return values | dict(model.start) | dict(model.held)


def _guess(problem: Problem) -> dict[str, float]:
    """What the curve can tell of its starting values from the data, if it can."""
    if problem.model.curve.guess is None:
        return {}
    arrays = problem.arrays
    seen = np.asarray(arrays.kind) == VALUE
    value = np.asarray(arrays.y, np.float64)
    logs = np.asarray([one in ON_LOGARITHMS for one in problem.structure.residuals])
    value = np.where(logs[np.asarray(arrays.assay)], np.exp(np.where(seen, value, 0.0)), value)
    first = np.asarray(arrays.assay) == 0
    return problem.model.curve.guess(
        np.asarray(arrays.since, np.float64), np.where(seen & first, value, np.nan)
    )


def _spread(model: PopulationModel, name: str, scale: Scale, typical: dict[str, float]) -> float:
    if name in model.spread:
        return model.spread[name]
    if scale is Scale.IDENTITY:
        return SPREAD_OF_VALUE * max(abs(typical[name]), 1e-3)
    return SPREAD


def _residual(problem: Problem) -> list[float]:
    """Logarithms of the residual sizes of every assay in turn."""
    arrays = problem.arrays
    found: list[float] = []
    for assay, (label, kind) in enumerate(
        zip(problem.assays, problem.structure.residuals, strict=True)
    ):
        mine = (np.asarray(arrays.kind) == VALUE) & (np.asarray(arrays.assay) == assay)
        values = np.asarray(arrays.y, np.float64)[mine]
        sd = float(values.std()) if values.size > 1 else 1.0
        defaults = {
            "a": 0.5 if kind in ON_LOGARITHMS else RESIDUAL_OF_SPREAD * max(sd, 1e-6),
            "b": 0.3,
        }
        if kind is Residual.COMBINED:
            defaults["a"] = 0.3 * defaults["a"]
        for name in RESIDUAL_PARAMETERS[kind]:
            start = problem.model.residual_start
            value = start.get(f"{name}[{label}]", start.get(name, defaults[name]))
            found.append(math.log(value))
    return found
