"""Models for tests, written as Python arithmetic."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from reinfuse.engine.language.model import Event, Helper, Model, Observable, Parameter, State
from reinfuse.engine.language.tree import Call, Name, Number, Tree

_BINARY = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Eq: "eq",
    ast.NotEq: "ne",
}


def formula(text: str) -> Tree:
    """The tree of Python arithmetic, with calls such as `select(x > 1, x, 1)` and `both(a, b)`."""
    return _tree(ast.parse(text, mode="eval").body)


def _tree(node: ast.expr) -> Tree:
    match node:
        case ast.Constant(value=float() | int() as value):
            return Number(float(value))
        case ast.Name(id=name):
            return Name(name)
        case ast.UnaryOp(op=ast.USub(), operand=part):
            return Call("neg", (_tree(part),))
        case ast.BinOp(left=left, op=op, right=right):
            return Call(_BINARY[type(op)], (_tree(left), _tree(right)))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return Call(_BINARY[type(op)], (_tree(left), _tree(right)))
        case ast.Call(func=ast.Name(id=name), args=parts):
            called = {"both": "and", "either": "or", "negated": "not"}.get(name, name)
            return Call(called, tuple(_tree(part) for part in parts))
        case _:
            raise ValueError(ast.dump(node))


def model(
    rates: Mapping[str, str],
    *,
    parameters: Mapping[str, float] | None = None,
    initial: Mapping[str, str] | None = None,
    helpers: Mapping[str, str] | None = None,
    observables: Mapping[str, str] | None = None,
    events: tuple[Event, ...] = (),
    tolerances: Mapping[str, float] | None = None,
    start: float = 0.0,
) -> Model:
    """A model from formulas by name."""
    given, sizes = initial or {}, tolerances or {}
    return Model(
        name="test",
        states=tuple(
            State(
                name=name,
                rate=formula(rate),
                initial=formula(given.get(name, "0")),
                tolerance=sizes.get(name, 1e-6),
            )
            for name, rate in rates.items()
        ),
        parameters=tuple(
            Parameter(name=name, value=value) for name, value in (parameters or {}).items()
        ),
        helpers=tuple(Helper(name=n, value=formula(v)) for n, v in (helpers or {}).items()),
        observables=tuple(
            Observable(name=n, value=formula(v)) for n, v in (observables or {}).items()
        ),
        events=events,
        start=start,
    )
