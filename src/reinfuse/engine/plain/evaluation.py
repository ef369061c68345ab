"""What a program gives for arrays, operation by operation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.engine.compiler.graph import Program

_OPERATIONS: dict[str, Callable[..., NDArray]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "pow": np.power,
    "neg": np.negative, "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "abs": np.abs,
    "floor": np.floor, "ceil": np.ceil, "min": np.minimum, "max": np.maximum,
    "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
    "eq": np.equal, "ne": np.not_equal,
    "and": np.logical_and, "or": np.logical_or, "not": np.logical_not,
    "select": np.where,
}  # fmt: skip


def evaluate(program: Program, values: Sequence[ArrayLike]) -> list[NDArray]:
    """The outputs, for inputs in the order of the program, of any shapes that fit together.

    What cannot be computed is nan or inf, without a warning. Arrays keep their precision, and
    complex ones are computed as complex ones as far as nothing is compared.
    """
    given = dict(zip(program.inputs, (np.asarray(value) for value in values), strict=True))
    found: list[NDArray] = []
    with np.errstate(all="ignore"):
        for op, parts, value in program.instructions:
            if op == "const":
                found.append(np.asarray(value, dtype=_precision(given)))
            elif op == "input":
                found.append(given[str(value)])
            else:
                found.append(np.asarray(_OPERATIONS[op](*(found[part] for part in parts))))
    return [found[output] for output in program.outputs]


def _precision(given: dict[str, NDArray]) -> np.dtype:
    """That of the inputs; whole numbers count as numbers with a fraction."""
    kinds = {array.dtype for array in given.values() if array.dtype.kind == "f"}
    return np.result_type(*kinds) if kinds else np.dtype(np.float64)
