"""Many patients at once: right, independent of each other, and told when they cannot be solved."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.engine.language import Model, read_model, read_model_file
from reinfuse.engine.native import cache
from reinfuse.engine.native.kernel import kernel_of
from reinfuse.engine.plain.prepared import prepared
from reinfuse.engine.plain.solve import solve
from reinfuse.engine.schedule import Doses
from reinfuse.engine.simulate import Settings, simulate, usual_parameters
from reinfuse.engine.status import Status
from reinfuse.errors import ReinfuseError

MODELS = Path(__file__).resolve().parents[2] / "examples" / "models"

DECAY = read_model("""
model decay
time in d from 0
parameter k = 0.5 in 0 .. 1e12
parameter dose = 0
parameter when = 2
state A = 1
rate A = -k*A
event more at when: A += dose
observe level = A
""")


@pytest.fixture(scope="module")
def reference() -> Model:
    return read_model_file(MODELS / "reference.model")


@pytest.fixture(scope="module")
def cohort(reference: Model) -> NDArray:
    """Fifty patients, some with each way of dosing."""
    chance = np.random.default_rng(7)
    rows = usual_parameters(reference, 50)
    varied = [place for place, name in enumerate(reference.parameter_names)
              if rows[0, place] > 0 and not name.startswith(("t_", "hsct"))]  # fmt: skip
    rows[:, varied] *= np.exp(0.3 * chance.standard_normal((50, len(varied))))
    place = reference.parameter_names.index
    rows[::2, place("toci")] = 560.0
    rows[:, place("t_toci")] = chance.uniform(3, 9, 50)
    rows[::3, place("hsct_cells")] = 1e-3
    rows[::3, place("hsct_A")] = 0.05
    rows[:, place("t_hsct")] = chance.uniform(60, 150, 50)
    return rows


def test_a_decay_is_exact() -> None:
    times = np.linspace(0, 10, 21)
    rows = usual_parameters(DECAY, 3, k=[0.1, 1.0, 5.0])
    found = simulate(DECAY, rows, times, settings=Settings(rtol=1e-9, tolerance_scale=1e-6))
    exact = np.exp(-rows[:, :1] * times)
    assert found.of("level") == pytest.approx(exact, rel=1e-6, abs=1e-12)


def test_outputs_at_an_event_are_what_it_left() -> None:
    rows = usual_parameters(DECAY, 1, k=0.0, dose=2.0, when=2.0)
    found = simulate(DECAY, rows, [0.0, 1.9999, 2.0, 5.0])
    assert found.of("level")[0] == pytest.approx([1.0, 1.0, 3.0, 3.0])


def test_two_events_at_one_moment_both_count_and_see_each_other() -> None:
    """In machine code and in the plain twin: two doses, then a halving."""
    model = read_model("""
