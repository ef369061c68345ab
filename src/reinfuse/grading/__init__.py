"""Published criteria: each a table as data plus a pure function of the record."""

from reinfuse.grading.course import grade_course
from reinfuse.grading.grade import Criterion, DayGrade, Grade, Level, Reason, Trust

__all__ = [
    "Criterion",
    "DayGrade",
    "Grade",
    "Level",
    "Reason",
    "Trust",
    "grade_course",
]
