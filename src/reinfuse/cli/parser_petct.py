"""What can be typed of `reinfuse petct`: PET/CT scans of one patient, with lesions followed."""

from __future__ import annotations

import argparse
from pathlib import Path

from reinfuse.cli.notice import NOTICE
from reinfuse.cli.parser_kinetics import JSON, Commands


def add_petct_command(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command that measures lesions in PET/CT."""
    petct = commands.add_parser(
        "petct",
        help="measure lesions in PET/CT scans and follow them, from DICOM",
        description="Turn PET series of one patient into standardised uptake by body weight, draw"
        " each lesion by a threshold where the boxes say it is, measure it, and follow it through"
        " the scans. A lesion that is drawn no more is told with the uptake left in its place,"
        " and never called gone. Without --lesions, candidates are listed for a person to accept."
        " With a course, a new course file holds every look. A scan or lesion that fails is told,"
        f" the others are measured, and the exit code is 2. {NOTICE}",
    )
    petct.add_argument(
        "folders", type=Path, nargs="+", metavar="FOLDERS",
        help="a folder or zip with the DICOM files of PET, and CT, for each time point",
    )  # fmt: skip
    petct.add_argument(
        "--lesions", type=Path, metavar="BOXES",
        help="the lesions (YAML): name, site, and in each scan a box or seed in mm; days of the"
        " scans, and corrections of dose, weight and times",
    )  # fmt: skip
    petct.add_argument(
        "--course", type=Path, metavar="COURSE",
        help="a course file to add the looks to; the new course is written into -o",
    )  # fmt: skip
    petct.add_argument(
        "--seed", type=int, default=1, metavar="N",
        help="of the points at which scans are compared for registration (default 1)",
    )  # fmt: skip
    petct.add_argument("--json", action="store_true", help=JSON)
    petct.add_argument(
        "-o", "--output", type=Path, metavar="DIR",
        help="a folder, made if need be, for measurements.json, measurements.csv, and the new"
        " course or lesions.yaml",
    )  # fmt: skip
