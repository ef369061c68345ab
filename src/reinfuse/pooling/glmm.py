"""Rates of cohorts pooled by the binomial-normal model: the default for counts.

Each cohort's log odds are drawn from one normal distribution, and its events are binomial. Nothing
is added to a cohort without events or with events only, and rare events do not bias the answer, as
they do where a log odds and its variance stand for the counts.

Source: Stijnen, Hamza and Ozdemir 2010, doi:10.1002/sim.4040 (recalled); the numbers are those of
metafor's rma.glmm (measure PLO), to which tests/judge/meta_analysis holds them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from scipy.special import expit, xlog1py, xlogy
from scipy.stats import chi2

from reinfuse.errors import ReinfuseError
from reinfuse.pooling.glmm_maximum import (
    TAU_LADDER,
    Counts,
    Maximum,
    NoMaximum,
    bound_tau,
    find_maximum,
)
from reinfuse.pooling.not_pooled import NotPooled
from reinfuse.pooling.rates_likelihood import (
    POINTS,
    Floats,
    find_modes,
    integrate,
    log_choose,
    log_marginals,
)
from reinfuse.pooling.rates_pooled import PooledRates

FEWEST_STUDIES = 2

#: In one cohort; beyond, differences of likelihoods lose their digits. Ours.
MOST_PATIENTS = 10_000_000
_FEWEST_POINTS = 1
_MEAN_POINTS = 101  # one integral: many points cost nothing


def pool_rates(
    events: Sequence[int], n: Sequence[int], *, level: float = 0.95, points: int = POINTS
) -> PooledRates | NotPooled:
    """Rates that differ between cohorts, pooled by maximum likelihood.

    `events` of `n`, one for each cohort; cohorts must not share patients. One cohort, no event
    anywhere, events only, or a likelihood that never stops rising with the spread are no pooled
    number. `points` of the quadrature; 7 is metafor's default.
    """
    counts = _checked(events, n, level=level, points=points)
    if (refused := refuse_rates(counts.events, counts.n)) is not None:
        return refused
    if counts.n.max() == 1:
        # The likelihood then holds the mean rate alone: any tau is as likely as any other.
        return NotPooled(
            why="every cohort has one patient: nothing tells spread between cohorts from chance",
            fix="take them as one series with one exact interval, or pool with a stated prior",
        )
    found = find_maximum(counts)
    if isinstance(found, NoMaximum) or found.tau > TAU_LADDER[-1]:
        return NotPooled(
            why="cohorts lie so far apart that their spread has no estimate: the likelihood still "
            f"rises at a standard deviation of {TAU_LADDER[-1]:g} log odds",
            fix="show each cohort with its exact interval, or pool with a prior on the spread",
        )
    low, high = bound_tau(counts, found, level=level)
    return _told(counts, found, level=level, tau2_limits=(low**2, high**2))


def pool_equal_rates(
    events: Sequence[int], n: Sequence[int], *, level: float = 0.95
) -> PooledRates | NotPooled:
    """Rates taken to be one and the same, which only means something if they are.

    The same value as `pool_rates` gives, with `tau2` 0 because it was said and not estimated.
    """
    counts = _checked(events, n, level=level, points=POINTS)
    if (refused := refuse_rates(counts.events, counts.n)) is not None:
        return refused
    share = float(counts.events.sum() / counts.n.sum())
    b = math.log(share / (1 - share))
    fixed = log_marginals(counts.events, counts.n, np.array([b]), np.zeros(1), points=1)
    se = 1 / math.sqrt(float(counts.n.sum()) * share * (1 - share))
    alike = Maximum(b=b, se=se, tau=0.0, log_likelihood=float(fixed.sum()))
    return _told(counts, alike, level=level, tau2_limits=(0.0, 0.0))


def refuse_rates(events: Floats, n: Floats) -> NotPooled | None:
    """Why these counts have no finite pooled log odds, or `None` where they have."""
    if len(events) < FEWEST_STUDIES:
        return NotPooled(
            why="one cohort is nothing to pool",
            fix="give its exact interval (reinfuse.evidence.bound_rate)",
        )
    patients = int(n.sum())
    if not events.any():
        return NotPooled(
            why=f"no event in any of {len(n)} cohorts (0 of {patients}): the pooled log odds is "
            "minus infinity",
            fix="give each cohort's exact interval, or pool with a stated prior",
        )
    if np.array_equal(events, n):
        return NotPooled(
            why=f"everybody had the event in each of {len(n)} cohorts ({patients} of {patients}): "
            "the pooled log odds is infinite",
            fix="give each cohort's exact interval, or pool with a stated prior",
        )
    return None


def check_counts(events: Sequence[int], n: Sequence[int]) -> tuple[Floats, Floats]:
    """The counts as two arrays of floats; raises with the place of every impossible cohort."""
    if len(events) != len(n) or len(n) == 0:
        raise ReinfuseError(
            f"{len(events)} counts of events and {len(n)} of patients",
            fix="give one of each for every cohort",
        )
    wrong = [
        f"cohort {place}: {x} of {m}"
        for place, (x, m) in enumerate(zip(events, n, strict=True), start=1)
        if not (0 <= x <= m and m > 0 and float(x).is_integer() and float(m).is_integer())
    ]
    if wrong:
        raise ReinfuseError(
            "events among patients that cannot be: " + "; ".join(wrong),
            fix="give whole numbers with 0 <= events <= n and n above 0",
        )
    if max(n) > MOST_PATIENTS:
        raise ReinfuseError(
            f"{max(n):g} patients in one cohort are more than can be worked with",
            fix=f"give cohorts of {MOST_PATIENTS:g} patients or fewer, or look the count up",
        )
    return np.asarray(events, dtype=np.float64), np.asarray(n, dtype=np.float64)


def _checked(events: Sequence[int], n: Sequence[int], *, level: float, points: int) -> Counts:
    if not 0 < level < 1:
        raise ReinfuseError(
            f"a confidence level of {level:g} cannot be", fix="give a share such as 0.95"
        )
    if points < _FEWEST_POINTS:
        raise ReinfuseError(f"{points} points cannot be", fix=f"give 1 or more; {POINTS} is usual")
    seen, of = check_counts(events, n)
    return Counts(events=seen, n=of, points=points)


def _told(
    counts: Counts, found: Maximum, *, level: float, tau2_limits: tuple[float, float]
) -> PooledRates:
    events, n = counts.events, counts.n
    k, z = len(n), NormalDist().inv_cdf((1 + level) / 2)
    at, tau = np.array([found.b]), np.array([found.tau])
    chosen = float(log_choose(events, n).sum())
    saturated = float((xlogy(events, events / n) + xlog1py(n - events, -events / n)).sum())
    share = events.sum() / n.sum()
    alike = float(events.sum() * math.log(share) + (n - events).sum() * math.log1p(-share))
    q_lrt, q_wald = 2 * (saturated - alike), _wald(events, n)
    rise = max(2 * (found.log_likelihood - alike), 0.0)
    reach = z * math.sqrt(found.se**2 + found.tau**2)
    low, high = found.b - z * found.se, found.b + z * found.se
    h2 = found.tau**2 / _typical_variance(events, n) + 1
    return PooledRates(
        k=k,
        events=int(events.sum()),
        n=int(n.sum()),
        b=found.b,
        se=found.se,
        low=low,
        high=high,
        tau2=found.tau**2,
        tau2_low=tau2_limits[0],
        tau2_high=tau2_limits[1],
        rate=float(expit(found.b)),
        rate_low=float(expit(low)),
        rate_high=float(expit(high)),
        mean_rate=_mean_rate(found.b, found.tau),
        predicted_low=float(expit(found.b - reach)),
        predicted_high=float(expit(found.b + reach)),
        log_likelihood=found.log_likelihood + chosen,
        q_lrt=q_lrt,
        q_lrt_p=float(chi2.sf(q_lrt, k - 1)),
        q_wald=q_wald,
        q_wald_p=float(chi2.sf(q_wald, k - 1)),
        # Half of the time, tau is estimated as 0 where there is no spread.
        spread_p=float(chi2.sf(rise, 1)) / 2 if found.tau > 0 else 1.0,
        i2=100 * (h2 - 1) / h2,
        h2=h2,
        level=level,
        points=counts.points,
        modes=found.b + found.tau * find_modes(events, n, at, tau)[0],
    )


def _wald(events: Floats, n: Floats) -> float:
    """The Wald test of one log odds for all; a cohort without a finite log odds weighs nothing."""
    inside = (events > 0) & (events < n)
    x, m = events[inside], n[inside]
    weight, log_odds = x * (m - x) / m, np.log(x / (m - x))
    if not inside.any():
        return 0.0
    middle = (weight * log_odds).sum() / weight.sum()
    return float((weight * (log_odds - middle) ** 2).sum())


def _typical_variance(events: Floats, n: Floats) -> float:
    """The sampling variance of a typical cohort's log odds, for I2 and H2 alone.

    One half is added to a cohort with an empty cell here, as metafor does: the estimates
    themselves need no such thing. Source: Higgins and Thompson 2002, doi:10.1002/sim.1186, eq. 9.
    """
    added = np.where((events == 0) | (events == n), 0.5, 0.0)
    weight = 1 / (1 / (events + added) + 1 / (n - events + added))
    return float((len(n) - 1) / (weight.sum() - (weight**2).sum() / weight.sum()))


def _mean_rate(b: float, tau: float) -> float:
    """The rate averaged over cohorts: the normal distribution of log odds carried over to rates."""
    nobody = np.zeros(1)  # 0 of 0: what is left of the integrand is the normal itself
    rule = integrate(nobody, nobody, np.array([b]), np.array([tau]), points=_MEAN_POINTS)
    return float((rule.share * expit(rule.log_odds)).sum())
