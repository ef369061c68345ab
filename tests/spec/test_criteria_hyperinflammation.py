"""HScore, HLH-2004 and DIC: every threshold at, just under and just over, in each unit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.grading.chart.daily import grade_days
from reinfuse.grading.grade import Grade
from reinfuse.grading.hyperinflammation import CRITERIA, dic, hlh_2004, hscore
from reinfuse.grading.rules.condition import above, at_least
from reinfuse.grading.rules.finding import Finding, exactly
from reinfuse.grading.rules.scale import assess
from reinfuse.grading.rules.score import Line, Score, Tier, add_up
from reinfuse.record.chart import Chart
from tests.spec.charts_in_words import chart, marks, rows, without

NAMED = {entry.criterion.name: entry for entry in CRITERIA}


def graded(name: str, *texts: str) -> Grade:
    return NAMED[name].grade(chart(*texts, day=3.0))


HEALTHY = """
    no immunosuppression; temperature 36.8 Cel; no hepatomegaly; no splenomegaly;
    hemoglobin 13 g/dL; white blood cells 7 10*9/L; platelets 250 10*9/L; neutrophils 4 10*9/L;
    ferritin 100 ng/mL; triglycerides 90 mg/dL; fibrinogen 3 g/L; AST 20 U/L;
    no hemophagocytosis; NK cell activity: normal; soluble IL-2 receptor 300 U/mL;
    no HLH gene defect; age 40 a
"""

H_SCORE_POINTS = rows("""
    immunosuppression                                                      | 18
    temperature 38.39 Cel                                                  | 0
    temperature 38.4 Cel                                                   | 33
    temperature 39.4 Cel                                                   | 33
    temperature 39.41 Cel                                                  | 49
    hepatomegaly                                                           | 23
    splenomegaly                                                           | 23
    hepatomegaly; splenomegaly                                             | 38
    hemoglobin 9.2 g/dL                                                    | 0
    hemoglobin 9.2 g/dL; white blood cells 5 10*9/L                        | 24
    hemoglobin 92 g/L; white blood cells 5 10*9/L                          | 24
    hemoglobin 9.21 g/dL; white blood cells 5 10*9/L                       | 0
    hemoglobin 9.2 g/dL; white blood cells 5.01 10*9/L                     | 0
    hemoglobin 9.2 g/dL; white blood cells 5000 {cells}/uL                 | 24
    hemoglobin 9.2 g/dL; platelets 110 10*9/L                              | 24
    hemoglobin 9.2 g/dL; platelets 111 10*9/L                              | 0
    white blood cells 4.99 10*9/L; platelets 109 10*9/L                    | 24
    hemoglobin 9.2 g/dL; white blood cells 5 10*9/L; platelets 110 10*9/L  | 34
    ferritin 1999 ng/mL                                                    | 0
    ferritin 2000 ng/mL                                                    | 35
    ferritin 2000 ug/L                                                     | 35
    ferritin 6000 ng/mL                                                    | 35
    ferritin 6001 ng/mL                                                    | 50
    triglycerides 1.49 mmol/L                                              | 0
    triglycerides 1.5 mmol/L                                               | 44
    triglycerides 4 mmol/L                                                 | 44
    triglycerides 4.01 mmol/L                                              | 64
    triglycerides 132 mg/dL                                                | 0
    triglycerides 133 mg/dL                                                | 44
    triglycerides 354 mg/dL                                                | 44
    triglycerides 355 mg/dL                                                | 64
    fibrinogen 2.51 g/L                                                    | 0
    fibrinogen 2.5 g/L                                                     | 30
    fibrinogen 251 mg/dL                                                   | 0
    fibrinogen 250 mg/dL                                                   | 30
    AST 29.9 U/L                                                           | 0
    AST 30 U/L                                                             | 19
    hemophagocytosis                                                       | 35
