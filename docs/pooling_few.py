"""Three cohorts by every method, and what diagnostics say of so few, as parts of a page."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from textwrap import wrap

from docs.markdown import table
from reinfuse.pooling.effects import Measure, effects_of_counts
from reinfuse.pooling.glmm import pool_rates
from reinfuse.pooling.inverse_variance import SpreadInterval, q_profile
from reinfuse.pooling.rates_pooled import PooledRates
from reinfuse.pooling.summary import Answer, summarise_outcome
from reinfuse.report.pool_page.diagnosed import FEWEST_FUNNEL, FEWEST_INFLUENCE

# The worked example of three series: complete responses outside the CNS. Definitions differ
# between them, so that it is there to show methods and not to be cited.
EVENTS, SIZES = (7, 14, 10), (18, 18, 15)
_WIDTH = 100

_DIAGNOSTICS = (
    (
        "Q, its p value",
        "whether cohorts differ by more than chance",
        "little power: a large p is no agreement",
        "Cochran 1954 [recalled]",
    ),
    (
        "I2",
        "which share of the differences is not chance; it grows with the size of cohorts",
        "next to nothing, see below",
        "Higgins and Thompson 2002 [recalled]",
    ),
    (
        "tau, its interval",
        "how far cohorts lie apart, in log odds: 0.5 is 50 against 62 %, 1 is 50 against 73 %",
        "often estimated as 0; read the upper limit",
        "Viechtbauer 2007; Hardy and Thompson 1996 [recalled]",
    ),
    (
        "leave one out",
        "the answer without each cohort",
        "each is a large part: every answer moves",
        "-",
    ),
    (
        "influence: hat, studentised residual, Cook, DFFITS, covariance ratio, tau2 without",
        "a cohort that pulls the answer, or does not fit",
        "with three, two are judged by each other",
        "Viechtbauer and Cheung 2010, doi:10.1002/jrsm.11 [recalled]",
    ),
    (
        "Baujat",
        "which cohort makes the heterogeneity, and which moves the mean",
        f"drawn on the page from {FEWEST_INFLUENCE} on",
        "Baujat 2002, doi:10.1002/sim.1221 [recalled]",
    ),
    (
        "funnel, Egger",
        "small cohorts with other answers than large ones",
        f"drawn from {FEWEST_FUNNEL} on, little power below; rates lean by themselves, since their "
        "variance depends on them",
        "Egger 1997, doi:10.1136/bmj.315.7109.629 [recalled]",
    ),
    (
        "Begg",
        "the same by ranks",
        "weaker still; p of three cohorts is never below 1/3",
        "Begg and Mazumdar 1994, doi:10.2307/2533446 [recalled]",
    ),
    (
        "trim and fill",
        "what a symmetric funnel would have given; nobody saw the images",
        "a question about the answer, not a better one",
        "Duval and Tweedie 2000, doi:10.1111/j.0006-341X.2000.00455.x [recalled]",
    ),
    (
        "meta-regression, groups",
        "whether something explains the differences",
        "one moderator for every ten cohorts at most; it raises questions and settles none",
        "the rule of ten: Cochrane Handbook [recalled]",
    ),
)


def example() -> Iterator[str]:
    """The worked example by every method."""
    found = summarise_outcome("complete response", EVENTS, SIZES)
    told = ", ".join(f"{x}/{n}" for x, n in zip(EVENTS, SIZES, strict=True))
    answers = [one for one in found.answers if isinstance(one, Answer)]
    yield from (
        f"{told}: three series of disease outside the CNS. Their definitions differ, one counts",
        "infusions, one includes the CNS: **it shows what methods do, and is not to be cited**.",
        "",
        *table(("method", "rate", "95 %", "further cohort, 95 %", "tau"), map(_row, answers)),
        "",
        *(f"- {word}" for word in found.words),
        "",
        "One rate for all takes 51 patients for one cohort. REML with Knapp-Hartung is honest",
        "about three cohorts and of little use. The prior in between says that cohorts of one",
        "treatment do not lie anywhere: that is an assumption, and it stands in print.",
    )


def _row(one: Answer) -> tuple[str, ...]:
    ahead = one.predicted
    return (
        one.method,
        f"{100 * one.rate:.1f} %",
        f"{100 * one.interval.low:.1f} to {100 * one.interval.high:.1f} %",
        "-" if ahead is None else f"{100 * ahead.low:.1f} to {100 * ahead.high:.1f} %",
        "-" if one.tau is None else f"{one.tau:.2f}",
    )


def diagnostics() -> Iterator[str]:
    """Each diagnostic, what it shows, and what it does not."""
    yield from table(("diagnostic", "shows", "with few cohorts", "source"), _DIAGNOSTICS)
    yield from ("", *_seen_of_three())


def _seen_of_three() -> Iterator[str]:
    likelihood = pool_rates(EVENTS, SIZES)
    profile = q_profile(effects_of_counts(EVENTS, SIZES, Measure.PLO))
    if not (isinstance(likelihood, PooledRates) and isinstance(profile, SpreadInterval)):
        raise TypeError("the worked example is pooled")
    yield from wrap(
        "How little: in the example of three, tau is "
        f"{sqrt(likelihood.tau2):.2f} log odds by maximum likelihood, with a profile interval from "
        f"{sqrt(likelihood.tau2_low):.2f} to {sqrt(likelihood.tau2_high):.2f}, and by Q-profile "
        f"from {sqrt(profile.tau2_low):.2f} to {sqrt(profile.tau2_high):.2f}. I2 is "
        f"{likelihood.i2:.0f} %, with a Q-profile interval from {profile.i2_low:.0f} to "
        f"{profile.i2_high:.0f} %. **A tau of 0 is no proof that cohorts agree**: where it is 0, "
        "the prediction of maximum likelihood is as narrow as the interval of the middle, and too "
        "narrow; that of the prior is not.",
        _WIDTH,
    )
