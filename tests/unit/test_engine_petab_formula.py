"""Formulas of PEtab tables."""

import math

import pytest

from reinfuse.engine.petab.formula import parsed_formula
from reinfuse.engine.petab.solving import formula_of
from reinfuse.engine.petab.tokens import FormulaFault

VALUES = {"A": 2.0, "B": 3.0, "E": 7.0}


def value(text: str, time: float = 5.0) -> float:
    return formula_of(parsed_formula(text, frozenset(VALUES)))(time, VALUES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4 / 8", 6.5),
        ("10 - 3 - 2", 5.0),
        ("24 / 4 / 2", 3.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("2 ** 3 ** 2", 512.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ -1", 0.5),
        ("- - A + + B", 5.0),
        ("(0.9 * A + 0.1 * B)^4", 2.1**4),
        ("1.5e-3 * A", 3e-3),
        (".5 * 4.", 2.0),
        ("time + 1", 6.0),
        ("exp(A) + sqrt(4) + abs(-B)", math.exp(2.0) + 5.0),
        ("log(A) + ln(A)", 2 * math.log(2.0)),
        ("log(B, A)", math.log2(3.0)),
        ("log10(1000) + log2(8)", 6.0),
        ("pow(A, B)", 8.0),
        ("min(A, B, 1) + max(A, B, 9)", 10.0),
        ("piecewise(1, A > B, 2, A == 2, 3)", 2.0),
        ("piecewise(1, A > B, 3)", 3.0),
        ("Piecewise((1, A > B), (A + 2, true))", 4.0),
        ("piecewise(1, (A < B) && (B < 4), 0)", 1.0),
        ("piecewise(1, A > B || !(B < 4), 0)", 0.0),
        ("piecewise(1, time >= 5, 0)", 1.0),
        ("heaviside(A - 2)", 0.5),
        ("sin(pi / 2) + cos(0)", 2.0),
        ("e", math.e),
    ],
)
def test_a_formula_has_the_value_of_its_text(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected, rel=1e-14)


def test_a_species_named_as_a_constant_is_a_species() -> None:
    assert value("E") == 7.0


def test_what_has_no_value_is_nan_and_raises_nothing() -> None:
    assert math.isnan(value("log(-A)"))
    assert math.isnan(value("piecewise(1, A > B)"))


@pytest.mark.parametrize(
    ("text", "what", "column"),
    [
        ("A +", "a number, a name or a bracket was expected, not 'the end'", 4),
        ("A $ B", "'$' has no meaning in a formula", 3),
        ("A B", "'B' does not fit here", 3),
        ("(A", "')' was expected, not 'the end'", 3),
        ("sqr(A)", "there is no function sqr", 1),
        ("exp(A, B)", "exp takes 1 values, and 2 are given", 1),
        ("piecewise(1)", "piecewise takes a value and a condition at least", 1),
        ("", "a number, a name or a bracket was expected, not 'the end'", 1),
        ("(" * 41 + "A" + ")" * 41, "too many brackets within brackets", 41),
        ("A" + "^A" * 3000, "too many brackets within brackets", 81),
    ],
)
def test_what_is_no_formula_says_why_and_where(text: str, what: str, column: int) -> None:
    with pytest.raises(FormulaFault) as caught:
        parsed_formula(text)
    assert (caught.value.what, caught.value.column) == (what, column)
