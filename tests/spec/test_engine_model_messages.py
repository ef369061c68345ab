"""Every sentence that a model can be refused with: read them as its author would."""

# ruff: noqa: E501  # a sentence is shown on one line, as its reader gets it

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from reinfuse.engine.language import (
    BadModel,
    Event,
    Helper,
    Model,
    Observable,
    Parameter,
    State,
    check_model,
    read_model,
    read_model_file,
)
from reinfuse.engine.language.tree import Call, Name, Number

# `model m` stands before each text, so that it begins on line 2.
MODELS = r"""
== an unknown name, with the nearest spelling
state X = 1
rate X = -kdec*X
parameter kdek = 1
observe x = X + kdek
-- line 3, column 11: unknown name `kdec` -> did you mean `kdek`?
== a name twice
parameter a = 1
state a = a
rate a = 0
-- line 2, column 11: `a` is already the name of a state on line 3 -> give one of the two another name
== a name that is a word of formulas
parameter exp = 1
parameter time = 2
parameter when = 3
observe x = when
-- line 2, column 11: `exp` is a word of formulas and cannot name a parameter -> choose another name
-- line 3, column 11: `time` is a word of formulas and cannot name a parameter -> choose another name
== helpers in a circle
helper a = b + 1
helper b = 2*c
helper c = a
observe x = c
-- line 2, column 8: helper `a` depends on itself: a -> b -> c -> a -> write one of them without the others, or make it a state with a rate
== a parameter that nothing uses
parameter k = 1
-- line 2, column 11: parameter `k` is not used -> use it, or take it out
== a state without a rate, a rate without a state
state tumour = 0
rate tumor = 0
-- line 2, column 7: state `tumour` has no rate -> write rate tumour = ..., with 0 if only events change it
-- line 3, column 6: a rate of `tumor`, which is no state -> did you mean `tumour`?
== a second rate
state X = 0
rate X = 1
rate X = 2
-- line 4, column 6: a second rate of `X`; the first is on line 3 -> add the two in one formula
== a value outside of its range, a range upside down
parameter k = 7 [1/d] in 0 .. 5
parameter j = 1 in 5 .. 0
observe x = k + j
-- line 2, column 11: `k` is 7 1/d, outside of its range 0 .. 5 -> correct the value or the range
-- line 3, column 11: the range of `j` is upside down: 5 .. 0 -> write the lowest value first
== a condition for a number, a number for a condition
parameter k = 1
state X = 0
rate X = 1 + (X > k)
helper y = if X then 1 else 2
event e when X: X = 0
-- line 4, column 17: `X > k` is a condition, and a number is needed -> write if CONDITION then 1 else 0
-- line 5, column 15: `X` is a number, and a condition is needed -> compare it with something, as in x > 0
-- line 6, column 14: `X` is a number, and a condition is needed -> compare it with something, as in x > 0
== an event that sets what is no state
parameter k = 1
state X = k
rate X = 0
event e at 1: k = 2
event f at 1: Y += 1
event g at 2: X = 1; X += 2
-- line 5, column 15: event `e` sets `k`, which is a parameter, not a state -> events set states; make it a state of rate 0
-- line 6, column 15: event `f` sets `Y`, which is no state -> declare it with `state`
-- line 7, column 22: event `g` sets `X` 2 times -> all happens at once, from the values before: write one formula
== a time or an initial value that is not known before anything changes
state X = 0
state Y = X
rate X = 1
rate Y = 0
helper late = 2*X
event e at late + 1: X = 0
-- line 3, column 11: the initial value of `Y` uses `X` -> use parameters only
-- line 7, column 17: the time of event `e` uses `late`, which depends on `X` -> use parameters only, or write `when CONDITION`
== comparison, assignment and powers of other languages
state X = 0
rate X = if X = 1 then 0 else X**2
helper y = 0 < X < 1
event e when X > 1 && X < 2: X = 0
event f when X ≥ 1: X = 0
-- line 3, column 15: `=` does not compare -> write == to compare
-- line 4, column 18: two comparisons in a row -> write the two apart: a < b and b < c
-- line 5, column 20: `&&` means nothing in a model -> write and
-- line 6, column 16: `≥` means nothing in a model -> write >=
== unfinished formulas
helper a = (1 + 2
helper b = 1 +
helper c = * 2
helper d = if 1 > 2 then 3
helper e = 3 x
helper f
-- line 2, column 18: the end of the statement stands where `)` is expected -> the bracket of column 12 is not closed
-- line 3, column 15: the end of the statement stands where a number, a name or `(` is expected -> finish the formula
-- line 4, column 12: `*` stands where a number, a name or `(` is expected -> finish the formula
-- line 5, column 27: the end of the statement stands where `else` is expected -> write if CONDITION then VALUE else VALUE
-- line 6, column 14: `x` stands where the end of the statement is expected -> write * to multiply; a whole statement is helper NAME [UNIT] = FORMULA
-- line 7, column 9: the end of the statement stands where `=` is expected -> write helper NAME [UNIT] = FORMULA
== functions
helper a = sine(1)
helper b = hill(1)
helper c = 2(3)
helper d = k(1 + 2)
-- line 2, column 12: there is no function `sine` -> did you mean `sin`?
-- line 3, column 12: `hill` is given 1 value -> write hill(x, k) or hill(x, k, n)
-- line 4, column 13: `(` stands where the end of the statement is expected -> write * to multiply; a whole statement is helper NAME [UNIT] = FORMULA
-- line 5, column 12: there is no function `k` -> to multiply write k*(...); functions are exp, log, sqrt, abs, floor, ceil, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, ln, log10, min, max, smooth, hill
== words that begin nothing
parametr k = 1
+ 2
12
-- line 2, column 1: `parametr` begins no statement -> did you mean `parameter`?
-- line 3, column 1: `+` begins no statement -> a line begins with model, time, parameter, state, helper, rate, event, observe; indent a line that goes on with the one above
-- line 4, column 1: `12` begins no statement -> a line begins with model, time, parameter, state, helper, rate, event, observe; indent a line that goes on with the one above
== units and notes that are not closed
parameter k = 1 [1/d
parameter j = 1 "note
-- line 2, column 17: a unit is not closed -> close the unit with ] on the same line
-- line 3, column 17: a note is not closed -> close the note with " on the same line
== a unit behind a formula
parameter d = 1 [mg]
state X = d [mg]
rate X = 0
-- line 3, column 13: a unit [mg] behind a formula -> the unit stands behind the name: state NAME [UNIT] = FORMULA within TOLERANCE "NOTE"
== a unit that cannot be read
parameter k = 1 [1//d]
observe x = k
-- line 2, column 11: [1//d] is not a unit -> write units like 1/d, mg/L or cells/uL
== the time
time in d
time in h from 2
time d
-- line 3, column 6: a second line with `time`; the first is line 2 -> leave one of them out
-- line 4, column 6: `d` stands where `in` is expected -> write time in UNIT from START
== values that are no numbers
parameter k = 1/7
parameter j = high
parameter l = 1 [mg] in 0
parameter m [g] = 1 [mg]
-- line 2, column 16: `/` stands where the end of the statement is expected -> the value is one number; a formula is named by `helper`
-- line 3, column 15: `high` stands where a number is expected -> a formula is named by `helper`
-- line 4, column 26: the end of the statement stands where `..` is expected -> write parameter NAME = NUMBER [UNIT] in LOWEST .. HIGHEST "NOTE"
-- line 5, column 11: `m` has two units, [g] and [mg] -> leave one of them out
== tolerance
state X = 0 within 0
rate X = 0
state Y = 0 within small
rate Y = 0
-- line 2, column 7: the tolerance of `X` is 0 -> give the size below which an error does not matter, a number above 0
-- line 4, column 20: `small` stands where a number is expected -> write state NAME [UNIT] = FORMULA within TOLERANCE "NOTE"
== an observable in a formula
state X = 0
rate X = -car
observe car = X
event e at 1: X = e
-- line 3, column 11: `car` is an observable, which formulas cannot use -> name the formula by `helper` and observe that
-- line 5, column 19: `e` is an event, which formulas cannot use -> let it set a state, and use that
== units that cannot be added
parameter k = 1 [1/d]
parameter v = 2 [L]
state X [mg] = 0
rate X = -k*X + v
observe x = X + 5
-- line 5, column 15: `-k * X` is in mg/d and `v` is in L: they cannot be added -> correct a unit, or multiply the first by something in L*d/mg or the second by something in mg/d/L
-- line 6, column 15: `X` is in mg and `5` is a pure number: they cannot be added -> write the unit behind the number: 5 [mg]
== a rate in the wrong unit
state X [mg] = 0
parameter k = 1 [1/h]
parameter v = 3 [L]
rate X = -k*X
observe x [mg/L] = X*v
-- line 5, column 12: the rate of `X` is in mg/h, and mg/d is needed -> 1 mg/h is 24 mg/d: multiply it by 24 [h/d]
-- line 6, column 21: the observable `x` is in mg*L, and mg/L is needed -> correct a unit, or multiply it by something in 1/L^2
== units that differ by a factor
parameter a = 1 [mg]
parameter b = 1 [ug]
observe x = a + b
observe y = min(a, b)
-- line 4, column 15: `a` is in mg and `b` is in ug: they cannot be added -> 1 mg is 1000 ug: multiply the first by 1000 [ug/mg]
-- line 5, column 13: `a` is in mg and `b` is in ug: they cannot be compared -> 1 mg is 1000 ug: multiply the first by 1000 [ug/mg]
== exponents, functions and roots
parameter n = 2 [1]
parameter a = 1 [mg]
helper x = a^n
helper y = exp(a)
helper z [mg] = sqrt(a)
helper w = 2^a
helper v = if a > 3 then a else n
-- line 4, column 13: `a` is in mg and its exponent is not a constant -> divide it by something of that unit first: (x / k)^n
-- line 5, column 16: `exp` takes a pure number, and `a` is in mg -> divide it by something of that unit
-- line 6, column 17: the helper `z` is in mg^(1/2), and mg is needed -> correct a unit, or multiply it by something in mg^(1/2)
-- line 7, column 14: an exponent takes a pure number, and `a` is in mg -> divide it by something of that unit
-- line 8, column 12: `a` is in mg and `n` is a pure number: they cannot be alternatives -> correct a unit, or multiply the first by something in 1/mg or the second by something in mg
-- line 8, column 17: `a` is in mg and `3` is a pure number: they cannot be compared -> write the unit behind the number: 3 [mg]
== an event in the wrong unit
parameter toci = 560 [mg]
parameter at_hour = 3 [h]
state T1 [mg/L] = 0
rate T1 = 0
event t at at_hour: T1 += toci
-- line 6, column 12: the time of event `t` is in h, and d is needed -> 1 d is 24 h: divide it by 24 [h/d]
-- line 6, column 24: `T1` is in mg/L and `toci` is in mg: they cannot be added -> correct a unit, or multiply the first by something in L or the second by something in 1/L
"""


