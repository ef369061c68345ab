"""Reference page of population fits: how they are made, and what was proved of them."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import mean

from docs.markdown import page, table
from reinfuse.estimation.population.model import Censoring, EffectKind, Residual

TABLES = Path(__file__).resolve().parent.parent / "studies" / "tables"
Row = dict[str, str]


def populations_page() -> str:
    """Methods, conventions, and the tables of the studies."""
    return page(
        "Populations",
        _what(),
        ("## How values below a limit count", "", *_censoring()),
        ("## How well numbers are found", "", *_recovery()),
        ("## One patient against a population", "", *_calibration()),
        ("## What a likelihood says here", "", *_likelihood()),
        ("## Stein's random effects", "", *_stein()),
        ("## What to use when", "", *_choosing()),
        ("## What it does not do", "", *_limits()),
    )


def _what() -> Iterator[str]:
    residuals = ", ".join(str(one) for one in Residual)
    effects = ", ".join(str(one) for one in EffectKind)
    yield from (
        "`reinfuse fit` fits one [curve](curves.md) to every patient of a [data",
        "set](data-set.md): typical values, how patients and infusions differ, how assays",
        "err. It is a description of data for research, and decides nothing about treatment.",
        "",
        "Parameters vary as normals on a scale of their own (logarithm, log-odds, or as they",
        f"are). Residuals: {residuals}, for each assay; Student's t has 4 degrees of freedom.",
        f"Covariate effects: {effects}, also where a covariate changes with time. An assay in",
        "other units sees the curve times a factor of its own. Random effects may be correlated in",
        "blocks, and may differ between infusions.",
        "",
        "Estimation is by SAEM (Kuhn and Lavielle 2005, doi:10.1016/j.csda.2004.07.002) from",
        "several starting points. In its second phase the weight of a round falls as its number",
        "to the power -2/3, and what is kept is the average over these rounds (Polyak and",
        "Juditsky 1992, doi:10.1137/0330046): with a weight of 1 over the number, numbers of which",
        "the data say little would hardly leave the place where averaging began.",
        "",
        "FO, FOCE, FOCE-I, Laplace and Lindstrom-Bates are there for",
        "comparison with other programs (`reinfuse.estimation.population.linearised`), NUTS",
        "by NumPyro for the full posterior of a small set",
        "(`reinfuse.estimation.population.posterior`).",
    )


def _censoring() -> Iterator[str]:
    words = {
        Censoring.M3: "counts as the probability of lying there: the default",
        Censoring.M4: "the same, given that levels are positive; differs for residuals on levels",
        Censoring.M1: "is dropped: biased, kept for comparison",
        Censoring.M5: "is replaced by half the limit: biased, kept for comparison",
    }
    yield from table(("rule", "a value beyond a limit"), ((str(k), v) for k, v in words.items()))
    yield from (
        "",
        "The names are Beal's (2001, doi:10.1023/A:1012299115260). Limits may lie below,",
        "above or on both sides. What dropping and replacing do, on 100 simulated patients of",
        "whose levels 15 % lie below the limit; -2LL is that of the measurements as they are,",
        "at each rule's numbers:",
        "",
    )
    rows = _rows("population_blq")
    grouped: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in rows:
        grouped[row["rule"], row["seed"]][row["number"]] = row["estimate"]
        grouped[row["rule"], row["seed"]]["-2LL"] = f"{row['minus_2ll']} ± {row['monte_carlo_se']}"
    names = ("var fold", "var fb", "var beta", "fold", "beta", "a", "-2LL")
    truth = ("drew the data", "", "2.4", "0.80", "0.86", "3900", "0.0032", "0.56", "")
    yield from table(
        ("rule", "seed", *names),
        [truth, *((rule, seed, *(found[name] for name in names))
                  for (rule, seed), found in grouped.items())],
    )  # fmt: skip


def _recovery() -> Iterator[str]:
    rows = [row for row in _rows("population_recovery") if row["number"] != "none"]
    share = mean(float(row["share_below"]) for row in rows)
    by_rule: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_rule[row["rule"]][row["number"]].append(row)
    counts = {rule: len(next(iter(found.values()))) for rule, found in by_rule.items()}
    told = ", ".join(f"{count} with {rule}" for rule, count in counts.items())
    yield from (
        f"Simulated data sets ({told}) of 100 patients at 12 days, {100 * share:.0f} % of",
        "levels below the limit, each fitted from the default start. Bias is that of the mean",
        "estimate; coverage how often the 95 % interval (Louis' information) holds what drew",
        "the data; ± is the Monte Carlo error of the bias.",
        "",
        "![Estimates over truth, with M3 and with values below the limit dropped]"
        "(../images/population-recovery.svg)",
        "",
    )
    names = list(next(iter(by_rule.values())))
    heads = (f"{what} {rule}" for rule in by_rule for what in ("bias", "coverage"))
    yield from table(
        ("number", "truth", *heads),
        (
            (name, by_rule["M3"][name][0]["truth"],
             *(cell for found in by_rule.values() for cell in _bias_and_coverage(found[name])))
            for name in names
        ),
    )  # fmt: skip


def _bias_and_coverage(rows: list[Row]) -> tuple[str, str]:
    shares = [float(row["estimate"]) / float(row["truth"]) - 1.0 for row in rows]
    middle = mean(shares)
    spread = math.sqrt(sum((one - middle) ** 2 for one in shares) / (len(shares) - 1))
    held = sum(float(row["low"]) <= float(row["truth"]) <= float(row["high"]) for row in rows)
    return (
        f"{100 * middle:+.1f} % ± {100 * spread / math.sqrt(len(shares)):.1f}",
        f"{100 * held / len(rows):.0f} %",
    )


def _calibration() -> Iterator[str]:
    rows = _rows("new_patient_sbc")
    yield from (
        "The posterior of one new patient, given a population, is by tempered sampling. Its",
        "calibration by simulation (Talts 2018, arXiv 1804.06788): patients are drawn from",
        "the population, measured, and fitted; the rank of the truth among 255 posterior",
        "draws must be even.",
        "",
    )
    yield from ("![Ranks of the truth](../images/new-patient-ranks.svg)", "")
    heads = tuple(head for head in rows[0] if not head.startswith("bin_"))
    yield from table(tuple(head.replace("_", " ") for head in heads),
                     (tuple(row[head] for head in heads) for row in rows))  # fmt: skip


def _likelihood() -> Iterator[str]:
    yield from (
        "-2LL counts every constant, and is of the levels as they stand in the file: where a",
        "residual acts on logarithms that we took, ln of each level is counted, so that",
        "models on either scale can be compared. The objective leaves out n ln(2 pi), as",
        "NONMEM prints it. Both come from importance sampling (Student's t around each",
        "patient's conditional mean, mixed with the population), with their Monte Carlo error",
        "and, for each patient, the Pareto k of the weights; above 0.7 a contribution is not",
        "to be trusted, and the page says so. A patient above 0.7 first gets a second proposal,",
        "made of 64 of its weighted draws (at most 64 patients do).",
    )


def _stein() -> Iterator[str]:
    yield from (
        "Stein 2019 prints a random effect for each parameter. One public port enters them as",
        "variances, another as standard deviations. Both are kept by name in",
        "`reinfuse.kinetics.published`; the default is variances, since the geometric CV of",
        "Cmax that follows, 147 %, lies nearer to the published labels (154 %, recalled) than",
        "109 %. The priors of one patient's curve in the report still take the wider reading",
        "of each parameter: a prior that is too wide costs sharpness, one that is too narrow",
        "costs truth. The [curves](curves.md) page has the numbers.",
    )


def _choosing() -> Iterator[str]:
    yield from table(("data", "use"), (
        ("many patients, a few to many samples each", "`reinfuse fit`"),
        ("a small set, and every uncertainty matters", "`sample_population` (NUTS)"),
        ("comparison with NONMEM or nlme", "`fit_linearised`, by the same objective"),
        ("one new patient, a fitted or published population", "`fit_new_patient`"),
        ("one rich series alone", "`fit_least_squares`"),
        ("no curve wanted", "`reinfuse nca`"),
    ))  # fmt: skip


def _limits() -> Iterable[str]:
    return (
        "- Laplace and FOCE stop short on curves with a corner and values below the limit: use",
        "  SAEM.",
        "- Covariates that change within an occasion act on each row's prediction; amounts that",
        "  were carried over under an earlier value are not tracked.",
        "- Levels of an earlier infusion are not added to those of the next.",
        "- A variance that falls to nothing is reported as such, with the parameter as `loose`.",
    )


def _rows(name: str) -> list[Row]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
