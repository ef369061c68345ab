"""Curves of the population and of each subject on a fine grid of times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.checking.design import Design
from reinfuse.estimation.population.checking.npde import of_subjects
from reinfuse.estimation.population.checking.predictions import expected
from reinfuse.estimation.population.checking.simulate import in_precision
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.structure import Arrays, Population
from reinfuse.record.data_set import Subject

POINTS = 72
MOST_STRETCHES = 6  # between doses, each with its own fine beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectCurve:
    """Levels of one subject by one assay: at `time`, of the population and at its own mode.

    Measurements follow: `observed` is -inf where it lies below `limit` (+inf above).
    """

    subject: int
    name: str
    assay: int
    time: np.ndarray
    population: np.ndarray
    individual: np.ndarray
    measured_at: np.ndarray
    observed: np.ndarray
    limit: np.ndarray


def subject_curves(
    design: Design, population: Population, mode: np.ndarray, *, places: Sequence[int]
) -> tuple[SubjectCurve, ...]:
    """Curves of the subjects at these places, for every assay that each of them has."""
    problem = design.problem
    numbers = in_precision(population, problem.arrays.y.dtype)
    chosen = np.asarray(places, int)
    times = [_grid(design.data.subjects[one]) for one in chosen]
    found = []
    for assay in range(len(problem.assays)):
        arrays = _on_grid(design, chosen, np.stack(times, axis=1), assay)
        z = jnp.asarray(mode[:, chosen], problem.arrays.y.dtype)
        middle = mean_latents(problem.structure, arrays, numbers.beta)
        for_all, own = (
            np.asarray(expected(problem.structure, arrays, numbers, one)[0], np.float64)
            for one in (middle, z)
        )
        for column, place in enumerate(chosen):
            cells = np.asarray(problem.arrays.assay)[:, place] == assay
            cells &= design.present[:, place]
            if cells.any():
                logs = bool(design.on_logs[cells, place][0])
                found.append(_curve(design, int(place), assay, cells, times[column],
                                    _levels(for_all[:, column], logs),
                                    _levels(own[:, column], logs)))  # fmt: skip
    return tuple(sorted(found, key=lambda one: (list(chosen).index(one.subject), one.assay)))


def _curve(
    design: Design,
    place: int,
    assay: int,
    cells: np.ndarray,
    time: np.ndarray,
    for_all: np.ndarray,
    own: np.ndarray,
) -> SubjectCurve:
    observed = design.observed[:, place]
    limit = np.where(np.isposinf(observed), design.above[:, place], design.below[:, place])
    logs = bool(design.on_logs[cells, place][0])
    return SubjectCurve(
        subject=place, name=design.problem.subjects[place], assay=assay, time=time,
        population=for_all, individual=own,
        measured_at=np.asarray(design.problem.arrays.time, np.float64)[cells, place],
        observed=_levels(observed[cells], logs), limit=_levels(limit[cells], logs),
    )  # fmt: skip


def _levels(values: np.ndarray, logs: bool) -> np.ndarray:
    if not logs:
        return values
    with np.errstate(over="ignore"):
        return np.where(np.isneginf(values), -np.inf, np.exp(values))


def _grid(subject: Subject) -> np.ndarray:
    """Times from the first dose or sample to the last sample, finest after each dose."""
    last = max(one.time for one in subject.samples) if subject.samples else 1.0
    first = min(one.time for one in subject.samples) if subject.samples else 0.0
    doses = sorted({one.time for one in subject.doses if one.time < last})
    start = min([min(first, 0.0), *doses]) if doses or first >= 0 else first
    if last <= start:
        last = start + 1.0
    inner = [one for one in doses if start < one]
    ends = [start, *(inner if len(inner) < MOST_STRETCHES else ()), last]
    each, more = divmod(POINTS - 1, len(ends) - 1)
    pieces = []
    for number, (low, high) in enumerate(pairwise(ends)):
        count = each + (more if number == 0 else 0)
        pieces.append(low + (high - low) * (np.arange(count) / count) ** 2)
    return np.concatenate([*pieces, [last]])


def _on_grid(design: Design, chosen: np.ndarray, times: np.ndarray, assay: int) -> Arrays:
    """The arrays of the chosen subjects with a grid of times in place of their rows."""
    arrays = of_subjects(design.problem.arrays, chosen)
    occasion, since, row = (np.zeros(times.shape, kind) for kind in (int, float, int))
    for column, place in enumerate(chosen):
        subject = design.data.subjects[int(place)]
        for number, time in enumerate(times[:, column]):
            row[number, column] = max(sum(one.time <= time for one in subject.samples) - 1, 0)
            given = [one for one in subject.doses if one.time <= time]
            occasion[number, column] = (given[-1].occasion if given else 1) - 1
            same = [one.time for one in given if one.occasion - 1 == occasion[number, column]]
            since[number, column] = time - max(same, default=0.0)
        if not subject.doses and subject.samples:
            asked = [subject.samples[one].occasion - 1 for one in row[:, column]]
            occasion[:, column] = asked
    dtype = arrays.y.dtype
    columns = arrays.columns
    if columns.shape[1] > 1:
        columns = jnp.take_along_axis(columns, jnp.asarray(row)[None], axis=1)
    nothing = jnp.zeros(times.shape, dtype)
    return arrays._replace(
        y=nothing, low=nothing, high=nothing, kind=jnp.ones(times.shape, arrays.kind.dtype),
        assay=jnp.full(times.shape, assay, arrays.assay.dtype),
        occasion=jnp.asarray(occasion, arrays.occasion.dtype),
        time=jnp.asarray(times, dtype), since=jnp.asarray(since, dtype), columns=columns,
    )  # fmt: skip


def spread_over(count: int, most: int) -> tuple[int, ...]:
    """At most `most` places evenly over `count`, the first and the last among them."""
    if count <= most:
        return tuple(range(count))
    return tuple(int(one) for one in np.unique(np.linspace(0, count - 1, most).round()))
