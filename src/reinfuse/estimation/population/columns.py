"""Covariates of a data set as columns of numbers, each set against its reference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.estimation.population.model import Effect, EffectKind
from reinfuse.record.data_set import DataSet, Known, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A covariate as an effect sees it, `"rows subjects"`; one row where it does not change."""

    name: str
    values: np.ndarray
    varying: bool
    reference: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectColumn:
    """Which column an effect reads, and whether it changes within a subject."""

    name: str
    column: int
    varying: bool


def covariate_columns(
    data: DataSet, effects: Sequence[Effect]
) -> tuple[list[Column], list[EffectColumn], list[str]]:
    """The columns that effects need, which effect reads which, and what forbids it, in words."""
    columns: list[Column] = []
    terms: list[EffectColumn] = []
    faults: list[str] = []
    for effect in effects:
        wrong = _faults(data, effect)
        faults += wrong
        if wrong:
            continue
        column = _column(data, effect)
        terms.append(EffectColumn(name=effect.name, column=len(columns), varying=column.varying))
        columns.append(column)
    return columns, terms, list(dict.fromkeys(faults))


def _faults(data: DataSet, effect: Effect) -> list[str]:
    if effect.covariate not in data.covariates:
        have = ", ".join(data.covariates) or "none"
        return [f"effect {effect.name}: the data have no {effect.covariate} (they have: {have})"]
    found = []
    for subject in data.subjects:
        known = subject.covariates.get(effect.covariate, ())
        values = [one.value for one in known]
        if not values or any(value is None for value in values):
            found.append(
                f"ID {subject.name}: no {effect.covariate}, which effect {effect.name} needs; give "
                "it, leave the subject out, or take the effect out"
            )
        elif effect.kind is not EffectKind.CATEGORY:
            found += _not_numbers(subject, known, effect)
    return found


def _not_numbers(subject: Subject, known: Sequence[Known], effect: Effect) -> list[str]:
    found = []
    for one in known:
        if isinstance(one.value, str):
            found.append(
                f"ID {subject.name}, row {one.row}: {effect.covariate} is a word; effect "
                f"{effect.name} needs a number, or the kind `category`"
            )
        elif effect.kind is EffectKind.POWER and one.value is not None and one.value <= 0:
            found.append(
                f"ID {subject.name}, row {one.row}: {effect.covariate} {one.value:g} has no "
                f"logarithm, which effect {effect.name} needs"
            )
    return found


def _column(data: DataSet, effect: Effect) -> Column:
    rows = max([1, *(len(one.samples) for one in data.subjects)])
    values = np.zeros((rows, len(data.subjects)))
    varying = False
    for number, subject in enumerate(data.subjects):
        known = subject.covariates[effect.covariate]
        first = _number(known[0], effect)
        values[:, number] = first
        if len({one.value for one in known}) > 1:
            varying = True
            for row, sample in enumerate(subject.samples):
                now = [one for one in known if one.time <= sample.time]
                values[row, number] = _number(now[-1], effect) if now else first
    reference = _reference(values, effect)
    match effect.kind:
        case EffectKind.POWER:
            values = np.log(values / reference)
        case EffectKind.LINEAR:
            values = values - reference
        case EffectKind.CATEGORY:
            pass
    return Column(name=effect.covariate, values=values, varying=varying, reference=reference)


def _number(known: Known, effect: Effect) -> float:
    if effect.kind is EffectKind.CATEGORY:
        return float(_same(known.value, effect.level))
    value = known.value
    return float(value) if isinstance(value, float | int) else math.nan


def _same(value: float | str | None, level: str | None) -> bool:
    text = f"{value:g}" if isinstance(value, float | int) else str(value)
    return text.casefold() == str(level).casefold()


def _reference(values: np.ndarray, effect: Effect) -> float:
    if effect.kind is EffectKind.CATEGORY:
        return 0.0
    return float(np.median(values[0])) if effect.reference is None else effect.reference
