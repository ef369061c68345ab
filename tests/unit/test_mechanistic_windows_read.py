"""Measurements, lesions, products and doses of a course, in the units of the mechanism."""

from __future__ import annotations

import math

import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.mechanistic.observed import Change, Kind, Observed
from reinfuse.mechanism.products import Origin, Target
from tests.unit.mechanistic_courses import only, seen, shown, with_looks, written

MEASURED = """
    CAR-T cells, value: 12 %, denominator: T cells | CAR-T cells, % of T cells | 12
    CAR-T cells, value: 0.12 1, denominator: T cells | CAR-T cells, % of T cells | 12
    CAR-T cells, value: 100 %, denominator: T cells | CAR-T cells, % of T cells | 99.9
    CAR-T cells, value: "> 60 %", denominator: T cells | CAR-T cells, % of T cells | above 60
    CAR-T cells, value: 12 %, denominator: lymphocytes | CAR-T cells, % of T cells | above 12
    CAR-T cells, value: "< 1 %", denominator: PBMC | CAR-T cells, % of T cells | limit not stated
    CAR-T cells, result: not detected, limit: 0.1 % | CAR-T cells, % of T cells | below 0.1
    CAR-T cells, value: 0.05 %, limit: 0.1 % | CAR-T cells, % of T cells | below 0.1
    CAR-T cells, value: 0.05 10*9/L | CAR-T cells per uL | 50
    CAR transgene, value: 800 copies/ug | CAR transgene, copies per ug of DNA | 800
    CAR transgene, result: not detected | CAR transgene, copies per ug of DNA | limit not stated
    IL-6, value: 1.2 ng/mL | IL-6 | 1200
    interleukin 10, value: 40 pg/mL | IL-10 | 40
    CRP, value: 12.5 mg/dL | CRP | 125
    ferritin, value: "> 40000 ng/mL" | ferritin | above 4e+04
    ferritin, value: 2 mg/L | ferritin | 2000
    CD3, value: 0.4 10*9/L | T cells | below 400
    CD19 count, value: 0 cells/uL | B cells | limit not stated
    MRD, site: bone marrow, value: 1e-4 1 | MRD of marrow | 0.01
    MRD, site: bone marrow, value: "< 0.01 %" | MRD of marrow | below 0.01
    MRD, site: bone marrow, result: positive, limit: 0.01 % | MRD of marrow | above 0.01
    MRD, result: negative | MRD of marrow | limit not stated
    blasts, site: bone marrow, value: 3 % | blasts of marrow | below 5
    blasts, site: bone marrow, value: 3 %, method: flow cytometry | blasts of marrow | 3
    blasts, site: bone marrow, value: 30 % | blasts of marrow | 30
"""


@pytest.mark.parametrize("row", [line for line in MEASURED.splitlines() if line.strip()])
def test_a_measurement_is_told_in_the_unit_of_the_model(row: str) -> None:
    what, kind, told = (cell.strip() for cell in row.split("|"))
    window = only(written(observations=seen(f"when: 2024-05-20, analyte: {what}")))
    assert shown(window) == [f"day 14 | {kind} | {told} | seen-1"]


UNUSABLE = {
    "IL-6, result: increased": ("increased, and no number is printed"),
    "IFN-gamma, value: 12 IU/mL": ("in IU/mL, which cannot be turned into pg/mL"),
    "CAR transgene, value: 900 copies/mL": ("in copies/mL, for which the model has no output"),
    "CAR-T cells, site: bone marrow, value: 20 %": (
        "measured in bone marrow, and the model's output is of blood"
    ),
    "CAR-T cells, value: 20 %, denominator: CD8+ T cells": (
        "in per cent of CD8+ T cells, and the model's are of T cells"
    ),
    "CAR-T cells, result: detected": ("detected, and no number is printed"),
    "blasts, site: blood, value: 8 %": ("measured in blood, for which the model has no output"),
    "B cells, value: 4 %": ("in %, which cannot be turned into cells/µL"),
    "lymphocytes, value: 0.4 10*9/L": (
        "lymphocytes are T, B and NK cells together, and the model has no such output"
    ),
    "CD4 count, value: 200 cells/uL": ("a part of the T cells, and the model does not part them"),
}