""")


@pytest.mark.parametrize(("finding", "points"), H_SCORE_POINTS)
def test_a_finding_alone_makes_its_points_of_the_hscore(finding: str, points: str) -> None:
    found = graded("HScore-2014", HEALTHY, finding)
    assert (found.low, found.high) == (int(points), int(points))


def test_the_hscore_runs_to_337_and_is_cut_at_169() -> None:
    most = sum(max(tier.points for tier in line.tiers) for line in hscore.RULE.lines)
    assert most == 337
    assert hscore.RULE.class_of(168) == "below the cut"
    assert hscore.RULE.class_of(169) == "169 or more"


def test_an_hscore_from_one_of_nine_inputs_is_an_interval_and_not_33() -> None:
    # A public tool scores this chart 33 and says nothing of the eight missing inputs.
    found = graded("HScore-2014", "temperature 38.9 Cel")
    assert (found.low, found.high) == (33, 337 - 49 + 33)
    assert found.as_published is None
    assert set(found.missing) >= {"ferritin", "triglycerides", "AST", "immunosuppression"}


def test_an_hscore_with_every_normal_input_but_one_is_open_by_that_line() -> None:
    open_lines = {"ferritin": 50, "triglycerides": 64, "fibrinogen": 30, "AST": 19}
    for item, points in open_lines.items():
        found = NAMED["HScore-2014"].grade(without(chart(HEALTHY, day=3.0), item))
        assert (found.low, found.high, found.missing) == (0, points, (item,))


def with_line(rule: Score, line: Line) -> Score:
    kept = tuple(line if one.name == line.name else one for one in rule.lines)
    assert kept != rule.lines
    return replace(rule, lines=kept)


def plain_h_score(had: dict[str, float], low_lineages: int) -> int:
    """The HScore as a ladder of ifs; triglycerides in mmol/L, fibrinogen in g/L."""
    heat, iron, fat = had["temperature"], had["ferritin"], had["triglycerides"]
    points = 0 if heat < 38.4 else (33 if heat <= 39.4 else 49)
    points += 0 if iron < 2000 else (35 if iron <= 6000 else 50)
    points += 0 if fat < 1.5 else (44 if fat <= 4 else 64)
    points += (0, 0, 24, 34)[low_lineages]
    points += 30 if had["fibrinogen"] <= 2.5 else 0
    return points + (19 if had["AST"] >= 30 else 0)


@given(data=st.data())
def test_the_hscore_is_that_of_a_plain_ladder(data: st.DataObject) -> None:
    had = {
        "temperature": data.draw(st.sampled_from([36.5, 38.3, 38.4, 38.5, 39.4, 39.5])),
        "ferritin": data.draw(st.sampled_from([20.0, 1999.0, 2000.0, 6000.0, 6001.0])),
        "triglycerides": data.draw(st.sampled_from([0.8, 1.49, 1.5, 4.0, 4.01])),
        "fibrinogen": data.draw(st.sampled_from([1.0, 2.5, 2.51])),
        "AST": data.draw(st.sampled_from([29.0, 30.0, 90.0])),
    }
    low = data.draw(st.integers(0, 3))
    lineages = ("hemoglobin 9 g/dL", "white blood cells 4 10*9/L", "platelets 90 10*9/L")
    units = ("Cel", "ng/mL", "mmol/L", "g/L", "U/L")
    written = [f"{name} {had[name]} {unit}" for name, unit in zip(had, units, strict=True)]
    found = graded("HScore-2014", HEALTHY, *written, *lineages[:low])
    assert (found.low, found.high) == (plain_h_score(had, low),) * 2


WRONG_TRIGLYCERIDES = Line(
    "triglycerides",
    (
        Tier(44, "from 150 mg/dL", at_least("triglycerides", 150, "mg/dL")),
        Tier(64, "above 400 mg/dL", above("triglycerides", 400, "mg/dL")),
    ),
)


def test_the_points_catch_triglycerides_cut_at_150_and_400_mg_per_dl() -> None:
    wrong = with_line(hscore.RULE, WRONG_TRIGLYCERIDES)
    differ = [
        finding
        for finding, points in H_SCORE_POINTS
        if grade_days(wrong, chart(HEALTHY, finding, day=3.0), topic="").low != int(points)
    ]
    assert differ == [
        "triglycerides 1.5 mmol/L",
        "triglycerides 4.01 mmol/L",
        "triglycerides 133 mg/dL",
        "triglycerides 355 mg/dL",
    ]


# Four findings of eight beside which a fifth decides.
FOUR = "temperature 38.5 Cel; splenomegaly; hemophagocytosis; NK cell activity: low"


@pytest.mark.parametrize(
    ("fifth", "verdict"),
    rows("""
        ferritin 499 ng/mL                                   | criteria not met
        ferritin 500 ng/mL                                   | criteria met
        ferritin 500 ug/L                                    | criteria met
        soluble IL-2 receptor 2399 U/mL                      | criteria not met
        soluble IL-2 receptor 2400 U/mL                      | criteria met
        triglycerides 264 mg/dL                              | criteria not met
        triglycerides 265 mg/dL                              | criteria met
        triglycerides 2.99 mmol/L                            | criteria not met
        triglycerides 3.0 mmol/L                             | criteria met
        fibrinogen 1.51 g/L                                  | criteria not met
        fibrinogen 1.5 g/L                                   | criteria met
        fibrinogen 151 mg/dL                                 | criteria not met
        fibrinogen 150 mg/dL                                 | criteria met
        hemoglobin 8.9 g/dL                                  | criteria not met
        platelets 99 10*9/L; neutrophils 0.99 10*9/L         | criteria met
        platelets 100 10*9/L; neutrophils 0.99 10*9/L        | criteria not met
        platelets 99 10*9/L; neutrophils 1 10*9/L            | criteria not met
        platelets 99 10*9/L; neutrophils 990 {cells}/uL      | criteria met
        platelets 99 10*9/L; hemoglobin 8.99 g/dL            | criteria met
        platelets 99 10*9/L; hemoglobin 89.9 g/L             | criteria met
        platelets 99 10*9/L; hemoglobin 9 g/dL               | criteria not met
        triglycerides 300 mg/dL; fibrinogen 1 g/L            | criteria met
        temperature 38.49 Cel; ferritin 500 ng/mL            | criteria not met
        NK cell activity: absent; ferritin 500 ng/mL         | criteria met
        NK cell activity: normal; ferritin 500 ng/mL         | criteria not met
        no splenomegaly; ferritin 500 ng/mL                  | criteria not met
    """),
)
def test_a_fifth_finding_decides_hlh_2004(fifth: str, verdict: str) -> None:
    found = graded("HLH-2004", HEALTHY, FOUR, fifth)
    assert (found.low, found.high) == (verdict, verdict)


@pytest.mark.parametrize(
    ("who", "low", "high"),
    rows("""
        hemoglobin 9.9 g/dL; age 0 a; under 4 weeks of age     | yes | yes
        hemoglobin 10 g/dL; age 0 a; under 4 weeks of age      | no  | no
        hemoglobin 9.9 g/dL; age 0 a; no under 4 weeks of age  | no  | no
        hemoglobin 9.9 g/dL; age 0 a                           | no  | yes
        hemoglobin 9.9 g/dL; age 1 a                           | no  | no
    """),
)
def test_hemoglobin_is_cut_at_10_in_the_first_four_weeks(who: str, low: str, high: str) -> None:
    found = graded("HLH-2004", HEALTHY, FOUR, "platelets 99 10*9/L", who)
    said = {"yes": "criteria met", "no": "criteria not met"}
    assert (found.low, found.high) == (said[low], said[high])


def test_low_fibrinogen_and_high_triglycerides_are_one_finding_of_hlh_2004() -> None:
    found = graded(
        "HLH-2004",
        HEALTHY,
        "temperature 38.5 Cel; splenomegaly; hemophagocytosis",
        "fibrinogen 1 g/L; triglycerides 300 mg/dL",
    )
    assert found.high == "criteria not met"


def test_a_gene_defect_is_hlh_2004_whatever_is_missing() -> None:
    assert graded("HLH-2004", "HLH gene defect; temperature 36.5 Cel").low == "criteria met"


def test_four_findings_with_the_rest_unknown_leave_hlh_2004_open() -> None:
    found = graded("HLH-2004", FOUR)
    assert (found.low, found.high) == ("criteria not met", "criteria met")
    assert "soluble IL-2 receptor" in found.missing


def test_findings_of_one_week_are_read_together_for_hlh_2004() -> None:
    apart = [*marks(FOUR, 2.0), *marks("ferritin 900 ng/mL", 8.0)]
    too_far = [*marks(FOUR, 2.0), *marks("ferritin 900 ng/mL", 9.0)]
    grade = NAMED["HLH-2004"].grade
    assert grade(Chart.of("a patient", apart)).low == "criteria met"
    assert grade(Chart.of("a patient", too_far)).low == "criteria not met"


CALM = """
    platelets 250 10*9/L; fibrin-related marker: none; prothrombin time prolongation 0 s;
    fibrinogen 3 g/L
