"""Instructions of a program as LLVM instructions, on one number or on a vector of lanes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from llvmlite import ir

from reinfuse.engine.compiler.graph import Instruction, Program
from reinfuse.engine.native.elementary import exponential, logarithm
from reinfuse.engine.native.llvm import DOUBLE_BITS, Builder, Type, Value

# What may be changed in arithmetic: products added in one instruction, quotients as products with
# a reciprocal, the sign of zero. Not the order of sums, nor what becomes of NaN.
FLAGS = ("contract", "arcp", "nsz")

_ARITHMETIC = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_COMPARED = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
_LOGIC = {"and": "and_", "or": "or_", "not": "not_", "select": "select"}
_INTRINSIC = {"sqrt": "sqrt", "abs": "fabs", "floor": "floor", "ceil": "ceil"}
# Of the platform's mathematical library, number by number.
_LIBRARY = frozenset({
    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lanes:
    """How numbers are held: 32 or 64 bits, and how many side by side (1: a plain number)."""

    bits: int
    width: int

    @property
    def number(self) -> Type:
        """The type of one number."""
        return ir.DoubleType() if self.bits == DOUBLE_BITS else ir.FloatType()

    @property
    def type(self) -> Type:
        """The type of a value of all lanes."""
        return self.number if self.width == 1 else ir.VectorType(self.number, self.width)

    @property
    def whole(self) -> Type:
        """The type of whole numbers of the same size in all lanes."""
        one = ir.IntType(self.bits)
        return one if self.width == 1 else ir.VectorType(one, self.width)

    def constant(self, value: float) -> Value:
        """The same number in all lanes."""
        exact = float(value) if self.bits == DOUBLE_BITS else _single(value)
        if self.width == 1:
            return ir.Constant(self.number, exact)
        return ir.Constant(self.type, [exact] * self.width)

    def whole_constant(self, value: int) -> Value:
        """The same whole number in all lanes."""
        if self.width == 1:
            return ir.Constant(self.whole, value)
        return ir.Constant(self.whole, [value] * self.width)


def emit(
    builder: Builder, lanes: Lanes, program: Program, inputs: Mapping[str, Value]
) -> Sequence[Value]:
    """The outputs of a program as LLVM values; `inputs` by name, only those used are needed."""
    values: list[Value] = []
    for instruction in program.instructions:
        values.append(_emitted(builder, lanes, instruction, values, inputs))
    return [values[place] for place in program.outputs]


def used_inputs(program: Program) -> frozenset[str]:
    """Names of the inputs that a program looks at."""
    return frozenset(
        str(instruction.value) for instruction in program.instructions if instruction.op == "input"
    )


def call_intrinsic(builder: Builder, name: str, lanes: Lanes, *values: Value) -> Value:
    """A call of `llvm.<name>` on all lanes."""
    shape = f"f{lanes.bits}" if lanes.width == 1 else f"v{lanes.width}f{lanes.bits}"
    full = f"llvm.{name}.{shape}"
    function = builder.module.globals.get(full)
    if function is None:
        kind = ir.FunctionType(lanes.type, [lanes.type] * len(values))
        function = ir.Function(builder.module, kind, full)
    return builder.call(function, list(values))


def narrow(builder: Builder, lanes: Lanes, value: Value) -> Value:
    """Numbers of 64 bits in the lanes' precision."""
    return value if lanes.bits == DOUBLE_BITS else builder.fptrunc(value, lanes.type)


def widen(builder: Builder, lanes: Lanes, value: Value) -> Value:
    """Numbers in the lanes' precision, of 64 bits."""
    if lanes.bits == DOUBLE_BITS:
        return value
    return builder.fpext(value, Lanes(DOUBLE_BITS, lanes.width).type)