class Case(NamedTuple):
    """A text, and what is said of it."""

    title: str
    text: str
    said: list[str]


def cases() -> list[Case]:
    found = []
    for block in f"\n{MODELS}".split("\n== ")[1:]:
        title, _, rest = block.partition("\n")
        lines = rest.strip().splitlines()
        text = "\n".join(line for line in lines if not line.startswith("-- "))
        found.append(Case(title, text, [line[3:] for line in lines if line.startswith("-- ")]))
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_a_model_is_refused_in_these_words(case: Case) -> None:
    with pytest.raises(BadModel) as caught:
        read_model(f"model m\n{case.text}")
    said = [f"{one.where}: {one.what} -> {one.fix}" for one in caught.value.problems]
    assert said == case.said


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(BadModel) as caught:
        read_model("model m\nparameter k = 1\nhelper a = b", file="small.model")
    assert str(caught.value) == (
        "the model has 2 problems:\n"
        "  line 2, column 11: parameter `k` is not used -> use it, or take it out\n"
        "  line 3, column 12: unknown name `b` -> declare it with `parameter`, `helper` or `state`\n"
        "  where: small.model"
    )


def test_one_problem_is_told_with_its_place_and_what_to_do() -> None:
    with pytest.raises(BadModel) as caught:
        read_model("model m\nparameter k = 1", file="small.model")
    assert str(caught.value) == (
        "parameter `k` is not used\n"
        "  where: small.model, line 2, column 11\n"
        "  fix:   use it, or take it out"
    )


