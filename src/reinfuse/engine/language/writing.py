"""A model as the text that reads back as the same model."""

from __future__ import annotations

import re

from reinfuse.engine.language.model import Assignment, Event, Model, Parameter, State
from reinfuse.engine.language.tree import Call, Name, Number, Tree

_WIDEST = 96
_PLAIN_NAME = re.compile(r'[^\s"#\\](?:[^"#\\\s]| (?! ))*(?<! )')
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_EXPONENT = re.compile(r"e(?:\+|(-))0*(\d+)")
_CHUNK = re.compile(r'(?:\[[^\]]*\]|"(?:[^"\\]|\\.)*"|[^\s\["])+')

# Signs of operations with two parts, and how strongly each binds.
_SIGNS = {
    "or": ("or", 1), "and": ("and", 2),
    "lt": ("<", 4), "le": ("<=", 4), "gt": (">", 4), "ge": (">=", 4), "eq": ("==", 4),
    "ne": ("!=", 4),
    "add": ("+", 5), "sub": ("-", 5), "mul": ("*", 6), "div": ("/", 6), "pow": ("^", 8),
}  # fmt: skip
_LOOSEST, _NOT, _COMPARED, _SIGN, _ATOM, _BEYOND = 0, 3, 4, 7, 9, 10


def written(model: Model) -> str:
    """The text of a model; `read_model` gives the model back, positions aside."""
    lines = [f"model {_title(model.name)}", f"time in {_clock(model)}", ""]
    lines += [_parameter(one) for one in model.parameters] + [""]
    lines += [_state(one) for one in model.states] + [""]
    lines += [f"helper {_named(one.name, one.unit)} = {formula_text(one.value)}"
              for one in model.helpers] + [""]  # fmt: skip
    lines += [f"rate {one.name} = {formula_text(one.rate)}" for one in model.states] + [""]
    lines += [_event(one) for one in model.events] + [""]
    lines += [f"observe {_named(one.name, one.unit)} = {formula_text(one.value)}"
              for one in model.observables]  # fmt: skip
    text = "\n".join(_folded(line) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def formula_text(tree: Tree) -> str:
    """A formula with no more brackets than it needs."""
    return _bound(tree, _LOOSEST)


def number_text(value: float) -> str:
    """The shortest text that reads back as this number: `1e9`, `0.35`."""
    plain = repr(float(value)).removesuffix(".0")
    short = f"{value:g}"
    shortest = short if len(short) < len(plain) and float(short) == value else plain
    return _EXPONENT.sub(r"e\1\2", shortest)


def _bound(tree: Tree, least: int) -> str:
    """The text, in brackets if it binds less strongly than `least`."""
    text, strength = _text(tree)
    return text if strength >= least else f"({text})"


def _text(tree: Tree) -> tuple[str, int]:
    """The text of a formula and how strongly it holds together."""
    match tree:
        case Name(name):
            return name, _ATOM
        case Number(value, unit):
            text = number_text(value) + (f" [{unit}]" if unit else "")
            return text, _SIGN if text.startswith("-") else _ATOM
        case Call("neg" | "not" as name, (part,)):
            return _before(name, part)
        case Call("select", (condition, value, other)):
            condition_text, value_text = formula_text(condition), formula_text(value)
            return f"if {condition_text} then {value_text} else {formula_text(other)}", _LOOSEST
        case Call(name, (left, right)) if name in _SIGNS:
            return _two(name, left, right)
        case Call(name, parts):
            return f"{name}({', '.join(formula_text(part) for part in parts)})", _ATOM


def _before(name: str, part: Tree) -> tuple[str, int]:
    if name == "not":
        return f"not {_bound(part, _NOT)}", _NOT
    # Without brackets -2 would be one number.
    return f"-{_bound(part, _BEYOND if isinstance(part, Number) else _SIGN)}", _SIGN


def _two(name: str, left: Tree, right: Tree) -> tuple[str, int]:
    sign, strength = _SIGNS[name]
    if name == "pow":
        return f"{_bound(left, _ATOM)}^{_bound(right, _SIGN)}", strength
    # Of equals the left one is read first; comparisons do not follow each other.
    first = strength + 1 if strength == _COMPARED else strength
    return f"{_bound(left, first)} {sign} {_bound(right, strength + 1)}", strength


def _title(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    marks = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(marks.get(mark, mark) for mark in text) + '"'


def _clock(model: Model) -> str:
    unit = model.time_unit if _WORD.fullmatch(model.time_unit) else f"[{model.time_unit}]"
    return f"{unit} from {number_text(model.start)}"


def _named(name: str, unit: str) -> str:
    return f"{name} [{unit}]" if unit else name


def _parameter(one: Parameter) -> str:
    low = "" if one.low == -float("inf") else number_text(one.low)
    high = "" if one.high == float("inf") else number_text(one.high)
    words = [
        f"parameter {one.name} = {number_text(one.value)}",
        f"[{one.unit}]" if one.unit else "",
        f"in {low} .. {high}".replace("  ", " ").strip() if low or high else "",
        _quoted(one.note) if one.note else "",
    ]
    return " ".join(word for word in words if word)


def _state(one: State) -> str:
    words = [
        f"state {_named(one.name, one.unit)} = {formula_text(one.initial)}",
        f"within {number_text(one.tolerance)}",
        _quoted(one.note) if one.note else "",
    ]
    return " ".join(word for word in words if word)


def _event(one: Event) -> str:
    words = [
        f"event {one.name}",
        f"at {formula_text(one.time)}" if one.time is not None else "",
        f"when {formula_text(one.when)}" if one.when is not None else "",
        f"after {formula_text(one.delay)}" if one.delay is not None else "",
        f"priority {formula_text(one.priority)}" if one.priority is not None else "",
        "" if one.at_trigger else "late values",
        "" if one.persistent else "cancellable",
        "" if one.initially else "even at start",
    ]
    head = " ".join(word for word in words if word)
    return f"{head}: {'; '.join(_assignment(does) for does in one.does)}"


def _assignment(does: Assignment) -> str:
    signs = {"add": "+=", "sub": "-=", "mul": "*="}
    match does.value:
        case Call(name, (Name(first), part)) if name in signs and first == does.state:
            return f"{does.state} {signs[name]} {formula_text(part)}"
        case _:
            return f"{does.state} = {formula_text(does.value)}"


def _folded(line: str) -> str:
    """The line, or several of which all but the first are indented."""
    if len(line) <= _WIDEST:
        return line
    rows = [""]
    for chunk in _CHUNK.findall(line):
        longer = f"{rows[-1]} {chunk}".strip() if len(rows) == 1 else f"{rows[-1]} {chunk}"
        if rows[-1] and len(longer) > _WIDEST:
            rows.append(f"    {chunk}")
        else:
            rows[-1] = longer
    return "\n".join(rows)
