"""The values that gates look at: channels, dyes and ratios, compensated, on linear values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from reinfuse.cytometry.compensation import compensated
from reinfuse.cytometry.fcs.spill import SPILL_UNREADABLE
from reinfuse.cytometry.gates.inside import Axes, Axis
from reinfuse.cytometry.gates.stretches import Linear
from reinfuse.cytometry.gates.values import (
    FROM_FILE,
    UNCOMPENSATED,
    Boolean,
    Dimension,
    Gate,
    GateSet,
    Polygon,
    Quadrant,
    Rectangle,
)
from reinfuse.cytometry.sample import Sample, Spill
from reinfuse.errors import ReinfuseError


def dimensions_of(gate: Gate) -> tuple[Dimension, ...]:
    """The dimensions that a gate's own borders lie on; none for a boolean gate."""
    if isinstance(gate, Boolean):
        return ()
    if isinstance(gate, Rectangle):
        return tuple(side.dimension for side in gate.sides)
    if isinstance(gate, Polygon):
        return (gate.x, gate.y)
    if isinstance(gate, Quadrant):
        return tuple(divider.dimension for divider, _ in gate.stretches)
    return gate.dimensions


def axes_of(gate_set: GateSet, sample: Sample, dimensions: Iterable[Dimension]) -> Axes:
    """Linear values and scale of every dimension; each channel is compensated once.

    ReinfuseError tells every channel, matrix and scale that is not there, at once.
    """
    asked = tuple(dict.fromkeys(dimensions))
    problems = [problem for each in asked for problem in _missing(gate_set, sample, each)]
    if problems:
        raise ReinfuseError(
            "; ".join(dict.fromkeys(problems)),
            where=sample.file,
            fix=f"the channels are: {', '.join(sample.names)}",
        )
    linear = _linear(gate_set, sample, asked)
    return {
        each: Axis(
            linear=linear[each.name, each.compensation],
            scale=None if each.scale is None else gate_set.scales[each.scale],
        )
        for each in asked
    }


def _missing(gate_set: GateSet, sample: Sample, dimension: Dimension) -> list[str]:
    problems = []
    if dimension.scale is not None and dimension.scale not in gate_set.scales:
        problems.append(f"there is no scale {dimension.scale}")
    named = dimension.compensation
    if named not in (UNCOMPENSATED, FROM_FILE) and named not in gate_set.matrices:
        return [*problems, f"there is no matrix {named}"]
    if named == FROM_FILE and (broken := _broken_spill(sample)):
        return [*problems, broken]
    spill = _spill(gate_set, sample, named)
    available = {*sample.names, *(() if spill is None else spill.dyes)}
    return problems + [
        f"there is no channel {name}"
        for name in _inputs(gate_set, dimension.name)
        if name not in available
    ]


def _broken_spill(sample: Sample) -> str | None:
    """What the reader said of a matrix that is in the file and cannot be used."""
    return next(
        (finding.what for finding in sample.findings if finding.rule == SPILL_UNREADABLE), None
    )


def _spill(gate_set: GateSet, sample: Sample, named: str) -> Spill | None:
    if named == UNCOMPENSATED:
        return None
    return sample.spill if named == FROM_FILE else gate_set.matrices[named]


def _inputs(gate_set: GateSet, name: str) -> tuple[str, ...]:
    ratio = gate_set.ratios.get(name)
    return (name,) if ratio is None else (ratio.numerator, ratio.denominator)


def _linear(
    gate_set: GateSet, sample: Sample, asked: Iterable[Dimension]
) -> Mapping[tuple[str, str], Linear]:
    names: dict[str, dict[str, None]] = {}  # channels by compensation, in the order asked
    for each in asked:
        names.setdefault(each.compensation, {}).update(dict.fromkeys(_inputs(gate_set, each.name)))
    channels = {
        (name, named): values
        for named, wanted in names.items()
        for name, values in _undone(gate_set, sample, named, tuple(wanted)).items()
    }
    linear: dict[tuple[str, str], Linear] = {}
    for each in asked:
        key = (each.name, each.compensation)
        ratio = gate_set.ratios.get(each.name)
        if ratio is None:
            linear[key] = channels[key]
            continue
        above = channels[ratio.numerator, each.compensation].astype(np.float64)
        below = channels[ratio.denominator, each.compensation].astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            quotient = ratio.a * (above - ratio.b) / (below - ratio.c)
        # A quotient by 0 is no number, and an event without a number lies in no gate.
        linear[key] = np.where(below == ratio.c, np.nan, quotient)
    return linear


def _undone(
    gate_set: GateSet, sample: Sample, named: str, wanted: tuple[str, ...]
) -> Mapping[str, Linear]:
    spill = _spill(gate_set, sample, named)
    spoken_of = () if spill is None else (*spill.channels, *spill.dyes)
    mixed = tuple(name for name in wanted if name in spoken_of)
    # Channels that no matrix speaks of stay views of the events, in the precision of the file.
    plain = {name: sample.values(name) for name in wanted if name not in mixed}
    if spill is None or not mixed:
        return plain
    title = "" if named == FROM_FILE else f"matrix {named}"
    return plain | compensated(sample, mixed, spill, matrix=title)
