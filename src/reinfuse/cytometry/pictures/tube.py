"""The pictures of one tube, while its events are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.gates.dimensions import axes_of, dimensions_of
from reinfuse.cytometry.gates.inside import Axes, Axis
from reinfuse.cytometry.gates.stretches import Inside, on_scale
from reinfuse.cytometry.gates.values import FROM_FILE, Dimension, Divider, Gate
from reinfuse.cytometry.pictures.rulers import BINS, ruler_of
from reinfuse.cytometry.pictures.shapes import Pair, pairs_of, shape_of
from reinfuse.cytometry.pictures.values import GatePicture, Outline, Ruler, TubePictures
from reinfuse.cytometry.placing.values import Placed
from reinfuse.cytometry.sample import Sample
from reinfuse.cytometry.strategy.tube import TubeGated

Places = tuple[str | None, Pair]  # a parent, and what its events are seen on


def tube_pictures(sample: Sample, gated: TubeGated, *, bins: int = BINS) -> TubePictures:
    """A picture for every gate with borders that is in `gated.inside`, in the order of the gates.

    Gates of one parent on the same dimensions share a picture. A control that was gated behind the
    borders of its sample has its pictures on the same grids. The result has at most `bins` squared
    counts for each picture, and nothing of the file but its hash.
    """
    gates = tuple(gate for gate in gated.gate_set.gates if gate.name in gated.inside)
    axes = axes_of(gated.gate_set, sample, (each for gate in gates for each in dimensions_of(gate)))
    markers = {channel: marker for marker, channel in gated.channels.items()}
    rulers = {each: ruler_of(each, axis, markers, bins) for each, axis in axes.items()}
    return TubePictures(
        sha256=sample.sha256,
        data_set=sample.data_set,
        spill=_spill_words(sample, gated),
        pictures=tuple(
            _picture(where, those, gated.inside, axes, rulers)
            for where, those in _grouped(gates).items()
        ),
    )


def with_templates(pictures: TubePictures, placed: Mapping[str, Placed]) -> TubePictures:
    """The pictures with the template's outline beside each gate that was moved from it."""
    return replace(
        pictures, pictures=tuple(_beside_template(one, placed) for one in pictures.pictures)
    )


def _grouped(gates: tuple[Gate, ...]) -> dict[Places, list[Gate]]:
    found: dict[Places, list[Gate]] = {}
    for gate in gates:
        dimensions = dimensions_of(gate)
        for pair in pairs_of(dimensions) if dimensions else ():
            found.setdefault((gate.parent, pair), []).append(gate)
    return found


def _picture(
    where: Places,
    gates: list[Gate],
    inside: Mapping[str, Inside],
    axes: Axes,
    rulers: Mapping[Dimension, Ruler],
) -> GatePicture:
    parent, (x, y) = where
    events = None if parent is None else np.flatnonzero(inside[parent])
    across, outside = _steps(axes[x], rulers[x], events)
    if y is None:
        kept = ~outside
        counts = np.bincount(across[kept], minlength=rulers[x].bins)
    else:
        up, beyond = _steps(axes[y], rulers[y], events)
        kept = ~(outside | beyond)
        shape = (rulers[y].bins, rulers[x].bins)
        counts = np.bincount(up[kept] * shape[1] + across[kept], minlength=shape[0] * shape[1])
        counts = counts.reshape(shape)
    return GatePicture(
        parent=parent,
        parent_count=int(kept.size),
        x=rulers[x],
        y=None if y is None else rulers[y],
        counts=counts.astype(np.int64),
        placeless=int(kept.size - np.count_nonzero(kept)),
        outlines=tuple(
            Outline(
                name=gate.name,
                count=int(np.count_nonzero(inside[gate.name])),
                shape=shape_of(gate, x, y),
            )
            for gate in gates
        ),
    )


def _steps(
    axis: Axis, ruler: Ruler, events: NDArray[np.intp] | None
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """The step of each event on a ruler, and which events have no place there."""
    linear = axis.linear if events is None else axis.linear[events]
    places = on_scale(linear, axis.scale)
    outside = np.isnan(places)
    # The ends first: an infinite place cannot be made a whole number.
    steps = np.clip((places - ruler.low) / ruler.step, 0.0, ruler.bins - 1.0)
    return np.where(outside, 0.0, steps).astype(np.intp), outside


def _beside_template(picture: GatePicture, placed: Mapping[str, Placed]) -> GatePicture:
    x, y = picture.x.dimension, None if picture.y is None else picture.y.dimension
    outlines = []
    for one in picture.outlines:
        template = placed[one.name].template if one.name in placed else None
        was = (
            None if template is None or isinstance(template, Divider) else shape_of(template, x, y)
        )
        outlines.append(replace(one, template=None if was == one.shape else was))
    return replace(picture, outlines=tuple(outlines))


def _spill_words(sample: Sample, gated: TubeGated) -> str:
    """What was undone, in words for a reader."""
    used = {
        each.compensation
        for gate in gated.gate_set.gates
        for each in dimensions_of(gate)
        if each.compensation == FROM_FILE or each.compensation in gated.gate_set.matrices
    }
    if not used:
        return "nothing was compensated"
    said = []
    for name in sorted(used):
        spill = sample.spill if name == FROM_FILE else gated.gate_set.matrices[name]
        source = "the file" if name == FROM_FILE else f"the {name}"
        if spill is None:
            said.append("the file carries no spill matrix, and nothing was compensated")
        else:
            size = " x ".join(str(length) for length in spill.matrix.shape)
            said.append(f"spill matrix of {source}, {size}: {', '.join(spill.channels)}")
    return "; ".join(said)
