"""What can be typed of the commands on kinetic data: data, nca, fit, compare and what follows."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path

DATA = "one data set (CSV; columns ID, TIME, DV ... of NONMEM, Monolix or ADPC), or course files"
SEED = "of all chance (default 1)"
JSON = "print JSON (docs/reference/json.md)"
Commands = argparse._SubParsersAction
_LARGEST_SEED = 2**32 - 1
_MOST_STARTS, _MOST_CHAINS, _MOST_PATIENTS = 100, 100, 1_000_000


def add_kinetics_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add every command on kinetic data."""
    _data(commands)
    _nca(commands)
    _fit(commands)
    _compare(commands)
    _vpc(commands)
    _simulate(commands)
    _design(commands)


def _data(commands: Commands[argparse.ArgumentParser]) -> None:
    data = commands.add_parser(
        "data",
        help="check a kinetic data set, row by row",
        description="Say everything that is wrong or doubtful in a kinetic data set, by row.",
    )
    data.add_argument("action", choices=["check"], help="what is done with the data")
    data.add_argument("files", type=Path, nargs="+", metavar="FILE", help=DATA)
    _add_reading(data)
    data.add_argument("--json", action="store_true", help=JSON)


def _nca(commands: Commands[argparse.ArgumentParser]) -> None:
    nca = commands.add_parser(
        "nca",
        help="descriptors of cell kinetics: Cmax, AUC, half-lives, persistence",
        description="Read descriptors off the samples of every profile (patient, infusion, assay);"
        " what cannot be had says why.",
    )
    nca.add_argument("files", type=Path, nargs="+", metavar="FILE", help=DATA)
    _add_reading(nca)
    nca.add_argument(
        "--descriptor", action="append", metavar="NAME",
        help="only this one; repeatable (docs/reference/descriptors.md)",
    )  # fmt: skip
    nca.add_argument(
        "--auc", action="append", metavar="A,B", help="an area between two days too; repeatable"
    )
    nca.add_argument(
        "--threshold", action="append", type=_above_zero, metavar="X",
        help="the time above a level too; repeatable",
    )  # fmt: skip
    nca.add_argument(
        "--blq", metavar="RULE",
        help="below the limit: cells (default), pknca (default of drugs), drop, zero, half, limit",
    )  # fmt: skip
    nca.add_argument(
        "--method", default="linear-up/log-down", metavar="NAME",
        help="of areas: linear-up/log-down (default), linear, linear-then-log",
    )  # fmt: skip
    nca.add_argument(
        "--lambda-z", metavar="A,B", help="the terminal line through all samples of these days"
    )
    nca.add_argument(
        "--route", choices=("cells", "extravascular", "bolus", "infusion"), default="cells",
        help="cells (default), or how a drug was given",
    )  # fmt: skip
    nca.add_argument("--id", action="append", metavar="ID", help="only this patient; repeatable")
    nca.add_argument(
        "--assay", action="append", metavar="LABEL", help="only this assay; repeatable"
    )
    nca.add_argument(
        "--from-infusion", action="store_true", help="times count from the infusion already"
    )
    nca.add_argument("-o", "--output", type=Path, help="write every descriptor as CSV")
    nca.add_argument("--json", action="store_true", help=JSON)


def _fit(commands: Commands[argparse.ArgumentParser]) -> None:
    fit = commands.add_parser(
        "fit",
        help="fit a population curve to many patients",
        description="Fit one curve to all patients at once: typical values, how patients differ,"
        " how assays err. It describes data; it does not decide about treatment.",
    )
    _add_data(fit)
    fit.add_argument("--model", type=Path, metavar="FILE", help="the model as YAML; options below"
                     " replace its parts")  # fmt: skip
    fit.add_argument("--curve", help="of the catalogue (docs/reference/curves.md); default stein")
    fit.add_argument("--random", metavar="NAMES", help="parameters that vary between patients")
    fit.add_argument(
        "--correlated", action="append", metavar="NAMES",
        help="parameters whose random effects are correlated; repeatable",
    )  # fmt: skip
    fit.add_argument(
        "--between-infusions", metavar="NAMES", help="parameters that vary between infusions"
    )
    fit.add_argument(
        "--residual", action="append", metavar="[ASSAY=]WORD",
        help="additive, proportional, combined, log-normal (default), student, log-student",
    )  # fmt: skip
    fit.add_argument(
        "--assay", action="append", metavar="LABEL", help="only this assay; repeatable"
    )
    fit.add_argument(
        "--scaled",
        metavar="ASSAYS",
        help="assays that see a multiple of the curve (default: all but the first)",
    )
    fit.add_argument(
        "--effect", action="append", metavar="PARAMETER~COVARIATE[:KIND]",
        help="kind: power (default), linear, or category=LEVEL; repeatable",
    )  # fmt: skip
    fit.add_argument("--censoring", help="M3 (default), M4; M1 and M5 are biased")
    fit.add_argument("--start", metavar="NAME=VALUE,...", help="where typical values begin")
    fit.add_argument("--hold", metavar="NAME=VALUE,...", help="typical values that are not fitted")
    fit.add_argument("--seed", type=whole_number(0, _LARGEST_SEED), default=1, help=SEED)
    fit.add_argument("--starts", type=whole_number(1, _MOST_STARTS), help="starting points to try")
    fit.add_argument(
        "--chains", type=whole_number(1, _MOST_CHAINS), help="Markov chains for each patient"
    )
    fit.add_argument("--precision", choices=("float32", "float64"), help="default: by size")
    fit.add_argument(
        "--errors", choices=("louis", "sandwich", "none"), default="louis",
        help="standard errors: from the information (default), or right in a wrong model too",
    )  # fmt: skip
    fit.add_argument("-o", "--output", type=Path, help="keep the fit as JSON")
    fit.add_argument("--page", type=Path, metavar="FILE", help="write the diagnostics as HTML")
    fit.add_argument("--json", action="store_true", help=JSON)


