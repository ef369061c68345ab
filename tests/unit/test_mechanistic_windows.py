"""A course hands the mechanism its windows as a careful reader takes them, and says what is not."""

from __future__ import annotations

import math

import pytest

from reinfuse.estimation.mechanistic.observed import UNIT, Kind
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.estimation.mechanistic.windows import windows_of
from reinfuse.mechanism.equations import course_model
from reinfuse.mechanism.products import Origin, Target
from reinfuse.quantity import find_unit
from tests.unit.mechanistic_courses import example, only, seen, shown, written


@pytest.fixture(scope="module")
def founding() -> tuple[Window, ...]:
    return windows_of(example("founding-case"))


def test_the_first_window_of_the_founding_case_holds_the_marrow_and_two_levels(
    founding: tuple[Window, ...],
) -> None:
    assert shown(founding[0]) == [
        "day -90 to 0 | MRD of marrow | 2.38 | relapse-marrow-mrd",
        "day -90 to 0 | blasts of marrow | 16 | relapse-marrow-blasts",
        "day 0.5 to 40 | CAR-T cells, % of T cells | 37.1, at its peak | car-t-peak-1",
        "day 30 | MRD of marrow | limit not stated | mrd-day-30",
        "day 40 | CAR-T cells, % of T cells | limit not stated | car-t-day-40",
    ]
    assert founding[0].lesions == ()
    assert founding[0].first_day == -90
    assert founding[0].last_day == 63  # the earliest day of the transplant


def test_the_second_window_of_the_founding_case_holds_three_lesions_and_two_levels(
    founding: tuple[Window, ...],
) -> None:
    assert shown(founding[1]) == [
        "day -78 to -16 | MRD of marrow | limit not stated | marrow-at-em-relapse",
        "day -78 to -16 | lesion 2 | 108.5 | retroperitoneum-before",
        "day -78 to -16 | lesion 3 | 49.53 | pelvis-before",
        "day -78 to -16 | lesion 1 | present | stomach-found",
        "day 14 | CAR-T cells, % of T cells | 78.1, at its peak | car-t-peak-2",
        "day 16 to 44 | MRD of marrow | limit not stated | mrd-month-1",
        "day 16 to 44 | lesion 2 | reduced | retroperitoneum-month-1",
        "day 16 to 44 | lesion 3 | reduced | pelvis-month-1",
        "day 77 to 105 | CAR-T cells, % of T cells | 6.7 | car-t-month-3",
        "day 77 to 105 | lesion 1 | not seen | stomach-month-3",
        "day 77 to 105 | lesion 2 | not seen | retroperitoneum-month-3",
        "day 77 to 105 | lesion 3 | not seen | pelvis-month-3",
    ]
    assert [(one.site, one.volume_days) for one in founding[1].lesions] == [
        ("upper GI tract", None),
        ("right retroperitoneum", (-78.0, -16.0)),
        ("left pelvic wall", (-78.0, -16.0)),
    ]
    assert founding[1].lesions[1].volume == pytest.approx(math.pi / 6 * 3.5 * 4.7 * 12.6)
    assert (founding[1].first_day, founding[1].last_day) == (-78, 158)


def test_the_founding_case_is_given_what_its_report_says_was_given(
    founding: tuple[Window, ...],
) -> None:
    first, second = founding
    assert first.plan.dose == pytest.approx(2.99e6 * 60)
    assert second.plan.dose == pytest.approx(2.01e6 * 60)
    for window in founding:
        assert window.plan.depletion is not None
        assert window.plan.depletion.fludarabine == pytest.approx(30.0)
        assert window.plan.depletion.cyclophosphamide == pytest.approx(2 * 500 / 3)
        assert window.plan.steroids is None
        assert window.infusion_days == (0.0, 0.0)
    assert (first.depletion_days, second.depletion_days) == ((-4.0, -4.0), (-7.0, 0.0))
    assert (first.plan.tocilizumab, first.tocilizumab_days) == (((10.5, 400.0),), ((7.0, 14.0),))
    assert (second.plan.tocilizumab, second.tocilizumab_days) == (((8.0, 480.0),), ((8.0, 8.0),))


def test_the_products_of_the_founding_case_are_own_then_a_donors(
    founding: tuple[Window, ...],
) -> None:
    first, second = (window.product for window in founding)
    assert (first.origin, first.target, first.first, first.foreign) == (
        Origin.OWN, Target.CD19, True, 0.0,
    )  # fmt: skip
    assert (second.origin, second.first, second.same_binder) == (Origin.DONOR, False, None)
    assert second.foreign == pytest.approx(0.001)


