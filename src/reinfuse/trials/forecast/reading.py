"""Reads an options file: YAML 1.2, every problem by its line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.exchange.course_file.nodes import Listing, Node, Refused, Scalar, read_tree
from reinfuse.exchange.course_file.text import Unreadable, read_text
from reinfuse.exchange.course_file.values import read_choice
from reinfuse.mechanism.plan import Depletion
from reinfuse.mechanism.products import Target
from reinfuse.record import Course
from reinfuse.trials.forecast.asked import (
    AS_GIVEN,
    SHORTEST_DAYS,
    Again,
    Asked,
    Binder,
    Cells,
    Collected,
    Kept,
    Option,
    Tocilizumab,
)
from reinfuse.trials.forecast.fields import (
    dose,
    lasting,
    milligrams,
    milligrams_a_square_metre,
    share,
    shift,
)
from reinfuse.trials.forecast.keys import Keys
from reinfuse.trials.forecast.replayed import Replayed, infusions_in_order, replayed
from reinfuse.trials.forecast.sense import senseless

_TOP = ("for", "horizon", "reference", "donor_share", "options")
_OPTION = (
    "name", "infusion", "cells", "collected", "binder", "target", "dose", "day",
    "lymphodepletion", "tocilizumab", "again",
)  # fmt: skip
_YEAR = 365.25
_MOST_OPTIONS = 24
_LONGEST_NAME = 60
_GIVEN = {"as given": True, "none": False}
_BOTH = {"CD19 and CD22": Target.BOTH, "CD22 and CD19": Target.BOTH}
_TARGETS = {"CD19": Target.CD19, "CD22": Target.CD22, **_BOTH}


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What an options file asks for, or every reason for which it cannot be used."""

    asked: Asked | None
    problems: tuple[Finding, ...]


def read_options(path: Path, course: Course) -> ReadOptions:
    """Read an options file about a course."""
    try:
        text = read_text(path)
    except Unreadable as error:
        return ReadOptions(None, error.findings)
    return read_options_text(text, path.name, course)


def read_options_text(text: str, name: str, course: Course) -> ReadOptions:
    """Read the text of an options file about a course."""
    keys = Keys(name)
    if not text.strip("\ufeff \t\r\n"):
        keys.say("the file is empty", 1, "list options: see examples of options files")
        return ReadOptions(None, tuple(keys.problems))
    try:
        tree = read_tree(text.removeprefix("\ufeff"), name)
        keys.problems += tree.problems
        asked = _asked(keys, tree.root, course)
    except Unreadable as error:
        return ReadOptions(None, tuple(dict.fromkeys((*keys.problems, *error.findings))))
    found = tuple(sorted(dict.fromkeys(keys.problems), key=_line))
    return ReadOptions(None if found else asked, found)


def _line(finding: Finding) -> int:
    number = finding.where.rpartition(" line ")[2]
    return int(number) if number.isdigit() else 0


def _asked(keys: Keys, root: Node, course: Course) -> Asked | None:
    written = keys.of(root, _TOP, "an options file")
    if written is None:
        return None
    infusion = keys.value(written, "for", lambda text: _infusion(text, course), None)
    where = replayed(course, infusion or infusions_in_order(course)[-1])
    horizon = keys.value(written, "horizon", _horizon, _YEAR)
    options = _options(keys, written.get("options"), root, (where, horizon))
    told = keys.value(written, "reference", str.strip, None)
    options, reference = _with_reference(keys, options, told, written.get("reference"))
    return Asked(
        infusion=where.infusion,
        horizon=horizon,
        reference=reference,
        options=options,
        donor_share=keys.value(written, "donor_share", share, None),
    )


def _infusion(text: str, course: Course) -> str:
    listed = infusions_in_order(course)
    named = {ident: ident for ident in listed} | {"first": listed[0], "last": listed[-1]}
    return read_choice(text.strip(), named)


def _horizon(text: str) -> float:
    days = lasting(text)
    if days < SHORTEST_DAYS:
        raise ReinfuseError(
            f"{days:g} days are too short: GVHD is told by day {SHORTEST_DAYS:g}",
            fix=f"ask for {SHORTEST_DAYS:g} days or more",
        )
    return days


def _options(
    keys: Keys, node: Node | None, root: Node, where: tuple[Replayed, float]
) -> tuple[Option, ...]:
    if node is None:
        keys.say("the file lists no `options`", root.line, "add `options`, a list of options")
        return ()
    if not isinstance(node, Listing):
        if not isinstance(node, Refused):
            keys.say("`options` is a list", node.line, "begin each option with a dash")
        return ()
    if not 1 <= len(node.items) <= _MOST_OPTIONS:
        keys.say(f"{len(node.items)} options are listed", node.line, f"list 1 to {_MOST_OPTIONS}")
    read = [_option(keys, item) for item in node.items[:_MOST_OPTIONS]]
    found = tuple(option for option in read if option is not None)
    first: dict[str, int] = {}
    for option in found:
        if option.name and first.setdefault(option.name, option.line) != option.line:
            what = f"the name `{option.name}` stands first on line {first[option.name]}"
            keys.say(what, option.line, "give one of the two another name")
        for what, fix in senseless(option, *where):
            keys.say(what, option.line, fix)
    return found


