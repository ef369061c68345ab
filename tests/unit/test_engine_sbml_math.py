"""Formulas of SBML have the values that MathML gives them."""

from __future__ import annotations

import math as reference
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.engine.sbml import read_sbml
from tests.unit.sbml_texts import (
    TIME,
    apply,
    ci,
    cn,
    initial,
    level_3,
    listed,
    math,
    parameter,
    rule,
    seen,
)

AVOGADRO = (
    '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/avogadro">N</csymbol>'
)


def value_of(formula: str, x: float = 0.0, y: float = 0.0) -> float:
    text = level_3(
        listed("Parameters", parameter("x", x), parameter("y", y), parameter("z", constant=False)),
        listed("Rules", rule("assignment", "z", formula)),
    )
    return float(seen(read_sbml(text), ["z"], [0.0])[0, 0])


X, Y = ci("x"), ci("y")
ONE_PART: list[tuple[str, Callable[[float], float], float]] = [
    ("exp", reference.exp, 0.7),
    ("ln", reference.log, 0.7),
    ("abs", abs, -0.7),
    ("floor", reference.floor, -1.5),
    ("ceiling", reference.ceil, -1.5),
    ("minus", lambda x: -x, 0.7),
    ("root", reference.sqrt, 0.7),
    ("log", reference.log10, 0.7),
    ("sin", reference.sin, 0.7),
    ("cos", reference.cos, 0.7),
    ("tan", reference.tan, 0.7),
    ("sec", lambda x: 1 / reference.cos(x), 0.7),
    ("csc", lambda x: 1 / reference.sin(x), 0.7),
    ("cot", lambda x: 1 / reference.tan(x), 0.7),
    ("sinh", reference.sinh, 0.7),
    ("cosh", reference.cosh, 0.7),
    ("tanh", reference.tanh, 0.7),
    ("sech", lambda x: 1 / reference.cosh(x), 0.7),
    ("csch", lambda x: 1 / reference.sinh(x), 0.7),
    ("coth", lambda x: 1 / reference.tanh(x), 0.7),
    ("arcsin", reference.asin, 0.7),
    ("arccos", reference.acos, 0.7),
    ("arctan", reference.atan, 0.7),
    ("arcsec", lambda x: reference.acos(1 / x), 1.7),
    ("arccsc", lambda x: reference.asin(1 / x), 1.7),
    ("arccot", lambda x: reference.atan(1 / x), 1.7),
    ("arcsinh", reference.asinh, -7000.7),
    ("arccosh", reference.acosh, 1.7),
    ("arctanh", reference.atanh, 0.7),
    ("arcsech", lambda x: reference.acosh(1 / x), 0.7),
    ("arccsch", lambda x: reference.asinh(1 / x), -0.7),
    ("arccoth", lambda x: reference.atanh(1 / x), 1.7),
    ("plus", lambda x: x, 0.7),
    ("times", lambda x: x, 0.7),
]


@pytest.mark.parametrize(("tag", "function", "x"), ONE_PART)
def test_a_function_of_one_part(tag: str, function: Callable[[float], float], x: float) -> None:
    assert value_of(apply(tag, X), x) == pytest.approx(function(x), rel=1e-12)


FORMULAS: list[tuple[str, str, float]] = [
    ("an empty sum", apply("plus"), 0.0),
    ("an empty product", apply("times"), 1.0),
    ("a sum of four", apply("plus", X, Y, X, cn(4)), 3 + 5 + 3 + 4),
    ("a difference", apply("minus", X, Y), -2.0),
    ("a quotient", apply("divide", X, Y), 0.6),
    ("a power", apply("power", X, Y), 243.0),
    ("a cube root", apply("root", f"<degree>{X}</degree>", cn(8)), 2.0),
    ("a logarithm to a base", apply("log", f"<logbase>{X}</logbase>", cn(81)), 4.0),
    ("the largest", apply("max", X, Y, cn(4)), 5.0),
    ("the least", apply("min", X, Y, cn(4)), 3.0),
    ("a whole quotient of less than 0", apply("quotient", cn(-7), X), -2.0),
    ("a remainder of less than 0", apply("rem", cn(-7), X), -1.0),
    ("a whole factorial", apply("factorial", cn(5)), 120.0),
    ("a factorial of something unknown", apply("factorial", Y), 120.0),
    ("a whole number", '<cn type="integer"> 12 </cn>', 12.0),
    ("a number with an exponent", '<cn type="e-notation"> 1.5 <sep/> -2 </cn>', 0.015),
    ("a fraction", '<cn type="rational"> 3 <sep/> 4 </cn>', 0.75),
    ("pi", "<pi/>", reference.pi),
    ("e", "<exponentiale/>", reference.e),
    ("infinity", apply("divide", cn(1), "<infinity/>"), 0.0),
    ("Avogadro's number", AVOGADRO, 6.02214179e23),
    ("time", apply("plus", TIME, X), 3.0),
    ("truth as a number", apply("plus", "<true/>", apply("lt", X, Y)), 2.0),
    ("a falsehood as a number", "<false/>", 0.0),
    ("semantics around a formula", f"<semantics>{X}</semantics>", 3.0),
]


