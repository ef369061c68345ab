"""Posteriors by exact sums: plain twins, the prior alone, borders, and calibration."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, halfcauchy, halfnorm, norm

from reinfuse.errors import ReinfuseError
from reinfuse.pooling.bayes import (
    MIDDLE,
    NARROW,
    THREE_PRIORS,
    WIDE,
    EffectPosterior,
    RatePosterior,
    Spread,
    pool_effects_with_prior,
    pool_rates_with_prior,
    shrink_rates,
)
from reinfuse.pooling.not_pooled import NotPooled
from reinfuse.source import Standing
from studies import pooling_sbc as study

CLEARANCE = ([7, 14, 10], [18, 18, 15])  # extramedullary CR in three series


def rates(events: list[int], n: list[int], prior: object = MIDDLE) -> RatePosterior:
    found = pool_rates_with_prior(events, n, prior)  # type: ignore[arg-type]
    assert isinstance(found, RatePosterior)
    return found


def test_quantiles_of_tau_are_those_of_an_adaptive_integral() -> None:
    """Eight schools, tau half-Cauchy(5): the tail is long, and the median lies near 0."""
    y, v = (
        np.array([28, 8, -3, 7, -1, 1, 18, 12.0]),
        np.array([15, 10, 16, 11, 9, 11, 10, 18.0]) ** 2,
    )
    prior = replace(MIDDLE, tau_family=Spread.HALF_CAUCHY, tau_scale=5.0, mu_mean=0.0, mu_sd=5.0)
    found = pool_effects_with_prior(y, v, prior)
    assert isinstance(found, EffectPosterior)

    def density(tau: float) -> float:
        spread = np.diag(v + tau**2) + 25.0  # mu integrated out: one normal of eight dimensions
        sign, log_size = np.linalg.slogdet(spread)
        height = -0.5 * (log_size + y @ np.linalg.solve(spread, y))
        return float(sign * np.exp(height + 30) * halfcauchy.pdf(tau, scale=5.0))

    total = quad(density, 0, np.inf, epsrel=1e-10)[0]
    for share in (0.025, 0.5, 0.975):
        below = quad(density, 0, found.tau.quantile(share), epsrel=1e-10)[0] / total
        assert below == pytest.approx(share, abs=1e-6)


def test_without_spread_the_normal_model_is_one_weighted_mean() -> None:
    prior = replace(MIDDLE, tau_scale=1e-6, mu_sd=math.inf)
    found = pool_effects_with_prior([1.0, 2.0], [0.5, 0.25], prior)
    assert isinstance(found, EffectPosterior)
    assert found.mu.mean == pytest.approx((1 / 0.5 + 2 / 0.25) / 6, abs=1e-9)
    assert found.mu.sd == pytest.approx(1 / math.sqrt(6), abs=1e-9)
    ends = norm.ppf([0.025, 0.975], found.mu.mean, found.mu.sd)
    assert [found.mu.quantile(share) for share in (0.025, 0.975)] == pytest.approx(ends, abs=1e-5)


def test_studies_are_drawn_towards_the_middle_and_the_small_one_more() -> None:
    found = pool_effects_with_prior([0.0, 4.0], [0.1, 2.0], replace(MIDDLE, mu_sd=math.inf))
    assert isinstance(found, EffectPosterior)
    certain, vague = found.studies
    assert 0.0 < certain.mean < found.mu.mean < vague.mean < 4.0
    assert 4.0 - vague.mean > certain.mean - 0.0


def test_the_worked_example_has_the_numbers_of_the_reference() -> None:
    """Means of a new study and the median rate as printed there: 59.5 %; 61.3 % (32.4 to 84.1)."""
    found = rates(*CLEARANCE)
    interval = found.rate.interval(0.95)
    percent = [100 * x for x in (found.rate.quantile(0.5), interval.low, interval.high)]
    assert percent == pytest.approx([61.3, 32.4, 84.1], abs=0.05)
    assert 100 * found.new_rate.mean == pytest.approx(59.5, abs=0.05)


def test_a_new_cohort_and_each_cohort_itself_are_those_of_draws_from_the_grid() -> None:
    """200,000 draws: mu and tau from the grid, a cohort's log odds by rejection."""
    found = rates(*CLEARANCE)
    rng = np.random.default_rng(5)
    grid = found.grid
    place = rng.choice(grid.share.size, size=200_000, p=grid.share.ravel())
    mu = grid.mu[place // len(grid.tau)] + grid.step * (rng.random(place.size) - 0.5)
    tau = grid.tau[place % len(grid.tau)]
    new = mu + tau * rng.standard_normal(place.size)
    for share in (0.025, 0.5, 0.975):
        assert (new < found.new.quantile(share)).mean() == pytest.approx(share, abs=0.003)
    # A cohort given the other two: the posterior of those, kept as its own counts allow.
    others = rates([7, 14], [18, 18])
    place = rng.choice(others.grid.share.size, size=200_000, p=others.grid.share.ravel())
    mu, tau = others.grid.mu[place // 81], others.grid.tau[place % 81]
    log_odds = mu + tau * rng.standard_normal(place.size)
    rate = 1 / (1 + np.exp(-log_odds))
    likely = rate**10 * (1 - rate) ** 5
    kept = np.sort(rate[rng.random(rate.size) < likely / likely.max()])
    third = shrink_rates(found, *CLEARANCE)[2]
    assert third.mean == pytest.approx(kept.mean(), abs=0.003)
    for share in (0.025, 0.5, 0.975):
        assert np.searchsorted(kept, third.quantile(share)) / kept.size == pytest.approx(
            share, abs=0.01
        )


def test_counts_that_say_much_leave_the_prior_nothing() -> None:
    found = rates([4000, 4000], [10000, 10000], replace(MIDDLE, tau_scale=1e-4))
    assert found.rate.mean == pytest.approx(0.4, abs=1e-4)
    exact = beta(8000, 12000)
    assert found.rate.quantile(0.975) == pytest.approx(exact.ppf(0.975), abs=1e-4)


def test_no_event_anywhere_has_an_upper_end_and_everybody_the_mirror_of_it() -> None:
    none, all_of_them = rates([0, 0], [10, 12]), rates([10, 12], [10, 12])
    assert 0 < none.rate.interval(0.95).low < none.rate.interval(0.95).high < 0.25
    assert none.rate.quantile(0.9) == pytest.approx(1 - all_of_them.rate.quantile(0.1), abs=1e-5)
    for posterior in (none, all_of_them):
        for one in (posterior.mu, posterior.tau, posterior.rate, posterior.new_rate):
            assert np.isfinite([one.mean, one.sd, *one.values, *one.density]).all()


def test_evidence_is_the_probability_of_the_counts() -> None:
    """Over all counts two small cohorts can show, it sums to 1; and a stranger outcome is rarer."""
    total = sum(
        math.exp(rates([first, second], [3, 4]).log_evidence)
        for first in range(4)
        for second in range(5)
    )
    assert total == pytest.approx(1.0, abs=1e-5)


def test_a_wider_prior_gives_a_wider_answer_when_cohorts_are_few() -> None:
    widths = [
        interval.high - interval.low
        for prior in (NARROW, MIDDLE, WIDE)
        for interval in [rates([35, 41], [40, 48], prior).rate.interval(0.95)]
    ]
    assert widths == sorted(widths)
    assert widths[2] > 2 * widths[0]


def test_every_prior_prints_its_source_and_standing() -> None:
    assert [prior.name for prior in THREE_PRIORS] == ["narrow", "middle", "wide"]
    for prior in THREE_PRIORS:
        assert str(prior.standing) in str(prior)
        assert f"({prior.tau_scale:g})" in str(prior)
    assert NARROW.standing is Standing.RECALLED


@pytest.mark.parametrize("family", list(Spread))
def test_priors_are_the_densities_they_name(family: Spread) -> None:
    prior = replace(MIDDLE, tau_family=family, tau_scale=0.7, mu_mean=1.0, mu_sd=2.0)
    tau = np.array([0.0, 0.3, 2.0])
    judge = {Spread.HALF_NORMAL: halfnorm, Spread.HALF_CAUCHY: halfcauchy}[family]
    assert prior.log_tau(tau) == pytest.approx(judge.logpdf(tau, scale=0.7))
    assert prior.log_mu(tau) == pytest.approx(norm.logpdf(tau, 1.0, 2.0))


def test_what_cannot_be_pooled_or_is_no_prior_says_so() -> None:
    assert isinstance(pool_rates_with_prior([3], [14], MIDDLE), NotPooled)
    assert isinstance(pool_effects_with_prior([0.1], [0.2], MIDDLE), NotPooled)
    flat = replace(MIDDLE, mu_sd=math.inf)
    with pytest.raises(ReinfuseError, match="flat prior has no posterior"):
        pool_rates_with_prior([0, 0], [5, 5], flat)
    with pytest.raises(ReinfuseError, match="cannot be used"):
        pool_effects_with_prior([0.1, 0.2], [0.2, 0.0], MIDDLE)
    with pytest.raises(ReinfuseError, match="tau scale -1"):
        replace(MIDDLE, tau_scale=-1.0)
    with pytest.raises(ReinfuseError, match="not the counts that were pooled"):
        shrink_rates(rates(*CLEARANCE), [7, 14], [18, 18])


def test_forty_truths_fall_evenly_with_two_cohorts_of_rare_events() -> None:
    """The full count, with 2, 3 and 10 cohorts, is the study `pooling_sbc`."""
    ranks, without = study.rank_truths(2, replicates=40)
    assert without > 0.1  # events are rare enough that cohorts have none
    for name, row in zip(study.NAMES, study.tabulate(ranks), strict=True):
        assert row[0] < study.CHI_SQUARE_LIMIT, name
        assert row[1] < study.ECDF_LIMIT, name


def test_a_prior_of_the_spread_that_is_too_narrow_does_not_pass() -> None:
    narrow = replace(study.RARE, tau_scale=0.1)
    ranks, _ = study.rank_truths(2, replicates=40, fitted=narrow)
    row = study.tabulate(ranks)[study.NAMES.index("tau")]
    assert row[0] > study.CHI_SQUARE_LIMIT