@pytest.mark.parametrize(("what", "why"), UNUSABLE.items())
def test_what_no_output_can_be_held_against_is_left_out_with_the_reason(
    what: str, why: str
) -> None:
    window = only(written(observations=seen(f"when: 2024-05-20, analyte: {what}")))
    assert window.observed == ()
    assert window.left_out == (f"seen-1: {why}",)


def test_cells_of_the_day_of_infusion_are_those_of_the_bag() -> None:
    window = only(written(observations=seen(
        "when: 2024-05-06, analyte: CAR-T cells, value: 5 %",
        "when: 2024-05-01, analyte: CAR-T cells, result: not detected",
        "when: 2024-05-01, analyte: T cells, value: 900 cells/uL",
    )))  # fmt: skip
    assert shown(window) == ["day -5 | T cells | 900 | seen-3"]
    assert window.left_out == (
        "seen-1: of the day of infusion: before the cells, or as they were given",
        "seen-2: CAR-T cells before the infusion, which the model does not hold",
    )


def test_a_peak_without_a_day_lies_anywhere_up_to_the_last_look() -> None:
    course = written(
        observations=seen(
            "when: on or after infusion-1 day 0, analyte: IL-6, value: 900 pg/mL, peak: yes",
            "when: on or after infusion-1 day 0, analyte: IL-6, value: 900 pg/mL",
        ),
        follow_up="id: last, when: infusion-1 day 200, status: alive",
    )
    window = only(course)
    assert shown(window) == ["day 0 to 200 | IL-6 | 900, at its peak | seen-1"]
    assert window.left_out == ("seen-2: its day is not known to within 120 days",)


def test_a_remission_that_was_only_said_bounds_the_blasts() -> None:
    said = "id: said, when: infusion-1 day 28, topic: response, value: CR, site: bone marrow"
    window = only(written(assessments=said))
    assert shown(window) == ["day 28 | blasts of marrow | below 5 | said"]
    marrow = seen("when: infusion-1 day 29, analyte: MRD, site: bone marrow, result: negative")
    assert shown(only(written(assessments=said, observations=marrow))) == [
        "day 29 | MRD of marrow | limit not stated | seen-1"
    ]


def test_axes_in_any_unit_give_the_volume_of_an_ellipsoid() -> None:
    window = only(with_looks("id: before, when: infusion-1 day -6, axes: 30 x 20 x 10 mm"))
    assert shown(window) == ["day -6 | lesion 1 | 3.142 | before"]
    assert window.lesions[0].volume == pytest.approx(math.pi)


def test_two_axes_say_that_a_lesion_is_there_and_not_how_large() -> None:
    window = only(with_looks("id: before, when: infusion-1 day -6, axes: 30 x 20 mm"))
    assert shown(window) == ["day -6 | lesion 1 | present | before"]
    assert window.lesions[0].volume is None
    assert window.left_out == ("before: no volume: it takes three axes with a number each",)


def test_what_shrinks_after_it_grew_need_not_be_smaller_than_at_first() -> None:
    window = only(with_looks(
        "id: before, when: infusion-1 day -6, change: new",
        "id: month-1, when: infusion-1 day 30, change: increased",
        "id: month-2, when: infusion-1 day 60, change: reduced",
        "id: month-3, when: infusion-1 day 90, change: resolved",
    ))  # fmt: skip
    assert [one.change for one in window.observed] == [
        Change.PRESENT, Change.PRESENT, Change.PRESENT, Change.GONE,
    ]  # fmt: skip


def test_a_lesion_that_was_resolved_before_is_none_of_the_window() -> None:
    window = only(with_looks(
        "id: found, when: infusion-1 day -80, change: new",
        "id: gone, when: infusion-1 day -20, change: resolved",
    ))  # fmt: skip
    assert window.lesions == ()
    assert "lesion-1: resolved before the infusion, so no lesion of the window" in window.left_out


def test_looks_after_radiotherapy_or_removal_say_nothing_of_the_cells() -> None:
    looks = (
        "id: before, when: infusion-1 day -6, change: new",
        "id: after, when: infusion-1 day 60, change: resolved",
    )
    radiotherapy = "id: rays, when: infusion-1 day 40, purpose: radiotherapy"
    window = only(with_looks(*looks, regimens=radiotherapy))
    assert shown(window) == ["day -6 | lesion 1 | present | before"]
    why = "after: taken after rays, or can have been, which the model does not hold"
    assert why in window.left_out
    window = only(with_looks(looks[0], "id: cut, when: infusion-1 day 40, change: removed"))
    assert shown(window) == ["day -6 | lesion 1 | present | before"]
    assert "cut: removed then; what is left is not told" in window.left_out


