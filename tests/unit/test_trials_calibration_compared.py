"""Predictions, hits and words for one target."""

from __future__ import annotations

import json
import math
from statistics import NormalDist

import numpy as np
import pytest

from reinfuse.evidence import Role, spread_rate
from reinfuse.trials.calibration import Population, result_as_plain, run_calibration, unknowns
from reinfuse.trials.calibration import drawn as drawn_module
from reinfuse.trials.calibration.compared import compared, explained, predicted
from reinfuse.trials.calibration.counted import Counted
from reinfuse.trials.calibration.drawn import Predicted
from reinfuse.trials.calibration.found import Found
from tests.unit.calibration_targets import (
    SMALL,
    held_out_copy,
    place,
    pretended,
    seen_copy,
    shipped,
)


def _all(name: str, *found: Counted | float) -> Predicted:
    draws: tuple[Found, ...] = tuple({name: one} for one in found)
    return Predicted(draws=draws, central=draws[0])


def test_a_rate_that_is_known_is_predicted_with_chance_and_with_how_cohorts_differ() -> None:
    target = shipped("c4-first-cr")
    said = predicted(target, _all(target.id, Counted(82, 100)), Population.PRIOR)
    assert said.score is not None
    chance, wide = spread_rate([0.82], 79), said.score.predicted
    assert wide.low < chance.low < said.score.middle == 0.82 < chance.high < wide.high
    assert said.mean_alone is not None
    assert said.mean_alone.low == said.mean_alone.high == 0.82


def test_rates_that_differ_between_draws_widen_the_prediction() -> None:
    target = shipped("c4-first-cr")
    sure = predicted(target, _all(target.id, Counted(82, 100)), Population.PRIOR)
    unsure = predicted(
        target, _all(target.id, Counted(64, 100), Counted(100, 100)), Population.PRIOR
    )
    assert sure.score is not None
    assert unsure.score is not None
    assert unsure.score.middle == pytest.approx(sure.score.middle)
    assert unsure.score.width > sure.score.width


def test_a_mean_that_rare_draws_pull_out_of_the_prediction_is_kept_inside() -> None:
    target = shipped("c6-second-cr")
    found = [Counted(0, 100)] * 199 + [Counted(30, 100)]
    said = predicted(target, _all(target.id, *found), Population.PRIOR)
    assert said.score is not None
    assert said.score.predicted.low <= said.score.middle <= said.score.predicted.high


def test_a_typical_value_is_predicted_with_the_error_printed() -> None:
    target = shipped("c1-tmax")
    said = predicted(target, _all(target.id, 9.0, 9.0), Population.PRIOR)
    assert said.score is not None
    assert 6.8 < said.score.predicted.low < 7.8
    assert 10.4 < said.score.predicted.high < 11.4
    assert said.hit


def test_draws_without_a_rate_are_counted_and_left_out() -> None:
    target = shipped("c8-antigen")
    said = predicted(
        target, _all(target.id, Counted(0, 0), Counted(5, 10), Counted(7, 10)), Population.PRIOR
    )
    assert said.undefined == 1
    assert said.central is None
    assert said.score is not None
    assert said.score.middle == pytest.approx(0.6)


def test_a_model_that_says_nothing_of_a_target_has_missed_it_in_words() -> None:
    target = shipped("c8-antigen")
    nothing = _all(target.id, Counted(0, 0), Counted(0, 0))
    one = compared(target, nothing, nothing, np.zeros((2, len(unknowns()))))
    assert not one.prior.hit
    assert "says nothing" in one.said[0]


def test_a_miss_says_on_which_side_and_what_the_rate_follows() -> None:
    target = shipped("c4-first-cr")
    z = np.random.default_rng(1).standard_normal((80, len(unknowns())))
    # Its numbers are its own, so that the rate does not hang on how many unknowns the table has.
    z[:, place("antigen_half")] = np.random.default_rng(2).permutation(
        [NormalDist().inv_cdf((rank + 0.5) / 80) for rank in range(80)]
    )
    rates = 1 / (1 + np.exp(-3 - 0.5 * z[:, place("antigen_half")]))
    high = _all(target.id, *(Counted(round(1000 * rate), 1000) for rate in rates))
    good = _all(target.id, Counted(82, 100))
    one = compared(target, high, good, z)
    assert one.said[0].startswith("prior: in the model 95 %, above the published 72 to 90 %")
    assert one.pulls[0].unknown == "antigen_half"
    assert one.pulls[0].correlation > 0.95
    assert one.narrowed == 0.0
    assert one.explained == tuple(explained()[target.id])


def test_a_hit_of_both_populations_needs_no_words() -> None:
    target = shipped("c4-first-cr")
    good = _all(target.id, Counted(82, 100))
    one = compared(target, good, good, np.zeros((1, len(unknowns()))))
    assert (one.said, one.explained) == ((), ())


def test_every_explanation_is_of_a_target_of_the_table_and_has_its_day() -> None:
    for name, all_ in explained().items():
        assert shipped(name).id == name
        assert all(one.words and one.written.year >= 2026 for one in all_)


def test_a_result_becomes_json_with_its_targets_apart_and_its_base_chance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawn_module, "found_at", pretended)
    targets = [shipped("c4-first-cr"), shipped("c2-contraction"), held_out_copy("c5-lesions")]
    result = run_calibration(targets, seed=1, size=SMALL, held_out=True)
    plain = json.loads(json.dumps(result_as_plain(result), allow_nan=False))
    assert [one["target"] for one in plain["calibrate"]] == ["c4-first-cr", "c2-contraction"]
    assert [one["target"] for one in plain["held_out"]] == ["pretend-c5-lesions"]
    assert [(one["role"], one["population"]) for one in plain["tallies"]] == [
        ("calibrate", "prior"), ("calibrate", "calibrated"),
        ("held out", "prior"), ("held out", "calibrated"),
    ]  # fmt: skip
    before, after = result.tallies_of(Role.CALIBRATE)
    assert before.contraction == 1.0 > after.contraction
    own = targets[0].interval
    assert before.tally.by_chance == pytest.approx(own.high - own.low)
    assert math.isfinite(plain["effective_values"])


def test_targets_of_an_earlier_round_have_a_tally_of_their_own_that_is_no_test(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawn_module, "found_at", pretended)
    targets = [shipped("c4-first-cr"), seen_copy("c6-second-cr"), held_out_copy("c5-lesions")]
    result = run_calibration(targets, seed=1, size=SMALL, held_out=True)
    plain = json.loads(json.dumps(result_as_plain(result), allow_nan=False))
    assert [(one["target"], one["role"]) for one in plain["calibrate"]] == [
        ("c4-first-cr", "calibrate"), ("seen-c6-second-cr", "held out before"),
    ]  # fmt: skip
    assert [one["target"] for one in plain["held_out"]] == ["pretend-c5-lesions"]
    told = {one["role"]: (one["targets"], one["test"]) for one in plain["tallies"]}
    assert told == {
        "calibrate": (1, False), "held out before": (1, False), "held out": (1, True),
    }  # fmt: skip
    assert [one.population for one in result.tallies_of(Role.SEEN)] == list(Population)
