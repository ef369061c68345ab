"""The comorbidity indices: every threshold at, just under and just over, in each unit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.grading.grade import Grade
from reinfuse.grading.risk import CRITERIA, hct_ci, youth_hct_ci
from reinfuse.grading.risk.before import grade_before
from reinfuse.grading.rules.condition import below
from reinfuse.grading.rules.finding import Finding, exactly
from reinfuse.grading.rules.score import Line, Score, Tier, add_up
from reinfuse.record.chart import Chart
from tests.spec.charts_in_words import chart, marks, rows, without

NAMED = {entry.criterion.name: entry for entry in CRITERIA}


def with_line(rule: Score, line: Line) -> Score:
    kept = tuple(line if one.name == line.name else one for one in rule.lines)
    assert kept != rule.lines
    return replace(rule, lines=kept)


NO_COMORBIDITY = """
    age 35 a; body mass index 22 kg/m2; no treated arrhythmia; no coronary artery disease;
    no heart failure; no myocardial infarction; left ventricular ejection fraction 62 %;
    no inflammatory bowel disease; no diabetes needing drugs; no cerebrovascular disease;
    no treated depression or anxiety; no chronic hepatitis; no liver cirrhosis;
    bilirubin 0.6 mg/dL; bilirubin upper limit of normal 1.2 mg/dL; ALT 20 U/L;
    ALT upper limit of normal 40 U/L; AST 20 U/L; AST upper limit of normal 40 U/L;
    no infection treated across conditioning; no rheumatologic disease; no treated peptic ulcer;
    creatinine 0.8 mg/dL; no dialysis before transplant; no prior kidney transplant;
    DLCO 95 %; FEV1 98 %; dyspnea before transplant: none; no oxygen need before transplant;
    no prior solid tumor; no heart valve disease
"""

HCT_CI_POINTS = rows("""
    treated arrhythmia                                     | 1
    coronary artery disease                                | 1
    heart failure; myocardial infarction                   | 1
    left ventricular ejection fraction 51 %                | 0
    left ventricular ejection fraction 50 %                | 1
    left ventricular ejection fraction 49 %                | 1
    inflammatory bowel disease                             | 1
    diabetes needing drugs                                 | 1
    cerebrovascular disease                                | 1
    treated depression or anxiety                          | 1
    chronic hepatitis                                      | 1
    bilirubin 1.2 mg/dL                                    | 0
    bilirubin 1.21 mg/dL                                   | 1
    bilirubin 20.52 umol/L                                 | 0
    bilirubin 20.6 umol/L                                  | 1
    bilirubin 1.8 mg/dL                                    | 1
    bilirubin 1.81 mg/dL                                   | 3
    bilirubin 31 umol/L                                    | 3
    ALT 40 U/L                                             | 0
    ALT 41 U/L                                             | 1
    ALT 100 U/L                                            | 1
    ALT 101 U/L                                            | 3
    AST 40 U/L                                             | 0
    AST 41 U/L                                             | 1
    AST 100 U/L                                            | 1
    AST 101 U/L                                            | 3
    chronic hepatitis; liver cirrhosis                     | 3
    body mass index 35 kg/m2                               | 0
    body mass index 35.1 kg/m2                             | 1
    infection treated across conditioning                  | 1
    rheumatologic disease                                  | 2
    treated peptic ulcer                                   | 2
    creatinine 2 mg/dL                                     | 0
    creatinine 2.01 mg/dL                                  | 2
    creatinine 176.8 umol/L                                | 0
    creatinine 177 umol/L                                  | 2
    dialysis before transplant                             | 2
    prior kidney transplant                                | 2
    DLCO 81 %                                              | 0
    DLCO 80.1 %                                            | 0
    DLCO 80 %                                              | 2
    DLCO 66 %                                              | 2
    DLCO 65.1 %                                            | 2
    DLCO 65 %                                              | 3
    DLCO 64 %                                              | 3
    FEV1 81 %                                              | 0
    FEV1 80 %                                              | 2
    FEV1 65.1 %                                            | 2
    FEV1 65 %                                              | 3
    DLCO 70 %; FEV1 60 %                                   | 3
    dyspnea before transplant: slight activity             | 2
    dyspnea before transplant: at rest                     | 3
    DLCO 70 %; oxygen need before transplant               | 3
    prior solid tumor                                      | 3
    heart valve disease                                    | 3
