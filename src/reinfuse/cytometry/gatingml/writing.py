"""Gates as a Gating-ML 2.0 file.

Standard: Spidlen 2015, ISAC's Gating-ML 2.0, doi:10.1002/cyto.a.22690.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from itertools import groupby
from os import PathLike
from pathlib import Path
from xml.etree.ElementTree import Element, indent, register_namespace, tostring

from reinfuse.cytometry.gates.values import FROM_FILE, UNCOMPENSATED, Gate, GateSet, Quadrant
from reinfuse.cytometry.gatingml.identifiers import Key, identifiers
from reinfuse.cytometry.gatingml.reading import ROOT
from reinfuse.cytometry.gatingml.writable import check_text, check_writable
from reinfuse.cytometry.gatingml.written import (
    DATA_TYPE,
    GATING,
    TRANSFORMS,
    Names,
    kept_names,
)
from reinfuse.cytometry.gatingml.written_gates import gate_element, quadrants_element
from reinfuse.cytometry.gatingml.written_scales import matrix_element, ratio_element, scale_element
from reinfuse.errors import ReinfuseError


def write_gatingml(gate_set: GateSet, path: str | PathLike[str]) -> None:
    """Write the gates beside their place and rename, so that no half file is ever there."""
    path = Path(path)
    text = gatingml_text(gate_set)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def gatingml_text(gate_set: GateSet) -> str:
    """The text of a file that reads back as the same gates.

    The file is valid by the standard's schema. Names that XML does not allow as ids are kept in a
    `custom_info` at the top. ReinfuseError for a scale that the standard has not, for quadrants of
    one whole that stand apart or have several parents, and for gates that the schema has no way
    to say.
    """
    check_writable(gate_set)
    for prefix, space in (("gating", GATING), ("transforms", TRANSFORMS), ("data-type", DATA_TYPE)):
        register_namespace(prefix, space.strip("{}"))
    ids = identifiers(_keys(gate_set), taken=(UNCOMPENSATED, FROM_FILE))
    names = Names(ids=ids, ratios=frozenset(gate_set.ratios))
    root = Element(f"{GATING}{ROOT}")
    kept = kept_names(names)
    root.extend(
        [
            *([kept] if len(kept) else []),
            *(scale_element(name, scale, names) for name, scale in gate_set.scales.items()),
            *(ratio_element(name, ratio, names) for name, ratio in gate_set.ratios.items()),
            *(matrix_element(name, spill, names) for name, spill in gate_set.matrices.items()),
            *_gates(gate_set, names),
        ]
    )
    if not len(root):
        root.append(kept)  # the schema lets no file be empty
    indent(root)
    text = tostring(root, encoding="unicode")
    check_text(text)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _keys(gate_set: GateSet) -> Iterator[Key]:
    yield from (("gate", gate.name) for gate in gate_set.gates)
    for kind, names in (
        ("scale", gate_set.scales),
        ("ratio", gate_set.ratios),
        ("matrix", gate_set.matrices),
    ):
        yield from ((kind, name) for name in names)
    for gate in gate_set.gates:
        if isinstance(gate, Quadrant):
            yield ("whole", gate.of)
            yield from (("divider", gate.of, divider.name) for divider, _ in gate.stretches)


def _gates(gate_set: GateSet, names: Names) -> Iterator[Element]:
    wholes: set[str] = set()
    for whole, gates in groupby(gate_set.gates, key=_whole):
        if whole is None:
            yield from (gate_element(gate, names) for gate in gates)
            continue
        quadrants = [gate for gate in gates if isinstance(gate, Quadrant)]
        if whole in wholes or len({gate.parent for gate in quadrants}) > 1:
            raise ReinfuseError(
                f"the quadrants of {whole} stand apart, or have several parents",
                where=f"gate {whole}",
                fix="list them one after the other, with one parent",
            )
        wholes.add(whole)
        yield quadrants_element(quadrants, names)


def _whole(gate: Gate) -> str | None:
    return gate.of if isinstance(gate, Quadrant) else None
