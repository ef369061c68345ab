"""Where slices lie: one grid, or a reason why there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom import Series, read_folder, read_volume
from studies._dicom_files import SIDE, content, pet_slice


def series_of(folder: Path, *data: Dataset, resample: bool = False) -> Series:
    for number, one in enumerate(data):
        (folder / f"image{number}.dcm").write_bytes(content(one))
    return read_folder(folder, resample=resample).one("PT")


def at(*heights: float, **changes: object) -> list[Dataset]:
    """Slices whose values are 100 times their height, in mm."""
    slices = []
    for number, height in enumerate(heights):
        one = pet_slice(
            number, ImagePositionPatient=[-10, -20, height], RescaleSlope="1", **changes
        )
        one.PixelData = np.full((SIDE, SIDE), 100 * height, "<i2").tobytes()
        slices.append(one)
    return slices


def test_voxels_lie_where_the_formula_of_the_standard_puts_them(tmp_path: Path) -> None:
    turn = np.deg2rad([25.0, 40.0])
    first = np.array([np.cos(turn[0]), np.sin(turn[0]), 0.0])
    up = np.array([-np.sin(turn[0]), np.cos(turn[0]), 0.0])
    second = np.cos(turn[1]) * up + np.array([0, 0, np.sin(turn[1])])
    normal = np.cross(first, second)
    place = [np.array([5.0, -7.0, 3.0]) + 4.0 * step * normal for step in range(3)]
    lead = [*first.round(12), *second.round(12)]
    slices = [
        pet_slice(step, ImagePositionPatient=list(one.round(9)), ImageOrientationPatient=lead)
        for step, one in enumerate(place)
    ]
    grid = series_of(tmp_path, *slices).grid
    # PS3.3 C.7.6.2.1-1: rows are 2.0 mm apart, columns 2.5 mm.
    column, row, plane = 5, 3, 2
    expected = place[plane] + first * 2.5 * column + second * 2.0 * row
    assert np.allclose(grid.millimetres([plane, row, column]), expected, atol=1e-6)
    assert np.allclose(grid.spacing, [4.0, 2.0, 2.5])
    assert grid.voxel_ml == pytest.approx(0.02)


def test_slices_that_face_the_other_way_are_sorted_along_their_normal(tmp_path: Path) -> None:
    lead = {"ImageOrientationPatient": [1, 0, 0, 0, -1, 0]}
    series = series_of(tmp_path, *at(0, 3, 6, **lead))
    assert series.grid.origin[2] == 6
    assert series.grid.steps[0].tolist() == [0, 0, -3]
    assert read_volume(series).values[:, 0, 0].tolist() == [600, 300, 0]


def test_a_missing_slice_is_named_with_its_gap(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match="1 slice is missing") as caught:
        series_of(tmp_path, *at(0, 3, 6, 12, 15, 18))
    assert "from image2.dcm to image3.dcm it is 6.00 mm, and 3.00 mm elsewhere" in caught.value.what
    assert "(0020,0032) ImagePositionPatient" in caught.value.where


def test_a_missing_slice_is_not_made_up_by_resampling(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match="2 slices are missing"):
        series_of(tmp_path, *at(0, 3, 6, 15, 18), resample=True)


def test_steps_that_differ_by_little_make_one_grid(tmp_path: Path) -> None:
    # Steps of a real whole-body series, at the border of two beds.
    series = series_of(tmp_path, *at(0, 3.27, 6.46, 9.75, 13.02))
    assert series.places is None
    assert series.grid.spacing[0] == pytest.approx(13.02 / 4)


def test_irregular_slices_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match=r"slices lie 3\.00 to 4\.00 mm from each other"):
        series_of(tmp_path, *at(0, 3, 7, 10))


def test_irregular_slices_are_resampled_when_that_is_asked_for(tmp_path: Path) -> None:
    series = series_of(tmp_path, *at(0, 3, 7, 10, 12.5), resample=True)
    values = read_volume(series).values[:, 0, 0]
    heights = series.grid.millimetres([[step, 0, 0] for step in range(len(values))])[:, 2]
    # Linear between slices: what is linear in height stays so.
    assert np.allclose(values, 100 * heights, atol=1e-3)
    assert len(np.unique(np.diff(heights).round(6))) == 1
    assert [one.rule for one in series.findings] == ["dicom-resampled"]
    assert series.facts is not None
    assert len(series.facts.slopes) == len(values)


def test_several_times_at_one_place_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match=r"^1 image lies where another does"):
        series_of(tmp_path, *at(0, 3, 3, 6))


def test_slices_of_a_tilted_gantry_are_refused(tmp_path: Path) -> None:
    slices = [pet_slice(one, ImagePositionPatient=[0, 1.2 * one, 3 * one]) for one in range(4)]
    with pytest.raises(ReinfuseError, match=r"shifted by up to 3\.6 mm"):
        series_of(tmp_path, *slices)


def test_an_image_that_lies_otherwise_is_left_out_and_told(tmp_path: Path) -> None:
    odd = pet_slice(8, ImageOrientationPatient=[0, 1, 0, 0, 0, -1])
    for number, one in enumerate([*at(0, 3, 6), odd]):
        (tmp_path / f"image{number}.dcm").write_bytes(content(one))
    found = read_folder(tmp_path)
    assert found.one("PT").grid.shape[0] == 3
    assert [one.rule for one in found.findings] == ["dicom-other-geometry"]


def test_a_single_slice_is_as_thick_as_it_says(tmp_path: Path) -> None:
    series = series_of(tmp_path, pet_slice(0, SliceThickness="4.5"))
    assert series.grid.spacing[0] == 4.5
    assert [one.rule for one in series.findings] == ["dicom-single-slice"]
