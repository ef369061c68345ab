"""What could identify the patient."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.checks.case import Case
from reinfuse.errors import Finding, Severity

OLDEST_TOLD_YEARS = 90


def find_identifying_ages(case: Case) -> Iterator[Finding]:
    """An age above 90: every age above 89 is told as 90, so that it identifies nobody.

    Source: 45 CFR 164.514(b)(2)(i)(C).
    """
    age = case.course.patient.age
    if age is not None and age.fits("a") and age.number_in("a") > OLDEST_TOLD_YEARS:
        yield Finding(
            severity=Severity.NOTE,
            rule="age-above-89",
            what="the age is above 89 and can identify the patient",
            where="patient",
            fix="write 90 a for everybody above 89",
        )
