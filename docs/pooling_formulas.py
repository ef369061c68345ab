"""Formulas of pooling as parts of a page: measures, estimators of tau, counts, priors."""

from __future__ import annotations

from collections.abc import Iterator

from docs.markdown import table
from reinfuse.pooling.bayes import MIDDLE, THREE_PRIORS
from reinfuse.pooling.bayes.grid import LARGEST_TAU
from reinfuse.pooling.bayes.rates import POINTS as BAYES_POINTS
from reinfuse.pooling.effects import Measure
from reinfuse.pooling.effects.given import FARTHEST_FROM_MIDDLE
from reinfuse.pooling.glmm_maximum import TAU_LADDER
from reinfuse.pooling.inverse_variance import Method
from reinfuse.pooling.rates_likelihood import POINTS

_MEASURES = {
    Measure.PR: ("x/n", "p (1 - p) / n", "as it is", "a half"),
    Measure.PLO: ("ln(x / (n - x))", "1/x + 1/(n - x)", "1 / (1 + exp(-y))", "a half"),
    Measure.PLN: ("ln(x/n)", "1/x - 1/n", "exp(y), at most 1", "a half"),
    Measure.PAS: ("arcsin(p^(1/2))", "1 / (4n)", "sin(y)^2", "nothing; warns"),
    Measure.PFT: (
        "(arcsin((x / (n+1))^(1/2)) + arcsin(((x+1) / (n+1))^(1/2))) / 2",
        "1 / (4n + 2)",
        "Miller's formula at the harmonic mean of n",
        "nothing; warns",
    ),
    Measure.RR: ("ln(a/n1) - ln(c/n2)", "1/a - 1/n1 + 1/c - 1/n2", "exp(y)", "a half"),
    Measure.OR: ("ln(a d / (b c))", "1/a + 1/b + 1/c + 1/d", "exp(y)", "a half"),
    Measure.RD: ("a/n1 - c/n2", "a b / n1^3 + c d / n2^3", "as it is", "a half"),
    Measure.GEN: (
        "the estimate, or the logarithm of a ratio",
        "se^2; of an interval ((high - low) / 2z)^2",
        "as it is, or exp(y)",
        "-",
    ),
    Measure.MN: ("the mean", "sd^2 / n", "as it is", "-"),
}
_METHODS = {
    Method.EE: ("tau2 = 0: all cohorts have one effect", "closed", "-"),
    Method.DL: (
        "(Q - (k - 1)) / (S(w) - S(w^2) / S(w))",
        "closed",
        "DerSimonian and Laird 1986, doi:10.1016/0197-2456(86)90046-2 [recalled]",
    ),
    Method.REML: (
        "the highest restricted likelihood, among all its summits",
        "root",
        "Viechtbauer 2005, doi:10.3102/10769986030003261 [recalled]",
    ),
    Method.ML: ("the highest likelihood, among all its summits", "root", "the same"),
    Method.PM: (
        "where Q(tau2) = k - 1",
        "root",
        "Paule and Mandel 1982, doi:10.6028/jres.087.022 [recalled]",
    ),
    Method.EB: ("the same equation as PM", "root", "Morris 1983 [recalled]"),
    Method.SJ: (
        "t0 Q(t0) / (k - 1), with t0 = S((y - mean)^2) / k; above 0 unless all are equal",
        "closed",
        "Sidik and Jonkman 2005, doi:10.1111/j.1467-9876.2005.00489.x [recalled]",
    ),
    Method.HS: ("(Q - k) / S(w); too small on average", "closed", "Hunter and Schmidt [recalled]"),
    Method.HE: (
        "S((y - mean)^2) / (k - 1) - S(v) / k",
        "closed",
        "Hedges and Olkin 1985 [recalled]",
    ),
}


def measures() -> Iterator[str]:
    """What stands for one study, and the way back."""
    yield from table(
        ("measure", "y", "variance v", "back to", "added to an empty cell"),
        ((f"`{one}`", *_MEASURES[one]) for one in Measure),
    )
    yield from (
        "",
        "x of n in one arm with p = x/n; a of n1 and c of n2 in two, b and d without the event.",
        "Where a cell is empty, 0.5 is added to every cell **of that study**, and a finding says",
        "so. Formulas as metafor's `escalc` has them [recalled; held to its numbers]; the double",
        "arcsine: Freeman and Tukey 1950, doi:10.1214/aoms/1177729756, and Miller 1978,",
        "doi:10.1080/00031305.1978.10479283 [recalled].",
        "",
        "`PFT` is there to reproduce older papers. Its way back needs one size for all studies;",
        "where sizes differ the rate misleads (Schwarzer 2019, doi:10.1002/jrsm.1348 [abstract",
        "only]), and every result with it says so.",
        "",
        f"An estimate that lies more than {100 * FARTHEST_FROM_MIDDLE:g} % of the width of its",
        "interval from the middle is told (ours): often a ratio was taken for a logarithm.",
    )


