"""One subject's fit tells what it found, how firm that is, and why it found nothing."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.estimation.individual import (
    LeastSquaresFit,
    NotFitted,
    NotFixed,
    fit_least_squares,
)
from reinfuse.kinetics.curves import (
    BIEXPONENTIAL,
    DECAY,
    IV_ONE,
    ORAL_ONE,
    STEIN,
    STEIN_TREATED,
    Curve,
    Parameter,
    sampled,
    with_fixed,
)
from reinfuse.source import Source, Standing

TIMES = [0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 9.0, 12.0, 24.0]
WOBBLE = np.array([0.03, -0.02, 0.01, -0.03, 0.02, 0.01, -0.01, 0.02, -0.02])


def fitted(*args: object, **more: object) -> LeastSquaresFit:
    fit = fit_least_squares(*args, **more)  # type: ignore[arg-type]
    assert isinstance(fit, LeastSquaresFit), fit
    return fit


def oral(ka: float, cl: float, v: float) -> np.ndarray:
    p = {"ka": np.array([ka]), "cl": np.array([cl]), "v": np.array([v])}
    return ORAL_ONE.value(p, sampled(TIMES, [(0.0, 320.0, 0.0)]))[:, 0]


def test_exact_levels_give_back_their_parameters() -> None:
    schedule = sampled(TIMES, [(0.0, 320.0, 0.0)])
    fit = fitted(ORAL_ONE, schedule, oral(1.5, 2.8, 32.0))
    assert fit.values() == pytest.approx({"ka": 1.5, "cl": 2.8, "v": 32.0}, rel=1e-9)
    assert fit.residual_sd < 1e-9


def test_a_fit_that_starts_flip_flopped_ends_with_the_meant_naming() -> None:
    schedule = sampled(TIMES, [(0.0, 320.0, 0.0)])
    fit = fitted(
        ORAL_ONE, schedule, oral(1.5, 2.8, 32.0) * (1 + WOBBLE), {"ka": 0.05, "cl": 3.0, "v": 1.0}
    )
    assert fit.values()["ka"] == pytest.approx(1.5, rel=0.2)
    assert fit.values()["ka"] > fit.values()["cl"] / fit.values()["v"]


def test_levels_of_a_curve_that_gives_logarithms_are_fitted_as_logarithms() -> None:
    days = [1.0, 3.0, 5.0, 7.0, 10.0, 14.0, 21.0, 28.0, 60.0, 90.0, 180.0, 360.0]
    p = {one.name: np.array([one.typical * 1.3]) for one in STEIN.parameters}
    wobble = np.tile([0.1, -0.1, 0.05], 4)
    levels = np.exp(STEIN.value(p, sampled(days))[:, 0] + wobble)
    fit = fitted(STEIN, days, levels)
    assert fit.estimate("tmax").value == pytest.approx(9.3 * 1.3, rel=0.1)
    assert 0.02 < fit.residual_sd < 0.15
    errors = [one.standard_error for one in fit.estimates]
    assert all(isinstance(error, float) and error > 0.0 for error in errors)


def test_weights_count_as_repeated_values() -> None:
    levels = 10.0 * np.exp(-0.3 * np.array(TIMES)) + WOBBLE
    weights = [1, 2, 1, 3, 1, 1, 2, 1, 1]
    times = np.repeat(TIMES, weights)
    weighed = fitted(DECAY, TIMES, levels, weights=weights)
    repeated = fitted(DECAY, times, np.repeat(levels, weights))
    assert weighed.values() == pytest.approx(repeated.values(), rel=1e-9)
    assert weighed.sum_of_squares == pytest.approx(repeated.sum_of_squares, rel=1e-9)
    assert weighed.residuals == pytest.approx(
        levels - 10.0 * np.exp(-0.3 * np.array(TIMES)), abs=0.1
    )


def test_a_bound_holds_and_is_told() -> None:
    levels = 10.0 * np.exp(-0.3 * np.array(TIMES)) + WOBBLE
    fit = fitted(DECAY, TIMES, levels, {"k": 0.6}, bounds={"k": (0.5, 2.0)})
    assert fit.values()["k"] == pytest.approx(0.5)
    error = fit.estimate("k").standard_error
    assert isinstance(error, NotFixed)
    assert error.why == "k lies at its bound"
    assert fit.correlated == ("start",)


def test_what_the_data_do_not_fix_is_named_together() -> None:
    """Two rates that only ever act as their sum."""

    def value(p: object, schedule: object) -> object:
        return -(p["one"] + p["other"]) * schedule.time  # type: ignore[index, attr-defined]

    twin = Curve(
        name="twin",
        title="Two rates in one",
        parameters=tuple(
            Parameter(name=name, unit="1/d", meaning=name, typical=0.2) for name in ("one", "other")
        ),
        value=value,
        logarithmic=True,
        source=Source(cite="made for the test", standing=Standing.OURS),
    )
    fit = fitted(twin, TIMES, np.exp(-0.3 * np.array(TIMES) + WOBBLE))
    assert fit.not_fixed == ("one", "other")
    error = fit.estimate("one").standard_error
    assert isinstance(error, NotFixed)
    assert error.why == "the data do not fix one and other apart: they can move together"
    assert sum(fit.values().values()) == pytest.approx(0.3, rel=0.05)


def test_a_parameter_without_a_say_is_named_alone() -> None:
    days = [12.0, 14.0, 21.0, 28.0, 60.0, 90.0, 180.0, 360.0]  # nothing before the peak
    p = {one.name: np.array([one.typical]) for one in STEIN.parameters}
    levels = np.exp(STEIN.value(p, sampled(days))[:, 0] + 0.05 * np.tile([1, -1], 4))
    fit = fit_least_squares(STEIN, days, levels)
    assert isinstance(fit, LeastSquaresFit)
    assert "fold" in fit.not_fixed


def test_several_starts_keep_the_best_end_and_count_those_that_agree() -> None:
    times = np.linspace(0.1, 8.0, 20)
    levels = 2.0 * np.exp(-2.0 * times) + 0.6 * np.exp(-0.25 * times)
    starts = [
        {"a1": 1.0, "lrc1": 0.5, "a2": 0.3, "lrc2": -1.0},
        {"a1": 0.3, "lrc1": -1.0, "a2": 1.0, "lrc2": 0.5},  # the same, named the other way
    ]
    fit = fitted(BIEXPONENTIAL, times, levels, starts)
    assert (fit.agreeing, fit.starts) == (2, 2)
    assert fit.values()["lrc1"] == pytest.approx(np.log(2.0), rel=1e-6)


@pytest.mark.parametrize(
    ("curve", "values", "more", "why"),
    [
        (DECAY, [1.0] * 8, {}, "8 values for 9 times"),
        (DECAY, [1.0] * 8 + [np.nan], {}, "value 9 is nan, not a number; leave it out"),
        (STEIN, [1.0] * 8 + [0.0], {}, "value 9 is 0, and stein is fitted to logarithms"),
        (DECAY, [1.0] * 9, {"weights": [1.0] * 8 + [0.0]}, "weight 9 is 0; a weight is above 0"),
        (DECAY, [1.0] * 9, {"bounds": {"rate": (0, 1)}}, "bounds for rate, which decay does not"),
        (DECAY, [1.0] * 9, {"bounds": {"k": (2, 1)}}, "the bounds of k hold no number"),
        (DECAY, [1.0] * 9, {"start": {"k": -1.0}}, "k cannot start where it is told to"),
        (DECAY, [1.0] * 9, {"start": {"rate": 1.0}}, "the start names rate, which the curve"),
        (DECAY, [1.0] * 9, {"start": []}, "no start was given"),
        (STEIN_TREATED, [1.0] * 9, {}, "stein-treated needs tocilizumab_day, steroid_day among"),
        (
            DECAY,
            [1.0] * 9,
            {"start": {"k": 3.0}, "bounds": {"k": (0.1, 1.0)}},
            "the start lies outside the bounds",
        ),
    ],
)
def test_why_there_is_no_fit_is_said(
    curve: Curve, values: list[float], more: dict[str, object], why: str
) -> None:
    fit = fit_least_squares(curve, TIMES, values, **more)  # type: ignore[arg-type]
    assert isinstance(fit, NotFitted)
    assert fit.why.startswith(why)


def test_three_values_cannot_fix_three_parameters() -> None:
    fit = fit_least_squares(ORAL_ONE, TIMES[:3], [1.0, 2.0, 1.0])
    assert fit == NotFitted("3 values cannot fix 3 parameters and a residual")


def test_a_schedule_of_two_subjects_is_turned_down() -> None:
    one = sampled(TIMES)
    two = one._replace(time=np.hstack([one.time, one.time]))
    fit = fit_least_squares(IV_ONE, two, [1.0] * 9)
    assert isinstance(fit, NotFitted)
    assert "one subject is fitted at a time" in fit.why


def test_a_held_parameter_is_not_fitted() -> None:
    levels = 10.0 * np.exp(-0.3 * np.array(TIMES)) + WOBBLE
    fit = fitted(with_fixed(DECAY, start=10.0), TIMES, levels)
    assert list(fit.values()) == ["k"]