def test_what_the_founding_case_does_not_tell_the_model_is_named_with_its_reason(
    founding: tuple[Window, ...],
) -> None:
    assert founding[0].left_out == (
        "blasts-diagnosis, mrd-after-course-1: hyper-cvad-2 followed, or can have, and the model "
        "does not hold it",
        "eye-removed, eye-found: taken after hsct, which the model does not hold",
    )
    assert founding[1].left_out == (
        "marrow-at-eye-relapse: taken more than 90 days before the infusion",
        "csf-at-em-relapse: measured in cerebrospinal fluid, for which the model has no output",
        "il-6, il-10, ifn-gamma: increased, and no number is printed",
        "stomach-pathology: CD19 positive, CD22 positive on the leukemia found, which the fit does "
        "not read",
        "lesion-eye: removed before the infusion as far as is told, so no lesion of the window",
        "prednisone-rash: prednisone before the infusion, not taken to go on after it; when it "
        "ended is not told",
    )


def test_what_the_founding_case_leaves_open_is_said_to_be_assumed(
    founding: tuple[Window, ...],
) -> None:
    assert founding[0].assumed == (
        "infusion-1: which cells its dose counts is not stated: CAR-T cells assumed",
        "lymphodepletion-1: fludarabine is taken to give an exposure of 16 mg*h/L, by population",
        "tocilizumab-1: day of tocilizumab is not printed: day 7 to 14 assumed",
        "body weight is not recorded: 60 kg assumed, as of an adult",
        "height is not recorded: body surface of 1.65 m2 by weight alone",
        "filtration rate is not recorded: 100 mL/min assumed",
        "relapse-marrow-blasts, relapse-marrow-mrd: can be of day -132 on; taken to be of day -90 "
        "or later",
        "mrd-day-30, car-t-day-40: under a limit of detection that is not stated",
        "car-t-peak-1, car-t-day-40: percentages are taken as of T cells; what they are of is not "
        "stated",
    )
    second = " ".join(founding[1].assumed)
    for words in (
        "product-2: whether it shares its binder with an earlier product is not stated",
        "product-2: whose cells it is made of is not stated: those of the graft's donor assumed",
        "foreign to 0.10% of the immune system, by chimerism-month-1 of day -231 to -169",
        "lymphodepletion-2: dose of fludarabine not stated: 30 mg/m2 on 3 days assumed",
        "lymphodepletion-2: dose of cyclophosphamide not stated: 500 mg/m2 on 2 days assumed",
        "lesion-retroperitoneum, lesion-pelvis: volume is that of an ellipsoid with the axes given",
    ):
        assert words in second


def test_no_sentence_tells_who_the_patient_is(founding: tuple[Window, ...]) -> None:
    course = example("founding-case")
    told = " ".join(line for window in founding for line in (*window.left_out, *window.assumed))
    assert course.title not in told
    assert "Zhejiang" not in told
    assert "62" not in told


@pytest.mark.parametrize("name", ["founding-case", "invented-adult", "invented-child"])
def test_every_observed_thing_has_an_output_of_the_model_in_its_unit(name: str) -> None:
    for window in windows_of(example(name)):
        model = course_model(len(window.lesions), window.first_day)
        outputs = set(model.observable_names)
        for one in window.observed:
            assert one.output in outputs
            assert window.first_day <= one.days[0] <= one.days[1] <= window.last_day
            assert one.entries
    for unit in UNIT.values():
        assert unit is None or find_unit(unit).code


def test_a_lesion_found_later_was_not_seen_when_the_same_scanner_looked_before() -> None:
    window = only(example("invented-adult"))
    axilla = next(one for one in window.lesions if one.entry == "lesion-axilla")
    assert axilla.volume is None
    assert [line for line in shown(window) if f"lesion {axilla.number} " in line] == [
        "day -8 | lesion 3 | not seen | paravertebral-before, ilium-before",
        "day 29 | lesion 3 | not seen | paravertebral-day-29, ilium-day-29",
        "day 92 | lesion 3 | 6.128 | axilla-day-92",
    ]


def test_the_clock_time_of_a_sample_counts_where_that_of_the_infusion_is_known() -> None:
    window = only(example("invented-adult"))
    cells = next(one for one in window.observed if one.kind is Kind.CAR_PERCENT)
    assert cells.days[0] == pytest.approx(7 + (7 * 60 - 11 * 60 - 20) / 1440)
    assert any("CAR-T cells before the infusion" in line for line in window.left_out)
    assert window.plan.steroids == (6.0, 10.0)
    assert [round(day, 2) for day, _ in window.plan.tocilizumab] == [5.38, 5.74]


def test_a_relapse_between_two_infusions_ends_one_window_and_begins_the_next() -> None:
    first, second = windows_of(example("invented-child"))
    assert "day 214 | blasts of marrow | 22 | blasts-relapse-2" in shown(first)
    assert "day -52 | blasts of marrow | 22 | blasts-relapse-2" in shown(second)
    assert any(line.startswith("blasts-relapse-2: told both") for line in first.assumed)
    assert first.last_day == 261  # lymphodepletion before the second infusion
    assert second.product.origin is Origin.OWN_AGAIN
    assert (second.product.target, second.product.same_binder) == (Target.CD22, False)


