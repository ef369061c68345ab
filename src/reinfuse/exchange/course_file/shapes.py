"""What each field of the record expects, read off the record's own types and docstrings."""

from __future__ import annotations

import re
import types
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, Union, get_args, get_origin, get_type_hints

from reinfuse.record import Observation

# The record's classes are described by themselves; `type[Any]` because any of them may come.
Kind = type[Any]
_FIELD_LINE = re.compile(r"^    ([a-z_]\w*): (.+)$", re.MULTILINE)
_FIRST_AND_LAST = {"id": -2, "when": -1, "source": 1, "note": 2}
# Which table holds an observation follows from the table, and is written in no entry.
_NOT_WRITTEN = {(Observation, "table")}


@dataclass(frozen=True, slots=True)
class Shape:
    """One field: its name, the type of one value, whether many may stand, what it means."""

    name: str
    kind: Kind
    many: bool
    required: bool
    default: object
    meaning: str


_KNOWN: dict[Kind, tuple[Shape, ...]] = {}


def shapes_of(record_class: Kind) -> tuple[Shape, ...]:
    """The fields of a record class, `id` and `when` first, remarks last."""
    if record_class not in _KNOWN:
        _KNOWN[record_class] = _read_off(record_class)
    return _KNOWN[record_class]


def summary_of(record_class: Kind) -> str:
    """The first line of a record class's docstring."""
    return (record_class.__doc__ or "").strip().partition("\n")[0]


def _read_off(record_class: Kind) -> tuple[Shape, ...]:
    hints = get_type_hints(record_class)
    meanings: dict[str, str] = {}
    for base in reversed(record_class.__mro__):
        meanings |= dict(_FIELD_LINE.findall(base.__doc__ or ""))
    found = [
        _shape(item, hints[item.name], meanings.get(item.name, ""))
        for item in fields(record_class)
        if (record_class, item.name) not in _NOT_WRITTEN
    ]
    return tuple(sorted(found, key=lambda shape: _FIRST_AND_LAST.get(shape.name, 0)))


def _shape(item: Field[Any], hint: object, meaning: str) -> Shape:
    kind, many = _one(hint)
    required = item.default is MISSING and item.default_factory is MISSING
    default = None if item.default is MISSING else item.default
    return Shape(item.name, kind, many, required, default, meaning)


def _one(hint: object) -> tuple[Kind, bool]:
    """The type of one value behind a type hint, and whether it is a tuple of such."""
    if get_origin(hint) in (Union, types.UnionType):
        return _one(next(arg for arg in get_args(hint) if arg is not type(None)))
    if get_origin(hint) is tuple:
        return get_args(hint)[0], True
    if not isinstance(hint, type):
        raise TypeError(f"no shape for {hint!r}")
    return hint, False
