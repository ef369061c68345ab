"""Looks that enter a course: in their place in time, with what they rest on in words."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from reinfuse.exchange.course_file import read_course_text
from reinfuse.imaging.following import Left, State
from reinfuse.imaging.lesion import Method
from reinfuse.imaging.measured import (
    Boxes,
    Look,
    Results,
    measure_scans,
    merged,
    read_boxes_text,
    record,
)
from reinfuse.imaging.measures import InSlice
from reinfuse.imaging.twin import write_twin
from reinfuse.imaging.twin.scans import founding_scans
from reinfuse.record import Change, Course
from reinfuse.timeline import read_when

COURSE = """\
title: an invented course
kind: invented example
products:
  - {id: product-1, origin: autologous, target: [CD19]}
infusions:
  - {id: infusion-1, product: product-1, when: 2026-05-01}
  - {id: infusion-2, product: product-1, when: 2026-09-01}
lesions:
  - id: mass
    site: left pelvis
    looks:
LOOKS
"""
BOXES = """\
psf_mm: 6
scans: [{name: before, day: -12, infusion: 1}]
lesions: [{name: mass, site: left pelvis, looks: {before: {seed: [66, 16, -262]}}}]
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """One mass in the PET of the first scan of the twin."""
    folder = tmp_path_factory.mktemp("twin")
    write_twin(folder, seed=7, scans=founding_scans()[:1])
    shutil.rmtree(folder / "before" / "CT")
    return measure_scans([folder / "before"], read_boxes_text(BOXES, "boxes.yaml"), seed=1)


@pytest.mark.parametrize(
    ("others", "order", "told"),
    [
        ({"a": "infusion-1 day -20"}, ["a", "mass-day-minus-12"], []),
        ({"a": "infusion-1 day 10"}, ["mass-day-minus-12", "a"], []),
        ({"a": "2026-04-01", "b": "2026-06-01"}, ["a", "mass-day-minus-12", "b"], []),
        ({"a": "infusion-1 day -12"}, ["a", "mass-day-minus-12"], []),
        ({"a": "before infusion-1"}, ["a", "mass-day-minus-12"], ["petct-order-unknown"]),
        ({"a": "2026-04"}, ["a", "mass-day-minus-12"], ["petct-order-unknown"]),
        (
            {"a": "2026-02", "b": "not stated", "c": "infusion-2 day 3"},
            ["a", "mass-day-minus-12", "b", "c"],
            ["petct-order-unknown"],
        ),
    ],
)
def test_a_look_stands_by_its_day_among_those_from_elsewhere(
    results: Results, others: dict[str, str], order: list[str], told: list[str]
) -> None:
    course = _course(others)
    found = record(results, course)
    (lesion,) = merged(course, found).lesions
    assert [one.id for one in lesion.looks] == order
    assert [one.rule for one in found.findings] == told
    assert found.ids == ("mass-day-minus-12",)


def test_a_day_that_came_by_date_is_recorded_as_any_other(results: Results) -> None:
    wanted = replace(results.scans[0].wanted, day=20, infusion=2)
    scan = replace(results.scans[0], wanted=wanted)
    counted = replace(results, scans=(scan,), days={"before": 143})
    found = record(counted, _course({"a": "infusion-1 day 130", "b": "2026-12-01"}))
    (look,) = found.lesions[0].looks
    assert look.when == read_when("infusion-2 day 20")
    ordered = merged(_course({"a": "infusion-1 day 130", "b": "2026-12-01"}), found)
    assert [one.id for one in ordered.lesions[0].looks] == ["a", "mass-day-20", "b"]


def test_looks_of_one_day_after_two_infusions_have_ids_of_their_own(results: Results) -> None:
    first = results.scans[0]
    wanted = replace(first.wanted, name="after", day=-12, infusion=2)
    scans = (first, replace(first, wanted=wanted))
    (lesion,) = results.lesions
    looks = (lesion.looks[0], replace(lesion.looks[0], scan="after"))
    twice = replace(
        results,
        scans=scans,
        days={"before": -12, "after": 111},
        lesions=(replace(lesion, looks=looks),),
    )
    assert record(twice).ids == ("mass-day-minus-12", "mass-day-minus-12-after")


@pytest.mark.parametrize("state", [*State, "not drawn"])
def test_only_what_is_below_threshold_is_called_so(results: Results, state: str) -> None:
    (lesion,) = results.lesions
    look = Look(scan="before", state=str(state), words="in words")
    told = replace(
        results,
        lesions=(replace(lesion, looks=(look,)),),
        on_ct={("mass", "before"): _size(34.04, 21.0)},
    )
    (one,) = record(told).lesions[0].looks
    assert one.change is (Change.BELOW if state == "below threshold" else None)


