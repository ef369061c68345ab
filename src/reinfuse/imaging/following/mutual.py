"""How much one scan tells of another under a motion: mutual information over sampled points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.imaging.following.pyramid import Level
from reinfuse.imaging.following.rigid import Rigid
from reinfuse.imaging.volume import Floats

BINS = 32
_RARE = 1e-6  # the share that stands for a cell without points, where a log is asked for
LEAST_OVERLAP = 0.3  # of the points, below which nothing is said (ours)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Samples:
    """Points in the body of the fixed scan, `"n xyz"` in mm, and the bin of each."""

    points: Floats
    bins: NDArray[np.intp]


def sampled(fixed: Level, count: int, rng: np.random.Generator) -> Samples:
    """Points at random in the body, between voxels too.

    Off the voxel centres, since points on a grid make mutual information favour shifts by whole
    voxels. Source: Pluim 2000, doi:10.1006/cviu.1999.0816 (recalled).
    """
    places = np.flatnonzero(fixed.body)
    chosen = rng.choice(places, min(count, places.size), replace=False)
    indices = np.stack(np.unravel_index(chosen, fixed.grid.shape), axis=-1)
    off = indices + rng.uniform(-0.5, 0.5, indices.shape)
    values, _ = _between(fixed, np.clip(off, 0, np.asarray(fixed.grid.shape) - 1))
    return Samples(points=fixed.grid.millimetres(off), bins=np.rint(values).astype(np.intp))


def mutual_information(samples: Samples, moving: Level, motion: Rigid) -> float:
    """Mutual information in nats of the fixed and the moved scan; 0 where they hardly overlap."""
    return information_with_pull(samples, moving, motion)[0]


def information_with_pull(samples: Samples, moving: Level, motion: Rigid) -> tuple[float, Floats]:
    """Mutual information in nats, and its derivative by the place of each moved point, `"n xyz"`.

    Bins of the moving scan share a value between them by its distance, so that a small motion
    makes a small change. Points outside the moving scan count for nothing and pull nowhere.
    """
    found = moving.grid.indices(motion.of(samples.points))
    covered = _within(found, moving)
    pull = np.zeros_like(samples.points)
    count = int(covered.sum())
    if count < LEAST_OVERLAP * covered.size or count == 0:
        return 0.0, pull
    values, slopes = _between(moving, found[covered])
    below = np.minimum(values.astype(np.intp), BINS - 2)
    share = values - below
    cells = samples.bins[covered] * BINS + below
    weights = np.bincount(cells, 1 - share, BINS * BINS)
    weights[1:] += np.bincount(cells, share, BINS * BINS)[:-1]
    joint = np.asarray(weights, np.float64).reshape(BINS, BINS) / count
    information, logs = _information(joint)
    # A higher value moves its weight to the next bin; what the row sums to stays the same.
    worth = (logs.ravel()[cells + 1] - logs.ravel()[cells]) / count
    pull[covered] = (worth[:, None] * slopes) @ np.linalg.inv(moving.grid.steps).T
    return information, pull


def overlap(samples: Samples, moving: Level, motion: Rigid) -> float:
    """The share of the points that come to lie within the moving scan."""
    found = moving.grid.indices(motion.of(samples.points))
    return float(_within(found, moving).mean())


def _within(indices: Floats, level: Level) -> NDArray[np.bool_]:
    top = np.asarray(level.grid.shape) - 1
    return np.asarray(((indices >= 0) & (indices <= top)).all(axis=-1))


def _between(level: Level, indices: Floats) -> tuple[Floats, Floats]:
    """Values between voxels, linear in each direction, and their slopes by index `"n zyx"`."""
    shape = level.grid.shape
    low = np.clip(indices.astype(np.intp), 0, np.asarray(shape) - 2)
    z, y, x = (indices - low).T
    first = (low[:, 0] * shape[1] + low[:, 1]) * shape[2] + low[:, 2]
    flat = level.values.ravel()
    row, plane = shape[2], shape[1] * shape[2]
    # Along columns first: four edges, then two, then one.
    edges, rises = [], []
    for start in (0, row, plane, plane + row):
        left, right = flat[first + start], flat[first + start + 1]
        rises.append(right - left)
        edges.append(left + x * rises[-1])
    fronts = edges[0] + y * (edges[1] - edges[0]), edges[2] + y * (edges[3] - edges[2])
    by_x = [rises[0] + y * (rises[1] - rises[0]), rises[2] + y * (rises[3] - rises[2])]
    by_y = (edges[1] - edges[0]) * (1 - z) + (edges[3] - edges[2]) * z
    slopes = (fronts[1] - fronts[0], by_y, by_x[0] * (1 - z) + by_x[1] * z)
    values = fronts[0] + z * (fronts[1] - fronts[0])
    return np.asarray(values, np.float64), np.asarray(np.stack(slopes, axis=-1), np.float64)


def _information(joint: Floats) -> tuple[float, Floats]:
    """Mutual information of shares, and the log of each by its column: 0 where there is none."""
    rows, columns = joint.sum(axis=1, keepdims=True), joint.sum(axis=0, keepdims=True)
    seen = joint > 0
    by_column = np.zeros_like(joint)
    np.divide(joint, columns, out=by_column, where=seen)
    logs = np.full_like(joint, np.log(_RARE))
    np.log(by_column, out=logs, where=seen)
    own = float((rows[rows > 0] * np.log(rows[rows > 0])).sum())
    return float((joint[seen] * logs[seen]).sum()) - own, logs
