"""Functions and constants of PEtab formulas, in the operations of a tree."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce

from reinfuse.engine.language.tree import Call, Name, Number, Tree
from reinfuse.engine.petab.tokens import FormulaFault, Token

_CONSTANTS = {"pi": math.pi, "e": math.e, "E": math.e, "inf": math.inf}
_TRUTH = {"true": ("eq", 0.0), "True": ("eq", 0.0), "false": ("ne", 0.0), "False": ("ne", 0.0)}
_AS_IT_IS = frozenset({
    "exp", "sqrt", "abs", "floor", "ceil", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh",
})  # fmt: skip
_SAME_AS = {
    "ln": "log", "Abs": "abs", "ceiling": "ceil", "arcsin": "asin",
    "arccos": "acos", "arctan": "atan", "Min": "min", "Max": "max", "power": "pow",
    "Piecewise": "piecewise", "Heaviside": "heaviside",
}  # fmt: skip


def call(name: str, token: Token, *parts: Tree) -> Tree:
    """An operation at the place of a word."""
    return Call(name, parts, token.at)


def named(token: Token) -> Tree:
    """A constant, or a name."""
    at = token.at
    if token.text in _CONSTANTS:
        return Number(_CONSTANTS[token.text], at=at)
    if token.text in _TRUTH:
        op, other = _TRUTH[token.text]
        return Call(op, (Number(0.0), Number(other)), at)
    return Name(token.text, at)


def applied(token: Token, parts: tuple[Tree, ...]) -> Tree:
    """The call of a function; raises FormulaFault if it is unknown or takes other parts."""
    name = _SAME_AS.get(token.text, token.text)
    if name in _AS_IT_IS:
        return call(name, token, *_counted(token, parts, 1))
    rule = _BUILT.get(name)
    if rule is None:
        raise FormulaFault(f"there is no function {token.text}", token.column)
    return rule(token, parts)


def _counted(token: Token, parts: tuple[Tree, ...], wanted: int) -> tuple[Tree, ...]:
    if len(parts) != wanted:
        raise FormulaFault(
            f"{token.text} takes {wanted} values, and {len(parts)} are given", token.column
        )
    return parts


def _logarithm(token: Token, parts: tuple[Tree, ...]) -> Tree:
    match parts:
        case (value, base):
            return call("div", token, call("log", token, value), call("log", token, base))
        case _:
            return call("log", token, *_counted(token, parts, 1))


def _to_base(base: float) -> Callable[[Token, tuple[Tree, ...]], Tree]:
    def built(token: Token, parts: tuple[Tree, ...]) -> Tree:
        (value,) = _counted(token, parts, 1)
        return call("div", token, call("log", token, value), Number(math.log(base)))

    return built


def _folded(op: str) -> Callable[[Token, tuple[Tree, ...]], Tree]:
    def built(token: Token, parts: tuple[Tree, ...]) -> Tree:
        if not parts:
            raise FormulaFault(f"{token.text} of nothing", token.column)
        return reduce(lambda left, right: call(op, token, left, right), parts)

    return built


def _power(token: Token, parts: tuple[Tree, ...]) -> Tree:
    return call("pow", token, *_counted(token, parts, 2))


def _pieces(token: Token, parts: tuple[Tree, ...]) -> Tree:
    """`piecewise(value, condition, ..., else)`; nan where nothing holds and nothing is else."""
    pairs, last = divmod(len(parts), 2)
    if not pairs:
        raise FormulaFault("piecewise takes a value and a condition at least", token.column)
    tree: Tree = parts[-1] if last else Number(math.nan)
    for number in reversed(range(pairs)):
        tree = call("select", token, parts[2 * number + 1], parts[2 * number], tree)
    return tree


def _heaviside(token: Token, parts: tuple[Tree, ...]) -> Tree:
    """0 before 0, 1 after it; at 0 one half, or the second value."""
    match parts:
        case (value, middle):
            pass
        case _:
            (value,), middle = _counted(token, parts, 1), Number(0.5)
    falls = call("select", token, call("lt", token, value, Number(0.0)), Number(0.0), middle)
    rises = call("gt", token, value, Number(0.0))
    return call("select", token, rises, Number(1.0), falls)


_BUILT: dict[str, Callable[[Token, tuple[Tree, ...]], Tree]] = {
    "log": _logarithm,
    "log10": _to_base(10.0),
    "log2": _to_base(2.0),
    "pow": _power,
    "min": _folded("min"),
    "max": _folded("max"),
    "piecewise": _pieces,
    "heaviside": _heaviside,
}
