"""Units of formulas: what they are worth, and where they do not fit."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from reinfuse.engine.language import BadModel, Model, read_model, read_model_file
from reinfuse.engine.language.unit_check import unit_problems
from reinfuse.engine.language.units import PURE, BadUnit, unit_of
from reinfuse.quantity import units as units_of_courses

MODELS = Path(__file__).parents[2] / "examples" / "models"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mg/L", "ug/mL"),
        ("ng/mL", "ug/L"),
        ("1/d", "/d"),
        ("1/d", "d^-1"),
        ("d-1", "/day"),
        ("wk", "7 d"),
        ("d", "24 h"),
        ("h", "60 min"),
        ("min", "60 s"),
        ("a", "365.25 d"),
        ("mL", "cm^3"),
        ("L", "dm3"),
        ("dL", "100 mL"),
        ("kg", "10^3 g"),
        ("mg", "10*-3 g"),
        ("ug", "mcg"),
        ("µg", "ug"),
        ("umol/L", "uM"),
        ("%", "1e-2"),
        ("{cells}/uL", "10*6 cells/L"),
        ("cell.d", "cells day"),
        ("mg/(kg*d)", "mg/kg/d"),
        ("(mg/L)^2", "mg^2/L2"),
        ("mL/min/m2", "mL/(min*m^2)"),
        ("m^(1/2)", "m^0.5"),
        ("1", "L/L"),
        ("IL6/d", "IL6 per_d^0 /d"),
    ],
)
def test_two_ways_to_write_one_unit(one: str, other: str) -> None:
    assert unit_of(one).equals(unit_of(other))


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("mg", "ug", 1000),
        ("d", "h", 24),
        ("L", "mL", 1000),
        ("mol/L", "nmol/mL", 1e6),
        ("%", "1", 0.01),
    ],
)
def test_units_of_one_kind_differ_by_a_factor(one: str, other: str, ratio: float) -> None:
    first, second = unit_of(one), unit_of(other)
    assert first.same_kind(second)
    assert not first.equals(second)
    assert first.factor / second.factor == pytest.approx(ratio, rel=1e-12)


@pytest.mark.parametrize(("one", "other"), [("mg", "mL"), ("cells", "copies"), ("g", "mol"),
                                            ("d", "1/d"), ("IL6", "IFN")])  # fmt: skip
def test_units_of_two_kinds_never_fit(one: str, other: str) -> None:
    assert not unit_of(one).same_kind(unit_of(other))


@pytest.mark.parametrize(
    "text",
    ["", " ", "1/", "*", "a//b", "(a", "a)", "^2", "a^x", "a^(1/0)", "a^", "$", "0", "a" * 81],
)
def test_what_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(BadUnit, match="is not a unit"):
        unit_of(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1/d", "1/d"),
        ("cells/uL", "cells/uL"),
        ("mg L^2 / (d * kg)", "mg*L^2/d/kg"),
        ("10*6 {cells}", "10^6*cells"),
        ("m^0.5", "m^(1/2)"),
        ("d/d", "1"),
    ],
)
def test_a_unit_is_shown_as_it_would_be_written(text: str, shown: str) -> None:
    assert str(unit_of(text)) == shown
    assert unit_of(shown).equals(unit_of(text))


def test_a_unit_and_its_inverse_are_a_pure_number() -> None:
    unit = unit_of("mg/L/d")
    assert unit.times(PURE.over(unit)) == PURE
    assert unit.to(Fraction(0)) == PURE
    assert unit.to(Fraction(2)).over(unit).equals(unit)


def test_units_agree_with_the_table_of_courses() -> None:
    """Every unit of mass, volume, time, length, and levels has one ratio to those of the table."""
    checked = 0
    for kind in (
        "mass",
        "volume",
        "time",
        "length",
        "rate",
        "mass per volume",
        "amount per volume",
    ):
        rows = [unit for unit in units_of_courses().values() if unit.dimension == kind]
        base = rows[0]
        for row in rows:
            ours = unit_of(row.code).factor / unit_of(base.code).factor
            assert ours == pytest.approx(row.factor / base.factor, rel=1e-12), row.code
            checked += row.code != base.code
    assert checked > 20


@pytest.mark.parametrize(
    "text",
    [
        "parameter k = 1\nobserve x = k + exp(k)",
        "parameter a = 1 [mg]\nparameter b = 2\nobserve x = a + b + a*b",
        "parameter a = 1 [mg]\nobserve x [mg] = max(a, 0) + 0",
        "parameter a = 1 [mg]\nobserve x [1/mg^2] = a^-2 + 1/a^2 + (1/a)^(4/2)",
        "parameter a = 1 [mg]\nparameter n = 2 [1]\nobserve x [1] = hill(a, 2 [mg], n) + 2^n",
        "parameter a = 1 [mg]\nobserve x [1] = smooth(a, 2 [mg], 1 [mg])",
        "parameter a = 4 [mg^2]\nobserve x [mg] = sqrt(a) + abs(-sqrt(a))",
        "parameter a = 1 [h]\nobserve x [h] = if a > 1 [h] and not a > 2 [h] then a else 0",
        "parameter a = 1 [mg]\nstate X [mg] = 3\nrate X = 0\n"
        "event e at 1 after 2 priority 3: X += 1\nevent f at -1: X = 5\nobserve x = a",
        "parameter a = 1 [ug/mL]\nobserve x [mg/L] = a + 1 [g/m^3]",
        "time in h\nparameter k = 1 [1/h]\nstate X = 1 [mg]\nrate X = -k*X\nobserve s [1] = k*time",
        "helper half [L] = 0.5\nobserve x [L] = half + 1 [L]",
        "helper half = 0.5 [L]\nobserve x [L] = half + 1 [L]",
        "parameter k = 1 [1/d]\nstate X = 1\nrate X = -k*X",
    ],
)
def test_units_that_fit_are_no_problem(text: str) -> None:
    assert read_model(f"model m\n{text}").name == "m"


@pytest.mark.parametrize(
    "text",
    [
        "parameter a = 1 [mg]\nobserve x = a + 1",
        "parameter a = 1 [mg]\nobserve x = if a > 1 [ug] then 1 else 2",
        "parameter a = 1 [mg]\nobserve x = if 1 < 2 and a > 1 then 1 else 2",
        "parameter a = 1 [mg]\nobserve x = sin(a)",
        "parameter a = 1 [%]\nobserve x = exp(a)",
        "parameter a = 1 [mg]\nobserve x [mg] = a^(1/2)",
        "parameter a = 1 [mg]\nhelper b = a*a\nobserve x [mg] = b",
        "parameter a = 1 [mg]\nstate X [L] = a\nrate X = 0",
        "parameter a = 1 [mg]\nstate X [mg] = 0\nrate X = a",
        "parameter a = 1 [mg]\nstate X [mg] = a\nrate X = 0\nevent e when time > a: X = 0",
        "parameter a = 1 [mg]\nstate X [mg] = 0\nrate X = 0\nevent e at 1 after a: X = 0",
        "parameter a = 1 [mg]\nstate X [mg] = a\nrate X = 0\nevent e at 1: X *= a",
        "parameter a = 1 [mg]\nstate X [mg] = a\nrate X = X + 1",
        "parameter a = 1 [1//d]\nobserve x = a",
        "observe x = 1 [1//d]",
        "parameter a = 1 [mg]\nhelper three = 3\nobserve x = a + three",
    ],
)
def test_units_that_do_not_fit_are_a_problem(text: str) -> None:
    with pytest.raises(BadModel) as caught:
        read_model(f"model m\n{text}")
    assert [problem.rule for problem in caught.value.problems] == ["unit"]


def _with_unit(model: Model, name: str, unit: str) -> Model:
    """The model with another unit of one parameter or state."""
    return replace(
        model,
        parameters=tuple(replace(p, unit=unit) if p.name == name else p for p in model.parameters),
        states=tuple(replace(s, unit=unit) if s.name == name else s for s in model.states),
    )


@pytest.mark.parametrize("name", ["reference", "cart8"])
def test_no_unit_of_an_example_can_be_changed_unseen(name: str) -> None:
    model = read_model_file(MODELS / f"{name}.model")
    unseen = [
        part
        for part in (*model.parameter_names, *model.state_names)
        if not unit_problems(_with_unit(model, part, "stones"))
    ]
    assert not unseen


def test_every_unit_of_an_example_could_be_left_out() -> None:
    """What has no unit fits anything: no single gap makes a problem."""
    model = read_model_file(MODELS / "cart8.model")
    for part in (*model.parameter_names, *model.state_names):
        assert not unit_problems(_with_unit(model, part, "")), part


@pytest.mark.parametrize("unit", ["10^400 d", "10*308*10*308", "a^9999"])
def test_a_unit_beyond_all_numbers_raises_nothing_else(unit: str) -> None:
    text = f"model m\nparameter a = 1 [{unit}]\nstate X [d] = a\nrate X = 0"
    with pytest.raises(BadModel):
        read_model(text)


@pytest.mark.parametrize("sign", ["=", "+="])
def test_an_event_that_sets_what_is_no_state_is_told_where_there_are_units(sign: str) -> None:
    with pytest.raises(BadModel, match="event `e` sets `B`, which is no state"):
        read_model(f"model m\nstate A [mg] = 1 [mg]\nrate A = 0\nevent e at 1: B {sign} 2 [mg]")
