"""YAML text as a tree that remembers its lines; every scalar stays the text that was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml import events as kinds
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import Event

from reinfuse.errors import ReinfuseError

DEEPEST = 12
_BEGINS = (kinds.ScalarEvent, kinds.SequenceStartEvent, kinds.MappingStartEvent, kinds.AliasEvent)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A sequence."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys with their lines and values, in the order written, repeated keys included."""

    items: tuple[tuple[Scalar, Node], ...]
    line: int


Node = Scalar | Listing | Keys


def read_tree(text: str, name: str) -> Node:
    """The tree of a YAML text with one document; ReinfuseError with the line if it is none."""
    try:
        # Read from a string, never from a stream: the parser would guess at an encoding.
        root = _Builder(name).document(iter(YAML(typ="safe", pure=True).parse(text)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        fix = "check quotes, colons, brackets and indentation on this line and the one before"
        raise ReinfuseError("this is not YAML", where=f"{name} line {line}", fix=fix) from None
    except (YAMLError, ValueError, OverflowError, IndexError, AttributeError, AssertionError):
        # The parser stumbles over some damaged escapes without saying where.
        fix = "save it as plain text with keys and values"
        raise ReinfuseError("this is not YAML", where=name, fix=fix) from None
    if root is None or (isinstance(root, Scalar) and not root.text.strip()):
        raise ReinfuseError("the file is empty", where=name, fix="begin with `name:`")
    return root


@dataclass(frozen=True, slots=True)
class _Builder:
    """Builds one document's tree from parser events."""

    name: str

    def document(self, events: Iterator[Event]) -> Node | None:
        root: Node | None = None
        for event in events:
            if not isinstance(event, _BEGINS):
                continue
            if root is not None:
                self._refuse("a second document begins here", event, "keep one in a file")
            root = self._node(event, events, 1)
        return root

    def _node(self, event: Event, events: Iterator[Event], depth: int) -> Node:
        line = event.start_mark.line + 1
        if isinstance(event, kinds.AliasEvent):
            self._refuse("an alias (*) stands here", event, "write the value out")
        if getattr(event, "anchor", None):
            self._refuse("an anchor (&) stands here", event, "leave it out, or quote the value")
        if str(getattr(event, "tag", None)) not in ("None", "!"):
            self._refuse("a tag (!) stands here", event, "leave it out, or quote the value")
        if depth > DEEPEST:
            self._refuse("the file is nested too deep here", event, "check the indentation")
        if isinstance(event, kinds.ScalarEvent):
            return Scalar(event.value, line)
        if isinstance(event, kinds.SequenceStartEvent):
            return Listing(tuple(self._sequence(events, depth)), line)
        return Keys(tuple(self._pairs(events, depth)), line)

    def _sequence(self, events: Iterator[Event], depth: int) -> Iterator[Node]:
        for event in events:
            if isinstance(event, kinds.SequenceEndEvent):
                return
            yield self._node(event, events, depth + 1)

    def _pairs(self, events: Iterator[Event], depth: int) -> Iterator[tuple[Scalar, Node]]:
        for event in events:
            if isinstance(event, kinds.MappingEndEvent):
                return
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                self._refuse("a key must be a word", event, "write it as `key: value`")
            else:
                yield key, value

    def _refuse(self, what: str, event: Event, fix: str) -> None:
        where = f"{self.name} line {event.start_mark.line + 1}"
        raise ReinfuseError(what, where=where, fix=fix)
