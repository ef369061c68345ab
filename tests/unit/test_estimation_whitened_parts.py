"""The pieces of the sampler, each against something it cannot know."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from reinfuse.estimation.whitened import learned_from
from reinfuse.estimation.whitened.climb import End, climb
from reinfuse.estimation.whitened.counted import Counted
from reinfuse.estimation.whitened.evidence import bridged
from reinfuse.estimation.whitened.mixture import Mixture, fit_mixture
from reinfuse.estimation.whitened.reference import Reference, informed_turn
from reinfuse.estimation.whitened.unbend import straightened, untouched
from reinfuse.estimation.whitened.walkers import Walkers, walk
from tests.unit.whitened_problems import InThePlane, Measured

Array = NDArray[np.float64]


def _counted(problem: InThePlane | Measured) -> Counted:
    return Counted(problem=problem, budget=10**9, most_at_once=100, gradient_costs=1.0)


def _bent(rng: np.random.Generator, draws: int) -> Array:
    """A ridge y = x^2 in three dimensions, turned."""
    x, y, z = rng.standard_normal((3, draws))
    turn, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))
    return np.column_stack([x, x**2 + 0.1 * y, z]) @ turn


def test_a_mixture_has_the_density_of_its_parts() -> None:
    rng = np.random.default_rng(0)
    roots = np.array([np.diag([1.0, 2.0]), [[0.5, 0.0], [0.3, 0.4]]])
    mixture = Mixture(
        weights=np.array([0.3, 0.7]), means=np.array([[0.0, 1.0], [2.0, -1.0]]), roots=roots
    )
    y = rng.standard_normal((20, 2))
    exact = sum(
        weight * multivariate_normal(mean, root @ root.T).pdf(y)
        for weight, mean, root in zip(mixture.weights, mixture.means, roots, strict=True)
    )
    assert np.exp(mixture.log_density(y)) == pytest.approx(exact)


def test_draws_of_a_mixture_follow_its_density() -> None:
    rng = np.random.default_rng(1)
    roots = np.array([0.3 * np.eye(1), 1.0 * np.eye(1)])
    mixture = Mixture(weights=np.array([0.4, 0.6]), means=np.array([[-2.0], [1.0]]), roots=roots)
    draws = mixture.draws(rng, 40_000)[:, 0]
    assert draws.mean() == pytest.approx(-0.2, abs=0.04)
    assert (draws < -1.0).mean() == pytest.approx(0.4 * 0.99957 + 0.6 * 0.02275, abs=0.01)


def test_a_fitted_mixture_finds_two_clouds() -> None:
    rng = np.random.default_rng(2)
    side = rng.random(900) < 0.3
    y = np.where(side[:, None], 3.0, -3.0) + 0.5 * rng.standard_normal((900, 2))
    target = np.log(
        0.3 * multivariate_normal([3.0, 3.0], 0.25).pdf(y[600:])
        + 0.7 * multivariate_normal([-3.0, -3.0], 0.25).pdf(y[600:])
    )
    fitted, closeness = fit_mixture(y[:600], y[600:], target, rng, most_parts=8, draws_per_part=20)
    assert len(fitted.weights) >= 3  # the two and the wide one
    assert closeness > -0.15


def test_a_bend_is_found_and_made_straight() -> None:
    rng = np.random.default_rng(3)
    fitted, judged = _bent(rng, 1200), _bent(rng, 600)
    straight = straightened(fitted, judged).straight(judged)
    assert len(straightened(fitted, judged).bends) == 1
    # The ridge spreads by sqrt 2, of which the noise, 0.1, is all that cannot be foretold.
    assert straight[:, -1].std() == pytest.approx(0.1 / np.sqrt(2.0), rel=0.3)


def test_draws_without_a_bend_are_left_without_one() -> None:
    rng = np.random.default_rng(4)
    assert straightened(*rng.standard_normal((2, 900, 4))).bends == ()


def test_the_way_back_from_the_straight_is_exact() -> None:
    rng = np.random.default_rng(5)
    y = _bent(rng, 900)
    map_ = straightened(y[:600], y[600:])
    assert map_.whole(map_.straight(y)) == pytest.approx(y, abs=1e-10)


def test_straightening_changes_volume_as_it_says() -> None:
    rng = np.random.default_rng(6)
    y = _bent(rng, 900)
    map_ = straightened(y[:600], y[600:])
    step = 1e-5 * np.eye(3)
    at = map_.straight(y[:1])
    jacobian = (map_.whole(at + step) - map_.whole(at - step)) / 2e-5
    assert np.linalg.slogdet(jacobian)[1] == pytest.approx(map_.log_volume, abs=1e-6)


def test_informed_ways_are_those_that_slopes_feel() -> None:
    rng = np.random.default_rng(7)
    ways, _ = np.linalg.qr(rng.standard_normal((12, 2)))
    turn, informed = informed_turn(rng.standard_normal((40, 2)) @ ways.T, 8)
    assert informed == 2
    assert ways.T @ turn[:, :2] @ turn[:, :2].T @ ways == pytest.approx(np.eye(2), abs=1e-9)


def test_a_climb_ends_at_the_exact_mean() -> None:
    ways, _ = np.linalg.qr(np.random.default_rng(8).standard_normal((10, 2)))
    problem = Measured(ways, np.array([0.1, 0.3]), np.array([1.0, -1.0]))
    starts = np.random.default_rng(9).standard_normal((3, 10))
    ends = climb(_counted(problem), starts, most_rounds=60)
    spread = np.sqrt(np.diag(problem.covariance()))
    assert (np.abs(ends.z - problem.mean()) < 0.25 * spread).all()


def test_a_climb_from_the_impossible_says_so() -> None:
    problem = InThePlane(lambda x, y: np.where(x > 0.0, -(x**2), -np.inf), 2)
    ends = climb(_counted(problem), np.array([[-1.0, 0.0], [1.0, 0.0]]), most_rounds=60)
    assert ends.ends[0] == End.IMPOSSIBLE
    assert ends.ends[1] != End.IMPOSSIBLE


def test_walkers_keep_the_posterior_whatever_they_lean_on() -> None:
    """Draws of the exact posterior stay such under moves around a reference far from it."""
    problem = Measured(np.eye(3)[:, :1], np.array([0.5]), np.array([1.0]))
    rng = np.random.default_rng(10)
    root = np.linalg.cholesky(problem.covariance())
    at = problem.mean() + rng.standard_normal((8000, 3)) @ root.T
    walkers = Walkers(at=at, log_likelihood=problem.log_likelihood(at))
    odd = Mixture(
        weights=np.array([0.5, 0.5]),
        means=np.array([[0.0, 0.3], [1.5, -1.0]]),
        roots=np.array([np.eye(2), [[0.4, 0.0], [-0.2, 0.7]]]),
    )
    turn, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    leaning = Reference(turn=turn, straightening=untouched(2), mixture=odd)
    walk(_counted(problem), walkers, leaning, rng, rounds=10)
    assert walkers.at.mean(axis=0) == pytest.approx(problem.mean(), abs=0.045)
    assert np.cov(walkers.at.T) == pytest.approx(problem.covariance(), abs=0.06)
    assert not np.isclose(walkers.at, at).any()


def test_the_bridge_gives_the_ratio_of_two_normals() -> None:
    rng = np.random.default_rng(11)
    own, other = 0.5 * rng.standard_normal(4000), rng.standard_normal(4000)

    def log_ratio(x: Array) -> Array:
        return 3.0 - 0.5 * (x / 0.5) ** 2 + 0.5 * x**2

    found = bridged(log_ratio(own), log_ratio(other), 4000.0)
    assert found == pytest.approx(3.0 + np.log(0.5), abs=0.05)


def test_nothing_is_learned_from_draws_of_the_prior() -> None:
    draws = np.random.default_rng(12).standard_normal((1000, 40))
    learned = learned_from(tuple(map(str, range(40))), draws)
    assert learned.directions == ()
    assert learned.informed == ()
