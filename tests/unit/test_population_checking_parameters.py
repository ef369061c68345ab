"""The table of parameters, as text that can be pasted."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from reinfuse.estimation.population.checking import (
    FitCheck,
    Shrinkage,
    parameter_table,
    residual_table,
    subject_table,
    traces_of,
    variation_percent,
)
from reinfuse.estimation.population.result import PopulationFit
from tests.unit.population_decay import RATE, SIZE, SPREAD, START, design
from tests.unit.population_fits import check_of, fit_of


@dataclass(frozen=True)
class Certain:
    """Standard errors as another module gives them."""

    method: str = "louis"
    names: tuple[str, ...] = ("start", "k", "var start", "a")
    estimates: np.ndarray = None  # type: ignore[assignment] # not looked at
    standard_errors: np.ndarray = None  # type: ignore[assignment] # set below
    correlation: np.ndarray = None  # type: ignore[assignment] # not looked at
    condition: float = 3.0
    intervals: np.ndarray = None  # type: ignore[assignment] # set below


def certain(**errors: float) -> Certain:
    values = np.asarray([errors.get(name.replace(" ", "_"), 0.01) for name in Certain.names])
    intervals = np.asarray([[1.0, 2.0]] * 4)
    return Certain(standard_errors=values, intervals=intervals, correlation=np.eye(4))


def cells(fit: PopulationFit, certainty: Certain | None) -> dict[str, dict[str, str]]:
    shrunk = Shrinkage(parameter="start", omega=SPREAD, by_sd=0.1, by_variance=0.19,
                       by_sd_of_means=0.1, by_variance_of_means=0.19)  # fmt: skip
    headers, rows = parameter_table(fit, certainty, (shrunk,)).used()
    return {row[0]: dict(zip(headers, row, strict=True)) for row in rows}


def test_a_row_says_what_is_usually_asked() -> None:
    row = cells(fit_of(), certain(start=0.5, var_start=0.036))["start"]
    assert row["Unit"] == "level"
    assert float(row["Estimate"]) == pytest.approx(START)
    assert (row["RSE %"], row["95 % CI"]) == ("5", "1 to 2")
    assert (row["IIV SD"], row["IIV variance"], row["Scale of IIV"]) == ("0.6", "0.36", "ln")
    # sqrt(exp(0.36) - 1) = 0.6583.
    assert float(row["IIV CV %"]) == pytest.approx(65.83, abs=0.01)
    assert row["RSE % of IIV variance"] == "10"
    assert (row["Shrinkage % (SD)"], row["Shrinkage % (variance)"]) == ("10.0", "19.0")


def test_what_does_not_vary_says_so() -> None:
    row = cells(fit_of(), None)["k"]
    assert (row["Estimate"], row["Scale of IIV"]) == (f"{RATE:g}", "does not vary")


def test_without_standard_errors_they_are_said_to_be_missing() -> None:
    row = cells(fit_of(), None)["start"]
    assert row["RSE %"] == "not computed"


def test_a_number_that_the_data_do_not_fix_is_named_as_such() -> None:
    row = cells(fit_of(), certain(k=math.inf))["k"]
    assert row["RSE %"] == row["95 % CI"] == "not fixed by the data"


def test_a_residual_size_says_what_it_is() -> None:
    row = cells(fit_of(), None)["residual a"]
    assert (row["Unit"], row["Estimate"]) == ("SD of the natural logarithm", f"{SIZE:g}")


def test_the_table_can_be_pasted_as_tabs_and_as_markdown() -> None:
    table = parameter_table(fit_of(), certain())
    lines = [line.split("\t") for line in table.as_tsv().splitlines()]
    assert {len(line) for line in lines} == {len(lines[0])}
    assert [line[0] for line in lines] == ["Parameter", "start", "k", "residual a"]
    marked = table.as_markdown().splitlines()
    assert marked[1].startswith("| --- |")
    assert {line.count("|") for line in marked} == {len(lines[0]) + 1}
    assert "louis" not in table.method
    assert "Louis" in table.method


def test_columns_that_are_empty_everywhere_are_left_out() -> None:
    headers, _ = parameter_table(fit_of(), None).used()
    assert "IOV CV %" not in headers


VARIATION = """
    variance | CV %
    0.04     | 20.20
    0.09     | 30.69
    1.0      | 131.08
    2.4      | 316.59
"""


@pytest.mark.parametrize("line", VARIATION.strip().splitlines()[1:])
def test_the_coefficient_of_variation_is_that_of_a_log_normal(line: str) -> None:
    variance, wanted = (float(one) for one in line.split("|"))
    assert variation_percent(variance) == pytest.approx(wanted, abs=0.01)


def test_traces_are_in_the_units_a_reader_knows() -> None:
    found = {one.name: one for one in traces_of(fit_of())}
    assert found["start"].values[-1] == pytest.approx(START, rel=1e-4)
    assert found["var start"].values[-1] == pytest.approx(SPREAD**2)
    assert found["a"].values[-1] == pytest.approx(SIZE)


@pytest.fixture(scope="module")
def check() -> FitCheck:
    return check_of(design(10, limit=2.0))


def test_the_table_of_measurements_has_no_number_where_none_was_measured(check: FitCheck) -> None:
    headers, *rows = residual_table(check)
    found = [dict(zip(headers, row, strict=True)) for row in rows]
    assert len(found) == 50
    below = [row for row in found if row["beyond"] == "below"]
    assert len(below) == int(np.isneginf(check.design.observed).sum()) > 0
    assert {(row["observed"], row["iwres"], row["cwres"]) for row in below} == {("", "", "")}
    assert {row["limit"] for row in below} == {"2"}
    assert {row["limit"] for row in found if not row["beyond"]} == {""}


def test_the_table_of_subjects_has_parameters_in_their_units(check: FitCheck) -> None:
    headers, *rows = subject_table(check)
    found = dict(zip(headers, rows[0], strict=True))
    assert float(found["start"]) == pytest.approx(math.exp(check.modes.z[0, 0]), rel=1e-5)
    assert float(found["k"]) == pytest.approx(RATE)
    assert len(rows) == 10
