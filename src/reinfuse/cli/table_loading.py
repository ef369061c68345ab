"""Reads the long table that a command was given, and tells every problem by row."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from reinfuse.cli.tidy import csv_text
from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_whole
from reinfuse.exchange.long_table import Rows, TableReading, read_long_table
from reinfuse.record.long_table import LongTable
from reinfuse.record.vocabulary import items

NOTES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class LoadedTable:
    """A table with what is needed to say where it came from."""

    table: LongTable
    problems: Rows
    notes: Rows
    file: str
    sha256: str


def load_table(path: Path, *, keep_going: bool, problems_to: Path | None) -> LoadedTable:
    """Read a table; raises ReinfuseError with its problems where it cannot be used.

    With `keep_going` the good rows are used and the problems told on the error stream. Every
    problem goes into `problems_to`, if that is given.
    """
    reading = read_long_table(path, keep_going=keep_going)
    if problems_to is not None:
        write_whole(problems_to, _problem_rows(reading))
    if reading.table is None:
        raise ReinfuseError(_message(path, reading, problems_to))
    if len(reading.problems):
        print(f"reinfuse: {_message(path, reading, problems_to)}", file=sys.stderr)
    _tell_notes(reading.notes)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return LoadedTable(reading.table, reading.problems, reading.notes, path.name, digest)


def fed_by(table: LongTable) -> set[str]:
    """The items of a table that say what happened; an age or a limit of normal alone does not."""
    return {one.item for one in table.measures if not items()[one.item].lasting}


def from_transplant(table: LongTable) -> bool:
    """Whether day 0 of a table is a transplant: one was charted on it."""
    wanted = {place for place, one in enumerate(table.measures) if one.item == "transplant"}
    return bool(wanted) and any(
        measure in wanted and day // 1 == 0 and word == 1
        for measure, day, word in zip(table.measure, table.day, table.word, strict=True)
    )


def _message(path: Path, reading: TableReading, problems_to: Path | None) -> str:
    count = len(reading.problems)
    plural = "" if count == 1 else "s"
    kept = "; the other rows are graded" if reading.table is not None else ""
    lines = [f"{path.name} has {count} problem{plural}{kept}", "", reading.problems.message()]
    if problems_to is not None:
        lines += ["", f"every problem is in {problems_to}"]
    elif reading.table is None and reading.of_rows:
        lines += [
            "",
            "  fix:   correct the rows; or use the good ones with --keep-going"
            " (`reinfuse grade TABLE.csv --problems FILE.csv` lists every problem)",
        ]
    return "\n".join(lines)


def _tell_notes(notes: Rows) -> None:
    for number, note in enumerate(notes):
        if number == NOTES_SHOWN:
            print(f"note: and {len(notes) - NOTES_SHOWN} more notes", file=sys.stderr)
            return
        print(f"note: {note.where}: {note.what}", file=sys.stderr)


def _problem_rows(reading: TableReading) -> str:
    rows = ((one.where, one.rule, one.what, one.fix) for one in reading.problems)
    return csv_text(("where", "rule", "what", "fix"), rows)
