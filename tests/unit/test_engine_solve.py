from __future__ import annotations

import math

import numpy as np
import pytest

from reinfuse.engine.language.model import Assignment, Event, Model, Parameter, State
from reinfuse.engine.language.tree import Name
from reinfuse.engine.plain.happenings import Dose
from reinfuse.engine.plain.prepared import prepared
from reinfuse.engine.plain.solve import Solution, solve
from reinfuse.engine.status import Status
from reinfuse.errors import ReinfuseError
from tests.unit.engine_formulas import formula, model

DECAY = model(
    {"x": "-k*x"}, parameters={"k": 0.5}, initial={"x": "8"}, observables={"half": "x/2 + time"}
)
TIMES = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]


def event(name: str, does: dict[str, str], **told: str | bool) -> Event:
    assigned = tuple(Assignment(state=s, value=formula(v)) for s, v in does.items())
    trees = {
        key: formula(value) if isinstance(value, str) else value for key, value in told.items()
    }
    return Event(name=name, does=assigned, **trees)


def one(told: Model, times: list[float] = TIMES, **more: object) -> Solution:
    row = [parameter.value for parameter in told.parameters]
    return solve(prepared(told), [row], times, rtol=1e-9, atol=[1e-12] * len(told.states), **more)


def seen(told: Model, times: list[float] = TIMES, **more: object) -> np.ndarray:
    found = one(told, times, **more)
    assert Status(found.status[0]) is Status.OK
    return found.states[0].T


def test_states_and_observables_come_out_at_the_times_asked_for() -> None:
    found = one(DECAY)
    x = 8 * np.exp(-0.5 * np.array(TIMES))
    np.testing.assert_allclose(found.states[0, :, 0], x, rtol=1e-8)
    np.testing.assert_allclose(found.observed[0, :, 0], x / 2 + TIMES, rtol=1e-8)


def test_a_dose_is_seen_at_the_very_time_it_is_given() -> None:
    x = seen(DECAY, doses=[[Dose(2.0, 0, 10.0), Dose(4.5, 0, 1.0), Dose(2.0, 0, 5.0)]])[0]
    after = 8 * math.exp(-1) + 15
    assert x[2] == pytest.approx(after, rel=1e-8)
    assert x[1] == pytest.approx(8 * math.exp(-0.5), rel=1e-8)
    assert x[5] == pytest.approx(after * math.exp(-1.5) + math.exp(-0.25), rel=1e-8)


def test_a_dose_at_the_start_and_one_after_the_end() -> None:
    x = seen(DECAY, doses=[[Dose(0.0, 0, 2.0), Dose(99.0, 0, 1.0), Dose(math.inf, 0, 1.0)]])[0]
    np.testing.assert_allclose(x, 10 * np.exp(-0.5 * np.array(TIMES)), rtol=1e-8)


def test_patients_are_solved_each_with_its_own_parameters_and_doses() -> None:
    doses = [[Dose(1.0, 0, 1.0)], []]
    both = solve(prepared(DECAY), [[0.5], [0.1]], TIMES, doses=doses)
    alone = solve(prepared(DECAY), [[0.1]], TIMES)
    np.testing.assert_array_equal(both.states[1], alone.states[0])
    assert both.states[0, 5, 0] != both.states[1, 5, 0]


def test_a_timed_event_happens_when_a_parameter_says() -> None:
    told = model(
        {"x": "-k*x"}, parameters={"k": 0.5, "day": 3.0}, initial={"x": "8"},
        events=(event("transplant", {"x": "x*0.1"}, time="day - 1"),),
    )  # fmt: skip
    x = seen(told)[0]
    assert x[2] == pytest.approx(0.8 * math.exp(-1), rel=1e-8)
    assert x[5] == pytest.approx(0.8 * math.exp(-2.5), rel=1e-8)


def test_a_state_that_only_events_change_holds_between_them() -> None:
    told = model(
        {"on": "0", "x": "on"},
        events=(event("begin", {"on": "2"}, time="1"), event("end", {"on": "0"}, time="3")),
    )
    on, x = seen(told)
    np.testing.assert_array_equal(on, [0, 2, 2, 0, 0, 0])
    np.testing.assert_allclose(x, [0, 0, 2, 4, 4, 4], rtol=1e-9)


@pytest.mark.parametrize("unit", [1.0, 86400.0, 1.0 / 365.0])
def test_the_unit_of_time_changes_nothing_and_costs_nothing(unit: float) -> None:
    told = model({"x": "-k*x", "y": "k*x"}, parameters={"k": 0.5 / unit}, initial={"x": "8"})
    found = one(told, [time * unit for time in TIMES])
    x = 8 * np.exp(-0.5 * np.array(TIMES))
    np.testing.assert_allclose(found.states[0, :, 0], x, rtol=1e-8)
    assert found.steps[0] < 250


# ------------------------------------------------------------------------------- conditions


