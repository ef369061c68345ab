"""What was measured when, and below which limits: what every replicate of the data is drawn on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.model import (
    ON_LOGARITHMS,
    RESIDUAL_PARAMETERS,
    Censoring,
    Effect,
    EffectKind,
    PopulationModel,
)
from reinfuse.estimation.population.problem import Problem, make_problem
from reinfuse.estimation.population.structure import (
    ABOVE,
    BELOW,
    BETWEEN,
    VALUE,
    Population,
)
from reinfuse.record.data_set import DataSet, Sample

BELOW_LIMIT, ABOVE_LIMIT = -np.inf, np.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A data set as replicates see it; arrays are `"rows subjects"` on the scale of the errors.

    `observed` is -inf for a measurement below its limit, +inf above an upper one, and nan where a
    subject has no such row. `below` and `above` are the limits of every cell, infinite where
    there is none. `on_logs` says where the scale is the natural logarithm of a level.
    """

    data: DataSet
    problem: Problem
    observed: np.ndarray
    below: np.ndarray
    above: np.ndarray
    on_logs: np.ndarray
    notes: tuple[str, ...] = ()

    @property
    def present(self) -> np.ndarray:
        """Whether a subject has this row."""
        return ~np.isnan(self.observed)

    def level(self, values: np.ndarray) -> np.ndarray:
        """Values of cells (last axes `"rows subjects"`) as levels; -inf stays what it is."""
        with np.errstate(over="ignore", invalid="ignore"):
            levels = np.where(self.on_logs, np.exp(values), values)
        return np.where(np.isneginf(values), BELOW_LIMIT, levels)


def design_of(
    data: DataSet,
    model: PopulationModel,
    *,
    references: Mapping[str, float] | None = None,
    dtype: str = "float64",
) -> Design:
    """The design of `data` under a model; `references` of covariates are those of the fit.

    Measurements below a limit are kept whatever the fit did with them. A number has the limit of
    its subject's other measurements by that assay, else of the assay's, and never one above
    itself. A measurement between two limits counts as below the upper of them.
    """
    known = _with_references(model, references or {})
    if known.censoring is not Censoring.M4:
        known = replace(known, censoring=Censoring.M3)
    made = make_problem(data, known, dtype=dtype)
    kind = np.asarray(made.arrays.kind)
    y, high, low = (
        np.asarray(one, np.float64) for one in (made.arrays.y, made.arrays.high, made.arrays.low)
    )
    observed = np.where(kind == VALUE, y, np.nan)
    observed = np.where((kind == BELOW) | (kind == BETWEEN), BELOW_LIMIT, observed)
    observed = np.where(kind == ABOVE, ABOVE_LIMIT, observed)
    logs = np.asarray([one in ON_LOGARITHMS for one in made.structure.residuals])
    below, notes = _lower_limits(made, high)
    return Design(
        data=data,
        problem=made,
        observed=observed,
        below=np.where(kind == VALUE, np.minimum(below, y), below),
        above=_upper_limits(made, low),
        on_logs=logs[np.asarray(made.arrays.assay)],
        notes=notes,
    )


def design_of_fit(data: DataSet, problem: Problem) -> Design:
    """The design of the data of a fit; raises ReinfuseError where their assays differ."""
    mine = tuple(one.label for one in data.assays)
    if mine != problem.assays:
        raise ReinfuseError(
            f"the data have assays {_listed(mine)}",
            fix=f"the fit is of {_listed(problem.assays)}: give those, in this order",
        )
    return design_of(
        data, problem.model, references=dict(problem.references), dtype=str(problem.arrays.y.dtype)
    )


