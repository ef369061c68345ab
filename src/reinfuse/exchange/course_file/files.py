"""Reads a course file with its tables, and writes it back; nothing half-written is left behind."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from reinfuse.errors import Finding
from reinfuse.exchange.course_file.decoding import Decoder
from reinfuse.exchange.course_file.encoding import write_course_text
from reinfuse.exchange.course_file.nodes import read_tree
from reinfuse.exchange.course_file.references import Names, check_references
from reinfuse.exchange.course_file.tables import Rows, read_table
from reinfuse.exchange.course_file.tables_out import table_rows, write_table
from reinfuse.exchange.course_file.text import (
    LARGEST_TABLE_BYTES,
    MOST_PROBLEMS,
    Unreadable,
    problem,
    read_text,
    shortened,
)
from reinfuse.record import Course, Table

_TABLE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*\.csv")
_PLACE = re.compile(r"^(.*?)(?: (?:line|row) (\d+))?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a course file holds: a course, or every reason for which there is none.

    `lines` says on which line of the file each entry begins.
    """

    course: Course | None
    problems: tuple[Finding, ...]
    lines: Mapping[str, int]


def read_course(path: Path) -> Reading:
    """Read a course file and the CSV tables that it names."""
    try:
        text = read_text(path)
    except Unreadable as error:
        return Reading(None, error.findings, {})
    return read_course_text(text, path.name, path.parent)


def read_course_text(text: str, name: str, folder: Path | None = None) -> Reading:
    """Read the text of a course file; `folder` is where its tables lie."""
    decoder = Decoder(name)
    problems: list[Finding] = []
    try:
        tree = read_tree(text.removeprefix("\ufeff"), name)
        problems += tree.problems
        course = decoder.record(Course, tree.root, "course")
    except Unreadable as error:
        found = dict.fromkeys((*problems, *error.findings))
        return Reading(None, _in_order(found, name), dict(decoder.lines))
    problems += decoder.problems
    if course is not None:
        names = Names(
            file=name,
            lines=decoder.lines,
            kinds=decoder.kinds,
            guessed=frozenset(decoder.guessed),
        )
        problems += islice(check_references(course, names), MOST_PROBLEMS)
        course = _with_tables(course, names, folder, problems)
    lines = dict(decoder.lines)
    return Reading(course if not problems else None, _in_order(problems, name), lines)


def _with_tables(
    course: Course, names: Names, folder: Path | None, problems: list[Finding]
) -> Course:
    """The course with the rows of its tables; what is wrong with them is added to `problems`."""
    seen: set[str] = set()
    found = list(course.observations)
    for table in course.tables:
        if table.file in seen:
            what = f"the table {shortened(table.file)!r} is named twice"
            problems.append(problem(what, names.file, "name each table once"))
            continue
        seen.add(table.file)
        rows = _rows(table, folder, names.file)
        problems += rows.problems
        found += rows.observations
        taken = next((row.id for row in rows.observations if row.id in names.lines), None)
        if taken is not None:
            what = f"the id `{shortened(taken)}` is taken by a row of {table.file}"
            problems.append(problem(what, names.place(taken), "give the entry another id"))
    return replace(course, observations=tuple(found))


def _rows(table: Table, folder: Path | None, course_file: str) -> Rows:
    if not _TABLE_NAME.fullmatch(table.file):
        what = f"the table {shortened(table.file)!r} is no CSV file in the course's folder"
        fix = "name it like counts.csv, with no folder; letters, digits, dot, dash, underscore"
        return Rows((), (problem(what, course_file, fix),))
    try:
        return read_table(read_text((folder or Path()) / table.file, LARGEST_TABLE_BYTES), table)
    except Unreadable as error:
        return Rows((), error.findings)


def _in_order(problems: Iterable[Finding], name: str) -> tuple[Finding, ...]:
    """By file, the course first, and by line; not more than somebody will read."""
    listed = sorted(problems, key=lambda finding: _place(finding, name))
    if len(listed) < MOST_PROBLEMS:
        return tuple(listed)
    fix = "correct these first, then read the file again"
    rest = problem("there may be more problems than are listed here", name, fix)
    return (*listed[: MOST_PROBLEMS - 1], rest)


def _place(finding: Finding, name: str) -> tuple[bool, str, int]:
    match = _PLACE.match(finding.where)
    file, line = (match[1], int(match[2] or 0)) if match else (finding.where, 0)
    return file != name, file, line


def write_course(course: Course, path: Path) -> None:
    """Write a course file and its tables; each is renamed into place once it is whole.

    Raises ReinfuseError, before anything is written, if the file could not hold the course.
    """
    tables = {
        table.file: write_table(table, table_rows(course, table.file)) for table in course.tables
    }
    text = write_course_text(course)
    for file, content in tables.items():
        write_whole(path.parent / file, content)
    write_whole(path, text)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file beside its place and rename it, so that no half of it is ever seen."""
    data = content.encode() if isinstance(content, str) else content
    aside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