""")


def hct_ci_points(rule: Score, *texts: str) -> Grade:
    return grade_before(
        rule, hct_ci.BEFORE_CONDITIONING, "", chart(NO_COMORBIDITY, *texts, day=-20.0)
    )


@pytest.mark.parametrize(("finding", "points"), HCT_CI_POINTS)
def test_a_comorbidity_alone_makes_its_points_of_the_hct_ci(finding: str, points: str) -> None:
    found = NAMED["HCT-CI"].grade(chart(NO_COMORBIDITY, finding, day=-20.0))
    assert (found.low, found.high) == (int(points), int(points))


def test_the_hct_ci_runs_to_26_because_liver_and_lung_count_once() -> None:
    most = sum(max(tier.points for tier in line.tiers) for line in hct_ci.RULE.lines)
    assert most == 26


def test_the_groups_of_the_hct_ci_are_0_and_1_to_2_and_3_or_more() -> None:
    names = [hct_ci.RULE.class_of(points) for points in range(5)]
    assert names == ["low", "intermediate", "intermediate", "high", "high"]
    with_age = [hct_ci.WITH_AGE.class_of(points) for points in range(7)]
    assert with_age == ["0 to 2"] * 3 + ["3 to 4"] * 2 + ["5 or more"] * 2


@pytest.mark.parametrize(
    ("age", "points"), [("39 a", 0), ("39.9 a", 0), ("40 a", 1), ("41 a", 1), ("480 mo", 1)]
)
def test_forty_years_add_a_point_to_the_composite_index(age: str, points: int) -> None:
    charted = chart(NO_COMORBIDITY, f"age {age}", day=-20.0)
    assert NAMED["HCT-CI/Age"].grade(charted).low == points
    assert NAMED["HCT-CI"].grade(charted).low == 0


def test_the_table_catches_an_ejection_fraction_cut_below_50() -> None:
    old = next(line for line in hct_ci.RULE.lines if line.name == "heart")
    wrong = with_line(
        hct_ci.RULE,
        replace(
            old,
            tiers=(Tier(1, "", below("left ventricular ejection fraction", 50, "%")),),
        ),
    )
    at_50 = "left ventricular ejection fraction 50 %"
    assert hct_ci_points(wrong, at_50).low == 0
    assert hct_ci_points(hct_ci.RULE, at_50).low == 1


def test_both_tiers_of_the_liver_added_would_be_caught() -> None:
    liver = next(line for line in hct_ci.RULE.lines if line.name == "liver")
    kept = tuple(line for line in hct_ci.RULE.lines if line is not liver)
    split = (Line("mild", liver.tiers[:1]), Line("severe", liver.tiers[1:]))
    wrong = replace(hct_ci.RULE, lines=(*kept, *split))
    assert hct_ci_points(wrong, "ALT 101 U/L").low == 4
    assert hct_ci_points(hct_ci.RULE, "ALT 101 U/L").low == 3


def test_each_missing_input_leaves_the_hct_ci_open_upward_only() -> None:
    full = chart(NO_COMORBIDITY, day=-20.0)
    asked = {mark.item for mark in full.marks} - {"body mass index", "age"}
    for name in sorted(asked):
        found = NAMED["HCT-CI"].grade(without(full, name))
        assert found.low == 0, name
        assert found.high != 0, name
        assert name in found.missing


def test_body_mass_is_computed_from_weight_and_height() -> None:
    full = without(chart(NO_COMORBIDITY, day=-20.0), "body mass index")
    for weight, points in (("101.1 kg", 0), ("101.3 kg", 1)):
        found = [*full.marks, *marks(f"weight {weight}; height 170 cm", 0.0)]
        grade = NAMED["HCT-CI"].grade(Chart.of("a patient", found))
        assert (grade.low, grade.high) == (points, points)
    assert NAMED["HCT-CI"].grade(full).high == 1


def test_a_comorbidity_first_charted_after_day_0_says_nothing_of_the_days_before() -> None:
    full = without(chart(NO_COMORBIDITY, day=-20.0), "heart valve disease")
    later = Chart.of("a patient", [*full.marks, *marks("heart valve disease", 30.0)])
    found = NAMED["HCT-CI"].grade(later)
    assert (found.low, found.high) == (0, 3)


def test_values_during_the_conditioning_do_not_count() -> None:
    full = chart(NO_COMORBIDITY, day=-20.0)
    later = [*full.marks, *marks("creatinine 3 mg/dL", -7.0)]
    assert NAMED["HCT-CI"].grade(Chart.of("a patient", later)).low == 0
    before = [*full.marks, *marks("creatinine 3 mg/dL", -8.0)]
    assert NAMED["HCT-CI"].grade(Chart.of("a patient", before)).low == 2


def test_age_and_limits_of_normal_alone_are_no_assessment() -> None:
    charted = chart("age 50 a; ALT upper limit of normal 40 U/L; weight 80 kg", day=0.0)
    assert not NAMED["HCT-CI/Age"].grade(charted).evaluable


# A child of 3 with chronic granulomatous disease: too young for a lung function test.
CHILD = """
    age 3 a; body mass index 13 kg/m2; body mass index percentile 2 %;
    left ventricular shortening fraction 35 %; lung function not measurable
