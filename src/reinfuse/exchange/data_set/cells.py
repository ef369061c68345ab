"""What single cells mean: a number, nothing, or a limit."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

MISSING = {"", ".", "NA", "NAN", "N/A"}
_COMMON_MISSING = ("", ".", "NA")
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_PLAIN = re.compile(_NUMBER, re.ASCII)
_LIMITED = re.compile(rf"(?P<sign><=|>=|<|>|≤|≥)\s*(?P<number>{_NUMBER})", re.ASCII)
_BELOW_WORDS = {
    "BLQ", "BLOQ", "BQL", "LLOQ", "LLQ", "LOQ", "LLOD", "LOD", "BLOD", "BDL",
    "ND", "NOT DETECTED", "UNDETECTABLE", "NOT DETECTABLE", "BELOW LIMIT",
}  # fmt: skip
_ABOVE_WORDS = {"ULOQ", "ALQ", "ALOQ", "AQL"}


@dataclass(frozen=True, slots=True)
class Limited:
    """A cell that gives a bound: below or above a number, or the limit of another column."""

    below: bool
    number: float | None


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that is no number."""

    text: str


Cell = float | Limited | Unread | None


def missing(text: str) -> bool:
    """Whether a cell holds nothing."""
    return text.strip().upper() in MISSING


def cell_of(text: str) -> Cell:
    """What a cell says; None is nothing."""
    said = text.strip()
    if _PLAIN.fullmatch(said):
        number = float(said)
        return number if math.isfinite(number) else Unread(said)
    if said.upper() in MISSING:
        return None
    bound = _LIMITED.fullmatch(said)
    if bound is not None and math.isfinite(float(bound["number"])):
        return Limited(bound["sign"][0] in "<≤", float(bound["number"]))
    return _word(said)


def _word(said: str) -> Cell:
    word = " ".join(said.upper().split())
    if word.lstrip("<≤ ") in _BELOW_WORDS:
        return Limited(below=True, number=None)
    if word.lstrip(">≥ ") in _ABOVE_WORDS:
        return Limited(below=False, number=None)
    return Unread(said)


def plain_numbers(texts: Sequence[str]) -> Sequence[float | None] | None:
    """The numbers of a column, None for missing cells; None for a column that holds others.

    The texts are ASCII without an underscore: of others Python reads as a number what we do not.
    """
    try:
        numbers = list(map(float, texts))
    except ValueError:
        return _with_gaps(texts)
    # A sum is quick, and not finite wherever a part is not; what only overflows is read slowly.
    return numbers if math.isfinite(sum(numbers)) else None


def _with_gaps(texts: Sequence[str]) -> Sequence[float | None] | None:
    try:
        cells = [None if text in _COMMON_MISSING else float(text) for text in texts]
    except ValueError:
        return None
    return cells if math.isfinite(sum(filter(None, cells))) else None


def why_no_number(text: str) -> tuple[str, str]:
    """What is wrong with a text that should be a number, and what to do."""
    shown = repr(text)
    if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", text):
        return f"{shown} is a time on a clock", "write the time since the first dose as a number"
    if re.match(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}", text):
        return f"{shown} is a date", "write the time since the first dose as a number"
    if re.search(r"\d[,'_]\d", text):
        fix = "write 1.5 and 1500, with a decimal point and nothing between thousands"
        return f"{shown} has a comma or mark in its number", fix
    return f"{shown} is not a number", "write a number, or `.` where nothing is known"
