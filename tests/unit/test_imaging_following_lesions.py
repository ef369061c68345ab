"""Lesions keep their identity through scans, and none is called gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.following import (
    Followed,
    Left,
    NotFollowed,
    Registered,
    Rigid,
    State,
    TimePoint,
    Unregistered,
    follow,
)
from reinfuse.imaging.following.inputs import numbers_of
from reinfuse.imaging.following.left_in_place import NothingLeft, measure_left
from reinfuse.imaging.following.matching import match
from reinfuse.imaging.following.propagating import OutOfScan, points_of, propagate, united
from reinfuse.imaging.following.rigid import at_rest, rigid_of
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.twin import make_twin
from reinfuse.imaging.twin.render import blurred, truly
from reinfuse.imaging.twin.shapes import Shape
from reinfuse.imaging.volume import Grid, Volume

GRID = Grid(
    shape=(50, 40, 40),
    origin=np.array([-78.0, -78.0, -98.0]),
    steps=np.array([[0.0, 0.0, 4.0], [0.0, 4.0, 0.0], [4.0, 0.0, 0.0]]),
)
BACKGROUND = 1.0
Ball = tuple[float, float, float, float, float]  # x, y, z, radius in mm, SUV


def ball(name: str, x: float, y: float, z: float, radius: float) -> Delineated:
    return truly(Shape(name=name, centre=(x, y, z), half=(radius,) * 3), GRID)


def scan(
    number: int, drawn: Sequence[Delineated], hot: Sequence[tuple[Delineated, float]] = ()
) -> TimePoint:
    """A scan of hot balls in an even background, of which some are drawn."""
    values = np.full(GRID.shape, BACKGROUND, np.float32)
    for lesion, suv in [*((one, 8.0) for one in drawn), *hot]:
        values[lesion.whole] = suv
    suv = Volume(values=blurred(values, GRID, 6.0), grid=GRID, unit="SUV")
    return TimePoint(name=f"scan {number}", day=30 * number, suv=suv, lesions=tuple(drawn))


def lying(motion: Rigid | None = None) -> Registered:
    return Registered(motion=motion or at_rest(), before=1.0, after=1.0, repeat_mm=0.0, overlap=1.0)


def followed(*scans: TimePoint, motions: Sequence[Rigid] | None = None) -> Followed:
    given = [lying(one) for one in motions] if motions else [lying()] * (len(scans) - 1)
    found = follow(scans, seed=1, registrations=given)
    assert isinstance(found, Followed)
    return found


def states(found: Followed) -> dict[str, list[State]]:
    return {track.name: [look.state for look in track.looks] for track in found.tracks}


def test_lesions_that_shrink_and_move_keep_their_names() -> None:
    first = scan(0, [ball("a", -40, 0, 0, 18), ball("b", 40, 0, 0, 14)])
    second = scan(1, [ball("x", 42, 3, 4, 8), ball("y", -36, 0, 8, 10)])
    found = followed(first, second)
    assert states(found) == {"a": [State.DRAWN] * 2, "b": [State.DRAWN] * 2}
    assert [track.looks[1].lesions[0].label for track in found.tracks] == ["y", "x"]
    assert found.findings == ()


def test_a_lesion_that_vanished_is_below_threshold_and_never_gone() -> None:
    first = scan(0, [ball("a", -40, 0, 0, 18)])
    (track,) = followed(first, scan(1, [])).tracks
    look = track.looks[1]
    assert look.state is State.BELOW
    assert isinstance(look.left, Left)
    assert look.left.max == pytest.approx(BACKGROUND)
    assert look.left.ratio == pytest.approx(1.0)
    assert look.words == (
        "below threshold: SUVmax 1.0 left in its place (SUVmean 1.0, background 1.0, ratio 1.0)"
    )
    assert "gone" not in look.words


def test_a_small_residual_that_nobody_drew_is_told() -> None:
    first = scan(0, [ball("a", -40, 0, 0, 18)])
    second = scan(1, [], hot=[(ball("rest", -40, 0, 4, 5), 6.0)])
    found = followed(first, second)
    look = found.tracks[0].looks[1]
    assert look.state is State.BELOW
    assert isinstance(look.left, Left)
    # A centimetre of SUV 6 is seen as less, and is still there.
    assert 2.0 < look.left.max < 6.0
    assert not look.left.at_border
    (finding,) = found.findings
    assert finding.rule == "lesion-uptake-left"
    assert finding.fix == "look before calling it gone"


def test_a_neighbour_that_bleeds_into_the_place_is_told_as_one() -> None:
    first = scan(0, [ball("a", -40, 0, 0, 14)])
    second = scan(1, [], hot=[(ball("bladder", -12, 0, 0, 16), 30.0)])
    found = followed(first, second)
    left = found.tracks[0].looks[1].left
    assert isinstance(left, Left)
    assert (left.at_border, left.climbs_out, left.may_be_neighbours) == (True, True, True)
    assert found.findings[0].what.endswith("it may be a neighbour's")
    # It is not called below a threshold where it may be seen to be as hot as before.
    assert found.findings[0].what.startswith("SUVmax ")
    (row,) = (one for one in numbers_of(found) if one.time_point == "scan 1")
    assert (row.suv_max, row.drawn) == (None, False)


def test_noise_at_the_border_of_a_place_is_no_neighbour() -> None:
    first, second = scan(0, [ball("a", -40, 0, 0, 14)]), scan(1, [])
    noise = np.random.default_rng(5).normal(1.0, 0.25, GRID.shape).astype(np.float32)
    at_border = spilled = 0
    for shift in range(20):
        values = np.roll(noise, 2 * shift, axis=0)
        noisy = replace(second, suv=replace(second.suv, values=values))
        left = followed(first, noisy).tracks[0].looks[1].left
        assert isinstance(left, Left)
        at_border, spilled = at_border + left.at_border, spilled + left.may_be_neighbours
    assert at_border >= 5  # half of such a place is border
    assert spilled <= 1


def test_a_lesion_falls_apart_merges_and_returns() -> None:
    whole = ball("a", -30, 0, 0, 24)
    pieces = [ball("low", -30, 0, -16, 7), ball("high", -30, 0, 16, 8)]
    found = followed(scan(0, [whole]), scan(1, pieces), scan(2, []), scan(3, [whole]))
    assert states(found) == {"a": [State.DRAWN, State.SPLIT, State.BELOW, State.RETURNED]}
    look = found.tracks[0].looks[1]
    assert look.words == "fell apart into 2"
    assert {one.label for one in look.lesions} == {"low", "high"}
    # What is measured later is where the pieces were.
    place = found.tracks[0].looks[2].place
    assert place is not None
    assert place.voxels == sum(one.voxels for one in pieces)


def test_two_lesions_that_become_one_are_both_told() -> None:
    first = [ball("a", -30, 0, -12, 9), ball("b", -30, 0, 14, 9)]
    found = followed(scan(0, first), scan(1, [ball("c", -30, 0, 0, 26)]))
    seen = states(found)
    assert sorted(one[1] for one in seen.values()) == [State.DRAWN, State.MERGED]
    merged = next(track for track in found.tracks if track.looks[1].state is State.MERGED)
    assert merged.looks[1].words == "merged with another lesion: c"


def test_a_new_lesion_is_looked_for_in_the_scans_before() -> None:
    old = ball("a", -40, 0, 0, 14)
    new = ball("a", 45, 20, 30, 10)
    first = scan(0, [old], hot=[(ball("faint", 45, 20, 30, 6), 3.0)])
    found = followed(first, scan(1, [old, new]))
    assert states(found) == {
        "a": [State.DRAWN, State.DRAWN],
        "a (2)": [State.EARLIER, State.NEW],
    }
    left = found.tracks[1].looks[0].left
    assert isinstance(left, Left)
    assert 1.5 < left.max < 3.0


def test_a_place_outside_the_scan_is_not_looked_at() -> None:
    edge = ball("a", 0, 0, 85, 10)
    away = rigid_of(np.zeros(3), np.array([0.0, 0.0, 40.0]), np.zeros(3))
    found = followed(scan(0, [edge]), scan(1, []), motions=[away])
    look = found.tracks[0].looks[1]
    assert look.state is State.NOT_SCANNED
    assert look.words == "not scanned: 0% of its place lies in this scan"


def test_a_match_across_a_gap_is_told() -> None:
    found = followed(scan(0, [ball("a", 0, 0, 0, 10)]), scan(1, [ball("a", 26, 0, 0, 10)]))
    assert states(found) == {"a": [State.DRAWN, State.DRAWN]}
    assert [one.rule for one in found.findings] == ["lesion-matched-far"]


def test_scans_that_do_not_register_are_not_followed() -> None:
    found = follow([scan(0, []), scan(1, [])], seed=1, registrations=[Unregistered(why="no body")])
    assert found == NotFollowed(time_point="scan 1", why="no body")


def test_the_founding_case_is_followed_through_three_scans() -> None:
    """By the twin's true outlines, and registered by uptake alone."""
    scans = [
        TimePoint(name=one.name, day=one.day, suv=seen.suv, lesions=seen.lesions)
        for one, seen in make_twin(seed=1)
    ]
    found = follow(scans, seed=1)
    assert isinstance(found, Followed)
    expected = [State.DRAWN, State.DRAWN, State.BELOW]
    assert states(found) == {"retroperitoneum": expected, "pelvis": expected}
    for track in found.tracks:
        left = track.looks[2].left
        assert isinstance(left, Left)
        # Nothing but muscle (SUV 0.7) lies where the masses were.
        assert left.mean == pytest.approx(0.7, abs=0.1)
        assert left.max < 1.5
    assert found.findings == ()


