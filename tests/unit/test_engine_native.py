"""Machine code gives what the plain twin gives, for one lane and for many, in both precisions."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llvmlite import ir
from numpy.typing import NDArray

from reinfuse.engine.compiler.graph import Graph, Program, program_of
from reinfuse.engine.native.build import loaded, object_code
from reinfuse.engine.native.flow import NOTHING, at, read
from reinfuse.engine.native.lanes import Lanes, emit
from reinfuse.engine.plain.evaluation import evaluate

KINDS = {64: np.float64, 32: np.float32}
ONE_PLACE = {64: 2.0**-52, 32: 2.0**-23}


def compiled(program: Program, lanes: Lanes) -> Callable[[NDArray], NDArray]:
    """A program as machine code: `"inputs lanes"` to `"outputs lanes"`."""
    module = ir.Module("test")
    pointer = lanes.type.as_pointer()
    function = ir.Function(module, ir.FunctionType(NOTHING, [pointer, pointer]), "solve")
    builder = ir.IRBuilder(function.append_basic_block())
    given, out = function.args
    values = {name: read(builder, given, place) for place, name in enumerate(program.inputs)}
    for place, value in enumerate(emit(builder, lanes, program, values)):
        builder.store(value, at(builder, out, place))
    builder.ret_void()
    engine, address = loaded(object_code(str(module)))
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(address)
    size = max(len(program.outputs), len(program.inputs)) * lanes.width

    def aligned() -> NDArray:
        room = np.zeros(size + 64, KINDS[lanes.bits])
        skip = -room.ctypes.data % 64 // room.itemsize
        return room[skip : skip + size]

    def computed(inputs: NDArray) -> NDArray:
        assert engine  # it holds the code
        source, target = aligned(), aligned()
        source[: inputs.size] = inputs.astype(KINDS[lanes.bits]).reshape(-1)
        call(source.ctypes.data, target.ctypes.data)
        return target[: len(program.outputs) * lanes.width].reshape(-1, lanes.width).copy()

    return computed


def one_operation(op: str, parts: int) -> Program:
    graph = Graph()
    names = [f"x{number}" for number in range(parts)]
    return program_of(graph, names, [graph.apply(op, *(graph.input(name) for name in names))])


def over_lanes(op: str, values: NDArray, lanes: Lanes) -> NDArray:
    """An operation on any number of values, by lanes at a time."""
    computed = compiled(one_operation(op, 1), lanes)
    padded = np.resize(values, -(-len(values) // lanes.width) * lanes.width)
    rows = [computed(part[None]) for part in padded.reshape(-1, lanes.width)]
    return np.concatenate([row[0] for row in rows])[: len(values)]


@pytest.mark.parametrize("bits", [64, 32])
def test_the_exponential_is_right_to_the_last_places(bits: int) -> None:
    largest = 700.0 if bits == 64 else 87.0
    values = np.concatenate([
        np.linspace(-largest, largest, 3000), np.linspace(-1, 1, 1001), [0.0, 1e-300, -1e-10]
    ]).astype(KINDS[bits])  # fmt: skip
    found = over_lanes("exp", values, Lanes(bits, 8))
    exact = np.exp(values.astype(np.longdouble))
    assert np.max(abs(found / exact - 1)) < 2.0 * ONE_PLACE[bits]


@pytest.mark.parametrize("bits", [64, 32])
def test_the_logarithm_is_right_to_the_last_places(bits: int) -> None:
    largest = 300.0 if bits == 64 else 37.0
    values = np.concatenate([
        10.0 ** np.linspace(-largest, largest, 3000), np.linspace(0.5, 2.0, 1000)
    ]).astype(KINDS[bits])  # fmt: skip
    found = over_lanes("log", values, Lanes(bits, 8))
    exact = np.log(values.astype(np.longdouble))
    # Near 1 the logarithm itself is small: there the error counts against the argument's.
    assert np.max(abs(found - exact) / np.maximum(abs(exact), 0.01)) < 2.0 * ONE_PLACE[bits]


@pytest.mark.parametrize("bits", [64, 32])
def test_the_edges_of_exponential_and_logarithm(bits: int) -> None:
    lanes = Lanes(bits, 8)
    edges = np.asarray([-math.inf, -1e4, -0.0, 1e4, math.inf, math.nan, 1.0, -1.0])
    exp = over_lanes("exp", edges, lanes)
    assert exp[:5].tolist() == [0.0, 0.0, 1.0, math.inf, math.inf]
    assert math.isnan(exp[5])
    log = over_lanes("log", edges, lanes)
    assert log[2] == -math.inf
    assert log[4] == math.inf
    assert log[6] == 0.0
    assert np.isnan(log[[0, 1, 5, 7]]).all()


def test_powers_are_those_of_the_plain_twin() -> None:
    """Of zero, of negative numbers, with whole and broken exponents."""
    bases = np.asarray([0.0, 0.0, 0.0, -2.0, -2.0, -2.0, 2.5, 1e-300])
    exponents = np.asarray([0.0, 2.5, -1.0, 3.0, 2.0, 0.5, -3.7, 2.0])
    program = one_operation("pow", 2)
    found = compiled(program, Lanes(64, 8))(np.stack([bases, exponents]))[0]
    (plain,) = evaluate(program, [bases, exponents])
    assert found == pytest.approx(plain, rel=1e-14, nan_ok=True)


def test_the_smallest_numbers_have_a_logarithm() -> None:
    values = np.asarray([5e-324, 1e-310, 2.3e-308])
    found = over_lanes("log", values, Lanes(64, 8))
    assert found == pytest.approx(np.log(values), rel=1e-15)


NUMBERS = st.floats(-50, 50).map(lambda value: round(value, 3))
OPERATIONS: dict[str, int] = {
    "add": 2, "sub": 2, "mul": 2, "div": 2, "neg": 1, "exp": 1, "abs": 1, "sqrt": 1, "log": 1,
    "min": 2, "max": 2, "floor": 1, "ceil": 1, "sin": 1, "cos": 1, "tanh": 1, "atan": 1,
}  # fmt: skip


@st.composite
def programs(draw: Callable[..., object]) -> Program:
    graph = Graph()
    nodes = [graph.input("a"), graph.input("b"), graph.constant(draw(NUMBERS))]  # type: ignore[arg-type]
    for _ in range(draw(st.integers(1, 12))):  # type: ignore[call-overload]
        op = draw(st.sampled_from(sorted(OPERATIONS)))
        parts = [draw(st.sampled_from(nodes)) for _ in range(OPERATIONS[op])]  # type: ignore[index]
        node = graph.apply(op, *parts)  # type: ignore[arg-type]
        if draw(st.booleans()):
            less = graph.apply("lt", node, nodes[0])
            node = graph.apply("select", less, node, nodes[1])
        nodes.append(node)
    return program_of(graph, ["a", "b"], nodes[-2:])


@settings(max_examples=30)  # each is compiled
@given(program=programs(), a=NUMBERS, b=NUMBERS, width=st.sampled_from([1, 2, 4]))
def test_any_program_gives_what_the_plain_twin_gives(
    program: Program, a: float, b: float, width: int
) -> None:
    inputs = np.stack([np.full(width, a), np.full(width, b)])
    with np.errstate(all="ignore"):
        plain = evaluate(program, list(inputs))
    native = compiled(program, Lanes(64, width))(inputs)
    for one, other in zip(plain, native, strict=True):
        if np.isfinite(one).all() and np.abs(one).max() < 1e200:
            # Sums of large numbers that cancel may differ by what was lost.
            assert other == pytest.approx(np.broadcast_to(one, width), rel=1e-9, abs=1e-9)
