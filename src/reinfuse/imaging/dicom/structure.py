"""The skeleton of a DICOM file, walked before anything is read into values.

A length that leads out of the file, sequences in sequences without an end, and a million empty
items are found here, with the tag, before memory or time is spent on them.

Source: DICOM PS3.5 chapter 7 and annex A; PS3.10 chapter 7.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom.refusal import refuse
from reinfuse.imaging.dicom.sources import MOST_BYTES, inflate

PREAMBLE = 128
IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
RLE = "1.2.840.10008.1.2.5"
NATIVE = frozenset({IMPLICIT, EXPLICIT, DEFLATED, BIG_ENDIAN})

ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
TRANSFER_SYNTAX = 0x00020010
PIXELS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
UNDEFINED = 0xFFFFFFFF
ORDERS = (True, False)
LONG = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR",
                  b"UT", b"UV"})  # fmt: skip
SHORT = frozenset({b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FD", b"FL", b"IS", b"LO",
                   b"LT", b"PN", b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL",
                   b"US"})  # fmt: skip
# Readers of a tag and a length of four or two bytes, by whether the lowest byte comes first.
WIDE = {little: struct.Struct(("<" if little else ">") + "HHI").unpack_from for little in ORDERS}
NARROW = {little: struct.Struct(("<" if little else ">") + "I2sH").unpack_from for little in ORDERS}
FOUR = {little: struct.Struct(("<" if little else ">") + "I").unpack_from for little in ORDERS}
DEEPEST = 24
MOST_ELEMENTS = 250_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pixels:
    """Where pixel data lie in the content; `length` is None where they are in fragments."""

    tag: int
    at: int
    length: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """A file whose lengths hold.

    `content` is the file itself, or what was deflated in it, and its data set begins at `begin`.
    `places` are the tags of the data set and where they begin, up to the pixels or the end.
    """

    content: bytes
    begin: int
    places: tuple[tuple[int, int], ...]
    syntax: str
    implicit: bool
    little: bool
    pixels: Pixels | None

    def only(self, tags: frozenset[int]) -> bytes:
        """The elements of these tags as they are written, one behind the other."""
        return b"".join(
            self.content[at:behind]
            for (tag, at), (_, behind) in pairwise(self.places)
            if tag in tags
        )


@dataclass(slots=True)
class _Level:
    """Something that holds elements (a data set, an item) or items (a sequence)."""

    end: int | None  # None: it ends with a delimiter
    room: int  # where it must have ended
    items: bool
    implicit: bool
    tag: int


def is_dicom(content: bytes) -> bool:
    """Whether a file is DICOM, with a preamble or, as old exports are, without."""
    if content[PREAMBLE : PREAMBLE + 4] == b"DICM":
        return True
    return content[:2] in (b"\x02\x00", b"\x08\x00") and content[2:4] in (
        b"\x00\x00", b"\x01\x00", b"\x02\x00", b"\x05\x00", b"\x08\x00", b"\x16\x00",
    )  # fmt: skip


def walk(content: bytes, name: str) -> Skeleton:
    """The skeleton of a DICOM file called `name`; ReinfuseError, with the tag, where it breaks."""
    begin = PREAMBLE + 4 if content[PREAMBLE : PREAMBLE + 4] == b"DICM" else 0
    syntax, begin = _meta(content, begin, name)
    if syntax == DEFLATED:
        content, begin = inflate(content[begin:], MOST_BYTES >> 1, name, tag=TRANSFER_SYNTAX), 0
    little = syntax != BIG_ENDIAN
    # Some writers name one encoding and use the other: the first element tells.
    implicit = not _is_representation(content[begin + 4 : begin + 6])
    places, pixels = _elements(content, begin, name, implicit=implicit, little=little)
    if syntax == "":
        syntax = IMPLICIT if implicit else EXPLICIT
    return Skeleton(
        content=content,
        begin=begin,
        places=places,
        syntax=syntax,
        implicit=implicit,
        little=little,
        pixels=pixels,
    )


def _meta(content: bytes, at: int, name: str) -> tuple[str, int]:
    """The transfer syntax, empty where none is named, and where the data set begins."""
    syntax = ""
    while content[at : at + 2] == b"\x02\x00":
        tag, _, value, length = _header(
            content, at, (name, TRANSFER_SYNTAX), implicit=False, little=True
        )
        if length == UNDEFINED or value + length > len(content):
            raise _too_long(name, tag, length, len(content) - value)
        if tag == TRANSFER_SYNTAX:
            syntax = content[value : value + length].decode("latin-1").strip("\0 ")
        at = value + length
    return syntax, at


def _elements(
    content: bytes, at: int, name: str, *, implicit: bool, little: bool
) -> tuple[tuple[tuple[int, int], ...], Pixels | None]:
    """The tags before the pixels and where they begin, with the end as the last; and the pixels."""
    places: list[tuple[int, int]] = []
    size = len(content)
    levels = [_Level(end=size, room=size, items=False, implicit=implicit, tag=0)]
    for _ in range(MOST_ELEMENTS):
        level = levels[-1]
        while level.end is not None and at >= level.end:
            levels.pop()
            if not levels:
                return (*places, (0, at)), None
            level = levels[-1]
        last = places[-1][0] if places else TRANSFER_SYNTAX
        head = _header(content, at, (name, last), implicit=level.implicit, little=little)
        tag, _, value, length = head
        if len(levels) == 1:
            places.append((tag, at))
            if tag in PIXELS:
                return tuple(places), _pixels(content, name, tag, value, length)
        if tag in (ITEM_END, SEQUENCE_END):
            if level.end is not None or (tag == SEQUENCE_END) != level.items:
                raise refuse(name, "a sequence or item ends that did not begin", tag=level.tag)
            levels.pop()
            at = value
        else:
            at = _enter(levels, head, name)
    raise refuse(name, f"there are more than {MOST_ELEMENTS} elements", tag=levels[-1].tag)


def _enter(levels: list[_Level], head: tuple[int, bytes, int, int], name: str) -> int:
    """Where to go on: within what an element opens, which becomes a level, or behind it."""
    tag, kind, value, length = head
    level = levels[-1]
    if level.items != (tag == ITEM):
        wrong = "something that is no item lies in a sequence" if level.items else "a stray item"
        raise refuse(name, wrong, tag=level.tag if level.items else tag)
    end = None if length == UNDEFINED else value + length
    if end is not None and end > level.room:
        raise _too_long(name, tag, length, level.room - value)
    if not level.items and not _is_sequence(level, tag, kind, length):
        return value + length
    if len(levels) >= DEEPEST:
        what = f"sequences lie in each other more than {DEEPEST} deep"
        raise refuse(name, what, tag=level.tag or tag)
    inner = _Level(
        end=end,
        room=level.room if end is None else end,
        items=not level.items,
        # Of unknown kind, a sequence is written implicitly (CP 246).
        implicit=level.implicit or kind == b"UN",
        tag=level.tag if level.items else tag,
    )
    levels.append(inner)
    return value


def _is_sequence(level: _Level, tag: int, kind: bytes, length: int) -> bool:
    """Whether an element holds items: what has no length does.

    Sequences of vendors that have a length are stepped over, as nothing of them is read.
    """
    if length == UNDEFINED:
        return True
    if tag >> 16 & 1:
        return False
    return tag in _sequences() if level.implicit else kind == b"SQ"


def _header(
    content: bytes, at: int, behind: tuple[str, int], *, implicit: bool, little: bool
) -> tuple[int, bytes, int, int]:
    """Tag, kind (VR) or nothing, where the value begins, and how long it is.

    `behind` is the file's name and the tag that was read before, for what is to be told.
    """
    try:
        group, element, length = WIDE[little](content, at)
        tag = (group << 16) | element
        if implicit or group == ITEM >> 16:
            return tag, b"", at + 8, length
        _, kind, short = NARROW[little](content, at)
        if kind in LONG:
            return tag, kind, at + 12, FOUR[little](content, at + 8)[0]
    except struct.error:
        name, last = behind
        raise refuse(name, "the file ends in the element behind this one", tag=last) from None
    if kind not in SHORT:
        name, last = behind
        raise refuse(name, "the element behind this one has no kind (VR)", tag=last)
    return tag, kind, at + 8, short


def _pixels(content: bytes, name: str, tag: int, value: int, length: int) -> Pixels:
    if length == UNDEFINED:
        return Pixels(tag=tag, at=value, length=None)
    if value + length > len(content):
        raise _too_long(name, tag, length, len(content) - value)
    return Pixels(tag=tag, at=value, length=length)


def _too_long(name: str, tag: int, length: int, room: int) -> ReinfuseError:
    said = "no length" if length == UNDEFINED else f"{length} bytes"
    return refuse(name, f"the element says {said}, and {max(room, 0)} are left", tag=tag)


def _is_representation(kind: bytes) -> bool:
    return kind in SHORT or kind in LONG


@lru_cache(maxsize=1)
def _sequences() -> frozenset[int]:
    """The tags that are sequences by the standard's dictionary."""
    from pydicom._dicom_dict import DicomDictionary  # noqa: PLC0415 - quick start without pydicom

    return frozenset(tag for tag, entry in DicomDictionary.items() if entry[0] == "SQ")
