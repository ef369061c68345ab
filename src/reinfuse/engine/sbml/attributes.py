"""Attributes of SBML: numbers, truth and ids, each with a reason if it is none."""

from __future__ import annotations

import re

from reinfuse.engine.sbml.elements import Element
from reinfuse.engine.sbml.refusals import Refusals

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z|[+-]?INF\Z|NaN\Z")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def told(element: Element) -> str:
    """An element in words: its kind, and its id where it has one."""
    name = element.get("id") or element.get("symbol") or element.get("variable")
    return f"{element.tag} `{name}`" if name else element.tag


def number_in(element: Element, name: str, refusals: Refusals) -> float | None:
    """A number, none where the attribute is not set."""
    text = element.get(name)
    if text is None:
        return None
    if not _NUMBER.match(text):
        refusals.add(f"{name} {text!r} of {told(element)} is not a number", element.at)
        return None
    return float(text.replace("INF", "inf"))


def truth_in(element: Element, name: str, refusals: Refusals, *, default: bool) -> bool:
    """Whether an attribute is true; `default` where it is not set."""
    text = element.get(name)
    if text is None:
        return default
    if text not in _TRUTH:
        refusals.add(f"{name} {text!r} of {told(element)} is neither true nor false", element.at)
    return _TRUTH.get(text, default)


def id_in(element: Element, name: str, refusals: Refusals) -> str:
    """An id; blank if there is none, which is refused."""
    text = element.get(name) or ""
    if not _ID.match(text):
        refusals.add(f"{name} {text!r} of {element.tag} is not an SBML id", element.at)
        return ""
    return text
