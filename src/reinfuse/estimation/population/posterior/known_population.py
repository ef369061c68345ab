"""A population that is taken as known: one of ours that was fitted, or a published one in numbers.

A published population is plugged in by its typical values, spreads and residual sizes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import jax.numpy as jnp
import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.model import (
    RESIDUAL_PARAMETERS,
    EffectKind,
    PopulationModel,
    scale_name,
)
from reinfuse.estimation.population.result import PopulationFit
from reinfuse.estimation.population.structure import Population
from reinfuse.kinetics.curves import Scale, normal
from reinfuse.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPopulation:
    """A population by its numbers.

    `typical` are in the parameters' own units; `spreads` and `between` are SDs of random effects
    on the scale of estimation (of the logarithm, mostly), between patients and between infusions
    of one patient; `correlations` are by pairs of parameters; `effects` by the effect's name, and
    an effect that is no category needs its `reference` in the model. `residual` sizes are `a` or
    `b`, with the assay's label behind (`a[qPCR]`) where `assays` are several.
    """

    model: PopulationModel
    typical: Mapping[str, float]
    spreads: Mapping[str, float]
    residual: Mapping[str, float]
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)
    between: Mapping[str, float] = field(default_factory=dict)
    effects: Mapping[str, float] = field(default_factory=dict)
    assays: tuple[str, ...] = ("",)
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPopulation:
    """What a new patient is set against: a model whose references are fixed, and its numbers."""

    model: PopulationModel
    numbers: Population
    assays: tuple[str, ...]
    source: Source | None


def known_population(population: PopulationFit | NamedPopulation) -> KnownPopulation:
    """The population with 64-bit numbers; raises ReinfuseError with everything that is missing."""
    if isinstance(population, PopulationFit):
        references = dict(population.problem.references)
        model = population.problem.model
        effects = tuple(
            effect if effect.kind is EffectKind.CATEGORY
            else replace(effect, reference=references[effect.covariate])
            for effect in model.effects
        )  # fmt: skip
        return KnownPopulation(
            model=replace(model, effects=effects),
            numbers=Population(*(jnp.asarray(one, jnp.float64) for one in population.population)),
            assays=population.problem.assays,
            source=None,
        )
    faults = [*_missing(population), *_unfit(population)]
    if faults:
        raise ReinfuseError(
            f"the population of curve {population.model.curve.name} is not whole:\n"
            + "\n".join(faults),
            fix="give every typical value, spread and residual size, in the model's own names",
        )
    return KnownPopulation(
        model=population.model,
        numbers=_numbers(population),
        assays=population.assays,
        source=population.source,
    )


def _names(model: PopulationModel) -> tuple[str, ...]:
    return (*model.curve.names, *(scale_name(label) for label in model.scaled))


def _missing(population: NamedPopulation) -> list[str]:
    model = population.model
    wanted: tuple[tuple[str, Sequence[str], Mapping[str, float]], ...] = (
        ("typical", _names(model), {**population.typical, **model.held}),
        ("spreads", model.varying, population.spreads),
        ("between", model.between_infusions, population.between),
        ("effects", [one.name for one in model.effects], population.effects),
        ("residual", _residual_names(population), population.residual),
    )
    found = []
    for place, names, given in wanted:
        found += [f"{place}: {name} is missing" for name in names if name not in given]
        found += [f"{place}: {name} is not known" for name in given if name not in names]
    varying = model.varying
    return found + [
        f"correlations: {one}, {other} do not both vary between patients"
        for one, other in population.correlations
        if one == other or one not in varying or other not in varying
    ]


def _unfit(population: NamedPopulation) -> list[str]:
    sizes = {
        **{f"spread of {name}": one for name, one in population.spreads.items()},
        **{f"between infusions {name}": one for name, one in population.between.items()},
        **{f"residual {name}": one for name, one in population.residual.items()},
    }
    found = [
        f"{name}: {size:g} is not above 0" for name, size in sizes.items()
        if not (math.isfinite(size) and size > 0)
    ]  # fmt: skip
    found += [
        f"effect {effect.name} has no reference"
        for effect in population.model.effects
        if effect.kind is not EffectKind.CATEGORY and effect.reference is None
    ]
    if not found and not _missing(population):
        least = np.linalg.eigvalsh(_correlation(population)).min(initial=1.0)
        if least <= 0:
            found.append("correlations do not fit together: no covariance has them all")
    return found


def _residual_names(population: NamedPopulation) -> list[str]:
    several = len(population.assays) > 1
    return [
        f"{name}[{label}]" if several else name
        for label in population.assays
        for name in RESIDUAL_PARAMETERS[population.model.residual_of(label)]
    ]


def _correlation(population: NamedPopulation) -> np.ndarray:
    varying = population.model.varying
    found = np.eye(len(varying))
    for (one, other), value in population.correlations.items():
        row, column = varying.index(one), varying.index(other)
        found[row, column] = found[column, row] = value
    return found


def _numbers(population: NamedPopulation) -> Population:
    model = population.model
    typical = {**population.typical, **model.held}
    scales = [one.scale for one in model.curve.parameters] + [Scale.LOG] * len(model.scaled)
    beta = [
        float(normal(scale, np.float64(typical[name])))
        for name, scale in zip(_names(model), scales, strict=True)
    ]
    beta += [population.effects[effect.name] for effect in model.effects]
    sds = np.asarray([population.spreads[name] for name in model.varying])
    between = [population.between[name] ** 2 for name in model.between_infusions]
    residual = [math.log(population.residual[name]) for name in _residual_names(population)]
    return Population(
        beta=jnp.asarray(beta, jnp.float64),
        omega=jnp.asarray(sds[:, None] * _correlation(population) * sds[None, :], jnp.float64),
        gamma=jnp.asarray(between, jnp.float64),
        residual=jnp.asarray(residual, jnp.float64),
    )
