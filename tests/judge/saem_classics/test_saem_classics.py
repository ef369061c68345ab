"""SAEM finds what other programs find on sets that everybody knows."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

from reinfuse.estimation.population.fit import Settings, fit_population
from reinfuse.estimation.population.model import PopulationModel, Residual
from reinfuse.estimation.population.result import Outcome, PopulationFit
from reinfuse.kinetics.curves.catalogue import find_curve
from reinfuse.record.data_set import Assay, DataSet, Dose, Sample, Subject

HERE = Path(__file__).parent
ADDITIVE: Mapping[str, Residual] = {"": Residual.ADDITIVE}


def read(file: str, subject: str, x: str, y: str) -> DataSet:
    rows: dict[str, list[Sample]] = {}
    with (HERE / file).open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            sample = Sample(time=float(row[x]), value=float(row[y]))
            rows.setdefault(row[subject], []).append(sample)
    subjects = tuple(Subject(name=name, samples=tuple(some)) for name, some in rows.items())
    return DataSet(subjects=subjects, assays=(Assay(label="1"),))


def theophylline() -> DataSet:
    found: dict[str, tuple[float, list[Sample]]] = {}
    with (HERE / "theophylline.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            dose = float(row["Dose"]) * float(row["Wt"])
            _, samples = found.setdefault(row["Subject"], (dose, []))
            samples.append(Sample(time=float(row["Time"]), value=float(row["conc"])))
    subjects = tuple(
        Subject(name=name, samples=tuple(samples), doses=(Dose(time=0.0, amount=dose),))
        for name, (dose, samples) in found.items()
    )
    return DataSet(subjects=subjects, assays=(Assay(label="1"),), time_unit="h")


def fitted(data: DataSet, model: PopulationModel, seed: int, **settings: int) -> PopulationFit:
    fit = fit_population(data, model, seed=seed, settings=Settings(**settings))
    assert isinstance(fit, PopulationFit)
    return fit


@pytest.fixture(scope="module")
def theophylline_fit() -> PopulationFit:
    model = PopulationModel(curve=find_curve("oral-one"), residuals=ADDITIVE)
    return fitted(theophylline(), model, 1, draws=20_000)


def test_theophylline_has_the_exact_likelihood_at_its_optimum(
    theophylline_fit: PopulationFit,
) -> None:
    assert theophylline_fit.outcome is Outcome.CONVERGED
    likelihood = theophylline_fit.likelihood
    assert likelihood.se < 0.05
    assert likelihood.minus_2ll == pytest.approx(360.77, abs=0.05 + 2 * likelihood.se)
    assert likelihood.worst_shape < 0.7


def test_theophylline_has_the_estimates_of_other_programs(theophylline_fit: PopulationFit) -> None:
    """nlmixr2's SAEM: log ka 0.4523, log CL 1.0143, log V 3.4512; SD 0.6984."""
    typical = theophylline_fit.typical
    assert typical["ka"] == pytest.approx(1.572, rel=0.02)
    assert typical["cl"] == pytest.approx(2.757, rel=0.01)
    assert typical["v"] == pytest.approx(31.54, rel=0.01)
    assert theophylline_fit.residual["a"] == pytest.approx(0.6984, rel=0.01)
    assert theophylline_fit.variances["ka"] == pytest.approx(0.4015, rel=0.06)
    assert theophylline_fit.variances["cl"] == pytest.approx(0.0733, rel=0.10)
    assert theophylline_fit.variances["v"] == pytest.approx(0.0176, rel=0.20)


def test_the_flip_flop_mode_is_refused(theophylline_fit: PopulationFit) -> None:
    """Started with ka slower than elimination, the fit comes out with ka the faster."""
    model = PopulationModel(
        curve=find_curve("oral-one"), residuals=ADDITIVE,
        start={"ka": 0.087, "cl": 2.75, "v": 1.75},
    )  # fmt: skip
    fit = fitted(theophylline(), model, 2, starts=1)
    assert fit.typical["ka"] > fit.typical["cl"] / fit.typical["v"]
    assert fit.typical["ka"] == pytest.approx(theophylline_fit.typical["ka"], rel=0.02)


@pytest.mark.parametrize("seed", [1, 2, 666])
def test_yield_ends_in_the_better_of_its_two_basins(seed: int) -> None:
    """saemix: 406.8 to 406.9 with 9.187, 121.6 to 126.3, 0.0254 to 0.0266, SD 0.30; or 616.5."""
    model = PopulationModel(curve=find_curve("plateau"), residuals=ADDITIVE)
    fit = fitted(read("yield.csv", "site", "dose", "yield"), model, seed)
    assert fit.likelihood.minus_2ll < 407.0 + 2 * fit.likelihood.se
    assert fit.typical["ymax"] == pytest.approx(9.187, rel=0.01)
    assert 118 < fit.typical["xmax"] < 128
    assert fit.residual["a"] == pytest.approx(0.30, rel=0.02)


def test_a_dose_response_with_a_parameter_that_does_not_vary() -> None:
    """saemix on PD1: 23.157, 104.45, 13.818, SD 6.198, -2LL 2491.7 by importance sampling."""
    model = PopulationModel(
        curve=find_curve("emax"), random=("e0", "emax"), residuals=ADDITIVE, start={"emax": 80.0}
    )
    fit = fitted(read("PD1.csv", "subject", "dose", "response"), model, 1, starts=1)
    assert fit.likelihood.minus_2ll < 2491.7 + 2 * fit.likelihood.se
    assert fit.typical["e0"] == pytest.approx(23.157, rel=0.02)
    assert fit.typical["emax"] == pytest.approx(104.45, rel=0.03)
    assert fit.typical["ec50"] == pytest.approx(13.818, rel=0.06)


def test_a_line_with_correlated_random_effects() -> None:
    """saemix on oxboys: 149.164, slope 6.51413, SD 0.6604, -2LL 726.56."""
    model = PopulationModel(
        curve=find_curve("linear"), blocks=(("base", "slope"),), residuals=ADDITIVE
    )
    fit = fitted(read("oxboys.csv", "Subject", "age", "height"), model, 1)
    assert fit.likelihood.minus_2ll == pytest.approx(726.56, abs=0.5)
    assert fit.typical["base"] == pytest.approx(149.164, rel=0.002)
    assert fit.typical["slope"] == pytest.approx(6.51413, rel=0.02)
    assert fit.residual["a"] == pytest.approx(0.6604, rel=0.01)


def test_five_hundred_cows() -> None:
    """saemix: 753.43, 0.93838, 0.00164175, residual SD 26.94, -2LL 53,725.8."""
    model = PopulationModel(curve=find_curve("growth"), residuals=ADDITIVE)
    fit = fitted(read("cow.csv", "cow", "time", "weight"), model, 1, starts=1)
    assert fit.likelihood.minus_2ll < 53_725.8 + 2 * fit.likelihood.se + 1.0
    assert fit.typical["a"] == pytest.approx(753.43, rel=0.002)
    assert fit.typical["k"] == pytest.approx(0.00164175, rel=0.02)
    assert fit.residual["a"] == pytest.approx(26.94, rel=0.01)
