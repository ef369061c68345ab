"""The results of flow cytometry in a course file: a new one, or entries that can be pasted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reinfuse.cli.loading import Loaded, in_words
from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import read_course_text, write_course_text
from reinfuse.record import Course, Kind, Observation

_MOST_NAMED = 5
PASTE = (
    "# To be pasted into a course file, under its `observations:`; `infusion-N` is the id there.\n"
)


def with_observations(
    loaded: Loaded, folder: Path, observations: Sequence[Observation]
) -> tuple[Course, str]:
    """The course with the observations at its end, and its text, which reads back as the same.

    `folder` is where the course lies with its tables. Raises ReinfuseError for ids that the course
    has, and for a course that could not be read again.
    """
    taken = {entry.id for entry in loaded.course.entries()} | set(loaded.lines)
    again = [one.id for one in observations if one.id in taken]
    if again:
        more = f" and {len(again) - _MOST_NAMED} more" if len(again) > _MOST_NAMED else ""
        raise ReinfuseError(
            f"the course has entries of these ids: {', '.join(again[:_MOST_NAMED])}{more}",
            where=loaded.file,
            fix="take them out of the course, or leave the tubes out that were measured before",
        )
    course = replace(loaded.course, observations=(*loaded.course.observations, *observations))
    text = write_course_text(course)
    reading = read_course_text(text, loaded.file, folder)
    if reading.course is None:
        raise ReinfuseError(in_words(Path(loaded.file), reading.problems))
    return course, text


def snippet(observations: Sequence[Observation]) -> str:
    """The observations as a course file holds them, from `observations:` on."""
    if not observations:
        return f"{PASTE}observations: []\n"
    text = write_course_text(
        Course(title="flow", kind=Kind.CLINICAL, observations=tuple(observations))
    )
    return PASTE + text[text.index("observations:") :]
