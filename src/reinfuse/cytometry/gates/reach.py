"""Whether gates lie where a channel can have events at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from reinfuse.cytometry.gates.inside import Axes, Axis, box_of
from reinfuse.cytometry.gates.stretches import on_scale, reached
from reinfuse.cytometry.gates.values import (
    Boolean,
    Dimension,
    Ellipsoid,
    Gate,
    Polygon,
    Rectangle,
)
from reinfuse.cytometry.sample import Sample
from reinfuse.errors import Finding, Severity

Extent = tuple[float | None, float | None]  # lowest and highest border, on the scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Misplaced:
    """What is wrong with the place of a gate; `beyond` is yes where no value can reach it."""

    gate: str
    beyond: bool
    finding: Finding


def beyond_scale(gates: Iterable[Gate], axes: Axes, sample: Sample) -> Iterator[Misplaced]:
    """Gates with a border where their scale has no value, or above all that the detector gives.

    Such a border was mostly drawn on another scale, such as channel numbers 0 to 1023.
    """
    highest = {channel.name: channel.range for channel in sample.channels}
    for gate in gates:
        if isinstance(gate, Ellipsoid) and box_of(gate) is None:
            told = Finding(
                severity=Severity.CONTRADICTION,
                rule="gate-no-ellipsoid",
                what=f"gate {gate.name} is no ellipsoid: its covariances are not symmetric or not "
                "positive definite, and events far out lie inside as well",
                where=sample.file,
                fix="draw the gate again",
            )
            yield Misplaced(gate=gate.name, beyond=False, finding=told)
        for dimension, extent in _extents(gate).items():
            axis = axes[dimension]
            missed = [each for each in extent if each is not None and not reached(axis.scale, each)]
            if not missed and not _above_all(extent[0], axis, highest.get(dimension.name, 0.0)):
                continue
            why = (
                f"its scale does not reach {missed[0]:g}"
                if missed
                else f"it begins at {extent[0]:g} on its scale, above all that the channel gives"
            )
            told = Finding(
                severity=Severity.CONTRADICTION,
                rule="gate-beyond-scale",
                what=f"gate {gate.name} lies where {dimension.name} has no events: {why}",
                where=sample.file,
                fix="give the borders on the scale that the gate names",
            )
            yield Misplaced(gate=gate.name, beyond=True, finding=told)


def _extents(gate: Gate) -> Mapping[Dimension, Extent]:
    if isinstance(gate, Boolean):
        return {}
    if isinstance(gate, Rectangle):
        return {side.dimension: (side.low, side.high) for side in gate.sides}
    if isinstance(gate, Polygon):
        corners = np.array(gate.corners)
        low, high = corners.min(axis=0), corners.max(axis=0)
        return {
            gate.x: (float(low[0]), float(high[0])),
            gate.y: (float(low[1]), float(high[1])),
        }
    if isinstance(gate, Ellipsoid):
        box = box_of(gate)
        if box is None:
            return {}
        return {
            dimension: (float(low), float(high))
            for dimension, low, high in zip(gate.dimensions, *box, strict=True)
        }
    return {
        divider.dimension: (
            divider.cuts[number - 1] if number > 0 else None,
            divider.cuts[number] if number < len(divider.cuts) else None,
        )
        for divider, number in gate.stretches
    }


def _above_all(low: float | None, axis: Axis, highest: float) -> bool:
    """Whether a lower border lies above all that a detector can give, and above every event."""
    if low is None or highest <= 0 or _placed(axis, highest) >= low:
        return False
    with np.errstate(invalid="ignore"):
        return not axis.linear.size or not _placed(axis, float(np.nanmax(axis.linear))) >= low


def _placed(axis: Axis, linear: float) -> float:
    return float(on_scale(np.array([linear]), axis.scale)[0])
