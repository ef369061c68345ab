"""The reference page of the course file: every section and key, made from the record's types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import is_dataclass

from reinfuse.exchange.course_file.shapes import Kind, Shape, shapes_of, summary_of
from reinfuse.exchange.course_file.tables import COLUMNS
from reinfuse.quantity import Quantity, units
from reinfuse.record import Course, Marker
from reinfuse.timeline import When

MADE_FROM_HERE = "<!-- made from the code from here on: `make docs` writes it again -->"
_WORDS: dict[Kind, str] = {
    str: "text",
    int: "whole number",
    bool: "yes or no",
    Quantity: "quantity",
    When: "time",
}


def reference_page(page: str) -> str:
    """The page with its hand-written head kept and the rest made anew."""
    head = page.partition(MADE_FROM_HERE)[0].rstrip()
    return "\n".join([head, "", MADE_FROM_HERE, "", *_sections()]).rstrip() + "\n"


def _sections() -> Iterator[str]:
    yield from (
        "## Sections",
        "",
        "A course file has these keys; `title` and `kind` are needed.",
        "",
    )
    yield from _keys(Course)
    told: set[Kind] = {Course}
    for shape in shapes_of(Course):
        yield from _section(f"## `{shape.name}`", shape.kind, told)
    yield from ("## Columns of a table", "", "| column | holds |", "|---|---|")
    yield from (f"| `{name}` | {meaning} |" for name, meaning in COLUMNS.items())
    yield from ("", "## Units", "", "| measures | write |", "|---|---|")
    written: dict[str, list[str]] = {}
    for spelling, unit in units().items():
        written.setdefault(unit.dimension, []).append(f"`{spelling.replace('|', '/')}`")
    yield from (f"| {measures} | {' '.join(names)} |" for measures, names in written.items())


def _section(heading: str, kind: Kind, told: set[Kind]) -> Iterator[str]:
    if not is_dataclass(kind) or kind in told or kind in _WORDS:
        return
    told.add(kind)
    yield from (heading, "", summary_of(kind), "")
    yield from _keys(kind)
    for shape in shapes_of(kind):
        yield from _section(f"### `{shape.name}` of {_plain(kind)}", shape.kind, told)


def _keys(kind: Kind) -> Iterator[str]:
    yield from ("| key | value | meaning |", "|---|---|---|")
    for shape in shapes_of(kind):
        needed = " (needed)" if shape.required and shape.name != "id" else ""
        yield f"| `{shape.name}`{needed} | {_value(shape)} | {shape.meaning.replace('|', '/')} |"
    yield ""


def _value(shape: Shape) -> str:
    kind = shape.kind
    if kind is Marker:
        return "`{CD19: positive, CD22: dim}`"
    if kind is Quantity and shape.many:
        return "`3.5 x 4.7 x 12.6 cm`"
    if kind in _WORDS:
        return f"{_WORDS[kind]}, one or a list" if shape.many else _WORDS[kind]
    if is_dataclass(kind):
        return f"list of {_plain(kind)}" if shape.many else _plain(kind)
    return ", ".join(f"`{member.value}`" for member in kind)


def _plain(kind: Kind) -> str:
    letters = (f" {one.lower()}" if one.isupper() else one for one in kind.__name__)
    return "".join(letters).strip()
