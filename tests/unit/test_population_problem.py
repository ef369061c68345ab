"""Data that a model cannot be fitted to are refused with every reason, by ID and row."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.fit import fit_population
from reinfuse.estimation.population.model import (
    Effect,
    EffectKind,
    PopulationModel,
    Residual,
)
from reinfuse.estimation.population.model_text import model_as_plain, model_from_plain
from reinfuse.estimation.population.problem import UnusableData, make_problem
from reinfuse.estimation.population.result import NotFitted
from reinfuse.kinetics.curves.catalogue import find_curve
from reinfuse.record.data_set import Assay, DataSet, Dose, Known, Sample, Subject

ONE = (Sample(time=1.0, value=5.0, row=2), Sample(time=2.0, value=3.0, row=3))


def data_of(*subjects: Subject, logarithms: bool = False) -> DataSet:
    return DataSet(subjects=subjects, assays=(Assay(label="qPCR"),), logarithms=logarithms)


def subject(name: str = "7", **parts: object) -> Subject:
    return Subject(**({"name": name, "samples": ONE} | parts))  # type: ignore[arg-type]


def model(curve: str = "decay", **parts: object) -> PopulationModel:
    return PopulationModel(curve=find_curve(curve), **parts)  # type: ignore[arg-type]


AGE = Effect(parameter="k", covariate="age", kind=EffectKind.POWER)
REFUSED = [
    (data_of(), model(), "there is no subject"),
    (data_of(subject()), model("iv-one"), "ID 7: no dose, and curve iv-one needs one"),
    (
        data_of(subject(samples=(Sample(time=1.0, value=0.0, row=4), *ONE))),
        model(),
        "ID 7, row 4: a level of 0 has no logarithm",
    ),
    (
        data_of(subject(samples=(Sample(time=1.0, low=5.0, high=2.0, row=9), *ONE))),
        model(),
        "ID 7, row 9: the lower limit 5 is not below the upper 2",
    ),
    (
        data_of(subject(samples=(Sample(time=1.0, high=2.0), Sample(time=2.0, high=2.0)))),
        model(),
        "every value lies below or above a limit",
    ),
    (data_of(subject()), model(effects=(AGE,)), "effect k ~ age: the data have no age"),
    (
        data_of(
            subject(covariates={"age": (Known(time=0.0, value=12.0),)}),
            subject("8", covariates={"age": (Known(time=0.0, value=None),)}),
        ),
        model(effects=(AGE,)),
        "ID 8: no age, which effect k ~ age needs",
    ),
    (
        data_of(subject(covariates={"age": (Known(time=0.0, value=0.0, row=2),)})),
        model(effects=(AGE,)),
        "ID 7, row 2: age 0 has no logarithm",
    ),
    (
        data_of(subject(covariates={"age": (Known(time=0.0, value="old", row=2),)})),
        model(effects=(AGE,)),
        "ID 7, row 2: age is a word",
    ),
    (
        data_of(subject(), logarithms=True),
        model(residuals={"": Residual.ADDITIVE}),
        "values are logarithms, and the residual model is not",
    ),
    (data_of(subject()), model(scaled=("flow",)), "the model names assay flow"),
    (
        data_of(subject(samples=(Sample(time=1.0, value=math.nan, row=5), *ONE))),
        model(),
        "ID 7, row 5: a value or limit is not finite",
    ),
]


@pytest.mark.parametrize(("data", "asked", "words"), REFUSED, ids=[row[2][:40] for row in REFUSED])
def test_what_cannot_be_fitted_is_told(data: DataSet, asked: PopulationModel, words: str) -> None:
    with pytest.raises(UnusableData) as refused:
        make_problem(data, asked)
    assert words in str(refused.value)
    answer = fit_population(data, asked, seed=1)
    assert isinstance(answer, NotFitted)
    assert words in answer.why


def test_every_reason_is_told_at_once() -> None:
    bad = Sample(time=1.0, value=-1.0, row=4), Sample(time=2.0, value=-2.0, row=5)
    with pytest.raises(UnusableData) as refused:
        make_problem(data_of(subject(samples=bad), subject("8", samples=bad)), model())
    assert str(refused.value).count("has no logarithm") == 4


def test_a_model_that_names_what_the_curve_has_not_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="has not: speed in random, cmax in start"):
        model(random=("k", "speed"), start={"cmax": 1.0})
    with pytest.raises(ReinfuseError, match="k in blocks without a random effect"):
        model(random=("start",), blocks=(("start", "k"),))


def test_times_count_from_the_infusion_of_the_occasion() -> None:
    doses = (Dose(time=0.0, amount=1.0), Dose(time=100.0, amount=1.0, occasion=2))
    samples = (Sample(time=7.0, value=5.0), Sample(time=107.0, value=6.0, occasion=2))
    problem = make_problem(data_of(subject(samples=samples, doses=doses)), model("stein"))
    assert np.asarray(problem.arrays.since)[:, 0].tolist() == [7.0, 7.0]
    assert np.asarray(problem.arrays.occasion)[:, 0].tolist() == [0, 1]


def test_a_covariate_is_set_against_its_median_and_may_change() -> None:
    steady = [
        subject(str(number), covariates={"age": (Known(time=0.0, value=float(number)),)})
        for number in (2, 4, 8)
    ]
    problem = make_problem(data_of(*steady), model(effects=(AGE,)))
    assert np.asarray(problem.arrays.columns)[0, 0] == pytest.approx(np.log([0.5, 1.0, 2.0]))
    assert problem.references == (("age", 4.0),)
    linear = Effect(parameter="k", covariate="age", kind=EffectKind.LINEAR, reference=0.0)
    changing = (Known(time=0.0, value=1.0), Known(time=1.5, value=3.0))
    problem = make_problem(data_of(subject(covariates={"age": changing})), model(effects=(linear,)))
    assert problem.structure.terms[0].varying
    assert np.asarray(problem.arrays.columns)[0, :, 0].tolist() == [1.0, 3.0]


def test_a_model_survives_being_written_down() -> None:
    whole = model(
        "stein",
        random=("tmax", "cmax", "alpha"),
        blocks=(("cmax", "alpha"),),
        between_infusions=("cmax",),
        effects=(
            Effect(parameter="cmax", covariate="age", kind=EffectKind.POWER, reference=12.0),
            Effect(parameter="alpha", covariate="sex", kind=EffectKind.CATEGORY, level="f"),
        ),
        residuals={"": Residual.LOG_NORMAL, "flow": Residual.COMBINED},
        scaled=("flow",),
        start={"cmax": 100.0},
        held={"beta": 0.01},
    )
    assert model_from_plain(model_as_plain(whole)) == whole


def test_every_problem_of_a_written_model_is_told() -> None:
    with pytest.raises(ReinfuseError) as refused:
        model_from_plain({
            "curve": "steen", "speed": 1, "residual": "loud", "start": {"cmax": "high"},
            "effects": [{"parameter": "cmax", "kind": "power"}, {"covariate": "age", "kind": "x"}],
        })  # fmt: skip
    for words in (
        "no curve is called 'steen'", "there is no key 'speed'", "'loud' is none of additive",
        "'high' of cmax is not a number", "effect 1: no covariate", "effect 2: kind 'x' is none of",
    ):  # fmt: skip
        assert words in str(refused.value)
