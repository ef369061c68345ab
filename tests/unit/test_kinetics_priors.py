"""Every prior has a source, no default is recalled, and both readings of the spread are there."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from reinfuse.kinetics import SpreadReading, curve_priors
from reinfuse.kinetics.priors import STEIN_TABLE, Scale, natural, printed_spread
from reinfuse.source import Standing


@pytest.mark.parametrize("reading", SpreadReading)
def test_no_prior_is_recalled(reading: SpreadReading) -> None:
    assert all(prior.source.standing is not Standing.RECALLED for prior in curve_priors(reading))


@pytest.mark.parametrize("prior", curve_priors(), ids=lambda prior: prior.name)
def test_a_prior_prints_its_source_and_standing(prior: object) -> None:
    assert re.search(r"\d.* \(90 % .*\); .+\[(read in a public port|our own choice)\]$", str(prior))


@pytest.mark.parametrize("prior", curve_priors(), ids=lambda prior: prior.name)
def test_half_of_a_prior_lies_below_its_median(prior: object) -> None:
    middle = natural(prior, np.array([0.0]))[0]  # type: ignore[arg-type]
    assert middle == pytest.approx(prior.median)  # type: ignore[attr-defined]


def test_the_default_is_the_wider_reading_for_each_parameter() -> None:
    for name in (row.name for row in STEIN_TABLE):
        spreads = {
            reading: next(p.spread for p in curve_priors(reading) if p.name == name)
            for reading in SpreadReading
        }
        assert spreads[SpreadReading.WIDER] == max(spreads.values()), name


def test_the_readings_are_the_printed_number_and_its_root() -> None:
    assert printed_spread(2.4, SpreadReading.DEVIATIONS) == 2.4
    assert printed_spread(2.4, SpreadReading.VARIANCES) == pytest.approx(1.549, abs=5e-4)


def test_two_studies_that_differ_widen_the_prior() -> None:
    spread = next(p.spread for p in curve_priors() if p.name == "terminal half-life")
    between = math.log(352.0 / (math.log(2.0) / 0.0032)) ** 2 / 2.0
    assert spread == pytest.approx(math.sqrt(0.86 + between))


def test_an_unstated_limit_lies_between_a_hundredth_and_one_per_cent() -> None:
    prior = next(prior for prior in curve_priors() if prior.scale is Scale.LOG_UNIFORM)
    low, high = natural(prior, np.array([-9.0, 9.0]))
    assert (low, high) == (pytest.approx(0.01), pytest.approx(1.0))