def test_scans_out_of_order_and_lesions_of_other_scans_are_errors() -> None:
    with pytest.raises(ReinfuseError, match="days 30, 0"):
        follow([scan(1, []), scan(0, [])], seed=1)
    with pytest.raises(ReinfuseError, match="no scan"):
        follow([], seed=1)
    lean = scan(1, [])
    lean = replace(lean, suv=replace(lean.suv, unit="SUL"))
    with pytest.raises(ReinfuseError, match="in SUL and SUV"):
        follow([scan(0, []), lean], seed=1)
    other = replace(GRID, origin=GRID.origin + 5)
    lost = replace(ball("a", 0, 0, 0, 9), grid=other)
    with pytest.raises(ReinfuseError, match="lesion 'a' does not lie on the voxels"):
        follow([replace(scan(0, []), lesions=(lost,))], seed=1)


def test_an_outline_is_carried_with_the_patient() -> None:
    lesion = truly(Shape(name="a", centre=(-20, 10, 5), half=(12, 16, 28)), GRID)
    motion = rigid_of(np.array([0.1, -0.2, 0.3]), np.array([8.0, -6.0, 10.0]), np.zeros(3))
    finer = Grid(shape=(100, 80, 80), origin=GRID.origin, steps=GRID.steps / 2)
    moved = propagate(lesion, finer, motion)
    assert isinstance(moved, Delineated)
    assert points_of(moved).mean(axis=0) == pytest.approx(
        motion.of(points_of(lesion).mean(axis=0)), abs=0.5
    )
    volume = lesion.voxels * GRID.voxel_ml
    assert moved.voxels * finer.voxel_ml == pytest.approx(volume, rel=0.03)
    assert propagate(moved, GRID, motion.inverse) is not None
    far = rigid_of(np.zeros(3), np.array([500.0, 0, 0]), np.zeros(3))
    assert propagate(lesion, GRID, far) == OutOfScan(share=0.0)


