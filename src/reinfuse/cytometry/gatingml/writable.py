"""What a file of gates cannot hold: gates of too few parts, and names that lead nowhere.

The rules are those of the standard's schema, version 2.0.121207.
Standard: Spidlen 2015, ISAC's Gating-ML 2.0, doi:10.1002/cyto.a.22690.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from reinfuse.cytometry.gates.dimensions import dimensions_of
from reinfuse.cytometry.gates.standing import only_standing
from reinfuse.cytometry.gates.values import (
    Boolean,
    Divider,
    Ellipsoid,
    Gate,
    GateSet,
    Polygon,
    Quadrant,
    Ratio,
    Rectangle,
)
from reinfuse.cytometry.gatingml.elements import readable
from reinfuse.cytometry.sample import Spill
from reinfuse.errors import ReinfuseError

FEWEST_CORNERS = 3
FEWEST_JOINED = FEWEST_SIDES = FEWEST_DETECTORS = 2
# Characters that no XML may hold, however they are written.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def check_writable(gate_set: GateSet) -> None:
    """ReinfuseError with all that keeps gates from being a valid file that reads back the same."""
    problems = [
        *_repeated(gate_set.gates),
        *only_standing(gate_set)[1],
        *(problem for gate in gate_set.gates for problem in _gate(gate)),
        *(problem for name, ratio in gate_set.ratios.items() for problem in _ratio(name, ratio)),
        *(problem for name, spill in gate_set.matrices.items() for problem in _matrix(name, spill)),
        *_nameless(gate_set),
    ]
    if problems:
        raise ReinfuseError(
            "; ".join(dict.fromkeys(problems)),
            where="gates as Gating-ML",
            fix="leave these gates out, or draw them as the standard can say them",
        )


def check_text(text: str) -> None:
    """ReinfuseError if a name put a character into a text that XML has no way to write."""
    found = _NOT_IN_XML.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise ReinfuseError(
            f"a name holds the character {found[0]!a}, which no XML can hold",
            where=f"gates as Gating-ML, line {line}",
            fix="rename the gate, scale, matrix or channel",
        )


def _repeated(gates: Iterable[Gate]) -> Iterator[str]:
    for name, times in Counter(gate.name for gate in gates).items():
        if times > 1:
            yield f"gate {name} is there {times} times"
    dividers: dict[tuple[str, str], Divider] = {}
    for gate in gates:
        if isinstance(gate, Quadrant):
            for divider, _ in gate.stretches:
                if dividers.setdefault((gate.of, divider.name), divider) != divider:
                    yield f"{gate.of} has two dividers that are called {divider.name}"


def _nameless(gate_set: GateSet) -> Iterator[str]:
    wholes = [gate.of for gate in gate_set.gates if isinstance(gate, Quadrant)]
    gates = [gate.name for gate in gate_set.gates]
    if not all((*gates, *wholes, *gate_set.scales, *gate_set.ratios, *gate_set.matrices)):
        yield "a gate, scale, ratio or matrix has no name"


def _gate(gate: Gate) -> Iterator[str]:
    told = f"gate {gate.name}"
    if any(not dimension.name for dimension in dimensions_of(gate)):
        yield f"{told} looks at a channel without a name"
    yield from _RULES[type(gate)](told, gate)


def _rectangle(told: str, gate: Rectangle) -> Iterator[str]:
    if not gate.sides:
        yield f"{told} has no sides"
    ends = (end for side in gate.sides for end in (side.low, side.high) if end is not None)
    yield from _numbers(told, ends)


def _polygon(told: str, gate: Polygon) -> Iterator[str]:
    if len(gate.corners) < FEWEST_CORNERS:
        yield f"{told} has {len(gate.corners)} corners, fewer than three"
    yield from _numbers(told, (value for corner in gate.corners for value in corner))


def _boolean(told: str, gate: Boolean) -> Iterator[str]:
    count, alone = len(gate.operands), gate.operator == "not"
    if count < (1 if alone else FEWEST_JOINED) or (alone and count > 1):
        yield f"{told} joins {count} gates by {gate.operator}"


def _ellipsoid(told: str, gate: Ellipsoid) -> Iterator[str]:
    size = len(gate.dimensions)
    if size < FEWEST_SIDES:
        yield f"{told} has {size} dimensions, fewer than two"
    if len(gate.mean) != size or [len(row) for row in gate.covariance] != [size] * size:
        yield f"{told} has not a mean and covariances for each of its dimensions"
    if gate.distance < 0:
        yield f"{told} has a squared distance below 0"
    yield from _numbers(told, (gate.distance, *gate.mean, *(v for r in gate.covariance for v in r)))


def _quadrant(told: str, gate: Quadrant) -> Iterator[str]:
    if not gate.stretches:
        yield f"{told} is bounded by no divider"
    for divider, number in gate.stretches:
        if not divider.cuts:
            yield f"the divider {divider.name} of {told} has no cuts"
        elif any(low >= high for low, high in pairwise(divider.cuts)):
            yield f"the cuts of the divider {divider.name} of {told} do not rise"
        elif not 0 <= number <= len(divider.cuts):
            yield f"{told} is in stretch {number} of the divider {divider.name}, which has it not"
        yield from _numbers(told, divider.cuts)


def _ratio(name: str, ratio: Ratio) -> Iterator[str]:
    told = f"the ratio {name}"
    if not (ratio.numerator and ratio.denominator):
        yield f"{told} has a channel without a name"
    yield from _numbers(told, (ratio.a, ratio.b, ratio.c))


def _matrix(name: str, spill: Spill) -> Iterator[str]:
    told = f"the matrix {name}"
    if min(len(spill.channels), len(spill.rows)) < FEWEST_DETECTORS:
        yield f"{told} has fewer than two detectors or dyes"
    if spill.matrix.shape != (len(spill.rows), len(spill.channels)):
        yield f"{told} has other rows and columns than dyes and detectors"
    if not all((*spill.channels, *spill.rows)):
        yield f"{told} has a detector or dye without a name"
    yield from _numbers(told, (float(value) for value in spill.matrix.flat))


def _numbers(told: str, values: Iterable[float]) -> Iterator[str]:
    for value in values:
        if not readable(value):
            yield f"{told} holds {float(value)!r}, which no file of gates may hold"


_RULES: Mapping[type, Callable[[str, Any], Iterator[str]]] = {
    Rectangle: _rectangle,
    Polygon: _polygon,
    Ellipsoid: _ellipsoid,
    Quadrant: _quadrant,
    Boolean: _boolean,
}
