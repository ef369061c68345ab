"""A course with entries added: no id twice, and sure to be read back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reinfuse.cli.loading import Loaded, in_words
from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import read_course_text, write_course_text
from reinfuse.record import Course

_MOST_NAMED = 5


def refuse_taken(loaded: Loaded, ids: Sequence[str], *, fix: str) -> None:
    """Raise ReinfuseError that names ids which the course has already."""
    taken = {entry.id for entry in loaded.course.entries()} | set(loaded.lines)
    again = [one for one in ids if one in taken]
    if again:
        raise ReinfuseError(
            f"the course has entries of these ids: {first_few(again, ', ', ' and ')}",
            where=loaded.file, fix=fix,
        )  # fmt: skip


def first_few(words: Sequence[str], between: str, before_rest: str) -> str:
    """The first of some words, and how many more there are."""
    more = len(words) - _MOST_NAMED
    rest = f"{before_rest}{more} more" if more > 0 else ""
    return between.join(words[:_MOST_NAMED]) + rest


def check_read_back(course: Course, loaded: Loaded, folder: Path) -> None:
    """Raise ReinfuseError where the course, written, could not be read again.

    `folder` is where the course lies with its tables.
    """
    reading = read_course_text(write_course_text(course), loaded.file, folder)
    if reading.course is None:
        raise ReinfuseError(in_words(Path(loaded.file), reading.problems))
