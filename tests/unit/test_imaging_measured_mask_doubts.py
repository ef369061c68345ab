"""A mask from a file: parts that do not touch are told, and a file that names no frame."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.measured.mask_doubts import doubts_of_mask
from reinfuse.imaging.volume import Grid

STEPS_MM = np.diag([5.0, 3.0, 2.0])[:, ::-1]  # slices 5 mm, rows 3 mm, columns 2 mm


def drawn(*cubes: tuple[slice, slice, slice]) -> Delineated:
    mask = np.zeros((20, 20, 20), np.bool_)
    for one in cubes:
        mask[one] = True
    grid = Grid(shape=(40, 40, 40), origin=np.zeros(3), steps=STEPS_MM)
    return Delineated(label="L1", grid=grid, corner=(3, 4, 5), mask=mask, method=Method(name="x"))


WHOLE = (slice(0, 6), slice(0, 6), slice(0, 6))
BY_A_CORNER = (slice(6, 8), slice(6, 8), slice(6, 8))
ABOVE = (slice(15, 17), slice(2, 4), slice(2, 4))  # from slice 5 to slice 15: 50 mm
ASIDE = (slice(2, 4), slice(2, 4), slice(10, 12))  # from column 5 to column 10: 10 mm


@pytest.mark.parametrize(
    ("cubes", "words"),
    [
        ((WHOLE,), ""),
        ((WHOLE, BY_A_CORNER), ""),
        ((WHOLE, ASIDE), "2 parts that do not touch, up to 10 mm from the largest"),
        ((WHOLE, ASIDE, ABOVE), "3 parts that do not touch, up to 50 mm from the largest"),
    ],
)
def test_parts_that_do_not_touch_are_counted_and_measured(
    cubes: tuple[tuple[slice, slice, slice], ...], words: str
) -> None:
    found = list(doubts_of_mask(drawn(*cubes), "drawn.dcm"))
    assert [one.rule for one in found] == (["mask-in-parts"] if words else [])
    assert all(words in one.what for one in found)


@pytest.mark.parametrize("file", ["node.nii", "deep/NODE.NII.GZ"])
def test_the_place_of_a_nifti_mask_is_trusted_and_that_is_told(file: str) -> None:
    (told,) = doubts_of_mask(drawn(WHOLE), file)
    assert told.rule == "mask-place-trusted"
    assert "node" not in f"{told.what}{told.where}".lower()