def test_a_ball_bounces_when_it_touches_the_ground() -> None:
    told = model(
        {"height": "speed", "speed": "-9.81"}, initial={"height": "10"},
        events=(event("bounce", {"height": "0", "speed": "-0.8*speed"}, when="height <= 0"),),
    )  # fmt: skip
    fall = math.sqrt(20 / 9.81)
    bounces = [fall, fall * (1 + 2 * 0.8), fall * (1 + 2 * 0.8 + 2 * 0.64)]
    speed = 9.81 * fall
    times = [0.0, bounces[0] + 0.3, bounces[1] + 0.3, bounces[2] + 0.3]
    height, going = seen(told, times)
    up = [speed * 0.8**number for number in (1, 2, 3)]
    np.testing.assert_allclose(height[1:], [v * 0.3 - 9.81 * 0.045 for v in up], rtol=1e-9)
    np.testing.assert_allclose(going[1:], [v - 9.81 * 0.3 for v in up], rtol=1e-9)


def test_an_event_at_a_time_is_seen_at_that_time_whether_timed_or_watched() -> None:
    for told in ({"time": "2"}, {"when": "time >= 2"}):
        x = seen(model({"x": "0"}, events=(event("jump", {"x": "1"}, **told),)))[0]
        np.testing.assert_array_equal(x, [0, 0, 1, 1, 1, 1])


def test_a_watched_time_of_zero_is_found_from_before_it() -> None:
    told = model({"x": "0"}, events=(event("day 0", {"x": "1"}, when="time >= 0"),), start=-3.0)
    np.testing.assert_array_equal(seen(told, [-3.0, -0.001, 0.0, 1.0])[0], [0, 0, 1, 1])


def test_a_condition_that_holds_from_the_start_triggers_only_if_told_so() -> None:
    always = model(
        {"x": "0", "y": "0"},
        events=(
            event("known", {"x": "1"}, when="time >= 0", initially=True),
            event("new", {"y": "1"}, when="time >= 0", initially=False),
        ),
    )
    assert seen(always)[:, 0].tolist() == [0, 1]


def test_a_delayed_event_assigns_what_was_known_at_its_trigger() -> None:
    told = model(
        {"x": "1", "early": "0", "late": "0"}, parameters={"wait": 1.5},
        events=(
            event("early", {"early": "x"}, when="x >= 2", delay="wait"),
            event("late", {"late": "x"}, when="x >= 2", delay="wait", at_trigger=False),
        ),
    )  # fmt: skip
    _, early, late = seen(told, [0.0, 2.0, 3.4999, 3.5, 5.0])
    np.testing.assert_allclose(early, [0, 0, 0, 2.0, 2.0], rtol=1e-9)
    np.testing.assert_allclose(late, [0, 0, 0, 3.5, 3.5], rtol=1e-9)


@pytest.mark.parametrize(("persistent", "after"), [(True, 1.0), (False, 0.0)])
def test_an_event_that_does_not_last_is_dropped_when_its_condition_ends(
    persistent: bool, after: float
) -> None:
    told = model(
        {"x": "0"},
        events=(
            event("pulse", {"x": "1"}, when="both(time >= 1, time < 2)", delay="1.5",
                  persistent=persistent),
        ),
    )  # fmt: skip
    np.testing.assert_array_equal(seen(told)[0], [0, 0, 0, after, after, after])


def test_a_waiting_event_may_be_triggered_again() -> None:
    told = model(
        {"x": "0"}, events=(event("wave", {"x": "x + 1"}, when="sin(6*time) > 0.5", delay="3",
                                  at_trigger=False),),
    )  # fmt: skip
    x = seen(told, [0.0, 3.0, 4.0, 5.0])[0]
    # sin(6 t) passes 0.5 upwards at t = pi/36 + n pi/3.
    ups = math.pi / 36 + math.pi / 3 * np.arange(9)
    np.testing.assert_array_equal(x, [(ups + 3.0 <= t).sum() for t in (0.0, 3.0, 4.0, 5.0)])


def test_of_events_at_one_moment_the_highest_priority_goes_first() -> None:
    def told(first: str, second: str) -> Model:
        return model(
            {"x": "0"}, initial={"x": "1"},
            events=(
                event("double", {"x": "x*2"}, when="time >= 1", priority=first, at_trigger=False),
                event("add", {"x": "x + 1"}, when="time >= 1", priority=second, at_trigger=False),
            ),
        )  # fmt: skip

    assert seen(told("2", "1"))[0][1] == 3.0
    assert seen(told("1", "2"))[0][1] == 4.0


def test_events_trigger_each_other_at_one_moment() -> None:
    told = model(
        {"a": "0", "b": "0", "c": "0"},
        events=(
            event("third", {"c": "b + 1"}, when="b > 0"),
            event("second", {"b": "a + 1"}, when="a > 0"),
            event("first", {"a": "1"}, when="time >= 2"),
        ),
    )
    assert seen(told)[:, 2].tolist() == [1, 2, 3]


