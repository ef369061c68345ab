"""From the tree of a course file to the record, with every problem by its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, is_dataclass
from difflib import get_close_matches
from typing import TypeVar

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.exchange.course_file.nodes import Listing, Mapping, Node, Refused, Scalar
from reinfuse.exchange.course_file.shapes import Kind, Shape, shapes_of
from reinfuse.exchange.course_file.text import MOST_PROBLEMS, Unreadable, problem, shortened
from reinfuse.exchange.course_file.values import read_axes, read_value
from reinfuse.quantity import Quantity
from reinfuse.record import Diagnosis, Expression, Marker
from reinfuse.timeline import When

Record = TypeVar("Record")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_LONGEST_ID = 80
_SINGULAR = {
    "comorbidities": "comorbidity",
    "virology": "virus-test",
    "pathology": "pathology",
    "follow_up": "follow-up",
    "not_stated": "not-stated",
}


@dataclass(slots=True)
class Decoder:
    """Reads nodes into record values; problems and the lines of entries pile up beside.

    What has a problem is left out and the rest read on, so that all problems are found at once.
    `lines` maps an id to the line on which what bears it begins, `kinds` to what it is; `guessed`
    holds ids that stand in a part of the file which could not be read.
    """

    file: str
    problems: list[Finding] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    guessed: set[str] = field(default_factory=set)

    def record(self, kind: type[Record], node: Node, name: str) -> Record | None:
        """A record object, or None if it cannot be made; `name` is its id if it states none."""
        if isinstance(node, Refused):
            return None
        if not isinstance(node, Mapping):
            what = f"a {_said(node)} stands where {_thing(kind)} is expected"
            self._lose(node, what, _keys(kind))
            return None
        shapes = {shape.name: shape for shape in shapes_of(kind)}
        written = self._written(node, shapes, kind)
        values: dict[str, object] = {}
        ident = self._ident(kind, written, node, name) if "id" in shapes else name
        for key, (_, child) in written.items():
            value = self._field(shapes[key], child, ident) if key != "id" else ident
            if value is not None:
                values[key] = value
        if "id" in shapes:
            values["id"] = ident
        required = [shape for shape in shapes.values() if shape.required]
        for shape in required:
            if shape.name not in written and shape.name != "id":
                what = f"{_thing(kind)} needs `{shape.name}`"
                self._say(what, node.line, f"add `{shape.name}`: {shape.meaning}")
        build: Callable[..., Record] = kind
        return build(**values) if all(shape.name in values for shape in required) else None

    def _written(
        self, node: Mapping, shapes: dict[str, Shape], kind: Kind
    ) -> dict[str, tuple[int, Node]]:
        written: dict[str, tuple[int, Node]] = {}
        for key, child in node.items:
            if key.text not in shapes:
                self.guessed.update(_ids_in(child))
                what = f"unknown key `{shortened(key.text)}` in {_thing(kind)}"
                self._say(what, key.line, _key_fix(key.text, kind, shapes))
            elif key.text in written:
                first = written[key.text][0]
                what = f"`{key.text}` stands twice in {_thing(kind)}, first on line {first}"
                self.guessed.update(_ids_in(child))
                self._say(what, key.line, "keep one of the two")
            else:
                written[key.text] = (key.line, child)
        return written

    def _ident(
        self, kind: Kind, written: dict[str, tuple[int, Node]], node: Mapping, name: str
    ) -> str:
        line, own = written.get("id", (node.line, None))
        if own is None or isinstance(own, Refused):
            ident = name
        elif not isinstance(own, Scalar):
            self._say(f"`id` is one word, and a {_said(own)} stands here", line, "write one word")
            ident = name
        else:
            ident = own.text
            if not _ID.fullmatch(ident) or len(ident) > _LONGEST_ID:
                fix = "an id begins with a letter; letters, digits, dot, dash and underscore follow"
                self._say(f"{shortened(ident)!r} cannot be an id", line, fix)
        if ident in self.lines:
            what = f"the id `{shortened(ident)}` is taken: it stands first on line"
            self._say(f"{what} {self.lines[ident]}", line, "give one of the two another id")
        else:
            self.lines[ident], self.kinds[ident] = node.line, kind
        return ident

    def _field(self, shape: Shape, node: Node, owner: str) -> object:
        if isinstance(node, Scalar) and not node.text.strip():
            fix = "leave the key out if nothing is recorded"
            self._say(f"`{shape.name}` is empty", node.line, fix)
            return None
        if not shape.many:
            return self._value(shape, node, owner if shape.kind is not Diagnosis else "diagnosis")
        if shape.kind is Marker and isinstance(node, Mapping):
            return self._markers(node)
        if isinstance(node, Scalar) and shape.kind is Quantity:
            return self._read(shape, node, lambda _, text: read_axes(text))
        if isinstance(node, Scalar) and shape.kind is str:
            node = Listing((node,), node.line)
        if not isinstance(node, Listing):
            if not isinstance(node, Refused):
                what = f"`{shape.name}` is a list, and a {_said(node)} stands here"
                self._lose(node, what, "begin each item with a dash")
            return None
        singular = _SINGULAR.get(shape.name, shape.name.removesuffix("s"))
        prefix = f"{owner}-{singular}" if shape.name == "looks" else singular
        values = [
            self._value(shape, item, f"{prefix}-{place}")
            for place, item in enumerate(node.items, start=1)
        ]
        return tuple(value for value in values if value is not None)

    def _value(self, shape: Shape, node: Node, name: str) -> object:
        if is_dataclass(shape.kind) and shape.kind not in (Quantity, When):
            return self.record(shape.kind, node, name)
        if isinstance(node, Refused):
            return None
        if not isinstance(node, Scalar):
            what = f"`{shape.name}` is one value, and a {_said(node)} stands here"
            self._lose(node, what, shape.meaning)
            return None
        if not node.text.strip():
            self._say(f"an item of `{shape.name}` is empty", node.line, "leave the item out")
            return None
        return self._read(shape, node, read_value)

    def _read(self, shape: Shape, node: Scalar, read: Callable[[Shape, str], object]) -> object:
        try:
            return read(shape, node.text)
        except ReinfuseError as error:
            self._say(f"`{shape.name}`: {error.what}", node.line, error.fix)
            return None

    def _markers(self, node: Mapping) -> tuple[Marker, ...]:
        found: dict[str, Marker] = {}
        shape = next(shape for shape in shapes_of(Marker) if shape.name == "expression")
        for key, child in node.items:
            if key.text in found:
                what = f"the marker `{shortened(key.text)}` stands twice"
                self._say(what, key.line, "keep one of the two")
            elif not key.text.strip():
                self._say("a marker has no name", key.line, "write it like CD19: positive")
            value = self._value(shape, child, key.text)
            if isinstance(value, Expression):
                found[key.text] = Marker(name=key.text, expression=value)
        return tuple(found.values())

    def _lose(self, node: Node, what: str, fix: str) -> None:
        self.guessed.update(_ids_in(node))
        self._say(what, node.line, fix)

    def _say(self, what: str, line: int, fix: str) -> None:
        self.problems.append(problem(what, f"{self.file} line {line}", fix))
        if len(self.problems) >= MOST_PROBLEMS:
            raise Unreadable(*self.problems)


def _ids_in(node: Node) -> Iterator[str]:
    """The ids in a part of the file that is not read, so that no reference to them is blamed."""
    if isinstance(node, Listing):
        for item in node.items:
            yield from _ids_in(item)
    elif isinstance(node, Mapping):
        for key, child in node.items:
            if key.text == "id" and isinstance(child, Scalar):
                yield child.text
            yield from _ids_in(child)


def _key_fix(key: str, kind: Kind, shapes: dict[str, Shape]) -> str:
    if key == "<<":
        return "course files have no merge keys: write the values out"
    if key != key.strip():
        return "the spaces before it are non-breaking ones: use ordinary spaces"
    near = get_close_matches(key[:80], shapes, n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    if not _ID.fullmatch(key):
        return "if it is part of a text with a comma or a colon, put the whole text in quotes"
    return _keys(kind)


def _said(node: Node) -> str:
    words = {Scalar: "single value", Listing: "list", Mapping: "set of keys"}
    return words[type(node)]


def _thing(kind: Kind) -> str:
    words = re.sub(r"(?<!^)([A-Z])", r" \1", kind.__name__).lower()
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _keys(kind: Kind) -> str:
    return "its keys are " + ", ".join(shape.name for shape in shapes_of(kind))
