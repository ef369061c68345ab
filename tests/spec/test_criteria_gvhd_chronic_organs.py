"""The organ scores of chronic GVHD: at, just under and just over every threshold."""

from __future__ import annotations

from itertools import product

import pytest

from tests.spec.gvhd_charts import Values, graded, just_over, just_under
from tests.spec.gvhd_chronic_charts import ALT_LIMIT, LIMITS, NIH, WELL, WORDS, scores

# -------------------------------------------------------------------------- organ scores


@pytest.mark.parametrize(
    ("percent", "score"),
    [
        (0, "0"),
        (0.001, "1"),
        (1, "1"),
        (just_under(18), "1"),
        (18, "1"),
        (just_over(18), "2"),
        (19, "2"),
        (just_under(50), "2"),
        (50, "2"),
        (just_over(50), "3"),
        (100, "3"),
    ],
)
def test_the_surface_scores_the_skin(percent: float, score: str) -> None:
    values: Values = {"chronic GVHD skin surface": (percent, "%"), "skin sclerosis": "none"}
    assert scores(graded(NIH, values))["skin"] == score


# Columns: surface %, sclerosis, score: the higher of the two counts.
SCLEROSIS = [
    (0, "superficial", "2"),
    (10, "superficial", "2"),
    (60, "superficial", "3"),
    (0, "deep", "3"),
    (60, "none", "3"),
    (None, "deep", "3"),
    (None, "superficial", "2 to 3"),
    (None, "none", "0 to 3"),
    (10, None, "1 to 3"),
]


@pytest.mark.parametrize(("percent", "sclerosis", "score"), SCLEROSIS)
def test_the_higher_of_surface_and_sclerosis_scores_the_skin(
    percent: float | None, sclerosis: str | None, score: str
) -> None:
    values: Values = {"mouth symptoms": "none"}
    if percent is not None:
        values["chronic GVHD skin surface"] = (percent, "%")
    if sclerosis is not None:
        values["skin sclerosis"] = sclerosis
    assert scores(graded(NIH, values))["skin"] == score


@pytest.mark.parametrize(
    ("percent", "score"),
    [
        (120, "0"),
        (just_over(80), "0"),
        (80, "0"),
        (just_under(80), "1"),
        (79.5, "1"),
        (79, "1"),
        (just_over(60), "1"),
        (60, "1"),
        (just_under(60), "2"),
        (59, "2"),
        (just_over(40), "2"),
        (40, "2"),
        (just_under(40), "3"),
        (39, "3"),
        (20, "3"),
    ],
)
def test_fev1_scores_the_lung(percent: float, score: str) -> None:
    assert scores(graded(NIH, {"FEV1": (percent, "%")}))["lung"] == score


@pytest.mark.parametrize(("word", "score"), list(zip(WORDS, "0123", strict=True)))
def test_symptoms_score_the_lung_of_a_child_who_cannot_be_tested(word: str, score: str) -> None:
    found = graded(NIH, {"age": (4, "a"), "dyspnea": word})
    assert scores(found)["lung"] == f"{score}, by dyspnea"


@pytest.mark.parametrize(("word", "percent"), list(product(WORDS, (90, 70, 50, 30))))
def test_fev1_goes_before_symptoms(word: str, percent: float) -> None:
    with_both = graded(NIH, {"FEV1": (percent, "%"), "dyspnea": word})
    assert scores(with_both) == scores(graded(NIH, {"FEV1": (percent, "%")}))


# Columns: ALT, alkaline phosphatase, bilirubin, score; limits 40, 120 U/L and 1.2 mg/dL.
LIVER = [
    (119.999, 80, 0.8, "0"),
    (120, 80, 0.8, "1"),
    (120.001, 80, 0.8, "1"),
    (199.999, 80, 0.8, "1"),
    (200, 80, 0.8, "1"),
    (200.001, 80, 0.8, "2"),
    (30, 359.999, 0.8, "0"),
    (30, 360, 0.8, "1"),
    (30, 4000, 0.8, "1"),
    (30, 80, 1.199, "0"),
    (30, 80, 1.2, "0"),
    (30, 80, 1.201, "2"),
    (30, 80, just_under(3), "2"),
    (30, 80, 3.0, "2"),
    (30, 80, just_over(3), "3"),
    (900, 80, 0.8, "2"),
    (30, 80, None, "0 to 3"),
    (None, 80, 0.8, "0 to 2"),
    (30, None, 0.8, "0 to 1"),
    (None, None, 3.1, "3"),
]


@pytest.mark.parametrize(("alt", "phosphatase", "bilirubin", "score"), LIVER)
def test_liver_tests_score_the_liver(
    alt: float | None, phosphatase: float | None, bilirubin: float | None, score: str
) -> None:
    values: Values = {**LIMITS}
    for item, value, unit in (
        ("ALT", alt, "U/L"),
        ("alkaline phosphatase", phosphatase, "U/L"),
        ("bilirubin", bilirubin, "mg/dL"),
    ):
        if value is not None:
            values[item] = (value, unit)
    assert scores(graded(NIH, values))["liver"] == score


@pytest.mark.parametrize(("value", "score"), [(51.29, "2"), (51.3, "2"), (51.31, "3")])
def test_bilirubin_may_be_in_umol_per_litre(value: float, score: str) -> None:
    values: Values = {**WELL, "bilirubin": (value, "umol/L")}
    assert scores(graded(NIH, values))["liver"] == score


def test_without_a_limit_of_normal_the_liver_is_open() -> None:
    values = {item: value for item, value in WELL.items() if item != ALT_LIMIT}
    grade = graded(NIH, values)
    assert scores(grade)["liver"] == "0 to 2"
    assert ALT_LIMIT in grade.missing


# Columns: symptoms, weight loss in three months %, score.
GUT = [
    ("none", 20, "0"),  # weight is lost for another reason
    ("none", None, "0"),
    ("mild", 0, "1"),
    ("mild", just_under(5), "1"),
    ("mild", 5, "2"),
    ("mild", just_over(5), "2"),
    ("mild", just_under(15), "2"),
    ("mild", 15, "2"),
    ("mild", just_over(15), "3"),
    ("moderate", 0, "2"),
    ("moderate", 16, "3"),
    ("severe", 0, "3"),
    ("mild", None, "1 to 3"),
    ("moderate", None, "2 to 3"),
    ("severe", None, "3"),
    (None, 20, "0 to 3"),
    (None, 0, "0 to 3"),
]


@pytest.mark.parametrize(("symptoms", "loss", "score"), GUT)
def test_symptoms_and_weight_score_the_gut(
    symptoms: str | None, loss: float | None, score: str
) -> None:
    values: Values = {"mouth symptoms": "none"}
    if symptoms is not None:
        values["GI symptoms"] = symptoms
    if loss is not None:
        values["weight loss in 3 months"] = (loss, "%")
    assert scores(graded(NIH, values))["GI"] == score


@pytest.mark.parametrize(
    ("organ", "item"),
    [
        ("mouth", "mouth symptoms"),
        ("eye", "dry eye symptoms"),
        ("joint", "joint tightness"),
        ("genital", "genital signs"),
    ],
)
@pytest.mark.parametrize(("word", "score"), list(zip(WORDS, "0123", strict=True)))
def test_a_word_scores_an_organ(organ: str, item: str, word: str, score: str) -> None:
    assert scores(graded(NIH, {item: word}))[organ] == score
