"""Calipers against looking at every pair and every direction."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from reinfuse.imaging.measures.calipers import calipers_of, farthest_pair, hull_of
from reinfuse.imaging.measures.extents import longest_across
from reinfuse.imaging.volume import Floats


def cloud(seed: int, count: int = 60, axes: int = 3) -> Floats:
    """Points that fill a shape which is long, bent and not the same on both sides."""
    chance = np.random.default_rng(seed)
    points = chance.normal(size=(count, axes)) * chance.uniform(1, 10, axes)
    points[:, 0] += 0.1 * points[:, 1] ** 2
    return points + chance.normal(size=axes) * 300


def longest_pair(points: Floats) -> tuple[float, Floats]:
    """The longest distance, and the way between its ends, by looking at every pair."""
    ways = [other - one for one in points for other in points]
    return max(((float(np.linalg.norm(way)), way) for way in ways), key=lambda pair: pair[0])


@pytest.mark.parametrize("seed", range(8))
def test_three_lengths_are_those_of_every_pair_looked_at(seed: int) -> None:
    points = cloud(seed)
    long, along = longest_pair(points)
    along = along / long
    flat = points - np.outer(points @ along, along)
    middle, across = longest_pair(flat)
    last = np.cross(along, across / middle)
    short = float(np.ptp(points @ last))
    assert calipers_of(points).mm == pytest.approx((short, middle, long))


@pytest.mark.parametrize("seed", range(4))
def test_lengths_are_at_right_angles_and_in_order(seed: int) -> None:
    found = calipers_of(cloud(seed, count=500))
    ways = np.stack([kind.direction for kind in (found.short, found.middle, found.long)])
    assert ways @ ways.T == pytest.approx(np.eye(3), abs=1e-9)
    assert found.short.mm <= found.middle.mm <= found.long.mm


def test_the_middle_length_is_the_widest_across_the_long_one() -> None:
    points = cloud(11, count=300)
    found = calipers_of(points)
    around = np.linspace(0, np.pi, 2001)
    ways = np.outer(np.cos(around), found.middle.direction)
    ways += np.outer(np.sin(around), found.short.direction)
    widths = np.ptp(points @ ways.T, axis=0)
    assert widths.max() == pytest.approx(found.middle.mm)


@pytest.mark.parametrize("count", [2, 3, 700, 1500])
def test_the_farthest_pair_is_found_among_many(count: int) -> None:
    """Points on a ball leave nothing to be set aside, and more than one piece is looked at."""
    points = np.random.default_rng(count).normal(size=(count, 3))
    points *= 20.0 / np.linalg.norm(points, axis=1, keepdims=True)
    first, second = farthest_pair(points)
    apart = np.linalg.norm(points[:, None] - points[None], axis=-1)
    assert np.linalg.norm(points[first] - points[second]) == pytest.approx(apart.max())


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (np.array([[1.0, 2.0, 3.0]]), (0.0, 0.0, 0.0)),
        (np.array([[0.0, 0.0, 0.0], [3.0, 4.0, 0.0]]), (0.0, 0.0, 5.0)),
        (np.array([[0.0, 0, 0], [4, 0, 0], [4, 2, 0], [0, 2, 0]]), (0.0, 3.577709, 4.472136)),
    ],
    ids=["point", "line", "plate"],
)
def test_flat_things_have_lengths_too(points: Floats, expected: tuple[float, float, float]) -> None:
    assert calipers_of(points).mm == pytest.approx(expected, abs=1e-6)


def chord_at(hull: Floats, along: Floats, place: float) -> float:
    """How long the line across a polygon is at one place, edge by edge."""
    right = along / np.linalg.norm(along)
    flat = np.stack([hull @ right, hull @ np.array([-right[1], right[0]])], axis=1)
    heights = []
    for one, other in pairwise([*flat, flat[0]]):
        low, high = sorted((one[0], other[0]))
        if low <= place <= high and high > low:
            share = (place - one[0]) / (other[0] - one[0])
            heights.append(one[1] + share * (other[1] - one[1]))
    return max(heights) - min(heights)


@pytest.mark.parametrize("seed", range(8))
def test_the_line_across_is_the_longest_of_many(seed: int) -> None:
    hull = hull_of(cloud(seed, axes=2))
    first, second = farthest_pair(hull)
    along = hull[second] - hull[first]
    ends = longest_across(hull, along)
    length = float(np.linalg.norm(ends[1] - ends[0]))
    assert (ends[1] - ends[0]) @ along == pytest.approx(0, abs=1e-6)
    reach = hull @ along / np.linalg.norm(along)
    inner = np.linspace(reach.min(), reach.max(), 3001)[1:-1]
    longest = max(chord_at(hull, along, place) for place in inner)
    assert longest <= length + 1e-9
    assert longest == pytest.approx(length, rel=0.002)
