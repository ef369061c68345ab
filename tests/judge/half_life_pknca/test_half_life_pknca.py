"""The terminal half-life against the results of another program."""

from __future__ import annotations

import pytest

from reinfuse.kinetics.terminal_half_life import (
    NotEstimable,
    TerminalHalfLife,
    terminal_half_life,
)

LONGER = (0, 1, 2, 3), (1, 0.5, 0.25, 0.1251)


def found(times: tuple[float, ...], values: tuple[float, ...], *, with_peak: bool) -> float:
    half_life = terminal_half_life(times, values, with_peak=with_peak)
    assert isinstance(half_life, TerminalHalfLife)
    return half_life.half_life


def test_a_straight_fall_has_the_half_life_that_it_was_made_with() -> None:
    assert found((0, 1, 2), (1, 0.5, 0.25), with_peak=True) == pytest.approx(1, abs=5e-7)


@pytest.mark.parametrize(("with_peak", "half_life"), [(True, 1.000346), (False, 1.000577)])
def test_the_peak_may_or_may_not_begin_the_window(with_peak: bool, half_life: float) -> None:
    assert found(*LONGER, with_peak=with_peak) == pytest.approx(half_life, abs=5e-7)


@pytest.mark.parametrize(
    ("times", "values", "words"),
    [
        ((0, 1, 2), (1, 0.5, 0.25), "3 are needed"),
        ((0, 1, 2), (0, 0, 0), "no value above zero"),
        ((0, 1, 2, 3), (9, 1, 2, 4), "do not fall"),
    ],
)
def test_where_there_is_no_half_life_it_says_why(
    times: tuple[float, ...], values: tuple[float, ...], words: str
) -> None:
    answer = terminal_half_life(times, values)
    assert isinstance(answer, NotEstimable)
    assert words in answer.why
