"""The posterior of an ODE by NUTS against posteriordb's, and our R-hat against R's."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from reinfuse.estimation.population.model import PopulationModel
from reinfuse.estimation.population.posterior import (
    Ended,
    Family,
    NumberPrior,
    PopulationPosterior,
    Sampling,
    sample_population,
)
from reinfuse.estimation.population.posterior.convergence import convergence_of
from reinfuse.kinetics.curves.michaelis_menten import saturable_absorption
from reinfuse.record.data_set import Assay, DataSet, Dose, Sample, Subject

HERE = Path(__file__).resolve().parent
DATA = json.loads((HERE / "one_comp_mm_elim_abs.json").read_text(encoding="utf-8"))["data"]
# Ours against theirs: mean and its error, median and the middle half of 10,000 draws.
NAMES = {"ka": "k_a", "km": "K_m", "vmax": "V_m", "a": "sigma"}
MEANS = {"ka": (0.761013422876304, 0.000780642770834883),
         "a": (0.128834841818538, 0.000236057749956237)}  # fmt: skip
MEDIANS = {"km": (0.97954, 2.25388 - 0.40834), "vmax": (0.897298, 1.025641 - 0.792468)}


@pytest.fixture(scope="module")
def posterior() -> PopulationPosterior:
    subject = Subject(
        name="1",
        samples=tuple(
            Sample(time=time, value=level)
            for time, level in zip(DATA["times"], DATA["C_hat"], strict=True)
        ),
        doses=(Dose(time=0.0, amount=float(DATA["D"])),),
    )
    # Samples lie half an hour apart: eight steps from one to the next are right to 1e-4.
    model = PopulationModel(
        curve=saturable_absorption(8), random=(), held={"v": float(DATA["V"])},
        start={"ka": 0.7, "vmax": 0.9, "km": 1.0},
    )  # fmt: skip
    half_cauchy = NumberPrior(family=Family.HALF_CAUCHY, size=1.0)
    found = sample_population(
        DataSet(subjects=(subject,), assays=(Assay(label="C"),), time_unit="h"), model, seed=5,
        sampling=Sampling(warmup=300, draws=1500, chains=2),
        priors=dict.fromkeys(NAMES, half_cauchy),
    )  # fmt: skip
    assert isinstance(found, PopulationPosterior)
    return found


@pytest.mark.parametrize("name", list(MEANS))
def test_means_lie_within_three_errors_of_the_reference(
    posterior: PopulationPosterior, name: str
) -> None:
    mean, error = MEANS[name]
    both = math.hypot(error, posterior.convergence[name].mcse_mean)
    assert posterior.mean(name) == pytest.approx(mean, abs=3 * both)


@pytest.mark.parametrize("name", list(MEDIANS))
def test_medians_of_heavy_tails_are_the_reference_s(
    posterior: PopulationPosterior, name: str
) -> None:
    median, middle_half = MEDIANS[name]
    # The error of a median of normal draws, the SD taken from the middle half.
    error = 1.2533 * (middle_half / 1.349) / math.sqrt(posterior.convergence[name].ess_bulk)
    assert posterior.quantile(name, 0.5) == pytest.approx(median, abs=3 * error)


def test_a_model_without_random_effects_has_no_latents(posterior: PopulationPosterior) -> None:
    assert posterior.latents.shape == (2, 1500, 0, 1)
    assert posterior.ended in (Ended.CONVERGED, Ended.FEW, Ended.DIVERGENT)


def test_r_hat_and_effective_draws_are_those_of_r() -> None:
    with np.load(HERE / "K_m_draws.npz") as held:
        found = convergence_of(held["K_m"].astype(np.float64))
    assert found.r_hat == pytest.approx(1.00014872756015, abs=1e-7)
    assert found.ess_bulk == pytest.approx(9337.35017294868, rel=1e-5)
    assert found.ess_tail == pytest.approx(9397.45579249619, rel=1e-5)
    assert found.mcse_mean == pytest.approx(0.0782881153190289, rel=1e-5)
