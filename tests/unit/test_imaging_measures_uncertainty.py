"""How far sizes may be off: causes, intervals, and how often they hold the truth; and sums."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.measures import Measured, NoTotals, Totals, measure, total
from reinfuse.imaging.measures.otherwise import MOST_GROWTH, behind
from reinfuse.imaging.volume import Grid, Volume
from reinfuse.source import Standing
from tests.unit.imaging_measures_phantom import (
    UPRIGHT,
    behind_threshold,
    blurred,
    grid_about,
    smooth,
    turned,
)

CUBES = (4.0, 4.0, 4.0)
FAINT_MM = (16.0, 24.0, 46.0)


@pytest.fixture(scope="module")
def volume() -> Volume:
    return smooth((30.0, 40.0, 60.0), turned(1), grid_about(50.0, CUBES, UPRIGHT))


def measured_at(volume: Volume, share: float, psf_mm: float | None = None) -> Measured:
    threshold = share * float(volume.values.max())
    return measure(volume, behind_threshold(volume, threshold), psf_mm=psf_mm)


def test_the_interval_holds_the_size_and_is_our_own_rule(volume: Volume) -> None:
    found = measured_at(volume, 0.41, psf_mm=6.0)
    intervals = [*found.uncertainty.axes_mm, found.uncertainty.volume_ml]
    for interval, size in zip(intervals, [*found.calipers.mm, found.volume_ml], strict=True):
        assert 0 <= interval.low < size < interval.high
    assert found.uncertainty.rule.standing is Standing.OURS
    assert found.uncertainty.words == (
        "threshold 41 or 50 % of maximum or half-way to background, half a voxel, "
        "resolution 6 mm [our own choice]"
    )


def test_what_is_not_known_is_said_and_not_counted(volume: Volume) -> None:
    by_hand = replace(behind_threshold(volume), method=Method(name="by hand"))
    found = measure(volume, by_hand).uncertainty
    assert found.left_out == ("where the border was drawn", "the resolution of the scan")
    assert found.words.startswith("half a voxel; not counted: where the border was drawn, the")


def test_causes_add_as_squares_on_either_side(volume: Volume) -> None:
    found = measured_at(volume, 0.41, psf_mm=6.0)
    size = found.calipers.long.mm
    long = [cause.axes_mm[2] for cause in found.uncertainty.causes]
    below = np.sqrt(sum((size - interval.low) ** 2 for interval in long))
    above = np.sqrt(sum((interval.high - size) ** 2 for interval in long))
    assert found.uncertainty.axes_mm[2].low == pytest.approx(size - below)
    assert found.uncertainty.axes_mm[2].high == pytest.approx(size + above)


def test_the_threshold_cause_spans_41_percent_and_half_way_to_the_background(
    volume: Volume,
) -> None:
    high = measured_at(volume, 0.41)
    # The plain twin of the shell: the way from every voxel to every voxel of the mask.
    inside = np.argwhere(high.lesion.whole)
    outside = np.argwhere(~high.lesion.whole)
    ways = np.array([np.linalg.norm(4.0 * (inside - one), axis=1).min() for one in outside])
    shell = outside[(ways > 10.0) & (ways <= 20.0)]
    background = float(np.median(volume.values[tuple(shell.T)]))
    top = float(volume.values.max())
    low = measured_at(volume, (top + background) / 2 / top)
    cause = high.uncertainty.causes[0]
    assert cause.volume_ml.low == pytest.approx(low.volume_ml)
    assert cause.volume_ml.high == pytest.approx(high.volume_ml)
    assert cause.axes_mm[2].low == pytest.approx(low.calipers.long.mm)
    assert cause.axes_mm[2].high == pytest.approx(high.calipers.long.mm)


def test_where_no_background_is_seen_it_spans_41_and_50_percent(volume: Volume) -> None:
    whole = behind_threshold(volume, 0.0)
    mask = np.ones(volume.grid.shape, bool)
    mask[0, 0, 0] = False  # all that is left of the surroundings
    found = measure(volume, replace(whole, mask=mask)).uncertainty
    assert found.causes[0].name == "threshold 41 or 50 % of maximum"
    assert "the background around it" in found.left_out
    assert found.causes[0].volume_ml.low == pytest.approx(measured_at(volume, 0.50).volume_ml)


def test_half_a_voxel_is_that_of_the_direction() -> None:
    volume = smooth((20.0, 30.0, 60.0), np.eye(3), grid_about(45.0, (5.0, 3.0, 2.0), UPRIGHT))
    found = measure(volume, behind_threshold(volume))
    voxels = found.uncertainty.causes[1]
    halves = [(interval.high - interval.low) / 2 for interval in voxels.axes_mm]
    assert halves == pytest.approx([1.0, 1.5, 2.5], abs=0.05)  # short in x, middle in y, long in z


def test_a_lesion_of_the_size_of_the_blur_may_be_a_point() -> None:
    volume = smooth((8.0, 8.0, 8.0), np.eye(3), grid_about(20.0, (2.0, 2.0, 2.0), UPRIGHT))
    found = measure(volume, behind_threshold(volume), psf_mm=8.5)
    assert found.uncertainty.axes_mm[0].low == 0
    assert found.uncertainty.volume_ml.low == 0


@pytest.mark.parametrize("psf_mm", [0.0, -6.0, 600.0, float("nan")])
def test_a_resolution_that_cannot_be_is_refused(volume: Volume, psf_mm: float) -> None:
    with pytest.raises(ReinfuseError, match=r"resolution of .* mm cannot be"):
        measured_at(volume, 0.41, psf_mm=psf_mm)


def test_a_lower_threshold_grows_by_two_voxels_and_no_more(volume: Volume) -> None:
    lesion = behind_threshold(volume, 9.0)
    flooded = behind(volume, lesion, 0.0)
    index = np.argwhere(lesion.whole)
    reached = np.argwhere(flooded.whole)
    assert (index.min(axis=0) - reached.min(axis=0) == MOST_GROWTH).all()
    assert (reached.max(axis=0) - index.max(axis=0) == MOST_GROWTH).all()
    assert (flooded.whole | ~lesion.whole).all()


def test_a_lower_threshold_stays_in_the_scan() -> None:
    grid = Grid(shape=(4, 5, 6), origin=np.zeros(3), steps=4.0 * UPRIGHT)
    values = np.full(grid.shape, 5.0, np.float32)
    values[0, 0, 0] = 10.0
    volume = Volume(values=values, grid=grid, unit="SUV")
    flooded = behind(volume, behind_threshold(volume, 8.0), 4.0)
    assert flooded.voxels == 27
    assert flooded.corner == (0, 0, 0)


def test_a_higher_threshold_keeps_the_piece_with_the_maximum() -> None:
    grid = Grid(shape=(5, 5, 12), origin=np.zeros(3), steps=4.0 * UPRIGHT)
    values = np.ones(grid.shape, np.float32)
    values[2, 2, 2:10] = [9, 9, 5, 5, 5, 10, 10, 10]
    volume = Volume(values=values, grid=grid, unit="SUV")
    smaller = behind(volume, behind_threshold(volume, 4.0), 8.0)
    assert smaller.voxels == 3
    assert behind(volume, behind_threshold(volume, 4.0), 50.0).voxels == 1


def test_a_filled_hole_stays_filled_behind_another_threshold() -> None:
    grid = Grid(shape=(9, 9, 9), origin=np.zeros(3), steps=4.0 * UPRIGHT)
    mask = np.zeros(grid.shape, bool)
    mask[1:8, 1:8, 1:8] = True
    values = np.where(mask, 10.0, 1.0).astype(np.float32)
    values[4, 4, 4] = 1.0
    volume = Volume(values=values, grid=grid, unit="SUV")
    filled = replace(behind_threshold(volume, 5.0), mask=mask)
    assert behind(volume, filled, 6.0).voxels == 343


def test_intervals_hold_the_truth_of_blurred_ellipsoids() -> None:
    """Twelve scans of two lesions; 48 lengths and volumes, of which 46 have to be held."""
    held = 0
    for number, (axes, size) in enumerate(
        (axes, size)
        for axes in ((20.0, 24.0, 36.0), (14.0, 16.0, 20.0))
        for size in (4.0, 5.5)
        for _ in range(3)
    ):
        psf_mm = (4.0, 6.0, 8.0)[number % 3]
        grid = grid_about(32.0, (size, size, size), UPRIGHT)
        volume = blurred(axes, turned(number), grid, psf_mm=psf_mm, seed=number)
        found = measured_at(volume, 0.41, psf_mm=psf_mm)
        true = (*axes, np.pi / 6 * np.prod(axes) / 1000)
        intervals = (*found.uncertainty.axes_mm, found.uncertainty.volume_ml)
        held += sum(
            interval.low <= value <= interval.high
            for interval, value in zip(intervals, true, strict=True)
        )
    assert held >= 46


def test_intervals_hold_the_truth_of_a_faint_lesion() -> None:
    """SUV 4.5 in 1.3: 41 % of the maximum lies outside its border, and so does 50 %."""
    held = 0
    for number in range(6):
        volume = blurred(
            FAINT_MM, turned(number), grid_about(40.0, CUBES, UPRIGHT), psf_mm=6.0, seed=number
        )
        values = np.float32(1.3) + np.float32(3.2 / 9.0) * (volume.values - 1)
        found = measured_at(replace(volume, values=values), 0.41, psf_mm=6.0)
        held += sum(
            interval.low <= mm <= interval.high
            for interval, mm in zip(found.uncertainty.axes_mm, FAINT_MM, strict=True)
        )
    assert held >= 17  # of 18


def box(label: str, low: int, high: int, grid: Grid) -> Delineated:
    """Voxels `low` to `high` of the middle column of a small scan."""
    return Delineated(
        label=label,
        grid=grid,
        corner=(low, 2, 2),
        mask=np.ones((high - low, 1, 1), bool),
        method=Method(name="hand"),
    )


@pytest.fixture(scope="module")
def small() -> Volume:
    grid = Grid(shape=(20, 5, 5), origin=np.zeros(3), steps=5.0 * UPRIGHT)
    values = np.zeros(grid.shape, np.float32)
    values[:, 2, 2] = np.arange(20)
    return Volume(values=values, grid=grid, unit="SUV")


def test_sums_are_over_lesions(small: Volume) -> None:
    both = [measure(small, box("A", 1, 4, small.grid)), measure(small, box("B", 8, 10, small.grid))]
    found = total(both)
    assert isinstance(found, Totals)
    assert (found.lesions, found.hottest, found.max) == (2, "B", 9.0)
    assert found.volume_ml == pytest.approx(5 * 0.125)
    assert found.tlg_ml == pytest.approx((1 + 2 + 3 + 8 + 9) * 0.125)
    assert found.interval_ml.low == pytest.approx(
        sum(one.uncertainty.volume_ml.low for one in both)
    )
    assert found.methods == ("hand",)


def test_no_lesion_is_a_volume_of_nothing() -> None:
    found = total([])
    assert isinstance(found, Totals)
    assert (found.lesions, found.volume_ml, found.tlg_ml, found.max) == (0, 0, 0, None)


def test_what_would_count_twice_or_mix_is_not_summed(small: Volume) -> None:
    one = measure(small, box("A", 1, 4, small.grid))
    other = measure(small, box("B", 3, 6, small.grid))
    assert total([one, other]) == NoTotals(reason="lesions A and B have 1 voxel in common")
    ct = replace(small, unit="HU")
    assert total([one, measure(ct, box("C", 8, 9, small.grid))]) == NoTotals(
        reason="a lesion was measured on CT and has no uptake"
    )
    lean = replace(small, unit="g/ml{SUVlbm}")
    mixed = total([one, measure(lean, box("C", 8, 9, small.grid))])
    assert mixed == NoTotals(reason="uptake is in different units: SUV, g/ml{SUVlbm}")
    away = Grid(shape=small.grid.shape, origin=np.ones(3), steps=small.grid.steps)
    elsewhere = measure(replace(small, grid=away), box("D", 8, 9, away))
    assert total([one, elsewhere]) == NoTotals(reason="lesions A and D lie on different series")