def test_a_text_without_a_name_or_anything_is_no_model() -> None:
    with pytest.raises(BadModel, match="the model has no name") as caught:
        read_model("")
    assert caught.value.fix == "begin with model NAME"


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="the model cannot be read: No such file"):
        read_model_file(tmp_path / "absent.model")


def test_a_file_that_is_no_text_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "picture.model").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadModel, match="it is not text in UTF-8"):
        read_model_file(tmp_path / "picture.model")


def test_a_model_of_python_values_is_told_by_its_parts() -> None:
    model = Model(
        name="from Python",
        states=(State(name="X", rate=Call("mul", (Name("k"),)), tolerance=-1.0),),
        parameters=(Parameter(name="two words", value=float("nan")),),
        helpers=(Helper(name="h", value=Call("sine", (Number(1.0),))),),
        events=(Event(name="e", does=()),),
        observables=(Observable(name="X", value=Number(float("inf"))),),
    )
    assert [f"{one.where}: {one.what} -> {one.fix}" for one in check_model(model)] == [
        "parameter `two words`: `two words` cannot be a name -> letters a to z, digits and _, a letter first",
        "observable `X`: `X` is already the name of a state -> give one of the two another name",
        "helper `h`: there is no operation `sine` -> did you mean `sin`?",
        "rate of `X`: `mul` has 1 parts -> give it 2",
        "observable `X`: inf stands in a formula -> write a finite number",
    ]


