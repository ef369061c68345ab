"""`reinfuse grade`: toxicity and response as intervals, with reasons."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap

from reinfuse.cli.columns import width
from reinfuse.cli.loading import Loaded, is_table, load
from reinfuse.cli.outputs import check_outputs
from reinfuse.cli.parser import BAD_INPUT
from reinfuse.cli.plain import grade_as_plain, head_of, json_text
from reinfuse.cli.tidy import GRADE_COLUMNS, csv_text, grade_row
from reinfuse.errors import ReinfuseError
from reinfuse.grading import Grade, grade_course
from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.chart.of_course import charts_of_course


def run(options: Namespace) -> int:
    """Grade course files, or one table of many patients."""
    check_outputs((options.output, options.problems), options.files)
    if options.topic is not None and options.criterion:
        raise ReinfuseError(
            "--topic and --criterion both choose the criteria", fix="give one of the two"
        )
    tables = [path for path in options.files if is_table(path)]
    if tables:
        if len(options.files) > 1:
            raise ReinfuseError(
                "a table is graded alone: its rows hold every patient",
                fix="give one table, or course files only",
            )
        from reinfuse.cli.grading_table import grade_table

        return grade_table(tables[0], options)
    _refuse_options_of_tables(options)
    return _grade_courses(options)


def _refuse_options_of_tables(options: Namespace) -> None:
    for name in ("patient", "problems", "reasons"):
        if getattr(options, name):
            raise ReinfuseError(
                f"--{name} is for a table of many patients, and these are course files",
                fix=f"leave out --{name}; a table ends with .csv or .tsv",
            )


def _grade_courses(options: Namespace) -> int:
    loaded, refused = _loaded(options.files, keep_going=options.keep_going)
    check_outputs((options.output,), _tables_of(options.files, loaded))
    graded = [(one, _grades(one, options)) for one in loaded]
    if options.output is not None:
        _write(options.output, graded)
    if options.json:
        print(_as_json(graded, many=len(options.files) > 1))
    elif options.output is None:
        for one, grades in graded:
            if len(options.files) > 1:
                print(f"== {one.file}: {one.course.title}\n")
            for grade in grades:
                print("\n".join(block(grade)))
        print("An interval says what the record allows; what was not recorded could be anything.")
    for error in refused:
        print(f"reinfuse: {error}", file=sys.stderr)
    return BAD_INPUT if refused else 0


def _loaded(files: Sequence[Path], *, keep_going: bool) -> tuple[list[Loaded], list[ReinfuseError]]:
    """Every course that can be read; without `keep_going` nothing is read if one cannot be."""
    loaded, refused = [], []
    for path in files:
        try:
            loaded.append(load(path))
        except ReinfuseError as error:
            refused.append(error)
    if refused and not keep_going:
        raise ReinfuseError("\n\n".join(str(error) for error in refused))
    return loaded, refused


def _tables_of(files: Sequence[Path], loaded: Sequence[Loaded]) -> list[Path]:
    """Where the tables of the courses can lie: beside any of the files."""
    names = [table.file for one in loaded for table in one.course.tables]
    return [folder / name for folder in {path.parent for path in files} for name in names]


def _grades(loaded: Loaded, options: Namespace) -> tuple[Grade, ...]:
    if options.criterion:
        entries = list(dict.fromkeys(criterion_named(name) for name in options.criterion))
        charts = charts_of_course(loaded.course)
        if not charts:
            raise ReinfuseError(
                "the course has no infusion and no transplant to count days from",
                where=loaded.file,
                fix="add one under `infusions`",
            )
        return tuple(entry.grade(chart) for entry in entries for chart in charts)
    grades = grade_course(loaded.course)
    if not options.topic:
        return grades
    wanted = options.topic.casefold()
    found = tuple(grade for grade in grades if wanted in grade.topic.casefold())
    if not found:
        topics = sorted({grade.topic for grade in grades})
        raise ReinfuseError(
            f"no grade has {options.topic!r} in its topic",
            fix=f"the topics are {', '.join(topics)}",
        )
    return found


def _write(output: Path, graded: Sequence[tuple[Loaded, tuple[Grade, ...]]]) -> None:
    from reinfuse.exchange.course_file import write_whole

    rows = [grade_row(one.file, grade) for one, grades in graded for grade in grades]
    write_whole(output, csv_text(GRADE_COLUMNS, rows))
    print(f"wrote {output}: {len(rows)} grades", file=sys.stderr)


def _as_json(graded: Sequence[tuple[Loaded, tuple[Grade, ...]]], *, many: bool) -> str:
    documents = [
        head_of(one.file, one.sha256) | {"grades": [grade_as_plain(grade) for grade in grades]}
        for one, grades in graded
    ]
    return json_text({"courses": documents} if many else documents[0])


def block(grade: Grade) -> Iterator[str]:
    """A grade with what made it and what would settle it, as lines."""
    derived = grade.shown() if grade.evaluable else f"{grade.shown()} (not evaluable)"
    published = ""
    if grade.as_published is not None and not grade.exact:
        published = f"   by its own rule for gaps {grade.as_published}"
    reported = f"   reported {grade.reported}" if grade.reported else ""
    named = (grade.topic, grade.subject, grade.when, grade.criterion.name)
    yield " · ".join(part for part in named if part)
    yield f"  {derived}{published}{reported}"
    for name, text in (
        ("because", "; ".join(reason.text for reason in grade.because)),
        ("episodes", "; ".join(_episodes(grade))),
        ("assumed", "; ".join(grade.assumed)),
        ("missing", ", ".join(grade.missing)),
    ):
        if text:
            yield from wrap(
                f"{name}: {text}", width(), initial_indent="    ", subsequent_indent=" " * 13
            )
    yield ""


def _episodes(grade: Grade) -> Iterator[str]:
    for one in grade.episodes:
        over = "not known to be over" if one.resolved is None else f"over by day {one.resolved}"
        yield f"from day {one.onset}, highest {one.peak} on day {one.peak_day}, {over}"
