"""A clone that may have died out: how likely, and how many cells if it has not."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.mechanism.extinction import cells_if_living, chance_gone, living_cells


@pytest.mark.parametrize(("left", "gone"), [(0.0, 1.0), (1e9, 0.0), (np.log(2), 0.5), (-1e-9, 1.0)])
def test_the_chance_follows_from_what_is_left(left: float, gone: float) -> None:
    assert chance_gone(left) == pytest.approx(gone)


# Expected cells, left: cells of a clone that lives.
@pytest.mark.parametrize(
    ("cells", "left", "living"),
    [(1e10, 1e10, 1e10), (1e-3, 1e-5, 100.0), (0.1, 0.1, 1.0508), (1e-30, 1e-30, 1.0),
     (0.0, 0.0, 1.0)],
)  # fmt: skip
def test_a_clone_that_lives_has_at_least_a_cell(cells: float, left: float, living: float) -> None:
    assert cells_if_living(cells, left) == pytest.approx(living, rel=1e-3)


def test_the_mean_over_all_clones_is_what_the_model_expects() -> None:
    cells, left = np.geomspace(1, 1e8, 30), np.geomspace(0.05, 50, 30)
    mean = (1 - chance_gone(left)) * cells_if_living(cells, left)
    assert mean == pytest.approx(cells, rel=1e-9)


def test_each_patient_has_luck_of_their_own() -> None:
    left = np.array([[5.0, 1.0, 0.2], [5.0, 1.0, 0.2]])
    found = living_cells([[1e9, 10.0, 50.0]] * 2, left, [0.5, 0.99])
    assert found[0, 2] == 0
    assert (found[0, :2] > 0).all()
    assert (found[1] > 0).all()


def test_a_clone_that_is_gone_does_not_come_back() -> None:
    """What the model puts down to rounding, or to cells that joined it, is not a return."""
    found = living_cells([[9.0, 0.1, 1e9]], [[2.0, 0.05, 40.0]], [0.5])
    assert (found[0, 0] > 0, found[0, 1], found[0, 2]) == (True, 0, 0)


def test_as_many_patients_lose_the_clone_as_the_chance_says() -> None:
    luck = np.random.default_rng(3).uniform(size=20_000)
    left = np.tile([3.0, 0.7], (20_000, 1))
    gone = (living_cells(np.full((20_000, 2), 10.0), left, luck) == 0).mean(0)
    assert gone == pytest.approx(np.exp([-3.0, -0.7]), abs=0.014)
