"""Functions a formula may call, written out in the operations of a tree."""

from __future__ import annotations

import math

from reinfuse.engine.language.tree import TIME, Call, Number, Place, Tree

_MANY = 1_000_000
_SAME = ("exp", "log", "sqrt", "abs", "floor", "ceil", "sin", "cos", "tan", "asin", "acos", "atan",
         "sinh", "cosh", "tanh")  # fmt: skip

# How a call is written, the fewest and the most parts it takes.
FUNCTIONS: dict[str, tuple[str, int, int]] = {
    **{name: (f"{name}(x)", 1, 1) for name in _SAME},
    "ln": ("ln(x)", 1, 1),
    "log10": ("log10(x)", 1, 1),
    "min": ("min(a, b, ...)", 2, _MANY),
    "max": ("max(a, b, ...)", 2, _MANY),
    "smooth": ("smooth(x, at, width)", 3, 3),
    "hill": ("hill(x, k) or hill(x, k, n)", 2, 3),
}
FORMULA_WORDS = frozenset({TIME, "if", "then", "else", "and", "or", "not"})
RESERVED = FORMULA_WORDS | FUNCTIONS.keys()

_ONE, _TWO, _ZERO = Number(1.0), Number(2.0), Number(0.0)


def applied(name: str, parts: tuple[Tree, ...], at: Place) -> Tree:
    """The call of a function of `FUNCTIONS` with as many parts as it takes."""
    match name, parts:
        case "ln", _:
            return Call("log", parts, at)
        case "log10", _:
            return Call("div", (Call("log", parts, at), Number(math.log(10.0))), at)
        case "smooth", (x, middle, width):
            return _smooth(x, middle, width, at=at)
        case "hill", (x, half):
            return Call("div", (x, Call("add", (x, half), at)), at)
        case "hill", (x, half, power):
            return _hill(x, half, power, at=at)
        case (("min" | "max"), (found, *others)):
            for part in others:
                found = Call(name, (found, part), at)
            return found
        case _:
            return Call(name, parts, at)


def _smooth(x: Tree, middle: Tree, width: Tree, *, at: Place) -> Tree:
    """1 / (1 + exp(-(x - middle) / width)), by tanh: neither it nor its slope overflows."""
    steep = Call("div", (Call("sub", (x, middle), at), Call("mul", (_TWO, width), at)), at)
    doubled = Call("add", (_ONE, Call("tanh", (steep,), at)), at)
    return Call("div", (doubled, _TWO), at)


def _hill(x: Tree, half: Tree, power: Tree, *, at: Place) -> Tree:
    """x^n / (k^n + x^n), by the ratio x / k, so that its unit does not depend on n."""
    ratio: Tree = Call("div", (x, half), at)
    if not (isinstance(power, Number) and power.value.is_integer()):
        # A solver may step a hair below zero, where a broken power is not a number.
        ratio = Call("max", (ratio, _ZERO), at)
    raised = Call("pow", (ratio, power), at)
    return Call("div", (raised, Call("add", (_ONE, raised), at)), at)
