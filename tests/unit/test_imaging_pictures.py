"""Pictures of scans: what lies where, and what is marked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reinfuse.imaging.following import Followed
from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.pictures import (
    LEVELS,
    Kind,
    Raster,
    Seen,
    figures_of,
    high_of,
    looks_of,
    pictures_of,
)
from reinfuse.imaging.pictures.outlines import section, silhouette
from reinfuse.imaging.pictures.planes import coronal_slices
from reinfuse.imaging.pictures.sampling import Window, raster_of, seen_on, window_of
from reinfuse.imaging.pictures.values import Point
from reinfuse.imaging.suv.body import NORMALISERS
from reinfuse.imaging.volume import Floats, Grid, Volume
from tests.unit.report_petct_pages import candidates, figures, measured

TURNED = np.array([[0.0, 1.5, 4.0], [0.3, 3.5, -1.2], [3.8, -0.2, 0.4]])  # oblique steps, mm


def test_the_left_of_the_patient_is_on_the_right_and_the_head_above() -> None:
    grid = Grid(
        shape=(20, 20, 20), origin=np.array([-40.0, -40.0, -40.0]),
        steps=4.0 * np.array([[0.0, 0, 1], [0, 1, 0], [1, 0, 0]]),
    )  # fmt: skip
    values = np.zeros(grid.shape, np.float32)
    values[16, 10, 15] = 7.0  # z 24, x 20: to the head and to the left
    shown = _projected(Volume(values=values, grid=grid, unit="SUVbw"))
    row, column = np.unravel_index(int(shown.levels.argmax()), shown.levels.shape)
    assert shown.left_mm + column * shown.mm == pytest.approx(20.0, abs=2.0)
    assert shown.top_mm - row * shown.mm == pytest.approx(24.0, abs=2.0)
    assert row < shown.levels.shape[0] / 2 < column


def test_an_oblique_scan_is_sampled_as_a_slow_twin_samples_it() -> None:
    rng = np.random.default_rng(3)
    own = Grid(shape=(9, 10, 11), origin=np.array([-20.0, -18.0, -15.0]), steps=TURNED)
    volume = Volume(values=rng.random(own.shape, np.float32), grid=own, unit="SUVbw")
    grid = Window(low=(-8.0, -6.0, 0.0), high=(8.0, 10.0, 14.0)).grid(3.0)
    found = seen_on(volume, grid, outside=-1.0)
    checked = 0
    for index in np.ndindex(grid.shape):
        at = own.indices(grid.millimetres(index))
        if (at > 0).all() and (at < np.array(own.shape) - 1).all():
            assert found[index] == pytest.approx(_between(volume.values, at), abs=1e-5)
            checked += 1
    assert checked > 60


def test_what_is_no_number_is_shown_as_nothing() -> None:
    grid = Grid(shape=(6, 6, 6), origin=np.zeros(3), steps=4.0 * np.eye(3)[::-1])
    values = np.full(grid.shape, 3.0, np.float32)
    values[3, 3, 3] = np.nan
    assert np.isfinite(seen_on(Volume(values=values, grid=grid, unit="SUVbw"), grid,
                               outside=0.0)).all()  # fmt: skip


def test_shades_span_the_window_and_end_with_it() -> None:
    grid = Window(low=(0.0, 0.0, 0.0), high=(12.0, 0.0, 0.0)).grid()
    raster = raster_of(np.array([[-1.0, 0.0, 3.5, 99.0]]), grid, low=0.0, high=7.0)
    assert raster.levels.tolist() == [[0, 0, (LEVELS - 1) // 2 + 1, LEVELS - 1]]


def test_the_outline_of_a_ball_has_the_area_of_a_disc() -> None:
    radius = 24.0
    ball = _ball((0.0, 0.0, 0.0), radius)
    for found in (silhouette(ball), section(ball, 0.0)):
        assert found is not None
        (line,), at = found
        assert _area(line) == pytest.approx(np.pi * radius**2, rel=0.03)
        assert np.hypot(*at) < 4.0
    half = section(ball, radius / 2)
    assert half is not None
    assert _area(half[0][0]) == pytest.approx(0.75 * np.pi * radius**2, rel=0.05)
    assert section(ball, 2 * radius) is None


@pytest.mark.parametrize(
    ("depths", "slices"), [([0.0], 1), ([0.0, 8.0], 1), ([0.0, 80.0], 2), ([0, 60, 120, 180], 3)]
)
def test_lesions_share_a_slice_where_they_can(depths: list[float], slices: int) -> None:
    balls = [_ball((60.0 * place, y, 0.0), 20.0) for place, y in enumerate(depths)]
    found = coronal_slices(balls)
    assert len(found) == slices
    shown = set().union(*(one.shows for one in found))
    assert len(shown) == min(len(depths), 3)
    for one in found:
        for number in one.shows:
            assert abs(one.depth_mm - depths[number]) < 20.0


def test_a_drawn_lesion_is_marked_on_what_is_hot() -> None:
    first = figures().scans[0]
    for view in first.views:
        assert [(mark.lesion, mark.seen) for mark in view.marks] == [
            ("retroperitoneum", Seen.DRAWN), ("pelvis", Seen.DRAWN),
        ]  # fmt: skip
        for mark in view.marks:
            assert _level(view.uptake, mark.at) == LEVELS - 1
            assert mark.words.startswith("SUVmax 1" if mark.lesion != "pelvis" else "SUVmax 9")


def test_what_is_not_drawn_is_marked_where_it_truly_lay_and_not_called_gone() -> None:
    results, truth = measured()
    before, after = truth[0], truth[2]
    turn, pivot = np.array(after.turn), np.array(after.pivot_mm)
    marks = {mark.lesion: mark for mark in figures().scans[1].views[0].marks}
    for lesion in before.lesions:
        x, _, z = turn @ (np.array(lesion.centre_mm) - pivot) + pivot + np.array(after.shift_mm)
        mark = marks[lesion.name]
        assert mark.at == pytest.approx((x, z), abs=8.0)
        assert mark.seen is Seen.LEFT
        look = next(one for one in looks_of(results)
                    if (one.lesion, one.scan) == (lesion.name, "month-3"))  # fmt: skip
        assert mark.words == f"SUVmax left {look.suv_max_left:.1f}"
        assert look.volume_ml is None


def test_without_following_no_place_is_invented() -> None:
    results, _ = measured()
    assert isinstance(results.followed, Followed)
    last = pictures_of(replace(results, followed=None))[1]
    assert all(view.marks == () for view in last.views)


def test_candidates_are_marked_as_nobodys_lesions() -> None:
    found = figures_of(candidates())
    marks = [mark for view in found.scans[0].views for mark in view.marks]
    assert {mark.seen for mark in marks} == {Seen.CANDIDATE}
    assert len({mark.lesion for mark in marks}) == 3
    assert found.looks == ()
    assert found.days_from == "the first scan"


def test_all_scans_have_one_window_and_their_hash() -> None:
    results, _ = measured()
    found = figures()
    assert {scan.high for scan in found.scans} == {7.0}
    assert [scan.sha256 for scan in found.scans] == [scan.sha256 for scan in results.scans]
    assert [view.kind for view in found.scans[0].views] == [Kind.PROJECTION, Kind.CORONAL]
    assert found.scans[0].views[1].ct is not None
    assert found.days_from == "infusion 2"


def test_every_way_to_normalise_has_a_window_of_its_size() -> None:
    highs = {one.name: high_of(one) for one in NORMALISERS}
    assert highs["SUVbw"] == 7.0
    assert {high for name, high in highs.items() if name.startswith("SUL")} == {5.0}
    assert highs["SUVbsa"] == 2.0


def test_the_window_holds_the_body_and_every_lesion() -> None:
    results, _ = measured()
    scan = results.scans[0]
    shape = scan.suv.grid.shape
    far = Delineated(
        label="far", grid=scan.suv.grid, corner=(0, 0, shape[2] - 1),
        mask=np.ones((1, 1, 1), np.bool_), method=Method(name="by hand"),
    )  # fmt: skip
    window = window_of(scan.suv, [far])
    x, y, z = scan.suv.grid.millimetres((0, 0, shape[2] - 1))
    for low, high, place in zip(window.low, window.high, (x, y, z), strict=True):
        assert low <= place <= high


def _projected(volume: Volume) -> Raster:
    grid = window_of(volume).grid()
    return raster_of(seen_on(volume, grid, outside=0.0).max(axis=1), grid, low=0.0, high=7.0)


def _between(values: np.ndarray, at: Floats) -> float:
    """Eight neighbours, each by how near it is."""
    first = np.floor(at).astype(int)
    total = 0.0
    for corner in np.ndindex(2, 2, 2):
        share = np.prod(np.where(np.array(corner) == 1, at - first, 1 - (at - first)))
        total += float(share) * float(values[tuple(first + corner)])
    return total


def _ball(centre: tuple[float, float, float], radius: float) -> Delineated:
    grid = Grid(
        shape=(40, 90, 90), origin=np.array([-60.0, -60.0, -60.0]),
        steps=3.0 * np.array([[0.0, 0, 1], [0, 1, 0], [1, 0, 0]]),
    )  # fmt: skip
    places = grid.millimetres(np.stack(np.indices(grid.shape), axis=-1))
    mask = np.linalg.norm(places - np.array(centre), axis=-1) <= radius
    return Delineated(label="ball", grid=grid, corner=(0, 0, 0), mask=mask,
                      method=Method(name="by hand"))  # fmt: skip


def _area(line: tuple[Point, ...]) -> float:
    x, z = np.array(line).T
    return float(abs(np.dot(x, np.roll(z, 1)) - np.dot(z, np.roll(x, 1))) / 2)


def _level(raster: Raster, at: Point) -> int:
    column = round((at[0] - raster.left_mm) / raster.mm)
    row = round((raster.top_mm - at[1]) / raster.mm)
    return int(raster.levels[row, column])
