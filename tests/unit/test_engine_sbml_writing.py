"""Models written as SBML read back as models that do the same."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reinfuse.engine.compiler.graph import program_of
from reinfuse.engine.compiler.lowering import equations_of
from reinfuse.engine.language.model import (
    Assignment,
    Event,
    Helper,
    Model,
    Observable,
    Parameter,
    State,
)
from reinfuse.engine.language.tree import (
    CONDITIONS,
    OPERATIONS,
    TIME,
    Call,
    Name,
    Number,
    Tree,
)
from reinfuse.engine.plain.evaluation import evaluate
from reinfuse.engine.plain.prepared import prepared
from reinfuse.engine.plain.solve import solve
from reinfuse.engine.sbml import read_sbml, sbml_of
from reinfuse.errors import ReinfuseError


def call(name: str, *parts: Tree) -> Tree:
    return Call(name, parts)


K, X, Y, T = Name("k"), Name("x"), Name("y"), Name(TIME)
MODEL = Model(
    name="two cells & more",
    states=(
        State(name="x", initial=call("mul", K, Number(2.0)), rate=call("neg", Name("gone"))),
        State(name="y", initial=Number(1.5e-7), rate=Name("gone"), note="what < is > left"),
        State(name="count"),
    ),
    parameters=(
        Parameter(name="k", value=0.5),
        Parameter(name="big", value=1e30),
        Parameter(name="late", value=2.0),
    ),
    helpers=(Helper(name="gone", value=call("mul", K, X)),),
    events=(
        Event(name="dose", time=Name("late"), does=(Assignment(state="x", value=Number(3.0)),)),
        Event(
            name="low",
            when=call("lt", X, Number(0.5)),
            initially=False,
            persistent=False,
            at_trigger=False,
            delay=K,
            priority=Number(2.0),
            does=(Assignment(state="count", value=call("add", Name("count"), Number(1.0))),),
        ),
    ),
    observables=(Observable(name="both", value=call("add", X, Y)),),
    time_unit="h",
)


def rates(model: Model, states: dict[str, float], time: float = 0.7) -> NDArray[np.float64]:
    equations = equations_of(model)
    program = program_of(equations.graph, equations.inputs, equations.rates)
    values = [time, *(states[name] for name in model.state_names)]
    values += [parameter.value for parameter in model.parameters]
    return np.array(evaluate(program, values), dtype=np.float64)


def test_names_order_and_unit_of_time_stay() -> None:
    back = read_sbml(sbml_of(MODEL)).model
    assert back.state_names == MODEL.state_names
    assert set(MODEL.parameter_names) <= set(back.parameter_names)
    assert [helper.name for helper in back.helpers] == ["gone", "both"]
    assert back.time_unit == "h"


def test_rates_stay() -> None:
    back = read_sbml(sbml_of(MODEL)).model
    states = {"x": 0.3, "y": 4.0, "count": 1.0}
    assert rates(back, states).tolist() == rates(MODEL, states).tolist()


def test_a_course_with_events_stays() -> None:
    back = read_sbml(sbml_of(MODEL)).model
    back = replace(back, observables=(Observable(name="seen", value=Name("both")),))
    times = [0.0, 1.0, 1.9, 2.1, 9.0]
    own = [parameter.value for parameter in MODEL.parameters]
    there = solve(prepared(MODEL), own, times, rtol=1e-9, atol=[1e-12] * 3)
    again = [parameter.value for parameter in back.parameters]
    here = solve(prepared(back), again, times, rtol=1e-9, atol=[1e-12] * 3)
    assert here.states == pytest.approx(there.states, rel=1e-7)
    assert here.observed[0, :, 0] == pytest.approx(there.observed[0, :, 0], rel=1e-7)
    assert there.states[0, -1].tolist()[2] == 2.0


def test_how_an_event_happens_stays() -> None:
    dose, low = read_sbml(sbml_of(MODEL)).model.events
    assert (dose.name, dose.initially, dose.persistent, dose.at_trigger) == (
        "dose",
        False,
        True,
        True,
    )
    assert replace(low, at=MODEL.events[1].at) == MODEL.events[1]


def test_a_model_that_begins_at_another_time_has_its_time_moved() -> None:
    moved = replace(MODEL, start=5.0, states=(State(name="x", rate=T),), events=(), helpers=(),
                    observables=())  # fmt: skip
    back = read_sbml(sbml_of(moved)).model
    assert back.start == 0.0
    assert rates(back, {"x": 0.0}, time=1.0).tolist() == [6.0]


def test_a_timed_event_before_the_start_does_not_come() -> None:
    early = replace(MODEL, events=(replace(MODEL.events[0], time=Number(-1.0)),))
    back = read_sbml(sbml_of(early)).model
    own = [parameter.value for parameter in back.parameters]
    assert solve(prepared(back), own, [0.0]).states[0, 0, 0] == 1.0


def test_an_event_that_only_sets_leaves_a_state() -> None:
    assert "count" in read_sbml(sbml_of(MODEL)).model.state_names


@given(st.floats())
def test_every_number_comes_back_as_it_was(value: float) -> None:
    model = Model(name="m", states=(State(name="x", rate=Number(value)),), parameters=())
    (found,) = rates(read_sbml(sbml_of(model)).model, {"x": 0.0})
    assert found == value or (math.isnan(found) and math.isnan(value))


@given(st.floats(allow_nan=False))
def test_every_value_of_a_parameter_comes_back_as_it_was(value: float) -> None:
    model = Model(name="m", states=(), parameters=(Parameter(name="p", value=value),))
    (parameter,) = read_sbml(sbml_of(model)).model.parameters
    assert parameter.value == value


def some_number(children: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    plain = sorted(OPERATIONS.keys() - CONDITIONS - {"select"})
    chosen = st.sampled_from(plain).flatmap(
        lambda name: st.tuples(*[children] * OPERATIONS[name]).map(lambda parts: Call(name, parts))
    )
    compared = st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]).flatmap(
        lambda name: st.tuples(children, children).map(lambda parts: Call(name, parts))
    )
    joined = st.sampled_from(["and", "or"]).flatmap(
        lambda name: st.tuples(compared, compared.map(lambda one: Call("not", (one,)))).map(
            lambda parts: Call(name, parts)
        )
    )
    return chosen | st.tuples(joined, children, children).map(lambda parts: Call("select", parts))


LEAVES = st.sampled_from([K, X, Y, T]) | st.floats(-9, 9).map(Number)


@given(st.recursive(LEAVES, some_number, max_leaves=12))
def test_every_formula_comes_back_with_its_value(tree: Tree) -> None:
    model = replace(MODEL, states=(State(name="x", rate=tree), State(name="y")), events=(),
                    observables=())  # fmt: skip
    back = read_sbml(sbml_of(model)).model
    states = {"x": 0.3, "y": 4.0}
    assert np.array_equal(rates(back, states), rates(model, states), equal_nan=True)


def test_names_that_sbml_cannot_hold_are_refused_all_at_once() -> None:
    bad = Model(name="m", states=(State(name="a b"), State(name="1x")), parameters=())
    with pytest.raises(ReinfuseError, match="SBML cannot hold these names: '1x', 'a b'"):
        sbml_of(bad)


def test_letters_that_xml_cannot_hold_become_blanks() -> None:
    noted = replace(MODEL, name="a\x00b", parameters=(
        *MODEL.parameters, Parameter(name="q", value=1.0, note="bell \x07")))  # fmt: skip
    assert "q" in read_sbml(sbml_of(noted)).model.parameter_names
