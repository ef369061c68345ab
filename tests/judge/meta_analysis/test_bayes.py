"""Posteriors by exact sums against ten summaries of deterministic quadrature, and posteriordb.

The summaries carry the errors of their own grids. Those of two and three cohorts ended 4 log odds
from the observed rate, with some 0.05 % of the posterior beyond. A plain triple sum is cut there to
show that this is the difference, and judges ours uncut. Quantiles of the summaries were read off
nodes, so that they are held to 0.002; the reference asks for 0.02.
"""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from reinfuse.pooling.bayes import (
    EffectPosterior,
    Marginal,
    Prior,
    RatePosterior,
    Spread,
    pool_effects_with_prior,
    pool_rates_with_prior,
)
from reinfuse.source import Source, Standing
from tests.judge.meta_analysis.loading import column, counts, expected_bayes, rows

MEAN, QUANTILE = 1e-4, 2e-3
SHARES = (0.025, 0.5, 0.975)
# Rubin 1981: estimated effects of coaching on eight schools, and their standard errors.
SCHOOLS = ([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18])
CUT = 4.0  # log odds
MEANS = ("mu_mean", "mu_sd", "tau_mean", "tau_sd", "invlogit_mu_mean")

# posteriordb @ 28f8d3d, eight_schools-eight_schools_noncentered: 10,000 reference draws of Stan
# (BSD-3-Clause). Mean, its Monte-Carlo error, mean of the square, its error.
POSTERIORDB = {
    "theta[1]": (6.15050229, 0.05573753, 69.36345, 1.1692102),
    "theta[2]": (4.93958114, 0.04622938, 45.9787, 0.6346494),
    "theta[3]": (3.90590609, 0.05423137, 43.13923, 0.6539418),
    "theta[4]": (4.79601675, 0.04749358, 45.76135, 0.6193689),
    "theta[5]": (3.61443632, 0.04614506, 34.35767, 0.4550489),
    "theta[6]": (4.05114758, 0.04851954, 39.4135, 0.5390213),
    "theta[7]": (6.31716976, 0.04987668, 64.93269, 0.9216132),
    "theta[8]": (4.88399694, 0.05425107, 52.12845, 0.9024748),
    "mu": (4.41051834, 0.03303747, 30.40302, 0.3351356),
    "tau": (3.60205952, 0.03186151, 23.20407, 0.4848872),
}


def prior_of(key: str) -> Prior:
    flat = "mu flat" in key
    sd = math.inf if flat else float(re.search(r"mu~N\(0,([\d.]+)\)", key)[1])  # type: ignore[index]
    family, scale = re.search(r"tau~half-(\w+)\(([\d.]+)\)", key).groups()  # type: ignore[union-attr]
    return Prior(
        name="judged",
        tau_family=Spread.HALF_CAUCHY if family == "Cauchy" else Spread.HALF_NORMAL,
        tau_scale=float(scale),
        mu_mean=0.0,
        mu_sd=sd,
        source=Source(cite="the judge", standing=Standing.OURS),
    )


def effects_of(key: str) -> tuple[np.ndarray, np.ndarray]:
    if key.startswith("eight"):
        return np.array(SCHOOLS[0], float), np.array(SCHOOLS[1], float) ** 2
    a, b, c, d = (column("bcg", name) for name in ("tpos", "tneg", "cpos", "cneg"))
    return np.log(a / (a + b)) - np.log(c / (c + d)), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def counts_of(key: str) -> tuple[np.ndarray, np.ndarray]:
    if not key.startswith("cart_emd"):
        return counts(key.split(maxsplit=1)[0])
    chosen = [row for row in rows("cart_emd_example") if wanted_row(row, cns="k=2" in key)]
    return tuple(np.array([int(row[name]) for row in chosen]) for name in ("xi", "ni"))  # type: ignore[return-value]


def wanted_row(row: dict[str, str], *, cns: bool) -> bool:
    where, what = row["compartment"], row["outcome"]
    if cns:
        return where.startswith("CNS")
    return not where.startswith("CNS") and "partial" not in what and "objective" not in what


EFFECTS = [key for key in expected_bayes() if "binomial" not in key]
RATES = [key for key in expected_bayes() if "binomial" in key]


def test_all_ten_are_judged() -> None:
    assert len(EFFECTS) + len(RATES) == 10


