"""Posteriors that are not normal, against sums over a fine grid."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.estimation.whitened import End, Sampling, WhitenedFit, fit_whitened
from reinfuse.estimation.whitened.counted import Counted
from reinfuse.estimation.whitened.search import screen, search
from tests.unit.whitened_problems import InThePlane, Plane

Array = NDArray[np.float64]


def _banana(x: Array, y: Array) -> Array:
    return -0.5 * ((y - 1.5 + 1.2 * x**2) / 0.15) ** 2


def _two_modes(x: Array, y: Array) -> Array:
    near = -0.5 * (((x - 1.5) / 0.15) ** 2 + ((y - 0.5) / 0.2) ** 2)
    far = np.log(2.0) - 0.5 * (((x + 1.2) / 0.2) ** 2 + ((y + 1.0) / 0.15) ** 2)
    return np.logaddexp(near, far)


def _wall(x: Array, y: Array) -> Array:
    return np.where(x + 0.5 * y > 0.8, -0.5 * ((x - y) / 0.3) ** 2, -np.inf)


def _spike(x: Array, y: Array) -> Array:
    """Flat, but for a spike that holds about half of the posterior."""
    return np.logaddexp(0.0, 4.5 - 0.5 * ((x - 0.5) ** 2 + (y + 0.5) ** 2) / 0.12**2)


def _only_the_product(x: Array, y: Array) -> Array:
    return -0.5 * ((x + y - 1.0) / 0.1) ** 2


SHAPES: dict[str, Callable[[Array, Array], Array]] = {
    "banana": _banana,
    "two modes": _two_modes,
    "wall": _wall,
    "spike": _spike,
    "only the product": _only_the_product,
}
LATENTS = 6


@cache
def _fit(shape: str) -> WhitenedFit:
    fit = fit_whitened(InThePlane(SHAPES[shape], LATENTS), np.random.default_rng(8))
    assert isinstance(fit, WhitenedFit)
    assert fit.ending.converged, str(fit.ending)
    return fit


@pytest.fixture(scope="module", params=list(SHAPES))
def fitted(request: pytest.FixtureRequest) -> tuple[WhitenedFit, Plane]:
    return _fit(request.param), InThePlane(SHAPES[request.param], LATENTS).quadrature()


ASKED: dict[str, Callable[[Array, Array], Array]] = {
    "first": lambda x, y: x,
    "second": lambda x, y: y,
    "first squared": lambda x, y: x**2,
    "second squared": lambda x, y: y**2,
    "product": lambda x, y: x * y,
    "side": lambda x, y: (x > 0.0).astype(np.float64),
    "corner": lambda x, y: ((x > 0.5) & (y < 0.0)).astype(np.float64),
}


@pytest.mark.parametrize("asked", list(ASKED))
def test_means_are_those_of_the_grid(fitted: tuple[WhitenedFit, Plane], asked: str) -> None:
    fit, plane = fitted
    function = ASKED[asked]
    values = function(fit.chains[..., 0], fit.chains[..., 1])
    # The walkers are independent chains: their means say how far their mean may be off.
    error = values.mean(axis=0).std(ddof=1) / np.sqrt(values.shape[1])
    assert values.mean() == pytest.approx(plane.of(function), abs=4.0 * error + 1e-3)


def test_the_evidence_is_that_of_the_grid(fitted: tuple[WhitenedFit, Plane]) -> None:
    fit, plane = fitted
    assert fit.log_evidence == pytest.approx(plane.log_evidence, abs=0.1)


def test_latents_that_nothing_speaks_of_keep_the_prior(fitted: tuple[WhitenedFit, Plane]) -> None:
    fit, _ = fitted
    rest = fit.chains[..., 2:].reshape(-1, LATENTS - 2)
    assert rest.mean(axis=0) == pytest.approx(np.zeros(LATENTS - 2), abs=0.1)
    assert rest.std(axis=0) == pytest.approx(np.ones(LATENTS - 2), abs=0.08)


def test_two_modes_are_reported_as_two() -> None:
    fit = _fit("two modes")
    assert len(fit.search.modes) == 2
    assert fit.search.second is not None
    assert fit.search.second.z[:2] == pytest.approx([1.47, 0.48], abs=0.05)


def test_the_lower_of_two_modes_is_seldom_missed() -> None:
    problem = InThePlane(_two_modes, LATENTS)
    found = 0
    for rng in np.random.default_rng(0).spawn(20):
        counted = Counted(problem=problem, budget=10**9, most_at_once=512, gradient_costs=1.0)
        screened = screen(counted, rng, 1024)
        found += len(search(counted, rng, screened, starts=8, most_rounds=60).modes) == 2
    assert found >= 17


def test_walkers_find_a_mode_that_no_climb_found() -> None:
    alone = Sampling(starts=1)
    fit = fit_whitened(InThePlane(_two_modes, LATENTS), np.random.default_rng(4), sampling=alone)
    assert isinstance(fit, WhitenedFit)
    assert len(fit.search.modes) == 1
    assert (fit.chains[..., 0] > 0.0).mean() == pytest.approx(0.325, abs=0.05)


def test_a_curved_ridge_is_climbed_to_near_its_top() -> None:
    fit = _fit("banana")
    side = np.linspace(-6.0, 6.0, 4001)
    # Along the ridge the likelihood is nought; what is left is the prior.
    top = (-0.5 * (side**2 + (1.5 - 1.2 * side**2) ** 2)).max()
    summits = [mode.height for mode in fit.search.modes if mode.end is End.SUMMIT]
    assert summits == pytest.approx([top] * len(summits), abs=0.2)
    assert summits


def test_draws_beyond_a_wall_do_not_exist() -> None:
    fit = _fit("wall")
    assert (fit.draws[:, 0] + 0.5 * fit.draws[:, 1] > 0.8).all()
    assert np.isfinite(fit.log_likelihood).all()