def test_an_outline_smaller_than_a_voxel_stays_one_voxel() -> None:
    fine = Grid(shape=(200, 160, 160), origin=GRID.origin, steps=GRID.steps / 4)
    dot = Delineated(
        label="dot",
        grid=fine,
        corner=(81, 82, 82),
        mask=np.ones((1, 1, 1), np.bool_),
        method=ball("a", 0, 0, 0, 9).method,
    )
    moved = propagate(dot, GRID, at_rest())
    assert isinstance(moved, Delineated)
    assert moved.voxels == 1


def test_assignment_is_the_best_of_all_permutations() -> None:
    """The plain twin tries them all; going lesion by lesion would choose worse."""
    rng = np.random.default_rng(8)
    for _ in range(5):
        before = [ball(str(k), *rng.uniform(-30, 30, 3), 7) for k in range(4)]
        now = [ball(str(k), *rng.uniform(-30, 30, 3), 7) for k in range(4)]
        alone = {
            (row, column): match([one], [other]).gaps_mm.get(0)
            for row, one in enumerate(before)
            for column, other in enumerate(now)
        }
        found = match(before, now)

        def worth(pairs: dict[int, int], alone: dict = alone) -> float:
            held = [alone[pair] for pair in pairs.items()]
            return sum(20.0 if gap is None else gap for gap in held) + 20.0 * (4 - len(pairs))

        best = min(worth(dict(enumerate(order))) for order in permutations(range(4)))
        # Up to the millimetre by which the better covered one is preferred.
        assert worth(dict(found.own)) <= best + 4.0


def test_pieces_of_a_lesion_are_united() -> None:
    pieces = (ball("a", -30, 0, -16, 8), ball("b", -30, 8, 16, 9))
    assert (united(pieces).whole == (pieces[0].whole | pieces[1].whole)).all()


def test_lesions_drawn_in_the_place_are_left_out_of_what_is_left() -> None:
    place, other = ball("a", -40, 0, 0, 16), ball("b", -40, 0, 18, 10)
    volume = scan(1, [other]).suv
    with_it, without = measure_left(volume, place), measure_left(volume, place, [other])
    assert isinstance(with_it, Left)
    assert isinstance(without, Left)
    assert without.max < with_it.max
    assert without.voxels < with_it.voxels
    assert without.background == pytest.approx(BACKGROUND, abs=0.05)
    nothing = measure_left(volume, other, [other])
    assert nothing == NothingLeft(why="its place lies wholly within other lesions")