def estimators() -> Iterator[str]:
    """How tau squared is estimated, and what follows from it."""
    yield from (
        "w = 1/v; Q(t) is the sum of (y - b)^2 / (v + t) about its own weighted mean b; S is a sum",
        "over studies, k their number; no estimate is below 0.",
        "",
    )
    yield from table(
        ("method", "tau2", "kind", "source"),
        ((f"`{one}`", *_METHODS[one]) for one in Method),
    )
    yield from (
        "",
        "Then, with w = 1 / (v + tau2):",
        "",
        "| what | formula | source |",
        "|---|---|---|",
        "| pooled effect, its standard error | b = S(w y) / S(w), se = S(w)^(-1/2) | - |",
        "| interval | b -+ z se | - |",
        "| with `--knapp-hartung` | se times (S(w (y - b)^2) / (k - 1))^(1/2), and t with k - 1 "
        "degrees; in Python a guard may keep the factor from falling below 1 | Knapp and Hartung "
        "2003, doi:10.1002/sim.1482 [recalled] |",
        "| prediction | b -+ z (se^2 + tau2)^(1/2), or t where the interval has it | as metafor "
        "3.8-1 |",
        "| I2, H2 | tau2 / (tau2 + s2), 1 + tau2 / s2, with s2 = (k - 1) / (S(1/v) - S(1/v^2) / "
        "S(1/v)) | Higgins and Thompson 2002, doi:10.1002/sim.1186 [recalled] |",
        "| interval of tau2 | where Q(tau2) is the 97.5 and the 2.5 % point of chi-square with "
        "k - 1 degrees | Viechtbauer 2007, doi:10.1002/sim.2514 [recalled] |",
        "| meta-regression | weighted least squares on moderators; QM is Wald's test of all of "
        "them; R2 is by how much tau2 fell | Viechtbauer 2005 [recalled] |",
        "",
        "Roots are bracketed, and none is iterated to a tolerance.",
    )


def counts() -> Iterator[str]:
    """The binomial-normal model by maximum likelihood."""
    yield from (
        "x of n is binomial with log odds theta, and theta is normal with mean mu and standard",
        "deviation tau. The likelihood of one cohort is an integral over its theta, by",
        f"Gauss-Hermite quadrature of {POINTS} points, moved to the mode of the integrand and",
        "scaled by its curvature there: against a dense trapezoid right to 1e-8 of the",
        "log-likelihood for tau up to 1, to 1e-5 at tau 2, to 2e-4 at tau 3 (measured by a test).",
        "",
        "| what | how | source |",
        "|---|---|---|",
        f"| mu, tau | a ladder of {len(TAU_LADDER)} values of tau from 0 to "
        f"{TAU_LADDER[-1]:g}, the best mu for each by Newton's steps; a search beside the best "
        "one, then Newton's steps on both | Stijnen 2010, doi:10.1002/sim.4040; Liu "
        "and Pierce 1994, doi:10.1093/biomet/81.3.624 [recalled] |",
        "| standard error of mu | from the curvature in mu and tau together; in mu alone where tau "
        "is 0 | - |",
        "| interval of tau | profile likelihood; no upper limit where the data set none | Hardy "
        "and Thompson 1996 [recalled] |",
        "| rate | 1 / (1 + exp(-mu)): that of the **middle** cohort | - |",
        "| mean rate (Python, JSON) | the average over cohorts, nearer to 50 % | - |",
        "| prediction | mu -+ z (se^2 + tau2)^(1/2), as a rate; tau2 is taken as known | as "
        "metafor |",
        "| p of one rate for all | likelihood ratio against the saturated model, chi-square with "
        "k - 1 degrees | - |",
        "| I2 | as above, with s2 of log odds; the only place where a half is added | Higgins and "
        "Thompson 2002 [recalled] |",
    )


def priors() -> Iterator[str]:
    """The priors of tau and mu with their standing."""
    yield from table(
        ("prior", "tau, in log odds", "mu, in log odds", "source and standing of tau"),
        (
            (
                f"**{one.name}**" if one is MIDDLE else one.name,
                f"{one.tau_family}({one.tau_scale:g})",
                f"normal({one.mu_mean:g}, {one.mu_sd:g})",
                str(one.source),
            )
            for one in THREE_PRIORS
        ),
    )
    yield from (
        "",
        "The middle one leads. mu has standard deviation 2.5 in all three (ours): before any data",
        "the middle cohort's rate lies between 0.7 and 99.3 % with 95 %. The other two are there",
        "to be looked at: where they part, the answer is in good part the prior's, and the",
        "command says how far. A prior of your own is `--prior 'half-normal(0.7)'` or",
        "`'half-cauchy(0.5)'`; its standing is yours. Priors are on the scale that is pooled, so",
        "that for a mean none of these fits and you are asked for one.",
        "",
        "The posterior is summed, not sampled: no chance, no convergence to check.",
        "",
        "| what | how |",
        "|---|---|",
        "| effects with variances | mu is known exactly for each tau; tau on an axis that falls "
        "doubly exponentially towards 0 (Takahasi and Mori 1974 [recalled]) |",
        f"| rates | a grid of mu and tau laid where the posterior lies, {BAYES_POINTS} points of "
        f"the inner rule; tau above {LARGEST_TAU:g} is left out |",
        "| rate in print | the median, with the central interval |",
        "| further cohort | the posterior of theta of a cohort not yet seen: mu, tau and their "
        "doubt together |",
        "| drawn to the middle | a cohort's own rate: its counts, and what the others say of it |",
    )
