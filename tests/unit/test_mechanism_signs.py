"""From cytokines to signs: in order, consistent over days, and their chances in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.grading.crs_signs import FEVER_CEL
from reinfuse.mechanism.sign_rules import (
    OXYGEN_LADDER,
    PRESSURE_LADDER,
    SignRules,
    shipped_rules,
    sign_constants,
)
from reinfuse.mechanism.signs import (
    DEVIATIONS,
    crs_probabilities,
    draw_deviations,
    first_day_of,
    sign_probabilities,
    signal,
    signs_of,
)
from reinfuse.mechanism.table import parameter

TYPICAL = np.zeros((1, len(DEVIATIONS)))
NORMAL_IL6, NORMAL_IFN = parameter("il6_normal").value, parameter("ifn_normal").value


def il6_for(*signals: float) -> np.ndarray:
    """One patient with these signals day by day, from IL-6 alone."""
    return NORMAL_IL6 + np.array([signals])


def ifn_for(il6: np.ndarray) -> np.ndarray:
    return np.full(il6.shape, NORMAL_IFN)


@pytest.mark.parametrize("name", ["fever_from", *PRESSURE_LADDER, *OXYGEN_LADDER])
def test_a_typical_patient_has_a_sign_from_its_threshold_on(name: str) -> None:
    cut = shipped_rules()[name]
    il6 = il6_for(cut * 0.999, cut * 1.001)
    signs = signs_of(il6, ifn_for(il6), TYPICAL)
    if name == "fever_from":
        found = signs.fever[0]
    else:
        ladder = PRESSURE_LADDER if name in PRESSURE_LADDER else OXYGEN_LADDER
        stages = signs.pressure if ladder is PRESSURE_LADDER else signs.oxygen
        found = stages[0] > ladder.index(name)
    assert found.tolist() == [False, True]


def test_nobody_has_a_sign_at_normal_cytokines() -> None:
    il6 = il6_for(0.0, 0.0)
    il6 = np.repeat(il6, 500, axis=0)
    signs = signs_of(il6, ifn_for(il6), draw_deviations(500, np.random.default_rng(1)))
    assert not signs.fever.any()
    assert not signs.organs.any()
    assert np.all(signs.temperature == shipped_rules()["temperature_usual"])


def test_a_temperature_of_38_is_never_rounded_to_the_other_side() -> None:
    near = shipped_rules()["fever_from"] * np.exp(np.linspace(-0.3, 0.3, 601))
    il6 = NORMAL_IL6 + near[None, :]
    signs = signs_of(il6, ifn_for(il6), TYPICAL)
    reached = np.log(signal(il6, ifn_for(il6))) >= np.log(shipped_rules()["fever_from"])
    assert np.array_equal(signs.temperature >= FEVER_CEL, reached)
    assert np.all(np.diff(signs.temperature[0]) >= 0)


def test_signs_come_and_go_in_the_order_of_their_ladder() -> None:
    rise = np.concatenate([np.geomspace(1, 1e4, 40), np.geomspace(1e4, 1, 40)])
    il6 = NORMAL_IL6 + np.repeat(rise[None, :], 200, axis=0)
    signs = signs_of(il6, ifn_for(il6), draw_deviations(200, np.random.default_rng(2)))
    for stages in (signs.pressure, signs.oxygen):
        assert np.all(np.diff(stages[:, :40]) >= 0)
        assert np.all(np.diff(stages[:, 40:]) <= 0)
        assert set(np.unique(stages)) == {0, 1, 2, 3}


def test_blocking_il6_takes_signs_away_and_leaves_what_ifn_gamma_makes() -> None:
    il6, ifn = np.array([[800.0, NORMAL_IL6]]), np.array([[2000.0, 2000.0]])
    before, after = signal(il6, ifn)[0]
    assert after == pytest.approx(shipped_rules()["ifn_share"] * (2000.0 - NORMAL_IFN))
    assert after < before
    signs = signs_of(il6, ifn, TYPICAL)
    assert signs.pressure[0, 1] < signs.pressure[0, 0]
    assert signs.fever[0].all()


def test_the_chance_of_a_grade_is_that_of_many_patients_with_the_same_outputs() -> None:
    days = np.array([5.0, 80.0, 500.0, 900.0, 200.0, 20.0])
    for height in (0.1, 0.6, 1.0, 3.0):
        il6 = NORMAL_IL6 + np.repeat(height * days[None, :], 40_000, axis=0)
        ifn = np.full(il6.shape, 300.0)
        signs = signs_of(il6, ifn, draw_deviations(len(il6), np.random.default_rng(3)))
        highest = signs.untreated_grade.max(axis=1)
        counted = [(highest >= grade).mean() for grade in (1, 2, 3, 4)]
        told = crs_probabilities(il6[:1], ifn[:1])[0]
        assert told == pytest.approx(counted, abs=0.01)


def test_the_chance_of_a_sign_on_a_day_is_that_of_many_patients() -> None:
    il6 = NORMAL_IL6 + np.repeat([[30.0, 300.0, 3000.0]], 40_000, axis=0)
    signs = signs_of(il6, ifn_for(il6), draw_deviations(len(il6), np.random.default_rng(4)))
    told = sign_probabilities(il6[:1], ifn_for(il6[:1]))
    assert told["fever_from"][0] == pytest.approx(signs.fever.mean(axis=0), abs=0.01)
    counted = (signs.oxygen >= 2).mean(axis=0)
    assert told["high_flow_from"][0] == pytest.approx(counted, abs=0.01)


def test_where_the_model_has_no_value_there_is_no_sign_and_no_chance() -> None:
    il6 = il6_for(np.nan, 500.0)
    signs = signs_of(il6, ifn_for(il6), TYPICAL)
    assert signs.known[0].tolist() == [False, True]
    assert not signs.fever[0, 0]
    assert signs.pressure[0, 0] == 0
    assert np.isnan(crs_probabilities(il6, ifn_for(il6))).all()


def test_the_first_day_is_the_first_and_nan_for_none() -> None:
    reached = np.array([[False, True, True], [False, False, False]])
    found = first_day_of(reached, [3.0, 4.0, 5.0])
    assert found[0] == 4.0
    assert np.isnan(found[1])


def test_every_constant_has_a_source_and_none_passes_for_calibrated() -> None:
    assert all(row.note and row.source.cite for row in sign_constants())
    assert all(row.uncalibrated for row in sign_constants())
    assert all(row.spread > 0 for row in sign_constants() if row.name.endswith("_from"))


def test_moved_constants_keep_the_order_of_their_ladders() -> None:
    moved = shipped_rules().moved({"hypotension_from": 6.0, "ifn_share": 1.0})
    assert moved["hypotension_from"] > shipped_rules()["one_pressor_from"]
    assert moved["one_pressor_from"] >= moved["hypotension_from"]
    assert moved["ifn_share"] > shipped_rules()["ifn_share"]
    assert shipped_rules().moved({}).values == shipped_rules().values


def test_rules_out_of_order_or_incomplete_are_refused_with_every_reason() -> None:
    with pytest.raises(ReinfuseError, match="one_pressor_from is below hypotension_from"):
        shipped_rules().changed(one_pressor_from=1.0)
    with pytest.raises(ReinfuseError, match=r"ifn_share is missing.*shock_from is unknown"):
        SignRules(
            {name: value for name, value in shipped_rules().values.items() if name != "ifn_share"}
            | {"shock_from": 2.0}
        )
    with pytest.raises(ReinfuseError, match="fever_from is 0"):
        shipped_rules().changed(fever_from=0.0)
    with pytest.raises(ReinfuseError, match="no constant"):
        shipped_rules().moved({"shock_from": 1.0})


def test_shapes_that_do_not_belong_together_are_refused() -> None:
    il6 = il6_for(1.0, 2.0)
    with pytest.raises(ReinfuseError, match="deviations"):
        signs_of(il6, ifn_for(il6), np.zeros((2, 4)))
