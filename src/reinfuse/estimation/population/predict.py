"""Latent values of subjects to levels at their times."""

from __future__ import annotations

import jax.numpy as jnp

from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.structure import Arrays, Structure
from reinfuse.kinetics.curves import Schedule, natural

# A level at or below zero has no logarithm; this one is far below any assay.
_FLOOR = 1e-30


def mean_latents(structure: Structure, arrays: Arrays, beta: Array) -> Array:
    """What each latent is expected to be (`"latents subjects"`), before any random effect."""
    subjects = arrays.jacobian.shape[0]
    rows = []
    for place in structure.random:
        row = beta[place]
        for number, term in enumerate(structure.terms):
            if term.parameter == place and not term.varying:
                effect = beta[len(structure.names) + number]
                row = row + effect * arrays.columns[term.column, 0]
        rows.append(jnp.broadcast_to(row, (subjects,)))
    none = jnp.zeros((subjects,), beta.dtype)
    rows += [none] * (structure.latents - len(rows))
    return jnp.stack(rows) if rows else jnp.zeros((0, subjects), beta.dtype)


def parameters_of(structure: Structure, arrays: Arrays, beta: Array, z: Array) -> dict[str, Array]:
    """Parameters by name in their own units, `"subjects"` or `"rows subjects"`."""
    found = {}
    for place, (name, scale) in enumerate(zip(structure.names, structure.scales, strict=True)):
        varies = place in structure.random
        value = z[structure.random.index(place)] if varies else beta[place]
        for number, term in enumerate(structure.terms):
            if term.parameter == place and (term.varying or not varies):
                column = arrays.columns[term.column]
                effect = beta[len(structure.names) + number]
                value = value + effect * (column if term.varying else column[0])
        if place in structure.between:
            value = value + _of_occasions(structure, arrays, z, structure.between.index(place))
        found[name] = natural(scale, value)
    return found


def predict(structure: Structure, arrays: Arrays, beta: Array, z: Array) -> tuple[Array, Array]:
    """The level and its logarithm, each `"rows subjects"`, as each row's assay sees it."""
    found = parameters_of(structure, arrays, beta, z)
    value = structure.curve.value(found, schedule_of(arrays))
    value = jnp.broadcast_to(value, arrays.time.shape)
    if structure.curve.logarithmic:
        logs = value
    else:
        logs = jnp.log(jnp.maximum(value, jnp.asarray(_FLOOR, value.dtype)))
    factor = _log_factor(structure, arrays, found)
    if factor is None:
        return (jnp.exp(logs) if structure.curve.logarithmic else value), logs
    logs = logs + factor
    return (jnp.exp(logs) if structure.curve.logarithmic else value * jnp.exp(factor)), logs


def schedule_of(arrays: Arrays) -> Schedule:
    """What a curve is told of times, doses and inputs."""
    return Schedule(
        time=arrays.time,
        since=arrays.since,
        dose_time=arrays.dose_time,
        dose_amount=arrays.dose_amount,
        dose_duration=arrays.dose_duration,
        inputs=arrays.inputs,
    )


def _of_occasions(structure: Structure, arrays: Arrays, z: Array, number: int) -> Array:
    """The deviation of the occasion that each row belongs to."""
    first = len(structure.random) + number * structure.occasions
    value = jnp.zeros((), z.dtype)
    for occasion in range(structure.occasions):
        value = value + jnp.where(arrays.occasion == occasion, z[first + occasion], 0.0)
    return value


def _log_factor(structure: Structure, arrays: Arrays, found: dict[str, Array]) -> Array | None:
    if all(place is None for place in structure.factors):
        return None
    value = jnp.zeros((), arrays.y.dtype)
    for assay, place in enumerate(structure.factors):
        if place is not None:
            factor = jnp.log(found[structure.names[place]])
            value = value + jnp.where(arrays.assay == assay, factor, 0.0)
    return value