def _option(keys: Keys, node: Node) -> Option | None:
    written = keys.of(node, _OPTION, "an option")
    if written is None:
        return None
    if "name" not in written:
        keys.say("an option needs `name`", node.line, "add `name`: what tables call it")
    choices: dict[str, Callable[[str], Any]] = {  # each field has its own type
        "cells": lambda text: _choice(text, {one.value: one for one in Cells}),
        "collected": lambda text: _choice(text, {one.value: one for one in Collected}),
        "binder": lambda text: _choice(text, {one.value: one for one in Binder}),
        "target": lambda text: _choice(text, _TARGETS),
        "dose": lambda text: None if text.strip() == "as given" else dose(text),
    }
    return Option(
        name=keys.value(written, "name", _name, ""),
        infused=keys.value(written, "infusion", lambda text: read_choice(text, _GIVEN), True),
        later=keys.value(written, "day", shift, 0.0),
        depletion=_depletion(keys, written.get("lymphodepletion")),
        tocilizumab=_tocilizumab(keys, written.get("tocilizumab")),
        again=_again(keys, written.get("again")),
        line=node.line,
        **{name: keys.value(written, name, read, None) for name, read in choices.items()},
    )


def _choice(text: str, choices: dict[str, Any]) -> object:
    """What a word stands for; None, as it was given, for `as given`."""
    return read_choice(text.strip(), choices | {"as given": None})


def _name(text: str) -> str:
    bare = " ".join(text.split())
    if not bare or len(bare) > _LONGEST_NAME:
        raise ReinfuseError(f"a name has 1 to {_LONGEST_NAME} letters", fix="write a short one")
    if not bare.isprintable():
        raise ReinfuseError("a name has signs that cannot be printed", fix="leave them out")
    return bare


def _depletion(keys: Keys, node: Node | None) -> Depletion | Kept:
    if node is None or isinstance(node, Scalar):
        return keys.one(node, "lymphodepletion", lambda text: read_choice(text, _kept()),
                        Kept.AS_GIVEN)  # fmt: skip
    written = keys.of(node, ("fludarabine", "cyclophosphamide", "first_day"), "lymphodepletion")
    read = milligrams_a_square_metre
    return Depletion(
        first_day=-keys.value(written or {}, "first_day", _before, -Depletion().first_day),
        fludarabine=keys.value(written or {}, "fludarabine", read, 0.0),
        cyclophosphamide=keys.value(written or {}, "cyclophosphamide", read, 0.0),
    )


def _before(text: str) -> float:
    """Days before the infusion of a day from -21 to -3, so that its three days come before."""
    try:
        day = -float(text)
    except ValueError:
        day = 0.0
    if not 3 <= day <= 21:  # noqa: PLR2004 # three days of drugs; beyond three weeks T cells are back
        raise ReinfuseError(
            f"{text[:20]!r} is not a day from -21 to -3", fix="write it like first_day: -5"
        )
    return day


def _tocilizumab(keys: Keys, node: Node | None) -> Tocilizumab | Kept:
    if node is None or isinstance(node, Scalar):
        known = {one.value: one for one in (Kept.AS_GIVEN, Kept.NONE)}
        return keys.one(node, "tocilizumab", lambda text: read_choice(text, known), Kept.AS_GIVEN)
    written = keys.of(node, ("day", "dose"), "tocilizumab", all_needed=True)
    return Tocilizumab(
        day=keys.value(written or {}, "day", lasting, 1.0),
        milligrams=keys.value(written or {}, "dose", milligrams, 0.0),
    )


def _again(keys: Keys, node: Node | None) -> Again | None:
    if node is None:
        return None
    written = keys.of(node, ("day", "dose"), "a further infusion", all_needed=True)
    given = keys.value(written or {}, "dose", dose, None)
    if given is None:
        return None
    return Again(day=keys.value(written or {}, "day", lasting, 1.0), dose=given)


def _kept() -> dict[str, Kept]:
    return {one.value: one for one in Kept}


def _with_reference(
    keys: Keys, options: tuple[Option, ...], told: str | None, node: Node | None
) -> tuple[tuple[Option, ...], str]:
    """The options and the name of the one that others are set against.

    That is the one that was named, or the first that changes nothing; where none does, one is put
    before the others.
    """
    if told is not None:
        if told not in {option.name for option in options}:
            line = node.line if node is not None else 0
            names = ", ".join(option.name for option in options)
            keys.say(f"no option is called {told[:40]!r}", line, f"name one of: {names}")
        return options, told
    same = next((option for option in options if option.changes_nothing), None)
    if same is not None:
        return options, same.name
    taken = {option.name for option in options}
    name = AS_GIVEN if AS_GIVEN not in taken else f"{AS_GIVEN} (reference)"
    return (replace(Option(name=name), line=0), *options), name