"""


@pytest.mark.parametrize(
    ("finding", "points"),
    rows("""
        platelets 101 10*9/L                   | 0
        platelets 100 10*9/L                   | 1
        platelets 100000 {cells}/uL            | 1
        platelets 50 10*9/L                    | 1
        platelets 49 10*9/L                    | 2
        fibrin-related marker: moderate        | 2
        fibrin-related marker: strong          | 3
        prothrombin time prolongation 2.9 s    | 0
        prothrombin time prolongation 3 s      | 1
        prothrombin time prolongation 5.9 s    | 1
        prothrombin time prolongation 6 s      | 2
        fibrinogen 1 g/L                       | 0
        fibrinogen 0.99 g/L                    | 1
        fibrinogen 100 mg/dL                   | 0
        fibrinogen 99 mg/dL                    | 1
    """),
)
def test_a_finding_alone_makes_its_points_of_the_dic_score(finding: str, points: str) -> None:
    found = graded("ISTH-DIC-2001", CALM, finding)
    assert (found.low, found.high) == (int(points), int(points))


def test_five_points_are_overt_dic_and_a_missing_marker_leaves_it_open() -> None:
    assert dic.RULE.class_of(4) == "not overt"
    assert dic.RULE.class_of(5) == "overt DIC"
    found = graded(
        "ISTH-DIC-2001",
        "platelets 40 10*9/L; prothrombin time prolongation 4 s; fibrinogen 0.8 g/L",
    )
    assert (found.low, found.high, found.missing) == (4, 7, ("fibrin-related marker",))


WORSE = {
    "temperature": (1, 34.0, 42.0),
    "ferritin": (1, 10.0, 9000.0),
    "triglycerides": (1, 30.0, 600.0),
    "AST": (1, 5.0, 90.0),
    "hemoglobin": (-1, 40.0, 160.0),
    "white blood cells": (-1, 0.0, 20.0),
    "platelets": (-1, 0.0, 400.0),
    "neutrophils": (-1, 0.0, 9.0),
    "fibrinogen": (-1, 0.2, 6.0),
    "soluble IL-2 receptor": (1, 100.0, 9000.0),
}


@given(data=st.data(), item=st.sampled_from(sorted(WORSE)))
def test_a_worse_value_never_lowers_a_score_or_verdict(data: st.DataObject, item: str) -> None:
    direction, least, most = WORSE[item]
    known = data.draw(st.sets(st.sampled_from(sorted(WORSE))))
    others: dict[str, Finding] = {
        name: exactly(data.draw(st.floats(*WORSE[name][1:]), label=name)) for name in known - {item}
    }
    one, two = sorted(data.draw(st.tuples(st.floats(least, most), st.floats(least, most))))
    milder, worse = (one, two) if direction > 0 else (two, one)
    before = add_up(hscore.RULE, {**others, item: exactly(milder)})
    after = add_up(hscore.RULE, {**others, item: exactly(worse)})
    assert int(after.low) >= int(before.low)
    assert int(after.high) >= int(before.high)
    levels = hlh_2004.HLH_2004.levels
    verdicts = [assess_hlh({**others, item: exactly(value)}) for value in (milder, worse)]
    assert levels.index(verdicts[0]) <= levels.index(verdicts[1])


def assess_hlh(findings: dict[str, Finding]) -> str:
    return str(assess(hlh_2004.RULE, findings).low)
