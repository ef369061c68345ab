"""All grades of a course, in the order in which a reader expects them."""

from __future__ import annotations

from reinfuse.grading.crs import grade_crs
from reinfuse.grading.ctcae import grade_counts
from reinfuse.grading.extramedullary import grade_lesions
from reinfuse.grading.grade import Grade
from reinfuse.grading.icans import grade_icans
from reinfuse.grading.marrow import grade_marrow
from reinfuse.grading.mrd import grade_mrd
from reinfuse.grading.relapse import grade_relapses
from reinfuse.grading.transplant import grade_transplant
from reinfuse.grading.treatment import grade_regimens
from reinfuse.record import Course


def grade_course(course: Course) -> tuple[Grade, ...]:
    """Every grade and response that the shipped criteria give for a course."""
    found: list[Grade] = []
    for infusion in course.infusions:
        found += [grade_crs(course, infusion), grade_icans(course, infusion)]
    found += grade_regimens(course)
    found += grade_marrow(course)
    found += grade_mrd(course)
    found += grade_relapses(course)
    found += grade_lesions(course)
    for transplant in course.transplants:
        found += grade_transplant(course, transplant)
    found += grade_counts(course)
    return tuple(found)
