"""Reads the kinetic data that a command was given: one data set, or course files."""

from __future__ import annotations

import hashlib
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reinfuse.cli.loading import MOST_SHOWN, load
from reinfuse.errors import Finding, ReinfuseError
from reinfuse.exchange.data_set import read_data_set
from reinfuse.record.data_set import DataSet
from reinfuse.synopsis.data_set import data_set_of_courses

COURSE_ENDINGS = (".yaml", ".yml")
WIDEST_DAYS = 7.0
NOTES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class LoadedData:
    """A data set with what is needed to say where it came from, and what was decided."""

    data: DataSet
    file: str
    sha256: str
    notes: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataReading:
    """What some files hold: data, or every problem for which there is none.

    `errors` counts all problems, of which `problems` lists the first of each sort.
    """

    data: DataSet | None
    file: str
    sha256: str
    problems: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    errors: int = 0

    @property
    def message(self) -> str:
        """The first problems in one message, and how many there are."""
        plural = "" if self.errors == 1 else "s"
        lines = [f"{self.file} cannot be used: {self.errors} problem{plural}", ""]
        lines += [in_a_line(one) for one in self.problems[:MOST_SHOWN]]
        if self.errors > MOST_SHOWN:
            lines.append(f"and {self.errors - min(MOST_SHOWN, len(self.problems))} more")
        return "\n".join(lines)


def load_data(paths: Sequence[Path], options: Namespace) -> LoadedData:
    """Read one data set (CSV) or course files; raises ReinfuseError with all their problems.

    Of `options` these are looked at, where they are there: `columns` (NAME=HEADER, by comma),
    `covariates` (by comma), `occasions`, `log`, `time_unit`, `widest_days` (of courses).
    """
    reading = read_data(paths, options)
    if reading.data is None:
        raise ReinfuseError(reading.message)
    return LoadedData(reading.data, reading.file, reading.sha256, reading.notes)


def read_data(paths: Sequence[Path], options: Namespace) -> DataReading:
    """What `load_data` reads, with the problems as values; raises where a file is missing."""
    courses = [path for path in paths if path.suffix.casefold() in COURSE_ENDINGS]
    if len(courses) == len(paths):
        return _of_courses(courses, getattr(options, "widest_days", None))
    if len(paths) > 1:
        raise ReinfuseError(
            "a data set is read alone: its rows hold every patient",
            where=", ".join(path.name for path in paths),
            fix="give one table, or course files only",
        )
    return _of_table(paths[0], options)


def tell_notes(notes: Sequence[Finding]) -> None:
    """Say the first notes on the error stream, and how many more there are."""
    for note in notes[:NOTES_SHOWN]:
        print(f"note: {note.where}: {note.what}", file=sys.stderr)
    if len(notes) > NOTES_SHOWN:
        more = len(notes) - NOTES_SHOWN
        print(f"note: and {more} more (`reinfuse data check` lists them)", file=sys.stderr)


def in_a_line(finding: Finding) -> str:
    """A finding as one line: where, what, and what to do."""
    return f"{finding.where}: {finding.what}" + (f" -> {finding.fix}" if finding.fix else "")


def columns_named(text: str | None) -> dict[str, str]:
    """The headers by column of `ID=Subject,TIME=Time`; raises ReinfuseError."""
    named = {}
    for part in (text or "").split(","):
        name, equals, header = part.partition("=")
        if not part.strip():
            continue
        if not equals or not name.strip() or not header.strip():
            raise ReinfuseError(
                f"{part.strip()!r} does not say which header is which column",
                where="--columns",
                fix="write it like ID=Subject,TIME=Time,DV=conc",
            )
        named[name.strip()] = header.strip()
    return named


def _of_table(path: Path, options: Namespace) -> DataReading:
    chosen: str | None = getattr(options, "covariates", None)
    reading = read_data_set(
        path,
        columns=columns_named(getattr(options, "columns", None)),
        occasions=getattr(options, "occasions", None),
        logarithms=bool(getattr(options, "log", False)),
        covariates=None if chosen is None else [one for one in chosen.split(",") if one.strip()],
        time_unit=getattr(options, "time_unit", None),
    )
    digest = ""
    if path.is_file():
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    return DataReading(
        data=reading.data,
        file=path.name,
        sha256=digest,
        problems=reading.problems,
        notes=reading.notes,
        errors=reading.errors,
    )


def _of_courses(paths: Sequence[Path], widest_days: float | None) -> DataReading:
    courses, refused, digests = [], [], []
    for path in paths:
        try:
            loaded = load(path)
        except ReinfuseError as error:
            refused.append(str(error))
            continue
        courses.append((path.stem, loaded.course))
        digests.append(loaded.sha256)
    if refused:
        raise ReinfuseError("\n\n".join(refused))
    names = [name for name, _ in courses]
    if len(set(names)) < len(names):
        raise ReinfuseError("two course files have one name", fix="give each file once")
    widest = WIDEST_DAYS if widest_days is None else widest_days
    made = data_set_of_courses(courses, widest_days=widest)
    file = ", ".join(path.name for path in paths)
    if made.data is None:
        return DataReading(
            data=None,
            file=file,
            sha256=_one_digest(digests),
            problems=made.notes,
            errors=len(made.notes),
        )
    return DataReading(data=made.data, file=file, sha256=_one_digest(digests), notes=made.notes)


def _one_digest(digests: Sequence[str]) -> str:
    """The hash of a file, or of the hashes of several."""
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
