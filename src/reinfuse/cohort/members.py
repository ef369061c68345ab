"""The patients of a cohort, each counted from the same kind of day 0."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reinfuse.cohort.reanchored import FIRST, LAST, TRANSPLANT
from reinfuse.errors import ReinfuseError
from reinfuse.grading import Grade, grade_course
from reinfuse.grading.endpoints import (
    DEFINITIONS,
    Definition,
    EndpointTime,
    History,
    Start,
    definition_named,
    endpoint_in_chart,
    endpoint_in_course,
    history_of_chart,
    history_of_course,
)
from reinfuse.record import Course, Infusion, Transplant
from reinfuse.record.chart import Chart
from reinfuse.source import Standing

_DAY_0 = re.compile(r"(first|last) infusion|infusion (\d+)|transplant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One patient from day 0: what happened, the grades, the time of every endpoint."""

    name: str
    history: History
    grades: tuple[Grade, ...]
    endpoints: tuple[EndpointTime, ...]

    def time_of(self, definition: Definition) -> EndpointTime | None:
        """The time of one endpoint, if it counts from this day 0."""
        return next((one for one in self.endpoints if one.definition == definition), None)


def read_day_0(text: str) -> str:
    """What day 0 is, in the words that are understood; raises ReinfuseError for others."""
    wanted = " ".join(text.casefold().split())
    if _DAY_0.fullmatch(wanted) is None or wanted == "infusion 0":
        raise ReinfuseError(
            f"{text!r} is no day 0 of a cohort",
            fix="give `first infusion`, `last infusion`, `infusion 2` or `transplant`",
        )
    return wanted


def member_of_course(
    name: str, course: Course, day_0: str, definitions: Sequence[Definition]
) -> Member | None:
    """A course counted from its day 0; None where it has no such infusion or transplant."""
    anchor = _anchor(course, day_0)
    if anchor is None:
        return None
    return Member(
        name=name,
        history=history_of_course(course, anchor),
        grades=tuple(grade for grade in grade_course(course) if grade.subject == anchor.id),
        endpoints=tuple(
            endpoint_in_course(course, definition, start=anchor.id) for definition in definitions
        ),
    )


def member_of_chart(chart: Chart, definitions: Sequence[Definition]) -> Member:
    """A chart counted from its own day 0, without grades: those of many come in columns."""
    return Member(
        name=chart.subject,
        history=history_of_chart(chart, 0, "day 0"),
        grades=(),
        endpoints=tuple(
            endpoint_in_chart(chart, definition, start="day 0") for definition in definitions
        ),
    )


def definitions_from(day_0: str, named: Sequence[str] = ()) -> tuple[Definition, ...]:
    """The endpoints that count from such a day 0, or from a remission after it.

    A definition that was recalled is among them only where it is `named`.
    """
    if named:
        return tuple(definition_named(name) for name in named)
    return tuple(one for one in _suiting(day_0) if not _recalled(one))


def recalled_from(day_0: str) -> tuple[Definition, ...]:
    """The endpoints that count from such a day 0 only where they are named."""
    return tuple(one for one in _suiting(day_0) if _recalled(one))


def _suiting(day_0: str) -> tuple[Definition, ...]:
    transplant = day_0 == TRANSPLANT
    return tuple(one for one in DEFINITIONS if transplant or one.start is not Start.TRANSPLANT)


def _recalled(definition: Definition) -> bool:
    return definition.source.standing is Standing.RECALLED


def _anchor(course: Course, day_0: str) -> Infusion | Transplant | None:
    if day_0 == TRANSPLANT:
        return next((one for one in course.anchors() if isinstance(one, Transplant)), None)
    infusions = [one for one in course.anchors() if isinstance(one, Infusion)]
    place = _place(day_0)
    return infusions[place] if -len(infusions) <= place < len(infusions) else None


def _place(day_0: str) -> int:
    numbered = re.fullmatch(r"infusion (\d+)", day_0)
    return int(numbered[1]) - 1 if numbered else {FIRST: 0, LAST: -1}[day_0]