"""
ILLNESS = "prior mechanical ventilation; prior fungal infection; underweight"


def test_a_child_with_granulomatous_disease_scores_0_and_5() -> None:
    # ASH Education 2023:731, clinical case: HCT-CI 0, youth nonmalignant HCT-CI 5.
    charted = without(chart(NO_COMORBIDITY, CHILD, ILLNESS, day=-20.0), "DLCO", "FEV1")
    plain, youth = NAMED["HCT-CI"].grade(charted), NAMED["youth-HCT-CI nonmalignant"].grade(charted)
    assert (plain.low, plain.high) == (0, 0)
    assert (youth.low, youth.high) == (5, 5)


@pytest.mark.parametrize(
    ("finding", "points"),
    rows("""
        body mass index percentile 94.9 %               | 0
        body mass index percentile 95 %                 | 1
        left ventricular shortening fraction 26 %       | 0
        left ventricular shortening fraction 25.9 %     | 1
        dyspnea before transplant: at rest              | 3
    """),
)
def test_a_child_has_bounds_of_its_own(finding: str, points: str) -> None:
    charted = without(chart(NO_COMORBIDITY, CHILD, finding, day=-20.0), "DLCO", "FEV1")
    found = NAMED["HCT-CI"].grade(charted)
    assert (found.low, found.high) == (int(points), int(points))


def test_a_lung_function_that_an_older_patient_lacks_stays_open() -> None:
    charted = without(chart(NO_COMORBIDITY, "lung function not measurable", day=-20.0), "DLCO")
    found = NAMED["HCT-CI"].grade(charted)
    assert (found.low, found.high) == (0, 3)


def test_the_youth_index_is_used_by_choice_and_says_what_was_read() -> None:
    entry = NAMED["youth-HCT-CI nonmalignant"]
    assert entry.by_choice
    assert entry.notes[0].startswith("read:")
    assert not youth_hct_ci.RULE.classes


WORSE = {
    "left ventricular ejection fraction": -1,
    "DLCO": -1,
    "FEV1": -1,
    "creatinine": 1,
    "bilirubin": 1,
    "ALT": 1,
    "AST": 1,
}


@given(data=st.data(), item=st.sampled_from(sorted(WORSE)))
def test_a_worse_value_never_lowers_the_hct_ci(data: st.DataObject, item: str) -> None:
    value = st.floats(0.1, 200)
    limits: dict[str, Finding] = {
        f"{name} upper limit of normal": exactly(limit)
        for name, limit in (("ALT", 40.0), ("AST", 40.0), ("bilirubin", 1.2))
    }
    known = data.draw(st.sets(st.sampled_from(sorted(WORSE)))) - {item}
    others = {name: exactly(data.draw(value, label=name)) for name in known}
    one, two = sorted((data.draw(value), data.draw(value)))
    milder, worse = (one, two) if WORSE[item] > 0 else (two, one)
    before = add_up(hct_ci.RULE, {**limits, **others, item: exactly(milder)})
    after = add_up(hct_ci.RULE, {**limits, **others, item: exactly(worse)})
    assert int(after.low) >= int(before.low)
    assert int(after.high) >= int(before.high)