model twice
time in d from 0
parameter dose = 2
state A = 1
rate A = 0*A
event one at 1: A += dose
event two at 1: A += dose
event half at 1: A = A/2
""")
    rows = usual_parameters(model, 1)
    assert simulate(model, rows, [0.5, 1.0]).outputs[0, :, 0].tolist() == [1.0, 2.5]
    assert solve(prepared(model), rows, [0.5, 1.0]).states[0, :, 0].tolist() == [1.0, 2.5]


def test_doses_from_outside_are_added() -> None:
    rows = usual_parameters(DECAY, 3, k=0.0)
    doses = Doses(
        patients=np.asarray([2, 0, 2]), times=np.asarray([3.0, 0.0, 1.0]), states=("A",) * 3,
        amounts=np.asarray([10.0, 5.0, 1.0]),
    )  # fmt: skip
    found = simulate(DECAY, rows, [0.0, 1.0, 3.0, 4.0], doses=doses).of("level")
    assert found.tolist() == [[6, 6, 6, 6], [1, 1, 1, 1], [1, 2, 12, 12]]


@pytest.mark.parametrize("bits", [64, 32])
def test_machine_code_and_the_plain_twin_agree(
    reference: Model, cohort: NDArray, bits: int
) -> None:
    times = [-5.0, -3.0, 0.0, 1.5, 7.0, 14.0, 60.0, 200.0]
    chosen = Settings(rtol=1e-5, bits=bits, states=True)
    native = simulate(reference, cohort[:4], times, settings=chosen)
    plain = solve(prepared(reference), cohort[:4], times, rtol=1e-5)
    assert native.failures() == ()
    logs = np.log10(np.maximum(native.outputs, 0) + 1e3)
    assert logs == pytest.approx(np.log10(np.maximum(plain.states, 0) + 1e3), abs=2e-4)


@pytest.mark.parametrize("bits", [64, 32])
def test_a_patient_does_not_depend_on_the_others(
    reference: Model, cohort: NDArray, bits: int
) -> None:
    """Byte for byte: alone, in another order, with any number of threads."""
    times = np.asarray([0.0, 1.0, 14.0, 365.0])
    whole = simulate(reference, cohort, times, settings=Settings(bits=bits, threads=2))
    alone = [simulate(reference, row, times, settings=Settings(bits=bits, threads=1)).outputs[0]
             for row in cohort[:9]]  # fmt: skip
    assert np.array_equal(whole.outputs[:9], np.stack(alone))
    backwards = simulate(reference, cohort[::-1], times, settings=Settings(bits=bits, threads=1))
    assert np.array_equal(whole.outputs, backwards.outputs[::-1])


def test_what_is_wrong_with_a_patient_is_its_status_and_nobody_elses() -> None:
    rows = usual_parameters(DECAY, 6, when=2.0)
    rows[1, 0] = math.nan
    rows[2, 0] = -1.0  # outside its range
    rows[3, 2] = -1.0  # an event before the start
    rows[4, 2] = 1e9  # an event after the end: it does not happen
    rows[5, 2] = math.nan
    found = simulate(DECAY, rows, [1.0, 4.0])
    assert [Status(one) for one in found.status] == [
        Status.OK, Status.BAD_PARAMETER, Status.BAD_PARAMETER, Status.DOSE_BEFORE_START,
        Status.OK, Status.BAD_PARAMETER,
    ]  # fmt: skip
    assert np.isnan(found.outputs[[1, 2, 3, 5]]).all()
    assert np.isfinite(found.outputs[[0, 4]]).all()
    assert found.failures()[0].startswith("3 of 6 patients: a parameter is no finite number")


def test_a_stiffness_of_ten_to_the_nine_is_no_trouble() -> None:
    stiff = read_model("""
model stiff
time in d from 0
parameter fast = 1e9
state A = 1
state B = 0
rate A = -fast*(A - cos(time))
rate B = A - B
""")
    found = simulate(stiff, usual_parameters(stiff, 1), [1.0, 10.0], settings=Settings(rtol=1e-6))
    assert found.failures() == ()
    assert found.of("A")[0] == pytest.approx(np.cos([1.0, 10.0]), abs=1e-5)
    assert found.steps[0] < 500


def test_a_solution_that_runs_to_infinity_ends_with_a_status() -> None:
    explosion = read_model("""
model explosion
time in d from 0
parameter a = 1
state A = 1
rate A = a*A^2
""")
    found = simulate(explosion, usual_parameters(explosion, 2, a=[1.0, 0.01]), [0.5, 2.0])
    assert Status(found.status[0]) in {Status.STEP_TOO_SMALL, Status.NOT_FINITE}
    assert found.status[1] == Status.OK
    assert found.outputs[0, 0, 0] == pytest.approx(2.0, rel=1e-4)
    assert np.isnan(found.outputs[0, 1]).all()


def test_a_rate_that_is_no_number_ends_with_a_status() -> None:
    broken = read_model("""
