"""Standard normal numbers become patients with the spread of the table."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.mechanism.draws import (
    IMMUNE_LOSS,
    IMMUNE_SHARE,
    parameter_rows,
    prior_interval,
    spread_values,
)
from reinfuse.mechanism.table import Parameter, Scale, parameter, parameters_of, shipped_rows

SPREAD = [pytest.param(row, id=row.name) for row in shipped_rows() if row.spread]
MIDDLE_90 = NormalDist().inv_cdf(0.95)


def test_nothing_given_is_the_patient_of_the_table() -> None:
    rows = parameter_rows(1, 3, {}, {})
    assert rows.tolist() == [[row.value for row in parameters_of(1)]] * 3


def test_given_values_and_numbers_are_by_patient_or_for_all() -> None:
    names = [row.name for row in parameters_of(0)]
    rows = parameter_rows(0, 2, {"rho": [0.0, 1.0]}, {"dose": 5e7, "kill": [1.0, 2.0]})
    of = dict(zip(names, rows.T.tolist(), strict=True))
    assert of["rho"] == pytest.approx([2.2, 2.2 * math.exp(parameter("rho").spread)])
    assert of["dose"] == [5e7, 5e7]
    assert of["kill"] == [1.0, 2.0]


def test_a_given_value_is_what_numbers_spread_around() -> None:
    rows = parameter_rows(0, 1, {"fitness": -1.0}, {"fitness": 0.82})
    place = [row.name for row in parameters_of(0)].index("fitness")
    assert rows[0, place] == pytest.approx(0.82 * math.exp(-parameter("fitness").spread))


def test_names_that_the_model_does_not_have_are_told_at_once() -> None:
    with pytest.raises(ReinfuseError, match=r"access_1, speed") as refused:
        parameter_rows(0, 1, {"access_1": 0.0}, {"speed": 1.0})
    assert "docs/reference/mechanism.md" in str(refused.value)


@pytest.mark.parametrize("row", [one for one in SPREAD if one.values[0].scale is not Scale.SPIKE])
def test_the_middle_of_patients_has_the_value_of_the_table(row: Parameter) -> None:
    assert spread_values(row, 0.0) == pytest.approx(row.value)
    low, high = prior_interval(row)
    assert low < row.value < high
    assert spread_values(row, [-MIDDLE_90, MIDDLE_90]) == pytest.approx([low, high])


@pytest.mark.parametrize("row", SPREAD)
def test_more_is_never_less_and_never_leaves_the_range(row: Parameter) -> None:
    found = spread_values(row, np.linspace(-9, 9, 2001), 0.4 if row.scale is Scale.SPIKE else None)
    assert (np.diff(found) >= 0).all()
    assert (found >= row.low).all()
    assert (found <= row.high).all()


def test_a_share_spreads_on_its_odds() -> None:
    found = spread_values(parameter("engraftment"), 1.0)
    assert found / (1 - found) == pytest.approx(math.exp(parameter("engraftment").spread))


# Share of patients with immunity, of whom the table's spread then makes rates.
@pytest.mark.parametrize("share", [0.0, 0.2, IMMUNE_SHARE, 1.0])
def test_immunity_is_none_in_some_and_a_rate_in_the_others(share: float) -> None:
    row = parameter("immunity_start")
    quantiles = (np.arange(20_000) + 0.5) / 20_000
    z = np.array([NormalDist().inv_cdf(float(one)) for one in quantiles])
    found = spread_values(row, z, share)
    assert np.mean(found > 0) == pytest.approx(share, abs=1e-3)
    assert np.abs(np.diff(found)).max() < 0.2, "no jump, so that a fit can climb"
    if share:
        some = found[found > 0]
        # The lowest immune patients are rounded off: the middle one is a little lower for it.
        assert np.median(some) == pytest.approx(IMMUNE_LOSS, rel=0.02)
        if share < 1:
            assert np.quantile(some, 0.9) == pytest.approx(
                IMMUNE_LOSS * math.exp(row.spread * NormalDist().inv_cdf(0.9)), rel=0.05
            )


def test_another_spread_may_be_asked_for() -> None:
    row = parameter("fitness")
    assert spread_values(row, 1.0, spread=0.4) == pytest.approx(math.exp(0.4))
    assert spread_values(row, [1.0, -1.0], [1.0, 2.0], 0.0) == pytest.approx([1.0, 2.0])


def test_the_interval_of_immunity_includes_none() -> None:
    low, high = prior_interval(parameter("immunity_start"))
    assert low == 0.0
    assert 0.2 < high < 1.0
