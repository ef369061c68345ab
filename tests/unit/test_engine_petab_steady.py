"""States of rest, by the plain solver."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.engine.language.model import Model, Parameter, State
from reinfuse.engine.language.tree import Call, Name, Number, Tree
from reinfuse.engine.petab.plainly import solved_plainly
from reinfuse.engine.petab.solving import Unsolved
from reinfuse.engine.petab.steady import steady_state


def times(*parts: Tree) -> Tree:
    found, *rest = parts
    for part in rest:
        found = Call("mul", (found, part))
    return found


def minus(one: Tree, other: Tree) -> Tree:
    return Call("sub", (one, other))


A, B, C, k = Name("A"), Name("B"), Name("C"), Name("k")


def rest(states: tuple[State, ...], **parameters: float) -> dict[str, float]:
    model = Model(
        name="m",
        states=states,
        parameters=tuple(Parameter(name=n, value=v) for n, v in parameters.items()),
    )
    return dict(steady_state(model, parameters, solve=solved_plainly).states)


@pytest.mark.parametrize("fast", [1e2, 1e8])
def test_what_a_stiff_model_conserves_is_kept(fast: float) -> None:
    to_b, to_a = times(k, A), times(Number(3.0), k, B)
    to_c, from_c = times(Number(0.1), B), times(Number(0.2), C)
    found = rest(
        (
            State(name="A", initial=Number(2.0), rate=minus(to_a, to_b)),
            State(
                name="B", initial=Number(1.0), rate=minus(minus(to_b, to_a), minus(to_c, from_c))
            ),
            State(name="C", initial=Number(0.0), rate=minus(to_c, from_c)),
        ),
        k=fast,
    )
    assert sum(found.values()) == pytest.approx(3.0, rel=1e-8)
    # A : B : C = 3 : 1 : 1/2
    assert found == pytest.approx({"A": 2.0, "B": 2 / 3, "C": 1 / 3}, rel=1e-7)


@pytest.mark.parametrize(("start", "expected"), [(0.9, 0.0), (1.1, 3.0)])
def test_of_two_states_of_rest_the_one_that_is_reached_is_found(
    start: float, expected: float
) -> None:
    # Rests at 0, 1 and 3; that of 1 is left in both directions.
    rate = times(Number(-1.0), A, minus(A, Number(1.0)), minus(A, Number(3.0)))
    found = rest((State(name="A", initial=Number(start), rate=rate),))
    assert found["A"] == pytest.approx(expected, abs=1e-8)


def test_a_slow_rise_is_no_rest() -> None:
    rate = times(Number(1e-7), minus(Number(5.0), A))
    found = rest((State(name="A", initial=Number(0.0), rate=rate),))
    assert found["A"] == pytest.approx(5.0, rel=1e-8)


def test_a_swing_never_rests() -> None:
    swing = (
        State(name="A", initial=Number(1.0), rate=B),
        State(name="B", initial=Number(0.0), rate=Call("neg", (A,))),
    )

    def solve(_: Model, __: object, until: tuple[float, ...]) -> NDArray:
        return np.array([[math.cos(time), -math.sin(time)] for time in until])

    model = Model(name="m", states=swing, parameters=())
    with pytest.raises(Unsolved, match=r"no steady state was reached by time 1e\+12"):
        steady_state(model, {}, solve=solve)
