"""`reinfuse petct`: lesions of one patient measured in PET/CT and followed."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reinfuse.cli import petct_table
from reinfuse.cli.loading import load
from reinfuse.cli.needed import ALL, check_needed
from reinfuse.cli.petct_files import check_places, left_over, made_of, write_all
from reinfuse.cli.petct_objects import stamp_of
from reinfuse.cli.petct_outcome import outcome_of
from reinfuse.cli.petct_plain import document
from reinfuse.cli.plain import json_text

if TYPE_CHECKING:
    from reinfuse.imaging.measured import Boxes

INCOMPLETE = 2
_NEEDED = ("numpy", "scipy", "pydicom", "skimage")
_PAGE = ("jinja2", "vl_convert")  # only what is written has a page


def run(options: Namespace) -> int:
    """Measure the lesions, write what was asked for, print results; 2 if anything failed."""
    check_needed("petct", _NEEDED if options.output is None else (*_NEEDED, *_PAGE), ALL)
    stamp = stamp_of(options)
    loaded = None if options.course is None else load(options.course)
    boxes = _boxes(options)
    check_places(options, boxes, loaded)
    outcome = outcome_of(options, boxes, loaded)
    problems = petct_table.problems(outcome)
    written: list[Path] = []
    if options.output is not None:
        written = write_all(options.output, made_of(options, outcome, loaded, stamp))
    if options.json:
        print(json_text(document(outcome, [path.name for path in written])))
    else:
        for line in petct_table.lines(outcome):
            print(line)
        for path in written:
            print(f"wrote {path}")
    if options.output is not None:
        _tell_others(options.output, written)
    for problem in problems:
        print(f"reinfuse: {problem}", file=sys.stderr)
    return INCOMPLETE if problems else 0


def _tell_others(folder: Path, written: Sequence[Path]) -> None:
    others = left_over(folder, written)
    if others:
        print(
            f"reinfuse: files of an earlier run are still in {folder.name}: {', '.join(others)}\n"
            "  fix:   take them away, or give each run a folder of its own",
            file=sys.stderr,
        )


def _boxes(options: Namespace) -> Boxes:
    from reinfuse.imaging.measured import Boxes, read_boxes

    return Boxes() if options.lesions is None else read_boxes(options.lesions)
