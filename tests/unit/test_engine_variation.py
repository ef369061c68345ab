"""Patients who differ: as much as asked, and each the same whoever else is drawn."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from reinfuse.engine.language import read_model
from reinfuse.engine.variation import can_vary, normal_draws, varied

MODEL = read_model("""
model spread
time in d from 0
parameter k = 2 in 0 ..
parameter share = 0.9 in 0 .. 1
parameter below = -4
parameter nothing = 0
parameter full = 1 in 0 .. 1
state A = 1
rate A = -k*A*share*full - nothing - below
""")
MANY = 40_000


def rows(count: int) -> np.ndarray:
    return np.tile([one.value for one in MODEL.parameters], (count, 1))


def test_draws_are_standard_normal() -> None:
    drawn = np.sort(normal_draws(1, "k", 0, MANY))
    expected = [NormalDist().cdf(one) for one in drawn.tolist()]
    distance = np.abs(np.arange(1, MANY + 1) / MANY - expected).max()
    assert distance < 1.95 / math.sqrt(MANY)  # Kolmogorov's bound at 0.1 %


def test_draws_of_two_names_seeds_or_neighbours_have_nothing_to_do_with_each_other() -> None:
    one = normal_draws(1, "k", 0, MANY)
    for other in (
        normal_draws(1, "share", 0, MANY), normal_draws(2, "k", 0, MANY),
        normal_draws(1, "k", 1, MANY + 1),
    ):  # fmt: skip
        assert abs(np.corrcoef(one, other)[0, 1]) < 4 / math.sqrt(MANY)


@pytest.mark.parametrize(("first", "last"), [(0, 1), (1, 2), (3, 3), (7, 1000), (998, 1000)])
def test_a_piece_is_a_piece_of_the_whole(first: int, last: int) -> None:
    whole = normal_draws(9, "k", 0, 1000)
    assert np.array_equal(normal_draws(9, "k", first, last), whole[first:last])


def test_the_usual_value_is_the_median_and_the_spread_a_coefficient_of_variation() -> None:
    drawn = varied(MODEL, rows(MANY), {"k": 0.5, "below": 0.2}, seed=1)
    k, below = drawn[:, 0], drawn[:, 2]
    assert np.median(k) == pytest.approx(2, rel=0.02)
    assert k.std() / k.mean() == pytest.approx(0.5, rel=0.03)
    assert np.median(below) == pytest.approx(-4, rel=0.02)
    assert below.max() < 0
    assert (drawn[:, [1, 3, 4]] == rows(MANY)[:, [1, 3, 4]]).all()


def test_a_patient_does_not_depend_on_pieces_nor_on_what_else_varies() -> None:
    """Also where draws outside of the range are repeated, which `share` and `full` need."""
    spread = {"k": 0.3, "share": 0.5, "full": 0.8}
    whole = varied(MODEL, rows(1000), spread, seed=3)
    pieces = [
        varied(MODEL, rows(last - first), spread, seed=3, first=first)
        for first, last in ((0, 1), (1, 300), (300, 999), (999, 1000))
    ]
    assert np.array_equal(np.concatenate(pieces), whole)
    alone = varied(MODEL, rows(1000), {"share": 0.5}, seed=3)
    assert np.array_equal(alone[:, 1], whole[:, 1])
    assert ((whole[:, [1, 4]] > 0) & (whole[:, [1, 4]] <= 1)).all()
    assert (whole[:, 1] > 0.9).any()


def test_zero_and_the_ends_of_a_range_have_nothing_around_them() -> None:
    assert {one.name: can_vary(one, one.value) for one in MODEL.parameters} == {
        "k": True, "share": True, "below": True, "nothing": False, "full": False,
    }  # fmt: skip


def test_rows_that_are_given_stay_as_they_are() -> None:
    given = rows(5)
    varied(MODEL, given, {"k": 1.0}, seed=1)
    assert np.array_equal(given, rows(5))


def test_any_spread_can_be_drawn() -> None:
    """Of the largest too, as far as the range of a parameter lets it."""
    drawn = varied(MODEL, rows(50), {"share": 1e308}, seed=1)[:, 1]
    assert ((drawn >= 0) & (drawn <= 1)).all()
    assert len(set(drawn.tolist())) > 40
