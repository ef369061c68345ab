"""One value of a field from its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file.shapes import Shape
from reinfuse.exchange.course_file.text import shortened
from reinfuse.quantity import Quantity
from reinfuse.timeline import When, read_when

YES_OR_NO = {"yes": True, "no": False, "true": True, "false": False}
_INTEGER = re.compile(r"[+-]?[0-9]{1,12}")
_BY_X = re.compile(r"\s*[x×]\s*")
_MOST_AXES = 3
Choice = TypeVar("Choice")


def read_value(shape: Shape, text: str) -> object:
    """One value of a field; raises ReinfuseError."""
    bare, kind = text.strip(), shape.kind
    if kind is str:
        return text
    if kind is Quantity:
        return Quantity.parse(bare)
    if kind is When:
        return read_when(bare)
    if kind is bool:
        return read_choice(bare.casefold(), YES_OR_NO)
    if kind is int:
        return read_count(bare, shape.meaning)
    if not issubclass(kind, StrEnum):
        raise TypeError(f"no way to read {kind!r}")
    return read_choice(bare, {member.value: member for member in kind})


def read_count(text: str, meaning: str) -> int:
    """A whole number; `meaning` says what it counts. Raises ReinfuseError."""
    if not _INTEGER.fullmatch(text):
        raise ReinfuseError(f"{shortened(text)!r} is not a whole number", fix=meaning)
    return int(text)


def read_choice(text: str, choices: Mapping[str, Choice]) -> Choice:
    """What a word stands for; raises ReinfuseError."""
    if text in choices:
        return choices[text]
    folded = {word.casefold(): word for word in choices}
    near = [folded[word] for word in get_close_matches(text.casefold()[:80], folded, n=1)]
    listed = ", ".join(word for word in choices if word not in ("true", "false"))
    fix = f"did you mean {near[0]}? one of: {listed}" if near else f"one of: {listed}"
    raise ReinfuseError(f"{shortened(text)!r} is not a choice here", fix=fix)


def read_axes(text: str) -> tuple[Quantity, ...]:
    """Up to three lengths, the unit after the last: `3.5 x 4.7 x 12.6 cm`. Raises ReinfuseError."""
    *firsts, last = _BY_X.split(text.strip()[:200])
    if len(firsts) >= _MOST_AXES:
        raise ReinfuseError(
            f"{shortened(text)!r} has more than three axes", fix="3.5 x 4.7 x 12.6 cm"
        )
    end = Quantity.parse(last)
    return (*(Quantity.parse(first, end.unit) for first in firsts), end)
