"""Reads the course that a command was given, or says everything that is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.exchange.course_file import read_course
from reinfuse.record import Course

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Loaded:
    """A course with what is needed to say where it came from."""

    course: Course
    file: str
    sha256: str
    lines: Mapping[str, int]

    def place(self, ids: tuple[str, ...]) -> str:
        """File and lines of some entries, as far as they stand in the course file."""
        lines = [f"{ident} line {self.lines[ident]}" for ident in ids if ident in self.lines]
        return f"{self.file}: {', '.join(lines)}" if lines else ""


def is_table(path: Path) -> bool:
    """Whether a file holds a table of many patients, by how its name ends."""
    return path.suffix.casefold() in (".csv", ".tsv")


def load(path: Path) -> Loaded:
    """Read a course file; raises ReinfuseError with all its problems."""
    reading = read_course(path)
    if reading.course is None:
        raise ReinfuseError(in_words(path, reading.problems))
    return Loaded(reading.course, path.name, content_hash(path, reading.course), reading.lines)


def in_words(path: Path, problems: tuple[Finding, ...]) -> str:
    """One message that holds every problem of a file."""
    count = len(problems)
    lines = [f"{path.name} cannot be used: {count} problem{'' if count == 1 else 's'}"]
    for problem in problems[:MOST_SHOWN]:
        lines.append(f"\n{problem.where}\n  {problem.what}")
        if problem.fix:
            lines.append(f"  fix: {problem.fix}")
    if count > MOST_SHOWN:
        lines.append(f"\nand {count - MOST_SHOWN} more")
    return "\n".join(lines)


def content_hash(path: Path, course: Course) -> str:
    """SHA-256 over the course file and its tables, in the order in which they are named."""
    digest = hashlib.sha256(path.read_bytes())
    for table in course.tables:
        digest.update((path.parent / table.file).read_bytes())
    return digest.hexdigest()
