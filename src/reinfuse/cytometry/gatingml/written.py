"""How elements of a Gating-ML file are written: their namespaces, ids and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from reinfuse.cytometry.gates.values import FROM_FILE, UNCOMPENSATED, Dimension
from reinfuse.cytometry.gatingml.identifiers import Key
from reinfuse.cytometry.gatingml.reading import NAME

# Names of the standard, and no addresses that anybody asks.
STANDARD = "http://www.isac-net.org/std/Gating-ML/v2.0/"
GATING = f"{{{STANDARD}gating}}"
TRANSFORMS = f"{{{STANDARD}transformations}}"
DATA_TYPE = f"{{{STANDARD}datatypes}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The ids of a file, and which dimensions are ratios."""

    ids: Mapping[Key, str]
    ratios: frozenset[str]


def identified(tag: str, key: Key, names: Names) -> Element:
    """An element with the id of what it stands for."""
    space = tag[: tag.index("}") + 1]
    return Element(tag, {f"{space}id": names.ids[key]})


def kept_names(names: Names) -> Element:
    """The names of all that has an id that differs from it.

    They stand together at the top, as the schema lets no `custom_info` into dividers, quadrants
    and transformations.
    """
    info = Element(f"{DATA_TYPE}custom_info")
    for key, identifier in names.ids.items():
        if identifier != key[-1]:
            SubElement(info, NAME, {"id": identifier, "name": key[-1]})
    return info


def add_dimension(
    parent: Element,
    dimension: Dimension,
    names: Names,
    *,
    tag: str = "dimension",
    attributes: Mapping[str, str] | None = None,
) -> Element:
    """A `dimension` or `divider` in a gate, with further attributes."""
    compensation = dimension.compensation
    if compensation not in (UNCOMPENSATED, FROM_FILE):
        compensation = names.ids["matrix", compensation]
    said = {**(attributes or {}), f"{GATING}compensation-ref": compensation}
    if dimension.scale is not None:
        said[f"{GATING}transformation-ref"] = names.ids["scale", dimension.scale]
    element = SubElement(parent, f"{GATING}{tag}", said)
    if dimension.name in names.ratios:
        reference = names.ids["ratio", dimension.name]
        SubElement(
            element,
            f"{DATA_TYPE}new-dimension",
            {f"{DATA_TYPE}transformation-ref": reference},
        )
    else:
        add_channel(element, dimension.name)
    return element


def add_channel(parent: Element, name: str) -> None:
    """A channel of the file, by its name."""
    SubElement(parent, f"{DATA_TYPE}fcs-dimension", {f"{DATA_TYPE}name": name})


def add_value(parent: Element, tag: str, value: float) -> None:
    """An element that holds a number as its value."""
    SubElement(parent, f"{GATING}{tag}", {f"{DATA_TYPE}value": written(value)})


def written(value: float) -> str:
    """The shortest text that reads back as the same number."""
    return repr(float(value))
