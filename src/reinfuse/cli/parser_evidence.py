"""What can be typed of the commands on published studies: evidence and pool."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from reinfuse.cli.notice import NOTICE
from reinfuse.cli.parser_kinetics import JSON, Commands

STUDIES = "a table of studies (CSV, columns as in examples/evidence); default: the shipped table"
# What can be typed; the words are those of `pooling.effects.Measure` and `pooling...Method`, which
# are not loaded here.
MEASURES = ("PR", "PLO", "PLN", "PAS", "PFT", "RR", "OR", "RD", "GEN", "MN")
METHODS = ("GLMM", "EE", "DL", "REML", "ML", "PM", "EB", "SJ", "HS", "HE")
# Options that narrow the rows, with the column of the table each of them looks at.
NARROWING = {
    "site": "where the disease is, such as CNS",
    "disease": "such as B-ALL",
    "product": "such as autologous or donor-derived",
    "infusion": "first or second",
    "age_group": "such as children",
    "costimulation": "4-1BB or CD28",
    "counted": "patient, infusion or lesion",
}


def add_evidence_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the commands on published studies."""
    _evidence(commands)
    _pool(commands)


def _evidence(commands: Commands[argparse.ArgumentParser]) -> None:
    evidence = commands.add_parser(
        "evidence",
        help="list published outcomes of CAR-T: what can be pooled, and what is doubtful",
        description="Without a word: the outcomes of the table, with how many cohorts and patients"
        " each has. With words, or an outcome: the rows, with exact intervals, standing of their"
        " sources and shared patients. A table of your own is checked row by row; the exit code is"
        f" 2 if a row was refused. {NOTICE}",
    )
    evidence.add_argument("query", nargs="*", metavar="QUERY", help="words to look for in all rows")
    evidence.add_argument("--outcome", metavar="NAME", help="only rows of this outcome")
    evidence.add_argument("--file", type=Path, metavar="STUDIES.csv", help=STUDIES)
    evidence.add_argument(
        "--check", type=Path, metavar="STUDIES.csv",
        help="say everything that is wrong or doubtful in a table of studies, and list no row",
    )  # fmt: skip
    evidence.add_argument("--json", action="store_true", help=JSON)


def _pool(commands: Commands[argparse.ArgumentParser]) -> None:
    pool = commands.add_parser(
        "pool",
        help="pool one outcome of published studies, by every method side by side",
        description="Pool the rows of one outcome. Rates: the binomial-normal model; of five"
        " cohorts or fewer every method is shown, with three priors, and a prior leads. Cohorts"
        " that share patients are never pooled together, and what was left out is listed with why."
        " One cohort is not pooled: its exact interval is the answer. It describes what was"
        f" published, and does not decide about treatment. {NOTICE}",
    )
    pool.add_argument("studies", type=Path, nargs="?", metavar="STUDIES.csv", help=STUDIES)
    pool.add_argument(
        "--outcome", action="append", metavar="NAME",
        help="what is pooled; `reinfuse evidence` lists the outcomes; repeatable, with --mixing"
        " outcome",
    )  # fmt: skip
    _add_narrowing(pool)
    pool.add_argument(
        "--mixing", action="append", metavar="WORD",
        help="pool rows although they differ in this (costimulation, counted, definition, measure,"
        " outcome or scale), and say so; repeatable, or several with commas",
    )  # fmt: skip
    pool.add_argument(
        "--with-recalled", action="store_true",
        help="rows too whose numbers were recalled, and not read in a source",
    )  # fmt: skip
    _add_model(pool)
    _add_comparing(pool)
    pool.add_argument("--json", action="store_true", help=JSON)
    pool.add_argument("-o", "--output", type=Path, metavar="PAGE", help="write the page as HTML")


def _add_narrowing(pool: argparse.ArgumentParser) -> None:
    for name, meaning in NARROWING.items():
        pool.add_argument(
            f"--{name.replace('_', '-')}", action="append", metavar="WORD",
            help=f"only such rows: {meaning}; repeatable",
        )  # fmt: skip


def _add_model(pool: argparse.ArgumentParser) -> None:
    pool.add_argument(
        "--measure", choices=MEASURES, metavar="NAME",
        help="what is pooled by inverse variance instead: rates as PR, PLO (log odds), PLN, PAS or"
        " PFT (which mislead); two arms as RR, OR or RD; GEN (estimates with an error) or MN"
        " (means). Default: rates by their counts",
    )  # fmt: skip
    pool.add_argument(
        "--method", choices=METHODS, metavar="NAME",
        help="GLMM (binomial-normal, the default for rates), or by inverse variance: REML (the"
        " default with --measure), DL, ML, PM, EB, SJ, HS, HE, EE; of rates these pool log odds",
    )  # fmt: skip
    pool.add_argument("--knapp-hartung", action="store_true", help="intervals by Knapp and Hartung")
    pool.add_argument(
        "--level", type=_share, default=0.95, metavar="SHARE", help="of intervals (default 0.95)"
    )
    pool.add_argument(
        "--prior", action="append", metavar="PRIOR",
        help="narrow, middle or wide; or your own of the spread between cohorts, such as"
        " half-normal(0.7) or half-cauchy(0.5); repeatable. Default: all three for five cohorts or"
        " fewer, else middle. One that is named leads",
    )  # fmt: skip
    pool.add_argument(
        "--moderator", metavar="COLUMN",
        help="whether this column of the table explains the differences: numbers by"
        " meta-regression, words by groups",
    )  # fmt: skip


def _add_comparing(pool: argparse.ArgumentParser) -> None:
    pool.add_argument(
        "--compare", metavar="X/N|COURSE",
        help="set an arm (3/9) or the answer of one course (YAML) against a new cohort",
    )  # fmt: skip
    pool.add_argument(
        "--wanted", choices=("higher", "lower"),
        help="whether a higher or a lower rate is better: how likely the arm is better",
    )  # fmt: skip
    pool.add_argument(
        "--margin", type=_difference, metavar="SHARE",
        help="better by more than this difference of rates (default 0)",
    )  # fmt: skip
    pool.add_argument(
        "--settle", type=_bound, metavar="BOUND",
        help="how many more patients settle whether the arm is better, with this probability, in"
        " 80 of 100 such arms; asks for --wanted, and takes --compare 0/0 for an arm that has none",
    )  # fmt: skip


def _share(text: str) -> float:
    return _between(text, 0.0, 1.0)


def _bound(text: str) -> float:
    return _between(text, 0.5, 1.0)


def _difference(text: str) -> float:
    return 0.0 if text.strip() in ("0", "0.0") else _between(text, 0.0, 1.0)


def _between(text: str, low: float, high: float) -> float:
    """A number strictly between two others."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not low < number < high:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number between {low:g} and {high:g}")
    return number
