"""The binomial-normal model against metafor's rma.glmm and against dense quadrature."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import expit, gammaln, logit, xlogy

from reinfuse.pooling.glmm import pool_equal_rates, pool_rates
from reinfuse.pooling.rates_pooled import PooledRates
from tests.judge.meta_analysis.loading import counts, expected, expected_quadrature, glmm_keys

# metafor optimises to some 1e-6; its rule of 7 points (`default`) has an error of its own, which
# is the same here with 7 points, so that both are held to what 25 points are.
CLOSE, TAU2_CLOSE = 1e-4, 2e-3
METAFOR_DEFAULT_POINTS = 7


def fitted(name: str, method: str, rule: str) -> PooledRates:
    events, n = counts(name)
    points = 25 if rule == "nAGQ25" else METAFOR_DEFAULT_POINTS
    found = pool_equal_rates(events, n) if method == "EE" else pool_rates(events, n, points=points)
    assert isinstance(found, PooledRates)
    return found


def log_likelihood_as_metafor(name: str, found: PooledRates) -> float:
    """What metafor prints for ML: the saturated model less half of lme4's deviance at the modes.

    It is no marginal likelihood; ours, with the binomial coefficients, is judged below.
    """
    events, n = counts(name)
    chosen = gammaln(n + 1) - gammaln(events + 1) - gammaln(n - events + 1)

    def height(rate: np.ndarray) -> float:
        return float((chosen + xlogy(events, rate) + xlogy(n - events, 1 - rate)).sum())

    return height(expit(found.modes))


READ: dict[str, Callable[[PooledRates], float]] = {
    "k": lambda one: one.k,
    "b": lambda one: one.b,
    "se": lambda one: one.se,
    "ci.lb": lambda one: one.low,
    "ci.ub": lambda one: one.high,
    "tau2": lambda one: one.tau2,
    "QE": lambda one: one.q_wald,
    "I2": lambda one: one.i2,
    "H2": lambda one: one.h2,
    "QE.LRT": lambda one: one.q_lrt,
    "pi.lb": lambda one: float(logit(one.predicted_low)),
    "pi.ub": lambda one: float(logit(one.predicted_high)),
}


@pytest.mark.parametrize("key", glmm_keys())
def test_every_number_of_a_key_is_metafors(key: str) -> None:
    name, _, method, rule = key.split("|")
    found, wanted = fitted(name, method, rule), dict(expected()[key])
    assert log_likelihood_as_metafor(name, found) == pytest.approx(wanted.pop("logLik"), rel=CLOSE)
    for number, value in wanted.items():
        close = TAU2_CLOSE if number == "tau2" else CLOSE
        assert READ[number](found) == pytest.approx(value, rel=close, abs=1e-9), number


def test_a_rule_of_seven_points_is_off_by_what_metafors_is() -> None:
    """By 2.9e-4 of b, of which metafor's own stopping leaves 1e-5 open."""
    fine, coarse = (fitted("nielweise_trt", "ML", rule) for rule in ("nAGQ25", "default"))
    told_fine, told_coarse = (
        expected()[f"nielweise_trt|GLMM|ML|{rule}"]["b"] for rule in ("nAGQ25", "default")
    )
    assert coarse.b - fine.b == pytest.approx(told_coarse - told_fine, abs=1e-5)


@pytest.mark.parametrize("name", list(expected_quadrature()))
def test_the_maximum_is_that_of_dense_quadrature(name: str) -> None:
    events, n = counts(name)
    found, wanted = pool_rates(events, n), expected_quadrature()[name]
    assert isinstance(found, PooledRates)
    assert found.b == pytest.approx(wanted["b"], abs=2e-6)
    assert found.tau2 == pytest.approx(wanted["tau2"], abs=5e-6)
    assert found.log_likelihood == pytest.approx(wanted["logLik"], abs=1e-7)


def test_spread_widens_a_prediction_beyond_the_mean() -> None:
    found = fitted("pritz1997", "ML", "nAGQ25")
    assert found.predicted_low < found.rate_low < found.rate < found.rate_high
    assert found.rate == pytest.approx(0.7984, abs=1e-4)  # as the reference prints it
    assert (found.predicted_low, found.predicted_high) == pytest.approx((0.4426, 0.9518), abs=1e-4)
    assert math.sqrt(found.tau2_low) < math.sqrt(found.tau2) < math.sqrt(found.tau2_high)
