"""The text of the CUDA kernel: names, literals, arguments, what is refused."""

from __future__ import annotations

import re
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.engine.compiler.bundle import programs_of
from reinfuse.engine.compiler.graph import Graph, Program, program_of
from reinfuse.engine.compiler.ordering import ordered_by_need
from reinfuse.engine.cuda.arguments import ARGUMENTS, signature
from reinfuse.engine.cuda.arithmetic import literal, operations_in, statements_of
from reinfuse.engine.cuda.source import kernel_text, operations_per_step, shared_bytes
from reinfuse.engine.language.model import Assignment, Event
from reinfuse.engine.language.tree import OPERATIONS
from reinfuse.engine.status import Status
from reinfuse.errors import ReinfuseError
from tests.unit.cuda_cases import GROWTH
from tests.unit.engine_formulas import formula, model

DRIVER = files("reinfuse.engine.cuda").joinpath("driver.cuh").read_text(encoding="utf-8")


def words(text: str) -> set[str]:
    """Identifiers of C, comments left out."""
    return set(re.findall(r"[A-Za-z_]\w*", re.sub(r"//.*", "", text)))


def test_no_word_of_a_model_becomes_a_word_of_the_kernel() -> None:
    named = model(
        {"while_": "-v1*while_ - double_*v0", "v0": "patient*while_", "p": "-t_ + y*due"},
        parameters=dict.fromkeys(("v1", "double_", "patient", "t_", "y", "due", "h"), 1.0),
        observables={"seen_it": "while_ + h"},
    )
    anonymous = model(
        {"a": "-b*a - c*d", "d": "e*a", "f": "-g + i*j"},
        parameters=dict.fromkeys(("b", "c", "e", "g", "i", "j", "k"), 1.0),
        observables={"l": "a + k"},
    )
    texts = [kernel_text(programs_of(one), bits=64).text for one in (named, anonymous)]
    assert texts[0] == texts[1]


def test_every_generated_name_is_given_one_value() -> None:
    text = kernel_text(programs_of(GROWTH), bits=32).text
    for body in text.split("__device__")[1:]:
        for block in re.split(r"if \(event", body):
            made = re.findall(r"const auto (v\d+) =", block)
            assert len(made) == len(set(made))


def test_a_kernel_of_32_bits_holds_no_arithmetic_of_64() -> None:
    generated = kernel_text(programs_of(GROWTH), bits=32).text.replace(DRIVER, "")
    numbers = re.findall(r"0x[\da-f.]+p[+-]\d+(f?)", generated)
    assert len(numbers) > 20
    assert set(numbers) == {"f"}
    called = set(re.findall(r"\b(sin|cos|exp|log|sqrt|pow|fabs)f?\(", generated))
    assert called
    assert not words(generated) & {"sin", "cos", "exp", "log", "sqrt", "pow", "fabs"}


def test_every_argument_is_explained_and_used() -> None:
    names = [argument.name for argument in ARGUMENTS]
    assert len(names) == len(set(names)) == signature().count(",") + 1
    assert all(argument.meaning for argument in ARGUMENTS)
    assert set(names) <= words(DRIVER)


def test_a_patient_ends_in_words_that_the_engine_knows() -> None:
    used = words(DRIVER) & {status.name for status in Status}
    assert used == {"OK", "STEP_LIMIT", "STEP_TOO_SMALL", "NOT_FINITE"}
    text = kernel_text(programs_of(GROWTH), bits=32).text
    assert all(f"#define {status.name} {status.value}\n" in text for status in Status)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_literal_of_64_bits_is_read_back_as_it_was(value: float) -> None:
    assert float.fromhex(literal(value, bits=64).strip("()")) == value


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_literal_of_32_bits_is_read_back_as_it_was(value: float) -> None:
    text = literal(value, bits=32).strip("()")
    assert text.endswith("f")
    assert float.fromhex(text.removesuffix("f")) == value


