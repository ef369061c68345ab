"""A fit finds what drew the data, says how it ended, and goes on where it was stopped."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from reinfuse.cli.plain import json_text
from reinfuse.estimation.population.fit import Progress, Settings, fit_population
from reinfuse.estimation.population.kept import fit_as_plain, read_fit, restore_fit
from reinfuse.estimation.population.model import (
    Effect,
    EffectKind,
    PopulationModel,
    Residual,
)
from reinfuse.estimation.population.result import NotFitted, Outcome, PopulationFit
from reinfuse.kinetics.curves.catalogue import find_curve
from reinfuse.record.data_set import Assay, DataSet, Dose, Known, Sample, Subject

TIMES = (0.5, 1.0, 2.0, 4.0, 8.0, 12.0)
DECAY = find_curve("decay")
QUICK = Settings(starts=1, chains=2, burn=200, settle=100, hold=100, draws=5000)


def decays(
    patients: int, *, seed: int = 5, effect: float = 0.0, factor: float = 1.0, between: float = 0.0
) -> DataSet:
    """Levels 10 exp(-0.3 t) with SD 0.3 of both logarithms and 0.1 of the error.

    `effect` moves ln k of the older half; `factor` adds a second assay that sees a multiple;
    `between` is the SD of ln k between two infusions.
    """
    rng = np.random.default_rng(seed)
    subjects = []
    for number in range(patients):
        start = math.log(10.0) + 0.3 * rng.standard_normal()
        rate = math.log(0.3) + 0.3 * rng.standard_normal() + effect * (number % 2)
        samples, doses = [], []
        for occasion in (1, 2) if between else (1,):
            mine = rate + between * rng.standard_normal()
            doses.append(Dose(time=100.0 * (occasion - 1), amount=1.0, occasion=occasion))
            for time in TIMES:
                level = start - math.exp(mine) * time
                samples += [
                    Sample(
                        time=time, value=math.exp(level + shift + 0.1 * rng.standard_normal()),
                        assay=assay, occasion=occasion,
                    )
                    for assay, shift in enumerate((0.0, math.log(factor))[: 1 + (factor != 1.0)])
                ]  # fmt: skip
        group = Known(time=0.0, value="old" if number % 2 else "young")
        subjects.append(Subject(
            name=str(number + 1), samples=tuple(samples), covariates={"group": (group,)},
        ))  # fmt: skip
    assays = (Assay(label="qPCR"), Assay(label="flow"))[: 1 + (factor != 1.0)]
    return DataSet(subjects=tuple(subjects), assays=assays)


def fitted(data: DataSet, model: PopulationModel, **parts: object) -> PopulationFit:
    given = {"seed": 1, "settings": QUICK} | parts
    fit = fit_population(data, model, **given)  # type: ignore[arg-type]
    assert isinstance(fit, PopulationFit)
    return fit


@pytest.fixture(scope="module")
def data() -> DataSet:
    return decays(60)


@pytest.fixture(scope="module")
def fit(data: DataSet) -> PopulationFit:
    return fitted(data, PopulationModel(curve=DECAY))


def test_it_finds_what_drew_the_data(fit: PopulationFit) -> None:
    assert fit.outcome is Outcome.CONVERGED
    assert fit.typical["start"] == pytest.approx(10.0, rel=0.12)
    assert fit.typical["k"] == pytest.approx(0.3, rel=0.12)
    assert math.sqrt(fit.variances["k"]) == pytest.approx(0.3, rel=0.25)
    assert fit.residual["a"] == pytest.approx(0.1, rel=0.08)


def test_the_same_seed_gives_the_same_fit(data: DataSet, fit: PopulationFit) -> None:
    again = fitted(data, PopulationModel(curve=DECAY))
    assert again.typical == fit.typical
    assert again.likelihood.minus_2ll == fit.likelihood.minus_2ll


def test_thirty_two_bits_give_the_same_answer(data: DataSet, fit: PopulationFit) -> None:
    short = Settings(
        starts=1, chains=2, burn=200, settle=100, hold=100, draws=5000, precision="float32"
    )
    other = fitted(data, PopulationModel(curve=DECAY), settings=short)
    assert other.typical["k"] == pytest.approx(fit.typical["k"], rel=0.01)
    apart = other.likelihood.minus_2ll - fit.likelihood.minus_2ll
    assert abs(apart) < 4.0 * math.hypot(other.likelihood.se, fit.likelihood.se) < 0.75


def test_a_fit_that_was_stopped_goes_on_and_ends_the_same(
    data: DataSet, fit: PopulationFit, tmp_path: Path
) -> None:
    keep, seen = tmp_path / "kept", []

    def stop(progress: Progress) -> None:
        seen.append(progress)
        if progress.doing == "fitting" and progress.done >= 200:
            raise KeyboardInterrupt

    model = PopulationModel(curve=DECAY)
    with pytest.raises(KeyboardInterrupt):
        fit_population(data, model, seed=1, settings=QUICK, watch=stop, keep=keep)
    assert keep.is_file()
    rest: list[Progress] = []
    again = fit_population(data, model, seed=1, settings=QUICK, watch=rest.append, keep=keep)
    assert isinstance(again, PopulationFit)
    assert again.typical == fit.typical
    assert np.array_equal(again.trace, fit.trace)
    assert rest[0].done > 200
    assert not keep.exists()


def test_a_broken_or_foreign_checkpoint_is_not_gone_on_from(
    data: DataSet, fit: PopulationFit, tmp_path: Path
) -> None:
    keep = tmp_path / "kept"
    keep.write_bytes(b"PK\x03\x04 cut short")
    again = fit_population(data, PopulationModel(curve=DECAY), seed=1, settings=QUICK, keep=keep)
    assert isinstance(again, PopulationFit)
    assert again.typical == fit.typical


def test_a_fit_survives_being_written_down(
    data: DataSet, fit: PopulationFit, tmp_path: Path
) -> None:
    path = tmp_path / "fit.json"
    path.write_text(json_text(fit_as_plain(fit, data_sha256="0" * 64)), encoding="utf-8")
    kept = read_fit(path)
    assert kept.model == fit.problem.model
    whole = restore_fit(kept, data)
    assert whole.typical == fit.typical
    assert whole.likelihood.minus_2ll == fit.likelihood.minus_2ll
    assert np.allclose(whole.conditional.mean, fit.conditional.mean)


def test_an_effect_of_a_group_is_found() -> None:
    effect = Effect(parameter="k", covariate="group", kind=EffectKind.CATEGORY, level="old")
    found = fitted(decays(80, effect=0.5), PopulationModel(curve=DECAY, effects=(effect,)))
    assert found.effects["k ~ group=old"] == pytest.approx(0.5, abs=0.2)
    assert found.typical["k"] == pytest.approx(0.3, rel=0.15)


def test_two_assays_are_joined_by_a_factor() -> None:
    model = PopulationModel(
        curve=DECAY, scaled=("flow",), random=("start", "k"),
        residuals={"qPCR": Residual.LOG_NORMAL, "flow": Residual.LOG_NORMAL},
    )  # fmt: skip
    found = fitted(decays(40, factor=0.02), model)
    assert found.typical["scale[flow]"] == pytest.approx(0.02, rel=0.05)
    assert found.residual["a[flow]"] == pytest.approx(0.1, rel=0.1)


def test_what_varies_between_infusions_is_told_from_what_varies_between_patients() -> None:
    model = PopulationModel(curve=DECAY, between_infusions=("k",))
    found = fitted(decays(80, between=0.4, seed=8), model)
    assert math.sqrt(float(found.population.gamma[0])) == pytest.approx(0.4, rel=0.2)
    assert math.sqrt(found.variances["k"]) == pytest.approx(0.3, rel=0.4)


def test_one_patient_is_fitted_and_what_is_not_known_is_named() -> None:
    answer = fit_population(decays(1), PopulationModel(curve=DECAY), seed=1, settings=QUICK)
    assert isinstance(answer, PopulationFit)
    assert answer.outcome is not Outcome.CONVERGED


def test_a_start_far_away_that_leads_nowhere_is_an_answer(data: DataSet) -> None:
    model = PopulationModel(curve=DECAY, start={"k": 1e30}, residuals={"": Residual.ADDITIVE})
    answer = fit_population(data, model, seed=1, settings=QUICK)
    assert isinstance(answer, NotFitted) or answer.outcome is not Outcome.CONVERGED
