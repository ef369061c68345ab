"""Charts of patients with chronic GVHD whose organs have given scores."""

from __future__ import annotations

from reinfuse.grading.grade import Grade
from tests.spec.gvhd_charts import Values

NIH = "NIH-2014-cGVHD"
ALT_LIMIT, AP_LIMIT, BILIRUBIN_LIMIT = (
    "ALT upper limit of normal",
    "alkaline phosphatase upper limit of normal",
    "bilirubin upper limit of normal",
)
LIMITS: Values = {ALT_LIMIT: (40, "U/L"), AP_LIMIT: (120, "U/L"), BILIRUBIN_LIMIT: (1.2, "mg/dL")}
WELL: Values = {
    **LIMITS,
    "ALT": (30, "U/L"),
    "alkaline phosphatase": (80, "U/L"),
    "bilirubin": (0.8, "mg/dL"),
}
WORDS = ("none", "mild", "moderate", "severe")


def scores(grade: Grade) -> dict[str, str]:
    """What the reasons say of each organ: {"skin": "2", "lung": "1, by dyspnea"}."""
    found = (reason.text.partition(" (day")[0].partition(" score ") for reason in grade.because)
    return {organ: score for organ, sign, score in found if sign}


ORGANS = ("skin", "mouth", "eye", "GI", "liver", "joint", "genital")
LUNG: tuple[Values, ...] = tuple({"FEV1": (value, "%")} for value in (90, 70, 50, 30))
AT: dict[str, tuple[Values, ...]] = {
    "skin": tuple(
        {"chronic GVHD skin surface": (value, "%"), "skin sclerosis": "none"}
        for value in (0, 10, 30, 60)
    ),
    "mouth": tuple({"mouth symptoms": word} for word in WORDS),
    "eye": tuple({"dry eye symptoms": word} for word in WORDS),
    "GI": tuple({"GI symptoms": word, "weight loss in 3 months": (0, "%")} for word in WORDS),
    "liver": (
        WELL,
        {**WELL, "ALT": (150, "U/L")},
        {**WELL, "bilirubin": (2, "mg/dL")},
        {**WELL, "bilirubin": (4, "mg/dL")},
    ),
    "joint": tuple({"joint tightness": word} for word in WORDS),
    "genital": tuple({"genital signs": word} for word in WORDS),
}


def with_scores(others: tuple[int, ...], lung: int) -> Values:
    values: Values = {**LUNG[lung]}
    for organ, score in zip(ORGANS, others, strict=True):
        values |= AT[organ][score]
    return values