model broken
time in d from 0
parameter a = -1
state A = 1
rate A = log(a)*A
""")
    found = simulate(broken, usual_parameters(broken, 2, a=[-1.0, 0.5]), [1.0])
    assert [Status(one) for one in found.status] == [Status.NOT_FINITE, Status.OK]


def test_the_cap_on_steps_is_told() -> None:
    found = simulate(
        DECAY, usual_parameters(DECAY, 1), [10.0], settings=Settings(most_steps=3, rtol=1e-10)
    )
    assert Status(found.status[0]) is Status.STEP_LIMIT
    assert found.steps[0] == 3


def test_what_cannot_be_asked_is_refused_in_words() -> None:
    with pytest.raises(ReinfuseError, match="no parameter is called kk"):
        usual_parameters(DECAY, 1, kk=1.0)
    with pytest.raises(ReinfuseError, match="times do not ascend"):
        simulate(DECAY, usual_parameters(DECAY, 1), [1.0, 1.0])
    with pytest.raises(ReinfuseError, match="first time, -1, is before the start"):
        simulate(DECAY, usual_parameters(DECAY, 1), [-1.0, 1.0])
    with pytest.raises(ReinfuseError, match="2 parameters for each patient"):
        simulate(DECAY, [[1.0, 2.0]], [1.0])
    wrong = Doses(patients=np.asarray([4]), times=np.asarray([1.0]), states=("B",),
                  amounts=np.asarray([1.0]))  # fmt: skip
    with pytest.raises(ReinfuseError, match="no state is called 'B'; patients of doses"):
        simulate(DECAY, usual_parameters(DECAY, 1), [1.0], doses=wrong)


def test_a_condition_is_solved_by_the_plain_twin() -> None:
    model = read_model("""
model refill
time in d from 0
parameter k = 1
state A = 1
rate A = -k*A
event refill when A < 0.5: A = 1
""")
    found = simulate(model, usual_parameters(model, 1), [0.5, 1.0], settings=Settings(rtol=1e-9))
    assert found.of("A")[0] == pytest.approx([math.exp(-0.5), 2 * math.exp(-1.0)], rel=1e-4)


def test_kept_code_is_used_again_and_damaged_code_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REINFUSE_CACHE", str(tmp_path))
    first = kernel_of(DECAY)
    assert not first.kept
    assert kernel_of(DECAY).kept
    (file,) = (tmp_path / "kernels").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-100])
    assert not kernel_of(DECAY).kept
    assert file.read_bytes() == whole


def test_code_of_another_processor_is_never_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REINFUSE_CACHE", str(tmp_path))
    kernel_of(DECAY)
    monkeypatch.setattr(cache, "_here", lambda: "another processor")
    assert not kernel_of(DECAY).kept


@pytest.mark.parametrize("bits", [64, 32])
def test_far_from_time_zero_a_step_is_as_long_as_time_moves(bits: int) -> None:
    """Seconds since 1970 differ by a quarter of a microsecond at the least."""
    start = 1.7e9
    model = read_model(f"""
