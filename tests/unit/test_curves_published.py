"""Published populations hold what was read, and the default reading gives the spread seen."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.kinetics import SpreadReading
from reinfuse.kinetics.curves import STEIN, natural, normal, sampled
from reinfuse.kinetics.published import (
    OGASAWARA_POPULATION,
    POPULATIONS,
    STEIN_POPULATION,
    NotPublished,
    find_population,
)
from reinfuse.source import Standing

SAMPLED_DAYS = [1.0, 3.0, 7.0, 11.0, 14.0, 17.0, 21.0, 28.0]
LIMIT = 50.0  # copies/ug


def test_every_population_names_the_parameters_of_its_curve_and_none_is_recalled() -> None:
    for one in POPULATIONS.values():
        assert tuple(row.name for row in one.parameters) == one.curve.names
        assert one.source.standing is not Standing.RECALLED


def test_steins_derived_numbers_are_the_printed_ones() -> None:
    typical = STEIN_POPULATION.typical()
    rate = math.log(typical["fold"]) / typical["tmax"]
    assert rate == pytest.approx(0.889, abs=5e-4)
    assert math.log(2.0) / rate == pytest.approx(0.78, abs=0.005)
    assert typical["cmax"] / typical["fold"] == pytest.approx(6.15, abs=0.005)
    assert math.log(2.0) / typical["alpha"] == pytest.approx(4.3, abs=0.05)


def test_ogasawaras_rates_are_the_published_half_lives_and_no_spread_is_made_up() -> None:
    typical = OGASAWARA_POPULATION.typical()
    assert math.log(2.0) / typical["alpha"] == pytest.approx(5.00)
    assert math.log(2.0) / typical["beta"] == pytest.approx(352.0)
    assert isinstance(typical["cmax"], NotPublished)
    assert all(isinstance(one, NotPublished) for one in OGASAWARA_POPULATION.spread().values())
    for row in OGASAWARA_POPULATION.parameters:
        if row.interval is not None:
            assert row.interval[0] < row.typical < row.interval[1]


def test_both_readings_are_there_by_name_and_the_variance_is_the_default() -> None:
    assert STEIN_POPULATION.spread()["fold"] == pytest.approx(math.sqrt(2.4))
    assert STEIN_POPULATION.spread(SpreadReading.DEVIATIONS)["fold"] == 2.4
    assert STEIN_POPULATION.spread(SpreadReading.WIDER)["fold"] == 2.4
    assert STEIN_POPULATION.spread(SpreadReading.WIDER)["cmax"] == pytest.approx(math.sqrt(0.65))


def seen_spread(reading: SpreadReading) -> tuple[float, float]:
    """Geometric CV (%) of the highest sample and of the area to day 28, of drawn patients."""
    chance, patients = np.random.default_rng(1), 20_000
    spread = STEIN_POPULATION.spread(reading)
    p = {
        one.name: natural(
            one.scale,
            normal(one.scale, np.array(STEIN_POPULATION.typical()[one.name]))
            + spread[one.name] * chance.normal(size=patients),
        )
        for one in STEIN.parameters
    }
    logs = STEIN.value(p, sampled(SAMPLED_DAYS))
    level = np.exp(logs + STEIN_POPULATION.residual_sd * chance.normal(size=logs.shape))
    level = np.vstack([np.zeros(patients), np.where(level < LIMIT, 0.0, level)])
    steps = np.diff([0.0, *SAMPLED_DAYS])[:, None]
    area = ((level[1:] + level[:-1]) / 2.0 * steps).sum(axis=0)
    return tuple(
        100.0 * math.sqrt(math.expm1(np.log(one[one > 0.0]).var()))
        for one in (level.max(axis=0), area)
    )


def test_read_as_variances_patients_differ_as_much_as_the_label_says() -> None:
    """The label (recalled): 154 to 155 % for the peak, 178 % for the area."""
    assert seen_spread(SpreadReading.VARIANCES) == pytest.approx((147.0, 161.0), rel=0.04)


def test_read_as_standard_deviations_patients_would_be_too_much_alike() -> None:
    assert seen_spread(SpreadReading.DEVIATIONS) == pytest.approx((109.0, 116.0), rel=0.04)


def test_a_population_nobody_published_is_answered_with_those_there_are() -> None:
    assert find_population("Stein-2019") is STEIN_POPULATION
    with pytest.raises(ReinfuseError, match="no published population is called 'axi-cel'") as told:
        find_population("axi-cel")
    assert "ogasawara-2021" in told.value.fix
