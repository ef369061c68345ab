"""IEC-HS and CARTOX: every threshold at, just under and just over, in each unit."""

from __future__ import annotations

import pytest

from reinfuse.grading.chart.daily import grade_days
from reinfuse.grading.grade import Grade
from reinfuse.grading.hyperinflammation import CRITERIA
from reinfuse.grading.hyperinflammation.iec_hs import iec_hs
from reinfuse.record.chart import Chart, Mark
from reinfuse.source import Standing
from tests.spec.charts_in_words import chart, marks, rows, without

NAMED = {entry.criterion.name: entry for entry in CRITERIA}


def graded(name: str, *texts: str) -> Grade:
    return NAMED[name].grade(chart(*texts, day=3.0))


TWO_ORGANS = "liver toxicity grade 3 1; kidney toxicity grade 3 1; lung toxicity grade 0 1"


@pytest.mark.parametrize(
    ("signs", "verdict"),
    rows("""
        ferritin 10001 ng/mL                                           | criteria met
        ferritin 10000 ng/mL                                           | criteria not met
        ferritin 10.001 ug/mL                                          | criteria met
        ferritin 10001 ng/mL; liver toxicity grade 2 1                 | criteria not met
        ferritin 10001 ng/mL; kidney toxicity grade 2 1                | criteria not met
        ferritin 10001 ng/mL; liver toxicity grade 4 1                 | criteria met
        ferritin 10001 ng/mL; kidney toxicity grade 2 1; hemophagocytosis          | criteria met
        ferritin 10001 ng/mL; kidney toxicity grade 2 1; lung toxicity grade 3 1   | criteria met
    """),
)
def test_cartox_asks_for_very_high_ferritin_with_two_organ_findings(
    signs: str, verdict: str
) -> None:
    found = graded("CARTOX-HLH-2018", "no hemophagocytosis", TWO_ORGANS, signs)
    assert (found.low, found.high) == (verdict, verdict)


@pytest.mark.parametrize(
    ("values", "verdict"),
    rows("""
        bilirubin 3.0 mg/dL; ALT 40 U/L; AST 40 U/L     | criteria not met
        bilirubin 3.01 mg/dL; ALT 40 U/L; AST 40 U/L    | criteria met
        bilirubin 0.5 mg/dL; ALT 200 U/L; AST 200 U/L   | criteria not met
        bilirubin 0.5 mg/dL; ALT 201 U/L; AST 200 U/L   | criteria met
        bilirubin 0.5 mg/dL; ALT 200 U/L; AST 201 U/L   | criteria met
    """),
)
def test_cartox_reads_a_liver_that_nobody_graded_from_its_values(values: str, verdict: str) -> None:
    found = graded(
        "CARTOX-HLH-2018",
        "ferritin 20000 ng/mL; kidney toxicity grade 3 1; lung toxicity grade 0 1",
        "no hemophagocytosis; bilirubin upper limit of normal 1 mg/dL",
        "ALT upper limit of normal 40 U/L; AST upper limit of normal 40 U/L",
        values,
    )
    assert (found.low, found.high) == (verdict, verdict)


def test_a_high_ferritin_alone_leaves_cartox_open() -> None:
    found = graded("CARTOX-HLH-2018", "ferritin 20000 ng/mL")
    assert (found.low, found.high) == ("criteria not met", "criteria met")


LIMITS = """
    ferritin upper limit of normal 300 ng/mL; ferritin baseline 1000 ng/mL;
    ALT upper limit of normal 40 U/L; ALT baseline 30 U/L; AST upper limit of normal 40 U/L;
    AST baseline 30 U/L; fibrinogen lower limit of normal 1.8 g/L
"""
QUIET = """
    ferritin 500 ng/mL; no rapidly rising ferritin; ALT 30 U/L; AST 30 U/L; fibrinogen 3 g/L;
    no hemophagocytosis; no new or worsening cytopenia
"""


@pytest.mark.parametrize(
    ("signs", "verdict"),
    rows("""
        ferritin 600 ng/mL; hemophagocytosis                    | pattern not met
        ferritin 601 ng/mL; hemophagocytosis                    | pattern met
        ferritin 0.601 ug/mL; hemophagocytosis                  | pattern met
        ferritin 601 ng/mL                                      | pattern not met
        rapidly rising ferritin; hemophagocytosis               | pattern met
        ferritin 601 ng/mL; new or worsening cytopenia          | pattern met
        ferritin 601 ng/mL; ALT 200 U/L                         | pattern not met
        ferritin 601 ng/mL; ALT 201 U/L                         | pattern met
        ferritin 601 ng/mL; AST 200 U/L                         | pattern not met
        ferritin 601 ng/mL; AST 201 U/L                         | pattern met
        ferritin 601 ng/mL; ALT 201 U/L; ALT baseline 60 U/L    | pattern not met
        ferritin 601 ng/mL; ALT 300 U/L; ALT baseline 60 U/L    | pattern not met
        ferritin 601 ng/mL; ALT 301 U/L; ALT baseline 60 U/L    | pattern met
        ferritin 601 ng/mL; ALT 201 U/L; ALT baseline 40 U/L    | pattern met
        ferritin 601 ng/mL; fibrinogen 1.8 g/L                  | pattern not met
        ferritin 601 ng/mL; fibrinogen 1.79 g/L                 | pattern met
    """),
)
def test_ferritin_and_one_other_finding_make_the_iec_hs_pattern(signs: str, verdict: str) -> None:
    found = graded("IEC-HS-2023", LIMITS, QUIET, signs)
    assert (found.low, found.high) == (verdict, verdict)