@given(st.floats(allow_nan=False))
def test_a_literal_of_32_bits_is_the_nearest_such_number(value: float) -> None:
    text = literal(value, bits=32).strip("()")
    read = {"UNBOUNDED": np.inf, "-UNBOUNDED": -np.inf}.get(text)
    with np.errstate(over="ignore"):
        assert np.float32(value) == (
            float.fromhex(text.removesuffix("f")) if read is None else read
        )


@pytest.mark.parametrize(
    ("value", "text"),
    [(np.nan, "NOT_A_NUMBER"), (np.inf, "UNBOUNDED"), (-np.inf, "(-UNBOUNDED)")],
)
def test_what_is_no_number_has_a_word(value: float, text: str) -> None:
    assert literal(value, bits=32) == literal(value, bits=64) == text


def test_values_are_computed_when_they_are_first_needed() -> None:
    graph = Graph()
    one, other = graph.input("one"), graph.input("other")
    early = graph.apply("exp", other)
    graph.apply("log", other)  # asked for by nobody
    late = graph.apply("mul", graph.apply("sin", one), one)
    both = graph.apply("sub", late, early)
    ordered = ordered_by_need(Program(("one", "other"), tuple(graph.nodes), (late, both)))
    ops = [instruction.op for instruction in ordered.instructions]
    assert ops == ["input", "sin", "mul", "input", "exp", "sub"]
    assert [ordered.instructions[place].op for place in ordered.outputs] == ["mul", "sub"]


def test_a_text_is_the_same_whatever_was_asked_of_the_model_before() -> None:
    fresh, asked = programs_of(GROWTH), programs_of(GROWTH)
    for made in (asked.observe, asked.step, asked.rates):
        assert made.instructions
    texts = [kernel_text(programs, bits=64).text for programs in (fresh, asked)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("bits", [32, 64])
def test_every_operation_of_the_language_has_a_text(bits: int) -> None:
    graph = Graph()
    one, other = graph.input("one"), graph.input("other")
    holds = graph.apply("lt", one, other)
    for op, parts in OPERATIONS.items():
        given_ = [holds, holds] if op in {"and", "or", "not"} else [one, other]
        given_ = [holds, one, other] if op == "select" else given_[:parts]
        program = program_of(graph, ("one", "other"), [graph.apply(op, *given_)])
        found = statements_of(program, {"one": "a", "other": "b"}, bits=bits)
        assert found.lines[-1].startswith("const auto v")


def test_operations_are_counted_without_choices_and_constants() -> None:
    graph = Graph()
    one, other = graph.input("one"), graph.input("other")
    total = graph.apply("mul", graph.constant(2.0), graph.apply("exp", one))
    chosen = graph.apply("select", graph.apply("lt", one, other), total, other)
    assert operations_in(program_of(graph, ("one", "other"), [chosen])) == 2
    programs = programs_of(GROWTH)
    assert operations_per_step(programs) == operations_in(programs.step) + 8 * 3


def test_shared_memory_holds_a_column_of_parameters_for_each_thread() -> None:
    programs = programs_of(GROWTH)
    assert shared_bytes(programs, bits=32, threads=128) == 10 * 128 * 4
    assert kernel_text(programs, bits=64, threads=64).shared_bytes == 10 * 64 * 8


def test_events_that_wait_for_a_condition_are_refused_by_name() -> None:
    does = (Assignment(state="A", value=formula("0")),)
    watched = model(
        {"A": "-A"},
        events=(
            Event(name="low", when=formula("A < 1"), does=does),
            Event(name="late", time=formula("3"), delay=formula("1"), does=does),
            Event(name="plain", time=formula("3"), does=does),
        ),
    )
    with pytest.raises(ReinfuseError, match="as low, late have") as refused:
        kernel_text(programs_of(watched), bits=32)
    assert "simulate this model on the CPU" in refused.value.fix
