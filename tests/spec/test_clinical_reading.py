"""What a careful clinician derives from the founding case, grade by grade."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from reinfuse.exchange.course_file import read_course
from reinfuse.grading import Grade, Trust, grade_course
from reinfuse.record import Course

EXAMPLES = Path(__file__).parents[2] / "examples"


@cache
def founding_case() -> Course:
    reading = read_course(EXAMPLES / "founding-case.yaml")
    assert reading.problems == ()
    assert reading.course is not None
    return reading.course


@cache
def grades() -> tuple[Grade, ...]:
    return grade_course(founding_case())


def grade(topic: str, subject: str, when: str = "") -> Grade:
    found = [
        item
        for item in grades()
        if item.topic == topic and item.subject == subject and when in item.when
    ]
    assert len(found) == 1, [(item.topic, item.subject, item.when) for item in found]
    return found[0]


# Columns: topic, subject, part of `when`, low, high, reported, trust.
READING = [
    ("CRS", "infusion-1", "", 0, 4, "2", Trust.NOT_EVALUABLE),
    ("CRS", "infusion-2", "", 1, 4, "2", Trust.BOUNDED),
    ("ICANS", "infusion-1", "", 0, 4, None, Trust.NOT_EVALUABLE),
    ("ICANS", "infusion-2", "", 0, 4, None, Trust.NOT_EVALUABLE),
    ("marrow response", "mrd-after-course-1", "", "CR", "CRi", "CR", Trust.BOUNDED),
    ("marrow response", "relapse-marrow-blasts", "", "no remission", "no remission", None,
     Trust.DERIVED),
    ("marrow response", "mrd-day-30", "", "CR", "CRi", "CR", Trust.BOUNDED),
    ("marrow response", "mrd-month-1", "", "CR", "CRi", "CR", Trust.BOUNDED),
    ("marrow response", "last-follow-up", "", "CRh", "CRi", "no evidence of disease",
     Trust.BOUNDED),
    ("MRD", "mrd-after-course-1", "", "below 0.01 %", "0.01 % or above", None, Trust.BOUNDED),
    ("MRD", "mrd-day-30", "", "undetectable", "0.01 % or above", "negative", Trust.BOUNDED),
    ("MRD", "mrd-month-1", "", "undetectable", "0.01 % or above", "negative", Trust.BOUNDED),
    ("relapse class", "relapse-marrow", "", "combined", "marrow", "relapse", Trust.BOUNDED),
    ("relapse or refractory", "relapse-marrow", "", "relapse", "primary refractory", "relapse",
     Trust.BOUNDED),
    ("relapse class", "relapse-eye", "", "isolated extramedullary", "isolated extramedullary",
     "extramedullary", Trust.DERIVED),
    ("CD19 at relapse", "relapse-eye", "", "positive", "negative", None, Trust.NOT_EVALUABLE),
    ("relapse class", "relapse-multiple", "", "isolated extramedullary",
     "isolated extramedullary", "isolated extramedullary", Trust.DERIVED),
    ("CD19 at relapse", "relapse-multiple", "", "positive", "positive", None, Trust.DERIVED),
    ("extramedullary response", "lesion-retroperitoneum", "1 month", "partial", "stable",
     "reduced", Trust.BOUNDED),
    ("extramedullary response", "lesion-pelvis", "1 month", "partial", "stable", "reduced",
     Trust.BOUNDED),
    ("extramedullary response", "lesion-stomach", "1 month", "complete", "progression", None,
     Trust.NOT_EVALUABLE),
    ("extramedullary response", "lesion-eye", "1 month", "complete", "progression", None,
     Trust.NOT_EVALUABLE),
    ("overall response", "infusion-2", "1 month", "no CR", "no CR", None, Trust.DERIVED),
    ("extramedullary response", "lesion-retroperitoneum", "3 months", "complete", "complete",
     "resolved", Trust.DERIVED),
    ("extramedullary response", "lesion-eye", "3 months", "complete", "progression", None,
     Trust.NOT_EVALUABLE),
    ("extramedullary response, all lesions", "infusion-2", "3 months", "complete", "complete",
     "full resolution", Trust.DERIVED),
    ("neutrophil engraftment", "hsct", "", None, None, "reached, hsct day 18",
     Trust.NOT_EVALUABLE),
    ("platelet engraftment", "hsct", "", None, None, "reached, hsct day 20", Trust.NOT_EVALUABLE),
    ("chimerism", "chimerism-month-1", "", "full donor", "full donor", "complete donor",
     Trust.DERIVED),
    ("acute GVHD", "hsct", "", 0, "IV", "none", Trust.BOUNDED),
    ("chronic GVHD", "hsct", "", "none", "severe", "none", Trust.BOUNDED),
    ("platelets (CTCAE)", "platelets-last", "", 2, 2, None, Trust.DERIVED),
]  # fmt: skip


@pytest.mark.parametrize(("topic", "subject", "when", "low", "high", "reported", "trust"), READING)
def test_a_grade_is_what_a_careful_clinician_reads(
    topic: str, subject: str, when: str, low: object, high: object, reported: str, trust: Trust
) -> None:
    found = grade(topic, subject, when)
    assert (found.low, found.high, found.reported, found.trust) == (low, high, reported, trust)


def test_tocilizumab_is_named_and_never_raises_the_grade() -> None:
    found = grade("CRS", "infusion-1")
    assert found.low == 0
    assert ("tocilizumab-1",) in [reason.entries for reason in found.because]


def test_the_missing_signs_of_crs_are_named() -> None:
    for infusion in ("infusion-1", "infusion-2"):
        missing = grade("CRS", infusion).missing
        assert {"blood pressure", "vasopressors", "oxygen support"} <= set(missing)


def test_a_removed_eye_is_removed_and_not_resolved() -> None:
    for when in ("1 month", "3 months"):
        reasons = [
            reason.text for reason in grade("extramedullary response", "lesion-eye", when).because
        ]
        assert reasons == ["removed by operation, which is not resolved"]


def test_an_mrd_of_0_011_percent_lies_on_both_sides_of_the_cut() -> None:
    assumed = grade("MRD", "mrd-after-course-1").assumed
    assert assumed == (
        "with 200,000 events the 95 % interval would be 0.007 to 0.017 %",
        "with 1,000,000 events the 95 % interval would be 0.009 to 0.013 %",
    )


def test_a_negative_says_that_its_limit_is_assumed() -> None:
    found = grade("MRD", "mrd-month-1")
    assert "limit of detection" in found.missing
    assert any("assumed" in text for text in found.assumed)


def test_sixteen_percent_is_a_relapse_by_five_percent_and_not_by_twenty_five() -> None:
    reasons = " ".join(reason.text for reason in grade("relapse class", "relapse-marrow").because)
    assert "not by the 25 % rule" in reasons


def test_no_grade_of_a_patient_who_lived_reaches_five() -> None:
    assert all(item.high != 5 for item in grades())
