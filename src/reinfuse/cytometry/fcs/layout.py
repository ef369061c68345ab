"""How an event is written: what kind of numbers, how wide, in which order of bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from reinfuse.cytometry.fcs.opened import Opened
from reinfuse.cytometry.fcs.words import number, whole
from reinfuse.errors import Finding, Severity

FLOATS = {"F": 4, "D": 8}
WIDEST = 8  # bytes of an integer
# Whole numbers up to 2^24 are exact in float32.
EXACT_BITS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One event: `kind` is `I`, `F` or `D`; `widths` are bytes, one for each parameter.

    `bits` tells how many of the low bits of each integer are its value; the rest is noise.
    """

    kind: str
    big: bool
    widths: tuple[int, ...]
    bits: tuple[int, ...]

    @property
    def event_bytes(self) -> int:
        """How many bytes an event takes."""
        return sum(self.widths)

    @property
    def type(self) -> DTypeLike:
        """The type that holds the values as they were written: float32 where that is enough."""
        wide = self.kind == "D" or (self.kind == "I" and max(self.bits) > EXACT_BITS)
        return np.float64 if wide else np.float32


def read_layout(
    keywords: Mapping[str, str], count: int, opened: Opened
) -> tuple[Layout, tuple[Finding, ...]]:
    """How the events are written; ReinfuseError, which names the keyword, where it is not read."""
    mode = keywords.get("$MODE", "L").strip().upper() or "L"
    if mode != "L":
        raise opened.refuse("$MODE says that these are histograms; only lists of events are read")
    kind = keywords.get("$DATATYPE", "").strip().upper()
    if kind == "A":
        raise opened.refuse("$DATATYPE is A: events written as digits are not read")
    if kind not in ("I", *FLOATS):
        raise opened.refuse("$DATATYPE is none of I, F and D")
    _refuse_mixed(keywords, kind, count, opened)
    big = _is_big(keywords.get("$BYTEORD", ""), kind, opened)
    if kind == "I":
        widths = tuple(_width(keywords, place, opened) for place in range(1, count + 1))
        bits = tuple(
            _value_bits(keywords.get(f"$P{place}R", ""), 8 * width)
            for place, width in enumerate(widths, start=1)
        )
        return Layout(kind=kind, big=big, widths=widths, bits=bits), ()
    width = FLOATS[kind]
    said = [whole(keywords.get(f"$P{place}B", "")) for place in range(1, count + 1)]
    other = [place for place, one in enumerate(said, start=1) if one != 8 * width]
    told = opened.tell(
        Severity.CONTRADICTION,
        "fcs-width-of-floats",
        f"$P{other[0] if other else 0}B is not {8 * width}, which $DATATYPE {kind} asks for; "
        f"{8 * width} is taken",
    )
    layout = Layout(kind=kind, big=big, widths=(width,) * count, bits=(8 * width,) * count)
    return layout, (told,) if other else ()


def _refuse_mixed(keywords: Mapping[str, str], kind: str, count: int, opened: Opened) -> None:
    for place in range(1, count + 1):
        own = keywords.get(f"$P{place}DATATYPE", "").strip().upper()
        if own and own != kind:
            raise opened.refuse(
                f"$P{place}DATATYPE is not {kind} like $DATATYPE: FCS 3.2 with mixed types of "
                "data is not read"
            )


def _is_big(text: str, kind: str, opened: Opened) -> bool:
    """Whether the highest byte comes first: `4,3,2,1` in any number of bytes and with any marks."""
    order = [int(digit) for digit in re.findall(r"\d", text)]
    rising = list(range(1, len(order) + 1))
    if order and order == rising:
        return False
    if order and order == rising[::-1]:
        return True
    if not order:
        raise opened.refuse("$BYTEORD does not say in which order bytes are written")
    raise opened.refuse("$BYTEORD is neither rising, as 1,2,3,4, nor falling, as 4,3,2,1")


def _width(keywords: Mapping[str, str], place: int, opened: Opened) -> int:
    bits = whole(keywords.get(f"$P{place}B", ""))
    if not bits:
        raise opened.refuse(f"$P{place}B does not say how many bits parameter {place} takes")
    if bits % 8 or bits > 8 * WIDEST:
        raise opened.refuse(
            f"$P{place}B says {bits} bits: only whole bytes, at most {WIDEST}, are read"
        )
    return bits // 8


def _value_bits(text: str, width: int) -> int:
    """The bits that a range takes; the whole width where there is no range, or one beyond it."""
    highest = number(text)
    if highest is None or highest < 1 or highest >= 2.0**width:
        return width
    return max((int(np.ceil(highest)) - 1).bit_length(), 1)