def test_measurements_after_a_transplant_are_left_out_with_the_reason() -> None:
    _, second = windows_of(example("invented-child"))
    why = "mrd-day-100, mrd-year: taken after conditioning, which the model does not hold"
    assert why in second.left_out
    course = written(
        transplants="id: hsct, when: 2024-07-06, kind: allogeneic",
        observations=seen("when: 2024-07-20, analyte: MRD, site: bone marrow, value: 0.2 %"),
    )
    window = only(course)
    assert window.observed == ()
    assert window.left_out == ("seen-1: taken after hsct, which the model does not hold",)
    assert window.last_day == 61


def test_a_course_without_an_infusion_has_no_window() -> None:
    assert windows_of(written(infusions="", products="")) == ()


def test_an_infusion_without_a_measurement_has_a_window_that_knows_it() -> None:
    window = only(written())
    assert window.prior_only
    assert (window.first_day, window.last_day) == (-7, 28)
    assert window.plan.depletion is None
    for words in (
        "infusion-1: its dose is not recorded: 1e+08 CAR-T cells assumed",
        "infusion-1: no lymphodepletion is recorded: taken that none was given",
        "body weight is not recorded: 60 kg assumed, as of an adult, since no age is recorded"
        " either",
    ):
        assert words in window.assumed


def test_a_marrow_before_further_treatment_says_nothing_of_the_leukemia_at_infusion() -> None:
    bridging = "id: bridging, when: infusion-1 day -28 to -14, purpose: bridging"
    course = written(
        regimens=bridging,
        observations=seen(
            "when: infusion-1 day -30, analyte: blasts, site: bone marrow, value: 60 %",
            "when: infusion-1 day -20, analyte: blasts, site: bone marrow, value: 40 %",
            "when: infusion-1 day -9, analyte: blasts, site: bone marrow, value: 20 %",
        ),
    )
    window = only(course)
    assert shown(window) == ["day -9 | blasts of marrow | 20 | seen-3"]
    assert window.left_out == (
        "seen-1, seen-2: bridging followed, or can have, and the model does not hold it",
    )


def test_a_window_ends_with_new_treatment_of_the_leukemia() -> None:
    course = written(
        regimens="id: salvage, when: 2024-07-01, purpose: chemotherapy",
        observations=seen(
            "when: 2024-06-20, analyte: blasts, site: bone marrow, value: 40 %",
            "when: 2024-07-20, analyte: blasts, site: bone marrow, value: 10 %",
            "when: 2024-06-15..2024-07-15, analyte: MRD, site: bone marrow, value: 9 %",
        ),
    )
    window = only(course)
    assert shown(window) == ["day 45 | blasts of marrow | 40 | seen-1"]
    assert window.last_day == 56
    assert window.left_out == (
        "seen-2: taken after salvage, which the model does not hold",
        "seen-3: can have been taken after salvage",
    )


TWO = """id: infusion-1, when: 2024-05-06, product: product-1, dose: 1e8 cells
id: infusion-2, when: {second}, product: {product}, dose: 2e8 cells"""
PRODUCTS = """id: product-1, origin: autologous, target: [CD19]
id: product-2, origin: autologous, target: [CD22]"""


def test_one_product_given_on_following_days_is_one_dose() -> None:
    course = written(
        infusions=TWO.format(second="2024-05-07", product="product-1"),
        observations=seen("when: 2024-05-16, analyte: CAR-T cells, value: 30 %"),
    )
    window = only(course)
    assert window.plan.dose == 3e8
    assert window.product.first
    assert shown(window) == ["day 10 | CAR-T cells, % of T cells | 30 | seen-1"]
    assert any("(infusion-1, infusion-2): taken as one" in line for line in window.assumed)


def test_two_products_on_following_days_are_two_windows() -> None:
    course = written(
        products=PRODUCTS,
        infusions=TWO.format(second="2024-05-07", product="product-2"),
        observations=seen("when: 2024-05-16, analyte: CAR-T cells, value: 30 %"),
    )
    first, second = windows_of(course)
    assert first.prior_only
    assert first.last_day == 1
    assert shown(second) == ["day 9 | CAR-T cells, % of T cells | 30 | seen-1"]
    assert second.product.same_binder is None


def test_the_same_product_weeks_later_is_another_window_of_the_same_binder() -> None:
    course = written(infusions=TWO.format(second="2024-08-06", product="product-1"))
    first, second = windows_of(course)
    assert (first.product.origin, second.product.origin) == (Origin.OWN, Origin.OWN_AGAIN)
    assert (second.product.first, second.product.same_binder) == (False, True)


def test_an_order_of_infusions_that_is_not_certain_is_said() -> None:
    course = written(
        products=PRODUCTS,
        infusions="""id: infusion-1, when: 2024-05, product: product-1
id: infusion-2, when: 2024-05-20, product: product-2""",
        observations=seen(
            "when: infusion-1 day 30, analyte: CAR-T cells, value: 30 %",
            "when: 2024-06-20, analyte: CAR-T cells, value: 3 %",
        ),
    )
    first, second = windows_of(course)
    assert (first.infusion, second.infusion) == ("infusion-1", "infusion-2")
    assert "infusion-2: taken to follow infusion-1; their order is not certain" in second.assumed
    assert "day 31 | CAR-T cells, % of T cells | 3 | seen-2" in shown(second)
