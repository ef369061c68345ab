"""Response of ALL: each published set draws its own line."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.grade import Trust
from reinfuse.grading.leukemia.cibmtr import CIBMTR
from reinfuse.grading.leukemia.eliana import ELIANA
from reinfuse.grading.leukemia.eln_2024 import ELN_2024
from reinfuse.grading.leukemia.nci_2010 import NCI_2010
from reinfuse.grading.leukemia.response import ResponseSet
from reinfuse.grading.rules.finding import exactly
from reinfuse.grading.rules.judge import holds
from reinfuse.grading.rules.scale import assess
from reinfuse.grading.series import rank
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from tests.spec.leukemia_charts import (
    FLAWLESS,
    drawn,
    flawless_but,
    full_and_part,
    graded,
    marks,
)

SETS: dict[str, ResponseSet] = {
    "ELN-2024 response": ELN_2024,
    "CIBMTR response": CIBMTR,
    "NCI-2010 response": NCI_2010,
    "ELIANA response": ELIANA,
}


@pytest.mark.parametrize("name", SETS)
def test_a_flawless_remission_is_a_cr_by_every_set(name: str) -> None:
    grade = graded(name, (28, FLAWLESS))
    assert (grade.low, grade.high, grade.trust) == ("CR", "CR", Trust.DERIVED)


# what differs, in which unit; ELN, CIBMTR, NCI, ELIANA
EDGES: list[tuple[str, str, str, str, str, str]] = [
    ("neutrophils", "1.01 10*9/L", "CR", "CR", "CR", "CR"),
    ("neutrophils", "1.0 10*9/L", "CRi", "CR", "CR", "CRi"),
    ("neutrophils", "0.99 10*9/L", "CRi", "CRi", "CRi", "CRi"),
    ("neutrophils", "1001 {cells}/uL", "CR", "CR", "CR", "CR"),
    ("neutrophils", "1000 {cells}/uL", "CRi", "CR", "CR", "CRi"),
    ("neutrophils", "999 {cells}/uL", "CRi", "CRi", "CRi", "CRi"),
    ("neutrophils", "1.0 10*3/uL", "CRi", "CR", "CR", "CRi"),
    ("platelets", "101 10*9/L", "CR", "CR", "CR", "CR"),
    ("platelets", "100 10*9/L", "CRi", "CR", "CR", "CRi"),
    ("platelets", "99 10*9/L", "CRi", "CRi", "CRi", "CRi"),
    ("platelets", "100001 {cells}/uL", "CR", "CR", "CR", "CR"),
    ("platelets", "100000 {cells}/uL", "CRi", "CR", "CR", "CRi"),
    ("platelets", "99999 {cells}/uL", "CRi", "CRi", "CRi", "CRi"),
    ("marrow blasts", "4.99 %", "CR", "CR", "CR", "CR"),
    ("blood blasts", "0.5 %", "failure", "CR", "PR", "CR"),
    ("blood blasts", "0.99 %", "failure", "CR", "PR", "CR"),
    ("blood blasts", "1 %", "failure", "CR", "PR", "no response"),
    ("MRD", "0.99 %", "CR", "CR", "CR", "CR"),
    ("MRD", "1 %", "failure", "CR", "CR", "CR"),
    ("MRD", "1.01 %", "failure", "CR", "CR", "CR"),
]


@pytest.mark.parametrize(("item", "value", "eln", "cibmtr", "nci", "eliana"), EDGES)
def test_each_set_draws_its_own_line(
    item: str, value: str, eln: str, cibmtr: str, nci: str, eliana: str
) -> None:
    found = FLAWLESS | {item: value, "blood blast count": "0 10*9/L"}
    if item == "blood blasts":
        found |= {"blood blast count": "0.01 10*9/L"}
    for name, expected in zip(SETS, (eln, cibmtr, nci, eliana), strict=True):
        grade = graded(name, (28, found))
        assert (grade.low, grade.high) == (expected, expected), name


@pytest.mark.parametrize(
    ("blasts", "before", "mrd", "eln", "nci"),
    [
        ("5 %", "60 %", "0.99 %", "CR", "PR"),  # ELN: CR if MRD < 1 %
        ("25 %", "60 %", "0.99 %", "CR", "PR"),
        ("25.1 %", "60 %", "0.99 %", "failure", "SD"),
        ("5 %", "60 %", "1 %", "failure", "PR"),  # ELN: failure if MRD ≥ 1 %
        ("25 %", "50 %", "30 %", "failure", "PR"),
        ("25 %", "49.9 %", "30 %", "failure", "SD"),
        ("60 %", "60 %", "60 %", "failure", "SD"),
        ("62.5 %", "50 %", "60 %", "failure", "PD"),
        ("62.4 %", "50 %", "60 %", "failure", "SD"),
    ],
)
def test_a_partial_response_halves_the_marrow(
    blasts: str, before: str, mrd: str, eln: str, nci: str
) -> None:
    found = flawless_but(marrow_blasts=blasts, marrow_blasts_before_treatment=before, MRD=mrd)
    found["blood blast count"] = "0 10*9/L"
    assert graded("ELN-2024 response", (28, found)).shown() == eln
    assert graded("NCI-2010 response", (28, found)).shown() == nci
    assert graded("CIBMTR response", (28, found)).shown() == "not in remission"
    assert graded("ELIANA response", (28, found)).shown() == "no response"


@pytest.mark.parametrize(
    ("blasts", "before", "as_published"),
    [
        ("5 %", "60 %", "PR"),
        ("25 %", "50 %", "PR"),
        ("25 %", "49.9 %", "failure"),
        ("25.1 %", "60 %", "failure"),
        ("4.9 %", "60 %", "CR"),
    ],
)
def test_without_mrd_eln_has_its_partial_response_as_published(
    blasts: str, before: str, as_published: str
) -> None:
    found = flawless_but(marrow_blasts=blasts, marrow_blasts_before_treatment=before, MRD=None)
    grade = graded("ELN-2024 response", (28, found))
    assert grade.as_published == as_published
    if grade.low != grade.high:
        assert (grade.high, grade.missing) == ("failure", ("MRD",))


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        ({"neutrophils": "0.4 10*9/L"}, "CRi"),
        ({"platelets": "40 10*9/L"}, "CRi"),
        ({"neutrophils": "0.4 10*9/L", "platelets": "40 10*9/L"}, "MLFS"),
        ({"red cell transfusion in the last 4 weeks": True}, "CRi"),
    ],
)
def test_eln_keeps_cri_and_a_marrow_without_leukemia_apart(
    counts: dict[str, object], level: str
) -> None:
    assert graded("ELN-2024 response", (28, FLAWLESS | counts)).shown() == level


PRECEDENCE = [
    # extramedullary, blood, marrow, neutrophils -> ELN, CIBMTR, NCI, ELIANA
    (True, "0 %", "2 %", "2 10*9/L", "failure", "not in remission", "PR", "no response"),
    (True, "0 %", "2 %", "0.5 10*9/L", "failure", "not in remission", "SD", "no response"),
    (False, "3 %", "2 %", "2 10*9/L", "failure", "CR", "PR", "no response"),
    (False, "0 %", "70 %", "2 10*9/L", "failure", "not in remission", "SD", "no response"),
    (False, "0 %", "2 %", "0.5 10*9/L", "CRi", "CRi", "CRi", "CRi"),
]


@pytest.mark.parametrize(
    ("outside", "blood", "marrow", "counts", "eln", "cibmtr", "nci", "eliana"), PRECEDENCE
)
def test_disease_elsewhere_counts_before_blood_before_marrow_before_counts(
    outside: bool, blood: str, marrow: str, counts: str, eln: str, cibmtr: str, nci: str,
    eliana: str,
) -> None:  # fmt: skip
    found = flawless_but(
        extramedullary_disease=outside,
        blood_blasts=blood,
        marrow_blasts=marrow,
        neutrophils=counts,
        MRD="0 %" if marrow == "2 %" else "70 %",
    )
    found["blood blast count"] = "0 10*9/L" if blood == "0 %" else "0.1 10*9/L"
    found["change of extramedullary disease"] = "at least halved"
    for name, expected in zip(SETS, (eln, cibmtr, nci, eliana), strict=True):
        assert graded(name, (28, found)).shown() == expected, name


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ("at least halved", "PR"),
        ("little changed", "SD"),
        ("at least a quarter larger", "PD"),
        ("new", "PD"),
    ],
)
def test_disease_elsewhere_weighs_in_the_nci_set_by_its_change(change: str, level: str) -> None:
    found = flawless_but(extramedullary_disease=True, change_of_extramedullary_disease=change)
    assert graded("NCI-2010 response", (28, found)).shown() == level


@pytest.mark.parametrize(
    ("count", "before", "level"),
    [
        ("0.5 10*9/L", "1 10*9/L", "PR"),
        ("0.51 10*9/L", "1 10*9/L", "SD"),
        ("1.24 10*9/L", "1 10*9/L", "SD"),
        ("1.25 10*9/L", "1 10*9/L", "PD"),
        ("1250 {cells}/uL", "1 10*9/L", "PD"),
    ],
)
def test_blasts_of_the_blood_weigh_in_the_nci_set_by_their_change(
    count: str, before: str, level: str
) -> None:
    found = flawless_but(blood_blasts=None) | {
        "blood blast count": count,
        "blood blast count before treatment": before,
    }
    assert graded("NCI-2010 response", (28, found)).shown() == level


def test_a_missing_marrow_is_not_evaluable() -> None:
    for name in SETS:
        grade = graded(name, (28, flawless_but(marrow_blasts=None)))
        assert grade.trust is Trust.NOT_EVALUABLE, name
        assert "marrow blasts" in grade.missing, name


def test_disease_elsewhere_is_no_remission_even_without_a_marrow() -> None:
    grade = graded("CIBMTR response", (28, {"extramedullary disease": True}))
    assert (grade.shown(), grade.trust) == ("not in remission", Trust.DERIVED)


CHILD = ((0.0, {"transplant": True, "age": "9 a", "complete remission reached": True}),)


@pytest.mark.parametrize(
    ("changed", "published"),
    [
        ({}, "CR"),
        ({"donor chimerism": "95 %"}, "CR"),
        ({"donor chimerism": "94.9 %"}, None),
        ({"neutrophils": "0.99 10*9/L"}, "CRi"),
        ({"platelets": "99 10*9/L"}, "CRi"),
        ({"transfusion in the last 4 weeks": True}, "CRi"),
        ({"extramedullary disease": True}, "not in remission"),
        ({"age": "18 a"}, None),
    ],
)
def test_after_the_transplant_of_a_child_chimerism_stands_for_the_marrow(
    changed: dict[str, object], published: str | None
) -> None:
    found = flawless_but(marrow_blasts=None, normal_marrow_maturation=None)
    found |= {"donor chimerism": "99 %"} | changed
    grade = graded("CIBMTR response", *CHILD, (100, found))
    assert grade.as_published == published
    assert grade.high == "not in remission"


def test_without_a_remission_before_the_transplant_chimerism_stands_for_nothing() -> None:
    found = flawless_but(marrow_blasts=None) | {"donor chimerism": "99 %"}
    grade = graded("CIBMTR response", (0.0, {"transplant": True, "age": "9 a"}), (100, found))
    assert grade.as_published is None


@pytest.mark.parametrize(
    ("set_name", "item", "given_days_before", "level"),
    [
        ("CIBMTR response", "platelet transfusion", 28, "CRi"),
        ("CIBMTR response", "red cell transfusion", 28, "CRi"),
        ("CIBMTR response", "red cell transfusion", 29, "CR to CRi"),
        ("ELN-2024 response", "red cell transfusion", 28, "CRi"),
        ("ELN-2024 response", "platelet transfusion", 1, "CR to CRi"),
        ("ELIANA response", "platelet transfusion", 7, "CRi"),
        ("ELIANA response", "platelet transfusion", 8, "CR to CRi"),
        ("ELIANA response", "red cell transfusion", 1, "CR to CRi"),
    ],
)
def test_a_transfusion_counts_in_the_window_of_its_set(
    set_name: str, item: str, given_days_before: int, level: str
) -> None:
    found = {key: value for key, value in FLAWLESS.items() if "in the last" not in key}
    grade = graded(set_name, (100 - given_days_before, {item: True}), (100, found))
    assert grade.shown() == level


def test_growth_factor_is_told_and_not_counted() -> None:
    grade = graded("ELIANA response", (25, {"G-CSF": True}), (28, FLAWLESS))
    assert grade.shown() == "CR"
    assert any("G-CSF on day 25" in reason.text for reason in grade.because)


def test_counts_of_the_same_week_belong_to_a_marrow_and_older_ones_do_not() -> None:
    marrow = flawless_but(neutrophils=None)
    near = graded("CIBMTR response", (21, {"neutrophils": "0.5 10*9/L"}), (28, marrow))
    far = graded("CIBMTR response", (20, {"neutrophils": "0.5 10*9/L"}), (28, marrow))
    assert (near.shown(), far.shown()) == ("CRi", "CR to CRi")
    assert far.missing == ("neutrophils",)


def test_the_grade_is_the_best_look_and_the_series_holds_each() -> None:
    relapse = flawless_but(marrow_blasts="80 %", MRD="80 %")
    grade = graded("CIBMTR response", (7, relapse), (28, FLAWLESS), (180, relapse))
    assert grade.shown() == "CR"
    assert [day.low for day in grade.series] == ["not in remission", "CR", "not in remission"]


def test_what_lies_before_day_1_or_after_the_next_infusion_is_no_response() -> None:
    assert not graded("CIBMTR response", (-3, FLAWLESS), (0, FLAWLESS)).evaluable
    refractory = flawless_but(marrow_blasts="80 %", MRD="80 %")
    again = graded("CIBMTR response", (28, refractory), (60, {"infusion": True}), (90, FLAWLESS))
    assert again.shown() == "not in remission"
    split = graded("CIBMTR response", (14, {"infusion": True}), (28, FLAWLESS))
    assert split.shown() == "CR"


@pytest.mark.parametrize(("blasts", "level"), [("20 %", "PR"), ("20.1 %", "SD")])
def test_the_marrow_before_the_infusion_is_what_treatment_began_with(
    blasts: str, level: str
) -> None:
    found = flawless_but(marrow_blasts=blasts, marrow_blasts_before_treatment=None)
    before = ((-200, {"marrow blasts": "90 %"}), (-3, {"marrow blasts": "40 %"}))
    assert graded("NCI-2010 response", *before, (28, found)).shown() == level


def test_an_mrd_of_the_blood_is_no_mrd_of_the_marrow() -> None:
    chart = Chart.of(
        "patient",
        [*marks(28, flawless_but(MRD=None)),
         Mark(item="MRD", day=28, value=Quantity(3.0, "%"), site="peripheral blood")],
    )  # fmt: skip
    assert criterion_named("ELN-2024 response").grade(chart).as_published == "CR"


@pytest.mark.parametrize("of", SETS.values(), ids=SETS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_what_is_taken_away_leaves_bounds_that_hold_the_full_response(
    of: ResponseSet, data: st.DataObject
) -> None:
    scale = of.scale
    full, kept = data.draw(full_and_part(scale))
    whole, part = assess(scale, full), assess(scale, kept)
    assert whole.exact, "with everything recorded one level is left"
    place = rank(scale.criterion, whole.low)
    assert rank(scale.criterion, part.low) <= place <= rank(scale.criterion, part.high)


@pytest.mark.parametrize("of", SETS.values(), ids=SETS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_more_blasts_in_the_marrow_never_make_a_better_response(
    of: ResponseSet, data: st.DataObject
) -> None:
    scale = of.scale
    full = {key: data.draw(values, label=key) for key, values in drawn(scale).items()}
    one, other = sorted(data.draw(st.lists(st.floats(0, 100), min_size=2, max_size=2)))
    better = assess(scale, full | {"marrow blasts": exactly(one)})
    worse = assess(scale, full | {"marrow blasts": exactly(other)})
    assert rank(scale.criterion, better.low) <= rank(scale.criterion, worse.low)


@pytest.mark.parametrize(("first", "second"), tuple(combinations(SETS, 2)))
def test_no_two_sets_are_ever_taken_for_one(first: str, second: str) -> None:
    assert second in criterion_named(first).variants
    assert first in criterion_named(second).variants


def test_the_sets_differ_where_swapped_comparators_would_make_them_agree() -> None:
    """At exactly 1.0 and 100 the sets part; one with the other's comparator would not."""
    edge = FLAWLESS | {"neutrophils": "1.0 10*9/L", "platelets": "100 10*9/L"}
    assert graded("ELN-2024 response", (28, edge)).shown() == "CRi"
    assert graded("CIBMTR response", (28, edge)).shown() == "CR"
    on = {"neutrophils": exactly(1.0), "platelets": exactly(100.0)}
    strict = ELN_2024.scale.rows[1].when
    loose = CIBMTR.scale.rows[1].when
    assert holds(strict, on) is True
    assert holds(loose, on | {"transfusion in the last 4 weeks": False}) is False
