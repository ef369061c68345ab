"""`reinfuse petct`: lesions of one patient measured in PET/CT and followed."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reinfuse import __version__
from reinfuse.cli import petct_table
from reinfuse.cli.loading import Loaded, load
from reinfuse.cli.needed import ALL, check_needed
from reinfuse.cli.notice import NOTICE
from reinfuse.cli.outputs import check_folder, check_outputs
from reinfuse.cli.petct_course import snippet, with_looks
from reinfuse.cli.plain import Plain, json_text
from reinfuse.cli.progress import say
from reinfuse.cli.tidy import csv_text
from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_course, write_whole

if TYPE_CHECKING:
    from reinfuse.imaging.measured import Boxes, Recorded, Results

INCOMPLETE = 2
MEASUREMENTS, TABLE, ENTRIES = "measurements.json", "measurements.csv", "lesions.yaml"
_NEEDED = ("numpy", "scipy", "pydicom", "skimage")
_QUIET_SECONDS = 2.0


def run(options: Namespace) -> int:
    """Measure the lesions, write what was asked for, print results; 2 if anything failed."""
    check_needed("petct", _NEEDED, ALL)
    loaded = None if options.course is None else load(options.course)
    _check_outputs(options, loaded)
    boxes = _boxes(options)
    results = _measured(options, boxes)
    recorded = _recorded(results, loaded)
    problems = petct_table.problems(results, recorded.findings)
    written = _write(options, results, recorded, loaded) if options.output else []
    if options.json:
        print(json_text(_document(results, recorded, [path.name for path in written])))
    else:
        for line in petct_table.lines(results, recorded.findings):
            print(line)
        for path in written:
            print(f"wrote {path}")
    for problem in problems:
        print(f"reinfuse: {problem}", file=sys.stderr)
    return INCOMPLETE if problems else 0


def _check_outputs(options: Namespace, loaded: Loaded | None) -> None:
    """Refuse, before anything is measured, a folder where something would be overwritten."""
    output: Path | None = options.output
    if options.course is not None and options.lesions is None:
        raise ReinfuseError(
            "there are no lesions to add to the course", fix="name a boxes file with --lesions"
        )
    if options.course is not None and output is None:
        raise ReinfuseError(
            "there is no place for the new course", fix="name a folder with -o; the old is kept"
        )
    check_folder(output)
    if output is None:
        return
    place = output.resolve()
    if any(place.is_relative_to(folder.resolve()) for folder in options.folders):
        raise ReinfuseError(
            "the results would be written among the DICOM files", fix="name another folder with -o"
        )
    if not output.is_dir():
        return
    names = [MEASUREMENTS, TABLE]
    inputs = [one for one in (options.lesions, options.course) if one is not None]
    inputs += options.folders
    if loaded is not None:
        tables = [table.file for table in loaded.course.tables]
        inputs += [options.course.parent / name for name in tables]
        names += [loaded.file, *tables]
    else:
        names.append(ENTRIES)
    check_outputs((output / name for name in names), inputs)


def _boxes(options: Namespace) -> Boxes:
    from reinfuse.imaging.measured import Boxes, read_boxes

    return Boxes() if options.lesions is None else read_boxes(options.lesions)


def _measured(options: Namespace, boxes: Boxes) -> Results:
    from reinfuse.imaging.measured import measure_scans

    begun = time.monotonic()
    say(f"reading {len(options.folders)} scans")

    def progress(step: str) -> None:
        if time.monotonic() - begun > _QUIET_SECONDS:
            say(step)

    try:
        return measure_scans(options.folders, boxes, seed=options.seed, progress=progress)
    finally:
        say("")


def _recorded(results: Results, loaded: Loaded | None) -> Recorded:
    from reinfuse.imaging.measured import record

    return record(results, None if loaded is None else loaded.course)


def _document(results: Results, recorded: Recorded, written: Sequence[str]) -> Plain:
    from reinfuse.imaging.measured import as_plain, finding_as_plain

    return {
        "reinfuse": __version__,
        "kind": "PET/CT",
        "notice": NOTICE,
        **as_plain(results),
        "observations": list(recorded.ids),
        "not_recorded": [finding_as_plain(one) for one in recorded.findings],
        "written": list(written),
    }


def _write(
    options: Namespace, results: Results, recorded: Recorded, loaded: Loaded | None
) -> list[Path]:
    """Everything is made before anything is written; the paths, in the order of writing."""
    folder: Path = options.output
    texts = {TABLE: _table(results)} if results.lesions else {}
    course = None
    if loaded is None and results.lesions:
        texts[ENTRIES] = snippet(recorded)
    elif loaded is not None:
        course = with_looks(loaded, options.course.parent, recorded)
    names = [*texts, MEASUREMENTS, *([loaded.file] if loaded is not None else [])]
    texts[MEASUREMENTS] = json_text(_document(results, recorded, names)) + "\n"
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        write_whole(folder / name, text)
    if loaded is not None and course is not None:
        write_course(course, folder / loaded.file)
    return [folder / name for name in names]


def _table(results: Results) -> str:
    from reinfuse.imaging.measured import COLUMNS, rows

    return csv_text(COLUMNS, rows(results))
