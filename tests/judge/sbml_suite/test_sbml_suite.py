"""Models of the SBML Test Suite give the results that the suite publishes."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.engine.language.model import Model, Observable
from reinfuse.engine.language.tree import Name, Tree
from reinfuse.engine.plain.prepared import prepared
from reinfuse.engine.plain.solve import solve
from reinfuse.engine.sbml import SbmlModel, read_sbml, sbml_of

CASES = Path(__file__).parent / "cases"
NUMBERS = sorted(path.name[:5] for path in CASES.glob("*-settings.txt"))
PRECISE = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    variables: tuple[str, ...]
    amounts: frozenset[str]
    concentrations: frozenset[str]
    absolute: float
    relative: float


def settings_of(case: str) -> Settings:
    lines = (CASES / f"{case}-settings.txt").read_text(encoding="utf-8").splitlines()
    said = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    listed = {
        key: tuple(word.strip() for word in said[key].split(",") if word.strip())
        for key in ("variables", "amount", "concentration")
    }
    return Settings(
        variables=listed["variables"],
        amounts=frozenset(listed["amount"]),
        concentrations=frozenset(listed["concentration"]),
        absolute=float(said["absolute"]),
        relative=float(said["relative"]),
    )


def expected_of(case: str, variables: tuple[str, ...]) -> tuple[list[float], NDArray[np.float64]]:
    with (CASES / f"{case}-results.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, skipinitialspace=True)
    places = [[name.strip() for name in header].index(variable) for variable in variables]
    values = [[float(row[place]) for place in places] for row in rows if row]
    return [float(row[0]) for row in rows if row], np.array(values)


def read_case(case: str) -> SbmlModel:
    (path,) = CASES.glob(f"{case}-sbml-*.xml")
    return read_sbml(path.read_bytes(), source=path.name)


def asked(read: SbmlModel, variable: str, settings: Settings) -> Tree:
    symbol = read.symbol(variable)
    if symbol.amount is not None and variable in settings.amounts:
        return symbol.amount
    if symbol.concentration is not None and variable in settings.concentrations:
        return symbol.concentration
    return Name(symbol.name)


def worst(model: Model, case: str, settings: Settings) -> float:
    """The largest distance from the published results, in tolerances of the suite."""
    times, expected = expected_of(case, settings.variables)
    values = [parameter.value for parameter in model.parameters]
    solution = solve(prepared(model), values, times, rtol=PRECISE)
    allowed = settings.absolute + settings.relative * np.abs(expected)
    return float(np.max(np.abs(solution.observed[0] - expected) / allowed))


def observing(model: Model, trees: Iterable[Tree]) -> Model:
    seen = (Observable(name=f"asked_{n}", value=tree) for n, tree in enumerate(trees))
    return replace(model, observables=tuple(seen))


def case_model(case: str, settings: Settings) -> Model:
    read = read_case(case)
    return observing(read.model, (asked(read, name, settings) for name in settings.variables))


def test_all_cases_are_here() -> None:
    assert len(NUMBERS) == 40


@pytest.mark.parametrize("case", NUMBERS)
def test_a_case_gives_the_published_results(case: str) -> None:
    settings = settings_of(case)
    assert worst(case_model(case, settings), case, settings) <= 1.0


@pytest.mark.parametrize("case", NUMBERS)
def test_a_case_that_was_written_and_read_again_gives_them_too(case: str) -> None:
    settings = settings_of(case)
    there = case_model(case, settings)
    back = read_sbml(sbml_of(there), source="written")
    again = observing(back.model, (Name(seen.name) for seen in there.observables))
    assert worst(again, case, settings) <= 1.0