@pytest.mark.parametrize("key", EFFECTS)
def test_effects_with_a_prior_have_the_summary(key: str) -> None:
    yi, vi = effects_of(key)
    found, wanted = pool_effects_with_prior(yi, vi, prior_of(key)), expected_bayes()[key]
    assert isinstance(found, EffectPosterior)
    for name, one in (("mu", found.mu), ("tau", found.tau)):
        assert one.mean == pytest.approx(wanted[f"{name}_mean"], abs=1e-8)
        assert one.sd == pytest.approx(wanted[f"{name}_sd"], abs=1e-8)
        assert one.mean**2 + one.sd**2 == pytest.approx(wanted[f"{name}_m2"], abs=1e-7)
        assert [one.quantile(share) for share in SHARES] == pytest.approx(
            wanted[f"{name}_q"], abs=QUANTILE
        )
    assert [one.mean for one in found.studies] == pytest.approx(wanted["theta_mean"], abs=1e-8)


@pytest.mark.parametrize("key", RATES)
def test_rates_with_a_prior_have_the_summary(key: str) -> None:
    events, n = counts_of(key)
    found, wanted = pool_rates_with_prior(events, n, prior_of(key)), expected_bayes()[key]
    assert isinstance(found, RatePosterior)
    if not key.startswith("cart_emd"):
        means = (found.mu.mean, found.mu.sd, found.tau.mean, found.tau.sd, found.rate.mean)
        assert means == pytest.approx([wanted[name] for name in MEANS], abs=MEAN)
    assert found.new_rate.mean == pytest.approx(wanted["pred_new_study_mean"], abs=MEAN)
    for name, one in (("mu", found.mu), ("tau", found.tau), ("invlogit_mu", found.rate)):
        quantiles = [one.quantile(share) for share in SHARES]
        assert quantiles == pytest.approx(wanted[f"{name}_q"], abs=QUANTILE), name


@pytest.mark.parametrize("key", [key for key in RATES if key.startswith("cart_emd")])
def test_a_plain_sum_has_the_summary_where_it_is_cut_and_ours_where_it_is_not(key: str) -> None:
    events, n = counts_of(key)
    prior, wanted = prior_of(key), expected_bayes()[key]
    found = pool_rates_with_prior(events, n, prior)
    assert isinstance(found, RatePosterior)
    cut, whole = (sum_plainly(events, n, prior, reach=reach) for reach in (CUT, math.inf))
    assert cut == pytest.approx([wanted[name] for name in MEANS], abs=MEAN)
    ours = (found.mu.mean, found.mu.sd, found.tau.mean, found.tau.sd, found.rate.mean)
    assert ours == pytest.approx(whole, abs=1e-6)
    assert ours[:4] == pytest.approx(whole[:4], abs=1e-8)


def sum_plainly(
    events: np.ndarray, n: np.ndarray, prior: Prior, *, reach: float
) -> tuple[float, ...]:
    """Means by sums over mu, tau and each cohort's own deviation, with nothing adapted."""
    at, weights = np.polynomial.legendre.leggauss(64)
    taus, widths = 4.5 * (at + 1), 4.5 * weights
    mu, u = np.linspace(-14.0, 16.0, 751), np.linspace(-9.0, 9.0, 241)
    joint = np.empty((taus.size, mu.size))
    for place, (tau, width) in enumerate(zip(taus, widths, strict=True)):
        log_odds = mu[:, None] + tau * u
        height = np.log(width) - 0.5 * (mu / prior.mu_sd) ** 2 - 0.5 * (tau / prior.tau_scale) ** 2
        for x, m in zip(events, n, strict=True):
            inner = x * log_odds - m * np.logaddexp(0.0, log_odds) - 0.5 * u**2
            height = height + np.logaddexp.reduce(inner, axis=1)
        joint[place] = height
    share = np.exp(joint - joint.max())
    centre = math.log((events.sum() + 0.5) / (n.sum() - events.sum() + 0.5))
    share = share * (np.abs(mu - centre) <= reach)
    share = share / share.sum()
    by_mu, by_tau = share.sum(axis=0), share.sum(axis=1)
    middle, spread = float(by_mu @ mu), float(by_tau @ taus)
    sds = math.sqrt(by_mu @ (mu - middle) ** 2), math.sqrt(by_tau @ (taus - spread) ** 2)
    return middle, sds[0], spread, sds[1], float(by_mu @ (1 / (1 + np.exp(-mu))))


def test_eight_schools_lie_within_three_errors_of_the_reference_draws() -> None:
    yi, vi = effects_of("eight")
    found = pool_effects_with_prior(yi, vi, prior_of("mu~N(0,5), tau~half-Cauchy(5)"))
    assert isinstance(found, EffectPosterior)
    numbers: dict[str, Marginal] = {"mu": found.mu, "tau": found.tau}
    numbers |= {f"theta[{place}]": one for place, one in enumerate(found.studies, start=1)}
    for name, one in numbers.items():
        mean, mean_error, square, square_error = POSTERIORDB[name]
        assert abs(one.mean - mean) < 3 * mean_error, name
        assert abs(one.mean**2 + one.sd**2 - square) < 3 * square_error, name