def test_the_note_says_mask_and_size_on_ct_and_axes_stay_those_of_uptake(
    results: Results,
) -> None:
    (lesion,) = results.lesions
    (look,) = lesion.looks
    assert look.measured is not None
    masked = replace(look, method=Method(name="contours of a structure set"))
    changed = replace(
        results,
        lesions=(replace(lesion, looks=(masked,)),),
        on_ct={("mass", "before"): _size(34.04, 21.0)},
    )
    (told,) = record(changed).lesions[0].looks
    note = told.note or ""
    assert "contours of a structure set, mask read from a file" in note
    assert "Lugano size (CT), LDi x SDi: 3.4 x 2.1 cm" in note
    assert [one.value for one in told.axes] == [
        round(mm / 10, 1) for mm in look.measured.calipers.mm
    ]
    (plain,) = record(results).lesions[0].looks
    assert "mask" not in (plain.note or "")
    assert "Lugano" not in (plain.note or "")


def test_what_is_hot_and_not_drawn_is_told_and_not_put_into_the_course(results: Results) -> None:
    (lesion,) = results.lesions
    left = Left(max=9.8, mean=5.0, background=1.0, voxels=3, at_border=True, climbs_out=True)
    words = "not drawn: SUVmax 9.8 left in its place"
    hot = Look(scan="before", state="not drawn", words=words, left=left)
    found = record(replace(results, lesions=(replace(lesion, looks=(hot,)),)))
    assert found.lesions == ()
    (told,) = found.findings
    assert (told.rule, told.where) == ("petct-not-recorded", "mass, before")
    assert told.what.startswith(words)
    # Sized on CT it is a look at the CT, and its uptake stands in the note alone.
    sized = replace(
        results,
        lesions=(replace(lesion, looks=(hot,)),),
        on_ct={("mass", "before"): _size(34.0, 21.0)},
    )
    (look,) = record(sized).lesions[0].looks
    assert (look.modality, look.change, look.suv_max) == ("CT", None, None)
    assert words in (look.note or "")
    assert record(sized).findings == ()


@pytest.mark.parametrize("spilled", [True, False])
def test_a_neighbours_uptake_is_not_that_of_a_lesion_in_a_course(
    results: Results, spilled: bool
) -> None:
    (lesion,) = results.lesions
    left = Left(max=2.1, mean=1.2, background=1.0, voxels=9, at_border=True, climbs_out=spilled)
    below = Look(scan="before", state="below threshold", words="below", left=left)
    (look,) = record(replace(results, lesions=(replace(lesion, looks=(below,)),))).lesions[0].looks
    assert (look.change, look.modality) == (Change.BELOW, "PET/CT")
    assert (look.suv_max is None) is spilled


def test_a_size_on_ct_alone_is_recorded_without_uptake(results: Results) -> None:
    (lesion,) = results.lesions
    left = Left(max=7.0, mean=5.0, background=1.0, voxels=3, at_border=False)
    earlier = Look(scan="before", state="before it was drawn", words="before it", left=left)
    nothing = replace(results, lesions=(replace(lesion, looks=(earlier,)),))
    assert record(nothing).lesions == ()
    sized = replace(nothing, on_ct={("mass", "before"): _size(34.0, 21.0)})
    (look,) = record(sized).lesions[0].looks
    assert (look.axes, look.suv_max, look.modality) == ((), None, "CT")
    assert "3.4 x 2.1 cm" in (look.note or "")


def test_uptake_by_lean_mass_is_no_suv_of_a_course(results: Results) -> None:
    (scan,) = results.scans
    lean = replace(scan, suv=replace(scan.suv, unit="SUL (Janmahasatian)"))
    (look,) = record(replace(results, scans=(lean,))).lesions[0].looks
    assert look.suv_max is None
    assert "SUL (Janmahasatian), voxels" in (look.note or "")
    (by_weight,) = record(results).lesions[0].looks
    assert by_weight.suv_max is not None


def test_without_lesions_nothing_is_recorded(results: Results) -> None:
    found = record(replace(results, lesions=(), boxes=Boxes()))
    assert (found.lesions, found.findings) == ((), ())


def _course(looks: dict[str, str]) -> Course:
    entries = "\n".join(
        f"      - {{id: {name}, when: {when}, modality: MRI}}" for name, when in looks.items()
    )
    reading = read_course_text(COURSE.replace("LOOKS", entries), "course.yaml")
    assert reading.course is not None
    return reading.course


def _size(longest: float, across: float) -> InSlice:
    return InSlice(
        name="Lugano size (CT)",
        longest_mm=longest,
        perpendicular_mm=across,
        head_foot_mm=50.0,
        slice_index=3,
        longest_ends=np.zeros((2, 3)),
        perpendicular_ends=np.zeros((2, 3)),
    )
