"""Draws, weights and what is kept: judged by a model whose answer is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import Target
from reinfuse.trials.calibration import Size, calibrate, hold_out, run_calibration, unknowns
from reinfuse.trials.calibration import drawn as drawn_module
from reinfuse.trials.calibration.counted import Counted
from reinfuse.trials.calibration.found import CLOSE, Found, error_of, log_likelihood
from reinfuse.trials.calibration.kept import Kept, key_of
from reinfuse.trials.calibration.surface import surfaces_of
from reinfuse.trials.calibration.unknowns import Values
from reinfuse.trials.calibration.weighing import Rounds, weigh
from tests.unit.calibration_targets import (
    SMALL,
    held_out_copy,
    ids,
    place,
    pretended,
    seen_copy,
    shipped,
)


@pytest.fixture(autouse=True)
def _nothing_is_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn_module, "found_at", pretended)


def test_a_typical_value_that_does_not_exist_weighs_nothing_beside_one_that_does() -> None:
    target = shipped("c1-tmax")
    none = log_likelihood([target], {target.id: math.nan})
    assert none < log_likelihood([target], {target.id: 30.0}) < 0


def test_a_surface_finds_again_what_it_was_drawn_from() -> None:
    target = shipped("c1-tmax")
    z = np.random.default_rng(1).standard_normal((200, len(unknowns())))
    one, other = place("kill_half"), place("fitness_own")
    height = 2.0 + 0.3 * z[:, one] - 0.2 * z[:, other] + 0.1 * z[:, one] * z[:, other]
    found: list[Found] = [{target.id: float(value)} for value in np.exp(height)]
    (surface,) = surfaces_of([target], z, found)
    np.testing.assert_allclose(surface.at(z), height, atol=0.01)
    assert surface.error < 0.01


def test_a_surface_leaves_out_draws_that_have_no_value() -> None:
    target = shipped("c8-antigen")
    z = np.random.default_rng(1).standard_normal((300, len(unknowns())))
    odds = z[:, place("negative_share")]
    found: list[Found] = [
        {
            target.id: Counted(round(200 / (1 + math.exp(-one))), 200)
            if number % 3
            else Counted(0, 0)
        }
        for number, one in enumerate(odds)
    ]
    (surface,) = surfaces_of([target], z, found)
    np.testing.assert_allclose(surface.at(z), odds, atol=0.15)


def test_the_posterior_is_the_one_that_can_be_worked_out() -> None:
    target = shipped("c2-contraction")
    unknown = unknowns()[place("effector_loss")]

    def simulate(z: np.ndarray) -> list[Found]:
        assert target.published is not None
        values = 1.3 * target.published.value * np.exp(unknown.spread * z[:, place(unknown.name)])
        return [{target.id: float(one)} for one in values]

    weighed = weigh(
        [target], simulate, Rounds(prior=200, later=1, draws=400), np.random.default_rng(2)
    )
    assert target.published is not None
    wide = math.hypot(error_of(target.published), CLOSE)
    precision = 1 + (unknown.spread / wide) ** 2
    z = weighed.last[:, place(unknown.name)]
    middle = weighed.weights @ z
    spread = math.sqrt(weighed.weights @ (z - middle) ** 2)
    expected = -unknown.spread * math.log(1.3) / wide**2 / precision
    assert middle == pytest.approx(expected, abs=0.1)
    assert spread == pytest.approx(precision**-0.5, rel=0.1)
    assert weighed.ess > 300


def test_an_unknown_that_no_target_speaks_of_keeps_its_prior() -> None:
    result = run_calibration([shipped("c4-first-cr")], seed=1, size=SMALL)
    by_name = {one.unknown.name: one for one in result.learned}
    donor = by_name["fitness_donor"]
    assert (donor.contraction, donor.targets, donor.suggested) == (1.0, (), None)
    assert donor.posterior == donor.prior
    assert by_name["kill_half"].contraction < 0.8


def test_a_held_out_target_cannot_be_calibrated_on_nor_the_other_way_round() -> None:
    on, other = shipped("c4-first-cr"), held_out_copy("c5-lesions")
    with pytest.raises(ReinfuseError, match="is held out"):
        calibrate([on, other], seed=1, size=SMALL)
    with pytest.raises(ReinfuseError, match="no target"):
        calibrate([], seed=1, size=SMALL)
    done = calibrate([on], seed=1, size=SMALL)
    with pytest.raises(ReinfuseError, match="is not held out"):
        hold_out(done, [on])


def test_a_target_that_was_held_out_before_calibrates_and_cannot_be_held_out_again() -> None:
    seen = seen_copy("c6-second-cr")
    done = calibrate([shipped("c4-first-cr"), seen], seed=1, size=SMALL)
    assert ids(done.targets) == ["c4-first-cr", "seen-c6-second-cr"]
    with pytest.raises(ReinfuseError, match="seen-c6-second-cr is not held out"):
        hold_out(done, [seen])


def test_held_out_targets_are_simulated_only_when_asked_for_and_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: set[str] = set()

    def watched(targets: Sequence[Target], values: Values, *, seed: int, patients: int) -> Found:
        seen.update(ids(targets))
        return pretended(targets, values, seed=seed, patients=patients)

    monkeypatch.setattr(drawn_module, "found_at", watched)
    targets = [shipped("c4-first-cr"), held_out_copy("c5-lesions")]
    closed = run_calibration(targets, seed=1, size=SMALL)
    assert seen == {"c4-first-cr"}
    assert closed.held_out is None
    opened = run_calibration(targets, seed=1, size=SMALL, held_out=True)
    assert seen == {"c4-first-cr", "pretend-c5-lesions"}
    assert opened.held_out is not None
    assert opened.learned == closed.learned
    assert opened.calibrated_on == closed.calibrated_on


def test_asking_for_held_out_targets_where_there_are_none_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="no target is held out"):
        run_calibration([shipped("c4-first-cr")], seed=1, size=SMALL, held_out=True)


def test_a_run_that_was_interrupted_goes_on_and_ends_as_one_that_was_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    targets = [shipped("c4-first-cr"), shipped("c2-contraction")]
    whole = run_calibration(targets, seed=1, size=SMALL)
    count, keep = [0], (tmp_path / "a", tmp_path / "b")

    def stops(targets: Sequence[Target], values: Values, *, seed: int, patients: int) -> Found:
        count[0] += 1
        if count[0] == 70:
            raise KeyboardInterrupt
        return pretended(targets, values, seed=seed, patients=patients)

    monkeypatch.setattr(drawn_module, "found_at", stops)
    with pytest.raises(KeyboardInterrupt):
        run_calibration(targets, seed=1, size=SMALL, keep=keep)
    with keep[0].open("a") as file:
        file.write('{"c4-first-cr":[1,')  # a line that was cut off
    again = run_calibration(targets, seed=1, size=SMALL, keep=keep)
    assert again == whole
    assert count[0] < 70 + SMALL.rounds.all


def test_what_was_kept_of_other_targets_or_another_seed_is_not_used(tmp_path: Path) -> None:
    targets = [shipped("c4-first-cr")]
    file = tmp_path / "kept"
    Kept(file, key_of(targets, seed=1)).ask([lambda: {"c4-first-cr": Counted(1, 2)}], _no_watch)
    same = Kept(file, key_of(targets, seed=1))
    assert same.ask([_never], _no_watch) == [{"c4-first-cr": Counted(1, 2)}]
    other = Kept(file, key_of(targets, seed=2))
    assert other.ask([lambda: {"c4-first-cr": Counted(3, 4)}], _no_watch)[0] == {
        "c4-first-cr": Counted(3, 4)
    }


def test_sizes_of_a_run_are_part_of_what_is_kept() -> None:
    targets = [shipped("c4-first-cr")]
    keys = {key_of(targets, seed=1, **drawn_module._sizes(size)) for size in (SMALL, Size())}
    assert len(keys) == 2


def _never() -> Found:
    raise AssertionError("it was kept")


def _no_watch(done: int) -> None:
    del done
