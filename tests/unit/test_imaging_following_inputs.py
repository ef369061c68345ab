"""What criteria of response need of the scans arrives where they look for it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.grading.lesions.deauville import grade_deauville, suggested
from reinfuse.grading.lesions.lugano_ct import ct_visits
from reinfuse.grading.lesions.percist import grade_percist
from reinfuse.grading.rules.finding import exactly
from reinfuse.imaging.following import (
    Followed,
    Registered,
    State,
    TimePoint,
    follow,
)
from reinfuse.imaging.following.deauville import suggest
from reinfuse.imaging.following.inputs import (
    LesionNumbers,
    marks_of,
    numbers_of,
    products_sum_cm2,
    suggestions,
)
from reinfuse.imaging.following.references import References, read_references
from reinfuse.imaging.following.rigid import Rigid
from reinfuse.imaging.measures import InSlice
from reinfuse.imaging.twin import make_twin
from reinfuse.imaging.twin.anatomy import AORTA_MM, LIVER_MM
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.vocabulary import items

SUL = {"before": 0.70, "month-1": 0.70, "month-3": 0.70}


@cache
def seen() -> tuple[Followed, tuple[References, ...], tuple[LesionNumbers, ...]]:
    """The twin, followed with its true poses."""
    twin = make_twin(seed=1)
    scans = [
        TimePoint(name=one.name, day=one.day, suv=drawn.suv, lesions=drawn.lesions)
        for one, drawn in twin
    ]
    true = [
        Rigid(
            turn=one.pose.matrix,
            shift=np.array(one.pose.shift_mm),
            pivot=np.array(one.pose.pivot),
        )
        for one, _ in twin[1:]
    ]
    given = [
        Registered(motion=one, before=0.0, after=1.0, repeat_mm=0.0, overlap=1.0) for one in true
    ]
    found = follow(scans, seed=1, registrations=given)
    assert isinstance(found, Followed)
    references = read_references(found, liver_mm=LIVER_MM, mediastinum_mm=AORTA_MM)
    return found, references, numbers_of(found, sul_per_suv=SUL)


@pytest.mark.parametrize("lesion", [0.4, 1.9, 2.0, 2.5, 2.6, 5.2, 5.3, 7.8, 7.9, 20.0])
@pytest.mark.parametrize(("mediastinum", "liver"), [(1.9, 2.6), (2.6, 2.5)])
def test_the_suggestion_is_that_of_the_criterion(
    lesion: float, mediastinum: float, liver: float
) -> None:
    found = suggest(lesion=lesion, mediastinum=mediastinum, liver=liver)
    expected = suggested(exactly(lesion), exactly(mediastinum), exactly(liver))
    assert (found.low, found.high) == (expected.low, expected.high)


def test_a_suggestion_shows_its_three_numbers() -> None:
    found = suggest(lesion=6.04, mediastinum=1.9, liver=2.6)
    assert found.words == ("suggests 4 to 5 (lesion SUVmax 6.0, liver 2.6, mediastinum 1.9)")


def test_references_are_read_where_the_patient_lies_each_time() -> None:
    _, references, _ = seen()
    for one in references:
        assert one.liver is not None
        assert one.mediastinum is not None
        # As drawn: liver 2.2 with noise of a tenth, blood 1.6.
        assert one.liver.mean == pytest.approx(2.2, rel=0.05)
        assert one.liver.deviation == pytest.approx(0.22, rel=0.25)
        assert one.mediastinum.mean == pytest.approx(1.6, rel=0.1)
        assert one.findings == ()


def test_a_liver_pointed_at_beside_the_liver_is_told() -> None:
    followed, _, _ = seen()
    found = read_references(followed, liver_mm=(-75.0, -10.0, 62.0))
    assert {one.rule for ref in found for one in ref.findings} == {"reference-uneven"}
    assert all(one.mediastinum is None for one in found)
    with pytest.raises(ReinfuseError, match=r"liver: a sphere of 30 mm holds 0") as caught:
        read_references(followed, liver_mm=(0.0, 0.0, 900.0))
    assert "before" in str(caught.value)


def test_five_point_suggestions_fall_with_the_uptake() -> None:
    _, references, numbers = seen()
    found = suggestions(numbers, references)
    assert [(found[name].low, found[name].high) for name in SUL] == [(5, 5), (4, 5), (1, 2)]


def test_lesion_below_threshold_has_its_uptake_and_no_size() -> None:
    _, _, numbers = seen()
    left = [one for one in numbers if one.time_point == "month-3"]
    assert [one.state for one in left] == [State.BELOW] * 2
    assert all(one.suv_max is not None and one.suv_max < 1.5 for one in left)
    assert all(one.product_cm2 is None and not one.drawn for one in left)
    marks = [mark for mark in marks_of(numbers) if mark.day == 92]
    assert {mark.item for mark in marks} == {"lesion SUVmax"}


def test_the_extent_of_uptake_is_no_lugano_size() -> None:
    _, _, numbers = seen()
    assert {one.in_slice.name for one in numbers if isinstance(one.in_slice, InSlice)} == {
        "PET extent"
    }
    assert not [mark for mark in marks_of(numbers) if "diameter" in mark.item]


def ct_sizes() -> dict[tuple[str, str], InSlice]:
    """Made-up sizes on CT: both lesions half as long after a month."""
    ends = np.zeros((2, 3))
    sizes = {"retroperitoneum": (50.0, 36.0), "pelvis": (46.0, 27.0)}
    return {
        (lesion, scan): InSlice(
            name="Lugano size (CT)",
            longest_mm=longest * share,
            perpendicular_mm=across * share,
            head_foot_mm=50.0,
            slice_index=3,
            longest_ends=ends,
            perpendicular_ends=ends,
        )
        for lesion, (longest, across) in sizes.items()
        for scan, share in (("before", 1.0), ("month-1", 0.5))
    }


def test_sizes_on_ct_reach_lugano_and_the_sum_of_products() -> None:
    followed, _, _ = seen()
    numbers = numbers_of(followed, on_ct=ct_sizes())
    before = [one for one in numbers if one.time_point == "before"]
    month = [one for one in numbers if one.time_point == "month-1"]
    gone = [one for one in numbers if one.time_point == "month-3"]
    names = ["retroperitoneum", "pelvis"]
    assert products_sum_cm2(before, names) == pytest.approx(5.0 * 3.6 + 4.6 * 2.7)
    assert products_sum_cm2(month, names) == pytest.approx((5.0 * 3.6 + 4.6 * 2.7) / 4)
    assert products_sum_cm2(gone, names) is None
    targets = [Mark(item="lesion kind", day=-12, value="extranodal", site=name) for name in names]
    chart = Chart.of("twin", (*marks_of(numbers), *targets))
    first = ct_visits(chart)[0]
    assert (first.day, first.high) in {(30, "PR"), (30, "PD")}
    assert first.low == "PR"


def test_percist_reads_the_hottest_lesion() -> None:
    _, references, numbers = seen()
    marks = marks_of(numbers, references, sul_per_suv=SUL)
    nothing_new = Mark(item="new lesion", day=30, value=False)
    grade = grade_percist(Chart.of("twin", (*marks, nothing_new)))
    assert grade.low == grade.high == "PMR"
    assert "hottest lesion" in " ".join(reason.text for reason in grade.because)


def test_the_five_point_grade_is_the_suggestion() -> None:
    _, references, numbers = seen()
    grade = grade_deauville(Chart.of("twin", marks_of(numbers, references)))
    assert [(day.low, day.high) for day in grade.series] == [(5, 5), (4, 5), (1, 2)]


def test_marks_are_items_of_the_vocabulary_in_its_units() -> None:
    followed, references, numbers = seen()
    known = items()
    marks = (
        *marks_of(numbers, references, sul_per_suv=SUL),
        *marks_of(numbers_of(followed, on_ct=ct_sizes())),
    )
    for mark in marks:
        item = known[mark.item]
        if isinstance(mark.value, Quantity):
            assert mark.value.unit == item.unit
        assert mark.method in ("PET", "CT")
    assert {mark.item for mark in marks} >= {
        "lesion SULpeak", "TLG", "liver SULmean", "liver SUL SD", "lesion longest diameter",
    }  # fmt: skip


def test_a_new_lesion_is_marked_as_new() -> None:
    _, _, numbers = seen()
    row = next(one for one in numbers if one.time_point == "month-1")
    marks = marks_of([replace(row, state=State.NEW)])
    assert ("new lesion", True) in [(mark.item, mark.value) for mark in marks]
    assert ("lesion role", "new") in [(mark.item, mark.value) for mark in marks]


def test_lean_mass_uptake_is_not_passed_off_as_body_weight() -> None:
    followed, _, _ = seen()
    first = followed.time_points[0]
    lean = replace(first, suv=replace(first.suv, unit="SUL (Janmahasatian)"))
    with pytest.raises(ReinfuseError, match="criteria ask for SUV by body weight"):
        numbers_of(replace(followed, time_points=(lean, *followed.time_points[1:])))