def _emitted(
    builder: Builder,
    lanes: Lanes,
    instruction: Instruction,
    values: Sequence[Value],
    inputs: Mapping[str, Value],
) -> Value:
    op, places, value = instruction
    if op == "const":
        return lanes.constant(float(value))
    if op == "input":
        return inputs[str(value)]
    parts = [values[place] for place in places]
    if op in _ARITHMETIC:
        return getattr(builder, _ARITHMETIC[op])(*parts, flags=FLAGS)
    if op in _COMPARED:
        # What is not a number differs from everything, and is neither more nor less.
        compare = builder.fcmp_unordered if op == "ne" else builder.fcmp_ordered
        return compare(_COMPARED[op], *parts)
    if op in _LOGIC:
        return getattr(builder, _LOGIC[op])(*parts)
    if op in _INTRINSIC:
        return call_intrinsic(builder, _INTRINSIC[op], lanes, parts[0])
    if op in _LIBRARY:
        return _from_library(builder, lanes, op, parts[0])
    return _MADE[op](builder, lanes, *parts)


def _least(builder: Builder, one: Value, other: Value) -> Value:
    """Whether `one` is less, or is not a number: what is not a number stays in the result."""
    return builder.or_(
        builder.fcmp_ordered("<", one, other), builder.fcmp_unordered("!=", one, one)
    )


def _negative(builder: Builder, lanes: Lanes, value: Value) -> Value:
    return builder.fsub(lanes.constant(-0.0), value, flags=FLAGS)


def _minimum(builder: Builder, _: Lanes, one: Value, other: Value) -> Value:
    return builder.select(_least(builder, one, other), one, other)


def _maximum(builder: Builder, _: Lanes, one: Value, other: Value) -> Value:
    return builder.select(
        builder.or_(
            builder.fcmp_ordered(">", one, other), builder.fcmp_unordered("!=", one, one)
        ),
        one, other,
    )  # fmt: skip


def _power(builder: Builder, lanes: Lanes, base: Value, exponent: Value) -> Value:
    """base ^ exponent; of a negative base only whole powers are numbers."""
    zero = lanes.constant(0.0)
    size = call_intrinsic(builder, "fabs", lanes, base)
    logs = builder.fmul(exponent, logarithm(builder, lanes, size))
    raised = exponential(builder, lanes, logs)
    half = builder.fmul(exponent, lanes.constant(0.5))
    even = builder.fcmp_ordered("==", call_intrinsic(builder, "floor", lanes, half), half)
    floor = call_intrinsic(builder, "floor", lanes, exponent)
    whole = builder.fcmp_ordered("==", floor, exponent)
    signed = builder.select(even, raised, builder.fsub(lanes.constant(-0.0), raised))
    signed = builder.select(whole, signed, lanes.constant(math.nan))
    raised = builder.select(builder.fcmp_ordered("<", base, zero), signed, raised)
    # 0 ^ 0 is 1, where the logarithm would give 0 times infinity.
    none = builder.fcmp_ordered("==", exponent, zero)
    return builder.select(none, lanes.constant(1.0), raised)


def _from_library(builder: Builder, lanes: Lanes, op: str, value: Value) -> Value:
    name = op if lanes.bits == DOUBLE_BITS else f"{op}f"
    kind = ir.FunctionType(lanes.number, [lanes.number])
    function = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
    if lanes.width == 1:
        return builder.call(function, [value])
    found = ir.Constant(lanes.type, ir.Undefined)
    for lane in range(lanes.width):
        place = ir.Constant(ir.IntType(32), lane)
        one = builder.call(function, [builder.extract_element(value, place)])
        found = builder.insert_element(found, one, place)
    return found


def _single(value: float) -> float:
    """The nearest number of 32 bits; beyond their range, infinity."""
    with np.errstate(over="ignore"):
        return float(np.float32(value))


_MADE: dict[str, Callable[..., Value]] = {
    "neg": _negative, "min": _minimum, "max": _maximum, "exp": exponential, "log": logarithm,
    "pow": _power,
}  # fmt: skip
