"""A program as one Python function of plain numbers: quicker than arrays for one patient.

Its text holds no name of the model: values are v0, v1 and so on by their place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from reinfuse.engine.compiler.graph import Instruction, Program

Compiled = Callable[[Sequence[float]], tuple[float, ...]]
Number = Callable[[float], float]

_TEXT = {
    "add": "{} + {}", "sub": "{} - {}", "mul": "{} * {}", "neg": "-{}", "abs": "abs({})",
    "lt": "{} < {}", "le": "{} <= {}", "gt": "{} > {}", "ge": "{} >= {}",
    "eq": "{} == {}", "ne": "{} != {}", "and": "{} and {}", "or": "{} or {}", "not": "not {}",
    "select": "{1} if {0} else {2}",
}  # fmt: skip


def compiled_for_floats(program: Program) -> Compiled:
    """The program as a function from its inputs, in order, to its outputs.

    What cannot be computed is nan or inf, as in arrays; nothing is raised.
    """
    known = {name: place for place, name in enumerate(program.inputs)}
    lines = ["def program(given):"]
    lines += [
        f" v{place} = {_text(instruction, known)}"
        for place, instruction in enumerate(program.instructions)
    ]
    outputs = "".join(f"v{output}, " for output in program.outputs)
    lines.append(f" return ({outputs})")
    names: dict[str, object] = dict(_FUNCTIONS)
    exec("\n".join(lines), names)  # the text is made of numbers and of the names above only
    compiled: Compiled = names["program"]  # type: ignore[assignment] # what `exec` put there
    return compiled


def _text(instruction: Instruction, known: dict[str, int]) -> str:
    op, parts, value = instruction
    if op == "const":
        return _number(float(value))
    if op == "input":
        return f"given[{known[str(value)]}]"
    names = [f"v{part}" for part in parts]
    return _TEXT[op].format(*names) if op in _TEXT else f"{op}_({', '.join(names)})"


def _number(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    return "nan_" if math.isnan(value) else "inf_" if value > 0 else "-inf_"


# ------------------------------------------------------- operations that never raise


def _divided(above: float, below: float) -> float:
    if below != 0.0:
        return above / below
    if above == 0.0 or math.isnan(above):
        return math.nan
    return math.copysign(math.inf, above) * math.copysign(1.0, below)


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        odd = base < 0.0 and exponent % 2.0 == 1.0
        return -math.inf if odd else math.inf
    except ValueError:
        return math.inf if base == 0.0 else math.nan


def _log(value: float) -> float:
    if value > 0.0:
        return math.log(value)
    return -math.inf if value == 0.0 else math.nan


def _least(one: float, other: float) -> float:
    return one if one <= other or math.isnan(one) else other


def _greatest(one: float, other: float) -> float:
    return one if one >= other or math.isnan(one) else other


def _careful(function: Number, too_large: Number) -> Number:
    """The function with nan outside of its domain."""

    def careful(value: float) -> float:
        try:
            return function(value)
        except ValueError:
            return math.nan
        except OverflowError:
            return too_large(value)

    return careful


def _infinite(_: float) -> float:
    return math.inf


def _whole(function: Callable[[float], int]) -> Number:
    return lambda value: float(function(value)) if math.isfinite(value) else value


_FUNCTIONS: dict[str, object] = {
    "nan_": math.nan,
    "inf_": math.inf,
    "div_": _divided,
    "pow_": _power,
    "log_": _log,
    "min_": _least,
    "max_": _greatest,
    "floor_": _whole(math.floor),
    "ceil_": _whole(math.ceil),
    "sinh_": _careful(math.sinh, lambda value: math.copysign(math.inf, value)),
} | {
    f"{name}_": _careful(getattr(math, name), _infinite)
    for name in ("exp", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "cosh", "tanh")
}
