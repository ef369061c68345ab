"""RT structure sets, as files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.masks import NoMask, mask_of, masks_on, read_structures
from tests.unit.imaging_masks_files import (
    NAME,
    NUMBER,
    WHO,
    pet,
    square,
    structure_set,
)

BOX = [("CLOSED_PLANAR", square(100 + 3 * k, (-31, 1), (-39, -11))) for k in (1, 2, 3)]


def test_regions_come_with_their_names_in_the_order_of_the_file(tmp_path: Path) -> None:
    series = pet(tmp_path / "pet")
    file = structure_set(tmp_path / "rs.dcm", [("mass", BOX), ("node", BOX[:1])])
    structures = read_structures(file)
    assert structures.names == ("mass", "node")
    assert structures.named("2") is structures.named("node")
    found = [one for one in masks_on(file, series) if isinstance(one, Delineated)]
    # Columns at -40 + 5c from -31 to 1: 2 to 8; rows at -50 + 4r from -39 to -11: 3 to 9.
    mask = np.zeros(series.grid.shape, np.bool_)
    mask[1:4, 3:10, 2:9] = True
    assert np.array_equal(found[0].whole, mask)
    assert [one.label for one in found] == ["mass", "node"]
    assert [one.voxels for one in found] == [147, 49]
    assert found[0].method.threshold is None


def test_a_name_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    file = structure_set(tmp_path / "rs.dcm", [("mass", BOX), ("node", BOX)])
    with pytest.raises(ReinfuseError) as caught:
        read_structures(file).named("tumour")
    assert caught.value.fix == "name one of these by name or number: 1: mass; 2: node"


@pytest.mark.parametrize(
    ("contours", "why"),
    [
        ([], "the region has no closed contour"),
        ([("POINT", [0, 0, 103])], "the region has no closed contour"),
        ([("OPEN_PLANAR", BOX[0][1])], "the region has no closed contour"),
        ([("CLOSED_PLANAR", square(103, (-31, -30.9), (-39, -38.9)))],
         "the region encloses no voxel centre of this series"),
        ([("CLOSED_PLANAR", [-31, -39, 103, 1, -39, 103, 1, -11, 106])],
         "contours lean by 1 slices and cannot be filled slice by slice"),
        ([("CLOSED_PLANAR", square(903, (-31, 1), (-39, -11)))],
         "the region encloses no voxel centre of this series"),
    ],
)  # fmt: skip
def test_a_region_without_voxels_is_an_answer(
    contours: list[tuple[str, list[float]]], why: str, tmp_path: Path
) -> None:
    series = pet(tmp_path / "pet")
    file = structure_set(tmp_path / "rs.dcm", [("mass", contours)])
    assert masks_on(file, series) == (NoMask(label="mass", why=why),)


def test_what_is_odd_about_contours_is_told(tmp_path: Path) -> None:
    series = pet(tmp_path / "pet")
    odd = [
        ("CLOSED_PLANAR", square(104.2, (-60, 1), (-39, -11))),
        ("POINT", [0, 0, 103]),
        ("CLOSED_PLANAR", [0, 0, 103, 1, 1, 103]),
    ]
    (roi,) = read_structures(structure_set(tmp_path / "rs.dcm", [("mass", odd)])).rois
    found = mask_of(roi, series.grid)
    assert isinstance(found, Delineated)
    assert [one.rule for one in found.guards] == [
        "contours-leave-the-grid", "contours-between-slices", "contours-that-enclose-nothing",
    ]  # fmt: skip


def test_a_region_named_after_the_patient_is_called_by_its_number(tmp_path: Path) -> None:
    names = [f"{NAME.split('^')[0].lower()} mass", f"GTV {NUMBER}", "mass"]
    file = structure_set(tmp_path / "rs.dcm", [(name, BOX) for name in names])
    assert read_structures(file).names == ("ROI 1", "ROI 2", "mass")


def test_contours_of_another_scan_are_refused(tmp_path: Path) -> None:
    series = pet(tmp_path / "pet")
    file = structure_set(tmp_path / "rs.dcm", [("mass", BOX)], frame="9.9.9")
    with pytest.raises(ReinfuseError, match="another frame of reference") as caught:
        masks_on(file, series)
    assert caught.value.where == "rs.dcm"
    assert not any(one in str(caught.value) for one in (*WHO, "9.9.9"))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ([0, 0, 103, 1, 1, 103, 2, 2, 103, 5], "10 numbers are not points of three"),
        ([1e9, 0, 103, 1, 1, 103, 2, 2, 103], "a coordinate is farther than 100000 mm"),
    ],
)
def test_contours_that_are_none_are_refused_with_file_and_tag(
    data: list[float], what: str, tmp_path: Path
) -> None:
    file = structure_set(tmp_path / "rs.dcm", [("mass", [("CLOSED_PLANAR", data)])])
    with pytest.raises(ReinfuseError) as caught:
        read_structures(file)
    assert caught.value.what == what
    assert caught.value.where == "rs.dcm (3006,0050) ContourData"


def test_an_image_is_no_structure_set(tmp_path: Path) -> None:
    pet(tmp_path / "pet")
    with pytest.raises(ReinfuseError, match="not an RT structure set"):
        read_structures(tmp_path / "pet" / "0.dcm")


def test_a_damaged_structure_set_gives_one_clear_error_or_none(tmp_path: Path) -> None:
    series = pet(tmp_path / "pet")
    whole = structure_set(tmp_path / "rs.dcm", [("mass", BOX), ("node", BOX)]).read_bytes()
    rng = np.random.default_rng(11)
    refused = []
    for _ in range(150):
        damaged = bytearray(whole)
        at = int(rng.integers(132, len(whole) - 4))
        if rng.random() < 0.5:
            damaged[at : at + 4] = rng.bytes(4)
        else:
            del damaged[at : at + int(rng.integers(1, 400))]
        file = tmp_path / "damaged.dcm"
        file.write_bytes(damaged)
        try:
            masks_on(file, series)
        except ReinfuseError as error:
            refused.append(str(error))
    assert len(refused) > 50
    assert not any(one in words for words in refused for one in WHO)


def test_a_structure_set_without_regions_has_no_masks(tmp_path: Path) -> None:
    series = pet(tmp_path / "pet")
    assert masks_on(structure_set(tmp_path / "rs.dcm", []), series) == ()
