"""What can be typed of `reinfuse petct`: PET/CT scans of one patient, with lesions followed."""

from __future__ import annotations

import argparse
from pathlib import Path

from reinfuse.cli.notice import NOTICE
from reinfuse.cli.parser_kinetics import JSON, Commands

# What can be typed, and the key of the normaliser in `imaging.suv`, which is not loaded here.
NORMALISED = {
    "bw": "bw",
    "lbm-james": "sul-james",
    "lbm-morgan": "sul-morgan",
    "lbm-janmahasatian": "sul-janmahasatian",
    "ibw": "ibw",
    "bsa": "bsa",
}


def add_petct_command(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command that measures lesions in PET/CT."""
    petct = commands.add_parser(
        "petct",
        help="measure lesions in PET/CT scans and follow them, from DICOM",
        description="Turn PET series of one patient into standardised uptake, draw each lesion by a"
        " threshold where the boxes say it is, or take its mask from a file, measure it, and"
        " follow it through the scans. A lesion that is drawn no more is told with the uptake left"
        " in its place, and never called gone. Response is graded as far as the numbers go."
        " Without --lesions, candidates are listed for a person to accept."
        " With a course, a new course file holds every look. A scan or lesion that fails is told,"
        f" the others are measured, and the exit code is 2. {NOTICE}",
    )
    petct.add_argument(
        "folders", type=Path, nargs="+", metavar="FOLDERS",
        help="a folder or zip with the DICOM files of PET, and CT, for each time point",
    )  # fmt: skip
    petct.add_argument(
        "--lesions", type=Path, metavar="BOXES",
        help="the lesions (YAML): name, site, and in each scan a box or seed in mm, or a mask; days"
        " of the scans, liver and mediastinum, and corrections of dose, weight and times",
    )  # fmt: skip
    petct.add_argument(
        "--course", type=Path, metavar="COURSE",
        help="a course file to add the looks to; the new course is written into -o. A scan whose"
        " day the boxes do not say gets it from the dates of infusions",
    )  # fmt: skip
    petct.add_argument(
        "--suv", choices=tuple(NORMALISED), default="bw", metavar="NAME",
        help="what uptake is normalised by: bw (body weight, the default), lbm-james, lbm-morgan"
        " or lbm-janmahasatian (lean mass), ibw (ideal weight), or bsa (surface); criteria of"
        " response ask for bw",
    )  # fmt: skip
    petct.add_argument(
        "--seed", type=int, default=1, metavar="N",
        help="of the points at which scans are compared for registration (default 1)",
    )  # fmt: skip
    petct.add_argument("--json", action="store_true", help=JSON)
    petct.add_argument(
        "-o", "--output", type=Path, metavar="DIR",
        help="a folder, made if need be, for measurements.json, measurements.csv, marks.csv (for"
        " `reinfuse grade`), the page petct.html, pictures.json (for `reinfuse report --petct`),"
        " and the new course or lesions.yaml; without --lesions for boxes.yaml, the candidates as"
        " a boxes file in which a person accepts some",
    )  # fmt: skip
    _add_objects(petct)


def _add_objects(petct: argparse.ArgumentParser) -> None:
    petct.add_argument(
        "--dicom", action="store_true",
        help="write the drawn lesions of each scan into -o as DICOM too: masks (SCAN-seg.dcm) and"
        " numbers (SCAN-sr.dcm, TID 1500); needs the extra `dicom-sr`",
    )  # fmt: skip
    petct.add_argument(
        "--key", type=Path, metavar="FILE",
        help="a secret of at least 16 random bytes: with the same key every run gives the same"
        " new UIDs and the same pseudonym, so that objects of several runs stay together; without"
        " one they are new each time",
    )  # fmt: skip
    petct.add_argument(
        "--keep-identity", action="store_true",
        help="write name, number and study of the patient, and the UIDs of the images, into the"
        " DICOM objects, so that an archive files them beside the images. Without it they are left"
        " out and UIDs are replaced, and an archive cannot tell whose they are",
    )  # fmt: skip