def test_a_dose_may_trigger_an_event_at_its_moment() -> None:
    told = model({"x": "-x", "n": "0"}, events=(event("seen", {"n": "n + 1"}, when="x > 1"),))
    n = seen(told, doses=[[Dose(1.0, 0, 5.0), Dose(4.0, 0, 5.0)]])[1]
    np.testing.assert_array_equal(n, [0, 1, 1, 1, 2, 2])


def test_of_timed_events_at_one_moment_each_sees_what_the_one_before_left() -> None:
    told = model(
        {"x": "0", "y": "0"}, initial={"x": "1", "y": "2"},
        events=(event("there", {"x": "y"}, time="1"), event("back", {"y": "x"}, time="1")),
    )  # fmt: skip
    assert seen(told)[:, 1].tolist() == [2, 2]


def test_a_timed_event_may_be_delayed() -> None:
    told = model({"x": "1", "y": "0"}, events=(event("late", {"y": "x"}, time="1", delay="x"),))
    np.testing.assert_allclose(seen(told)[1], [0, 0, 1, 1, 1, 1])


# ------------------------------------------------------------------------------- what goes wrong


def ended(told: Model, **more: object) -> Status:
    found = one(told, **more)
    ends = Status(found.status[0])
    assert ends is not Status.OK
    assert np.isnan(found.states[0, -1]).all()
    return ends


def test_each_failure_has_its_status_and_leaves_no_number() -> None:
    endless = (
        event("on", {"x": "1"}, when="x < 1", initially=False),
        event("off", {"x": "0"}, when="x >= 1", initially=False),
    )
    late = event("late", {"x": "1"}, when="time >= 1", delay="-1")
    early = event("early", {"x": "1"}, time="-1")
    assert ended(model({"x": "x*x"}, initial={"x": "1"})) is Status.STEP_TOO_SMALL
    assert ended(model({"x": "1/(time - time)"})) is Status.NOT_FINITE
    assert ended(model({"x": "0"}, initial={"x": "log(0 - 1)"})) is Status.NOT_FINITE
    assert ended(model({"x": "cos(1e3*time)"}), most_steps=50) is Status.STEP_LIMIT
    assert ended(model({"x": "p"}, parameters={"p": math.nan})) is Status.BAD_PARAMETER
    assert ended(model({"x": "0"}, events=endless)) is Status.ENDLESS_EVENTS
    assert ended(model({"x": "0"}, events=(late,))) is Status.BAD_DOSE
    assert ended(model({"x": "0"}, events=(early,))) is Status.DOSE_BEFORE_START
    assert ended(DECAY, doses=[[Dose(-1.0, 0, 1.0)]]) is Status.DOSE_BEFORE_START
    assert ended(DECAY, doses=[[Dose(1.0, 0, math.nan)]]) is Status.BAD_DOSE
    assert ended(DECAY, doses=[[Dose(math.nan, 0, 1.0)]]) is Status.BAD_DOSE


def test_a_parameter_outside_of_its_range_is_refused_for_its_patient_only() -> None:
    told = Model(
        name="volume",
        states=(State(name="x", rate=Name("v")),),
        parameters=(Parameter(name="v", value=1.0, low=0.0, high=5.0),),
    )
    found = solve(prepared(told), [[1.0], [-1.0], [5.0], [5.1]], [0.0, 1.0])
    bad = Status.BAD_PARAMETER
    assert found.status.tolist() == [Status.OK, bad, Status.OK, bad]
    np.testing.assert_allclose(found.states[[0, 2], 1, 0], [1.0, 5.0])


def test_what_was_reached_before_a_failure_is_kept() -> None:
    found = one(model({"x": "x*x"}, initial={"x": "1"}), [0.0, 0.5, 0.9, 1.5])
    np.testing.assert_allclose(found.states[0, :3, 0], [1.0, 2.0, 10.0], rtol=1e-7)
    assert math.isnan(found.states[0, 3, 0])


def test_every_status_says_what_to_do() -> None:
    messages = [status.message for status in Status]
    assert len(set(messages)) == len(messages)
    assert all(":" in message for message in messages[1:])


def test_a_task_that_no_patient_could_be_solved_with_is_refused_with_all_its_problems() -> None:
    with pytest.raises(ReinfuseError, match="2 parameters where the model has 1") as caught:
        solve(prepared(DECAY), [[1.0, 2.0]], [2.0, 1.0], doses=[[], []], atol=[0.0])
    assert "times that do not ascend" in caught.value.what
    assert "doses of 2 patients for 1" in caught.value.what
    assert "absolute tolerances" in caught.value.what
    with pytest.raises(ReinfuseError, match="before the start at 0"):
        solve(prepared(DECAY), [[1.0]], [-1.0])
    with pytest.raises(ReinfuseError, match="no time at which to look"):
        solve(prepared(DECAY), [[1.0]], [])
