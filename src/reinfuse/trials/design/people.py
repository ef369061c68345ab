"""The patients of a design file: marrow, lesions, bodies, what came before, other values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from reinfuse.errors import ReinfuseError
from reinfuse.evidence.target import MARROW_BLASTS
from reinfuse.exchange.course_file.nodes import Listing, Mapping, Node, Refused, Scalar
from reinfuse.exchange.course_file.text import shortened
from reinfuse.mechanism.sign_rules import SignRules, shipped_rules
from reinfuse.mechanism.table import parameters_of
from reinfuse.trials.design.fields import (
    any_number,
    chosen,
    inner_share,
    measured,
    number,
    share,
)
from reinfuse.trials.design.keys import DesignKeys
from reinfuse.trials.population import (
    MOST_LESIONS,
    PEOPLE,
    Around,
    Between,
    Changed,
    LesionSetting,
    People,
    why_not,
)

POPULATION = (
    "age", "weight", "filtration", "marrow", "earlier", "donor_share", "lesions", "t_cells",
    "parameters", "signs",
)  # fmt: skip
_LESION = ("kind", "volume", "spread", "share", "access", "killing")
_NONE_BEFORE = {"none": False, "CAR-T cells": True}
_USUAL_MARROW = Between(low=MARROW_BLASTS["mixed"][0], high=MARROW_BLASTS["mixed"][1])
_MOST_SPREAD = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patients:
    """Who is enrolled, whatever the arm; `earlier`: they had CAR-T cells before.

    `donor_share` is the share of the patient's immune system that is a donor's, None where the
    file does not say.
    """

    marrow: Between | Around
    people: People
    earlier: bool
    donor_share: float | None
    lesions: tuple[LesionSetting, ...]
    parameters: dict[str, Changed]
    signs: SignRules


def patients_of(keys: DesignKeys, node: Node | None) -> Patients:
    """The population of a file; what it leaves out is as usual."""
    written = {} if node is None else keys.of(node, POPULATION, "`population`") or {}
    lesions = _lesions(keys, written.get("lesions"))
    parameters = _parameters(keys, written.get("parameters"), len(lesions))
    cells = _around(keys, written.get("t_cells"), "t_cells", measured("{cells}/uL", 0, 1e4))
    if cells is not None:
        parameters.setdefault("t_normal", cells)
    return Patients(
        marrow=_marrow(keys, written.get("marrow")),
        people=_people(keys, written),
        earlier=keys.value(written, "earlier", chosen(_NONE_BEFORE), False),
        donor_share=keys.value(written, "donor_share", share, None),
        lesions=lesions,
        parameters=parameters,
        signs=_signs(keys, written.get("signs")),
    )


def _people(keys: DesignKeys, written: dict[str, Node]) -> People:
    usual = keys.value(written, "age", chosen(dict(PEOPLE)), PEOPLE["all"])
    weight = _around(keys, written.get("weight"), "weight", measured("kg", 2, 250))
    read = measured("mL/min/{1.73_m2}", 0, 300)
    filtration = keys.value(written, "filtration", read, usual.filtration)
    middle, spread = (None, None) if weight is None else (weight.value, weight.spread)
    return People(
        weight=usual.weight if middle is None else middle,
        spread=usual.spread if spread is None else spread,
        filtration=filtration,
    )


def _marrow(keys: DesignKeys, node: Node | None) -> Between | Around:
    if node is None or isinstance(node, Scalar):
        words = {word: Between(low=low, high=high) for word, (low, high) in MARROW_BLASTS.items()}
        return keys.one(node, "marrow", chosen(words), _USUAL_MARROW)
    written = keys.of(node, ("low", "high", "median", "spread"), "`marrow`") or {}
    if {"low", "high"} == set(written):
        low = keys.value(written, "low", inner_share, 0.0)
        high = keys.value(written, "high", inner_share, 0.0)
        if low and high and low >= high:
            keys.say("`marrow`: low is not below high", node.line, "write the lower share as low")
        return Between(low=low, high=high)
    if {"median", "spread"} == set(written):
        return Around(
            median=keys.value(written, "median", inner_share, 0.5),
            spread=keys.value(written, "spread", number(0, _MOST_SPREAD), 1.0),
        )
    if written:
        fix = "write low and high, or median and spread, or one of: " + ", ".join(MARROW_BLASTS)
        keys.say("`marrow` is not told whole", node.line, fix)
    return _USUAL_MARROW


def _lesions(keys: DesignKeys, node: Node | None) -> tuple[LesionSetting, ...]:
    if node is None or isinstance(node, Refused):
        return ()
    if not isinstance(node, Listing):
        keys.say("`lesions` is a list", node.line, "begin each lesion with a dash")
        return ()
    if len(node.items) > MOST_LESIONS:
        what = f"{len(node.items)} lesions are listed"
        keys.say(what, node.line, f"{MOST_LESIONS} are the most that the model has")
    return tuple(_lesion(keys, item) for item in node.items[:MOST_LESIONS])


def _lesion(keys: DesignKeys, node: Node) -> LesionSetting:
    written = keys.of(node, _LESION, "a lesion") or {}
    for name in ("kind", "volume"):
        if written and name not in written:
            keys.say(f"a lesion needs `{name}`", node.line, f"add `{name}`")
    return LesionSetting(
        kind=keys.value(written, "kind", str.strip, ""),
        volume=keys.value(written, "volume", measured("mL", 0, 1000), 1.0),
        spread=keys.value(written, "spread", number(0, _MOST_SPREAD), 1.0),
        share=keys.value(written, "share", share, 1.0),
        access=keys.value(written, "access", number(1e-5, 10), None),
        kill_share=keys.value(written, "killing", number(1e-4, 10), None),
    )


def _parameters(keys: DesignKeys, node: Node | None, lesions: int) -> dict[str, Changed]:
    if node is None or isinstance(node, Refused):
        return {}
    if not isinstance(node, Mapping):
        keys.say("`parameters` is a set of keys", node.line, "write name: {value: 1, spread: 0.3}")
        return {}
    found: dict[str, Changed] = {}
    seen: set[str] = set()
    for key, child in node.items:
        if key.text in seen:
            what = f"`{shortened(key.text)}` stands twice in `parameters`"
            keys.say(what, key.line, "keep one of the two")
            continue
        seen.add(key.text)
        changed = _parameter(keys, key, child, lesions)
        if changed is not None:
            found[key.text] = changed
    return found


def _parameter(keys: DesignKeys, key: Scalar, node: Node, lesions: int) -> Changed | None:
    known = [row.name for row in parameters_of(lesions)]
    name = key.text
    if name not in known:
        near = get_close_matches(name[:80], known, n=1)
        fix = f"did you mean `{near[0]}`?" if near else "see docs/reference/mechanism.md"
        keys.say(f"the mechanism has no parameter `{shortened(name)}`", key.line, fix)
        return None
    changed = _around(keys, node, name, any_number) or Changed()
    problem = why_not(name, changed, lesions)
    if problem:
        keys.say(f"`{name}`: {problem}", key.line, "see docs/reference/mechanism.md")
        return None
    return changed


def _around(
    keys: DesignKeys, node: Node | None, name: str, read: Callable[[str], float]
) -> Changed | None:
    """One value, or value (or median) with spread."""
    if node is None or isinstance(node, Scalar):
        value: float | None = keys.one(node, name, read, None)
        return None if value is None else Changed(value=value)
    written = keys.of(node, ("value", "median", "spread"), f"`{name}`") or {}
    if {"value", "median"} <= set(written):
        keys.say(f"`{name}` has value and median", node.line, "they are the same: keep one")
    word = "median" if "median" in written else "value"
    return Changed(
        value=keys.value(written, word, read, None),
        spread=keys.value(written, "spread", number(0, _MOST_SPREAD), None),
    )


def _signs(keys: DesignKeys, node: Node | None) -> SignRules:
    if node is None:
        return shipped_rules()
    known = tuple(shipped_rules().values)
    written = keys.of(node, known, "`signs`") or {}
    changed = {name: keys.value(written, name, any_number, None) for name in written}
    try:
        return shipped_rules().changed(
            **{name: value for name, value in changed.items() if value is not None}
        )
    except ReinfuseError as error:
        keys.say(f"`signs`: {error.what}", node.line, error.fix)
        return shipped_rules()