def test_numbers_and_events_of_python_values_are_told_by_their_parts() -> None:
    model = Model(
        name="from Python",
        states=(State(name="X", rate=Name("k"), tolerance=-1.0),),
        parameters=(Parameter(name="k", value=float("nan")),),
        events=(Event(name="e", does=()),),
        start=float("inf"),
    )
    assert [f"{one.where}: {one.what} -> {one.fix}" for one in check_model(model)] == [
        "parameter `k`: the value of `k` is nan -> give a finite number",
        "state `X`: the tolerance of `X` is -1 -> give the size below which an error does not matter, a number above 0",
        ": time cannot begin at inf -> write time in d from 0",
        "event `e`: event `e` needs either a time or a condition -> write event NAME at TIME: ... or event NAME when CONDITION: ...",
        "event `e`: event `e` does nothing -> take it out",
    ]


def test_a_formula_that_no_walk_can_follow_is_refused() -> None:
    long = " + ".join(["k"] * 400)
    with pytest.raises(BadModel, match="399 operations within each other, more than 200"):
        read_model(f"model m\nparameter k = 1\nhelper a = {long}")


def test_brackets_without_end_are_refused() -> None:
    with pytest.raises(BadModel, match="more than 40 brackets within each other"):
        read_model(f"model m\nhelper a = {'(' * 100000}1")


def test_problems_without_end_are_counted() -> None:
    with pytest.raises(BadModel, match="the model has 70 problems:") as caught:
        read_model("model m\n" + "\n".join(f"parameter k{one} = 1" for one in range(70)))
    assert caught.value.what.endswith("\n  and 20 more")
    assert len(caught.value.problems) == 70