def check_numbers(design: Design, population: Population) -> None:
    """Raise ReinfuseError where a population's numbers are not those of a design's model."""
    structure = design.problem.structure
    sizes = sum(len(RESIDUAL_PARAMETERS[kind]) for kind in structure.residuals)
    wanted = (len(structure.beta_names), len(structure.random), len(structure.between), sizes)
    have = tuple(len(part) for part in population)
    if have != wanted:
        words = ("fixed effects", "random effects", "variances between infusions", "residual sizes")
        differs = [
            f"{theirs} {name} in the fit, {ours} for these data"
            for name, theirs, ours in zip(words, have, wanted, strict=True)
            if theirs != ours
        ]
        raise ReinfuseError(
            f"the fit does not suit the data: {'; '.join(differs)}",
            fix="give data with the assays and infusions that were fitted",
        )


def _with_references(model: PopulationModel, references: Mapping[str, float]) -> PopulationModel:
    """The model with its covariates set against what they were set against in the fit."""

    def fixed(effect: Effect) -> Effect:
        given = effect.reference is not None or effect.kind is EffectKind.CATEGORY
        if given or effect.covariate not in references:
            return effect
        return replace(effect, reference=references[effect.covariate])

    return replace(model, effects=tuple(fixed(one) for one in model.effects))


def _lower_limits(problem: Problem, high: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    kind, assay = np.asarray(problem.arrays.kind), np.asarray(problem.arrays.assay)
    censored = (kind == BELOW) | (kind == BETWEEN)
    found = np.full(kind.shape, -np.inf)
    notes: list[str] = []
    for number, label in enumerate(problem.assays):
        mine = censored & (assay == number)
        if not mine.any():
            continue
        values, counts = np.unique(high[mine], return_counts=True)
        usual = values[np.argmax(counts)]
        own = np.where(mine, high, -np.inf).max(0)
        guessed = np.where(np.isneginf(own), usual, own)
        found = np.where(assay == number, guessed[None, :], found)
        if len(values) > 1:
            notes.append(
                f"assay {label or '1'} has {len(values)} lower limits: a subject without a"
                " measurement below one is given the most frequent"
            )
    return np.where(censored, high, found), tuple(notes)


def _upper_limits(problem: Problem, low: np.ndarray) -> np.ndarray:
    kind, assay = np.asarray(problem.arrays.kind), np.asarray(problem.arrays.assay)
    y = np.asarray(problem.arrays.y, np.float64)
    found = np.full(kind.shape, np.inf)
    for number in range(len(problem.assays)):
        mine = (kind == ABOVE) & (assay == number)
        if mine.any():
            values, counts = np.unique(low[mine], return_counts=True)
            found = np.where(assay == number, values[np.argmax(counts)], found)
    found = np.where(kind == VALUE, np.maximum(found, y), found)
    return np.where(kind == ABOVE, low, found)


def censor(design: Design, values: np.ndarray) -> np.ndarray:
    """Simulated values as they would have been reported: -inf below a limit, +inf above one."""
    reported = np.where(values < design.below, BELOW_LIMIT, values)
    return np.where(values > design.above, ABOVE_LIMIT, reported)


def as_data_set(design: Design, values: np.ndarray) -> DataSet:
    """One replicate (`"rows subjects"`, not censored yet) as a data set of the same design."""
    reported = censor(design, values)
    subjects = []
    for number, subject in enumerate(design.data.subjects):
        samples = tuple(
            _sample(design, sample, (row, number), reported[row, number])
            for row, sample in enumerate(subject.samples)
        )
        subjects.append(replace(subject, samples=samples))
    return replace(design.data, subjects=tuple(subjects))


def _sample(design: Design, sample: Sample, at: tuple[int, int], value: float) -> Sample:
    back = math.exp if design.on_logs[at] and not design.data.logarithms else float
    if np.isneginf(value):
        return replace(sample, value=None, low=None, high=back(design.below[at]))
    if np.isposinf(value):
        return replace(sample, value=None, high=None, low=back(design.above[at]))
    return replace(sample, value=back(value), low=None, high=None)


def _listed(labels: tuple[str, ...]) -> str:
    return ", ".join(label or "(without a label)" for label in labels)
