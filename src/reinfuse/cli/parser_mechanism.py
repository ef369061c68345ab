"""What can be typed of the commands on the mechanism: options set against one another."""

from __future__ import annotations

import argparse
from pathlib import Path

from reinfuse.cli.parser_kinetics import JSON, Commands, whole_number

_LARGEST_SEED = 2**32 - 1
_FEWEST_DRAWS, _MOST_DRAWS = 50, 10_000
_LONGEST_SECONDS = 86_400
_MOST_WORKERS = 10_000


def add_mechanism_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add every command on the mechanism."""
    _forecast(commands)
    _trial(commands)
    _calibrate(commands)


def _forecast(commands: Commands[argparse.ArgumentParser]) -> None:
    forecast = commands.add_parser(
        "forecast",
        help="set options for one infusion against one another, in the model",
        description="Fit the course to the mechanism and replay one infusion with other choices,"
        " all on the same draws: where leukemia can be seen, whether it returns, toxicity, CAR-T"
        " cells. Each difference says what it hangs on, and whether that was learned from this"
        " patient or assumed. Options are not ranked. The model speaks of itself: it is for"
        " research, and does not decide about treatment.",
    )
    forecast.add_argument(
        "course", type=Path, metavar="COURSE",
        help="a course file (YAML); `reinfuse new` writes a commented one",
    )  # fmt: skip
    forecast.add_argument(
        "--options", type=Path, required=True, metavar="FILE", dest="options_file",
        help="the options (YAML), as in examples/options",
    )  # fmt: skip
    forecast.add_argument(
        "--draws", type=whole_number(_FEWEST_DRAWS, _MOST_DRAWS), default=1000, metavar="N",
        help="draws of the fit that are replayed, at most (default 1000)",
    )  # fmt: skip
    forecast.add_argument(
        "--seconds", type=whole_number(1, _LONGEST_SECONDS), default=60, metavar="N",
        help="after which the fit ends, told if too soon (default 60)",
    )  # fmt: skip
    forecast.add_argument(
        "--seed", type=whole_number(0, _LARGEST_SEED), default=1, help="of all chance (default 1)"
    )
    forecast.add_argument(
        "-o", "--output", type=Path, metavar="DIR",
        help="a folder, made if need be, for forecast.json and the tidy table forecast.csv",
    )  # fmt: skip
    forecast.add_argument("--json", action="store_true", help=JSON)


def _trial(commands: Commands[argparse.ArgumentParser]) -> None:
    trial = commands.add_parser(
        "trial",
        help="run a virtual trial: patients of the mechanism through arms, visits and grading",
        description="Run a virtual trial: virtual patients go through the mechanism, are seen at"
        " visits through assays, graded as patients are, and counted by arm. What comes out says"
        " what the model assumes: it is for research, and does not decide about treatment. A run"
        " that was ended in any way goes on with --resume, and its files come out the same.",
    )
    trial.add_argument(
        "design", type=Path, metavar="DESIGN", help="a design file (YAML), as in examples/trials"
    )
    trial.add_argument(
        "-o", "--output", type=Path, required=True, metavar="DIR",
        help="a folder, made if need be, for patients.csv, endpoints.csv, trial.json and a copy"
        " of the design",
    )  # fmt: skip
    trial.add_argument("--resume", action="store_true", help="go on with what was begun in DIR")
    trial.add_argument(
        "--executor", choices=("inline", "processes", "slurm", "dask", "ray"),
        default="processes",
        help="what does the work (default: processes of this machine); results do not depend on it",
    )  # fmt: skip
    trial.add_argument(
        "--workers", type=whole_number(0, _MOST_WORKERS), default=0, metavar="N",
        help="how many at once (default: one for each processor; of slurm, as it likes)",
    )  # fmt: skip
    trial.add_argument("--json", action="store_true", help=JSON)


def _calibrate(commands: Commands[argparse.ArgumentParser]) -> None:
    calibrate = commands.add_parser(
        "calibrate",
        help="hold the mechanism against published rates",
        description="Hold virtual patients against published numbers that were named before any"
        " run: those to calibrate, which tell something of values of our own, and with --held-out"
        " those that nothing was fitted to. It takes minutes; the same command goes on from where"
        " it was stopped. A model speaks of itself: it is for research, and does not decide about"
        " treatment.",
    )
    calibrate.add_argument(
        "-o", "--output", type=Path, metavar="PAGE.html", help="the page to write"
    )
    calibrate.add_argument(
        "--patients", type=whole_number(20, 100_000), default=300, metavar="N",
        help="virtual patients of each target and value that is tried (default 300)",
    )  # fmt: skip
    calibrate.add_argument(
        "--draws", type=whole_number(40, 100_000), default=400, metavar="N",
        help="values that are tried first; as many more nearer to the targets (default 400)",
    )  # fmt: skip
    calibrate.add_argument(
        "--seed", type=whole_number(0, _LARGEST_SEED), default=1, help="of all chance (default 1)"
    )
    calibrate.add_argument(
        "--targets", type=Path, metavar="FILE.csv",
        help="another table of targets, with the columns of the shipped one",
    )  # fmt: skip
    calibrate.add_argument(
        "--held-out", action="store_true",
        help="score the targets held out too, once the calibration is over",
    )  # fmt: skip
    calibrate.add_argument("--json", action="store_true", help=JSON)
