"""Diagnostics of a model with everything: two assays, two infusions, limits on both sides."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from reinfuse.estimation.population.checking import (
    Asked,
    Design,
    NormalTests,
    as_data_set,
    assess_normal,
    check_fit,
    design_of,
    npde_of,
    panels_of,
    replicates,
    visual_checks,
)
from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.importance import Likelihood
from reinfuse.estimation.population.model import (
    Censoring,
    Effect,
    EffectKind,
    PopulationModel,
    Residual,
)
from reinfuse.estimation.population.result import Outcome, PopulationFit, number_names
from reinfuse.estimation.population.structure import Population
from reinfuse.kinetics.curves import DECAY
from reinfuse.record.data_set import Assay, DataSet, Dose, Known, Sample, Subject
from reinfuse.report.fit_page import FitInputs, render_fit
from reinfuse.report.page.inputs import Provenance

SUBJECTS = 24
MODEL = PopulationModel(
    curve=DECAY,
    random=("start", "k"),
    blocks=(("start", "k"),),
    between_infusions=("start",),
    effects=(Effect(parameter="k", covariate="steroid", kind=EffectKind.CATEGORY, level="yes"),),
    residuals={"flow": Residual.ADDITIVE, "qPCR": Residual.COMBINED},
    censoring=Censoring.M4,
    scaled=("qPCR",),
)
POPULATION = Population(
    beta=np.asarray([math.log(10.0), math.log(0.1), math.log(4.0), 0.5]),
    omega=np.asarray([[0.2, 0.05], [0.05, 0.1]]),
    gamma=np.asarray([0.1]),
    residual=np.log([0.5, 1.0, 0.2]),
)


def subject(number: int) -> Subject:
    """Two infusions, two assays at each time, steroids from day 3 on in every third."""
    times = (1.0, 2.0, 5.0, 31.0, 32.0, 35.0)
    samples = tuple(
        Sample(time=time, value=5.0, assay=assay, occasion=1 + (time > 30.0))
        for time in times for assay in (0, 1)
    )  # fmt: skip
    steroid = (Known(time=0.0, value="no"), Known(time=3.0, value="yes" if number % 3 else "no"))
    return Subject(
        name=f"S{number}", samples=samples,
        doses=(Dose(time=0.0, amount=1.0), Dose(time=30.0, amount=1.0, occasion=2)),
        covariates={"steroid": steroid},
    )  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Design:
    """The data are one replicate, seen with limits on both sides."""
    blank = DataSet(
        subjects=tuple(subject(number) for number in range(SUBJECTS)),
        assays=(Assay(label="flow", unit="%"), Assay(label="qPCR", unit="copies/ug")),
    )
    first = design_of(blank, MODEL)
    values = next(replicates(first, POPULATION, seed=8, count=1)).values[0]
    qpcr = np.asarray(first.problem.arrays.assay) == 1
    limited = replace(
        first, below=np.where(qpcr, 12.0, -np.inf), above=np.where(qpcr, 60.0, np.inf)
    )
    return design_of(as_data_set(limited, values), MODEL)


def test_limits_belong_to_their_assay(made: Design) -> None:
    qpcr = np.asarray(made.problem.arrays.assay) == 1
    assert np.isneginf(made.observed[qpcr]).any()
    assert np.isposinf(made.observed[qpcr]).any()
    assert np.isfinite(made.observed[~qpcr]).all()
    assert set(made.below[qpcr].tolist()) == {12.0}
    assert np.isneginf(made.below[~qpcr]).all()


def test_levels_given_to_be_positive_are_simulated_so(made: Design) -> None:
    qpcr = np.asarray(made.problem.arrays.assay) == 1
    values = np.concatenate([
        one.values for one in replicates(made, POPULATION, seed=1, count=200)
    ])  # fmt: skip
    assert values[:, qpcr].min() > 0.0


def test_panels_are_by_assay_and_infusion(made: Design) -> None:
    labels = [one.label for one in panels_of(made, by="occasion")]
    assert labels == [f"{assay}, infusion {one}" for assay in ("flow", "qPCR") for one in (1, 2)]
    bins = panels_of(made, by="occasion")[3].bins
    assert [one.middle for one in bins] == [1.0, 2.0, 5.0]  # since the second infusion


def test_data_of_the_model_have_standard_normal_errors(made: Design) -> None:
    tests = assess_normal(npde_of(made, POPULATION, seed=1, count=500).npde)
    assert isinstance(tests, NormalTests)
    assert tests.overall > 0.001


def test_shares_above_an_upper_limit_are_told(made: Design) -> None:
    panel = visual_checks(made, POPULATION, seed=1, asked=(Asked(),), count=100)[0].panels[1]
    assert (panel.above > 0).any()
    inside = (panel.above >= panel.above_simulated[0]) & (panel.above <= panel.above_simulated[2])
    assert inside.mean() > 0.6


def test_every_diagnostic_is_computed_and_drawn(made: Design) -> None:
    # M3, whose modes are compiled in half the time.
    made = design_of(made.data, replace(MODEL, censoring=Censoring.M3))
    problem = made.problem
    latents = problem.structure.latents
    mean = np.zeros((latents, SUBJECTS))
    mean[:2] = POPULATION.beta[:2, None]
    names = number_names(problem.structure, problem.assays)
    fit = PopulationFit(
        problem=problem, population=POPULATION, outcome=Outcome.CONVERGED,
        likelihood=Likelihood(minus_2ll=1.0, objective=0.5, se=0.1, draws=10,
                              subjects=np.ones(SUBJECTS), shapes=np.full(SUBJECTS, -np.inf)),
        conditional=Conditional(mean, np.tile(np.eye(latents), (SUBJECTS, 1, 1))),
        trace=np.zeros((50, len(names))), trace_names=names, burn=25, starts=(), seed=1,
        precision="float64", chains=1,
    )  # fmt: skip
    check = check_fit(fit, made.data, seed=1, replicates=50, asked=(Asked(by="occasion"),))
    assert check.modes.arrived.all()
    known = ~check.residuals.beyond
    assert np.isfinite(check.residuals.cwres[known]).all()
    assert 0.5 < check.residuals.cwres[known].std() < 1.6
    provenance = Provenance(version="0", file="x", sha256="", command="", seed=1)
    text = render_fit(FitInputs(title="x", check=check, provenance=provenance))
    for words in ("correlation of k and start", "between infusions: start", "residual b[qPCR]",
                  "Curves of single subjects: flow", "infusion 2", "rank highest"):  # fmt: skip
        assert words in text, words
