"""What each line of a model text means."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from reinfuse.engine.language import (
    Assignment,
    BadModel,
    Event,
    Helper,
    Model,
    Observable,
    Parameter,
    State,
    check_model,
    formula_text,
    in_order,
    read_model,
    read_model_file,
    written,
)
from reinfuse.engine.language.tree import Call, Name, Number, Place, Tree

OPERATORS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "neg": lambda a: -a,
    "min": min,
    "max": max,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "not": lambda a: not a,
    "select": lambda condition, a, b: a if condition else b,
}


def value(tree: Tree, **known: float) -> float:
    match tree:
        case Number(number):
            return number
        case Name(name):
            return known[name]
        case Call(name, parts):
            rule = OPERATORS.get(name) or getattr(math, {"abs": "fabs"}.get(name, name))
            return float(rule(*(value(part, **known) for part in parts)))


def formula(text: str) -> Tree:
    model = read_model(f"model m\nhelper x = 1\nhelper y = 2\nobserve seen = {text}")
    return model.observables[0].value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 + 2*3", 7),
        ("(1 + 2)*3", 9),
        ("10 - 3 - 2", 5),
        ("100/10/2", 5),
        ("2^3^2", 512),
        ("(2^3)^2", 64),
        ("-2^2", -4),
        ("(-2)^2", 4),
        ("2^-1", 0.5),
        ("--3", 3),
        ("2*-3", -6),
        ("+4 - +1", 3),
        (".5e1 + 1.", 6),
        ("if 1 < 2 then 3 else 4", 3),
        ("1 + if 2 <= 1 then 3 else 4 + 5", 10),
        ("if 1 > 2 then 1 else if 2 >= 2 then 2 else 3", 2),
        ("if not 1 == 2 and 3 != 3 then 1 else 2", 2),
        ("if 1 == 1 or 1 == 2 and 1 == 3 then 1 else 2", 1),
        ("min(3, 1, 2)", 1),
        ("max(3, 1, 2, 7)", 7),
        ("ln(exp(2))", 2),
        ("log(exp(2))", 2),
        ("log10(1000)", 3),
        ("sqrt(16) + abs(-1) + floor(1.9) + ceil(1.1)", 8),
        ("sin(0) + cos(0) + tan(0) + asin(0) + acos(1) + atan(0)", 1),
        ("sinh(0) + cosh(0) + tanh(0)", 1),
    ],
)
def test_a_formula_is_worth(text: str, number: float) -> None:
    assert value(formula(text)) == pytest.approx(number, rel=1e-14)


@pytest.mark.parametrize("x", [-1e6, -1.0, 0.0, 0.3, 2.0, 1e6])
def test_a_smooth_switch_is_the_logistic_curve_and_never_overflows(x: float) -> None:
    found = value(formula("smooth(x, 2, 0.5)"), x=x)
    expected = 1 / (1 + math.exp(min(-(x - 2) / 0.5, 700)))
    assert found == pytest.approx(expected, rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("x", [0.0, 1e-3, 1.0, 5.0, 1e9])
@pytest.mark.parametrize("power", [1.0, 2.0, 2.5])
def test_a_hill_term_is_half_at_its_constant(x: float, power: float) -> None:
    found = value(formula(f"hill(x, 5, {power})"), x=x)
    assert found == pytest.approx(x**power / (5**power + x**power), rel=1e-13)
    assert value(formula("hill(x, 5)"), x=x) == pytest.approx(x / (5 + x), rel=1e-13)


def test_a_hill_term_with_a_broken_power_stays_a_number_just_below_zero() -> None:
    assert value(formula("hill(x, 5, 2.5)"), x=-1e-9) == 0


TEXT = """
# A comment, and a blank line

model two compartments     # the name ends at the comment
time in h from -2

parameter k = 0.1 [1/h] in 0 .. 5  "elimination, \\"first order\\" # really"
parameter V = -3e0 [L] in .. 0
parameter dose = 100 [mg]
parameter t_dose = 0
parameter bare = 1

