"""The JSON Schema of a course file, by which editors complete keys and mark slips.

It is made from the record's own types. It is more permissive than reading: what a unit or a date
means only `reinfuse check` knows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import is_dataclass
from enum import StrEnum

from reinfuse.exchange.course_file.shapes import Kind, Shape, shapes_of, summary_of
from reinfuse.quantity import Quantity
from reinfuse.record import Course, Expression, Marker
from reinfuse.timeline import When

Schema = dict[str, object]
# An editor takes unquoted `2` for a number and `true` for a truth value; we read the text.
_ANY_WORD = ["string", "number", "boolean"]
_QUANTITY: Schema = {
    "type": "string",
    "description": "a number with its unit; `<` or `>` for a value beyond a limit",
    "pattern": r"^\s*(<=|>=|<|>|≤|≥)?\s*[+-]?([0-9]|\.[0-9])",
    "examples": ["88 %", "< 50 copies/ug", "2.99e6 cells/kg", "39.5 Cel", "3.3 x10^9/L"],
}
_WHEN: Schema = {
    "type": ["string", "integer"],
    "description": "a date, a day of another entry, an order, a period, or `not stated`",
    "pattern": r"\S",
    "examples": [
        "2021-09-29",
        "2021-02",
        "2020-09-15..2020-11-30",
        "infusion-1 day 7",
        "infusion-1 day -5 to -3",
        "hsct + 6 months",
        "after relapse-1, before hsct",
        "2021-09-29 14:30",
        "from 2021-10",
        "not stated",
    ],
}


def schema_of_courses() -> Schema:
    """The schema (JSON Schema 2020-12) of a whole course file."""
    parts: dict[str, Schema] = {"quantity": _QUANTITY, "when": _WHEN}
    top = _record(Course, parts)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "reinfuse course file",
        **top,
        "$defs": dict(sorted(parts.items())),
    }


def schema_text() -> str:
    """The schema as `docs/reference/course-file.schema.json` holds it."""
    return json.dumps(schema_of_courses(), indent=2, ensure_ascii=False) + "\n"


def _record(kind: Kind, parts: dict[str, Schema]) -> Schema:
    shapes = shapes_of(kind)
    # An entry without an id is named by its place, so that even a needed id may be left out.
    needed = [shape.name for shape in shapes if shape.required and shape.name != "id"]
    return {
        "type": "object",
        "description": summary_of(kind),
        "properties": {shape.name: _field(shape, parts) for shape in shapes},
        **({"required": needed} if needed else {}),
        "additionalProperties": False,
    }


def _field(shape: Shape, parts: dict[str, Schema]) -> Schema:
    one = _value(shape, parts)
    told: Schema = {"description": shape.meaning}
    if not shape.many:
        return told | one
    listed: Schema = {"type": "array", "items": one}
    if shape.kind is Marker:
        markers: Schema = {"type": "object", "additionalProperties": _choice(Expression)}
        return told | {"anyOf": [markers, listed]}
    if shape.kind is Quantity:
        axes: Schema = {"type": "string", "examples": ["3.5 x 4.7 x 12.6 cm"]}
        return told | {"anyOf": [axes, listed]}
    return told | ({"anyOf": [one, listed]} if shape.kind is str else listed)


def _value(shape: Shape, parts: dict[str, Schema]) -> Schema:
    kind = shape.kind
    simple: Mapping[Kind, Schema] = {
        Quantity: {"$ref": "#/$defs/quantity"},
        When: {"$ref": "#/$defs/when"},
        str: {"type": _ANY_WORD},
        bool: {"enum": ["yes", "no", "true", "false", True, False]},
        int: {"type": ["integer", "string"], "pattern": "^[+-]?[0-9]{1,12}$"},
    }
    if shape.name == "id":
        return {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_.-]*$"}
    if kind in simple:
        return dict(simple[kind])
    if is_dataclass(kind):
        if kind.__name__ not in parts:
            parts[kind.__name__] = {}  # held open, should a record ever hold its own kind
            parts[kind.__name__] = _record(kind, parts)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    return _choice(kind)


def _choice(kind: type[StrEnum]) -> Schema:
    return {"enum": [member.value for member in kind]}
