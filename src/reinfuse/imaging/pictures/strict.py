"""Frozen data as plain values that JSON can hold, and back; whatever does not fit is refused."""

from __future__ import annotations

import types
import typing
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np

from reinfuse.errors import ReinfuseError

Plain = Any  # what JSON holds has no narrower type, nor has what a type annotation is
T = TypeVar("T")
LONGEST_TEXT = 600
MOST_ITEMS = 5_000
LARGEST, SMALLEST = 1e9, 1e-6
MOST_SHADES = 640 * 640
FIGURES = 6


def to_plain(value: Plain) -> Plain:
    """Data as dictionaries, lists, texts and numbers; shades as deflated bytes in base64.

    Written so that `from_plain` reads it: long texts are cut, and next to nothing is 0.
    """
    if is_dataclass(value):
        return {one.name: to_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [to_plain(one) for one in value]
    if isinstance(value, np.ndarray):
        return _shades_text(value)
    if isinstance(value, str):
        shown = "".join(one if one.isprintable() else "\ufffd" for one in str(value))
        return shown[:LONGEST_TEXT]
    if isinstance(value, float):
        return float(f"{value:.{FIGURES}g}") if abs(value) >= SMALLEST else 0.0
    return value


def from_plain(kind: type[T], node: Plain, where: str = "") -> T:
    """Data of a frozen class from plain values.

    ReinfuseError for a key too many or too few, another type, a number that is not finite, a text
    that cannot be shown, or more of anything than a patient has.
    """
    found: T = _read(kind, node, where)
    return found


def _read(kind: Plain, node: Plain, where: str) -> Plain:
    origin: Plain = typing.get_origin(kind)
    inner = typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return None if node is None else _read(inner[0], node, where)
    if origin is tuple:
        return _tuple(inner, node, where)
    if origin is np.ndarray:
        return _shades(node, where)
    if is_dataclass(kind):
        return _record(kind, node, where)
    if issubclass(kind, StrEnum):
        return _word(kind, node, where)
    return _SIMPLE[kind](node, where)


def _record(kind: Plain, node: Plain, where: str) -> Plain:
    names = [one.name for one in fields(kind)]
    if not isinstance(node, dict) or sorted(node) != sorted(names):
        raise _bad(where, f"it has other keys than {', '.join(names)}")
    hints = typing.get_type_hints(kind)
    return kind(**{one: _read(hints[one], node[one], _under(where, one)) for one in names})


def _tuple(inner: tuple[Plain, ...], node: Plain, where: str) -> tuple[Plain, ...]:
    if not isinstance(node, list) or len(node) > MOST_ITEMS:
        raise _bad(where, f"it is no list of up to {MOST_ITEMS}")
    if inner[-1] is Ellipsis:
        kinds = (inner[0],) * len(node)
    elif len(node) == len(inner):
        kinds = inner
    else:
        raise _bad(where, f"it is no list of {len(inner)}")
    return tuple(
        _read(kind, one, f"{where} {number}")
        for number, (kind, one) in enumerate(zip(kinds, node, strict=True), start=1)
    )


def _word(kind: type[StrEnum], node: Plain, where: str) -> StrEnum:
    found = next((one for one in kind if str(one) == node), None)
    if found is None:
        raise _bad(where, f"it is none of {', '.join(kind)}")
    return found


def _text(node: Plain, where: str) -> str:
    if not isinstance(node, str) or len(node) > LONGEST_TEXT or not node.isprintable():
        raise _bad(where, f"it is no text of up to {LONGEST_TEXT} characters")
    return node


def _number(node: Plain, where: str) -> float:
    if not isinstance(node, int | float) or isinstance(node, bool):
        raise _bad(where, "it is no number")
    # Written so that a value that is no number is refused as well.
    if not (node == 0 or SMALLEST <= abs(node) <= LARGEST):
        raise _bad(where, f"it is no number from {SMALLEST:g} to {LARGEST:g}")
    return float(node)


def _whole(node: Plain, where: str) -> int:
    if not isinstance(node, int) or isinstance(node, bool) or abs(node) > LARGEST:
        raise _bad(where, "it is no whole number")
    return node


def _truth(node: Plain, where: str) -> bool:
    if not isinstance(node, bool):
        raise _bad(where, "it is neither true nor false")
    return node


_SIMPLE: Mapping[type, Callable[[Plain, str], Plain]] = {
    str: _text, float: _number, int: _whole, bool: _truth,
}  # fmt: skip


def _shades_text(shades: np.ndarray) -> Plain:
    import zlib  # noqa: PLC0415 # for pictures alone

    rows, columns = shades.shape
    deflated = zlib.compress(shades.tobytes(), 9)
    return {"rows": rows, "columns": columns, "deflated": b64encode(deflated).decode("ascii")}


def _shades(node: Plain, where: str) -> Plain:
    import zlib  # noqa: PLC0415 # for pictures alone

    if not isinstance(node, dict) or sorted(node) != ["columns", "deflated", "rows"]:
        raise _bad(where, "it has other keys than rows, columns, deflated")
    rows, columns = (_whole(node[key], f"{where} {key}") for key in ("rows", "columns"))
    if rows < 1 or columns < 1 or rows * columns > MOST_SHADES:
        raise _bad(where, f"it has not between 1 and {MOST_SHADES} shades")
    try:
        text = node["deflated"].encode("ascii")
        opened = zlib.decompressobj()
        # One more than there may be, so that a bomb is opened no further.
        data = opened.decompress(b64decode(text, validate=True), rows * columns + 1)
    except (AttributeError, ValueError, zlib.error):
        raise _bad(where, "its shades are not deflated bytes in base64") from None
    if len(data) != rows * columns or not opened.eof or opened.unused_data:
        raise _bad(where, f"it does not hold {rows} x {columns} shades")
    return np.frombuffer(data, np.uint8).reshape(rows, columns)


def _under(where: str, name: str) -> str:
    return f"{where} {name}".strip()


def _bad(where: str, what: str) -> ReinfuseError:
    return ReinfuseError(what, where=where or "the top")
