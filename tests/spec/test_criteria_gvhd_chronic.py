"""Chronic GVHD by NIH 2014: every count of organ scores, against a twin."""

from __future__ import annotations

from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.chart.daily import rank
from reinfuse.grading.grade import Level, Trust
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.source import Standing
from tests.spec.gvhd_charts import Values, graded, mark
from tests.spec.gvhd_chronic_charts import AT, LIMITS, LUNG, NIH, ORGANS, with_scores

DIAGNOSIS = "NIH-2014-cGVHD-diagnosis"

# ----------------------------------------------------------------------- global severity

# Every count of organs with score 0, 1, 2 and 3, with every score of the lung.
COUNTS = list(product(combinations_with_replacement(range(4), len(ORGANS)), range(len(LUNG))))


def severity(others: tuple[int, ...], lung: int) -> Level:
    """The published rule, the worst first."""
    if 3 in others or lung in (2, 3):
        return "severe"
    involved = sum(1 for score in others if score > 0) + (1 if lung > 0 else 0)
    if involved >= 3 or 2 in others or lung == 1:
        return "moderate"
    return "mild" if involved in (1, 2) else "none"


def turned(others: tuple[int, ...], by: int) -> tuple[int, ...]:
    """The same scores on other organs."""
    by %= len(others)
    return others[by:] + others[:by]


@pytest.mark.parametrize(("others", "lung"), COUNTS)
def test_every_count_of_organ_scores_has_its_severity(others: tuple[int, ...], lung: int) -> None:
    expected = severity(others, lung)
    for by in (0, sum(others) + 1, sum(others) + 3):
        grade = graded(NIH, with_scores(turned(others, by), lung))
        assert (grade.low, grade.high, grade.as_published) == (expected, expected, expected)


@pytest.mark.parametrize(("others", "lung"), COUNTS[::11])
@pytest.mark.parametrize("gone", range(len(ORGANS)))
def test_an_organ_nobody_looked_at_leaves_its_best_to_its_worst(
    others: tuple[int, ...], lung: int, gone: int
) -> None:
    left = {
        item: value
        for item, value in with_scores(others, lung).items()
        if item not in AT[ORGANS[gone]][0]
    }
    grade = graded(NIH, left)
    best, worst = list(others), list(others)
    best[gone], worst[gone] = 0, 3
    assert (grade.low, grade.high) == (severity(tuple(best), lung), severity(tuple(worst), lung))


@pytest.mark.parametrize(("others", "lung"), COUNTS[::7])
def test_a_lung_nobody_looked_at_may_be_severe(others: tuple[int, ...], lung: int) -> None:
    left = {item: value for item, value in with_scores(others, lung).items() if item != "FEV1"}
    grade = graded(NIH, left)
    assert (grade.low, grade.high) == (severity(others, 0), "severe")


def test_nothing_charted_is_not_none() -> None:
    assert graded(NIH, LIMITS).trust is Trust.NOT_EVALUABLE


# ------------------------------------------------------------- mistakes that others made


def every_organ_involved(others: tuple[int, ...], lung: int) -> Level:
    """As a public tool has it: mild needs every organ above 0 and the lung at 0."""
    found = severity(others, lung)
    is_mild = all(score > 0 for score in (*others, lung)) and lung == 0
    return "mild" if is_mild else ("none" if found == "mild" else found)


def test_mild_can_be_reached() -> None:
    assert all(every_organ_involved(*one) != "mild" for one in COUNTS)
    mild = [one for one in COUNTS if severity(*one) == "mild"]
    assert len(mild) == 2  # one organ or two with score 1
    assert all(graded(NIH, with_scores(*one)).shown() == "mild" for one in mild)


@pytest.mark.parametrize("platelets", [20, 99, 100, 150])
def test_few_platelets_do_not_make_it_severe(platelets: float) -> None:
    values = with_scores((1, 0, 0, 0, 0, 0, 0), 0)
    grade = graded(NIH, values, mark("platelets", (platelets, "10*9/L")))
    assert grade.shown() == "mild"


@pytest.mark.parametrize("karnofsky", [20, 90])
def test_performance_status_is_not_used(karnofsky: float) -> None:
    values = with_scores((0, 0, 0, 0, 0, 0, 0), 0)
    assert graded(NIH, values, mark("Karnofsky score", (karnofsky, "{score}"))).shown() == "none"


# -------------------------------------------------------------------------------- causes


