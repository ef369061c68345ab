"""Cases of the PEtab test suite, with its own tolerances."""

import csv
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from reinfuse.engine.petab.evaluation import evaluated
from reinfuse.engine.petab.reading import read_petab

HERE = Path(__file__).parent
CASES = [f"{number:04d}" for number in range(1, 21)]


@pytest.mark.parametrize("case", CASES)
def test_likelihood_chi2_and_simulations_are_those_of_the_suite(case: str) -> None:
    folder = HERE / case
    result = evaluated(read_petab(folder / f"_{case}.yaml"))
    text = (folder / f"_{case}_solution.yaml").read_text(encoding="utf-8")
    expected = YAML(typ="safe", pure=True).load(text)
    with (folder / "_simulations.tsv").open(encoding="utf-8", newline="") as file:
        simulations = [float(row["simulation"]) for row in csv.DictReader(file, delimiter="\t")]
    assert result.log_likelihood == pytest.approx(expected["llh"], abs=expected["tol_llh"])
    assert result.chi2 == pytest.approx(expected["chi2"], abs=expected["tol_chi2"])
    assert result.simulations == pytest.approx(simulations, abs=expected["tol_simulations"])
