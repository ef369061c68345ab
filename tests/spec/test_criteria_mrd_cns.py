"""Residual disease in five classes, the fusion transcript beside it, CNS and testis."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.grading.grade import Trust
from reinfuse.grading.leukemia.cns import SCALE as CNS
from reinfuse.grading.leukemia.cns import steinherz_bleyer
from reinfuse.grading.leukemia.mrd_classes import FLOW, with_detection
from reinfuse.grading.leukemia.mrd_classes import SCALE as MRD
from reinfuse.grading.rules.finding import Span, exactly
from reinfuse.grading.rules.scale import Scale, assess
from reinfuse.grading.series import rank
from tests.spec.leukemia_charts import full_and_part, graded

CLASSES = "ELN-2024 MRD classes"
UNDETECTABLE, TOO_LOW, NOT_QUANTIFIED, QUANTIFIED, FAILURE = MRD.criterion.levels


@pytest.mark.parametrize(
    ("mrd", "limit", "quantifiable", "level"),
    [
        ("0 %", "0.0099 %", "0.02 %", UNDETECTABLE),
        ("0 %", "0.01 %", "0.02 %", UNDETECTABLE),
        ("0 %", "0.0101 %", "0.02 %", TOO_LOW),
        ("0 1", "0.0001 1", "0.0002 1", UNDETECTABLE),
        ("<0.01 %", "0.01 %", "0.02 %", UNDETECTABLE),
        ("<0.05 %", "0.05 %", "0.1 %", TOO_LOW),
        ("0.002 %", "0.001 %", "0.00201 %", NOT_QUANTIFIED),
        ("0.002 %", "0.001 %", "0.002 %", QUANTIFIED),
        ("0.002 %", "0.001 %", "0.00199 %", QUANTIFIED),
        ("0.0099 %", "0.001 %", "0.002 %", QUANTIFIED),
        ("0.01 %", "0.001 %", "0.002 %", FAILURE),
        ("0.0101 %", "0.001 %", "0.002 %", FAILURE),
        ("0.00009 1", "0.00001 1", "0.00002 1", QUANTIFIED),
        ("0.0001 1", "0.00001 1", "0.00002 1", FAILURE),
        ("12 %", "0.001 %", "0.002 %", FAILURE),
    ],
)
def test_residual_disease_has_five_classes(
    mrd: str, limit: str, quantifiable: str, level: str
) -> None:
    found = {
        "MRD": mrd,
        "MRD limit of detection": limit,
        "MRD lower limit of quantification": quantifiable,
    }
    grade = graded(CLASSES, (28, found))
    assert (grade.low, grade.high) == (level, level)


@pytest.mark.parametrize(
    ("found", "low", "high", "missing"),
    [
        ({"MRD": "0 %"}, UNDETECTABLE, TOO_LOW, "MRD limit of detection"),
        ({"MRD detected": False}, UNDETECTABLE, TOO_LOW, "MRD limit of detection"),
        ({"MRD detected": True}, NOT_QUANTIFIED, FAILURE, "MRD"),
        ({"MRD": "0.004 %"}, NOT_QUANTIFIED, QUANTIFIED, "MRD lower limit of quantification"),
        ({"MRD": "<0.01 %"}, UNDETECTABLE, QUANTIFIED, "MRD detected"),
        (
            {"MRD": "<0.05 %", "MRD limit of detection": "0.001 %"},
            UNDETECTABLE,
            FAILURE,
            "MRD detected",
        ),
        (
            {"MRD detected": True, "MRD": "<0.01 %", "MRD lower limit of quantification": "0.01 %"},
            NOT_QUANTIFIED,
            NOT_QUANTIFIED,
            "",
        ),
    ],
)
def test_a_limit_that_nobody_stated_leaves_the_class_open(
    found: dict[str, object], low: str, high: str, missing: str
) -> None:
    grade = graded(CLASSES, (28, found))
    assert (grade.low, grade.high) == (low, high)
    assert not missing or missing in grade.missing


def test_a_negative_without_a_limit_is_never_simply_negative() -> None:
    """A yes-or-no MRD would call both negative; the class of the second is another."""
    sensitive = graded(CLASSES, (28, {"MRD": "0 %", "MRD limit of detection": "0.001 %"}))
    blunt = graded(CLASSES, (28, {"MRD": "0 %", "MRD limit of detection": "0.1 %"}))
    unknown = graded(CLASSES, (28, {"MRD": "0 %"}))
    assert sensitive.exact
    assert blunt.exact
    assert sensitive.high != blunt.high
    assert unknown.trust is Trust.BOUNDED


@pytest.mark.parametrize(
    ("cells", "limit", "supposed", "bound"),
    [
        ("300001 {cells}", "0.01 %", UNDETECTABLE, "0.001 %"),
        ("300000 {cells}", "0.01 %", UNDETECTABLE, "0.001 %"),
        ("299000 {cells}", "0.01 %", TOO_LOW, "0.001 %"),
        ("30000 {cells}", "0.1 %", TOO_LOW, "0.01 %"),
    ],
)
def test_the_cells_acquired_say_what_the_limit_would_be_and_narrow_nothing(
    cells: str, limit: str, supposed: str, bound: str
) -> None:
    grade = graded(CLASSES, (28, {"MRD": "0 %", "MRD cells acquired": cells}))
    assert (grade.low, grade.high) == (UNDETECTABLE, TOO_LOW)
    assert any(f"limit of {limit}: {supposed}" in text for text in grade.assumed)
    assert any(f"up to {bound}" in text for text in grade.assumed)


def test_a_counted_residue_tells_its_interval() -> None:
    found = {
        "MRD": "0.02 %",
        "MRD lower limit of quantification": "0.002 %",
        "MRD cells acquired": "500000 {cells}",
    }
    grade = graded(CLASSES, (28, found))
    # 100 cells of 500 000: the exact Poisson interval of 100 is 81.4 to 121.6.
    assert grade.shown() == FAILURE
    assert grade.assumed == ("95 % interval 0.016 to 0.024 % by cells acquired",)


def test_the_lowest_class_of_all_samples_is_the_grade() -> None:
    limits = {"MRD limit of detection": "0.001 %", "MRD lower limit of quantification": "0.002 %"}
    grade = graded(
        CLASSES, (7, {"MRD": "60 %"}), (28, {"MRD": "0 %"} | limits), (90, {"MRD": "3 %"})
    )
    assert grade.shown() == UNDETECTABLE
    assert [day.high for day in grade.series] == [FAILURE, UNDETECTABLE, FAILURE]


@pytest.mark.parametrize(
    ("found", "level"),
    [
        ({"fusion transcript": "0 %", "fusion transcript limit of detection": "0.01 %"},
         "not detected"),
        ({"fusion transcript": "0 %", "fusion transcript limit of detection": "0.011 %"},
         "not detected, sensitivity too low"),
        ({"fusion transcript": "0 %"}, "not detected to not detected, sensitivity too low"),
        ({"fusion transcript": "0.00001 %"}, "detected"),
        ({"fusion transcript": "0.000002 1"}, "detected"),
        ({"fusion transcript detected": True}, "detected"),
    ],
)  # fmt: skip
def test_the_fusion_transcript_is_classed_by_itself(found: dict[str, object], level: str) -> None:
    assert graded("fusion-transcript MRD", (28, found)).shown() == level


@pytest.mark.parametrize(
    ("flow", "day", "said"),
    [
        ("0 %", 28, "flow cytometry negative (day 28): they disagree"),
        ("0.3 %", 28, "flow cytometry positive (day 28): they agree"),
        ("0 %", 35, "flow cytometry negative (day 35): they disagree"),
        ("0 %", 36, ""),
    ],
)
def test_the_transcript_and_flow_stand_beside_each_other_and_are_never_merged(
    flow: str, day: int, said: str
) -> None:
    transcript = {"fusion transcript": "0.002 %"}
    grade = graded("fusion-transcript MRD", (28, transcript), (day, {"MRD": flow}))
    assert grade.shown() == "detected"
    told = [reason.text for reason in grade.because if "flow" in reason.text]
    assert said in told[0] if said else not told
    alone = graded(CLASSES, (28, transcript), (day, {"MRD": flow}))
    assert alone.low == (UNDETECTABLE if flow == "0 %" else FAILURE)


# --- CNS ---------------------------------------------------------------------------------------

FLUID: dict[str, object] = {
    "blasts on cytospin": True,
    "clinical signs of CNS leukemia": False,
    "cerebrospinal fluid white cells": "3 {cells}/uL",
    "cerebrospinal fluid red cells": "2 {cells}/uL",
    "white blood cells": "10 10*9/L",
    "red blood cells": "4 10*12/L",
}
WHITE, RED = "cerebrospinal fluid white cells", "cerebrospinal fluid red cells"


@pytest.mark.parametrize(
    ("white", "red", "level"),
    [
        ("4.9 {cells}/uL", "9.9 {cells}/uL", "CNS2a"),
        ("4.9 {cells}/uL", "10 {cells}/uL", "CNS2b"),
        ("4.9 {cells}/uL", "10.1 {cells}/uL", "CNS2b"),
        ("5 {cells}/uL", "9.9 {cells}/uL", "CNS3a"),
        ("5.1 {cells}/uL", "9.9 {cells}/uL", "CNS3a"),
        ("0.005 10*9/L", "0.0099 10*9/L", "CNS3a"),
        ("0.0049 10*9/L", "0.01 10*9/L", "CNS2b"),
        # blood 10 x 10^9 white and 4 x 10^12 red: 2.5 per thousand, so 5 per thousand is twice
        ("5 {cells}/uL", "1000 {cells}/uL", "CNS2c"),
        ("5.01 {cells}/uL", "1000 {cells}/uL", "CNS3b"),
        ("5 {cells}/uL", "999 {cells}/uL", "CNS3b"),
        ("5 {cells}/uL", "1001 {cells}/uL", "CNS2c"),
        ("5 {cells}/uL", "10 {cells}/uL", "CNS3b"),
    ],
)
def test_the_cns_status_follows_white_cells_red_cells_and_their_ratio(
    white: str, red: str, level: str
) -> None:
    assert graded("COG CNS status", (0, FLUID | {WHITE: white, RED: red})).shown() == level


def test_no_blasts_is_cns1_whatever_the_cells() -> None:
    found = FLUID | {"blasts on cytospin": False, WHITE: "90 {cells}/uL", RED: "500 {cells}/uL"}
    assert graded("COG CNS status", (0, found)).shown() == "CNS1"


def test_clinical_signs_are_cns3c_even_without_blasts() -> None:
    found = FLUID | {"blasts on cytospin": False, "clinical signs of CNS leukemia": True}
    assert graded("COG CNS status", (0, found)).shown() == "CNS3c"


def test_a_traumatic_puncture_without_blood_counts_is_2c_or_3b() -> None:
    found = {
        key: value
        for key, value in (FLUID | {WHITE: "8 {cells}/uL", RED: "400 {cells}/uL"}).items()
        if key not in ("white blood cells", "red blood cells")
    }
    grade = graded("COG CNS status", (0, found))
    assert (grade.low, grade.high) == ("CNS2c", "CNS3b")
    assert set(grade.missing) == {"white blood cells", "red blood cells"}


def test_leukemia_by_flow_alone_is_told_and_is_not_cns2() -> None:
    found = FLUID | {"blasts on cytospin": False, "cerebrospinal fluid leukemia by flow": True}
    grade = graded("COG CNS status", (0, found))
    assert grade.shown() == "CNS1"
    assert any("flow cytometry alone" in reason.text for reason in grade.because)


def test_a_fluid_without_a_cytospin_stays_open() -> None:
    found = {key: value for key, value in FLUID.items() if key != "blasts on cytospin"}
    grade = graded("COG CNS status", (0, found))
    assert (grade.low, grade.high) == ("CNS1", "CNS2a")
    assert grade.missing == ("blasts on cytospin",)


@given(st.floats(0, 1000), st.floats(0.1, 1e5), st.floats(0.1, 500), st.floats(0.5, 8))
def test_the_ratio_is_white_over_red_of_fluid_over_blood(
    white: float, red: float, blood_white: float, blood_red: float
) -> None:
    found = {
        WHITE: exactly(white),
        RED: exactly(red),
        "white blood cells": exactly(blood_white),
        "red blood cells": exactly(blood_red),
    }
    ratio = steinherz_bleyer(found)
    by_hand = (white / red) / (blood_white * 1e9 / (blood_red * 1e12))
    assert ratio is not None
    assert ratio.low == pytest.approx(by_hand)
    assert ratio.exact


def test_the_ratio_of_open_counts_holds_both_ends() -> None:
    found = {
        WHITE: Span(4, 8),
        RED: Span(100, 200),
        "white blood cells": Span(10, 20),
        "red blood cells": Span(4, 5),
    }
    ratio = steinherz_bleyer(found)
    assert ratio is not None
    assert ratio.low == pytest.approx(4 / 200 / (20 / 4000))
    assert ratio.high == pytest.approx(8 / 100 / (10 / 5000))
    assert steinherz_bleyer(found | {RED: Span(0, 0)}) == Span(math.inf, math.inf)


@pytest.mark.parametrize(
    ("found", "level"),
    [
        ({"testicular enlargement": "none", "testicular involvement confirmed": False,
          "testicular biopsy": "negative"}, "not involved"),
        ({"testicular enlargement": "unilateral", "testicular involvement confirmed": True},
         "involved"),
        ({"testicular enlargement": "bilateral", "testicular involvement confirmed": True},
         "involved"),
        ({"testicular enlargement": "unilateral", "testicular involvement confirmed": False,
          "testicular biopsy": "negative"}, "not involved"),
        ({"testicular enlargement": "none", "testicular biopsy": "positive"}, "involved"),
        ({"testicular enlargement": "unilateral"}, "not involved to involved"),
    ],
)  # fmt: skip
def test_a_large_testis_is_involved_once_it_was_confirmed(
    found: dict[str, object], level: str
) -> None:
    assert graded("testicular involvement", (0, found)).shown() == level


@pytest.mark.parametrize("scale", [MRD, CNS], ids=lambda scale: scale.criterion.name)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_what_is_taken_away_leaves_bounds_that_hold_the_full_class(
    scale: Scale, data: st.DataObject
) -> None:
    full, kept = data.draw(full_and_part(scale))
    if scale is MRD and "MRD" in full:
        full.pop(FLOW.detected)
        kept.pop(FLOW.detected, None)
        full, kept = dict(with_detection(full, FLOW)), dict(with_detection(kept, FLOW))
    whole, part = assess(scale, full), assess(scale, kept)
    assert whole.exact, "with everything recorded one level is left"
    place = rank(scale.criterion, whole.low)
    assert rank(scale.criterion, part.low) <= place <= rank(scale.criterion, part.high)
