"""The sampler agrees with brute force on both infusions of the founding case."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from reinfuse.estimation import Posterior, sample_posterior
from reinfuse.kinetics import curve_priors, curve_problem
from tests.judge.kinetics_brute_force.brute_force import FOUNDING, brute_force

REPEATS = 8
ALLOWED_BIAS = 0.02  # prior SDs, or units of log evidence; see SOURCE.md

with (Path(__file__).parent / "expected.csv").open(encoding="utf-8") as file:
    EXPECTED = {
        (row["infusion"], row["what"], row["parameter"]): (
            float(row["value"]),
            float(row["standard_error"]),
        )
        for row in csv.DictReader(file)
    }


@pytest.fixture(scope="module", params=FOUNDING)
def runs(request: pytest.FixtureRequest) -> tuple[str, list[Posterior]]:
    problem = curve_problem(FOUNDING[request.param], curve_priors())
    chances = np.random.default_rng(7).spawn(REPEATS)
    return request.param, [sample_posterior(problem, rng=chance) for chance in chances]


def agrees(found: list[float], expected: tuple[float, float]) -> bool:
    error = np.std(found, ddof=1) / REPEATS**0.5
    allowed = 4.0 * np.hypot(error, expected[1]) + ALLOWED_BIAS
    return bool(abs(np.mean(found) - expected[0]) < allowed)


def test_the_evidence_agrees_with_brute_force(runs: tuple[str, list[Posterior]]) -> None:
    label, posteriors = runs
    assert agrees([one.log_evidence for one in posteriors], EXPECTED[label, "log evidence", ""])


def test_means_and_spreads_agree_with_brute_force(runs: tuple[str, list[Posterior]]) -> None:
    label, posteriors = runs
    for column, name in enumerate(posteriors[0].names):
        means = [float(one.draws[:, column].mean()) for one in posteriors]
        spreads = [float(one.draws[:, column].std()) for one in posteriors]
        assert agrees(means, EXPECTED[label, "mean", name]), name
        assert agrees(spreads, EXPECTED[label, "sd", name]), name


@pytest.mark.parametrize("label", FOUNDING)
def test_the_kept_table_is_what_brute_force_gives(label: str) -> None:
    for infusion, what, name, value, error in brute_force(
        label, batches=20, per_batch=20_000, seed=5
    ):
        kept, kept_error = EXPECTED[infusion, what, name]
        assert abs(value - kept) < 5.0 * np.hypot(error, kept_error), (what, name)
