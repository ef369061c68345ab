"""Whether the tables of a PEtab problem fit together, and fit the model."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from reinfuse.engine.language.tree import TIME, names_in
from reinfuse.engine.petab.problem import (
    Cell,
    Condition,
    Measurement,
    PetabObservable,
    PetabProblem,
    Scale,
)
from reinfuse.engine.petab.tables import Told
from reinfuse.engine.sbml.result import SbmlModel


class _Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def at(self) -> Cell: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Ids as the tables write them, those of rows that could not be read included."""

    parameters: frozenset[str]
    observables: frozenset[str]
    conditions: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Known:
    """Names by what they stand for."""

    model: frozenset[str]
    changing: frozenset[str]
    written: Written

    @property
    def values(self) -> frozenset[str]:
        """What has a value."""
        return self.model | self.written.parameters


def ids_of(model: SbmlModel) -> frozenset[str]:
    """Ids of everything in a model that has a value."""
    return frozenset(symbol.id for symbol in model.symbols)


def check(problem: PetabProblem, written: Written, told: Told) -> None:
    """Tell everything in the tables that contradicts another table or the model."""
    sound = not told.problems
    known = _Known(ids_of(problem.model), _computed_at_all_times(problem.model), written)
    for column, parts in (
        ("parameterId", problem.parameters),
        ("conditionId", problem.conditions),
        ("observableId", problem.observables),
    ):
        _check_once(parts, column, told)
    _check_settings(problem.conditions, known, told)
    for observable in problem.observables:
        _check_observable(observable, known, told)
    _check_measurements(problem, known, told)
    if sound:  # else what could not be read may be what uses it
        _check_all_used(problem, known, told)


def _computed_at_all_times(sbml: SbmlModel) -> frozenset[str]:
    """Ids of what hangs on states or time by a formula, and has no value of its own to begin."""
    changing = {TIME, *sbml.model.state_names}
    for helper in sbml.model.helpers:  # each comes after what it needs
        if names_in(helper.value) & changing:
            changing.add(helper.name)
    return frozenset(
        symbol.id
        for symbol in sbml.symbols
        if symbol.name in changing and symbol.state is None and symbol.initial is None
    )


def _check_once(parts: Sequence[_Named], column: str, told: Told) -> None:
    first: dict[str, Cell] = {}
    for part in parts:
        before = first.setdefault(part.name, part.at)
        if before != part.at:
            told.add(
                Cell(part.at.file, part.at.row, column),
                f"{part.name} stands in {before} already",
                "keep one of them",
            )


def _check_settings(conditions: Iterable[Condition], known: _Known, told: Told) -> None:
    strangers: set[tuple[str, str]] = set()
    for condition in conditions:
        for name, value in condition.settings:
            cell = Cell(condition.at.file, condition.at.row, name)
            if name not in known.model and (cell.file, name) not in strangers:
                strangers.add((cell.file, name))  # once for a column, not for each of its rows
                told.add(
                    Cell(cell.file, 1, name),
                    f"the model has no {name}",
                    "name a parameter, species or compartment of the model",
                )
            if name in known.changing and (cell.file, name) not in strangers:
                strangers.add((cell.file, name))
                told.add(
                    Cell(cell.file, 1, name),
                    f"{name} follows from a rule or reaction of the model at all times",
                    "set what it is computed from",
                )
            if isinstance(value, str) and value not in known.values:
                told.add(
                    cell,
                    f"{value} is no parameter",
                    "write a number, NaN or an id of the parameter table",
                )


def _check_observable(observable: PetabObservable, known: _Known, told: Told) -> None:
    common = known.values | {TIME}
    allowed = {
        "observableFormula": common | set(observable.placeholders),
        "noiseFormula": common
        | set(observable.placeholders)
        | set(observable.noise_placeholders)
        | known.written.observables,
    }
    for column, formula in (
        ("observableFormula", observable.formula),
        ("noiseFormula", observable.noise_formula),
    ):
        for name in sorted(names_in(formula) - allowed[column]):
            told.add(
                Cell(observable.at.file, observable.at.row, column),
                f"{name} is neither in the model nor in the parameter table",
                "correct the name or add the parameter",
            )


def _check_measurements(problem: PetabProblem, known: _Known, told: Told) -> None:
    observables = {observable.name: observable for observable in problem.observables}
    for measurement in problem.measurements:
        at = measurement.at
        for column, name in (
            ("simulationConditionId", measurement.condition),
            ("preequilibrationConditionId", measurement.preequilibration),
        ):
            if name is not None and name not in known.written.conditions:
                told.add(
                    Cell(at.file, at.row, column),
                    f"there is no condition {name}",
                    "correct the name or add a row to the condition table",
                )
        observable = observables.get(measurement.observable)
        if observable is not None:
            _check_measurement(measurement, observable, known, told)
        elif measurement.observable not in known.written.observables:
            told.add(
                Cell(at.file, at.row, "observableId"),
                f"there is no observable {measurement.observable}",
                "correct the name or add a row to the observable table",
            )


def _check_measurement(
    measurement: Measurement, observable: PetabObservable, known: _Known, told: Told
) -> None:
    file, row = measurement.at.file, measurement.at.row
    if observable.scale is not Scale.LIN and measurement.value <= 0.0:
        told.add(
            Cell(file, row, "measurement"),
            f"{measurement.value:g} has no logarithm, and {observable.name} is compared on one",
            "write a value above 0, or the transformation lin",
        )
    for column, values, wanted in (
        ("observableParameters", measurement.observable_values, observable.placeholders),
        ("noiseParameters", measurement.noise_values, observable.noise_placeholders),
    ):
        if len(values) != len(wanted):
            told.add(
                Cell(file, row, column),
                f"{len(values)} values are given, and {observable.name} takes {len(wanted)}",
                "give one for each placeholder of the formula, with ; between",
            )
        for value in values:
            if isinstance(value, str) and value not in known.values:
                told.add(
                    Cell(file, row, column),
                    f"{value} is no parameter",
                    "write a number or an id of the parameter table",
                )


def _check_all_used(problem: PetabProblem, known: _Known, told: Told) -> None:
    """A parameter that changes nothing is a name that was written in two ways."""
    used: set[str] = set(known.model) | _filled_with(problem.measurements)
    for condition in problem.conditions:
        used |= {value for _, value in condition.settings if isinstance(value, str)}
    for observable in problem.observables:
        used |= names_in(observable.formula) | names_in(observable.noise_formula)
    for parameter in problem.parameters:
        if parameter.name not in used:
            told.add(
                Cell(parameter.at.file, parameter.at.row, "parameterId"),
                f"{parameter.name} is used nowhere",
                "correct the name or remove the row",
            )


def _filled_with(measurements: Collection[Measurement]) -> set[str]:
    return {
        value
        for measurement in measurements
        for value in (*measurement.observable_values, *measurement.noise_values)
        if isinstance(value, str)
    }
