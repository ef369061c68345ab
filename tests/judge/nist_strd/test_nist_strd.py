"""All 27 problems of NIST, from the far start and the near one, to eight digits."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from reinfuse.estimation.individual import LeastSquaresFit, fit_least_squares
from tests.judge.nist_strd.models import MODELS, Problem, problem_named

named = cache(problem_named)


def fitted(problem: Problem, start: int) -> LeastSquaresFit:
    fit = fit_least_squares(
        problem.curve, problem.schedule, problem.values, problem.starts[start - 1]
    )
    assert isinstance(fit, LeastSquaresFit), fit
    return fit


@pytest.mark.parametrize("start", [1, 2])
@pytest.mark.parametrize("name", MODELS)
def test_every_parameter_has_eight_certified_digits(name: str, start: int) -> None:
    problem = named(name)
    fit = fitted(problem, start)
    assert list(fit.values().values()) == pytest.approx(problem.certified, rel=1e-8)
    assert not fit.not_fixed
    assert "may not be" not in fit.reached
    if name == "Lanczos1":  # exact sums of exponentials: what is left is the last printed digit
        assert fit.sum_of_squares == pytest.approx(problem.sum_of_squares, rel=0.01)
        return
    errors = [one.standard_error for one in fit.estimates]
    assert errors == pytest.approx(problem.deviations, rel=1e-7)
    assert fit.sum_of_squares == pytest.approx(problem.sum_of_squares, rel=1e-9)
    assert fit.residual_sd == pytest.approx(problem.residual_sd, rel=1e-9)


def test_both_starts_together_are_known_to_end_at_one_place() -> None:
    problem = named("Misra1a")
    fit = fit_least_squares(problem.curve, problem.schedule, problem.values, problem.starts)
    assert isinstance(fit, LeastSquaresFit)
    assert (fit.agreeing, fit.starts) == (2, 2)
    assert np.abs(fit.correlation[0, 1]) > 0.99