def _compare(commands: Commands[argparse.ArgumentParser]) -> None:
    compare = commands.add_parser(
        "compare",
        help="compare population fits of the same data",
        description="Set fits of the same data side by side: -2LL with its error, AIC, BIC, and a"
        " likelihood-ratio test where one model holds the other.",
    )
    compare.add_argument(
        "fits", type=Path, nargs="+", metavar="FIT", help="files of `reinfuse fit`"
    )
    compare.add_argument("--json", action="store_true", help=JSON)


def _vpc(commands: Commands[argparse.ArgumentParser]) -> None:
    vpc = commands.add_parser(
        "vpc",
        help="set simulated data of a fit against its data",
        description="Simulate the data of a fit again and again, and set quantiles and shares"
        " below the limit against what was measured.",
    )
    vpc.add_argument("fit", type=Path, metavar="FIT", help="kept by `reinfuse fit`")
    _add_data(vpc)
    vpc.add_argument("--replicates", type=int, default=1000, help="default 1000")
    vpc.add_argument("--bins", metavar="N|EDGES", help="how many, or edges such as 0,7,14,28")
    vpc.add_argument(
        "--by", action="append", metavar="NAME",
        help="apart by assay, occasion or a covariate; repeatable",
    )  # fmt: skip
    vpc.add_argument("--corrected", action="store_true", help="prediction-corrected too")
    vpc.add_argument("--seed", type=whole_number(0, _LARGEST_SEED), default=1, help=SEED)
    vpc.add_argument("-o", "--output", type=Path, help="write the page as HTML")
    vpc.add_argument("--json", action="store_true", help=JSON)


def _simulate(commands: Commands[argparse.ArgumentParser]) -> None:
    simulate = commands.add_parser(
        "simulate-fit",
        help="draw new patients from a fit",
        description="Draw new patients from a fit: their curves as a data set, and quantiles by"
        " day. Simulated patients are no patients.",
    )
    simulate.add_argument("fit", type=Path, metavar="FIT", help="kept by `reinfuse fit`")
    simulate.add_argument(
        "--subjects", type=whole_number(1, _MOST_PATIENTS), default=1000, help="default 1000"
    )
    simulate.add_argument("--days", metavar="A,B,...", help="sampling days")
    simulate.add_argument("--infusions", default="0", metavar="A,B,...", help="days of infusions")
    simulate.add_argument("--dose", type=_above_zero, help="amount of each infusion")
    simulate.add_argument("--covariates", type=Path, metavar="FILE", help="CSV, a row a patient")
    simulate.add_argument("--limit", type=_above_zero, help="levels below are censored")
    simulate.add_argument(
        "--with-uncertainty", action="store_true", help="draw the population's numbers too"
    )
    simulate.add_argument("--seed", type=whole_number(0, _LARGEST_SEED), default=1, help=SEED)
    simulate.add_argument("-o", "--output", type=Path, help="write the data set as CSV")
    simulate.add_argument("--json", action="store_true", help=JSON)


def _design(commands: Commands[argparse.ArgumentParser]) -> None:
    design = commands.add_parser(
        "design",
        help="choose the sampling days that tell most of one patient",
        description="Choose days that tell most of what is asked about a patient of a population,"
        " against the prior and against common schedules.",
    )
    design.add_argument("--population", metavar="NAME", help="published, such as stein-2019")
    design.add_argument("--fit", type=Path, metavar="FIT", help="or one kept by `reinfuse fit`")
    design.add_argument(
        "--about", default="persistence", metavar="WHAT",
        help="persistence (default; needs --limit), auc, cmax, or a parameter",
    )  # fmt: skip
    design.add_argument("--grid", metavar="A,B,...", help="days to choose from")
    design.add_argument("--samples", type=int, default=5, help="how many days (default 5)")
    design.add_argument("--limit", type=_above_zero, help="of the assay")
    design.add_argument("--taken", metavar="A,B,...", help="days that are sampled already")
    design.add_argument("--dose", type=_above_zero, help="amount of the infusion")
    design.add_argument("--seed", type=whole_number(0, _LARGEST_SEED), default=1, help=SEED)
    design.add_argument("--json", action="store_true", help=JSON)


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument("data", type=Path, nargs="+", metavar="DATA", help=DATA)
    _add_reading(command)


def _add_reading(command: argparse.ArgumentParser) -> None:
    """How a data set is to be read."""
    command.add_argument(
        "--columns", metavar="NAME=HEADER,...", help="which header is which column, as ID=Subject"
    )
    command.add_argument("--covariates", metavar="HEADERS", help="columns that are covariates")
    command.add_argument(
        "--occasions", metavar="RULE",
        help="infusions (a dose begins an occasion), one, or a header; default: OCC, or by doses",
    )  # fmt: skip
    command.add_argument("--log", action="store_true", help="values are natural logarithms")
    command.add_argument("--time-unit", metavar="UNIT", help="of TIME: d (default), h, ...")
    command.add_argument(
        "--widest-days", type=float, metavar="DAYS",
        help="of courses: the least sure day that is used (default 7)",
    )  # fmt: skip


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """What reads a whole number between two others."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a whole number from {least} to {most}"
            )
        return number

    return read


def _above_zero(text: str) -> float:
    """A number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number
