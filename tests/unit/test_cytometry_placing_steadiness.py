"""Stretches of a tube in which the flow or the signals were not as elsewhere are left out."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.cytometry.placing.steadiness import Steadiness, Why, steadiness
from reinfuse.cytometry.sample import Floats

COUNT = 40_000


def tube(seed: int) -> tuple[Floats, dict[str, Floats]]:
    """Times, a hundred events a second, and two signals, each half negative."""
    rng = np.random.default_rng(seed)
    time = np.cumsum(rng.exponential(0.01, COUNT))
    positive = rng.random(COUNT) < 0.5
    signals = {
        name: np.where(positive, rng.normal(0.7, 0.05, COUNT), rng.normal(0.3, 0.05, COUNT))
        for name in ("CD3", "CD4")
    }
    return time, signals


def judged(time: Floats, signals: dict[str, Floats]) -> Steadiness:
    return steadiness(time, signals, limit=6.0, least=0.02, slice_events=500, slowing=3.0)


def test_a_steady_tube_keeps_every_event() -> None:
    for seed in range(10):
        seen = judged(*tube(seed))
        assert seen.share_removed == 0.0
        assert seen.removed == ()


def test_a_clog_is_left_out() -> None:
    time, signals = tube(1)
    steps = np.diff(time, prepend=0.0)
    steps[10_000:12_000] *= 10
    seen = judged(np.cumsum(steps), signals)
    assert not seen.kept[10_000:12_000].any()
    assert seen.share_removed == pytest.approx(0.05, abs=0.03)
    (stretch,) = seen.removed
    assert stretch.why is Why.STOPPED
    (finding,) = seen.findings("tube.fcs")
    assert finding.rule == "flow-unsteady"


def test_a_rush_is_left_out() -> None:
    time, signals = tube(1)
    steps = np.diff(time, prepend=0.0)
    steps[20_000:24_000] /= 10
    seen = judged(np.cumsum(steps), signals)
    assert seen.removed[0].why is Why.RUSHED
    assert seen.share_removed == pytest.approx(0.10, abs=0.03)


@pytest.mark.parametrize("stretch", [(8_000, 12_000), (22_000, COUNT), (0, 14_000)])
def test_a_shift_of_one_signal_is_left_out_and_named(stretch: tuple[int, int]) -> None:
    time, signals = tube(2)
    signals["CD4"][slice(*stretch)] += 0.12
    seen = judged(time, signals)
    assert not seen.kept[slice(*stretch)].any()
    assert seen.share_removed == pytest.approx((stretch[1] - stretch[0]) / COUNT, abs=0.03)
    assert {(one.why, one.channels) for one in seen.removed} == {(Why.SHIFTED, ("CD4",))}


def test_a_short_run_between_two_shifts_goes_with_them() -> None:
    time, signals = tube(2)
    signals["CD4"][8_000:10_000] += 0.12
    signals["CD4"][11_000:13_000] += 0.12
    seen = judged(time, signals)
    assert len(seen.removed) == 1
    assert not seen.kept[10_000:11_000].any()


def test_a_certain_shift_that_does_not_matter_is_kept() -> None:
    time, signals = tube(3)
    signals = {name: 0.05 * one for name, one in signals.items()}
    signals["CD3"][8_000:12_000] += 0.015
    assert judged(time, signals).share_removed == 0.0


def test_a_time_that_runs_backwards_is_told() -> None:
    time, signals = tube(4)
    time[20_000:] -= time[20_000]
    seen = judged(time, signals)
    assert seen.resets == 1
    assert seen.share_removed == 0.0
    assert [finding.rule for finding in seen.findings("tube.fcs")] == ["flow-time-runs-back"]


@pytest.mark.parametrize(
    ("time", "told"),
    [
        (np.arange(4_000.0), "4000 events make 8 slices, at least 10 are needed"),
        (np.zeros(0), "0 events make 0 slices, at least 10 are needed"),
        (np.full(9_000, 3.0), "the time does not pass"),
    ],
)
def test_what_cannot_be_judged_is_kept_and_says_why(time: Floats, told: str) -> None:
    seen = judged(time, {"CD3": np.zeros(time.size)})
    assert seen.told == told
    assert seen.kept.all()
    assert seen.share_removed == 0.0
