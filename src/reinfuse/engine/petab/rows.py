"""Rows of the parameter, condition, observable and measurement tables as data."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from reinfuse.engine.language.tree import Number, Place, Tree, names_in
from reinfuse.engine.petab.formula import parsed_formula
from reinfuse.engine.petab.problem import (
    Condition,
    Measurement,
    Noise,
    PetabObservable,
    PetabParameter,
    Prior,
    Scale,
)
from reinfuse.engine.petab.tables import Row, Table, Told, number_of
from reinfuse.engine.petab.tokens import FormulaFault

PARAMETER_COLUMNS = ("parameterId", "parameterScale", "lowerBound", "upperBound", "estimate")
CONDITION_COLUMNS = ("conditionId",)
OBSERVABLE_COLUMNS = ("observableId", "observableFormula", "noiseFormula")
MEASUREMENT_COLUMNS = ("observableId", "simulationConditionId", "measurement", "time")
_NOT_SETTINGS = frozenset({"conditionId", "conditionName"})
_NOTHING = frozenset({"", "nan"})
_FLAGS = {"0": False, "1": True, "0.0": False, "1.0": True}
_Word = TypeVar("_Word", bound=StrEnum)


def parameters_in(tables: Iterable[Table], told: Told) -> tuple[PetabParameter, ...]:
    """Every row of the parameter tables that can be read."""
    read = (_parameter(row, told) for table in tables for row in table.rows)
    return tuple(parameter for parameter in read if parameter is not None)


def conditions_in(tables: Iterable[Table], told: Told) -> tuple[Condition, ...]:
    """Every row of the condition tables that can be read."""
    found = []
    for table in tables:
        settings = [name for name in table.columns if name and name not in _NOT_SETTINGS]
        for row in table.rows:
            name = row.id("conditionId", told)
            set_to = tuple((column, _setting(row, column, told)) for column in settings)
            if name is not None:
                found.append(Condition(name=name, settings=set_to, at=row.cell()))
    return tuple(found)


def observables_in(
    tables: Iterable[Table], names: frozenset[str], told: Told
) -> tuple[PetabObservable, ...]:
    """Every row of the observable tables that can be read; `names` are those of the model."""
    read = (_observable(row, names, told) for table in tables for row in table.rows)
    return tuple(observable for observable in read if observable is not None)


def measurements_in(tables: Iterable[Table], told: Told) -> tuple[Measurement, ...]:
    """Every row of the measurement tables that can be read."""
    read = (_measurement(row, told) for table in tables for row in table.rows)
    return tuple(measurement for measurement in read if measurement is not None)


def _parameter(row: Row, told: Told) -> PetabParameter | None:
    name = row.id("parameterId", told)
    scale = _word(row, "parameterScale", Scale, Scale.LIN, told)
    flag = row.text("estimate")
    if flag not in _FLAGS:
        told.add(row.cell("estimate"), f"{flag!r} says neither yes nor no", "write 0 or 1")
    if name is None:
        return None
    parameter = PetabParameter(
        name=name,
        scale=scale,
        lower=_optional(row, "lowerBound", told),
        upper=_optional(row, "upperBound", told),
        nominal=_optional(row, "nominalValue", told),
        estimated=_FLAGS.get(flag, True),
        prior=_prior(row, "objectivePrior", told),
        start_prior=_prior(row, "initializationPrior", told),
        at=row.cell(),
    )
    _check_values(parameter, row, told)
    return parameter


def _check_values(parameter: PetabParameter, row: Row, told: Told) -> None:
    lower, upper, nominal = parameter.lower, parameter.upper, parameter.nominal
    if lower is not None and upper is not None and lower > upper:
        told.add(row.cell("lowerBound"), f"{lower:g} is above {upper:g}", "exchange the bounds")
    if not parameter.estimated and nominal is None:
        told.add(
            row.cell("nominalValue"),
            f"{parameter.name} is not estimated and has no value",
            "write its value",
        )
    if parameter.scale is Scale.LIN or not parameter.estimated:
        return
    for column, value, least in (
        ("lowerBound", lower, "at least 0"),
        ("upperBound", upper, "above 0"),
        ("nominalValue", nominal, "above 0"),
    ):
        if value is not None and (value < 0.0 or (value == 0.0 and least == "above 0")):
            told.add(
                row.cell(column),
                f"{value:g} has no logarithm, and the scale is {parameter.scale}",
                f"write a value {least}, without logarithm, or the scale lin",
            )


def _prior(row: Row, stem: str, told: Told) -> Prior | None:
    kind = row.text(f"{stem}Type")
    if not kind:
        return None
    column = f"{stem}Parameters"
    parts = [part.strip() for part in row.text(column).split(";") if part.strip()]
    numbers = [number_of(part) for part in parts]
    for part, number in zip(parts, numbers, strict=True):
        if number is None:
            told.add(row.cell(column), f"{part!r} is no number", "write numbers with ; between")
    return Prior(kind=kind, parameters=tuple(number for number in numbers if number is not None))


def _setting(row: Row, column: str, told: Told) -> float | str | None:
    text = row.text(column)
    number = number_of(text)
    if not text or (number is not None and math.isnan(number)):
        return None
    return number if number is not None else row.id(column, told)


def _observable(row: Row, names: frozenset[str], told: Told) -> PetabObservable | None:
    name = row.id("observableId", told)
    formula = _formula(row, "observableFormula", names, told)
    noise_formula = _formula(row, "noiseFormula", names, told)
    scale = _word(row, "observableTransformation", Scale, Scale.LIN, told)
    noise = _word(row, "noiseDistribution", Noise, Noise.NORMAL, told)
    if name is None or formula is None or noise_formula is None:
        return None
    used = names_in(formula) | names_in(noise_formula)
    return PetabObservable(
        name=name,
        formula=formula,
        noise_formula=noise_formula,
        scale=scale,
        noise=noise,
        placeholders=_placeholders(row, f"observableParameter%d_{name}", used, told),
        noise_placeholders=_placeholders(row, f"noiseParameter%d_{name}", used, told),
        at=row.cell(),
    )


def _placeholders(row: Row, form: str, used: frozenset[str], told: Told) -> tuple[str, ...]:
    """Names of that form, 1 to the highest that is used."""
    pattern = re.compile(form.replace("%d", r"(\d+)"))
    numbers = [int(found[1]) for name in used if (found := pattern.fullmatch(name))]
    missing = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
    if missing:
        told.add(
            row.cell(),
            f"{form % max(numbers)} is used, and {form % missing[0]} is not",
            "number them 1, 2, 3 and use each",
        )
        return ()
    return tuple(form % number for number in sorted(numbers))


def _formula(row: Row, column: str, names: frozenset[str], told: Told) -> Tree | None:
    text = row.text(column)
    number = number_of(text)
    if number is not None:
        return Number(number, at=Place(1, 1))
    try:
        return parsed_formula(text, names)
    except FormulaFault as fault:
        told.add(
            row.cell(column),
            f"{text!r} is no formula: {fault.what}, at character {fault.column}",
            "correct the formula",
        )
        return None


def _measurement(row: Row, told: Told) -> Measurement | None:
    observable = row.id("observableId", told)
    condition = row.id("simulationConditionId", told)
    before = row.text("preequilibrationConditionId")
    preequilibration = (
        None if before.lower() in _NOTHING else row.id("preequilibrationConditionId", told)
    )
    time, value = row.number_in("time", told), row.number_in("measurement", told)
    filled = _fillings(row, "observableParameters", told)
    noise = _fillings(row, "noiseParameters", told)
    if time is not None and time < 0.0:
        told.add(row.cell("time"), f"{time:g} is before the start", "times begin at 0")
    if observable is None or condition is None or time is None or value is None:
        return None
    return Measurement(
        observable=observable,
        condition=condition,
        preequilibration=preequilibration,
        time=time,
        value=value,
        observable_values=filled,
        noise_values=noise,
        at=row.cell(),
    )


def _fillings(row: Row, column: str, told: Told) -> tuple[float | str, ...]:
    text = row.text(column)
    if text.lower() in _NOTHING:
        return ()
    found: list[float | str] = []
    for part in (part.strip() for part in text.split(";")):
        number = number_of(part)
        if number is None and not part.isidentifier():
            told.add(
                row.cell(column),
                f"{part!r} is neither a number nor a parameter",
                "write numbers or ids of the parameter table, with ; between",
            )
        found.append(part if number is None else number)
    return tuple(found)


def _optional(row: Row, column: str, told: Told) -> float | None:
    text = row.text(column)
    return row.number_in(column, told) if text.lower() not in _NOTHING else None


def _word(row: Row, column: str, words: type[_Word], usual: _Word, told: Told) -> _Word:
    text = row.text(column)
    if not text:
        return usual
    known = [str(word) for word in words]
    if text not in known:
        told.add(row.cell(column), f"{text!r} is not known", f"write one of {', '.join(known)}")
        return usual
    return words(text)
