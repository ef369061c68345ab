"""Sizes of ellipsoids that are known, and what measuring says where it cannot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.following.inputs import sul_peak_of
from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.measures import InSlice, NoInSlice, NoUptake, Uptake, measure
from reinfuse.imaging.measures.measured import in_ml
from reinfuse.imaging.volume import Grid, Mask, Volume
from tests.unit.imaging_measures_phantom import (
    UPRIGHT,
    behind_threshold,
    blurred,
    by_hand,
    grid_about,
    smooth,
    turned,
)

AXES = (35.0, 47.0, 90.0)
VOLUME_ML = np.pi / 6 * np.prod(AXES) / 1000
CUBES = [(2.0, 2.0, 2.0), (4.0, 4.0, 4.0), (5.5, 5.5, 5.5)]
FLAT = (3.0, 4.07, 4.07)

# Faces of a mesh cut corners: what is lost at an end grows with the square of the voxel, divided by
# how the surface is bent there, 7 to 12 mm in radius at the sharp ends of this ellipsoid.
CUT_PER_MM = 0.03
CUT_OF_MOMENTS_PER_MM = 0.045  # moments weigh the ends most
CUT_OF_VOLUME_PER_MM2 = 0.001


def test_a_peak_that_comes_from_beside_the_lesion_is_told() -> None:
    mask = np.zeros((12, 12, 12), np.bool_)
    mask[4:8, 4:8, 4:8] = True
    for beside, told in ((1.0, False), (8.0, False), (30.0, True)):
        volume, lesion = ball_of(mask)
        values = volume.values.copy()
        values[4:8, 4:8, 8:] = beside
        found = measure(replace(volume, values=values), lesion)
        assert isinstance(found.uptake, Uptake)
        assert found.uptake.max == 8.0
        assert found.uptake.peak_from_outside is told
        assert (found.uptake.peak_global > 8.0001) is told
        rules = [one.rule for one in found.findings]
        assert rules == (["lesion-peak-from-outside"] if told else [])
    assert "is above" in found.findings[0].what
    assert sul_peak_of(found.uptake, 0.7) is None


def ball_of(mask: Mask, value: float = 8.0, around: float = 1.0) -> tuple[Volume, Delineated]:
    """A mask on cubes of 4 mm, hot within and cool around."""
    grid = Grid(shape=mask.shape, origin=np.zeros(3), steps=4.0 * UPRIGHT)  # type: ignore[arg-type] # three sizes
    values = np.where(mask, value, around).astype(np.float32)
    lesion = Delineated(
        label="A", grid=grid, corner=(0, 0, 0), mask=mask, method=Method(name="hand")
    )
    return Volume(values=values, grid=grid, unit="SUV"), lesion


@pytest.mark.parametrize("spacing", [*CUBES, FLAT])
@pytest.mark.parametrize("way", [np.eye(3), turned(1), turned(2)], ids=["upright", "one", "two"])
def test_every_length_of_an_ellipsoid_comes_out(
    spacing: tuple[float, float, float], way: np.ndarray
) -> None:
    volume = smooth(AXES, way, grid_about(60.0, spacing, UPRIGHT))
    found = measure(volume, behind_threshold(volume))
    square = max(spacing) ** 2
    within = 0.05 + CUT_PER_MM * square
    assert found.calipers.mm == pytest.approx(AXES, abs=within)
    assert found.ellipsoid_mm == pytest.approx(AXES, abs=0.05 + CUT_OF_MOMENTS_PER_MM * square)
    x, y, z = 2 * np.linalg.norm(way * np.array(AXES) / 2, axis=1)
    patient = found.patient
    lengths = (patient.left_right_mm, patient.front_back_mm, patient.head_foot_mm)
    assert lengths == pytest.approx((x, y, z), abs=within)
    assert found.mesh_ml == pytest.approx(VOLUME_ML, rel=CUT_OF_VOLUME_PER_MM2 * square)
    assert found.volume_ml == pytest.approx(VOLUME_ML, rel=0.01)


@pytest.mark.parametrize("spacing", CUBES)
def test_a_mask_by_hand_is_measured_to_a_voxel(spacing: tuple[float, float, float]) -> None:
    volume = smooth(AXES, turned(3), grid_about(60.0, spacing, UPRIGHT))
    found = measure(volume, by_hand(volume))
    assert found.calipers.mm == pytest.approx(AXES, abs=spacing[0])
    assert found.mesh_ml == pytest.approx(VOLUME_ML, rel=0.05)


def test_lengths_do_not_depend_on_how_the_slices_lie() -> None:
    for axes in (turned(5), -UPRIGHT, np.roll(UPRIGHT, 1, axis=0)):
        volume = smooth(AXES, turned(4), grid_about(60.0, (3.0, 4.0, 4.0), axes))
        found = measure(volume, behind_threshold(volume))
        assert found.calipers.mm == pytest.approx(AXES, abs=CUT_PER_MM * 16)
        assert found.mesh_ml == pytest.approx(VOLUME_ML, rel=CUT_OF_VOLUME_PER_MM2 * 16)


def test_calipers_point_along_the_axes_and_end_on_the_surface() -> None:
    way = turned(6)
    volume = smooth(AXES, way, grid_about(60.0, (3.0, 3.0, 3.0), UPRIGHT))
    calipers = measure(volume, behind_threshold(volume)).calipers
    for caliper, number in ((calipers.short, 0), (calipers.middle, 1), (calipers.long, 2)):
        assert abs(caliper.direction @ way[:, number]) > 0.99
        on = (caliper.ends @ way / (np.array(AXES) / 2)) ** 2
        assert on.sum(axis=1) == pytest.approx([1, 1], abs=0.02)
        reach = (caliper.ends[1] - caliper.ends[0]) @ caliper.direction
        assert reach == pytest.approx(caliper.mm, abs=1e-9)


def test_the_largest_slice_is_the_ellipse_through_the_middle() -> None:
    volume = smooth((30.0, 50.0, 80.0), np.eye(3), grid_about(50.0, (2.0, 2.0, 2.0), UPRIGHT))
    lesion = behind_threshold(volume)
    found = measure(volume, lesion).in_slice
    assert isinstance(found, InSlice)
    assert found.name == "PET extent"
    assert found.longest_mm == pytest.approx(50, abs=0.15)
    assert found.perpendicular_mm == pytest.approx(30, abs=0.15)
    assert found.product_mm2 == pytest.approx(1500, rel=0.01)
    assert found.head_foot_mm == pytest.approx(80, abs=0.15)
    middle = volume.grid.indices([0, 0, 0])[0]
    assert abs(found.slice_index - middle) <= 1
    level = volume.grid.millimetres([found.slice_index, 0, 0])[2]
    for ends, length in (
        (found.longest_ends, found.longest_mm),
        (found.perpendicular_ends, found.perpendicular_mm),
    ):
        assert ends[:, 2] == pytest.approx([level, level])
        assert np.linalg.norm(ends[1] - ends[0]) == pytest.approx(length)
    across = (found.longest_ends[1] - found.longest_ends[0]) @ (
        found.perpendicular_ends[1] - found.perpendicular_ends[0]
    )
    assert across == pytest.approx(0, abs=1e-6)


def test_two_pieces_on_one_slice_are_not_measured_across_the_gap() -> None:
    mask = np.zeros((5, 9, 20), bool)
    mask[1:4, 3:6, 2:6] = mask[1:4, 3:6, 12:18] = True
    volume, lesion = ball_of(mask)
    found = measure(volume, lesion)
    assert isinstance(found.in_slice, InSlice)
    # The larger piece is 6 x 3 voxels of 4 mm; its outline at the half cuts the corners.
    assert 20 < found.in_slice.longest_mm < 27
    assert found.calipers.long.mm > 60


def test_only_ct_makes_a_lugano_size_and_ct_has_no_uptake() -> None:
    volume = smooth((30.0, 30.0, 30.0), np.eye(3), grid_about(25.0, FLAT, UPRIGHT))
    found = measure(replace(volume, unit="HU"), by_hand(volume))
    assert isinstance(found.in_slice, InSlice)
    assert found.in_slice.name == "Lugano size (CT)"
    assert isinstance(found.uptake, NoUptake)


def test_coronal_slices_have_no_transverse_size() -> None:
    coronal = np.eye(3)[[1, 2, 0]]
    volume = smooth((30.0, 30.0, 30.0), np.eye(3), grid_about(25.0, FLAT, coronal))
    found = measure(volume, behind_threshold(volume)).in_slice
    assert found == NoInSlice(reason="the slices of this series are not transverse")


def test_a_neighbour_outside_the_mask_stays_outside() -> None:
    mask = np.zeros((9, 9, 16), bool)
    mask[3:6, 3:6, 3:6] = True
    volume, lesion = ball_of(mask)
    volume.values[3:6, 3:6, 6:12] = 9.0  # as hot, touching, and not in the mask
    lesion = replace(lesion, method=Method(name="above 4", threshold=4.0))
    alone = measure(ball_of(mask)[0], lesion)
    beside = measure(volume, lesion)
    assert beside.patient.left_right_mm == pytest.approx(alone.patient.left_right_mm, abs=2.0)
    assert beside.mesh_ml == pytest.approx(alone.mesh_ml, rel=0.2)


def test_a_filled_hole_stays_filled_and_a_hollow_one_is_not_counted() -> None:
    solid = np.zeros((11, 11, 11), bool)
    solid[2:9, 2:9, 2:9] = True
    hollow = solid.copy()
    hollow[4:7, 4:7, 4:7] = False
    volume, filled = ball_of(solid)
    volume.values[4:7, 4:7, 4:7] = 1.0
    above = Method(name="above 4", threshold=4.0)
    whole = measure(volume, replace(filled, method=above))
    shell = measure(volume, replace(filled, mask=hollow, method=above))
    assert whole.volume_ml - shell.volume_ml == pytest.approx(27 * 0.064)
    assert 0.5 * 1.728 < whole.mesh_ml - shell.mesh_ml < 2 * 1.728
    assert whole.calipers.mm == pytest.approx(shell.calipers.mm)


def test_one_voxel_has_a_size() -> None:
    mask = np.zeros((3, 3, 3), bool)
    mask[1, 1, 1] = True
    found = measure(*ball_of(mask))
    assert found.volume_ml == pytest.approx(0.064)
    assert all(0 < length <= 4.0 + 1e-9 for length in found.calipers.mm)


def test_a_lesion_at_the_edge_of_the_scan_is_told() -> None:
    mask = np.zeros((5, 9, 9), bool)
    mask[0:3, 3:6, 3:6] = True
    volume, lesion = ball_of(mask)
    for method in (lesion.method, Method(name="above 4", threshold=4.0)):
        found = measure(volume, replace(lesion, method=method))
        assert [finding.rule for finding in found.findings] == ["lesion-at-scan-edge"]
        assert found.patient.head_foot_mm > 8
    mask = np.roll(mask, 1, axis=0)
    assert measure(*ball_of(mask)).findings == ()


def test_the_crop_of_a_mask_changes_nothing() -> None:
    volume = smooth(AXES, turned(2), grid_about(60.0, (4.0, 4.0, 4.0), UPRIGHT))
    whole = behind_threshold(volume)
    corner = (3, 2, 1)
    cut = replace(whole, corner=corner, mask=whole.mask[3:, 2:, 1:])
    one, other = measure(volume, whole), measure(volume, cut)
    assert one.calipers.mm == other.calipers.mm
    assert one.uptake == other.uptake
    assert one.uncertainty == other.uncertainty


def test_uptake_is_that_of_the_voxels() -> None:
    mask = np.zeros((9, 9, 9), bool)
    mask[3:6, 3:6, 3:6] = True
    volume, lesion = ball_of(mask)
    volume.values[4, 4, 5] = 20.0
    found = measure(volume, lesion).uptake
    assert isinstance(found, Uptake)
    assert found.max == 20.0
    assert found.mean == pytest.approx((26 * 8 + 20) / 27)
    assert found.tlg_ml == pytest.approx((26 * 8 + 20) * 0.064)
    assert found.hottest_mm == (20.0, 16.0, 16.0)
    assert found.peak_local <= found.peak_global <= found.max
    assert found.words == (
        f"max 20, mean 8.44, peak {found.peak_global:.3g} (1 mL sphere), TLG 14.6 g"
    )
    assert [peak.sphere.name for peak in found.peaks] == [
        "1 mL sphere",
        "1 mL sphere, by voxel shares",
        "12 mm sphere",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mask": np.zeros((9, 9, 9), bool)}, "there is no voxel in the lesion"),
        (
            {"grid": Grid(shape=(9, 9, 9), origin=np.ones(3), steps=4.0 * UPRIGHT)},
            "drawn on other voxels",
        ),
    ],
)
def test_what_cannot_be_measured_is_said(change: dict[str, object], words: str) -> None:
    mask = np.zeros((9, 9, 9), bool)
    mask[3:6, 3:6, 3:6] = True
    volume, lesion = ball_of(mask)
    with pytest.raises(ReinfuseError, match=words):
        measure(volume, replace(lesion, **change))  # type: ignore[arg-type] # one field at a time


def test_values_that_are_no_numbers_are_refused_inside_and_ignored_outside() -> None:
    mask = np.zeros((9, 9, 9), bool)
    mask[3:6, 3:6, 3:6] = True
    volume, lesion = ball_of(mask)
    lesion = replace(lesion, method=Method(name="above 4", threshold=4.0))
    volume.values[0, 0, 0] = np.nan
    measure(volume, lesion)
    volume.values[4, 4, 4] = np.nan
    with pytest.raises(ReinfuseError, match="no numbers"):
        measure(volume, lesion)


def test_words_are_those_of_a_report() -> None:
    axes = (35.0, 47.0, 126.0)
    volume = smooth(axes, turned(7), grid_about(75.0, (3.0, 3.0, 3.0), UPRIGHT))
    assert measure(volume, behind_threshold(volume)).words == (
        "3.5 x 4.7 x 12.6 cm (caliper), 109 mL"
    )


@pytest.mark.parametrize(
    ("volume_ml", "words"),
    [(0.064, "0.064 mL"), (49.53, "49.5 mL"), (113.4, "113 mL"), (1234.5, "1234 mL")],
)
def test_volumes_are_written_without_false_figures(volume_ml: float, words: str) -> None:
    assert in_ml(volume_ml) == words


def test_a_blurred_lesion_is_within_three_millimetres_at_41_percent() -> None:
    way = turned(8)
    volume = blurred((35.0, 47.0, 90.0), way, grid_about(60.0, CUBES[1], UPRIGHT), psf_mm=6, seed=1)
    found = measure(volume, behind_threshold(volume, 0.41 * float(volume.values.max())), psf_mm=6)
    assert found.calipers.mm == pytest.approx(AXES, abs=3.0)
    assert found.volume_ml == pytest.approx(VOLUME_ML, rel=0.10)
