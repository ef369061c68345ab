"""What was learned, in words and as widths."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.estimation.whitened import (
    Direction,
    Narrowed,
    NotNarrowed,
    WhitenedFit,
    fit_whitened,
    learned_from,
    narrowed,
)
from tests.unit.whitened_problems import Measured

NAMES = ("access of lesion 1", "killing in lesion 1", "growth")


def _fit_of_sum() -> WhitenedFit:
    ways = np.array([[1.0], [1.0], [0.0]])
    fit = fit_whitened(Measured(ways, np.array([0.05]), np.array([1.0])), np.random.default_rng(0))
    assert isinstance(fit, WhitenedFit)
    return fit


def test_a_pair_known_by_its_product_alone_is_said_as_a_product() -> None:
    learned = learned_from(NAMES, _fit_of_sum().chains.reshape(-1, 3))
    assert [str(way) for way in learned.directions] == [
        "access of lesion 1 x killing in lesion 1"
    ] or [str(way) for way in learned.directions] == ["killing in lesion 1 x access of lesion 1"]
    # Sum of two unit normals measured to 0.05: the way of unit length is known to 0.05 / sqrt 2.
    assert learned.directions[0].sd == pytest.approx(0.0353, rel=0.1)
    # Each alone keeps 1 / sqrt 2 of its spread, which is below 0.8; the third keeps all.
    assert learned.informed == NAMES[:2]
    assert learned.latents[2].sd == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("loadings", "words"),
    [
        ((0.7, 0.7, 0.1), "access of lesion 1 x killing in lesion 1"),
        ((0.75, -0.65, 0.1), "access of lesion 1 / killing in lesion 1"),
        ((0.1, 0.2, 0.97), "growth"),
        ((0.4, 0.1, 0.9), "growth (0.9) x access of lesion 1 (0.4)"),
        ((0.8, -0.4, 0.45), "access of lesion 1 (0.8) x growth (0.5) / killing in lesion 1 (0.4)"),
    ],
)
def test_a_direction_is_said_with_its_large_loadings(
    loadings: tuple[float, ...], words: str
) -> None:
    assert str(Direction(sd=0.3, names=NAMES, loadings=np.array(loadings))) == words


def test_a_quantity_that_halves_its_range_is_left_with_half() -> None:
    even = np.linspace(0.0, 1.0, 1001)
    found = narrowed(even, 0.25 + 0.5 * even)
    assert isinstance(found, Narrowed)
    assert found.left == pytest.approx(0.5, abs=0.01)
    assert found.informed
    assert found.prior == pytest.approx((0.05, 0.95))


def test_values_beyond_the_range_do_not_spoil_it() -> None:
    values = np.append(np.linspace(0.0, 1.0, 1000), [np.inf] * 10)
    assert isinstance(narrowed(values, values), Narrowed)


@pytest.mark.parametrize(
    "prior",
    [np.ones(100), np.array([1.0, 2.0]), np.append(np.ones(50), np.nan), np.full(50, np.inf)],
    ids=["no range", "too few", "no value", "no end"],
)
def test_no_width_says_why(prior: np.ndarray) -> None:
    found = narrowed(prior, np.linspace(0.0, 1.0, 50))
    assert isinstance(found, NotNarrowed)
    assert found.why
