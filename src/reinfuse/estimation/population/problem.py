"""A data set and a model, made into the arrays that are fitted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.columns import (
    Column,
    EffectColumn,
    covariate_columns,
)
from reinfuse.estimation.population.model import (
    ON_LOGARITHMS,
    Censoring,
    PopulationModel,
    scale_name,
)
from reinfuse.estimation.population.structure import (
    ABOVE,
    ABSENT,
    BELOW,
    BETWEEN,
    VALUE,
    Arrays,
    Structure,
    Term,
)
from reinfuse.kinetics.curves import Scale
from reinfuse.record.data_set import DataSet, Sample, Subject

MOST_NAMED = 20


class UnusableData(ReinfuseError):
    """Data that this model cannot be fitted to, with every reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is fitted: shape, arrays, and what each number belongs to.

    `rows` (`"rows subjects"`) are rows of the file, 0 where there is none; `counts` says how many
    measurements of each kind there are; `notes` what a reader must know.
    """

    structure: Structure
    arrays: Arrays
    model: PopulationModel
    subjects: tuple[str, ...]
    assays: tuple[str, ...]
    references: tuple[tuple[str, float], ...]
    rows: np.ndarray
    counts: dict[str, int]
    notes: tuple[str, ...] = field(default=())

    @property
    def measured(self) -> int:
        """How many measurements enter the likelihood."""
        return self.counts["used"]


def make_problem(
    data: DataSet, model: PopulationModel, *, dtype: str = "float64", new_patients: bool = False
) -> Problem:
    """The problem of fitting `model` to `data`; `dtype` is float64 or float32.

    Raises UnusableData with every reason: no subject, a covariate missing, a level that has no
    logarithm, no dose where the curve needs one, a limit that contradicts its value. Patients who
    are set against a known population (`new_patients`) need no measurement that is a number.
    """
    labels = tuple(assay.label for assay in data.assays)
    names = (*model.curve.names, *(scale_name(label) for label in model.scaled))
    columns, effects, faults = covariate_columns(data, model.effects)
    faults += _faults(data, model, labels)
    faults += [] if new_patients else _nothing_quantified(data)
    if faults:
        more = [f"and {len(faults) - MOST_NAMED} more"] if len(faults) > MOST_NAMED else []
        raise UnusableData("\n".join(["the data cannot be fitted:", *faults[:MOST_NAMED], *more]))
    filled = _Filled(data, model, columns)
    arrays = filled.arrays(jnp.dtype(dtype))
    structure = _structure(data, model, names, filled, effects)
    return Problem(
        structure=structure,
        arrays=arrays,
        model=model,
        subjects=tuple(one.name for one in data.subjects),
        assays=labels,
        references=tuple(dict.fromkeys((column.name, column.reference) for column in columns)),
        rows=filled.rows,
        counts=filled.counts(),
        notes=tuple(filled.notes()),
    )


def with_dtype(problem: Problem, dtype: str) -> Arrays:
    """The arrays of a problem in 32 or 64 bits."""

    def cast(value: jax.Array) -> jax.Array:
        return value.astype(dtype) if jnp.issubdtype(value.dtype, jnp.floating) else value

    return Arrays(*(jax.tree.map(cast, part) for part in problem.arrays))


def _structure(
    data: DataSet,
    model: PopulationModel,
    names: tuple[str, ...],
    filled: _Filled,
    effects: Sequence[EffectColumn],
) -> Structure:
    scales = (
        *(one.scale for one in model.curve.parameters), *(Scale.LOG for _ in model.scaled)
    )  # fmt: skip
    random = tuple(names.index(name) for name in model.varying)
    place = {name: number for number, name in enumerate(model.varying)}
    blocks = tuple(tuple(sorted(place[name] for name in block)) for block in model.blocks)
    terms = tuple(
        Term(
            name=term.name,
            parameter=names.index(effect.parameter),
            column=term.column,
            varying=term.varying,
        )
        for effect, term in zip(model.effects, effects, strict=True)
    )
    factors = tuple(
        names.index(scale_name(assay.label)) if assay.label in model.scaled else None
        for assay in data.assays
    )
    return Structure(
        curve=model.curve,
        names=names,
        scales=scales,
        random=random,
        blocks=blocks,
        between=tuple(names.index(name) for name in model.between_infusions),
        occasions=filled.occasions if model.between_infusions else 1,
        terms=terms,
        free=(
            *(name not in model.held for name in names),
            *(not effect.held for effect in model.effects),
        ),
        residuals=tuple(model.residual_of(assay.label) for assay in data.assays),
        factors=factors,
        censoring=model.censoring,
        kinds=tuple(int(kind) for kind in np.unique(filled.kind)),
    )


def _faults(data: DataSet, model: PopulationModel, labels: tuple[str, ...]) -> list[str]:
    faults = [] if data.subjects else ["there is no subject"]
    named = (*model.scaled, *model.residuals)
    strange = [label for label in named if label and label not in labels]
    faults += [f"the model names assay {label}, which the data have not" for label in strange]
    if data.logarithms and any(model.residual_of(one) not in ON_LOGARITHMS for one in labels):
        faults.append(
            "values are logarithms, and the residual model is not: use log-normal or log-student"
        )
    logs = [model.residual_of(label) in ON_LOGARITHMS for label in labels]
    for subject in data.subjects:
        if model.curve.needs_dose and not any(dose.amount > 0 for dose in subject.doses):
            faults.append(f"ID {subject.name}: no dose, and curve {model.curve.name} needs one")
        for sample in subject.samples:
            why = _fault(sample, not data.logarithms and logs[sample.assay])
            if why:
                faults.append(f"ID {subject.name}, row {sample.row}: {why}")
    return faults


def _nothing_quantified(data: DataSet) -> list[str]:
    if not data.subjects or any(one.quantified for each in data.subjects for one in each.samples):
        return []
    return ["every value lies below or above a limit: nothing says how high levels are"]


def _fault(sample: Sample, takes_logarithm: bool) -> str:
    known = (sample.value, sample.low, sample.high)
    if any(one is not None and not math.isfinite(one) for one in known):
        return "a value or limit is not finite"
    if all(one is None for one in known):
        return "neither a value nor a limit is known"
    if sample.low is not None and sample.high is not None and sample.low >= sample.high:
        return f"the lower limit {sample.low:g} is not below the upper {sample.high:g}"
    if not takes_logarithm:
        return ""
    if sample.value is not None and sample.value <= 0:
        return (
            f"a level of {sample.value:g} has no logarithm; say below which limit it lies, or use "
            "an additive or combined residual"
        )
    if sample.high is not None and sample.high <= 0:
        return f"a limit of {sample.high:g} has no logarithm"
    return ""


class _Filled:
    """Padded arrays, filled once; only `arrays`, `counts`, `notes` and shapes leave this file."""

    def __init__(self, data: DataSet, model: PopulationModel, columns: Sequence[Column]) -> None:
        self.model, self.data = model, data
        subjects = data.subjects
        logs = [model.residual_of(assay.label) in ON_LOGARITHMS for assay in data.assays]
        self.takes = [on and not data.logarithms for on in logs]
        longest = max([1, *(len(one.samples) for one in subjects)])
        doses = max([1, *(len(one.doses) for one in subjects)])
        shape = (longest, len(subjects))
        self.y, self.low, self.high = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.kind = np.zeros(shape, np.int8)
        self.assay, self.occasion = np.zeros(shape, np.int8), np.zeros(shape, np.int16)
        self.rows = np.zeros(shape, np.int64)
        self.time, self.since = np.zeros(shape), np.zeros(shape)
        self.doses = np.zeros((3, doses, len(subjects)))
        self.jacobian = np.zeros(len(subjects))
        for number, subject in enumerate(subjects):
            self._fill(number, subject)
        self.occasions = int(self.occasion.max()) + 1 if subjects else 1
        self.columns = _stack(columns, shape)
        self.inputs = {name: _input(subjects, name) for name in model.curve.inputs}

    def _fill(self, number: int, subject: Subject) -> None:
        for place, dose in enumerate(subject.doses):
            self.doses[:, place, number] = dose.time, dose.amount, dose.duration
        starts = [(dose.time, dose.occasion) for dose in subject.doses]
        for row, sample in enumerate(subject.samples):
            self._put(row, number, sample)
            mine = [time for time, occasion in starts
                    if occasion == sample.occasion and time <= sample.time]  # fmt: skip
            self.since[row, number] = sample.time - max(mine, default=0.0)

    def _put(self, row: int, number: int, sample: Sample) -> None:
        at = (row, number)
        self.time[at], self.assay[at] = sample.time, sample.assay
        self.occasion[at], self.rows[at] = sample.occasion - 1, sample.row
        takes = self.takes[sample.assay]
        if sample.value is not None:
            self.kind[at] = VALUE
            self.y[at] = math.log(sample.value) if takes else sample.value
            self.jacobian[number] -= self.y[at] if takes else 0.0
            return
        rule = self.model.censoring
        if rule is Censoring.M1:
            return
        low, high = _limits(sample, takes)
        if rule is Censoring.M5 and high is not None:
            half = math.log(2.0)
            self.kind[at] = VALUE
            logs = takes or self.data.logarithms
            self.y[at] = high - half if logs else high / 2.0
            self.jacobian[number] -= self.y[at] if takes else 0.0
            return
        self.low[at], self.high[at] = low or 0.0, high or 0.0
        self.kind[at] = BELOW if low is None else ABOVE if high is None else BETWEEN

    def arrays(self, dtype: jnp.dtype) -> Arrays:
        """As JAX arrays of one precision."""

        def real(value: np.ndarray) -> jax.Array:
            return jnp.asarray(value, dtype)

        seen = np.stack([
            ((self.occasion == number) & (self.kind != ABSENT)).any(0)
            for number in range(self.occasions)
        ])  # fmt: skip
        time, amount, duration = self.doses
        return Arrays(
            y=real(self.y), low=real(self.low), high=real(self.high), kind=jnp.asarray(self.kind),
            assay=jnp.asarray(self.assay), occasion=jnp.asarray(self.occasion),
            time=real(self.time), since=real(self.since),
            dose_time=real(time), dose_amount=real(amount), dose_duration=real(duration),
            inputs={name: real(value) for name, value in self.inputs.items()},
            columns=real(self.columns), seen=jnp.asarray(seen), jacobian=real(self.jacobian),
        )  # fmt: skip

    def counts(self) -> dict[str, int]:
        """Measurements in the data and in the fit."""
        samples = [sample for one in self.data.subjects for sample in one.samples]
        return {
            "subjects": len(self.data.subjects),
            "samples": len(samples),
            "below": sum(one.high is not None and one.low is None for one in samples),
            "above": sum(one.low is not None and one.high is None for one in samples),
            "between": sum(one.low is not None and one.high is not None for one in samples),
            "used": int((self.kind != ABSENT).sum()),
        }

    def notes(self) -> Iterable[str]:
        """What the likelihood does with values that are not numbers."""
        counts = self.counts()
        limited = counts["below"] + counts["above"] + counts["between"]
        words = {
            Censoring.M1: "dropped (M1), which biases the fit",
            Censoring.M3: "taken as the probability of lying there (M3)",
            Censoring.M4: "taken as the probability of lying there, levels being positive (M4)",
            Censoring.M5: "replaced by half the limit (M5), which biases the fit",
        }
        yield (
            (
                f"{limited} of {counts['samples']} measurements lie beyond a limit and are "
                f"{words[self.model.censoring]}"
            )
            if limited
            else "no measurement lies beyond a limit"
        )


def _limits(sample: Sample, takes: bool) -> tuple[float | None, float | None]:
    if not takes:
        return sample.low, sample.high
    low = None if sample.low is None or sample.low <= 0 else math.log(sample.low)
    return low, None if sample.high is None else math.log(sample.high)


def _input(subjects: Sequence[Subject], name: str) -> np.ndarray:
    """A known value of each subject that the curve reads; infinite where there is none."""
    found = np.full(len(subjects), np.inf)
    for number, subject in enumerate(subjects):
        for known in subject.covariates.get(name, ()):
            if isinstance(known.value, float | int):
                found[number] = known.value
    return found


def _stack(columns: Sequence[Column], shape: tuple[int, int]) -> np.ndarray:
    """All columns as one array, with rows only where one changes within a subject."""
    rows = shape[0] if any(column.varying for column in columns) else 1
    stacked = np.zeros((len(columns), rows, shape[1]))
    for number, column in enumerate(columns):
        stacked[number] = column.values[:rows] if column.varying else column.values[:1]
    return stacked
