"""From the record to the text of a course file, such that reading it gives the record again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import is_dataclass

from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file.shapes import shapes_of
from reinfuse.quantity import Quantity
from reinfuse.record import Course, Marker
from reinfuse.timeline import When

# Plain text is safe where no YAML reader, 1.1 or 1.2, could take it for anything but this text.
_PLAIN = re.compile(r"[A-Za-z0-9(][^:#\[\]{},&*!|>'\"`\\]*(?<! )")
_WORD_WITH_MEANING = re.compile(
    r"(?i:null|true|false|yes|no|on|off|y|n)|[0-9][0-9_.eExXoO+-]*[0-9a-fA-F.]*"
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_BMP_END, _BYTE_END = 0xFFFF, 0xFF


def write_course_text(course: Course) -> str:
    """The course file's text; what its CSV tables hold is left to them.

    Raises ReinfuseError if the course holds what a file cannot.
    """
    named = {table.file for table in course.tables}
    lost = next((e for e in course.observations if e.table and e.table not in named), None)
    if lost is not None:
        raise ReinfuseError(
            f"the observation `{lost.id}` stands in the table {lost.table}, which the course lacks",
            fix="add the table to `tables`, or take it off the observation",
        )
    return "".join(f"{line}\n" for line in _mapping(course, ""))


def _mapping(value: object, indent: str) -> Iterator[str]:
    for shape in shapes_of(type(value)):
        item: object = getattr(value, shape.name)
        if isinstance(value, Course) and shape.name == "observations":
            item = tuple(entry for entry in value.observations if entry.table is None)
        if item == shape.default and not shape.required:
            continue
        if shape.name == "id" and item == "":
            continue
        yield from _field(shape.name, item, indent)


def _field(name: str, item: object, indent: str) -> Iterator[str]:
    if isinstance(item, tuple):
        yield from _many(name, item, indent)
    elif _is_record(item):
        yield f"{indent}{name}:"
        yield from _mapping(item, indent + "  ")
    else:
        yield f"{indent}{name}: {_text(name, item)}"


def _many(name: str, items: tuple[object, ...], indent: str) -> Iterator[str]:
    markers = [item for item in items if isinstance(item, Marker)]
    unique = len({marker.name for marker in markers}) == len(markers)
    if markers and unique:
        pairs = (f"{_text(name, marker.name)}: {marker.expression}" for marker in markers)
        yield f"{indent}{name}: {{{', '.join(pairs)}}}"
    elif items and all(isinstance(item, Quantity) for item in items):
        yield f"{indent}{name}: [{', '.join(_text(name, item) for item in items)}]"
    elif any(_is_record(item) for item in items):
        yield f"{indent}{name}:"
        for item in items:
            first, *rest = _mapping(item, indent + "    ")
            yield f"{indent}  - {first.strip()}"
            yield from rest
    else:
        yield f"{indent}{name}: [{', '.join(_text(name, item) for item in items)}]"


def _is_record(item: object) -> bool:
    return is_dataclass(item) and not isinstance(item, Quantity | When)


def _text(name: str, item: object) -> str:
    if isinstance(item, bool):
        return "yes" if item else "no"
    text = str(item)
    if isinstance(item, When | int):
        return text
    if isinstance(item, Quantity):
        return text if item.exact and "{" not in text and "[" not in text else _quoted(text)
    if not text.strip():
        raise ReinfuseError(
            f"`{name}` is empty text, which a course file cannot hold",
            fix="None means that it is not recorded",
        )
    plain = _PLAIN.fullmatch(text) and not _WORD_WITH_MEANING.fullmatch(text)
    return text if plain and text.isprintable() else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter.isprintable():
        return letter
    number = ord(letter)
    if number <= _BYTE_END:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= _BMP_END else f"\\U{number:08x}"
