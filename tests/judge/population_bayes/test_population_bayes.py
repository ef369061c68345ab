"""Theophylline's full posterior against two other programs, and its flip-flop trap."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from reinfuse.estimation.population.model import PopulationModel, Residual
from reinfuse.estimation.population.posterior import (
    Ended,
    Family,
    NumberPrior,
    PopulationPosterior,
    Progress,
    Sampling,
    sample_population,
)
from reinfuse.estimation.population.structure import Population
from reinfuse.kinetics.curves import ORAL_ONE
from reinfuse.record.data_set import Assay, DataSet, Dose, Sample, Subject

HERE = Path(__file__).resolve().parent
MODEL = PopulationModel(curve=ORAL_ONE, residuals={"": Residual.ADDITIVE})
WIDE = NumberPrior(family=Family.HALF_NORMAL, size=1.5)
PRIORS = {
    **{
        name: NumberPrior(family=Family.NORMAL, location=centre, size=1.0)
        for name, centre in (("ka", 0.5), ("cl", 1.0), ("v", 3.5))
    },
    **dict.fromkeys(("sd ka", "sd cl", "sd v", "a"), WIDE),
}


def population(ka: float, cl: float, v: float) -> Population:
    """Numbers near the SAEM optimum of three programs, typical values as asked."""
    return Population(
        beta=np.log([ka, cl, v]),
        omega=np.diag([0.40, 0.073, 0.018]),
        gamma=np.zeros(0),
        residual=np.log([0.698]),
    )


SAEM = population(math.exp(0.4523), math.exp(1.0143), math.exp(3.4512))
# Absorption and elimination exchanged at the same clearance: ka is CL/V, and V is CL/ka.
FLIPPED = population(2.757 / 31.5, 2.757, 2.757 / 1.572)


def theophylline() -> DataSet:
    with (HERE / "theophylline.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = dict.fromkeys(row["Subject"] for row in rows)
    subjects = []
    for name in names:
        mine = [row for row in rows if row["Subject"] == name]
        dose = float(mine[0]["Dose"]) * float(mine[0]["Wt"])
        samples = tuple(Sample(time=float(r["Time"]), value=float(r["conc"])) for r in mine)
        subjects.append(Subject(name=name, samples=samples, doses=(Dose(time=0.0, amount=dose),)))
    return DataSet(subjects=tuple(subjects), assays=(Assay(label="1", unit="mg/L"),), time_unit="h")


@pytest.fixture(scope="module")
def told() -> list[Progress]:
    return []


@pytest.fixture(scope="module")
def posterior(told: list[Progress]) -> PopulationPosterior:
    found = sample_population(
        theophylline(), MODEL, seed=1,
        sampling=Sampling(warmup=400, draws=1000, chains=2),
        priors=PRIORS, start=SAEM, watch=told.append,
    )  # fmt: skip
    assert isinstance(found, PopulationPosterior)
    return found


# What two programs found: lowest and highest mean, and the SD where it is printed.
JUDGES = {
    "ka": (0.45, 0.48, 0.22),
    "cl": (1.01, 1.01, 0.10),
    "v": (3.453, 3.453, 0.057),
    "sd ka": (0.75, 0.77, None),
    "sd cl": (0.31, 0.31, None),
    "sd v": (0.16, 0.16, None),
    "a": (0.708, 0.708, None),
}
ON_LOGARITHMS = ("ka", "cl", "v")


@pytest.mark.parametrize("name", list(JUDGES))
def test_every_number_has_the_posterior_that_two_programs_found(
    posterior: PopulationPosterior, name: str
) -> None:
    draws = posterior.draws[name]
    draws = np.log(draws) if name in ON_LOGARITHMS else draws
    low, high, sd = JUDGES[name]
    error = draws.std() / math.sqrt(posterior.convergence[name].ess_bulk)
    digit = 0.005  # they print two decimals
    assert low - 4 * error - digit <= draws.mean() <= high + 4 * error + digit
    if sd is not None:
        assert draws.std() == pytest.approx(sd, rel=0.15)


def test_chains_from_the_saem_optimum_converge_and_never_flip(
    posterior: PopulationPosterior,
) -> None:
    assert posterior.ended in (Ended.CONVERGED, Ended.FEW)
    assert posterior.exchanged == (0.0, 0.0)
    assert posterior.divergences == 0
    assert posterior.latents.shape == (2, 1000, 3, 12)


def test_progress_is_told_from_warm_up_to_the_end(
    posterior: PopulationPosterior, told: list[Progress]
) -> None:
    assert posterior.chains == 2
    assert [one.done for one in told] == list(range(25, 1401, 25))
    assert told[0].warming
    assert told[-1].done == told[-1].total
    assert not told[-1].warming


def test_a_chain_that_begins_with_exchanged_rates_stays_there_and_is_told() -> None:
    found = sample_population(
        theophylline(), MODEL, seed=1,
        sampling=Sampling(warmup=50, draws=25, chains=2, target=0.8),
        priors=PRIORS, start=[SAEM, FLIPPED],
    )  # fmt: skip
    assert isinstance(found, PopulationPosterior)
    assert found.exchanged[0] < 0.5 < found.exchanged[1]
    assert found.ended is Ended.EXCHANGED
    assert any("exchanged names in chain 2" in words for words in found.words)
