"""Published problems: likelihoods and simulations of other programs at the nominal parameters."""

import csv
import json
import math
from functools import cache
from pathlib import Path

import pytest

from reinfuse.engine.petab.evaluation import PetabResult, evaluated
from reinfuse.engine.petab.problem import PetabProblem
from reinfuse.engine.petab.reading import read_petab

HERE = Path(__file__).parent
EXPECTED = json.loads((HERE / "expected_llh.json").read_text(encoding="utf-8"))
BEST_FIRST = ("llh_libroadrunner_rtol1e-10", "llh_amici_reference", "llh_from_simulatedData")
SIMULATED = sorted(path.parent.name for path in HERE.glob("*/simul*.tsv"))


@cache
def solved(name: str) -> tuple[PetabProblem, PetabResult]:
    (path,) = (HERE / name).glob("*.yaml")
    problem = read_petab(path)
    return problem, evaluated(problem)


@pytest.mark.parametrize("name", list(EXPECTED))
def test_the_likelihood_is_that_of_other_programs(name: str) -> None:
    problem, result = solved(name)
    expected = next(EXPECTED[name][key] for key in BEST_FIRST if key in EXPECTED[name])
    assert len(problem.measurements) == EXPECTED[name]["n_measurements"]
    assert len(problem.estimated) == EXPECTED[name]["n_estimated"]
    assert result.log_likelihood == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", SIMULATED)
def test_simulations_are_those_that_the_collection_ships(name: str) -> None:
    problem, result = solved(name)
    (path,) = (HERE / name).glob("simul*.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    # Rows stand in another order in some, and replicates may have factors of their own.
    theirs = sorted(
        (row["observableId"], row["simulationConditionId"], float(row["time"]),
         float(row.get("simulation") or row["simulatedData"]))
        for row in rows
    )  # fmt: skip
    ours = sorted(
        (measured.observable, measured.condition, measured.time, simulated)
        for measured, simulated in zip(problem.measurements, result.simulations, strict=True)
    )
    assert [row[:3] for row in ours] == [row[:3] for row in theirs]
    assert [row[3] for row in ours] == pytest.approx([row[3] for row in theirs], rel=1e-4, abs=1e-6)


def test_seven_problems_have_simulations_to_compare() -> None:
    assert len(SIMULATED) == 7


def test_virions_of_perelson_follow_the_published_formula() -> None:
    problem, result = solved("Perelson_Science1996")
    clearance, death, start = 2.06, 0.53, 1.86e6  # 1/d, 1/d, copies/mL
    share = clearance / (clearance - death)

    def virions(day: float) -> float:
        cleared, dead = math.exp(-clearance * day), math.exp(-death * day)
        return start * (cleared + share * (share * (dead - cleared) - death * day * cleared))

    expected = [virions(measured.time) for measured in problem.measurements]
    assert result.simulations == pytest.approx(expected, rel=2e-4)
