"""What can be typed of `reinfuse simulate`: many patients through a model written as text."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from reinfuse.cli.parser_kinetics import JSON, Commands, whole_number

NO_DECISION = (
    "A simulation is what the model says of patients that nobody has seen: it is for research,"
    " and does not decide about treatment."
)
MANY = 100_000  # more patients than this are summarised where no table is asked for
_LARGEST_SEED = 2**32 - 1
_MOST_PATIENTS, _MOST_THREADS, _MOST_STEPS = 100_000_000, 1024, 2**31 - 1


def add_simulate_command(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command that simulates a model of differential equations."""
    simulate = commands.add_parser(
        "simulate",
        help="simulate patients by a model of differential equations",
        description="Simulate many patients by a model that a text describes: a long table of"
        " what would be measured, or quantiles by time. A run that was interrupted goes on when"
        " the same command is given again. Patients that could not be solved are counted by"
        f" reason; the exit code is 1 if none could be solved. {NO_DECISION}",
    )
    simulate.add_argument(
        "model", type=Path, metavar="MODEL", help="a model file, as in examples/models"
    )
    _who(simulate)
    _what(simulate)
    _how(simulate)
    simulate.add_argument(
        "--out", type=Path, metavar="FILE",
        help="the long table to write, .parquet or .csv: patient, time, status, outputs",
    )  # fmt: skip
    simulate.add_argument(
        "--summary", type=Path, metavar="FILE.csv",
        help="quantiles, count and failures of each time and output; without --out memory does"
        f" not grow with patients. Above {MANY:,} patients, where no output is named,"
        " MODEL-summary.csv in this folder",
    )  # fmt: skip
    simulate.add_argument("--json", action="store_true", help=JSON)


def _who(simulate: argparse.ArgumentParser) -> None:
    simulate.add_argument(
        "--patients", type=whole_number(1, _MOST_PATIENTS), metavar="N",
        help="how many (default: one of usual values)",
    )  # fmt: skip
    simulate.add_argument(
        "--vary", action="append", metavar="NAME=CV",
        help="draw a parameter for each patient: log-normal, the usual value being the median, CV"
        " the coefficient of variation; all=CV for all that are not named; repeatable",
    )  # fmt: skip
    simulate.add_argument(
        "--seed", type=whole_number(0, _LARGEST_SEED), default=1, help="of all chance (default 1)"
    )
    simulate.add_argument(
        "--parameters", type=Path, metavar="TABLE",
        help="instead of --patients: a row each, CSV or Parquet; columns are parameters, those"
        " that are not there usual; a column `patient` may number them",
    )  # fmt: skip
    simulate.add_argument(
        "--set", action="append", metavar="NAME=VALUE",
        help="another value in place of the usual one; repeatable",
    )  # fmt: skip
    simulate.add_argument(
        "--doses", type=Path, metavar="TABLE.csv",
        help="patient,time,state,amount: what is added to states; patient `all` is everyone",
    )  # fmt: skip


def _what(simulate: argparse.ArgumentParser) -> None:
    simulate.add_argument(
        "--times", metavar="LIST",
        help="such as 0,1,7 or 0:28:1,60,90 (from:to:step); write --times=-5:28:1 for one that"
        " begins below 0; default: a grid, which is told",
    )  # fmt: skip
    simulate.add_argument(
        "--until", type=_finite, metavar="TIME", help="the last time of that grid"
    )
    simulate.add_argument(
        "--states", action="store_true", help="states of the model, not what it observes"
    )


def _how(simulate: argparse.ArgumentParser) -> None:
    simulate.add_argument(
        "--rtol", type=_tolerance, default=1e-6, metavar="X",
        help="relative error allowed in a step (default 1e-6)",
    )  # fmt: skip
    simulate.add_argument(
        "--bits", type=int, choices=(32, 64), default=64,
        help="of numbers: 64 (default), or 32, about twice as fast",
    )  # fmt: skip
    simulate.add_argument(
        "--most-steps", type=whole_number(1, _MOST_STEPS), default=100_000, metavar="N",
        help="after which a patient is given up (default 100000)",
    )  # fmt: skip
    simulate.add_argument(
        "--threads", type=whole_number(0, _MOST_THREADS), default=0, metavar="N",
        help="default: one for each processor; results do not depend on it",
    )  # fmt: skip


def _finite(text: str) -> float:
    """A finite number."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return number


def _tolerance(text: str) -> float:
    """A relative error that numbers of a computer can have."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 1e-13 <= number <= 0.1:  # noqa: PLR2004 # beyond, steps see only rounding, or nothing
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1e-13 to 0.1")
    return number
