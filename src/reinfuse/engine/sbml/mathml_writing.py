"""Formulas as MathML."""

from __future__ import annotations

import math

from reinfuse.engine.language.tree import TIME, Call, Name, Number, Tree

_MATHML = "http://www.w3.org/1998/Math/MathML"
_CSYMBOL_TIME = (
    '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>'
)
_OPERATORS = {
    "add": "plus", "sub": "minus", "mul": "times", "div": "divide", "pow": "power",
    "neg": "minus", "exp": "exp", "log": "ln", "sqrt": "root", "abs": "abs",
    "floor": "floor", "ceil": "ceiling", "min": "min", "max": "max",
    "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh",
    "lt": "lt", "le": "leq", "gt": "gt", "ge": "geq", "eq": "eq", "ne": "neq",
    "and": "and", "or": "or", "not": "not",
}  # fmt: skip


def written_math(tree: Tree, start: float = 0.0) -> str:
    """A formula as a `math` element; `start` is what `time` is where SBML has time 0."""
    clock = _CSYMBOL_TIME
    if start != 0.0:
        clock = f"<apply><plus/>{_CSYMBOL_TIME}{_number(start)}</apply>"
    return f'<math xmlns="{_MATHML}">{_written(tree, clock)}</math>'


def number_attribute(value: float) -> str:
    """A number as an attribute of SBML says it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    return repr(float(value))


def _written(tree: Tree, clock: str) -> str:
    match tree:
        case Number(value):
            return _number(value)
        case Name(name):
            return clock if name == TIME else f"<ci>{name}</ci>"
        case Call("select", (condition, value, other)):
            piece = f"<piece>{_written(value, clock)}{_written(condition, clock)}</piece>"
            rest = f"<otherwise>{_written(other, clock)}</otherwise>"
            return f"<piecewise>{piece}{rest}</piecewise>"
        case Call(name, parts):
            inside = "".join([_written(part, clock) for part in parts])
            return f"<apply><{_OPERATORS[name]}/>{inside}</apply>"


def _number(value: float) -> str:
    if math.isnan(value):
        return "<notanumber/>"
    if math.isinf(value):
        return "<infinity/>" if value > 0 else "<apply><minus/><infinity/></apply>"
    mantissa, _, exponent = repr(float(value)).partition("e")
    if exponent:
        return f'<cn type="e-notation">{mantissa}<sep/>{int(exponent)}</cn>'
    return f"<cn>{mantissa}</cn>"
