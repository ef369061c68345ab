"""Functions of MathML that the engine does not have, written by those it has."""

from __future__ import annotations

import math
from collections.abc import Callable

from reinfuse.engine.language.tree import Call, Number, Tree
from reinfuse.engine.sbml.conditions import ONE, ZERO, folded

# Bernoulli numbers over 2k(2k-1): the series of log gamma.
# Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 6.1.41.
_SERIES = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188)
_SHIFT = 8  # from z = 9 the series leaves an error below 1e-12
_LARGEST_FACTORIAL = 170  # of a 64-bit float


def add(one: Tree, other: Tree) -> Tree:
    """Sum."""
    return Call("add", (one, other))


def sub(one: Tree, other: Tree) -> Tree:
    """Difference."""
    return Call("sub", (one, other))


def mul(one: Tree, other: Tree) -> Tree:
    """Product; what is known to be 1 is left out."""
    if one == ONE:
        return other
    return one if other == ONE else Call("mul", (one, other))


def div(one: Tree, other: Tree) -> Tree:
    """Quotient; a division by 1 is left out."""
    return one if other == ONE else Call("div", (one, other))


def _of(name: str) -> Callable[[Tree], Tree]:
    return lambda x: Call(name, (x,))


log, sqrt, exp = _of("log"), _of("sqrt"), _of("exp")


def _square(x: Tree) -> Tree:
    return mul(x, x)


def _over(x: Tree) -> Tree:
    return div(ONE, x)


def _arcsinh(x: Tree) -> Tree:
    size = Call("abs", (x,))
    found = log(add(size, sqrt(add(_square(x), ONE))))
    return Call("select", (Call("lt", (x, ZERO)), Call("neg", (found,)), found))


def _arccosh(x: Tree) -> Tree:
    return log(add(x, mul(sqrt(sub(x, ONE)), sqrt(add(x, ONE)))))


def _arctanh(x: Tree) -> Tree:
    return mul(Number(0.5), log(div(add(ONE, x), sub(ONE, x))))


def factorial(x: Tree) -> Tree:
    """n! for whole n at or above 0, and gamma(n + 1) between them.

    A number is computed to the last digit; a formula by the series of log gamma, to about 1e-12.
    """
    if isinstance(x, Number):
        whole = x.value == math.floor(x.value) and 0 <= x.value <= _LARGEST_FACTORIAL
        return Number(float(math.factorial(int(x.value)))) if whole else Number(math.nan)
    z = add(x, Number(1.0 + _SHIFT))
    over = _over(z)
    series: Tree = Number(_SERIES[-1])
    for coefficient in reversed(_SERIES[:-1]):
        series = add(Number(coefficient), mul(_square(over), series))
    half_log_two_pi = Number(0.5 * math.log(2 * math.pi))
    start = sub(mul(sub(z, Number(0.5)), log(z)), z)
    shifted = [add(x, Number(float(step))) for step in range(1, _SHIFT + 1)]
    large = exp(add(add(start, half_log_two_pi), mul(over, series)))
    return div(large, folded("mul", shifted, ONE))


def quotient(one: Tree, other: Tree) -> Tree:
    """The whole part of a quotient, cut towards 0."""
    exact = div(one, other)
    less = Call("lt", (exact, ZERO))
    return Call("select", (less, Call("ceil", (exact,)), Call("floor", (exact,))))


def remainder(one: Tree, other: Tree) -> Tree:
    """What a whole quotient leaves; it has the sign of the dividend."""
    return sub(one, mul(other, quotient(one, other)))


# Each takes one part. `sin` to `tanh` the engine has under names of its own.
OF_ONE: dict[str, Callable[[Tree], Tree]] = {
    **{name: _of(name) for name in ("exp", "abs", "floor", "sin", "cos", "tan")},
    **{name: _of(name) for name in ("sinh", "cosh", "tanh")},
    "ln": log,
    "ceiling": _of("ceil"),
    "factorial": factorial,
    "arcsin": _of("asin"),
    "arccos": _of("acos"),
    "arctan": _of("atan"),
    "sec": lambda x: _over(Call("cos", (x,))),
    "csc": lambda x: _over(Call("sin", (x,))),
    "cot": lambda x: _over(Call("tan", (x,))),
    "sech": lambda x: _over(Call("cosh", (x,))),
    "csch": lambda x: _over(Call("sinh", (x,))),
    "coth": lambda x: _over(Call("tanh", (x,))),
    "arcsec": lambda x: Call("acos", (_over(x),)),
    "arccsc": lambda x: Call("asin", (_over(x),)),
    "arccot": lambda x: Call("atan", (_over(x),)),
    "arcsinh": _arcsinh,
    "arccosh": _arccosh,
    "arctanh": _arctanh,
    "arcsech": lambda x: _arccosh(_over(x)),
    "arccsch": lambda x: _arcsinh(_over(x)),
    "arccoth": lambda x: _arctanh(_over(x)),
}
