"""Statements of a model text, one reader for each kind.

    model NAME
    time in UNIT from START                     days from 0 if it is left out
    parameter NAME = NUMBER [UNIT] in LOWEST .. HIGHEST "NOTE"
    state NAME [UNIT] = FORMULA within TOLERANCE "NOTE"
    helper NAME [UNIT] = FORMULA
    rate STATE = FORMULA
    event NAME at TIME: STATE = FORMULA; STATE += FORMULA
    event NAME when CONDITION after DELAY priority FORMULA late values cancellable even at start:
        STATE = FORMULA
    observe NAME [UNIT] = FORMULA

What stands in capitals is the modeller's; all behind the first formula or number may be left out.
Lines come in any order. A line that is indented further than the first goes on with the one above;
`#` begins a comment. `late values` computes what is assigned when the event happens, not when it
was triggered; `cancellable` drops it if the condition turns false while it waits; `even at start`
lets it happen if its condition holds from the start on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reinfuse.engine.language.model import (
    Assignment,
    Event,
    Helper,
    Observable,
    Parameter,
    State,
)
from reinfuse.engine.language.parser import Cursor, formula
from reinfuse.engine.language.problems import Misread, nearest
from reinfuse.engine.language.tokens import Statement, Token
from reinfuse.engine.language.tree import Call, Name, Number, Place, Tree


@dataclass(frozen=True, slots=True)
class Title:
    """`model NAME`."""

    name: str
    at: Place


@dataclass(frozen=True, slots=True)
class Clock:
    """`time in UNIT from START`."""

    unit: str
    start: float
    at: Place


@dataclass(frozen=True, slots=True)
class Rate:
    """`rate STATE = FORMULA`."""

    name: str
    value: Tree
    at: Place


Part = Title | Clock | Rate | State | Parameter | Helper | Event | Observable

_USAGE = {
    "model": "model NAME",
    "time": "time in UNIT from START",
    "parameter": 'parameter NAME = NUMBER [UNIT] in LOWEST .. HIGHEST "NOTE"',
    "state": 'state NAME [UNIT] = FORMULA within TOLERANCE "NOTE"',
    "helper": "helper NAME [UNIT] = FORMULA",
    "rate": "rate STATE = FORMULA",
    "event": "event NAME at TIME: STATE = FORMULA; or event NAME when CONDITION: ...",
    "observe": "observe NAME [UNIT] = FORMULA",
}
_ASSIGNED = {"+=": "add", "-=": "sub", "*=": "mul", "/=": "div"}


def part_of(statement: Statement) -> Part:
    """What a statement says; raises Misread."""
    cursor = Cursor(statement)
    word = cursor.take()
    reader = _READERS.get(word.text) if word.kind == "name" else None
    if reader is None:
        known = f"a line begins with {', '.join(_USAGE)}"
        fix = nearest(word.text, _USAGE) if word.kind == "name" else ""
        going_on = "; indent a line that goes on with the one above"
        raise Misread(f"`{word.text}` begins no statement", fix or known + going_on, word.at)
    part = reader(cursor)
    if cursor.next.kind == "unit" and word.text in {"state", "helper", "observe"}:
        fix = f"the unit stands behind the name: {_USAGE[word.text]}"
        raise Misread(f"a unit [{cursor.next.text}] behind a formula", fix, cursor.next.at)
    if cursor.next.kind != "end":
        raise cursor.unexpected("the end of the statement", _what_to_do(word.text, cursor.next))
    return part


def named_by(statement: Statement) -> str:
    """The name that a statement would give, read or not."""
    return statement[1].text if statement[1].kind == "name" else ""


def _what_to_do(kind: str, extra: Token) -> str:
    """What a modeller meant who wrote one word too many."""
    factor = extra.kind in {"name", "number"} or extra.text == "("
    if factor and kind in {"state", "helper", "rate", "observe", "event"}:
        return f"write * to multiply; a whole statement is {_USAGE[kind]}"
    if kind == "parameter" and extra.kind == "sign":
        return "the value is one number; a formula is named by `helper`"
    return f"write {_USAGE[kind]}"


def _title(cursor: Cursor) -> Title:
    if cursor.next.kind != "text":
        raise cursor.unexpected("a name", f"write {_USAGE['model']}")
    token = cursor.take()
    return Title(token.text, token.at)


def _clock(cursor: Cursor) -> Clock:
    usage = f"write {_USAGE['time']}"
    start = cursor.need("in", usage)
    if cursor.next.kind not in {"name", "unit"}:
        raise cursor.unexpected("a unit of time", usage)
    unit = cursor.take().text
    begins = _number(cursor, "a number", usage) if cursor.taken("from") else Number(0.0)
    return Clock(unit, begins.value, start.at)


def _parameter(cursor: Cursor) -> Parameter:
    usage = f"write {_USAGE['parameter']}"
    name, unit = _named(cursor, "parameter")
    cursor.need("=", usage)
    value = _number(cursor, "a number", "a formula is named by `helper`")
    if unit and value.unit and unit != value.unit:
        what = f"`{name.text}` has two units, [{unit}] and [{value.unit}]"
        raise Misread(what, "leave one of them out", name.at)
    low, high = -float("inf"), float("inf")
    if cursor.taken("in"):
        if not cursor.stands(".."):
            low = _number(cursor, "a number or `..`", usage).value
        cursor.need("..", usage)
        if cursor.next.kind == "number" or cursor.stands("-", "+"):
            high = _number(cursor, "a number", usage).value
    return Parameter(
        name=name.text,
        value=value.value,
        unit=unit or value.unit or "",
        low=low,
        high=high,
        note=_note(cursor),
        at=name.at,
    )


def _state(cursor: Cursor) -> State:
    name, unit = _named(cursor, "state")
    initial: Tree = formula(cursor) if cursor.taken("=") else Number(0.0)
    if isinstance(initial, Number):
        unit = unit or initial.unit or ""
    plain = State(name=name.text, unit=unit, initial=initial, at=name.at)
    within = plain.tolerance
    if cursor.taken("within"):
        within = _number(cursor, "a number", f"write {_USAGE['state']}").value
    return State(
        name=name.text,
        unit=unit,
        initial=initial,
        tolerance=within,
        note=_note(cursor),
        at=name.at,
    )


def _helper(cursor: Cursor) -> Helper:
    name, unit = _named(cursor, "helper")
    return Helper(name=name.text, unit=unit, value=_behind_equals(cursor, "helper"), at=name.at)


def _observable(cursor: Cursor) -> Observable:
    name, unit = _named(cursor, "observe")
    value = _behind_equals(cursor, "observe")
    return Observable(name=name.text, unit=unit, value=value, at=name.at)


def _rate(cursor: Cursor) -> Rate:
    name, unit = _named(cursor, "rate")
    if unit:
        fix = "leave it out: a rate is in the unit of its state by the unit of time"
        raise Misread(f"a unit [{unit}] behind `rate {name.text}`", fix, name.at)
    return Rate(name.text, _behind_equals(cursor, "rate"), name.at)


def _event(cursor: Cursor) -> Event:
    usage = f"write {_USAGE['event']}"
    name, _ = _named(cursor, "event")
    time = formula(cursor) if cursor.taken("at") else None
    when = formula(cursor) if time is None and cursor.taken("when") else None
    if time is None and when is None:
        raise cursor.unexpected("`at` or `when`", usage)
    formulas: dict[str, Tree] = {}
    said: set[str] = set()
    while not cursor.stands(":"):
        word = cursor.taken("after", "priority", "late", "cancellable", "even")
        if word is None or word.text in said:
            raise cursor.unexpected("`:`", usage)
        said.add(word.text)
        if word.text in {"after", "priority"}:
            formulas[word.text] = formula(cursor)
        elif word.text == "late":
            cursor.need("values", "write late values")
        elif word.text == "even":
            cursor.need("at", "write even at start")
            cursor.need("start", "write even at start")
    cursor.need(":", usage)
    return Event(
        name=name.text,
        does=_assignments(cursor),
        time=time,
        when=when,
        delay=formulas.get("after"),
        at_trigger="late" not in said,
        persistent="cancellable" not in said,
        initially="even" not in said,
        priority=formulas.get("priority"),
        at=name.at,
    )


def _assignments(cursor: Cursor) -> tuple[Assignment, ...]:
    """`STATE = FORMULA`, again and again; `;` may stand between, the next name is enough."""
    found = []
    while cursor.next.kind == "name":
        state = cursor.take()
        sign = cursor.taken("=", *_ASSIGNED)
        if sign is None:
            raise cursor.unexpected("`=`, `+=`, `-=` or `*=`", f"write {_USAGE['event']}")
        value = formula(cursor)
        if sign.text != "=":
            value = Call(_ASSIGNED[sign.text], (Name(state.text, state.at), value), sign.at)
        found.append(Assignment(state=state.text, value=value, at=state.at))
        cursor.taken(";")
    if not found:
        raise cursor.unexpected("what the event does", f"write {_USAGE['event']}")
    return tuple(found)


def _named(cursor: Cursor, kind: str) -> tuple[Token, str]:
    """The name of a part, and the unit behind it."""
    if cursor.next.kind != "name":
        raise cursor.unexpected(f"the name of {_thing(kind)}", f"write {_USAGE[kind]}")
    name = cursor.take()
    return name, cursor.take().text if cursor.next.kind == "unit" else ""


def _thing(kind: str) -> str:
    words = {"observe": "an observable", "event": "an event", "rate": "a state"}
    return words.get(kind, f"a {kind}")


def _behind_equals(cursor: Cursor, kind: str) -> Tree:
    cursor.need("=", f"write {_USAGE[kind]}")
    return formula(cursor)


def _number(cursor: Cursor, wanted: str, fix: str) -> Number:
    sign = cursor.taken("-", "+")
    if cursor.next.kind != "number":
        raise cursor.unexpected(wanted, fix)
    token = cursor.take()
    value = -float(token.text) if sign and sign.text == "-" else float(token.text)
    unit = cursor.take().text if cursor.next.kind == "unit" else None
    return Number(value, unit, token.at)


def _note(cursor: Cursor) -> str:
    return cursor.take().text if cursor.next.kind == "text" else ""


_READERS: dict[str, Callable[[Cursor], Part]] = {
    "model": _title,
    "time": _clock,
    "parameter": _parameter,
    "state": _state,
    "helper": _helper,
    "rate": _rate,
    "event": _event,
    "observe": _observable,
}
