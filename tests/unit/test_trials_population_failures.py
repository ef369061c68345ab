"""Products fail more often among more leukemia, wherever it is, and by the patient's own number."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from reinfuse.mechanism.products import FAILURES, Failure, Origin, Product
from reinfuse.mechanism.table import parameter
from reinfuse.trials.population import Between, Dose, LesionSetting, Setting, virtual_patients
from reinfuse.trials.population.patients import NOBODY, cells_of, failing_share
from reinfuse.trials.population.setting import FAILURE_SLOPE, FAILURES_AT

SHARE = 0.12
FITNESS = 0.15
BLASTS = np.array([1e-4, 0.01, 0.05, 0.3, 0.6, 0.8])
SETTING = Setting(
    marrow=Between(low=1e-3, high=0.9), product=Product(origin=Origin.OWN), dose=Dose(amount=2e6),
    failures=Failure(share=SHARE, fitness=FITNESS),
)  # fmt: skip
LESION = LesionSetting(kind="bone", volume=300.0, spread=0.5, share=0.5)


def shares(setting: Setting = SETTING, blasts: np.ndarray = BLASTS) -> np.ndarray:
    return failing_share(setting, cells_of(blasts))


def failing(setting: Setting, patients: int = 1000) -> np.ndarray:
    """Whose product hardly expands: by fitness, against the same patients without such products."""
    nobody = replace(setting, failures=Failure(share=0.0, fitness=FITNESS))
    drawn, usual = (virtual_patients(one, 5, 0, patients) for one in (setting, nobody))
    ratio = drawn.of("fitness") / usual.of("fitness")
    low = parameter("fitness").low
    np.testing.assert_allclose(
        drawn.of("fitness")[ratio < 1], np.maximum(FITNESS * usual.of("fitness")[ratio < 1], low)
    )
    return np.asarray(ratio < 1)


def test_the_share_that_is_given_is_that_of_patients_with_so_many_blasts() -> None:
    assert shares(blasts=np.array([FAILURES_AT])) == pytest.approx(SHARE, rel=1e-9)
    origin = SETTING.product.origin
    assert shares(replace(SETTING, failures=None), np.array([FAILURES_AT])) == pytest.approx(
        FAILURES[origin].share, rel=1e-9
    )


def test_log_odds_of_failing_rise_with_those_of_blasts_by_the_slope() -> None:
    assert FAILURE_SLOPE == SETTING.failure_slope == 0.2
    for slope in (0.2, 0.7, -0.3):
        found = shares(replace(SETTING, failure_slope=slope))
        odds, of_blasts = np.log(found / (1 - found)), np.log(BLASTS / (1 - BLASTS))
        np.testing.assert_allclose(np.diff(odds), slope * np.diff(of_blasts), rtol=1e-6)


def test_more_blasts_never_fail_less_often_and_nobody_is_outside_zero_to_one() -> None:
    cells = np.concatenate([[0.0, NOBODY], np.logspace(0, 13, 200)])
    found = failing_share(SETTING, cells)
    assert (np.diff(found) >= 0).all()
    assert 0 < found[0] < found[-1] < 1
    assert found[0] == found[1]  # below a millionth of blasts nothing changes any more


def test_a_lesion_counts_as_much_as_the_same_cells_in_the_marrow() -> None:
    drawn = virtual_patients(replace(SETTING, lesions=(LESION, LESION)), 5, 0, 4000)
    marrow = drawn.of("marrow_start")
    everywhere = marrow + drawn.of("lesion_start_1") + drawn.of("lesion_start_2")
    there = drawn.present.any(axis=1)
    # A lesion can only add to who fails, and only among those who have one.
    plain, more = (failing(replace(SETTING, failure_slope=1.0, lesions=one), 4000)
                   for one in ((), (LESION, LESION)))  # fmt: skip
    assert not (plain & ~more).any()
    assert (plain == more)[~there].all()
    assert more[there].sum() > plain[there].sum()
    # Nor more than their cells do: the shares are those of the sum, within the chance of patients.
    expected = failing_share(replace(SETTING, failure_slope=1.0), everywhere)
    for group in (there, ~there):
        chance = math.sqrt((expected * (1 - expected))[group].mean() / group.sum())
        assert more[group].mean() == pytest.approx(expected[group].mean(), abs=4 * chance)


def test_without_a_slope_all_patients_have_one_share() -> None:
    flat = replace(SETTING, failure_slope=0.0, lesions=(LESION,))
    np.testing.assert_allclose(shares(flat), SHARE, rtol=1e-12)
    other = replace(flat, marrow=Between(low=0.5, high=0.9), lesions=())
    assert (failing(flat) == failing(other)).all()


@pytest.mark.parametrize("slope", [0.0, 0.2, 2.0])
def test_nobody_and_everybody_stay_nobody_and_everybody(slope: float) -> None:
    for share in (0.0, 1.0):
        setting = replace(
            SETTING, failures=Failure(share=share, fitness=FITNESS), failure_slope=slope
        )
        assert (shares(setting) == share).all()
        assert failing(setting, 50).mean() == share


def test_who_fails_at_one_share_fails_at_any_higher_one_and_among_more_leukemia() -> None:
    before = np.zeros(1000, bool)
    for share in (0.02, 0.1, 0.3, 0.8):
        now = failing(replace(SETTING, failures=Failure(share=share, fitness=FITNESS)))
        assert not (before & ~now).any()
        assert now.sum() > before.sum()
        before = now
    light, heavy = (
        failing(replace(SETTING, marrow=Between(low=low, high=2 * low), failure_slope=0.5))
        for low in (0.01, 0.4)
    )
    assert not (light & ~heavy).any()
    assert heavy.sum() > light.sum()


def test_heavy_patients_fail_more_often_than_light_ones_of_the_same_cohort() -> None:
    drawn = virtual_patients(SETTING, 5, 0, 4000)
    hit = failing(SETTING, 4000)
    heavy = drawn.blasts > FAILURES_AT
    expected = failing_share(SETTING, drawn.of("marrow_start"))
    for group in (heavy, ~heavy):
        chance = math.sqrt((expected * (1 - expected))[group].mean() / group.sum())
        assert hit[group].mean() == pytest.approx(expected[group].mean(), abs=4 * chance)
    assert hit[heavy].mean() > SHARE > hit[~heavy].mean()
