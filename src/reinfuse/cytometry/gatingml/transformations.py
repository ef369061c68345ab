"""The transformations and spectrum matrices of a Gating-ML file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from reinfuse.cytometry.gates.values import Ratio
from reinfuse.cytometry.gatingml.elements import (
    Element,
    Unreadable,
    child,
    number,
    number_or_none,
    required,
)
from reinfuse.cytometry.sample import Spill
from reinfuse.cytometry.scales.arithmetic import Asinh, Linear, Log
from reinfuse.cytometry.scales.bounded import Bounded
from reinfuse.cytometry.scales.hyperlog import Hyperlog
from reinfuse.cytometry.scales.logicle import Logicle
from reinfuse.cytometry.scales.scale import Scale
from reinfuse.errors import ReinfuseError

PARAMETERS: Mapping[str, tuple[Callable[..., Scale], Mapping[str, str]]] = {
    "flin": (Linear, {"T": "top", "A": "shift"}),
    "flog": (Log, {"T": "top", "M": "decades"}),
    "fasinh": (Asinh, {"T": "top", "M": "decades", "A": "negative"}),
    "logicle": (Logicle, {"T": "top", "W": "width", "M": "decades", "A": "negative"}),
    "hyperlog": (Hyperlog, {"T": "top", "W": "width", "M": "decades", "A": "negative"}),
}
"""Elements of the standard: the scale, and its parameters by the names of the attributes."""


def scale_or_ratio(transformation: Element) -> Scale | Ratio:
    """What a `transformation` element stands for; Unreadable says why not."""
    kinds = [each for each in transformation.children if each.tag != "custom_info"]
    if len(kinds) != 1:
        raise Unreadable(f"{transformation.told()} holds {len(kinds)} kinds, not one")
    ends = _ends(transformation, kinds[0])
    if kinds[0].tag == "fratio":
        if ends:
            raise Unreadable(f"{transformation.told()} has bounds for a ratio, which are not read")
        return _ratio(kinds[0])
    scale = scale_of(kinds[0])
    if not ends:
        return scale
    try:
        return Bounded(scale=scale, **ends)
    except ReinfuseError as error:
        raise Unreadable(f"{transformation.told()}: {error.what}; {error.fix}") from error


def scale_of(element: Element) -> Scale:
    """The scale that an element such as `logicle` gives the parameters of."""
    if element.tag not in PARAMETERS:
        known = ", ".join([*PARAMETERS, "fratio"])
        raise Unreadable(f"{element.tag} on line {element.line} is none of {known}")
    make, attributes = PARAMETERS[element.tag]
    try:
        return make(**{field: number(element, name) for name, field in attributes.items()})
    except ReinfuseError as error:
        raise Unreadable(f"{element.told()}: {error.what}; {error.fix}") from error


def spill_of(matrix: Element) -> Spill:
    """The matrix of a `spectrumMatrix` element, rows dyes and columns detectors."""
    dyes = channel_names(child(matrix, "fluorochromes"))
    detectors = channel_names(child(matrix, "detectors"))
    rows = [
        [number(each, "value") for each in row.all("coefficient")] for row in matrix.all("spectrum")
    ]
    # An inverted matrix has a row for every detector and a column for every dye.
    inverted = matrix.get("matrix-inverted-already") in ("true", "1")
    height, width = (len(detectors), len(dyes)) if inverted else (len(dyes), len(detectors))
    if len(rows) != height or any(len(row) != width for row in rows):
        raise Unreadable(
            f"{matrix.told()} is not {height} by {width}, as its dyes and detectors ask"
        )
    values = np.array(rows, dtype=np.float64)
    return Spill(
        channels=detectors,
        matrix=np.asarray(np.linalg.pinv(values)) if inverted else values,
        dyes=() if dyes == detectors[: len(dyes)] else dyes,
    )


def channel_names(element: Element) -> tuple[str, ...]:
    """The names of the channels that an element lists."""
    return tuple(required(each, "name") for each in element.all("fcs-dimension"))


def _ends(transformation: Element, kind: Element) -> dict[str, float]:
    """The bounds that are given: on the transformation by the schema, or on its kind."""
    found = {}
    for end, said in (("low", "boundMin"), ("high", "boundMax")):
        value = number_or_none(transformation, said)
        value = number_or_none(kind, said) if value is None else value
        if value is not None:
            found[end] = value
    return found


def _ratio(element: Element) -> Ratio:
    names = channel_names(element)
    if len(names) != 2:  # noqa: PLR2004 - a ratio has two
        raise Unreadable(f"fratio on line {element.line} names {len(names)} channels, not two")
    return Ratio(
        numerator=names[0],
        denominator=names[1],
        a=number(element, "A"),
        b=number(element, "B"),
        c=number(element, "C"),
    )