@pytest.mark.parametrize(
    ("cause", "severity_then"),
    [
        (None, "severe"),
        ("chronic GVHD", "severe"),
        ("cGVHD", "severe"),
        ("GVHD and drug toxicity", "severe"),
        ("azole hepatitis", "none"),
        ("not GVHD", "none"),
    ],
)
def test_an_organ_wholly_explained_by_another_cause_is_left_out(
    cause: str | None, severity_then: str
) -> None:
    values = with_scores((0,) * len(ORGANS), 0)
    del values["bilirubin"]
    high = Mark(item="bilirubin", day=10, value=Quantity(8, "mg/dL"), attributed_to=cause)
    assert graded(NIH, values, high).shown() == severity_then


# --------------------------------------------------------------------------------- visits


def test_tests_of_one_month_belong_to_one_examination() -> None:
    values = with_scores((1, 0, 0, 0, 0, 0, 0), 0)
    lung = Mark(item="FEV1", day=190, value=Quantity(55, "%"))
    marks = [mark(item, value, 200) for item, value in values.items() if item != "FEV1"]
    grade = criterion_named(NIH).grade(Chart.of("patient", [lung, *marks]))
    assert grade.series[-1].low == grade.series[-1].high == "severe"


def test_a_test_of_two_months_before_does_not() -> None:
    values = with_scores((1, 0, 0, 0, 0, 0, 0), 0)
    lung = Mark(item="FEV1", day=140, value=Quantity(90, "%"))
    marks = [mark(item, value, 200) for item, value in values.items() if item != "FEV1"]
    grade = criterion_named(NIH).grade(Chart.of("patient", [lung, *marks]))
    assert (grade.series[-1].low, grade.series[-1].high) == ("mild", "severe")


# ------------------------------------------------------------------------------ diagnosis


@pytest.mark.parametrize(
    ("diagnostic", "distinctive", "test", "level"),
    [
        (True, False, False, "met"),
        (False, True, True, "met"),
        (False, True, False, "not met"),
        (False, False, True, "not met"),
        (False, False, None, "not met"),
        (False, True, None, "not met to met"),
        (True, None, None, "met"),
        (None, True, False, "not met to met"),
    ],
)
def test_a_diagnostic_sign_or_a_confirmed_distinctive_one_makes_the_diagnosis(
    diagnostic: bool | None, distinctive: bool | None, test: bool | None, level: str
) -> None:
    said = {
        "diagnostic sign of chronic GVHD": diagnostic,
        "distinctive sign of chronic GVHD": distinctive,
        "confirmatory test of chronic GVHD": test,
    }
    values: Values = {item: value for item, value in said.items() if value is not None}
    assert graded(DIAGNOSIS, values).shown() == level


@pytest.mark.parametrize("day", [20, 99, 100, 400])
def test_the_day_is_no_criterion(day: int) -> None:
    chart = Chart.of("patient", [mark("diagnostic sign of chronic GVHD", True, day)])
    assert criterion_named(DIAGNOSIS).grade(chart).shown() == "met"


def test_the_standing_of_each_part_is_told() -> None:
    assert criterion_named(DIAGNOSIS).by_choice
    assert not criterion_named(NIH).by_choice
    parts = {row.standing for row in criterion_named(NIH).table if row.part}
    assert parts == {Standing.PORT}


# ------------------------------------------------------------------------------ properties

seven = st.tuples(*(st.integers(0, 3) for _ in ORGANS))
lungs = st.integers(0, 3)


@given(mild=seven, worse=seven, lung=lungs, worse_lung=lungs)
def test_a_worse_organ_never_lowers_the_severity(
    mild: tuple[int, ...], worse: tuple[int, ...], lung: int, worse_lung: int
) -> None:
    criterion = criterion_named(NIH).criterion
    before = graded(NIH, with_scores(mild, lung)).low
    after = graded(NIH, with_scores(tuple(map(max, mild, worse)), max(lung, worse_lung))).low
    assert before is not None
    assert after is not None
    assert rank(criterion, before) <= rank(criterion, after)


@given(others=seven, lung=lungs, data=st.data())
def test_what_is_taken_from_the_chart_leaves_bounds_that_hold_the_severity(
    others: tuple[int, ...], lung: int, data: st.DataObject
) -> None:
    values = with_scores(others, lung)
    kept = {item: value for item, value in values.items() if data.draw(st.booleans(), label=item)}
    part, criterion = graded(NIH, kept), criterion_named(NIH).criterion
    if part.low is not None and part.high is not None:
        whole = rank(criterion, severity(others, lung))
        assert rank(criterion, part.low) <= whole <= rank(criterion, part.high)
