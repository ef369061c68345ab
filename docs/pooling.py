"""Reference page of pooled evidence: what is asked, defaults, formulas, refusals, diagnostics."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from docs.markdown import page, table
from docs.pooling_few import diagnostics, example
from docs.pooling_formulas import counts, estimators, measures, priors
from docs.pooling_proof import proof, rare_events
from reinfuse.cli.pool_comparing import CHANCE
from reinfuse.evidence.mixing import KINDS
from reinfuse.pooling import NotPooled
from reinfuse.pooling.comparing import OWN_PRIOR
from reinfuse.pooling.comparing_more import MOST_PATIENTS
from reinfuse.pooling.effects import Measure, effects_of_counts
from reinfuse.pooling.glmm import pool_rates
from reinfuse.pooling.inverse_variance import Method, meta_regression
from reinfuse.pooling.summary import FEW_STUDIES

_WIDTH = 100


def pooling_page() -> str:
    """All that can be looked up of pooled evidence."""
    return page(
        "Pooled evidence",
        _what(),
        ("## What is done when nothing is said", "", *defaults()),
        ("## Which rows may stand together", "", *rows()),
        ("## When nothing is pooled", "", *refusals()),
        ("## Counts: the binomial-normal model", "", *counts()),
        ("## Priors", "", *priors()),
        ("## What stands for one study", "", *measures()),
        ("## Inverse variance", "", *estimators()),
        ("## Three cohorts, eight answers", "", *example()),
        ("## Diagnostics, and how little they say of few cohorts", "", *diagnostics()),
        ("## An arm, or one course, beside the cohorts", "", *comparing()),
        ("## How it was proved", "", *proof()),
        ("## Limits", "", *_limits()),
    )


def _what() -> tuple[str, ...]:
    return (
        "What [`reinfuse pool`](commands.md#reinfuse-pool) does with the rows of a [table of",
        "studies](studies.md), by which formulas; [how to use it](../how-to/evidence.md).",
        "Everything can be called from Python, in `reinfuse.pooling` and `reinfuse.evidence`. It",
        "describes what was published, for research, and does not decide about treatment. What",
        "was *recalled* was not read by us in the paper; what is *ours* was chosen here.",
    )


def defaults() -> Iterator[str]:
    """What leads, and why."""
    yield from table(
        ("asked", "leads", "beside it", "why"),
        (
            (
                f"rates of {FEW_STUDIES} cohorts or fewer",
                "Bayes by the middle prior",
                "both other priors, the binomial-normal model, one rate for all, log odds by REML "
                "(with and without Knapp-Hartung) and by DL",
                "the spread is hardly seen in so few; methods part by more than their intervals "
                f"admit. {FEW_STUDIES} is ours",
            ),
            (
                "rates of more cohorts",
                "the binomial-normal model by maximum likelihood",
                "the others, with the middle prior",
                "nothing is added to 0 of n, and rare events do not bias it",
            ),
            (
                "two arms, ratios, means (`--measure`)",
                "REML by inverse variance; a prior where cohorts are few and ours fit the scale",
                "REML with Knapp-Hartung, DL, equal effects",
                "papers give no more than an estimate and its error",
            ),
            (
                "`--method`, `--measure` or `--prior`",
                "what was named",
                "all others",
                "nobody should see one method alone",
            ),
        ),
    )
    yield from ("", *rare_events())


def rows() -> Iterator[str]:
    """What selection leaves out, refuses and tells."""
    kinds = ", ".join(f"`{one}`" for one in KINDS)
    yield from (
        "Rows are chosen by outcome, and by the options that narrow. Left out, each with why:",
        "",
        "- a row that does not say what was asked for: a site that is not stated is no site;",
        "- of two that share patients, the smaller; parts of a whole with the whole;",
        "- a row without counts where others have them; a number that was itself pooled;",
        "- recalled numbers, unless `--with-recalled`.",
        "",
        *wrap(
            f"Refused unless `--mixing` allows it: rows that differ in {kinds}. Told and not "
            "refused: different disease, product, infusion or follow-up, and words that some rows "
            "do not state. [Every rule](studies.md).",
            _WIDTH,
        ),
    )


def refusals() -> Iterator[str]:
    """What stands in place of a number, in its own words."""
    alike = effects_of_counts([3, 5, 4], [20, 30, 25], Measure.PLO)
    asked = (
        ("one cohort", pool_rates([3], [9])),
        ("no event anywhere, without a prior", pool_rates([0, 0, 0], [9, 12, 5])),
        ("events only, without a prior", pool_rates([9, 12], [9, 12])),
        ("cohorts all or nothing", pool_rates([0, 40], [40, 40])),
        (
            "as many coefficients as cohorts",
            meta_regression(
                alike, {"year": [2019, 2021, 2022], "dose": [1.0, 2.5, 1.5]}, Method.REML
            ),
        ),
        ("a moderator that does not differ", meta_regression(alike, {"year": [2020, 2020, 2020]})),
    )
    yield from table(
        ("asked of", "instead of a number", "what to do"),
        ((name, *_told(found)) for name, found in asked),
    )
    yield from (
        "",
        "One cohort has its exact interval (Clopper-Pearson) and no prediction. None of n",
        "everywhere, and n of n, are pooled with a prior alone; the end that the data do not set",
        "is the prior's, and the command says so. Cohorts that share patients are never pooled",
        "together. No answer holds a number that is not one.",
    )


def _told(found: object) -> tuple[str, str]:
    if not isinstance(found, NotPooled):
        raise TypeError("this page says that nothing is pooled here, and something was")
    return found.why, found.fix


def comparing() -> Iterator[str]:
    """How an arm or a course is set against the pooled rate."""
    yield from (
        "An answer is held against the rate of a **further cohort**, never against the interval of",
        "the middle one, and under the leading prior, also where maximum likelihood leads the",
        "table. Each line prints what it assumes.",
        "",
        "| asked | answer | assumed |",
        "|---|---|---|",
        "| `--compare 3/9` | the counts that a further cohort of 9 would show: binomial, averaged "
        "over the posterior of its rate | the arm is one more cohort like "
        "these |",
        "| `--compare course.yaml` | the answer of one course by its grades, and how common it is; "
        "where the grades leave it open, nothing is compared | the same; one patient cannot "
        "contradict a rate |",
        "| `--wanted higher` or `lower`, `--margin` | how likely the arm's rate is better than the "
        f"middle cohort's | the arm rests on its own counts (Jeffreys' prior, beta{OWN_PRIOR}, "
        "ours) |",
        f"| `--settle 0.9` | the fewest further patients after which that probability is at least "
        f"90 %, or at most 10 %, in {100 * CHANCE:g} % of such arms; up to {MOST_PATIENTS}, and "
        "*not settled* with why beyond | before them the arm is one more cohort, after them it "
        "stands alone: assurance, O'Hagan 2005, doi:10.1002/pst.175 [recalled] |",
    )


def _limits() -> tuple[str, ...]:
    return (
        "- Pooled cohorts were not randomised against each other, and patients were chosen. A",
        "  difference between two pooled rates is no effect of a product.",
        "- Most shipped rows rest on an abstract. Definitions, times and denominators differ; the",
        "  findings say where, and no method mends it.",
        "- Log odds of cohorts are taken as normal. With one far cohort that is a strong word;",
        "  look at the answer without it.",
        "- Patients within one centre, infusions of one patient and lesions of one patient are",
        "  not independent, and are counted as if they were. `counted` says which they are.",
        "- Unpublished cohorts are not here. Tests of funnels see few causes and miss most.",
        "- No rates over time, no competing events, no network of treatments, no individual data.",
        "- Influences, leave-one-out and Baujat are by inverse variance, also where counts lead.",
    )
