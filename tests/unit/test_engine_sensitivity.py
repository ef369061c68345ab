"""Slopes are the derivatives of what is simulated, in every way in which a parameter can act."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reinfuse.engine.language import read_model, read_model_file
from reinfuse.engine.schedule import Doses
from reinfuse.engine.sensitivity import sensitivities
from reinfuse.engine.simulate import Settings, simulate, usual_parameters
from reinfuse.errors import ReinfuseError

MODELS = Path(__file__).resolve().parents[2] / "examples" / "models"
SHARP = Settings(rtol=1e-10, tolerance_scale=1e-6)

DECAY = read_model("""
model decay
time in d from 0
parameter k = 0.5
parameter first = 2
parameter dose = 3
parameter when = 1.7
parameter share = 0.4
state A = first
rate A = -k*A
event more at 2*when: A = share*A + dose
observe level = A
observe double = 2*k*A
""")
BY = ("k", "first", "dose", "when", "share")


def exact(time: float, k: float, first: float, dose: float, when: float, share: float) -> float:
    if time < 2 * when:
        return float(first * np.exp(-k * time))
    at_event = share * first * np.exp(-2 * k * when) + dose
    return float(at_event * np.exp(-k * (time - 2 * when)))


def test_slopes_of_a_solution_in_closed_form() -> None:
    """The start, a rate, a dose, and the time of an event, before and after it."""
    rows = usual_parameters(DECAY, 1)
    times = [0.0, 1.0, 3.3, 3.4, 5.0, 9.0]
    found = sensitivities(DECAY, rows, times, BY, settings=SHARP)
    values = dict(zip(BY, rows[0], strict=True))
    for number, time in enumerate(times):
        for place, name in enumerate(BY):
            step = 1e-6
            up, down = (exact(time, **values | {name: values[name] + way})
                        for way in (step, -step))  # fmt: skip
            if name == "when" and time == 3.4:
                continue  # the output stands on the event itself: there is no derivative
            slope = found.slopes[0, number, 0, place]
            assert slope == pytest.approx((up - down) / (2 * step), rel=1e-6, abs=1e-7), (
                time,
                name,
            )


def test_an_output_that_holds_a_parameter_moves_with_it_as_well() -> None:
    rows = usual_parameters(DECAY, 1)
    found = sensitivities(DECAY, rows, [1.0], ("k",), settings=SHARP)
    level, double = found.slopes[0, 0, :, 0]
    expected = 2 * found.simulated.outputs[0, 0, 0] + 2 * rows[0, 0] * level
    assert double == pytest.approx(expected, rel=1e-12)


def test_a_dose_from_outside_moves_nothing_but_what_follows() -> None:
    doses = Doses(patients=np.asarray([0]), times=np.asarray([1.0]), states=("A",),
                  amounts=np.asarray([5.0]))  # fmt: skip
    rows = usual_parameters(DECAY, 1, when=50.0)
    found = sensitivities(DECAY, rows, [1.0, 3.0], ("k",), doses=doses, settings=SHARP)
    slope = -np.exp(-0.5) * 2.0  # before the dose
    assert found.slopes[0, 0, 0, 0] == pytest.approx(slope, rel=1e-7)
    level = (2.0 * np.exp(-0.5) + 5.0) * np.exp(-1.0)
    expected = slope * np.exp(-1.0) - 2.0 * level
    assert found.slopes[0, 1, 0, 0] == pytest.approx(expected, rel=1e-7)


def test_slopes_of_the_reference_model_are_those_of_differences() -> None:
    """Each way of dosing is in use, and parameters of every kind are asked for."""
    model = read_model_file(MODELS / "reference.model")
    by = ("rho", "kk", "rL", "start_Pm", "dose", "t_toci", "toci", "t_hsct", "hsct_cells", "a6")
    usual = usual_parameters(
        model, 1, toci=560.0, t_toci=5.0, t_hsct=80.0, hsct_cells=1e-3, hsct_A=0.05,
        start_Pm=1e10, start_Pb=1e8, start_P1=1e7,
    )  # fmt: skip
    times = [-1.0, 4.0, 7.0, 20.0, 60.0, 120.0]
    found = sensitivities(model, usual, times, by, settings=SHARP)
    assert found.simulated.failures() == ()
    places = [model.parameter_names.index(name) for name in by]
    steps = 1e-4 * usual[0, places]
    shifted = np.tile(usual, (2 * len(by), 1))
    for number, place in enumerate(places):
        shifted[2 * number, place] += steps[number]
        shifted[2 * number + 1, place] -= steps[number]
    outputs = simulate(model, shifted, times, settings=SHARP).outputs
    # In shares of each output and parameter, so that one bound suits cells and cytokines.
    level = np.maximum(abs(found.simulated.outputs[0]), 1e-3)
    for number, name in enumerate(by):
        difference = (outputs[2 * number] - outputs[2 * number + 1]) / 2e-4
        slope = found.slopes[0, :, :, number] * usual[0, places[number]]
        assert slope / level == pytest.approx(difference / level, rel=2e-3, abs=2e-4), name


def test_the_simulation_is_the_same_with_slopes_as_without() -> None:
    rows = usual_parameters(DECAY, 3, k=[0.1, 1.0, 3.0])
    with_slopes = sensitivities(DECAY, rows, [1.0, 5.0], BY).simulated
    assert with_slopes.outputs == pytest.approx(
        simulate(DECAY, rows, [1.0, 5.0]).outputs, rel=1e-12
    )
    assert (with_slopes.steps == simulate(DECAY, rows, [1.0, 5.0]).steps).all()


def test_what_has_no_slope_is_refused() -> None:
    waiting = read_model("""
model waiting
time in d from 0
parameter k = 1
state A = 1
rate A = -k*A
event refill when A < 0.5: A = 1
""")
    with pytest.raises(ReinfuseError, match="no parameter is called 'x'; event 'refill' waits"):
        sensitivities(waiting, usual_parameters(waiting, 1), [1.0], ("x",))


def test_an_event_with_a_priority_is_refused() -> None:
    model = read_model(
        "model m\nparameter k = 1\nstate A = 1\nrate A = -k*A\n"
        "event one at 1: A = 1\nevent two at 1 priority 2: A = 2"
    )
    with pytest.raises(ReinfuseError, match="event 'two' waits for a condition, is delayed"):
        sensitivities(model, usual_parameters(model, 1), [2.0], ["k"])
