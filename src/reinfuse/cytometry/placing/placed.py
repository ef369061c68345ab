"""A gate placed on a tube, or on a control and a sample together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from reinfuse.cytometry.gates.values import (
    Boolean,
    Dimension,
    Divider,
    Ellipsoid,
    Polygon,
    Quadrant,
    Rectangle,
    Values,
)
from reinfuse.cytometry.placing.borders import Line, Sought, sought
from reinfuse.cytometry.placing.clusters import seen
from reinfuse.cytometry.placing.shapes import (
    Outline,
    borders,
    in_order,
    outline,
    shifted,
    with_borders,
)
from reinfuse.cytometry.placing.values import (
    Cluster,
    Flank,
    How,
    Move,
    Percentile,
    Placeable,
    Placed,
    Spot,
    Standing,
    Tail,
)
from reinfuse.cytometry.sample import Floats
from reinfuse.cytometry.scales.scale import Scale
from reinfuse.errors import ReinfuseError

Scales = Mapping[str, Scale]


def place(gate: Placeable, values: Values, how: How, *, scales: Scales) -> Placed:
    """A gate moved to where the parent's events lie, near the template that it is.

    `values` are the events of the parent, `"events"` for each dimension of the gate, on the
    gate's scales; `scales` are those of the gate set, for telling shifts in linear units. The
    same events give the same gate: nothing is drawn by chance. Each border is placed by itself.
    """
    return _placed(gate, (values,), how, scales)


def place_together(
    gate: Placeable, *, control: Values, sample: Values, how: How, scales: Scales
) -> Placed:
    """One gate for a control and its sample, so that both are counted behind the same border.

    `Tail`, `Percentile` and `Flank` ask where the background ends, and look at the control alone;
    `Valley` and `Cluster` look at both tubes, which weigh the same.
    """
    tubes = (control,) if isinstance(how, Tail | Percentile | Flank) else (control, sample)
    return _placed(gate, tubes, how, scales)


def anchored(gate: Polygon | Ellipsoid, values: Values, how: Cluster) -> Cluster:
    """`how` with its anchor at the cluster of the tube that the template was drawn on.

    Without a cluster there, `how` as it is. Placing the template on that tube then moves nothing.
    """
    shape = outline(gate)
    if shape is None:
        return how
    found = seen(_pairs(shape, (values,)), shape, how)
    return replace(how, anchor=found.found) if found.standing is Standing.MOVED else how


def _placed(gate: Placeable, tubes: Sequence[Values], how: How, scales: Scales) -> Placed:
    events = sum(next((len(row) for row in tube.values()), 0) for tube in tubes)
    unfit = _unfit(gate, how)
    if unfit:
        return Placed(gate=gate, template=gate, moves=(), events=events, unfit=unfit)
    new, moves = (
        _by_cluster(gate, tubes, how, scales)
        if isinstance(how, Cluster)
        else _by_border(gate, tubes, how, scales)
    )
    return Placed(gate=new, template=gate, moves=moves, events=events)


def _by_border(
    gate: Placeable, tubes: Sequence[Values], how: Line, scales: Scales
) -> tuple[Placeable, tuple[Move, ...]]:
    assert isinstance(gate, Rectangle | Quadrant | Divider)  # the others are unfit
    marks = borders(gate)
    results = [
        sought([_of(tube, mark.dimension) for tube in tubes], mark.place, how) for mark in marks
    ]
    new = with_borders(
        gate,
        [
            one.found if one.standing is Standing.MOVED else mark.place
            for mark, one in zip(marks, results, strict=True)
        ],
    )
    if not in_order(new):
        results = [_crossed(one) for one in results]
        new = gate
    moves = tuple(
        _move(mark.dimension, mark.name, mark.place, one, scales)
        for mark, one in zip(marks, results, strict=True)
    )
    return new, moves


def _by_cluster(
    gate: Placeable, tubes: Sequence[Values], how: Cluster, scales: Scales
) -> tuple[Placeable, tuple[Move, ...]]:
    assert isinstance(gate, Rectangle | Polygon | Ellipsoid)  # the others are unfit
    shape = outline(gate)
    assert shape is not None
    found = seen(_pairs(shape, tubes), shape, how)
    anchor = how.anchor or shape.centre
    by = (found.found[0] - anchor[0], found.found[1] - anchor[1])
    moves = tuple(
        _move(
            dimension,
            "centre",
            centre,
            Sought(found=centre + step, standing=found.standing, because=found.because),
            scales,
        )
        for dimension, centre, step in zip((shape.x, shape.y), shape.centre, by, strict=True)
    )
    return (shifted(gate, by) if found.standing is Standing.MOVED else gate), moves


def _unfit(gate: Placeable, how: How) -> str:
    """Why a gate cannot be placed this way; empty if it can."""
    if isinstance(gate, Boolean):
        return "it is made of other gates and has no borders of its own"
    if isinstance(how, Cluster):
        if isinstance(gate, Quadrant | Divider) or outline(gate) is None:
            return "only a closed gate of two dimensions can follow a cluster"
        return ""
    if isinstance(gate, Polygon | Ellipsoid):
        return "it has no straight borders; such a gate can follow a cluster"
    return ""


def _crossed(one: Sought) -> Sought:
    return replace(one, standing=Standing.CROSSED) if one.standing is Standing.MOVED else one


def _move(dimension: Dimension, border: str, was: float, one: Sought, scales: Scales) -> Move:
    now = one.found if one.standing is Standing.MOVED else was
    return Move(
        dimension=dimension,
        border=border,
        was=_spot(dimension, was, scales),
        now=_spot(dimension, now, scales),
        found=_spot(dimension, one.found, scales),
        standing=one.standing,
        because=one.because,
    )


def _spot(dimension: Dimension, place: float, scales: Scales) -> Spot:
    if dimension.scale is None or math.isnan(place):
        return Spot(scaled=place, linear=place)
    if dimension.scale not in scales:
        raise ReinfuseError(
            f"there is no scale {dimension.scale}",
            where=f"dimension {dimension.name}",
            fix="give the scales of the gate set",
        )
    return Spot(scaled=place, linear=float(scales[dimension.scale].inverse([place])[0]))


def _pairs(shape: Outline, tubes: Sequence[Values]) -> list[tuple[Floats, Floats]]:
    return [(_of(tube, shape.x), _of(tube, shape.y)) for tube in tubes]


def _of(values: Values, dimension: Dimension) -> Floats:
    if dimension not in values:
        raise ReinfuseError(
            f"there are no values of {dimension.name}",
            where=f"scale {dimension.scale}, compensation {dimension.compensation}",
            fix="give the parent's events on every dimension of the gate",
        )
    return values[dimension]
