"""Two scans of one patient brought together: a rigid motion by mutual information."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.following.mutual import (
    BINS,
    Samples,
    information_with_pull,
    mutual_information,
    overlap,
    sampled,
)
from reinfuse.imaging.following.pyramid import (
    TISSUE_FROM,
    Level,
    body_of,
    coarser,
    levelled,
    middle_of,
)
from reinfuse.imaging.following.rigid import Rigid, at_rest, left_jacobian, rigid_of
from reinfuse.imaging.volume import Floats, Volume

# Voxel size in mm and number of points of each round (ours).
ROUNDS = ((12.0, 8_000), (6.0, 20_000), (4.0, 40_000))
BODY_MM = 8.0  # voxels on which the body is found
UNIT_MM, MOST_STEPS = 5.0, 25
HELD_OUT = 40_000  # fresh points that judge the result
ARM_MM = 200.0  # turning by 1 / 200 rad moves what lies 200 mm away by 1 mm
SEARCH_MM = (-120, -90, -60, -40, -20, 0, 20, 40, 60, 90, 120)  # along the body, at first
FEWEST_POINTS = 500
LEAST_INFORMATION = 0.05  # nats; scans of different things share less (ours)
FARTHEST_MM, FARTHEST_DEG = 250.0, 30.0
LOOSE_MM = 3.0  # between two fits with different points, at the border of the body


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Registered:
    """A motion from the fixed scan to the moving one, and how far it can be trusted.

    `before` and `after` are mutual information in nats on points that the fit never saw, without
    the motion and with it. `repeat_mm` is the farthest that a second fit with other points lies
    from the first, at the corners of the body. `overlap` is the share of the body in both scans.
    """

    motion: Rigid
    before: float
    after: float
    repeat_mm: float
    overlap: float
    findings: tuple[Finding, ...] = ()

    @property
    def gain(self) -> float:
        """Mutual information won, nats; 0 where the scans were left as they lie."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Unregistered:
    """Two scans that could not be brought together, and why."""

    why: str


def register(fixed: Volume, moving: Volume, *, seed: int) -> Registered | Unregistered:
    """The rigid motion that takes points of the fixed scan to the same places in the moving one.

    Both are CT in Hounsfield units or both SUV. Three rounds from 12 to 4 mm of a quasi-Newton
    search on mutual information, from the best of some shifts along the body. A motion that
    does not better points it was not fitted to is not used: the scans stay as they lie, with a
    finding.

    Source: mutual information after Wells 1996 and Maes 1997, doi:10.1109/42.563664.
    """
    if fixed.unit != moving.unit:
        return Unregistered(why=f"one scan is in {fixed.unit}, the other in {moving.unit}")
    if fixed.unit[:2] not in TISSUE_FROM:
        return Unregistered(why=f"the scans are in {fixed.unit}, neither in HU nor in SUV")
    pairs = _rounds(fixed, moving)
    if any(int(level.body.sum()) < FEWEST_POINTS for level in pairs[0]):
        return Unregistered(why="a scan holds too little of a body")
    rng = np.random.default_rng(seed)
    pivot = middle_of(pairs[0][0].body, pairs[0][0].grid)
    vector = _opening(pairs[0], pivot, rng)
    for pair, (_, count) in zip(pairs[:-1], ROUNDS[:-1], strict=True):
        vector = _climbed(vector, pair, sampled(pair[0], count, rng), pivot)
    _, count = ROUNDS[-1]
    first, second = (
        _climbed(vector, pairs[-1], sampled(pairs[-1][0], count, rng), pivot) for _ in range(2)
    )
    # The mean of two fits is nearer to the truth than either.
    vector = (first + second) / 2
    judge = sampled(pairs[-1][0], HELD_OUT, rng)
    repeat = _motion(first, pivot).apart(_motion(second, pivot), _corners(pairs[0][0]))
    return _judged(_motion(vector, pivot), judge, pairs[-1][1], repeat)