model late
time in s from {start!r}
parameter k = 1e5
state A = 1
state passed = 0
rate A = -k*A
rate passed = k
""")
    times = start + np.asarray([1e-5, 2e-5, 1.0])
    found = simulate(model, usual_parameters(model, 1), times, settings=Settings(bits=bits))
    assert found.failures() == ()
    assert found.of("passed")[0] == pytest.approx(1e5 * (times - start), rel=1e-6)
    assert found.of("A")[0, :2] == pytest.approx(np.exp(-1e5 * (times[:2] - start)), rel=1e-5)


BROKEN = read_model("""
model broken
time in d from 0
parameter share = 1
parameter first = 1
parameter when = 4
parameter gain = 0
state A = 1/first
rate A = gain
event cut at when: A = A/share
""")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"first": 0.0}, 0),
        ({"share": 0.0}, 1),  # at the very end
        ({"share": 0.0, "when": 2.0}, 1),
        ({"first": 1e-307, "gain": 1.7e308}, 0),
    ],
    ids=["at the start", "by an event at the end", "by an event", "in a step"],
)
def test_a_state_that_becomes_infinite_is_never_told_as_solved(
    changed: dict[str, float], told: int
) -> None:
    """In machine code as in the plain twin, and the next patient is solved all the same."""
    rows = np.concatenate([usual_parameters(BROKEN, 20, **changed), usual_parameters(BROKEN, 1)])
    found, plain = simulate(BROKEN, rows, [1.0, 4.0]), solve(prepared(BROKEN), rows, [1.0, 4.0])
    assert found.status.tolist() == plain.status.tolist() == [Status.NOT_FINITE] * 20 + [Status.OK]
    assert np.isfinite(found.outputs[:20, :, 0]).sum(1).tolist() == [told] * 20
    assert found.outputs[20, :, 0].tolist() == [1.0, 1.0]


def test_a_dose_beyond_32_bits_is_not_told_as_solved() -> None:
    dose = Doses(patients=np.asarray([0]), times=np.asarray([4.0]), states=("A",),
                 amounts=np.asarray([1e39]))  # fmt: skip
    rows = usual_parameters(DECAY, 1)
    found = simulate(DECAY, rows, [1.0, 4.0], doses=dose, settings=Settings(bits=32))
    assert [Status(one) for one in found.status] == [Status.NOT_FINITE]


def test_parameters_that_32_bits_cannot_hold_are_bad_ones() -> None:
    rows = usual_parameters(DECAY, 4, dose=[1e39, 1e-42, -1e39, 0.0])
    found = simulate(DECAY, rows, [1.0, 4.0], settings=Settings(bits=32))
    bad = Status.BAD_PARAMETER
    assert [Status(one) for one in found.status] == [bad, bad, bad, Status.OK]
    assert simulate(DECAY, rows, [1.0, 4.0]).failures() == ()


def test_the_event_with_the_higher_priority_goes_first() -> None:
    model = read_model("""
model priorities
time in d from 0
state A = 1
rate A = 0
event one at 1: A += 1
event two at 1 priority 5: A *= 10
""")
    assert simulate(model, usual_parameters(model, 1), [2.0]).outputs.ravel().tolist() == [11.0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rtol": math.nan}, {"rtol": -1.0}, {"tolerance_scale": 0.0}, {"bits": 16},
        {"most_steps": 0}, {"most_steps": 2**31}, {"threads": -1},
    ],
)  # fmt: skip
def test_settings_that_solve_nothing_are_refused(wrong: dict[str, float]) -> None:
    (name,) = wrong
    with pytest.raises(ReinfuseError, match=name):
        Settings(**wrong)  # type: ignore[arg-type] # kinds differ by setting


@pytest.mark.parametrize("condition", ["", "event refill when A < 0.1: A = 1"])
def test_doses_that_fit_nothing_are_refused_with_and_without_conditions(condition: str) -> None:
    model = read_model(f"model m\nparameter k = 1\nstate A = 1\nrate A = -k*A\n{condition}")
    rows = usual_parameters(model, 2)

    def dosed(patient: float, state: str) -> None:
        given = Doses(patients=np.asarray([patient]), times=np.asarray([0.5]), states=(state,),
                      amounts=np.asarray([1.0]))  # fmt: skip
        simulate(model, rows, [1.0], doses=given)

    with pytest.raises(ReinfuseError, match="patients of doses go from -1 to -1"):
        dosed(-1, "A")
    with pytest.raises(ReinfuseError, match="no state is called 'B'"):
        dosed(0, "B")
    with pytest.raises(ReinfuseError, match="not whole numbers"):
        dosed(0.5, "A")
    with pytest.raises(ReinfuseError, match="1 x 1 parameters for each patient"):
        simulate(model, np.ones((2, 1, 1)), [1.0])