@pytest.mark.parametrize(
    ("signs", "verdict"),
    rows("""
        fibrinogen 150 mg/dL                                                     | pattern not met
        fibrinogen 149 mg/dL                                                     | pattern met
        fibrinogen 1.5 g/L                                                       | pattern not met
        fibrinogen 1.49 g/L                                                      | pattern met
        hemophagocytosis; ferritin 600 ng/mL; ferritin baseline 300 ng/mL        | pattern not met
        hemophagocytosis; ferritin 601 ng/mL; ferritin baseline 300 ng/mL        | pattern met
    """),
)
def test_printed_numbers_count_beside_the_limits_of_the_laboratory(
    signs: str, verdict: str
) -> None:
    low_limit = "fibrinogen lower limit of normal 1 g/L"
    ferritin = "ferritin upper limit of normal 400 ng/mL; ferritin 900 ng/mL"
    found = graded("IEC-HS-2023", LIMITS, QUIET, low_limit, ferritin, signs)
    assert (found.low, found.high) == (verdict, verdict)


def test_an_enzyme_below_five_times_normal_needs_no_baseline() -> None:
    full = chart(LIMITS, QUIET, "ferritin 900 ng/mL", day=3.0)
    found = NAMED["IEC-HS-2023"].grade(without(full, "ALT baseline", "AST baseline"))
    assert found.high == "pattern not met"


def test_how_many_findings_are_asked_for_is_a_choice_of_ours() -> None:
    one = chart(LIMITS, QUIET, "ferritin 900 ng/mL; hemophagocytosis", day=3.0)
    assert grade_days(iec_hs(1), one, topic="").low == "pattern met"
    assert grade_days(iec_hs(2), one, topic="").low == "pattern not met"
    assert any("(ours)" in note for note in iec_hs(2).notes)


def test_findings_three_days_apart_are_one_pattern_and_four_days_are_not() -> None:
    grade = NAMED["IEC-HS-2023"].grade
    for gap, verdict in ((2, "pattern met"), (3, "pattern not met")):
        found = [
            *marks(LIMITS, 0.0),
            *marks(QUIET, 3.0),
            *marks("ferritin 900 ng/mL", 4.0),
            *marks("hemophagocytosis", 4.0 + gap),
        ]
        assert grade(Chart.of("a patient", found)).low == verdict


def test_what_was_put_down_to_infection_makes_no_pattern_and_to_iec_hs_does() -> None:
    grade = NAMED["IEC-HS-2023"].grade
    high = [*marks(LIMITS, 3.0), *marks(QUIET, 3.0), *marks("ferritin 900 ng/mL", 3.0)]
    quiet = [mark for mark in high if mark.item not in ("hemophagocytosis",)]
    for cause, verdict in (("infection", "pattern not met"), ("IEC-HS", "pattern met")):
        sign = Mark(item="hemophagocytosis", day=3.0, value=True, attributed_to=cause)
        assert grade(Chart.of("a patient", [*quiet, sign])).low == verdict


@pytest.mark.parametrize(
    ("signs", "grade"),
    rows("""
        IEC-HS                                                  | 1
        IEC-HS; immunosuppression for IEC-HS                    | 2
        IEC-HS; fibrinogen replacement without bleeding         | 2
        IEC-HS; bleeding needing transfusion                    | 3
        IEC-HS; admission for IEC-HS                            | 3
        IEC-HS; life-threatening bleeding                       | 4
        IEC-HS; life-threatening hypotension from IEC-HS        | 4
        IEC-HS; intubation for IEC-HS                           | 4
        IEC-HS; dialysis for IEC-HS; immunosuppression for IEC-HS | 4
        IEC-HS; death cause: IEC-HS                             | 5
        IEC-HS; death cause: infection; dialysis for IEC-HS     | 4
        no IEC-HS                                               | 0
    """),
)
def test_the_worst_sign_sets_the_severity_of_iec_hs(signs: str, grade: str) -> None:
    nothing = """
        no immunosuppression for IEC-HS; no fibrinogen replacement without bleeding;
        no bleeding needing transfusion; no admission for IEC-HS; no life-threatening bleeding;
        no life-threatening hypotension from IEC-HS; no intubation for IEC-HS;
        no dialysis for IEC-HS; death cause: other
    """
    found = graded("IEC-HS-2023 severity", nothing, signs)
    assert (found.low, found.high) == (int(grade), int(grade))


def test_a_severity_without_any_sign_charted_is_open_to_the_worst() -> None:
    found = graded("IEC-HS-2023 severity", "IEC-HS")
    assert (found.low, found.high) == (1, 5)


def test_recalled_tables_are_used_by_choice_only() -> None:
    for name in ("IEC-HS-2023", "IEC-HS-2023 severity"):
        assert NAMED[name].by_choice
    liver = [row for row in NAMED["CARTOX-HLH-2018"].table if row.part.endswith("(or)")]
    assert [row.standing for row in liver] == [Standing.RECALLED]
