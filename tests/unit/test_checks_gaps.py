"""What a reader would expect and does not find; days that are not known."""

from __future__ import annotations

import pytest

from tests.unit.test_checks import findings_of

OWN = """
products: [{id: own, origin: autologous, target: [CD19]}]
infusions: [{id: first, when: 2021-01-08, product: own}]
"""
GIVEN = """
products: [{id: given, origin: donor-derived, target: [CD19], donor: sister}]
donors: [{id: sister}]
infusions: [{id: first, when: 2022-01-08, product: given}]
transplants: [{id: graft, when: 2021-06-01, kind: allogeneic}]
"""


def test_a_day_zero_known_as_a_range_is_told_with_its_width() -> None:
    (found,) = findings_of("day-zero-uncertain", OWN.replace("2021-01-08", "2021-01"))
    assert "2021-01-01 to 2021-01-31, a range of 30 days" in found.what
    assert not findings_of("day-zero-uncertain", OWN)


def test_a_course_told_in_days_alone_has_no_date_to_be_unsure_of() -> None:
    assert not findings_of("day-zero-uncertain", OWN.replace("2021-01-08", "not stated"))


def test_an_open_day_zero_is_told_by_its_known_side() -> None:
    (found,) = findings_of(
        "day-zero-uncertain", OWN.replace("2021-01-08", "on or after 2021-01-08")
    )
    assert "on or after 2021-01-08, with no latest day" in found.what


def test_an_infusion_that_can_lie_on_the_first_day_of_its_lymphodepletion() -> None:
    text = (
        OWN.replace("2021-01-08", "2021-01-08..2021-01-15")
        + "regimens: [{id: ld, when: 2021-01-08, purpose: lymphodepletion, of: first}]"
    )
    assert findings_of("day-zero-on-lymphodepletion", text)
    earlier = text.replace("ld, when: 2021-01-08", "ld, when: 2021-01-03")
    assert not findings_of("day-zero-on-lymphodepletion", earlier)


def test_an_impossible_order_names_its_events() -> None:
    text = (
        OWN
        + """
observations:
  - {id: day, when: 2021-01-20, analyte: MRD, value: 1 %}
  - {id: wrong, when: 2021-01-30, before day, analyte: MRD, value: 1 %}
""".replace("2021-01-30, before day", '"2021-01-30, before day"')
    )
    (found,) = findings_of("impossible-order", text)
    assert set(found.about) == {"day", "wrong"}
    assert not findings_of("impossible-order", text.replace("before day", "after day"))


def test_negative_mrd_without_a_limit_is_one_finding_for_all() -> None:
    text = (
        OWN
        + """
observations:
  - {id: a, when: 2021-02-08, analyte: MRD, result: negative}
  - {id: b, when: 2021-03-08, analyte: MRD, result: not detected}
  - {id: c, when: 2021-03-08, analyte: MRD, value: 0.1 %}
"""
    )
    (found,) = findings_of("mrd-limit", text)
    assert found.about == ("a", "b")
    assert not findings_of(
        "mrd-limit",
        text.replace("negative", "negative, limit: 0.01 %").replace(
            "not detected", "not detected, limit: 0.01 %"
        ),
    )


MRD = OWN + "observations: [{id: a, when: 2021-02-08, analyte: MRD, result: negative}]"


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("2021-02-08", "2020-12-08"),
        ("result: negative", "result: negative, gated_free_of: CD19"),
        ("result: negative", "result: negative, method: PCR of the fusion gene"),
        ("target: [CD19]", "target: []"),
    ],
)
def test_mrd_gated_by_the_target_of_an_earlier_product(was: str, instead: str) -> None:
    assert findings_of("mrd-gating", MRD)
    assert not findings_of("mrd-gating", MRD.replace(was, instead))


def test_cells_not_detected_below_what() -> None:
    text = (
        OWN
        + "observations: [{id: a, when: first day 40, analyte: CAR-T cells, result: not detected}]"
    )
    (found,) = findings_of("car-t-limit", text)
    assert "not gone" in found.what
    assert not findings_of(
        "car-t-limit", text.replace("not detected", "not detected, limit: 0.1 %")
    )


