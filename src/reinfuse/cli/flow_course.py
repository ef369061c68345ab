"""The results of flow cytometry in a course file: a new one, or entries that can be pasted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from reinfuse.cli.added_entries import check_read_back, first_few, refuse_taken
from reinfuse.cli.loading import Loaded
from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_course_text
from reinfuse.record import Course, Kind, Observation
from reinfuse.timeline import FromEvent

# As the note of an observation names the file that it is from, and the data set after the first.
_FILE = re.compile(r"\bFCS file ([0-9a-f]{12})(?: data set (\d+))?")
PASTE = (
    "# To be pasted into a course file, under its `observations:`; `infusion-N` is the id there.\n"
)


def with_observations(loaded: Loaded, folder: Path, observations: Sequence[Observation]) -> Course:
    """The course with the observations at its end, sure to be read back.

    `folder` is where the course lies with its tables. Raises ReinfuseError for ids that the course
    has, for tubes that it holds under other ids or days, and for a course that could not be read
    again.
    """
    refuse_taken(
        loaded, [one.id for one in observations],
        fix="take them out of the course, or leave the tubes out that were measured before",
    )  # fmt: skip
    twice = list(_measured_before(loaded.course.observations, observations))
    if twice:
        raise ReinfuseError(
            f"the course holds tubes that were given again: {first_few(twice, '; ', '; and ')}",
            where=loaded.file,
            fix="leave these tubes out; if a day was wrong, take the earlier entries out first",
        )
    course = replace(loaded.course, observations=(*loaded.course.observations, *observations))
    check_read_back(course, loaded, folder)
    return course


def _measured_before(earlier: Sequence[Observation], new: Sequence[Observation]) -> Iterator[str]:
    """Which new observations are of a tube that is there already, in words.

    One tube may be measured for several things by several strategies; it may not be counted twice
    for the same thing, nor stand on two days.
    """
    held: dict[tuple[str, str], list[Observation]] = {}
    for one in earlier:
        tube = _tube(one)
        if tube is not None:
            held.setdefault(tube, []).append(one)
    for one in new:
        tube = _tube(one)
        there = held.get(tube, []) if tube is not None else []
        clash = next((old for old in there if _same(old, one) or _parted(old, one)), None)
        if tube is not None and clash is not None:
            yield f"FCS file {tube[0]} as {clash.id}, and now as {one.id}"


def _tube(one: Observation) -> tuple[str, str] | None:
    """The first digits of the file's hash, and the data set in it."""
    found = _FILE.search(one.note or "")
    return None if found is None else (found[1], found[2] or "1")


def _same(one: Observation, other: Observation) -> bool:
    """Whether both are of the same thing; cells per microlitre have no denominator."""
    kinds = [(each.analyte, each.denominator, each.gated_free_of) for each in (one, other)]
    return kinds[0] == kinds[1]


def _parted(one: Observation, other: Observation) -> bool:
    """Whether both are told by days after an event, and these differ."""
    first, second = ({*_days(each)} for each in (one, other))
    return bool(first and second) and first.isdisjoint(second)


def _days(one: Observation) -> Iterator[tuple[str, float, float]]:
    for clue in one.when.start.clues:
        if isinstance(clue, FromEvent):
            yield clue.anchor, clue.low, clue.high


def snippet(observations: Sequence[Observation]) -> str:
    """The observations as a course file holds them, from `observations:` on."""
    if not observations:
        return f"{PASTE}observations: []\n"
    text = write_course_text(
        Course(title="flow", kind=Kind.CLINICAL, observations=tuple(observations))
    )
    return PASTE + text[text.index("observations:") :]
