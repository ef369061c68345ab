"""Loops and memory for LLVM code that is written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from llvmlite import ir

from reinfuse.engine.native.llvm import Builder, Type, Value

INT = ir.IntType(32)
LONG = ir.IntType(64)
BIT = ir.IntType(1)
BYTE = ir.IntType(8)
DOUBLE = ir.DoubleType()
NOTHING = ir.VoidType()


def whole(value: int) -> Value:
    """A whole number of 32 bits."""
    return ir.Constant(INT, value)


def long(value: int) -> Value:
    """A whole number of 64 bits."""
    return ir.Constant(LONG, value)


def double(value: float) -> Value:
    """A number of 64 bits."""
    return ir.Constant(DOUBLE, value)


def room(builder: Builder, kind: Type, count: int = 1, *, aligned: int = 8) -> Value:
    """Memory for `count` values on the stack, taken at the entry of the function."""
    with builder.goto_entry_block():
        place = builder.alloca(kind, size=whole(count))
    place.align = aligned
    return place


def at(builder: Builder, base: Value, index: Value | int) -> Value:
    """Where number `index` of what begins at `base` lies."""
    if isinstance(index, int):
        index = long(index)
    return builder.gep(base, [index])


def read(builder: Builder, base: Value, index: Value | int = 0) -> Value:
    """Number `index` of what begins at `base`."""
    return builder.load(at(builder, base, index))


def write(builder: Builder, value: Value, base: Value, index: Value | int = 0) -> None:
    """Put a value in place `index` of what begins at `base`."""
    builder.store(value, at(builder, base, index))


@contextmanager
def counted(builder: Builder, first: Value, last: Value, name: str) -> Iterator[Value]:
    """A loop over `first <= i < last` (64 bits); yields i."""
    place = room(builder, LONG)
    builder.store(first, place)
    with looped(builder, lambda: builder.icmp_signed("<", builder.load(place), last), name):
        index = builder.load(place)
        yield index
        builder.store(builder.add(index, long(1)), place)


@contextmanager
def looped(builder: Builder, goes_on: Callable[[], Value], name: str) -> Iterator[None]:
    """A loop as long as `goes_on()`, which is asked before each round, gives 1."""
    head = builder.append_basic_block(f"{name}.head")
    body = builder.append_basic_block(f"{name}.body")
    tail = builder.append_basic_block(f"{name}.tail")
    builder.branch(head)
    builder.position_at_end(head)
    builder.cbranch(goes_on(), body, tail)
    builder.position_at_end(body)
    yield
    builder.branch(head)
    builder.position_at_end(tail)
