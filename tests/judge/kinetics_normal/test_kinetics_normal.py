"""The cumulative normal agrees with SciPy in both tails."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from reinfuse.kinetics.normal import log_normal_cdf, normal_cdf

with (Path(__file__).parent / "scipy.csv").open(encoding="utf-8") as file:
    EXPECTED = [(float(row["z"]), float(row["log_cdf"])) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("z", "log_cdf"), EXPECTED)
def test_the_log_probability_agrees_with_scipy(z: float, log_cdf: float) -> None:
    ours = float(log_normal_cdf(np.array([z]))[0])
    assert abs(ours - log_cdf) <= 1e-10 * max(1.0, abs(log_cdf))


def test_the_probability_and_its_mirror_make_one() -> None:
    z = np.linspace(-6.0, 6.0, 241)
    assert normal_cdf(z) + normal_cdf(-z) == pytest.approx(np.ones(241), abs=1e-11)
