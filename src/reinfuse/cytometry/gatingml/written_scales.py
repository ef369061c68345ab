"""Scales, ratios and matrices as elements of a Gating-ML file."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

import numpy as np

from reinfuse.cytometry.gates.values import Ratio
from reinfuse.cytometry.gatingml.transformations import PARAMETERS
from reinfuse.cytometry.gatingml.written import (
    TRANSFORMS,
    Names,
    add_channel,
    identified,
    written,
)
from reinfuse.cytometry.sample import Spill
from reinfuse.cytometry.scales.bounded import Bounded
from reinfuse.cytometry.scales.scale import Scale
from reinfuse.errors import ReinfuseError


def scale_element(name: str, scale: Scale, names: Names) -> Element:
    """A `transformation`; ReinfuseError for a scale that the standard has not."""
    element = identified(f"{TRANSFORMS}transformation", ("scale", name), names)
    inner, ends = scale, {}
    if isinstance(scale, Bounded):
        inner = scale.scale
        ends = {"boundMin": scale.low, "boundMax": scale.high}
    for tag, (made, attributes) in PARAMETERS.items():
        if made is type(inner):
            numbers = {said: getattr(inner, field) for said, field in attributes.items()}
            for said, end in ends.items():
                if np.isfinite(end):
                    element.set(f"{TRANSFORMS}{said}", written(end))
            SubElement(
                element,
                f"{TRANSFORMS}{tag}",
                {f"{TRANSFORMS}{said}": written(value) for said, value in numbers.items()},
            )
            return element
    raise ReinfuseError(
        f"Gating-ML has no {inner.kind} scale",
        where=f"scale {name}",
        fix="draw the gates on a logicle scale, or keep them in the file they came from",
    )


def ratio_element(name: str, ratio: Ratio, names: Names) -> Element:
    """A `transformation` that makes one dimension of two."""
    element = identified(f"{TRANSFORMS}transformation", ("ratio", name), names)
    numbers = {"A": ratio.a, "B": ratio.b, "C": ratio.c}
    attributes = {f"{TRANSFORMS}{said}": written(value) for said, value in numbers.items()}
    inner = SubElement(element, f"{TRANSFORMS}fratio", attributes)
    add_channel(inner, ratio.numerator)
    add_channel(inner, ratio.denominator)
    return element


def matrix_element(name: str, spill: Spill, names: Names) -> Element:
    """A `spectrumMatrix`, rows dyes and columns detectors."""
    element = identified(f"{TRANSFORMS}spectrumMatrix", ("matrix", name), names)
    for tag, channels in (
        ("fluorochromes", spill.rows),
        ("detectors", spill.channels),
    ):
        listed = SubElement(element, f"{TRANSFORMS}{tag}")
        for channel in channels:
            add_channel(listed, channel)
    for row in spill.matrix:
        spectrum = SubElement(element, f"{TRANSFORMS}spectrum")
        for value in row:
            attributes = {f"{TRANSFORMS}value": written(value)}
            SubElement(spectrum, f"{TRANSFORMS}coefficient", attributes)
    return element
