"""The posterior of a course as one function of its latents."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.estimation.mechanistic.predictions import EXACT
from reinfuse.estimation.mechanistic.problem import MechanismProblem, problem_of
from tests.unit.pretend_window import LEVELS, LOOKS, first_window, second_window

BOTH = (first_window(), second_window(observed=(*LOOKS, LEVELS[1])))


def some(problem: MechanismProblem, points: int = 12) -> np.ndarray:
    return 0.7 * np.random.default_rng(3).standard_normal((points, len(problem.names)))


def test_the_order_of_windows_does_not_matter() -> None:
    one, other = problem_of(BOTH), problem_of(BOTH[::-1])
    assert set(one.names) == set(other.names)
    z = some(one)
    columns = [one.names.index(name) for name in other.names]
    found = one.log_likelihood(z)
    assert np.isfinite(found).all()
    assert other.log_likelihood(z[:, columns]) == pytest.approx(found, rel=1e-9)


def test_a_point_comes_out_the_same_whoever_else_is_asked() -> None:
    problem = problem_of(BOTH)
    z = some(problem)
    alone = [problem.log_likelihood(point[None])[0] for point in z]
    assert problem.log_likelihood(z).tolist() == alone


def test_the_log_likelihood_is_the_sum_of_its_terms() -> None:
    problem = problem_of(BOTH)
    z = some(problem)
    terms = problem.terms(z)
    assert terms.log_likelihood.shape == (12, sum(len(window.observed) for window in BOTH))
    assert problem.log_likelihood(z) == pytest.approx(terms.log_likelihood.sum(axis=1))


def test_latents_beyond_all_people_are_impossible() -> None:
    problem = problem_of(BOTH)
    z = some(problem, 2)
    z[1, 0] = 12.0
    assert np.isfinite(problem.log_likelihood(z)).tolist() == [True, False]


def test_fast_numbers_are_close_to_exact_ones() -> None:
    fast, exact = problem_of(BOTH), problem_of(BOTH, settings=EXACT)
    z = some(fast, 60)
    assert np.abs(fast.terms(z).middle - exact.terms(z).middle).max() < 0.02


def test_slopes_are_those_of_the_log_likelihood() -> None:
    fast, exact = problem_of(BOTH), problem_of(BOTH, settings=EXACT)
    z = some(fast, 1)
    slopes = fast.gradient(z)
    assert slopes.log_likelihood == pytest.approx(fast.log_likelihood(z))
    step = 0.02
    for column in (0, fast.names.index("marrow_start@infusion-1")):
        ahead, behind = z.copy(), z.copy()
        ahead[0, column] += step
        behind[0, column] -= step
        rise = exact.log_likelihood(ahead) - exact.log_likelihood(behind)
        assert slopes.gradient[0, column] == pytest.approx(rise[0] / (2 * step), abs=0.1, rel=0.05)
    assert slopes.fisher is not None
    assert np.linalg.eigvalsh(slopes.fisher[0]).min() > -1e-9
