"""Which events lie inside one gate, by its own borders alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.gates.stretches import Inside, Linear, in_stretch, on_scale
from reinfuse.cytometry.gates.values import (
    Dimension,
    Ellipsoid,
    Gate,
    Polygon,
    Quadrant,
    Rectangle,
)
from reinfuse.cytometry.sample import Floats
from reinfuse.cytometry.scales.scale import Scale
from reinfuse.errors import ReinfuseError

AT_ONCE = 1 << 15  # events whose intermediate results stay in a core's own cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """The linear values of a dimension, `"events"`, and the scale that borders are given on."""

    linear: Linear
    scale: Scale | None

    def taken(self, events: NDArray[np.intp]) -> Axis:
        """The same for some events, by their numbers."""
        return Axis(linear=self.linear[events], scale=self.scale)


Axes = Mapping[Dimension, Axis]
Box = tuple[Floats, Floats]  # lowest and highest, `"axes"` each
Stretch = tuple[Axis, float | None, float | None]  # from a border to a border, None is open


def inside(gate: Gate, axes: Axes) -> Inside:
    """Which events, `"events"`, lie within the borders of a gate that has any.

    Parents are not looked at. Not for boolean gates, which have no borders.
    """
    if isinstance(gate, Rectangle):
        return _in_all([(axes[side.dimension], side.low, side.high) for side in gate.sides])
    if isinstance(gate, Quadrant):
        return _in_all(
            [
                (axes[divider.dimension], *_ends(divider.cuts, number))
                for divider, number in gate.stretches
            ]
        )
    if isinstance(gate, Polygon):
        corners = np.array(gate.corners, dtype=np.float64)
        return _in_box_and(
            [axes[gate.x], axes[gate.y]],
            (corners.min(axis=0), corners.max(axis=0)),
            lambda x, y: in_polygon(x, y, corners),
        )
    assert isinstance(gate, Ellipsoid)
    mean, covariance = np.array(gate.mean), covariance_of(gate)
    return _in_box_and(
        [axes[dimension] for dimension in gate.dimensions],
        box_of(gate),
        lambda *values: squared_distance(values, mean, covariance) <= gate.distance,
    )


def covariance_of(gate: Ellipsoid) -> Floats:
    """The covariance matrix, `"axes axes"`; ReinfuseError unless it fits and has an inverse."""
    covariance = np.array(gate.covariance, dtype=np.float64)
    size = len(gate.dimensions)
    if covariance.shape != (size, size) or len(gate.mean) != size or gate.distance < 0:
        raise ReinfuseError(
            f"an ellipsoid in {size} dimensions needs {size} means, {size} x {size} covariances "
            "and a squared distance of at least 0",
            where=f"gate {gate.name}",
            fix="correct the numbers of the gate",
        )
    if np.linalg.cond(covariance) > 1 / np.finfo(np.float64).eps:
        raise ReinfuseError(
            "the covariance matrix of an ellipsoid has no inverse",
            where=f"gate {gate.name}",
            fix="correct the numbers of the gate",
        )
    return covariance


def box_of(gate: Ellipsoid) -> Box | None:
    """The lowest and highest place on each axis; None for a matrix that makes no ellipsoid.

    Such a matrix is not symmetric or not positive definite. The gate's inequality then holds far
    out as well, and the standard's own examples have one like that.
    """
    covariance = covariance_of(gate)
    if not np.allclose(covariance, covariance.T) or np.linalg.eigvalsh(covariance).min() <= 0:
        return None
    mean = np.array(gate.mean)
    reach = np.sqrt(gate.distance * np.diag(covariance)) * (1 + 1e-9)  # rounding must not cut
    return mean - reach, mean + reach


def in_polygon(x: Floats, y: Floats, corners: Floats) -> Inside:
    """Whether points, `"events"` each, lie in a closed line through corners, `"corners xy"`.

    A point is inside when a ray from it crosses the line an odd number of times, so that lines
    that cross themselves leave holes; a point on the line is inside.
    Source: Gating-ML 2.0, section on polygons, doi:10.1002/cyto.a.22690.
    """
    crossed = np.zeros(x.shape, dtype=np.bool_)
    on_line = np.zeros(x.shape, dtype=np.bool_)
    before = np.roll(corners, 1, axis=0)
    for (x0, y0), (x1, y1) in zip(before, corners, strict=True):
        if y0 == y1:
            on_line |= (y == y0) & (x >= min(x0, x1)) & (x <= max(x0, x1))
            continue
        if y0 > y1:
            x0, y0, x1, y1 = x1, y1, x0, y0  # noqa: PLW2901 - one direction for all edges
        # Positive left of the edge, as it goes upward.
        side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
        level = (y >= y0) & (y < y1)
        crossed ^= level & (side > 0)
        on_line |= (side == 0) & (y >= y0) & (y <= y1)
    return crossed | on_line


def squared_distance(values: Sequence[Floats], mean: Floats, covariance: Floats) -> Floats:
    """Squared Mahalanobis distances, `"events"`, of values given axis by axis."""
    offsets = np.stack([axis - centre for axis, centre in zip(values, mean, strict=True)])
    return np.asarray(np.einsum("ae,ae->e", offsets, np.linalg.solve(covariance, offsets)))


def _ends(cuts: Sequence[float], number: int) -> tuple[float | None, float | None]:
    low = cuts[number - 1] if number > 0 else None
    high = cuts[number] if number < len(cuts) else None
    return low, high


def _in_all(stretches: Sequence[Stretch]) -> Inside:
    (axis, low, high), *others = stretches
    result = in_stretch(axis.linear, axis.scale, low=low, high=high)
    for axis, low, high in others:
        result &= in_stretch(axis.linear, axis.scale, low=low, high=high)
    return result


def _in_box_and(
    axes: Sequence[Axis],
    box: Box | None,
    test: Callable[..., Inside],
) -> Inside:
    """A test on the scales, made only for events in a box, which is quick to look at."""
    if box is None:
        stretches: list[Stretch] = [(axis, None, None) for axis in axes]
    else:
        stretches = [
            (axis, float(low), float(np.nextafter(high, np.inf)))
            for axis, low, high in zip(axes, *box, strict=True)
        ]
    result = _in_all(stretches)
    candidates = np.flatnonzero(result)
    for first in range(0, candidates.size, AT_ONCE):
        some = candidates[first : first + AT_ONCE]
        result[some] = test(*(on_scale(axis.linear[some], axis.scale) for axis in axes))
    return result
