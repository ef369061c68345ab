"""XML as plain elements that know their line; what could harm the reader is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from reinfuse.engine.language.tree import Place
from reinfuse.errors import ReinfuseError

LARGEST_FILE = 32 * 1024 * 1024  # bytes; the largest curated models of BioModels are below 20 MB
MOST_ELEMENTS = 1_000_000
DEEPEST = 256  # elements within elements
_UNREAD = frozenset({"notes", "annotation"})  # said to people, not to simulators


@dataclass(frozen=True, slots=True)
class Element:
    """One element. `text` is its own text, a blank in place of each child."""

    space: str
    tag: str
    attributes: Mapping[str, str]
    children: tuple[Element, ...]
    text: str
    at: Place

    def get(self, name: str) -> str | None:
        """An attribute without namespace; surrounding blanks are no part of it."""
        found = self.attributes.get(name)
        return None if found is None else found.strip()

    def all(self, tag: str) -> Iterator[Element]:
        """Children of that name in the element's own namespace."""
        return (child for child in self.children if (child.space, child.tag) == (self.space, tag))

    def first(self, tag: str) -> Element | None:
        """The first child of that name in the element's own namespace."""
        return next(self.all(tag), None)

    def listed(self, group: str, tag: str) -> Iterator[Element]:
        """Children of that name in a `listOf...` of that name."""
        for found in self.all(group):
            yield from found.all(tag)


def parse_xml(text: str | bytes, *, source: str) -> Element:
    """The root element; notes and annotations are left out.

    Document type declarations, and with them every entity, are refused, as are files that are too
    large, too deep, or not XML.
    """
    data = text.encode() if isinstance(text, str) else text
    if len(data) > LARGEST_FILE:
        raise ReinfuseError(
            f"the file has {len(data):,} bytes, more than the {LARGEST_FILE:,} that are read",
            where=source,
            fix="split the model",
        )
    builder = _Builder(source, "utf-8" if isinstance(text, str) else None)
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ReinfuseError(
            f"the file is not XML: {expat.ErrorString(error.code)}",
            where=f"{source} line {error.lineno}",
            fix="write SBML: an XML file whose root is <sbml>",
        ) from error
    return builder.roots[0]


@dataclass(slots=True)
class _Open:
    """An element whose end has not been seen."""

    name: str
    attributes: dict[str, str]
    at: Place
    children: list[Element] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


class _Builder:
    """Makes elements while the parser reads."""

    def __init__(self, source: str, encoding: str | None) -> None:
        self.source = source
        self.roots: list[Element] = []
        self._open: list[_Open] = []
        self._unread = 0  # how many elements deep the parser is in notes or annotations
        self._count = 0
        self.parser = expat.ParserCreate(encoding, namespace_separator=" ")
        self.parser.StartElementHandler = self._started
        self.parser.EndElementHandler = self._ended
        self.parser.CharacterDataHandler = self._said
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype

    def _place(self) -> Place:
        return Place(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def _refuse(self, what: str, fix: str) -> NoReturn:
        raise ReinfuseError(what, where=f"{self.source} line {self._place().line}", fix=fix)

    def _doctype(self, *_: object) -> NoReturn:
        self._refuse(
            "the file declares a document type, with which XML can be made to grow without end",
            "take the <!DOCTYPE ...> out: SBML needs none",
        )

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS:
            self._refuse(f"the file has more than {MOST_ELEMENTS:,} elements", "split the model")
        if len(self._open) + self._unread >= DEEPEST:
            self._refuse(
                f"elements stand more than {DEEPEST} deep in each other",
                "write long sums as one <plus/> of many, and formulas as several rules",
            )
        if self._unread or name.rpartition(" ")[2] in _UNREAD:
            self._unread += 1
            return
        if self._open:
            self._open[-1].text.append(" ")
        self._open.append(_Open(name, attributes, self._place()))

    def _said(self, text: str) -> None:
        if self._open and not self._unread:
            self._open[-1].text.append(text)

    def _ended(self, _: str) -> None:
        if self._unread:
            self._unread -= 1
            return
        done = self._open.pop()
        space, _, tag = done.name.rpartition(" ")
        element = Element(
            space, tag, done.attributes, tuple(done.children), "".join(done.text), done.at
        )
        (self._open[-1].children if self._open else self.roots).append(element)
