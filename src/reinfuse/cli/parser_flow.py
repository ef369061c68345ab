"""What can be typed of `reinfuse flow`: FCS files measured by a gating strategy."""

from __future__ import annotations

import argparse
from pathlib import Path

from reinfuse.cli.notice import NOTICE
from reinfuse.cli.parser_kinetics import JSON, Commands

STRATEGIES = ("car-t", "b-all-mrd", "b-all-mrd-cd19-free")  # those that ship, told in the help


def add_flow_command(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command that measures tubes of flow cytometry."""
    flow = commands.add_parser(
        "flow",
        help="measure CAR-T cells or residual leukemia in FCS files, with limits",
        description="Gate the FCS files of one patient by one strategy and say what was found:"
        " counts, percentages after the background of the control with exact intervals, limit of"
        " blank, of detection and of quantification, and what may be said. Gates are moved to"
        " where the events lie, as far as the strategy allows, and the move is told. With a course,"
        " a new course file holds the results as observations. A file or result that fails is"
        f" told, the others are measured, and the exit code is 2. {NOTICE}",
    )
    flow.add_argument(
        "files", type=Path, nargs="+", metavar="FILES",
        help="FCS files, or folders of them (.fcs, .lmd)",
    )  # fmt: skip
    flow.add_argument(
        "--strategy", required=True, metavar="S",
        help=f"a gating strategy that ships ({', '.join(STRATEGIES)}), or a strategy file (YAML)",
    )  # fmt: skip
    flow.add_argument(
        "--panel", type=Path, metavar="P",
        help="the panel (YAML, or CSV with marker,channel): which channel has which marker, which"
        " files are controls, days, cell counts, beads, site; without it, labels of the stains",
    )  # fmt: skip
    flow.add_argument(
        "--course", type=Path, metavar="COURSE",
        help="a course file to add the results to; the new course is written into -o",
    )  # fmt: skip
    flow.add_argument(
        "--details", action="store_true",
        help="print each tube by itself as well: every result, gate and note; without it several"
        " tubes are one table",
    )  # fmt: skip
    flow.add_argument("--json", action="store_true", help=JSON)
    flow.add_argument(
        "-o", "--output", type=Path, metavar="DIR",
        help="a folder, made if need be, for measurements.json, series.csv, the pages of tubes and"
        " series, and the new course or observations.yaml",
    )  # fmt: skip
    flow.add_argument(
        "--no-placing", action="store_true", help="leave every gate where the strategy draws it"
    )
    flow.add_argument(
        "--in-order", action="store_true",
        help="the files are listed as they were acquired, for carryover; else $DATE and $BTIM tell",
    )  # fmt: skip
    flow.add_argument(
        "--level", type=_level, default=0.95, metavar="L",
        help="confidence of every interval (default 0.95)",
    )  # fmt: skip


def _level(text: str) -> float:
    try:
        level = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 < level < 1:
        raise argparse.ArgumentTypeError("give a share between 0 and 1, such as 0.95")
    return level
