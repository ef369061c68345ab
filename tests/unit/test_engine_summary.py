"""Quantiles from bins: as near as promised, whatever the values, and the same in any order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.engine.summary import Summary, merged, no_summary, quantiles, summary_of
from reinfuse.errors import ReinfuseError

SHARES = (0.0, 0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999, 1.0)
ROUNDING = 1 + 1e-9
Draw = Callable[[np.random.Generator, tuple[int, ...]], NDArray[np.float64]]
SETS: dict[str, Draw] = {
    "log-normal of a narrow spread": lambda chance, size: chance.lognormal(3, 0.1, size),
    "log-normal over thirty powers of ten": lambda chance, size: chance.lognormal(0, 15, size),
    "Pareto without a mean": lambda chance, size: chance.pareto(0.5, size),
    "Cauchy, of both signs": lambda chance, size: chance.standard_cauchy(size),
    "mostly zero": lambda chance, size: chance.lognormal(0, 2, size) * (chance.random(size) < 0.3),
    "whole numbers": lambda chance, size: chance.integers(-3, 4, size).astype(float),
    "from the smallest to the largest number": lambda chance, size: np.exp(
        chance.uniform(-744, 709, size)
    ),
    "one value": lambda chance, size: np.full(size, -7.25),
}


def same(one: Summary, other: Summary) -> bool:
    return (one.shape, one.error) == (other.shape, other.error) and all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name in {"low", "high"})
        for name in ("keys", "counts", "low", "high", "counted", "missing")
    )


@pytest.mark.parametrize("error", [0.0005, 0.005, 0.05])
@pytest.mark.parametrize("name", SETS)
def test_quantiles_are_as_near_as_promised(name: str, error: float) -> None:
    values = SETS[name](np.random.default_rng(3), (3001, 2, 3))
    exact = np.quantile(values, SHARES, axis=0, method="lower")
    found = quantiles(summary_of(values, error=error), SHARES)
    assert found.shape == (len(SHARES), 2, 3)
    assert (np.abs(found - exact) <= error * ROUNDING * np.abs(exact)).all()


def test_the_lowest_the_highest_and_the_count_are_exact() -> None:
    values = np.random.default_rng(4).standard_cauchy((500, 7))
    found = summary_of(values)
    assert np.array_equal(found.low, values.min(0))
    assert np.array_equal(found.high, values.max(0))
    assert np.array_equal(quantiles(found, (0, 1)), [values.min(0), values.max(0)])
    assert found.counted.tolist() == [500] * 7


def test_what_is_no_finite_number_is_counted_apart() -> None:
    values = np.asarray([[1.0, np.nan], [np.nan, np.inf], [-np.inf, np.nan], [3.0, np.nan]])
    found = summary_of(values)
    assert found.counted.tolist() == [2, 0]
    assert found.missing.tolist() == [2, 4]
    assert quantiles(found, (0.0, 1.0))[:, 0].tolist() == [1.0, 3.0]
    assert np.isnan(quantiles(found, SHARES)[:, 1]).all()
    assert np.isnan([found.low[1], found.high[1]]).all()


def test_merging_in_any_order_gives_the_same_as_all_at_once() -> None:
    chance = np.random.default_rng(5)
    values = chance.lognormal(0, 4, (1000, 2, 2)) * np.sign(chance.standard_normal((1000, 2, 2)))
    values[::7, 0, 1] = np.nan
    values[:250, 1, 1] = np.nan  # a whole part without one number
    parts = [summary_of(part) for part in np.split(values, [1, 250, 600])]
    whole = summary_of(values)
    for order in ((0, 1, 2, 3), (3, 1, 0, 2), (2, 3, 1, 0)):
        found = no_summary((2, 2))
        for place in order:
            found = merged(found, parts[place])
        assert same(found, whole)
    assert same(merged(merged(parts[0], parts[1]), merged(parts[3], parts[2])), whole)


def test_memory_does_not_grow_with_the_number_of_values() -> None:
    chance = np.random.default_rng(6)
    found = no_summary((1,))
    sizes = []
    for _ in range(20):
        found = merged(found, summary_of(chance.uniform(1, 1000, (20_000, 1))))
        sizes.append(len(found.keys))
    assert found.counted.tolist() == [400_000]
    assert sizes[-1] <= np.ceil(np.log(1000) / np.log(1.005 / 0.995)) + 1
    assert sizes[-1] - sizes[9] <= 10  # only rare bins, of the lowest values, are still new


def test_numbers_of_32_bits_are_taken_as_they_are() -> None:
    values = np.random.default_rng(7).lognormal(20, 3, (400, 5)).astype(np.float32)
    assert same(summary_of(values), summary_of(values.astype(np.float64)))


def test_what_was_given_is_not_changed() -> None:
    values = np.asarray([[3.0], [np.nan], [-1.0]])
    kept = values.copy()
    first = summary_of(values)
    counts = first.counts.copy()
    merged(first, first)
    assert np.array_equal(values, kept, equal_nan=True)
    assert np.array_equal(first.counts, counts)


def test_nobody_has_no_quantiles() -> None:
    found = summary_of(np.zeros((0, 3)))
    assert np.isnan(quantiles(found, (0.5,))).all()
    assert found.missing.tolist() == [0, 0, 0]


def test_what_does_not_fit_is_refused_in_words() -> None:
    with pytest.raises(ReinfuseError, match="do not add up"):
        merged(no_summary((2,)), no_summary((3,)))
    with pytest.raises(ReinfuseError, match=r"at 0\.01 do not add up"):
        merged(no_summary((2,)), no_summary((2,), error=0.01))
    with pytest.raises(ReinfuseError, match="relative error of 0"):
        no_summary((1,), error=0)
    with pytest.raises(ReinfuseError, match=r"1\.5 is no share"):
        quantiles(no_summary((1,)), (1.5,))
