"""Instructions of a program as statements of CUDA C, in 32 or 64 bits.

Every name in the text is made here (`v0`, `v1`, ...): no word of a model can ever stand for, or
overwrite, anything. What leaves is a list of assignments, each to a name of its own.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reinfuse.engine.compiler.graph import Instruction, Program
from reinfuse.engine.compiler.ordering import ordered_by_need
from reinfuse.engine.language.tree import CONDITIONS

_SINGLE = 32
_INFIX = {
    "add": "+", "sub": "-", "mul": "*", "div": "/",
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=",
    # Both sides are numbers already; `&&` would only add a branch.
    "and": "&", "or": "|",
}  # fmt: skip
_PREFIX = {"neg": "-", "not": "!"}
# Names of the mathematical library for 64 bits; for 32 each has an `f` behind it.
_LIBRARY = {"abs": "fabs"} | {
    name: name
    for name in (
        *("exp", "log", "sqrt", "pow", "floor", "ceil", "sin", "cos", "tan"),
        *("asin", "acos", "atan", "sinh", "cosh", "tanh"),
    )
}
_OWN = {"min": "least_of", "max": "most_of"}  # of the kernel's text: they keep what is not a number
_FREE = frozenset({"const", "input", "select", "not"}) | CONDITIONS


@dataclass(frozen=True, slots=True)
class Statements:
    """Assignments in order, and what holds each output of the program."""

    lines: tuple[str, ...]
    outputs: tuple[str, ...]


def statements_of(program: Program, inputs: Mapping[str, str], *, bits: int) -> Statements:
    """The program as statements; `inputs` says how each input is read."""
    program = ordered_by_need(program)
    lines: list[str] = []
    held: list[str] = []
    for instruction in program.instructions:
        if instruction.op == "const":  # a literal costs no register, a name might
            held.append(literal(float(instruction.value), bits=bits))
            continue
        name = f"v{len(held)}"
        lines.append(f"const auto {name} = {_expression(instruction, held, inputs, bits)};")
        held.append(name)
    return Statements(tuple(lines), tuple(held[place] for place in program.outputs))


def literal(value: float, *, bits: int) -> str:
    """A number as hexadecimal text that is read back as exactly that number.

    For 32 bits it is first rounded to the nearest such number; beyond their range it is infinite.
    """
    if bits == _SINGLE:
        value = nearest_single(value)
    if math.isnan(value):
        return "NOT_A_NUMBER"
    if math.isinf(value):
        return "UNBOUNDED" if value > 0.0 else "(-UNBOUNDED)"
    text = value.hex() + ("f" if bits == _SINGLE else "")
    return f"({text})" if value < 0.0 else text


def nearest_single(value: float) -> float:
    """The nearest number of 32 bits; beyond their range, infinity."""
    if not math.isfinite(value):
        return value
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def operations_in(program: Program) -> int:
    """How many floating-point operations one run of the program is.

    Each sum, difference, product, quotient, negation, smaller or larger of two, and each function
    counts as one; comparisons, choices, constants and inputs count as none.
    """
    return sum(instruction.op not in _FREE for instruction in program.instructions)


def _expression(
    instruction: Instruction, held: Sequence[str], inputs: Mapping[str, str], bits: int
) -> str:
    op, places, value = instruction
    if op == "input":
        return inputs[str(value)]
    parts = [held[place] for place in places]
    if op in _INFIX:
        return f"{parts[0]} {_INFIX[op]} {parts[1]}"
    if op in _PREFIX:
        return f"{_PREFIX[op]}{parts[0]}"
    if op == "select":
        return f"{parts[0]} ? {parts[1]} : {parts[2]}"
    if op in _OWN:
        return f"{_OWN[op]}({parts[0]}, {parts[1]})"
    function = _LIBRARY[op] + ("f" if bits == _SINGLE else "")
    return f"{function}({', '.join(parts)})"
