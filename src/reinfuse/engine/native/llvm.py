"""Names for what llvmlite hands out, which it does not annotate."""

from __future__ import annotations

from typing import Any

Value = Any  # of `llvmlite.ir`: an instruction, a constant, an argument
Type = Any  # of `llvmlite.ir`
Module = Any  # of `llvmlite.ir`
Builder = Any  # `llvmlite.ir.IRBuilder`
Machine = Any  # `llvmlite.binding.TargetMachine`
Engine = Any  # `llvmlite.binding.ExecutionEngine`

DOUBLE_BITS = 64  # numbers are of 64 or 32 bits
