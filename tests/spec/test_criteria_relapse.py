"""Relapse of ALL: four definitions, two classes by the marrow, and the antigen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.grading.leukemia.relapse_class import CLASS_BFM, CLASS_COG
from reinfuse.grading.leukemia.relapse_sets import DEFINITIONS
from reinfuse.grading.rules.scale import Scale, assess
from reinfuse.grading.series import rank
from tests.spec.leukemia_charts import full_and_part, graded

SCALES = (*DEFINITIONS, CLASS_BFM, CLASS_COG)

CALM: dict[str, object] = {
    "marrow blasts": "1 %",
    "blood blasts": "0 %",
    "extramedullary disease": False,
    "MRD": "0 %",
    "lymphoid blasts confirmed": True,
    "other tests with 1 % blasts": "0 {tests}",
    "tests with 1 % blasts in second marrow": "0 {tests}",
}
REMISSION = (28.0, {"complete remission reached": True})
NO, YES = "no relapse", "relapse"
RELAPSES = [
    # item, value -> ELIANA, NCCN, NCI-2010, Ponte-di-Legno
    ("marrow blasts", "4.99 %", NO, NO, NO, NO),
    ("marrow blasts", "5 %", YES, NO, NO, NO),
    ("marrow blasts", "5.01 %", YES, YES, NO, NO),
    ("marrow blasts", "24.9 %", YES, YES, NO, NO),
    ("marrow blasts", "25 %", YES, YES, YES, NO),
    ("blood blasts", "0.99 %", NO, NO, YES, NO),
    ("blood blasts", "1 %", YES, NO, YES, NO),
    ("blood blasts", "5 %", YES, NO, YES, NO),
    ("blood blasts", "5.01 %", YES, YES, YES, NO),
    ("extramedullary disease", True, YES, YES, YES, YES),
    ("MRD", "24.9 %", NO, NO, NO, NO),
    ("MRD", "25 %", NO, NO, NO, YES),
]
DEFINED = ("ELIANA", "NCCN", "NCI-2010", "Ponte-di-Legno-2022")


@pytest.mark.parametrize(("item", "value", "eliana", "nccn", "nci", "ponte"), RELAPSES)
def test_each_definition_of_relapse_draws_its_own_line(
    item: str, value: object, eliana: str, nccn: str, nci: str, ponte: str
) -> None:
    expected = (eliana, nccn, nci, ponte)
    for name, level in zip(DEFINED, expected, strict=True):
        grade = graded(f"{name} relapse", REMISSION, (90, CALM | {item: value}))
        assert grade.shown() == level, name


@pytest.mark.parametrize(
    ("mrd", "others", "second", "level"),
    [
        ("25 %", 0, 0, YES),
        ("24.9 %", 0, 0, NO),
        ("24.9 %", 1, 0, YES),
        ("5 %", 1, 0, YES),
        ("5 %", 0, 1, NO),
        ("5 %", 0, 2, YES),
        ("4.99 %", 1, 0, NO),
        ("4.99 %", 2, 0, YES),
        ("4.99 %", 1, 2, YES),
        ("4.99 %", 0, 2, YES),
        ("4.99 %", 1, 1, NO),
        ("1 %", 2, 0, YES),
        ("1 %", 0, 2, YES),
        ("0.99 %", 3, 3, NO),
    ],
)
def test_the_pediatric_consensus_asks_for_more_tests_the_fewer_the_blasts(
    mrd: str, others: int, second: int, level: str
) -> None:
    found = CALM | {
        "MRD": mrd,
        "other tests with 1 % blasts": f"{others} {{tests}}",
        "tests with 1 % blasts in second marrow": f"{second} {{tests}}",
    }
    assert graded("Ponte-di-Legno-2022 relapse", REMISSION, (90, found)).shown() == level


@pytest.mark.parametrize(("marrow", "level"), [("25 %", NO), ("25.1 %", YES)])
def test_after_a_partial_response_the_nci_asks_for_more_than_a_quarter(
    marrow: str, level: str
) -> None:
    states = {"partial response reached": True, "complete remission reached": False}
    grade = graded(
        "NCI-2010 relapse",
        (28, states),
        (200, {"complete remission reached": False}),
        (90, CALM | {"marrow blasts": marrow}),
    )
    assert grade.shown() == level


def test_leukemia_before_the_remission_is_no_relapse() -> None:
    found = CALM | {"marrow blasts": "80 %"}
    assert graded("ELIANA relapse", (0, found), REMISSION, (60, CALM)).shown() == NO


def test_what_was_charted_on_the_day_of_the_remission_is_no_relapse() -> None:
    same_day = REMISSION[1] | CALM | {"blood blasts": "2 %"}
    assert graded("ELIANA relapse", (28, same_day)).shown() == NO
    assert (
        graded("ELIANA relapse", (28, same_day), (29, CALM | {"blood blasts": "2 %"})).shown()
        == YES
    )


def test_a_remission_of_an_earlier_treatment_makes_no_relapse_of_a_failure() -> None:
    earlier = (-400, {"complete remission reached": True})
    failed = (28, CALM | {"marrow blasts": "80 %", "complete remission reached": False})
    assert graded("ELIANA relapse", earlier, failed).shown() == NO


def test_a_remission_that_nobody_charted_leaves_relapse_open() -> None:
    grade = graded("ELIANA relapse", (90, CALM | {"marrow blasts": "80 %"}))
    assert grade.shown() == f"{NO} to {YES}"
    assert "complete remission reached" in grade.missing


@pytest.mark.parametrize(
    ("outside", "marrow", "mrd", "bfm", "cog"),
    [
        (False, "1 %", "0.009 %", "no relapse", "no relapse"),
        (False, "1 %", "0.01 %", "MRD only", "MRD only"),
        (True, "1 %", "0.009 %", "isolated extramedullary", "isolated extramedullary"),
        (True, "1 %", "0.01 %", "isolated EM, submicroscopic marrow +",
         "isolated EM, submicroscopic marrow +"),
        (True, "4.99 %", "4 %", "isolated EM, submicroscopic marrow +",
         "isolated EM, submicroscopic marrow +"),
        (True, "5 %", "5 %", "combined", "isolated EM, submicroscopic marrow +"),
        (True, "24.9 %", "25 %", "combined", "isolated EM, submicroscopic marrow +"),
        (True, "25 %", "25 %", "combined", "combined"),
        (False, "5 %", "5 %", "marrow", "MRD only"),
        (False, "25 %", "25 %", "marrow", "marrow"),
    ],
)  # fmt: skip
def test_the_class_of_a_relapse_hangs_on_the_marrow_rule(
    outside: bool, marrow: str, mrd: str, bfm: str, cog: str
) -> None:
    found = CALM | {"extramedullary disease": outside, "marrow blasts": marrow, "MRD": mrd}
    assert graded("relapse class BFM", REMISSION, (90, found)).shown() == bfm
    assert graded("relapse class COG", REMISSION, (90, found)).shown() == cog


def test_the_findings_of_a_month_make_one_class_but_none_from_before_the_remission() -> None:
    marrow = {"marrow blasts": "60 %", "MRD": "60 %"}
    spinal = {"extramedullary disease": True}
    calm = {"marrow blasts": "1 %", "MRD": "0 %"}
    together = graded("relapse class BFM", REMISSION, (90, marrow), (100, spinal))
    assert together.shown() == "combined"
    apart = graded("relapse class BFM", (20, marrow), REMISSION, (29, calm), (40, spinal))
    assert apart.shown() == "isolated extramedullary"


@pytest.mark.parametrize(
    ("found", "level"),
    [
        ({"CD19 on leukemia": "positive", "lineage switch": False}, "CD19+"),
        ({"CD19 on leukemia": "dim or partial", "lineage switch": False}, "CD19 dim or partial"),
        ({"CD19 on leukemia": "negative", "lineage switch": False}, "CD19-"),
        ({"CD19 on leukemia": "negative", "lineage switch": True}, "lineage switch"),
        ({"CD19 on leukemia": "negative"}, "CD19- to lineage switch"),
    ],
)
def test_the_antigen_at_relapse_is_the_one_that_was_recorded(
    found: dict[str, object], level: str
) -> None:
    assert graded("antigen at relapse", (90, found)).shown() == level


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.criterion.name)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_what_is_taken_away_leaves_bounds_that_hold_the_full_verdict(
    scale: Scale, data: st.DataObject
) -> None:
    full, kept = data.draw(full_and_part(scale))
    whole, part = assess(scale, full), assess(scale, kept)
    assert whole.exact, "with everything recorded one level is left"
    place = rank(scale.criterion, whole.low)
    assert rank(scale.criterion, part.low) <= place <= rank(scale.criterion, part.high)