@pytest.mark.parametrize(
    ("formula", "expected"), [case[1:] for case in FORMULAS], ids=[case[0] for case in FORMULAS]
)
def test_a_formula(formula: str, expected: float) -> None:
    assert value_of(formula, 3.0, 5.0) == pytest.approx(expected, rel=1e-11)


CONDITIONS: list[tuple[str, str, bool]] = [
    ("a chain that rises", apply("lt", cn(1), X, Y), True),
    ("a chain that does not", apply("lt", cn(1), Y, X), False),
    ("equal all", apply("eq", X, X, Y), False),
    ("not equal", apply("neq", X, Y), True),
    ("no and", apply("and"), True),
    ("no or", apply("or"), False),
    ("and", apply("and", apply("lt", X, Y), apply("geq", X, cn(3)), "<true/>"), True),
    ("or", apply("or", "<false/>", apply("leq", Y, X)), False),
    ("not", apply("not", apply("gt", X, Y)), True),
    ("xor of one", apply("xor", "<true/>"), True),
    ("xor of three truths", apply("xor", "<true/>", "<true/>", "<true/>"), True),
    ("xor of two truths", apply("xor", "<true/>", apply("lt", X, Y)), False),
    ("what is false implies all", apply("implies", "<false/>", "<false/>"), True),
    ("what is true does not", apply("implies", "<true/>", "<false/>"), False),
    ("a number as truth", apply("and", X, "<true/>"), True),
    (
        "a choice between truths",
        "<piecewise><piece><false/>" + apply("lt", X, Y) + "</piece>"
        "<otherwise><true/></otherwise></piecewise>",
        False,
    ),
]


@pytest.mark.parametrize(
    ("formula", "holds"), [case[1:] for case in CONDITIONS], ids=[case[0] for case in CONDITIONS]
)
def test_a_condition(formula: str, holds: bool) -> None:
    choice = f"<piecewise><piece>{cn(1)}{formula}</piece><otherwise>{cn(2)}</otherwise></piecewise>"
    assert value_of(choice, 3.0, 5.0) == (1.0 if holds else 2.0)


def test_the_first_piece_that_holds_counts() -> None:
    pieces = "".join(f"<piece>{cn(n)}{apply('lt', X, cn(n))}</piece>" for n in (2, 4, 6))
    assert value_of(f"<piecewise>{pieces}</piecewise>", 3.0) == 4.0


def test_without_a_piece_that_holds_there_is_no_number() -> None:
    piece = f"<piece>{cn(1)}{apply('lt', X, cn(0))}</piece>"
    assert reference.isnan(value_of(f"<piecewise>{piece}</piecewise>", 3.0))


def test_a_function_is_written_out_with_its_own_names() -> None:
    square = '<functionDefinition id="twice_less"><lambda_/></functionDefinition>'.replace(
        "<lambda_/>",
        math(f"<lambda><bvar>{Y}</bvar><bvar>{X}</bvar>{apply('minus', Y, X)}</lambda>"),
    )
    formula = f"<apply>{ci('twice_less')}{X}{Y}</apply>"
    text = level_3(
        listed("FunctionDefinitions", square),
        listed("Parameters", parameter("x", 3), parameter("y", 5), parameter("z", constant=False)),
        listed("InitialAssignments", initial("z", formula)),
    )
    assert seen(read_sbml(text), ["z"], [0.0])[0, 0] == 3.0 - 5.0


@given(st.floats(min_value=0.0, max_value=100.0))
def test_a_factorial_is_gamma_of_one_more(x: float) -> None:
    assert value_of(apply("factorial", X), x) == pytest.approx(reference.gamma(x + 1), rel=1e-11)


@given(st.integers(min_value=0, max_value=170))
def test_a_factorial_of_a_number_is_exact(n: int) -> None:
    assert value_of(apply("factorial", cn(n))) == float(reference.factorial(n))


def test_a_long_sum_stays_flat() -> None:
    assert value_of(apply("plus", *[X] * 2000), 1.0) == 2000.0