def _judged(
    motion: Rigid, judge: Samples, moving: Level, repeat: float
) -> Registered | Unregistered:
    before = mutual_information(judge, moving, at_rest())
    after = mutual_information(judge, moving, motion)
    shift = float(np.linalg.norm(motion.shift))
    if max(before, after) < LEAST_INFORMATION:
        return Unregistered(why="the two scans share no structure, wherever one is moved")
    if shift > FARTHEST_MM or motion.angle_deg > FARTHEST_DEG:
        return Unregistered(
            why=f"the best motion, {shift:.0f} mm and {motion.angle_deg:.0f} degrees, "
            "is farther than a patient lies differently"
        )
    findings = []
    if after <= before:
        findings.append(
            Finding(
                severity=Severity.NOTE,
                rule="registration-no-gain",
                what="no motion brought the scans closer together; they are compared as they lie",
                fix="look whether the same places of the body are at the same heights",
            )
        )
        motion, after, repeat = at_rest(), before, 0.0
    if repeat > LOOSE_MM:
        findings.append(
            Finding(
                severity=Severity.AMBIGUITY,
                rule="registration-loose",
                what=f"two fits of the patient's position differ by {repeat:.1f} mm",
                fix="check by eye that matched lesions are the same",
            )
        )
    return Registered(
        motion=motion,
        before=before,
        after=after,
        repeat_mm=repeat,
        overlap=overlap(judge, moving, motion),
        findings=tuple(findings),
    )


def _rounds(fixed: Volume, moving: Volume) -> list[tuple[Level, Level]]:
    found: list[tuple[Level, ...]] = []
    for volume in (fixed, moving):
        finest = coarser(volume, ROUNDS[-1][0])
        rough = coarser(finest, BODY_MM)
        body = Volume(values=body_of(rough).astype(np.float32), grid=rough.grid, unit="1")
        found.append(tuple(levelled(coarser(finest, mm), body, BINS) for mm, _ in ROUNDS))
    return list(zip(*found, strict=True))


def _opening(pair: tuple[Level, Level], pivot: Floats, rng: np.random.Generator) -> Floats:
    """The best of some shifts along the body, with bodies in line sideways or as they lie."""
    samples = sampled(pair[0], ROUNDS[0][1], rng)
    aside = middle_of(pair[1].body, pair[1].grid) - pivot
    tries = [
        np.array([0, 0, 0, share * aside[0], share * aside[1], along])
        for share in (0.0, 1.0)
        for along in (*SEARCH_MM, float(aside[2]))
    ]
    return max(tries, key=lambda one: mutual_information(samples, pair[1], _motion(one, pivot)))


def _climbed(start: Floats, pair: tuple[Level, Level], samples: Samples, pivot: Floats) -> Floats:
    """The six numbers that a quasi-Newton search reaches from a start."""
    from scipy.optimize import minimize  # noqa: PLC0415 # heavy

    def lost(vector: Floats) -> tuple[float, Floats]:
        motion = _motion(vector, pivot)
        information, pull = information_with_pull(samples, pair[1], motion)
        arms = (samples.points - pivot) @ motion.turn.T
        torque = np.cross(arms, pull).sum(axis=0)
        turn = left_jacobian(vector[:3] / ARM_MM).T @ torque / ARM_MM
        return -information, -np.concatenate((turn, pull.sum(axis=0)))

    # Steps in half centimetres: the first trial step is then about one voxel of the round.
    found = minimize(
        lambda v: _scaled(lost(v * UNIT_MM)),
        np.asarray(start) / UNIT_MM,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": MOST_STEPS, "ftol": 1e-6, "gtol": 1e-4},
    )
    return np.asarray(found.x * UNIT_MM, np.float64)


def _scaled(found: tuple[float, Floats]) -> tuple[float, Floats]:
    return found[0], found[1] * UNIT_MM


def _motion(vector: Floats, pivot: Floats) -> Rigid:
    """The motion of six numbers in mm: three turns at arm's length, three shifts."""
    return rigid_of(np.asarray(vector[:3]) / ARM_MM, np.asarray(vector[3:]), pivot)


def _corners(level: Level) -> Floats:
    ends = np.array([[axis.min(), axis.max()] for axis in np.nonzero(level.body)])
    return level.grid.millimetres(
        [[ends[k, c] for k, c in enumerate(corner)] for corner in np.ndindex(2, 2, 2)]
    )
