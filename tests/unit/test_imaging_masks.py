"""Contours into voxels, and masks from one grid to another."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.measure import points_in_poly

from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.masks import NoMask, NotOnTheseSlices, carried_to, rasterise
from reinfuse.imaging.volume import Floats, Grid, Mask


def grid(
    shape: tuple[int, int, int] = (5, 20, 20), spacing: tuple[float, float, float] = (2, 1, 1)
) -> Grid:
    steps = np.asarray([[0, 0, spacing[0]], [0, spacing[1], 0], [spacing[2], 0, 0]], np.float64)
    return Grid(shape=shape, origin=np.zeros(3), steps=steps)


def square(low: float, high: float, z: float) -> Floats:
    return np.asarray([[low, low, z], [high, low, z], [high, high, z], [low, high, z]])


def on(contours: list[Floats], where: Grid) -> Mask:
    found = rasterise(contours, where)
    mask = np.zeros(where.shape, np.bool_)
    low = found.corner
    place = tuple(slice(a, a + size) for a, size in zip(low, found.mask.shape, strict=True))
    mask[place] = found.mask
    return mask


def test_a_contour_within_another_is_a_hole() -> None:
    mask = on([square(1.5, 10.5, 4.0), square(3.5, 6.5, 4.0)], grid())
    assert mask[2, 2:11, 2:11].sum() == mask.sum() == 81 - 9
    assert not mask[2, 4:7, 4:7].any()


def test_a_keyhole_is_a_hole_too() -> None:
    outer, inner = square(1.5, 10.5, 4.0), square(3.5, 6.5, 4.0)[::-1]
    keyhole = np.concatenate([outer, outer[:1], inner, inner[:1]])
    assert np.array_equal(on([keyhole], grid()), on([outer, inner], grid()))


def test_neighbours_with_one_border_share_no_voxel_and_leave_none_out() -> None:
    def strip(low: float, high: float) -> Floats:
        return np.asarray([[low, 2.0, 4], [high, 2.0, 4], [high, 9.0, 4], [low, 9.0, 4]])

    left, right = on([strip(2, 7)], grid()), on([strip(7, 12)], grid())
    assert not (left & right).any()
    assert np.array_equal(left | right, on([strip(2, 12)], grid()))


@pytest.mark.parametrize(
    ("spacing_mm", "first_mm"),
    [(0.5, 0.25), (1.0, 0.5), (2.0, 0.0), (2.0, 1.0), (2.0, 0.7), (4.0, 2.0)],
)
def test_contours_finer_or_coarser_than_the_slices_keep_the_volume(
    spacing_mm: float, first_mm: float
) -> None:
    where = grid(shape=(40, 20, 20))
    planes = first_mm + 20 + spacing_mm * np.arange(24 / spacing_mm)
    mask = on([square(1.5, 10.5, z) for z in planes], where)
    assert mask.sum() * where.voxel_ml == pytest.approx(81 * 24 / 1000, rel=1e-9)


def test_a_gap_between_two_parts_stays_a_gap() -> None:
    planes = [10.0, 12.0, 14.0, 30.0, 32.0, 34.0]
    mask = on([square(1.5, 10.5, z) for z in planes], grid(shape=(40, 20, 20)))
    assert np.flatnonzero(mask.any(axis=(1, 2))).tolist() == [5, 6, 7, 15, 16, 17]


def test_leaning_contours_are_refused_by_name() -> None:
    leaning = square(1.5, 10.5, 4.0)
    leaning[0, 2] += 0.5
    with pytest.raises(NotOnTheseSlices, match=r"lean by 0\.25 slices"):
        rasterise([leaning], grid())


def test_contours_are_filled_in_the_frame_of_an_oblique_grid() -> None:
    turn = np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))[0]
    straight = grid()
    oblique = Grid(shape=straight.shape, origin=np.ones(3), steps=straight.steps @ turn)
    contours = [square(1.5, 10.5, 4.0), square(3.5, 6.5, 4.0)]
    assert np.array_equal(on([one @ turn + 1 for one in contours], oblique), on(contours, straight))


@pytest.mark.parametrize(
    ("low", "high", "z", "cut"),
    [(1.0, 9.0, 4.0, False), (-0.4, 19.4, 4.0, False), (-9.0, 9.0, 4.0, True),
     (9.0, 30.0, 4.0, True), (1.0, 9.0, 12.0, True)],
)  # fmt: skip
def test_contours_that_leave_the_grid_are_noticed(
    low: float, high: float, z: float, cut: bool
) -> None:
    assert rasterise([square(low, high, z)], grid()).cut is cut


@pytest.mark.parametrize("seed", range(20))
def test_any_polygon_is_filled_as_scikit_image_fills_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corners = rng.uniform(-3, 23, size=(int(rng.integers(3, 40)), 2))
    contour = np.column_stack([corners, np.full(len(corners), 4.0)])
    y, x = np.mgrid[:20, :20]
    theirs = points_in_poly(np.column_stack([x.ravel(), y.ravel()]), corners).reshape(20, 20)
    assert np.array_equal(on([contour], grid())[2], theirs)


def lesion(mask: Mask, where: Grid) -> Delineated:
    return Delineated(
        label="L1", grid=where, corner=(0, 0, 0), mask=mask, method=Method(name="drawn")
    )


def test_a_mask_carried_to_its_own_grid_or_a_part_of_it_stays_as_it_is() -> None:
    where = grid()
    mask = np.random.default_rng(1).random(where.shape) < 0.3
    mask[:1] = mask[:, :3] = False
    part = Grid(shape=(4, 17, 20), origin=where.millimetres([1, 3, 0]), steps=where.steps)
    turned_over = Grid(
        shape=where.shape, origin=where.millimetres([4, 0, 0]), steps=where.steps * [[-1], [1], [1]]
    )
    for there, expected in [
        (where, mask), (part, mask[1:, 3:]), (turned_over, mask[::-1])
    ]:  # fmt: skip
        found = carried_to(lesion(mask, where), there)
        assert isinstance(found, Delineated)
        assert np.array_equal(found.whole, expected)
        assert found.guards == ()


def test_a_mask_carried_to_other_voxels_tells_its_volume_before_and_after() -> None:
    mask = np.zeros((5, 20, 20), np.bool_)
    mask[1:4, 4:12, 4:12] = True
    coarse = grid(shape=(4, 7, 7), spacing=(3.0, 3.0, 3.0))
    found = carried_to(lesion(mask, grid()), coarse)
    assert isinstance(found, Delineated)
    # Centres at 0, 3, 6, 9 mm: inside are 3 and 6 along z (1 to 7), 6 and 9 across (3.5 to 11.5).
    assert np.argwhere(found.whole).tolist() == [
        [z, y, x] for z in (1, 2) for y in (2, 3) for x in (2, 3)
    ]
    assert [guard.rule for guard in found.guards] == ["mask-from-another-grid"]
    assert "0.384 mL there, 0.216 mL here" in found.guards[0].what


def test_a_mask_outside_a_grid_is_an_answer() -> None:
    mask = np.ones((5, 20, 20), np.bool_)
    away = Grid(shape=(5, 5, 5), origin=np.asarray([500.0, 0, 0]), steps=grid().steps)
    assert carried_to(lesion(mask, grid()), away) == NoMask(
        label="L1", why="the mask lies outside the images of this series"
    )
