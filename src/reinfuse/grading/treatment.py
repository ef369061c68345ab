"""Responses that were reported of a regimen and that no marrow shows."""

from __future__ import annotations

from reinfuse.grading.grade import Grade, Trust
from reinfuse.grading.marrow import CR, ELN_2024_MARROW, NO_REMISSION
from reinfuse.record import Course, Topic


def grade_regimens(course: Course) -> tuple[Grade, ...]:
    """What can be derived of a response to a regimen where no marrow was recorded: nothing.

    Source: ELN 2024 adult ALL (Gökbuget, Blood 143:1891).
    """
    return tuple(
        Grade(
            criterion=ELN_2024_MARROW,
            topic="marrow response",
            subject=item.of or item.id,
            when=str(item.when),
            low=CR,
            high=NO_REMISSION,
            trust=Trust.NOT_EVALUABLE,
            reported=item.value,
            reported_by=(item.id,),
            missing=("blasts or MRD of the marrow", "neutrophils", "platelets"),
        )
        for item in course.assessments
        if item.topic is Topic.RESPONSE and item.site is None
    )
