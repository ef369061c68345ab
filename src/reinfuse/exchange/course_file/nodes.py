"""YAML text as a tree that remembers its lines; every scalar stays the text that was written.

The tree is made from the events of a YAML 1.2 parser. No scalar is interpreted here, so `no`,
`010` and `12:30:45` stay what they are until the field they belong to reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml import events as kinds
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import Event

from reinfuse.errors import Finding
from reinfuse.exchange.course_file.text import (
    LARGEST_COURSE_BYTES,
    MOST_PROBLEMS,
    Unreadable,
    check_text,
    problem,
    shortened,
    too_long,
)
from reinfuse.exchange.course_file.yaml_words import say_yaml_error

DEEPEST = 12
START_ANEW = "write one with `reinfuse new`"
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
class Mapping:
    """Keys with their lines and values, in the order written, repeated keys included."""

    items: tuple[tuple[Scalar, Node], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Refused:
    """What cannot stand in a course file; its problem has been told already."""

    line: int


Node = Scalar | Listing | Mapping | Refused


@dataclass(frozen=True, slots=True)
class Tree:
    """What a text holds, as far as it could be read, with what could not."""

    root: Node
    problems: tuple[Finding, ...]


def read_tree(text: str, name: str) -> Tree:
    """The tree of a course file's text; raises Unreadable."""
    builder = _Builder(name)
    if len(text) > LARGEST_COURSE_BYTES:
        raise too_long(len(text), LARGEST_COURSE_BYTES, name)
    check_text(text, name)
    try:
        # Read from a string, never from a stream: the parser would guess at an encoding.
        root = builder.document(iter(YAML(typ="safe", pure=True).parse(text)))
    except MarkedYAMLError as error:
        what, line, fix = say_yaml_error(error, text)
        told = problem(what, f"{name} line {line}", fix)
    except (YAMLError, ValueError, OverflowError, IndexError, AttributeError, AssertionError):
        # The parser stumbles over some damaged escapes and directives without saying where.
        told = problem("this is not YAML", name, START_ANEW)
    else:
        return Tree(root, tuple(builder.problems))
    raise Unreadable(*builder.problems, told)


class _Builder:
    """Builds one document's tree from parser events."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.problems: list[Finding] = []

    def document(self, events: Iterator[Event]) -> Node:
        root: Node | None = None
        for event in events:
            if not isinstance(event, _BEGINS):
                continue
            if root is not None:
                fix = "keep one course in a file; delete the `---` before this line"
                self._refuse("a second document begins here", event, fix)
                break
            root = self._node(event, events, 1)
        if root is None or (isinstance(root, Scalar) and not root.text.strip()):
            raise Unreadable(*self.problems, problem("the file is empty", self._name, START_ANEW))
        return root

    def _node(self, event: Event, events: Iterator[Event], depth: int) -> Node:
        line = event.start_mark.line + 1
        if isinstance(event, kinds.AliasEvent):
            what = "an alias (*) stands here, and course files have none"
            return self._refuse(what, event, "write the value out, or put it in quotes")
        if depth > DEEPEST:
            # Reading on would take time that grows with the square of the depth.
            self._refuse("the file is nested too deep here", event, "check the indentation")
            raise Unreadable(*self.problems)
        self._plain(event)
        if isinstance(event, kinds.ScalarEvent):
            return Scalar(event.value, line)
        if isinstance(event, kinds.SequenceStartEvent):
            return Listing(tuple(self._sequence(events, depth)), line)
        return Mapping(tuple(self._pairs(events, depth)), line)

    def _plain(self, event: Event) -> None:
        """Tell of an anchor or a tag, and take the value that carries it as it is."""
        if getattr(event, "anchor", None):
            what = "an anchor (&) stands here, and course files have none"
            self._refuse(what, event, "leave it out, or put the value in quotes")
        tag = getattr(event, "tag", None)
        if tag is not None and str(tag) not in ("None", "!"):
            short = str(tag).replace("tag:yaml.org,2002:", "!!")
            what = f"the tag {shortened(short)} stands here, and course files have none"
            self._refuse(what, event, "leave the tag out, or put the value in quotes")

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
            if isinstance(key, Scalar):
                yield key, value
            elif not isinstance(key, Refused):
                fix = "write it as `key: value`, and put text with brackets in quotes"
                self._refuse("a key must be a word", event, fix)

    def _refuse(self, what: str, event: Event, fix: str) -> Refused:
        line = event.start_mark.line + 1
        self.problems.append(problem(what, f"{self._name} line {line}", fix))
        if len(self.problems) >= MOST_PROBLEMS:
            raise Unreadable(*self.problems)
        return Refused(line)
