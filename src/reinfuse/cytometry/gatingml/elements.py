"""XML as plain elements that know their line; what could harm the reader is refused."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from reinfuse.errors import ReinfuseError

LARGEST_FILE = 256 * 1024 * 1024  # bytes; workspaces of a large study come near it
MOST_ELEMENTS = 2_000_000
LARGEST_NUMBER = 1e100  # products of a few such numbers, and quotients, are numbers still
DEEPEST = 256  # elements within elements


@dataclass(frozen=True, slots=True)
class Element:
    """One element, its tag and attributes by their names without namespaces.

    The names of Gating-ML do not clash between its namespaces, and files in use disagree on which
    namespace an attribute belongs to, or give none.
    """

    tag: str
    attributes: Mapping[str, str]
    children: tuple[Element, ...]
    text: str
    line: int

    def get(self, name: str) -> str | None:
        """An attribute; surrounding blanks are no part of it."""
        found = self.attributes.get(name)
        return None if found is None else found.strip()

    def all(self, tag: str) -> Iterator[Element]:
        """The children of that name."""
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> Element | None:
        """The first child of that name."""
        return next(self.all(tag), None)

    def told(self) -> str:
        """How a reader finds the element: its name, its id where it has one, and its line."""
        named = self.get("id") or self.get("name")
        return (
            f"{self.tag} {named} (line {self.line})" if named else f"{self.tag} on line {self.line}"
        )


class Unreadable(ValueError):
    """Why one element cannot be read; its reader turns it into a finding and goes on."""


def required(element: Element, name: str) -> str:
    """An attribute that must be there."""
    found = element.get(name)
    if not found:
        raise Unreadable(f"{element.told()} has no {name}")
    return found


def number(element: Element, name: str) -> float:
    """A finite number that must be there."""
    return finite(required(element, name), f"{name} of {element.told()}")


def number_or_none(element: Element, name: str) -> float | None:
    """A finite number, or None where nothing is written."""
    return number(element, name) if element.get(name) else None


def finite(text: str, told: str) -> float:
    """A text as a finite number; `told` says whose it is."""
    try:
        value = float(text)
    except ValueError:
        raise Unreadable(f"{told} is {text!r}, which is not a number") from None
    if not math.isfinite(value):
        raise Unreadable(f"{told} is {text!r}, which is not a finite number")
    if not readable(value):
        raise Unreadable(f"{told} is {text!r}, which is beyond any detector")
    return value


def readable(value: float) -> bool:
    """Whether a number is one that is read: finite, and within what a detector may tell."""
    return value == 0 or 1 / LARGEST_NUMBER <= abs(value) <= LARGEST_NUMBER


def child(element: Element, tag: str) -> Element:
    """A child that must be there."""
    found = element.first(tag)
    if found is None:
        raise Unreadable(f"{element.told()} has no {tag}")
    return found


def parse_xml(data: bytes, *, source: str, unread: frozenset[str] = frozenset()) -> Element:
    """The root element; elements named `unread` are left out with all that is in them.

    Document type declarations, and with them every entity, are refused, as are files that are too
    large, too deep, or not XML. Nothing outside the file is ever looked at.
    """
    if len(data) > LARGEST_FILE:
        raise ReinfuseError(
            f"the file has {len(data):,} bytes, more than the {LARGEST_FILE:,} that are read",
            where=source,
            fix="split the file",
        )
    if not data:
        fix = "export it again from the program that wrote it"
        raise ReinfuseError("the file is empty", where=source, fix=fix)
    builder = _Builder(source, unread)
    try:
        builder.parser.Parse(data, True)
    except (expat.ExpatError, LookupError) as error:
        line = getattr(error, "lineno", 1)
        why = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else error
        raise ReinfuseError(
            f"the file is not XML: {why}",
            where=f"{source} line {line}",
            fix="export it again from the program that wrote it",
        ) from error
    return builder.roots[0]


@dataclass(slots=True)
class _Open:
    """An element whose end has not been seen."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


class _Builder:
    """Makes elements while the parser reads."""

    def __init__(self, source: str, unread: frozenset[str]) -> None:
        self.source = source
        self.roots: list[Element] = []
        self._unread_tags = unread
        self._open: list[_Open] = []
        self._unread = 0  # how many elements deep the parser is in what is left out
        self._count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._started
        self.parser.EndElementHandler = self._ended
        self.parser.CharacterDataHandler = self._said
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype

    def _refuse(self, what: str, fix: str) -> NoReturn:
        where = f"{self.source} line {self.parser.CurrentLineNumber}"
        raise ReinfuseError(what, where=where, fix=fix)

    def _doctype(self, *_: object) -> NoReturn:
        self._refuse(
            "the file declares a document type, with which XML can be made to grow without end",
            "take the <!DOCTYPE ...> out: gates need none",
        )

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS:
            self._refuse(f"the file has more than {MOST_ELEMENTS:,} elements", "split the file")
        if len(self._open) + self._unread >= DEEPEST:
            self._refuse(f"elements stand more than {DEEPEST} deep in each other", "flatten it")
        tag = _local(name)
        if self._unread or tag in self._unread_tags:
            self._unread += 1
            return
        plain = {_local(key): value for key, value in attributes.items()}
        self._open.append(_Open(tag, plain, self.parser.CurrentLineNumber))

    def _said(self, text: str) -> None:
        if self._open and not self._unread:
            self._open[-1].text.append(text)

    def _ended(self, _: str) -> None:
        if self._unread:
            self._unread -= 1
            return
        done = self._open.pop()
        element = Element(
            done.tag, done.attributes, tuple(done.children), "".join(done.text).strip(), done.line
        )
        (self._open[-1].children if self._open else self.roots).append(element)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