def test_a_donor_product_wants_current_chimerism() -> None:
    chimerism = "observations: [{id: chi, when: 2021-12-01, analyte: donor chimerism, value: 99 %}]"
    assert findings_of("current-chimerism", GIVEN)
    (old,) = findings_of("current-chimerism", GIVEN + chimerism.replace("2021-12-01", "2021-07-01"))
    assert "191 to 191 days older" in old.what or "191 days older" in old.what
    assert not findings_of("current-chimerism", GIVEN + chimerism)
    assert not findings_of("current-chimerism", OWN)


def test_a_donor_product_wants_its_donor() -> None:
    assert findings_of("product-donor", GIVEN.replace(", donor: sister", ""))
    assert not findings_of("product-donor", GIVEN)


BIOPSY = (
    OWN + "pathology:\n"
    "  - {id: bx, when: 2020-12-08, site: skin, leukemia: yes, markers: {CD22: positive}}"
)


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("CD22: positive", "CD19: negative"),
        ("2020-12-08", "2021-02-08"),
        ("leukemia: yes", "leukemia: no"),
        ("target: [CD19]", "target: [CD22]"),
    ],
)
def test_a_biopsy_wants_the_target_of_the_next_product(was: str, instead: str) -> None:
    assert findings_of("target-not-stated", BIOPSY)
    assert not findings_of("target-not-stated", BIOPSY.replace(was, instead))


STEROID = (
    OWN
    + """
regimens: [{id: pred, when: 2020-12-01, purpose: GVHD treatment, drugs: [{name: prednisone}]}]
"""
)


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("2020-12-01", "2020-12-01 to 2020-12-20"),
        ("2020-12-01", "2021-02-01"),
        ("name: prednisone", "name: methotrexate"),
        ("purpose: GVHD treatment", "purpose: induction"),
    ],
)
def test_immunosuppression_wants_its_stop(was: str, instead: str) -> None:
    assert findings_of("immunosuppression-not-stopped", STEROID)
    assert not findings_of("immunosuppression-not-stopped", STEROID.replace(was, instead))


def test_immunosuppression_that_ends_after_the_infusion_is_told() -> None:
    text = STEROID.replace("2020-12-01", "2020-12-01 to 2021-01-20")
    assert findings_of("immunosuppression-not-stopped", text)


def test_neurotoxicity_that_nobody_looked_for() -> None:
    assert findings_of("icans-not-assessed", OWN)
    ice = "observations: [{id: ice, when: first day 3, analyte: ICE score, value: 10 points}]"
    said = "assessments: [{id: i, when: first day 3, topic: ICANS grade, value: '0', of: first}]"
    assert not findings_of("icans-not-assessed", OWN + ice)
    assert not findings_of("icans-not-assessed", OWN + said)


HEPATITIS = (
    """
patient: {comorbidities: [{id: hbv, name: hepatitis B, status: history of}]}
"""
    + OWN
)


def test_hepatitis_b_wants_a_virus_test_and_prophylaxis() -> None:
    drug = "regimens: [{id: e, purpose: antiviral prophylaxis, drugs: [{name: entecavir}]}]"
    tested = HEPATITIS.replace(
        "]}", "], virology: [{id: v, virus: hepatitis B, marker: DNA, result: negative}]}", 1
    )
    (found,) = findings_of("hepatitis-b", HEPATITIS)
    assert "no antiviral prophylaxis or hepatitis B serology or DNA" in found.what
    assert findings_of("hepatitis-b", HEPATITIS + drug)
    assert findings_of("hepatitis-b", tested)
    assert not findings_of("hepatitis-b", tested + drug)


def test_hepatitis_b_without_a_threat_is_not_told() -> None:
    assert not findings_of("hepatitis-b", HEPATITIS.replace(OWN, ""))


EYE = "pathology: [{id: bx, when: 2021-04-10, site: left eye, leukemia: yes}]\n"


def test_leukemia_of_the_eye_wants_csf_or_mri() -> None:
    tap = "procedures: [{id: lp, when: 2021-04-20, what: lumbar puncture}]\n"
    assert findings_of("cns-not-looked-at", EYE)
    assert not findings_of("cns-not-looked-at", EYE + tap)
    assert findings_of("cns-not-looked-at", EYE + tap.replace("2021-04-20", "2021-09-20"))
    assert not findings_of("cns-not-looked-at", EYE.replace("left eye", "left kidney"))
