"""`reinfuse flow`: FCS files of one patient measured by a gating strategy."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reinfuse import __version__
from reinfuse.cli import flow_table
from reinfuse.cli.flow_course import snippet, with_observations
from reinfuse.cli.flow_pages import other_pages, pages_of, picture_book
from reinfuse.cli.loading import Loaded, load
from reinfuse.cli.needed import ALL, check_needed
from reinfuse.cli.notice import NOTICE
from reinfuse.cli.outputs import check_folder, check_outputs
from reinfuse.cli.plain import Plain, json_text
from reinfuse.cli.progress import say
from reinfuse.cli.tidy import csv_text
from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_course, write_whole

if TYPE_CHECKING:
    from reinfuse.cytometry.measured import Measured, Observed
    from reinfuse.cytometry.pictures import PictureBook
    from reinfuse.cytometry.strategy import Panel, Strategy
    from reinfuse.record import Course

ENDINGS = (".fcs", ".lmd")
INCOMPLETE = 2
MEASUREMENTS, SERIES, ENTRIES = "measurements.json", "series.csv", "observations.yaml"
_NEEDED = ("numpy", "scipy")
_QUIET_SECONDS = 2.0


def run(options: Namespace) -> int:
    """Measure the tubes, write what was asked for, print results; 2 if anything failed."""
    check_needed("flow", _NEEDED, ALL)
    files = _files(options.files)
    loaded = None if options.course is None else load(options.course)
    _check_outputs(options, files, loaded)
    strategy, panel = _read(options)
    book = None if options.output is None else picture_book()
    measured = _measured(options, files, strategy, panel, book)
    observed = _observed(measured, loaded)
    problems = flow_table.problems(measured, observed.findings)
    written = _write(options, measured, observed, loaded, book) if options.output else []
    if options.json:
        print(json_text(_document(measured, observed, written)))
    else:
        for line in flow_table.lines(measured, observed.findings, details=options.details):
            print(line)
        for path in written:
            print(f"wrote {path}")
    if options.output is not None:
        _tell_other_pages(options.output, written)
    for problem in problems:
        print(f"reinfuse: {problem}", file=sys.stderr)
    return INCOMPLETE if problems else 0


def _files(given: Sequence[Path]) -> list[Path]:
    """The files, those of folders by name; every file once."""
    found: list[Path] = []
    for path in given:
        if path.is_dir():
            inside = sorted(one for one in path.iterdir() if one.suffix.lower() in ENDINGS)
            if not inside:
                raise ReinfuseError(
                    f"there is no FCS file in the folder {path.name}",
                    fix=f"give a folder with files that end in {' or '.join(ENDINGS)}",
                )
            found += inside
        else:
            found.append(path)
    return list({path.resolve(): path for path in reversed(found)}.values())[::-1]


def _check_outputs(options: Namespace, files: Sequence[Path], loaded: Loaded | None) -> None:
    """Refuse, before anything is measured, a folder where something would be overwritten."""
    if options.course is not None and options.output is None:
        raise ReinfuseError(
            "there is no place for the new course", fix="name a folder with -o; the old is kept"
        )
    check_folder(options.output)
    if options.output is None or not options.output.is_dir():
        return
    names = [MEASUREMENTS, SERIES]
    inputs = [*files, *(one for one in (options.panel, options.course) if one is not None)]
    if loaded is not None:
        tables = [table.file for table in loaded.course.tables]
        inputs += [options.course.parent / name for name in tables]
        names += [loaded.file, *tables]
    else:
        names.append(ENTRIES)
    if Path(options.strategy).exists():
        inputs.append(Path(options.strategy))
    check_outputs((options.output / name for name in names), inputs)


def _read(options: Namespace) -> tuple[Strategy, Panel | None]:
    """Strategy and panel; what is wrong with either is told at once."""
    from reinfuse.cytometry.strategy import read_panel, read_strategy

    problems: list[str] = []
    strategy, panel = None, None
    try:
        strategy = read_strategy(options.strategy)
    except ReinfuseError as error:
        problems.append(str(error))
    try:
        panel = None if options.panel is None else read_panel(options.panel)
    except ReinfuseError as error:
        problems.append(str(error))
    if strategy is None or problems:
        raise ReinfuseError("\n".join(problems))
    return strategy, panel


def _measured(
    options: Namespace,
    files: Sequence[Path],
    strategy: Strategy,
    panel: Panel | None,
    book: PictureBook | None,
) -> Measured:
    from reinfuse.cytometry.measured import measure_tubes

    begun = time.monotonic()
    say(f"measuring {len(files)} files")

    def progress(done: int, of: int) -> None:
        if time.monotonic() - begun > _QUIET_SECONDS:
            say(f"{done} of {of} files")

    measured = measure_tubes(
        files,
        strategy,
        panel,
        placing=not options.no_placing,
        level=options.level,
        in_order=options.in_order,
        watch=book,
        progress=progress,
    )
    say("")
    return measured


def _observed(measured: Measured, loaded: Loaded | None) -> Observed:
    from reinfuse.cytometry.measured import observe

    return observe(measured, None if loaded is None else loaded.course)


def _document(measured: Measured, observed: Observed, written: Sequence[Path | str]) -> Plain:
    from reinfuse.cytometry.measured import as_plain, finding_as_plain

    return {
        "reinfuse": __version__,
        "kind": "flow cytometry",
        "notice": NOTICE,
        **as_plain(measured),
        "observations": [one.id for one in observed.observations],
        "not_recorded": [finding_as_plain(one) for one in observed.findings],
        "written": [str(path) for path in written],
    }


def _write(
    options: Namespace,
    measured: Measured,
    observed: Observed,
    loaded: Loaded | None,
    book: PictureBook | None,
) -> list[Path]:
    """Everything is made before anything is written; the paths, in the order of writing."""
    folder: Path = options.output
    course: Course | None = None
    texts: dict[str, str] = {}
    if loaded is not None:
        course = with_observations(loaded, options.course.parent, observed.observations)
    else:
        texts[ENTRIES] = snippet(observed.observations)
    texts[SERIES] = _table(measured)
    texts |= pages_of(options, measured, book)
    named = [*texts, MEASUREMENTS, *([loaded.file] if loaded is not None else [])]
    written = [folder / name for name in named]
    texts[MEASUREMENTS] = json_text(_document(measured, observed, named)) + "\n"
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        write_whole(folder / name, text)
    if loaded is not None and course is not None:
        write_course(course, folder / loaded.file)
    return written


def _tell_other_pages(folder: Path, written: Sequence[Path]) -> None:
    """Say which pages in the folder are not of this run; they are left where they are."""
    others = other_pages(folder, {path.name for path in written})
    if others:
        print(
            f"reinfuse: pages of an earlier run are still in {folder}: {', '.join(others)}\n"
            "  fix:   take them away, or give each run a folder of its own",
            file=sys.stderr,
        )


def _table(measured: Measured) -> str:
    from reinfuse.cytometry.measured import COLUMNS, rows

    return csv_text(COLUMNS, rows(measured))
