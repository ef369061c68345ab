"""What `reinfuse petct -o` writes: everything is made first, and nothing that is read is lost."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reinfuse.cli.loading import Loaded
from reinfuse.cli.outputs import check_folder, check_outputs
from reinfuse.cli.petct_course import snippet, with_looks
from reinfuse.cli.petct_objects import object_files, objects_in
from reinfuse.cli.petct_outcome import Outcome
from reinfuse.cli.petct_page import PAGE, PICTURES, page_and_pictures
from reinfuse.cli.petct_plain import document
from reinfuse.cli.plain import json_text
from reinfuse.cli.tidy import csv_text
from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_course, write_whole
from reinfuse.record import Course
from reinfuse.record.chart import Chart

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from reinfuse.imaging.masks import Stamp
    from reinfuse.imaging.measured import Boxes

MEASUREMENTS, TABLE, ENTRIES = "measurements.json", "measurements.csv", "lesions.yaml"
MARKS, CANDIDATES = "marks.csv", "boxes.yaml"
_OBJECT = re.compile(r"[a-z0-9-]+-(seg|sr)\.dcm")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Made:
    """What is to be written into the folder, by name: texts, DICOM objects, and a course."""

    texts: Mapping[str, str] = field(repr=False)
    objects: Mapping[str, Dataset] = field(repr=False)
    course: Course | None = None
    course_file: str = ""


def check_places(options: Namespace, boxes: Boxes, loaded: Loaded | None) -> None:
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
    if output.is_dir():
        names = _names(options, boxes, loaded)
        check_outputs((output / name for name in names), _inputs(options, boxes, loaded))


def made_of(
    options: Namespace, outcome: Outcome, loaded: Loaded | None, stamp: Stamp | None
) -> Made:
    """Everything that is to be written, ready; ReinfuseError where any of it cannot be."""
    results, recorded = outcome.results, outcome.recorded
    texts: dict[str, str] = {}
    course = None
    # Where no scan could be read there are no rows, and nothing to add to a course.
    loaded = loaded if results.scans else None
    if results.lesions and results.scans:
        texts[TABLE] = _table(outcome)
    if isinstance(outcome.response.chart, Chart) and results.scans:
        texts[MARKS] = _marks(outcome.response.chart)
    if loaded is None and results.lesions and results.scans:
        texts[ENTRIES] = snippet(recorded)
    elif loaded is not None:
        course = with_looks(loaded, options.course.parent, recorded)
    if not results.boxes.lesions and results.scans:
        texts[CANDIDATES] = _candidates(outcome, options.output / CANDIDATES)
    texts |= page_and_pictures(options, outcome)
    objects = objects_in(results, stamp)
    course_file = "" if loaded is None else loaded.file
    names = [*texts, MEASUREMENTS, *objects, *([course_file] if course_file else [])]
    texts[MEASUREMENTS] = json_text(document(outcome, names)) + "\n"
    return Made(texts=texts, objects=objects, course=course, course_file=course_file)


def write_all(folder: Path, made: Made) -> list[Path]:
    """Write everything; the paths, in the order of writing."""
    from reinfuse.imaging.masks import save_object

    folder.mkdir(exist_ok=True)
    for name, text in made.texts.items():
        write_whole(folder / name, text)
    for name, written in made.objects.items():
        save_object(written, folder / name)
    if made.course is not None:
        write_course(made.course, folder / made.course_file)
    more = [made.course_file] if made.course is not None else []
    return [folder / name for name in (*made.texts, *made.objects, *more)]


def left_over(folder: Path, written: Collection[Path]) -> list[str]:
    """What an earlier run left in the folder and this one did not write, by name.

    It may be of other lesions, or of another patient; whoever gave the folder decides.
    """
    ours = {path.name for path in written}
    known = (TABLE, MARKS, ENTRIES, PAGE, PICTURES)
    return sorted(
        path.name
        for path in folder.iterdir()
        if (path.name in known or _OBJECT.fullmatch(path.name)) and path.name not in ours
    )


def _names(options: Namespace, boxes: Boxes, loaded: Loaded | None) -> Iterator[str]:
    """Whatever may be written, and the tables that lie beside a course."""
    yield from (MEASUREMENTS, TABLE, MARKS, PAGE, PICTURES)
    if not boxes.lesions:
        yield CANDIDATES
    if loaded is None:
        yield ENTRIES
    else:
        yield loaded.file
        yield from (table.file for table in loaded.course.tables)
    if options.dicom:
        from reinfuse.imaging.measured.scanning import named

        scans = [wanted.name for _, wanted in named(options.folders, boxes)]
        for pair in object_files(scans).values():
            yield from pair


def _inputs(options: Namespace, boxes: Boxes, loaded: Loaded | None) -> Iterator[Path]:
    yield from options.folders
    yield from (one for one in (options.lesions, options.course, options.key) if one is not None)
    if loaded is not None:
        yield from (options.course.parent / table.file for table in loaded.course.tables)
    for lesion in boxes.lesions:
        for place in lesion.places.values():
            for mask in (place.mask, place.ct):
                if mask is not None:
                    yield options.lesions.parent / mask.file


def _table(outcome: Outcome) -> str:
    from reinfuse.imaging.measured import COLUMNS, rows

    return csv_text(COLUMNS, rows(outcome.results))


def _marks(chart: Chart) -> str:
    from reinfuse.imaging.measured.response_marks import MARK_COLUMNS, mark_rows

    return csv_text(MARK_COLUMNS, mark_rows(chart))


def _candidates(outcome: Outcome, place: Path) -> str:
    from reinfuse.imaging.measured.candidates_file import boxes_of_candidates

    text = boxes_of_candidates(outcome.results)
    if place.exists() and place.read_bytes() != text.encode():
        raise ReinfuseError(
            f"{place.name} is there already, and somebody may have accepted lesions in it",
            fix="name it with --lesions, or another folder with -o",
        )
    return text
