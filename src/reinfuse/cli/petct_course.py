"""Looks at lesions in a course file: a new one, or entries that can be pasted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from reinfuse.cli.added_entries import check_read_back, refuse_taken
from reinfuse.cli.loading import Loaded
from reinfuse.exchange.course_file import write_course_text
from reinfuse.record import Course, Infusion, Kind, clock_of

if TYPE_CHECKING:
    from reinfuse.imaging.measured import Recorded

PASTE = "# To be pasted into a course file, under its `lesions:`; `infusion-N` is the id there.\n"


def infusion_dates(course: Course) -> Mapping[int, date]:
    """The calendar days of infusions by their number in time; those not known to the day are out.

    They place scans that have a date and no day, and are written nowhere.
    """
    clock = clock_of(course)
    infusions = (one for one in course.anchors() if isinstance(one, Infusion))
    days = {number: clock.dates(one.id) for number, one in enumerate(infusions, start=1)}
    return {
        number: date.fromordinal(int(day.low))
        for number, day in days.items()
        if day.exact and 1 <= day.low <= date.max.toordinal()
    }


def with_looks(loaded: Loaded, folder: Path, recorded: Recorded) -> Course:
    """The course with the looks added, sure to be read back.

    `folder` is where the course lies with its tables. Raises ReinfuseError for ids that the course
    has, and for a course that could not be read again.
    """
    from reinfuse.imaging.measured import merged

    known = {lesion.id for lesion in loaded.course.lesions}
    new = [one.id for one in recorded.lesions if one.id not in known]
    refuse_taken(
        loaded, [*new, *recorded.ids],
        fix="take them out of the course, or leave the scans out that were measured before",
    )  # fmt: skip
    course = merged(loaded.course, recorded)
    check_read_back(course, loaded, folder)
    return course


def snippet(recorded: Recorded) -> str:
    """The lesions as a course file holds them, from `lesions:` on."""
    if not recorded.lesions:
        return f"{PASTE}lesions: []\n"
    text = write_course_text(Course(title="petct", kind=Kind.CLINICAL, lesions=recorded.lesions))
    return PASTE + text[text.index("lesions:") :]