DONOR = """id: product-1, origin: donor-derived, target: [CD19, CD22], donor: sister"""
GRAFT = "id: hsct, when: 2024-01-06, kind: allogeneic, donor: {donor}"
DONORS = """id: sister, relation: sister
id: stranger, relation: unrelated"""


@pytest.mark.parametrize(
    ("donor", "chimerism", "foreign"),
    [
        ("sister", "value: 98 %", 0.02),
        ("sister", "value: 60 %", 0.4),
        ("sister", "", 0.02),
        ("stranger", "value: 98 %", 1.0),
        ("", "", 1.0),
    ],
)
def test_a_donors_cells_are_foreign_to_what_is_not_of_the_donor(
    donor: str, chimerism: str, foreign: float
) -> None:
    sections = {"donors": DONORS, "products": DONOR}
    if donor:
        sections["transplants"] = GRAFT.format(donor=donor)
    if chimerism:
        row = f"when: hsct day 30, analyte: donor chimerism, {chimerism}"
        sections["observations"] = seen(row)
    product = only(written(**sections)).product
    assert product.foreign == pytest.approx(foreign)
    assert (product.origin, product.target) == (Origin.DONOR, Target.BOTH)


def test_doses_are_brought_to_those_of_the_model() -> None:
    regimens = "\n".join(
        (
            "id: depletion, when: infusion-1 day -6 to -3, purpose: lymphodepletion, drugs: ["
            "{name: fludarabine, dose: 25 mg/m2/d}, "
            "{name: cyclophosphamide, dose: 60 mg/kg, times: 1}, {name: alemtuzumab}]",
            "id: rescue, when: infusion-1 day 3, purpose: CRS treatment, drugs: ["
            "{name: tocilizumab, dose: 8 mg/kg, times: 3}, {name: anakinra}]",
            "id: steroid, when: infusion-1 day 4 to 6, purpose: ICANS treatment, drugs: ["
            "{name: dexamethasone, dose: 10 mg}]",
            "id: again, when: infusion-1 day 20 to 25, purpose: GVHD treatment, drugs: ["
            "{name: prednisone}]",
        )
    )
    course = written(
        patient="weight: 72 kg, height: 180 cm, egfr: 90 mL/min/1.73m2",
        infusions="id: infusion-1, when: 2024-05-06, product: product-1, dose: 2 10*6/kg, "
        "basis: T cells",
        products="id: product-1, origin: autologous, target: [CD19], transduction: 40 %",
        regimens=regimens,
    )
    window = only(course)
    surface = math.sqrt(72 * 180 / 3600)
    assert window.body.surface == pytest.approx(surface)
    assert window.plan.dose == pytest.approx(2e6 * 72 * 0.4)
    assert window.plan.depletion is not None
    assert window.plan.depletion.fludarabine == pytest.approx(4 * 25 / 3)
    assert window.plan.depletion.cyclophosphamide == pytest.approx(60 * 72 / surface / 3)
    assert window.plan.tocilizumab == ((3.0, 576.0), (3.5, 576.0))
    assert window.plan.steroids == (4.0, 7.0)
    assert window.left_out == (
        "depletion: alemtuzumab for lymphodepletion, which the model does not hold",
        "rescue: anakinra, which the model does not hold",
        "rescue: tocilizumab 576 mg: the model holds 2 doses, the first",
        "again: steroids from day 20: the model holds one period, the first",
    )


def test_a_child_that_nobody_weighed_has_roughly_the_weight_of_its_age() -> None:
    window = only(written(patient="age: 36 mo"))
    assert window.body.weight == 14.0
    assert (
        "body weight is not recorded: 14 kg assumed, roughly as of a child of 3 years"
        in window.assumed
    )


def test_an_observed_thing_tells_one_thing_and_its_error_names_entries_only() -> None:
    with pytest.raises(ReinfuseError) as refused:
        Observed(kind=Kind.MRD, days=(1.0, 1.0), value=1.0, below=2.0, entries=("seen-1",))
    assert refused.value.where == "seen-1"
    with pytest.raises(ReinfuseError):
        Observed(kind=Kind.MRD, days=(2.0, 1.0), value=1.0)
    with pytest.raises(ReinfuseError):
        Observed(kind=Kind.MRD, days=(1.0, 1.0))
