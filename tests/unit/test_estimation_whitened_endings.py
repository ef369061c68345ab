"""How a fit ends, and what it costs: converged, out of budget, out of time, impossible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.whitened import (
    Impossible,
    Limit,
    Progress,
    Sampling,
    Stage,
    WhitenedFit,
    fit_whitened,
)
from tests.unit.whitened_problems import InThePlane, Measured

Array = NDArray[np.float64]
PROBLEM = Measured(np.eye(8)[:, :2], np.array([0.1, 0.3]), np.array([0.5, -1.0]))


@dataclass
class Asked:
    """Remembers how many points each call had."""

    sizes: list[int] = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        return PROBLEM.names

    def log_likelihood(self, z: Array) -> Array:
        self.sizes.append(len(z))
        return PROBLEM.log_likelihood(z)


def _fit(**settings: object) -> WhitenedFit:
    fit = fit_whitened(PROBLEM, np.random.default_rng(1), sampling=Sampling(**settings))  # type: ignore[arg-type]
    assert isinstance(fit, WhitenedFit)
    return fit


@pytest.fixture(scope="module")
def fit() -> WhitenedFit:
    return _fit()


def test_a_converged_fit_says_so(fit: WhitenedFit) -> None:
    assert fit.ending.converged
    assert fit.ending.convergence.worst_r_hat <= 1.01
    assert fit.ending.convergence.fewest >= 400.0
    assert str(fit.ending).startswith("chains agree: R-hat 1.0")


def test_draws_are_as_many_as_wanted_with_their_log_likelihoods(fit: WhitenedFit) -> None:
    assert fit.draws.shape == (1000, 8)
    assert fit.log_likelihood == pytest.approx(PROBLEM.log_likelihood(fit.draws))


def test_the_same_generator_gives_the_same_fit(fit: WhitenedFit) -> None:
    assert (_fit().draws == fit.draws).all()


def test_every_evaluation_is_counted() -> None:
    asked = Asked()
    fit = fit_whitened(asked, np.random.default_rng(1))
    assert isinstance(fit, WhitenedFit)
    assert sum(asked.sizes) == fit.total_evaluations
    assert max(asked.sizes) <= Sampling().most_at_once


def test_a_budget_stops_the_fit_and_says_what_was_reached() -> None:
    fit = _fit(budget=16_000, r_hat=1.0001)
    assert fit.ending.stopped_by is Limit.EVALUATIONS
    assert "not to be trusted" in str(fit.ending)
    assert f"R-hat {fit.ending.convergence.worst_r_hat:.3f}" in str(fit.ending)
    assert fit.total_evaluations < 17_000
    assert len(fit.draws)


def test_a_budget_too_small_for_any_draw_still_gives_an_answer() -> None:
    fit = _fit(budget=500)
    assert fit.ending.stopped_by is Limit.EVALUATIONS
    assert len(fit.draws) == 0
    assert fit.log_evidence is None


def test_the_clock_stops_the_fit() -> None:
    ticks: Iterator[int] = count()
    fit = fit_whitened(
        PROBLEM,
        np.random.default_rng(1),
        sampling=Sampling(r_hat=1.0001),
        seconds=900.0,
        clock=lambda: float(next(ticks)),
    )
    assert isinstance(fit, WhitenedFit)
    assert fit.ending.stopped_by is Limit.SECONDS
    assert "limit of seconds" in str(fit.ending)


def test_seconds_without_a_clock_are_refused() -> None:
    with pytest.raises(ReinfuseError, match="needs a clock"):
        fit_whitened(PROBLEM, np.random.default_rng(1), seconds=1.0)


def test_progress_is_told_stage_by_stage() -> None:
    told: list[Progress] = []
    fit_whitened(PROBLEM, np.random.default_rng(1), watch=told.append)
    assert list(dict.fromkeys(one.stage for one in told)) == list(Stage)
    assert told[-1].r_hat is not None
    assert [one.cost for one in told] == sorted(one.cost for one in told)


def test_data_that_nothing_explains_are_impossible_with_a_reason() -> None:
    nowhere = InThePlane(lambda x, y: np.full(x.shape, -np.inf), 4)
    fit = fit_whitened(nowhere, np.random.default_rng(1))
    assert isinstance(fit, Impossible)
    assert "none of 1024 prior draws" in fit.why


def test_a_likelihood_that_is_not_a_number_counts_as_impossible() -> None:
    half = InThePlane(lambda x, y: np.where(x > 0.0, 0.0, np.nan), 4)
    fit = fit_whitened(half, np.random.default_rng(1))
    assert isinstance(fit, WhitenedFit)
    assert (fit.draws[:, 0] > 0.0).all()
    assert fit.log_evidence == pytest.approx(np.log(0.5), abs=0.05)


def test_data_that_say_nothing_leave_the_prior() -> None:
    silent = InThePlane(lambda x, y: np.zeros(x.shape), 4)
    fit = fit_whitened(silent, np.random.default_rng(1))
    assert isinstance(fit, WhitenedFit)
    assert fit.learned.directions == ()
    assert fit.log_evidence == pytest.approx(0.0, abs=0.02)