state X [mg] = dose within 1e-3 "drug"
state Y = 3 [mg]
state Z

helper rest = k*X       # lines that are indented
    + bare              # go on with the one above
    - bare

rate X = -rest
rate Y = 0
rate Z = 0

event first at t_dose: X += dose
event later when X < 1 [mg] after 2 priority 3 late values cancellable even at start:
    Y = X
    X -= 1; Z *= 2
    Z2 /= 4
state Z2 = 1
rate Z2 = V*0

observe level [mg] = X
"""


def test_every_line_says_what_it_says() -> None:
    x, y, z = Name("X"), Name("Y"), Name("Z")
    rest = Call("sub", (Call("add", (Call("mul", (Name("k"), x)), Name("bare"))), Name("bare")))
    assert read_model(TEXT) == Model(
        name="two compartments",
        time_unit="h",
        start=-2.0,
        parameters=(
            Parameter(
                name="k",
                value=0.1,
                unit="1/h",
                low=0.0,
                high=5.0,
                note='elimination, "first order" # really',
            ),
            Parameter(name="V", value=-3.0, unit="L", high=0.0),
            Parameter(name="dose", value=100.0, unit="mg"),
            Parameter(name="t_dose", value=0.0),
            Parameter(name="bare", value=1.0),
        ),
        states=(
            State(
                name="X",
                unit="mg",
                initial=Name("dose"),
                rate=Call("neg", (Name("rest"),)),
                tolerance=1e-3,
                note="drug",
            ),
            State(name="Y", unit="mg", initial=Number(3.0, "mg")),
            State(name="Z"),
            State(name="Z2", initial=Number(1.0), rate=Call("mul", (Name("V"), Number(0.0)))),
        ),
        helpers=(Helper(name="rest", value=rest),),
        events=(
            Event(
                name="first",
                time=Name("t_dose"),
                does=(Assignment(state="X", value=Call("add", (x, Name("dose")))),),
            ),
            Event(
                name="later",
                when=Call("lt", (x, Number(1.0, "mg"))),
                delay=Number(2.0),
                priority=Number(3.0),
                at_trigger=False,
                persistent=False,
                initially=False,
                does=(
                    Assignment(state="Y", value=x),
                    Assignment(state="X", value=Call("sub", (x, Number(1.0)))),
                    Assignment(state="Z", value=Call("mul", (z, Number(2.0)))),
                    Assignment(state="Z2", value=Call("div", (Name("Z2"), Number(4.0)))),
                ),
            ),
        ),
        observables=(Observable(name="level", value=x, unit="mg"),),
    )
    assert y not in (x, z)


def test_every_part_knows_its_line_and_column() -> None:
    model = read_model(" model m\n  \n state X = 1\n rate X = 2*\n     X\n")
    assert model.states[0].at == Place(3, 8)
    assert model.states[0].rate.at == Place(4, 12)
    assert isinstance(model.states[0].rate, Call)
    assert model.states[0].rate.parts[1].at == Place(5, 6)


def test_helpers_come_after_what_they_use() -> None:
    model = read_model("model m\nhelper c = a + b\nhelper b = a\nhelper a = 1\nhelper d = 2")
    assert [helper.name for helper in model.helpers] == ["a", "b", "c", "d"]


def test_helpers_in_a_good_order_stay_as_they_are() -> None:
    names = ["z", "y", "x", "w"]
    helpers = tuple(Helper(name=name, value=Number(1.0)) for name in names)
    model = Model(name="m", states=(), parameters=(), helpers=helpers)
    assert in_order(model) == model


def test_names_of_statements_may_name_parts() -> None:
    words = ("state", "rate", "in", "at", "when", "within", "after", "late", "event", "model")
    lines = [f"parameter {word} = 1" for word in words]
    text = "\n".join(["model m", *lines, f"observe seen = {' + '.join(words)}"])
    assert read_model(text).parameter_names == words


def test_a_file_is_read_and_named_in_its_problems(tmp_path: Path) -> None:
    place = tmp_path / "small.model"
    place.write_bytes(b"\xef\xbb\xbfmodel small\r\nparameter k = 1\r\nobserve x = k\r\n")
    assert read_model_file(place).name == "small"
    place.write_text("model small\nparameter k = 1\n", encoding="utf-8")
    with pytest.raises(BadModel) as caught:
        read_model_file(place)
    assert caught.value.where == "small.model, line 2, column 11"


def test_what_could_not_be_read_is_not_missed_elsewhere() -> None:
    with pytest.raises(BadModel) as caught:
        read_model(
            "model m\nparameter k = = 1\nstate X = k\nrate X = -k*X\nrate Q = ?\nstate Q = 1"
        )
    assert [problem.at.line for problem in caught.value.problems] == [2, 5]


def test_a_problem_in_one_line_does_not_hide_those_of_others() -> None:
    with pytest.raises(BadModel) as caught:
        read_model("model m\nhelper a = 1 +\nhelper b = c\nhelper c = b\nhelper d = zzz")
    assert [problem.rule for problem in caught.value.problems] == ["syntax", "circle", "unknown"]


def test_a_long_formula_is_written_over_lines_and_read_back() -> None:
    long = " + ".join(f"{one}.25 [10^6 cells]" for one in range(60))
    model = read_model(f"model m\nobserve x [10^6 cells] = {long}")
    text = written(model)
    assert max(map(len, text.splitlines())) <= 96
    assert read_model(text) == model


@pytest.mark.parametrize("sign", [" + ", " - ", " * ", "^"])
def test_the_longest_formula_that_is_allowed_goes_all_the_way(sign: str) -> None:
    powers = 38 if sign == "^" else 200
    model = read_model(f"model m\nobserve x = {sign.join(['1 [1]'] * (powers + 1))}")
    assert read_model(written(model)) == model


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (Call("neg", (Number(2.0),)), "-(2)"),
        (Call("neg", (Number(-2.0),)), "-(-2)"),
        (Call("pow", (Number(-2.0), Number(2.0))), "(-2)^2"),
        (Call("neg", (Call("pow", (Number(2.0), Number(2.0))),)), "-2^2"),
        (Call("sub", (Name("x"), Call("sub", (Name("y"), Number(-1.0))))), "x - (y - -1)"),
        (
            Call("mul", (Call("add", (Name("x"), Name("y"))), Number(2e9, "/d"))),
            "(x + y) * 2e9 [/d]",
        ),
    ],
)
def test_a_formula_has_no_more_brackets_than_it_needs(tree: Tree, text: str) -> None:
    assert formula_text(tree) == text


def test_a_sound_model_of_python_values_has_no_problem() -> None:
    model = Model(
        name="decay",
        states=(State(name="X", unit="mg", initial=Name("dose"), rate=Call("neg", (Name("X"),))),),
        parameters=(Parameter(name="dose", value=1.0),),
    )
    assert [problem.rule for problem in check_model(model)] == ["unit"]
    slower = Call("neg", (Call("mul", (Number(1.0, "1/d"), Name("X"))),))
    sound = State(name="X", unit="mg", initial=Name("dose"), rate=slower)
    assert check_model(Model(name="decay", states=(sound,), parameters=model.parameters)) == ()


def test_an_infinite_power_of_hill_is_told_like_any_other_number() -> None:
    with pytest.raises(BadModel, match="inf stands in a formula"):
        read_model("model m\nstate A = 1\nrate A = -hill(A, 2, 1e999)")


def test_equal_models_are_one_key_of_a_cache() -> None:
    text = "model m\nparameter k = 2\nstate A = 1\nrate A = -k*A"
    one, other = read_model(text), read_model(text)
    assert one == other
    assert hash(one) == hash(other)
    assert {one: "kept"}[other] == "kept"
    assert one != read_model(text.replace("-k*A", "k*A"))
