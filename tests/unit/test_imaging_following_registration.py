"""A patient who lies differently is found again."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from reinfuse.imaging.following import Registered, Unregistered, register
from reinfuse.imaging.following.mutual import BINS, Samples, information_with_pull, sampled
from reinfuse.imaging.following.pyramid import Level, coarser
from reinfuse.imaging.following.rigid import Rigid, at_rest, left_jacobian, rigid_of
from reinfuse.imaging.twin.render import Rendered
from reinfuse.imaging.twin.scans import founding_scans
from reinfuse.imaging.twin.shapes import Pose
from reinfuse.imaging.twin.writing import make_twin
from reinfuse.imaging.volume import Grid, Volume

POSES = {
    "a little": Pose(shift_mm=(3.0, -5.0, 8.0), turn_deg=(1.0, 1.5, -2.0)),
    "far along the body": Pose(shift_mm=(-12.0, 8.0, 48.0), turn_deg=(2.0, -3.0, 4.0)),
    "turned": Pose(shift_mm=(6.0, -5.0, -30.0), turn_deg=(-4.0, 3.0, -8.0)),
}
PLACES = np.array(
    [(-46.0, 26.0, -178.0), (66.0, 16.0, -262.0), (0.0, 0.0, 0.0), (120.0, -60.0, 150.0)]
)


@cache
def lying(pose: str | None, number: int) -> Rendered:
    scan = founding_scans()[number]
    scan = replace(scan, pose=POSES[pose] if pose else Pose())
    return make_twin(seed=10 + number, scans=(scan,))[0][1]


@cache
def by_uptake() -> Registered | Unregistered:
    return register(lying(None, 0).suv, lying("a little", 2).suv, seed=1)


def check(found: Registered | Unregistered, pose: Pose, mm: float, degrees: float) -> None:
    assert isinstance(found, Registered)
    true = Rigid(turn=pose.matrix, shift=np.array(pose.shift_mm), pivot=np.array(pose.pivot))
    assert found.motion.apart(true, PLACES) < mm
    assert found.motion.inverse.then(true).angle_deg < degrees
    assert found.gain > 0.1
    assert found.repeat_mm < 2.0


@pytest.mark.parametrize("pose", ["far along the body", "turned"])
def test_a_known_pose_is_found_by_ct(pose: str) -> None:
    found = register(lying(None, 0).hu, lying(pose, 1).hu, seed=1)
    check(found, POSES[pose], mm=1.0, degrees=0.5)


def test_a_known_pose_is_found_by_uptake_though_the_lesions_went() -> None:
    found = by_uptake()
    check(found, POSES["a little"], mm=1.0, degrees=0.5)


def test_the_same_seed_finds_the_same() -> None:
    first, second = by_uptake(), by_uptake.__wrapped__()
    assert isinstance(first, Registered)
    assert isinstance(second, Registered)
    assert (first.motion.turn == second.motion.turn).all()
    assert (first.after, first.repeat_mm) == (second.after, second.repeat_mm)


def test_a_scan_that_lies_as_it_is_stays_so_and_says_so() -> None:
    scan = lying(None, 0).suv
    found = register(scan, scan, seed=1)
    assert isinstance(found, Registered)
    assert [one.rule for one in found.findings] == ["registration-no-gain"]
    assert found.gain == 0
    assert found.motion.apart(at_rest(), PLACES) == 0


def test_noise_of_another_scanner_is_no_patient() -> None:
    scan = lying(None, 0).suv
    noise = np.random.default_rng(3).uniform(0.5, 5, scan.values.shape).astype(np.float32)
    found = register(scan, replace(scan, values=noise), seed=1)
    assert found == Unregistered(why="the two scans share no structure, wherever one is moved")


def test_an_empty_scan_and_another_kind_of_scan_are_refused_by_name() -> None:
    seen = lying(None, 0)
    empty = replace(seen.suv, values=np.zeros_like(seen.suv.values))
    assert register(seen.suv, empty, seed=1) == Unregistered(
        why="a scan holds too little of a body"
    )
    assert register(seen.hu, seen.suv, seed=1) == Unregistered(
        why="one scan is in HU, the other in SUV"
    )
    activity = replace(seen.suv, unit="Bq/mL")
    assert register(activity, activity, seed=1) == Unregistered(
        why="the scans are in Bq/mL, neither in HU nor in SUV"
    )


def test_slices_that_were_not_scanned_do_no_harm() -> None:
    moving = lying("a little", 2).suv
    holed = moving.values.copy()
    holed[:6] = np.nan
    found = register(lying(None, 0).suv, replace(moving, values=holed), seed=1)
    check(found, POSES["a little"], mm=1.0, degrees=0.5)


def test_mutual_information_is_that_of_the_histogram() -> None:
    """The plain twin: on whole bins and voxel centres it is the textbook sum over a table."""
    rng = np.random.default_rng(5)
    grid = Grid(shape=(12, 13, 14), origin=np.zeros(3), steps=np.eye(3)[::-1] * 2.0)
    first = rng.integers(0, BINS, grid.shape)
    second = np.where(rng.random(grid.shape) < 0.5, first, rng.integers(0, BINS, grid.shape))
    moving = Level(values=second.astype(np.float32), grid=grid, body=np.ones(grid.shape, np.bool_))
    indices = np.argwhere(moving.body)
    samples = Samples(points=grid.millimetres(indices), bins=first.ravel())
    joint = np.histogram2d(first.ravel(), second.ravel(), BINS, [[-0.5, BINS - 0.5]] * 2)[0]
    joint /= joint.sum()
    expected = sum(
        share * np.log(share / (joint[row].sum() * joint[:, column].sum()))
        for (row, column), share in np.ndenumerate(joint)
        if share > 0
    )
    assert information_with_pull(samples, moving, at_rest())[0] == pytest.approx(expected)


def test_the_pull_on_the_points_is_the_slope_of_the_information() -> None:
    rng = np.random.default_rng(6)
    steps = np.array([[0, 0.2, 3.0], [0, 2.0, 0], [2.5, 0, 0]])
    grid = Grid(shape=(20, 20, 20), origin=np.zeros(3), steps=steps)
    z, y, x = np.meshgrid(*(np.linspace(0, 3, 20),) * 3, indexing="ij")
    values = (BINS - 1) * (0.5 + 0.25 * np.sin(z + 2 * x) + 0.25 * np.cos(1.7 * y)) * 0.99
    # Away from the border, where points that leave make a step and no slope.
    body = np.zeros(grid.shape, np.bool_)
    body[3:-3, 3:-3, 3:-3] = True
    level = Level(values=values.astype(np.float32), grid=grid, body=body)
    samples = sampled(level, 2500, rng)
    for direction in np.eye(3):
        motion = replace(at_rest(), shift=np.array([1.3, -0.8, 0.9]))
        _, pull = information_with_pull(samples, level, motion)
        step = 1e-3
        ends = [
            information_with_pull(
                samples, level, replace(motion, shift=motion.shift + sign * step * direction)
            )[0]
            for sign in (1, -1)
        ]
        slope = (ends[0] - ends[1]) / (2 * step)
        assert pull.sum(axis=0) @ direction == pytest.approx(slope, rel=0.01, abs=1e-3)


def test_the_jacobian_of_a_turn_is_its_slope() -> None:
    vector, point = np.array([0.2, -0.3, 0.5]), np.array([30.0, -20.0, 50.0])
    step = 1e-6
    for axis in range(3):
        ends = [
            rigid_of(vector + sign * step * np.eye(3)[axis], np.zeros(3), np.zeros(3)).of(point)
            for sign in (1, -1)
        ]
        slope = (ends[0] - ends[1]) / (2 * step)
        turned = rigid_of(vector, np.zeros(3), np.zeros(3)).of(point)
        assert np.cross(left_jacobian(vector)[:, axis], turned) == pytest.approx(slope, abs=1e-5)


def test_motions_go_there_and_back() -> None:
    one = rigid_of(np.array([0.1, 0.2, -0.1]), np.array([5.0, 6.0, 7.0]), np.array([1.0, 2.0, 3.0]))
    other = rigid_of(np.array([-0.3, 0.0, 0.2]), np.array([1.0, 0.0, -7.0]), np.zeros(3))
    assert one.inverse.of(one.of(PLACES)) == pytest.approx(PLACES)
    assert one.then(other).of(PLACES) == pytest.approx(other.of(one.of(PLACES)))
    assert one.angle_deg == pytest.approx(np.degrees(np.sqrt(0.06)))


def test_coarser_voxels_are_means_in_the_same_places() -> None:
    grid = Grid(shape=(7, 8, 9), origin=np.array([5.0, 6, 7]), steps=np.diag([1.0, 1, 1])[::-1])
    values = np.random.default_rng(1).random(grid.shape).astype(np.float32)
    found = coarser(Volume(values=values, grid=grid, unit="SUV"), 2.0)
    assert found.values.shape == (3, 4, 4)
    assert found.values[1, 2, 3] == pytest.approx(values[2:4, 4:6, 6:8].mean(), rel=1e-5)
    assert found.grid.millimetres((1, 2, 3)) == pytest.approx(grid.millimetres((2.5, 4.5, 6.5)))
