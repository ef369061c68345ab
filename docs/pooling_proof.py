"""How well pooling was proved: every key of metafor, posteriors, calibration; measured anew."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any  # numbers, lists of numbers, and the word for a side

import numpy as np

from docs.markdown import table
from docs.populations import _rows
from reinfuse.pooling.bayes import (
    EffectPosterior,
    RatePosterior,
    pool_effects_with_prior,
    pool_rates_with_prior,
)
from studies.pooling_sbc import CHI_SQUARE_LIMIT, ECDF_LIMIT
from tests.judge.meta_analysis import test_bayes, test_classic, test_glmm
from tests.judge.meta_analysis.answers import answer, is_pooled
from tests.judge.meta_analysis.loading import expected, expected_bayes

HOME = Path(__file__).resolve().parent.parent
CALIBRATION = HOME / "studies" / "tables" / "pooling_sbc.csv"
_WIDTH = 100
_FINEST = 1e-10
_NOTHING = 1e-9  # numbers below are compared as they are

_QUESTIONS = {
    "yi_vi": "effects and variances",
    "back_harmonic": "back from the double arcsine",
    "mods": "meta-regression",
    "egger": "Egger",
    "begg": "Begg",
    "trimfill": "trim and fill",
    "confint_tau2_Qprofile": "Q-profile",
    "leave1out": "leave one out",
}


def proof() -> Iterator[str]:
    """Every judge, and what was found."""
    yield from _metafor()
    yield from ("", "### Posteriors", "", *_posteriors())
    yield from ("", "### Are intervals as wide as they should be?", "", *_calibration())
    yield from ("", "### Beside those", "", *_besides())


def rare_events() -> Iterator[str]:
    """What half an event added to a cohort without any does to a pooled rate."""
    told = []
    for name, data in (("control arms", "nielweise_ctrl"), ("treated arms", "nielweise_trt")):
        counted, halved = (
            100 / (1 + math.exp(-expected()[f"{data}|{model}"]["b"]))
            for model in ("GLMM|ML|nAGQ25", "PLO|REML")
        )
        told.append(f"{counted:.1f} against {halved:.1f} % ({name})")
    yield from wrap(
        "**Why not log odds with a half added.** In 18 trials of catheter infections (Niel-Weise "
        f"2007) the binomial-normal model and REML of log odds give {' and '.join(told)}; metafor "
        "and we agree on all four. The rarer the event, the more of the second number is the half.",
        _WIDTH,
    )


def _metafor() -> Iterator[str]:
    families: dict[str, list[str]] = {}
    for key in expected():
        families.setdefault(_family(key), []).append(key)
    total = sum(len(keys) for keys in families.values())
    early = len(families[_EARLY])
    yield from wrap(
        f"R's metafor 3.8-1 wrote {total} results down, once "
        "([origin](../../tests/judge/meta_analysis/SOURCE.md)). **"
        f"{total} of {len(expected())} are checked, every number of each**; {total - early} are "
        f"met as they stand. At {early}, metafor had stopped its iterations early: there a plain "
        "twin calls ours the root (or the likelier), and the rest of the key follows from its own "
        "tau2.",
        _WIDTH,
    )
    yield ""
    rows = ((name, *_measured(name, keys)) for name, keys in families.items())
    heads = ("family", "keys", "numbers", "asked, relative", "largest difference below")
    yield from table(heads, rows)


_EARLY = "where metafor stopped early: PM three times, meta-regression twice, Q-profile"


def _family(key: str) -> str:
    _, measure, method, *more = key.split("|")
    if key in test_classic.STOPPED_EARLY:
        return _EARLY
    if measure == "GLMM":
        return "one rate for all" if method == "EE" else f"binomial-normal, {more[0]}"
    if is_pooled(key):
        closed = method in test_classic.CLOSED_FORMS
        return "EE, DL, HS, HE, SJ" if closed else "REML, ML, PM, EB"
    return _QUESTIONS[(more or [method])[0].partition("=")[0]]


def _measured(name: str, keys: Sequence[str]) -> tuple[str, ...]:
    numbers = sum(np.size(value) for key in keys for value in expected()[key].values())
    if name == _EARLY:
        return str(len(keys)), str(numbers), "the root; metafor's own stopping rule", "-"
    if "GLMM" in keys[0]:
        asked = f"{test_glmm.CLOSE:.0e}, of tau2 {test_glmm.TAU2_CLOSE:.0e}"
        off = max(_apart(_of_counts(key), expected()[key]) for key in keys)
    else:
        asked = f"{test_classic.tolerance(keys[0]):.0e}"
        off = max(_apart(answer(key), expected()[key]) for key in keys)
    return str(len(keys)), str(numbers), asked, _bound(off)


def _of_counts(key: str) -> Mapping[str, Any]:
    name, _, method, rule = key.split("|")
    found = test_glmm.fitted(name, method, rule)
    ours: dict[str, Any] = {number: read(found) for number, read in test_glmm.READ.items()}
    return ours | {"logLik": test_glmm.log_likelihood_as_metafor(name, found)}


def _apart(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> float:
    """The largest relative difference; of numbers near 0, the difference itself."""
    worst = 0.0
    for name, number in theirs.items():
        if isinstance(number, str):
            continue
        one, other = (np.atleast_1d(np.asarray(at, float)) for at in (ours[name], number))
        floor = 1.0 if name == "I2" else 0.0  # of percent
        size = np.maximum(np.abs(other), floor)
        off = np.abs(one - other) / np.where(size > _NOTHING, size, 1.0)
        worst = max(worst, float(off.max()))
    return worst


def _bound(off: float) -> str:
    """The power of ten above, which is the same on every machine; files hold 12 digits."""
    return f"1e{math.ceil(math.log10(max(off, _FINEST))):03d}"


def _posteriors() -> Iterator[str]:
    keys = list(expected_bayes())
    worst = max(_quantiles_apart(key) for key in keys)
    yield from (
        f"{len(keys)} summaries by deterministic sums of another program: three of effects with",
        "variances (eight schools, BCG), seven of counts. Asked: quantiles within 0.02 on the",
        f"scale of log odds; the largest difference is below {_bound(worst)}. Means of all but two",
        f"are within {test_bayes.MEAN:g}. Of the two with two and three cohorts the summaries had",
        "cut their grid 4 log odds from the observed rate: a plain triple sum cut there has their",
        "means, and uncut it has ours.",
        "",
        "**Eight schools**: mean and mean square of mu, tau and all eight effects lie within three",
        "Monte-Carlo errors of the 10,000 reference draws of posteriordb.",
        "",
        "The worked example of the reference (7/18, 14/18, 10/15; 35/40, 41/48) comes out as",
        "printed there: 61.3 % (32.4 to 84.1 %) and 86.1 % (63.1 to 94.8 %).",
    )


def _quantiles_apart(key: str) -> float:
    wanted, prior = expected_bayes()[key], test_bayes.prior_of(key)
    found: EffectPosterior | RatePosterior
    if "binomial" in key:
        rates = pool_rates_with_prior(*test_bayes.counts_of(key), prior)
        assert isinstance(rates, RatePosterior)
        found = rates
    else:
        effects = pool_effects_with_prior(*test_bayes.effects_of(key), prior)
        assert isinstance(effects, EffectPosterior)
        found = effects
    # Of eight schools, whose unit is points of a test, the unit of mu is its spread.
    unit = max(1.0, found.mu.sd)
    ours = [one.quantile(share) for one in (found.mu, found.tau) for share in test_bayes.SHARES]
    theirs = [*wanted["mu_q"], *wanted["tau_q"]]
    return max(abs(a - b) for a, b in zip(ours, theirs, strict=True)) / unit


def _calibration() -> Iterator[str]:
    if not CALIBRATION.is_file():
        yield "`studies/pooling_sbc.py` has the question; its table was not made yet."
        return
    rows = _rows("pooling_sbc")
    off = [
        f"{row['number']} ({row['cohorts']} cohorts)"
        for row in rows
        if float(row["chi_square_9_df"]) > CHI_SQUARE_LIMIT
        or float(row["largest_ecdf_gap_x_root_n"]) > ECDF_LIMIT
    ]
    empty = ", ".join(
        f"{100 * share:.0f} %"
        for share in dict.fromkeys(float(row["share_without_events"]) for row in rows)
    )
    verdict = f"**Not so: {', '.join(off)}.**" if off else "So they do."
    yield from wrap(
        "A truth is drawn from a prior of rare events, counts from the truth, and pooled "
        f"({rows[0]['replicates']} times; cohorts of 10 to 60 patients, {empty} of them without "
        "any event). If all belongs together, the truth falls evenly in its posterior: chi-square "
        f"of ten parts below {CHI_SQUARE_LIMIT:g}, the largest gap of the distribution times "
        f"n^(1/2) below {ECDF_LIMIT:g} (both the 99.9 % points). {verdict} Simulation-based "
        "calibration: Talts 2018, arXiv:1804.06788 [recalled].",
        _WIDTH,
    )
    yield from (
        "",
        *table(
            ("cohorts", "number", "chi-square", "largest gap", "mean rank", "in 50 %", "in 90 %"),
            (
                (
                    row["cohorts"],
                    row["number"],
                    row["chi_square_9_df"],
                    row["largest_ecdf_gap_x_root_n"],
                    row["mean_rank"],
                    f"{100 * float(row['inside_50']):.1f} %",
                    f"{100 * float(row['inside_90']):.1f} %",
                )
                for row in rows
            ),
        ),
    )


def _besides() -> tuple[str, ...]:
    return (
        "- Maximum likelihood of counts: dense quadrature by another program, mu within 2e-6, tau2",
        "  within 5e-6, log-likelihood within 1e-7.",
        "- Influences of 13 trials in a regression: metafor's own printout, to its last place.",
        "- Comparisons, predictions and the patients that settle a question: hundreds of thousands",
        "  of simulated draws and trials, and plain searches.",
        "- Every estimator for two studies, for equal ones, for one that outweighs the rest, and",
        "  for effects and variances of any size (property tests): no answer is not a number.",
        "- [How fast it is](../../benchmarks/pooling.md).",
    )
