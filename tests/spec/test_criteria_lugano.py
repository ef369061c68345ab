"""Lugano 2014 by CT as drawn tables, and what holds for all of its forms."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.chart.daily import rank
from reinfuse.grading.grade import Grade
from reinfuse.grading.lesions import CRITERIA
from reinfuse.grading.lesions.lugano_ct import ct_visits, grade_ct_lesions, grade_ct_visits
from reinfuse.grading.lesions.lugano_pet import grade_pet_visits
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.vocabulary import items
from tests.spec.lesion_charts import (
    LONGEST,
    SHORTEST,
    drawn,
    ends,
    inside,
    lesion,
    mark,
    quiet,
    sized,
)


def by_ct(kind: str, *axes: str) -> Chart:
    marks = lesion("mass", kind)
    for place, text in enumerate(axes):
        day = 56.0 * place or -3.0
        marks += [*sized("mass", day, text), *quiet(day)]
    return Chart.of("patient", marks)


def last(chart: Chart) -> Grade:
    return grade_ct_visits(chart)[-1]


SIZES = """
    kind       | axes                                           | response
    node       | 4.0 x 2.0 cm, 1.5 x 1.0 cm                     | CR
    node       | 40 x 20 mm, 15 x 10 mm                         | CR
    node       | 4.0 x 2.0 cm, 1.51 x 1.0 cm                    | PR
    node       | 40 x 20 mm, 15.1 x 10 mm                       | PR
    node       | 4.0 x 2.0 cm, too small to measure             | CR
    node       | 4.0 x 2.0 cm, absent                           | CR
    extranodal | 4.0 x 2.0 cm, absent                           | CR
    extranodal | 4.0 x 2.0 cm, 0 x 0 cm                         | CR
    extranodal | 4.0 x 2.0 cm, too small to measure             | PR
    extranodal | 4.0 x 2.0 cm, 0.5 x 0.5 cm                     | PR
    extranodal | 4.0 x 2.0 cm, 2.0 x 2.0 cm                     | PR
    extranodal | 4.0 x 2.0 cm, 2.01 x 2.0 cm                    | SD
    extranodal | 4.0 x 2.0 cm, 2.0 x 1.99 cm                    | PR
    extranodal | 0.7 x 0.7 cm, too small to measure             | SD
    extranodal | 0.8 x 0.8 cm, too small to measure             | PR
    node       | 2.0 x 1.0 cm, 2.5 x 1.19 cm                    | SD
    node       | 2.0 x 1.0 cm, 2.5 x 1.2 cm                     | PD
    node       | 20 x 10 mm, 25 x 12 mm                         | PD
    node       | 2.0 x 1.0 cm, 2.49 x 1.3 cm                    | SD
    node       | 2.0 x 1.0 cm, 2.4 x 1.5 cm                     | PD
    node       | 2.1 x 1.0 cm, 2.6 x 1.4 cm                     | SD
    node       | 2.1 x 1.0 cm, 3.1 x 1.1 cm                     | PD
    node       | 2.1 x 1.0 cm, 3.09 x 1.1 cm                    | SD
    node       | 2.1 x 1.0 cm, 2.2 x 2.0 cm                     | PD
    node       | 1.0 x 0.5 cm, 1.5 x 1.0 cm                     | CR
    node       | 1.0 x 0.5 cm, 1.51 x 1.0 cm                    | PD
    node       | 4.0 x 2.0 cm, 2.0 x 1.0 cm, 2.5 x 1.2 cm       | PD
    extranodal | 2.0 x 1.0 cm, absent, 1.0 x 1.0 cm             | PR
    extranodal | 2.0 x 1.0 cm, absent, 1.1 x 1.0 cm             | PD
    node       | 2.0 x 1.0 cm, absent, 1.5 x 1.0 cm             | CR
    node       | 2.0 x 1.0 cm, absent, 1.6 x 1.0 cm             | PD
"""


@pytest.mark.parametrize(("kind", "axes", "response"), drawn(SIZES))
def test_response_by_two_axes(kind: str, axes: str, response: str) -> None:
    assert ends(last(by_ct(kind, *axes.split(", ")))) == (response, response)


SPLEENS = """
    baseline | now      | mass         | response
    15 cm    | 16 cm    | 4.0 x 2.0 cm | SD
    15 cm    | 16.1 cm  | 4.0 x 2.0 cm | PD
    150 mm   | 160 mm   | 4.0 x 2.0 cm | SD
    150 mm   | 161 mm   | 4.0 x 2.0 cm | PD
    13 cm    | 14.9 cm  | 4.0 x 2.0 cm | SD
    13 cm    | 15 cm    | 4.0 x 2.0 cm | PD
    11 cm    | 13 cm    | 4.0 x 2.0 cm | PD
    11 cm    | 12.9 cm  | 4.0 x 2.0 cm | SD
    13.1 cm  | 13.15 cm | 4.0 x 2.0 cm | SD
    13.1 cm  | 13.16 cm | 4.0 x 2.0 cm | PD
    15 cm    | 13 cm    | absent       | CR
    15 cm    | 13.1 cm  | absent       | PR
    15 cm    | 13.9 cm  | 2.0 x 2.0 cm | PR
    15 cm    | 14 cm    | 2.0 x 2.0 cm | SD
"""


@pytest.mark.parametrize(("before", "now", "mass", "response"), drawn(SPLEENS))
def test_response_by_the_spleen(before: str, now: str, mass: str, response: str) -> None:
    marks = [*lesion("mass", "extranodal"), *sized("mass", -3, "4.0 x 2.0 cm")]
    marks += sized("mass", 56, mass)
    marks += [mark("spleen length", -3, Quantity.parse(before))]
    marks += [mark("spleen length", 56, Quantity.parse(now)), *quiet(56)[1:]]
    assert ends(last(Chart.of("patient", marks))) == (response, response)


NEW = """
    kind       | axes         | said | low | high
    node       | 1.5 x 1.0 cm | -    | CR  | CR
    node       | 1.51 x 1 cm  | -    | PD  | PD
    node       | 15 x 10 mm   | -    | CR  | CR
    extranodal | 1.1 x 1.0 cm | -    | PD  | PD
    extranodal | 11 x 10 mm   | -    | PD  | PD
    extranodal | 1.0 x 1.0 cm | -    | CR  | PD
    extranodal | 1.0 x 1.0 cm | yes  | PD  | PD
    extranodal | 0.6 x 0.5 cm | yes  | PD  | PD
    extranodal | 1.0 x 1.0 cm | no   | CR  | CR
    extranodal | absent       | -    | CR  | CR
"""


@pytest.mark.parametrize(("kind", "axes", "said", "low", "high"), drawn(NEW))
def test_a_new_lesion_counts_by_its_size_or_by_a_reader(
    kind: str, axes: str, said: str, low: str, high: str
) -> None:
    marks = [*lesion("mass", "node"), *sized("mass", -3, "4.0 x 2.0 cm"), *quiet(-3)]
    marks += [*sized("mass", 56, "absent"), *quiet(56)]
    marks += [*lesion("fresh", kind, "new"), *sized("fresh", 56, axes)]
    if said != "-":
        marks.append(mark("new lesion", 56, said == "yes", "fresh"))
    assert ends(last(Chart.of("patient", marks))) == (low, high)


def test_only_the_six_largest_lesions_are_summed() -> None:
    marks = []
    for number in range(1, 8):
        name = f"node {number}"
        marks += [*lesion(name, "node", None), *sized(name, -3, f"{number + 1}.0 x 1.0 cm")]
        marks += sized(name, 56, "1.0 x 1.0 cm")
    because = [reason.text for reason in ct_visits(Chart.of("patient", marks))[0].because]
    assert "sum of products 6 cm², 33 at baseline" in because


MEASURABLE = """
    kind       | longest | target
    node       | 1.5 cm  | no
    node       | 1.51 cm | yes
    node       | 16 mm   | yes
    extranodal | 1.0 cm  | no
    extranodal | 1.01 cm | yes
    extranodal | 10 mm   | no
"""


@pytest.mark.parametrize(("kind", "longest", "target"), drawn(MEASURABLE))
def test_what_is_large_enough_for_a_target(kind: str, longest: str, target: str) -> None:
    marks = lesion("mass", kind, None)
    for day in (-3, 56):
        marks.append(mark(LONGEST, day, Quantity.parse(longest), "mass"))
        marks.append(mark(SHORTEST, day, Quantity(0.5, "cm"), "mass"))
    because = [reason.text for reason in ct_visits(Chart.of("patient", marks))[0].because]
    assert any(text.startswith("sum") for text in because) is (target == "yes")


def test_a_lesion_that_was_not_measured_leaves_the_response_open() -> None:
    marks = [*lesion("one", "node"), *lesion("two", "node"), *quiet(-3), *quiet(56)]
    for name in ("one", "two"):
        marks += sized(name, -3, "4.0 x 2.0 cm")
    marks += sized("one", 56, "2.0 x 1.0 cm")
    grade = last(Chart.of("patient", marks))
    assert ends(grade) == ("PR", "PD")
    assert "size of two on day 56" in grade.missing


def test_a_spleen_nobody_measured_leaves_progression_possible_and_says_so() -> None:
    marks = [*lesion("mass", "node"), *sized("mass", -3, "4.0 x 2.0 cm")]
    marks += sized("mass", 56, "2.0 x 1.0 cm")
    grade = last(Chart.of("patient", marks))
    assert ends(grade) == ("PR", "PD")
    assert "spleen length on day 56" in grade.missing
    assert grade.assumed == ("PR to SD if nothing new was there where nobody said so",)


def test_each_lesion_has_its_own_response() -> None:
    marks = [*lesion("one", "node"), *lesion("two", "node")]
    marks += [*sized("one", -3, "4.0 x 2.0 cm"), *sized("one", 56, "2.0 x 2.0 cm")]
    marks += [*sized("two", -3, "4.0 x 2.0 cm"), *sized("two", 56, "5.0 x 3.0 cm")]
    found = {grade.subject: ends(grade) for grade in grade_ct_lesions(Chart.of("p", marks))}
    assert found == {"one": ("PR", "PR"), "two": ("PD", "PD")}


AXES = st.sampled_from([0.0, 0.4, 0.5, 1.0, 1.5, 1.6, 2.0, 2.1, 2.5, 3.0, 3.1, 4.0, 6.0])
LENGTHS = st.sampled_from([11.0, 13.0, 13.5, 14.0, 15.0, 16.0, 16.1])
STATUS = st.sampled_from(["absent", "present", "unequivocal progression"])
DAYS = (28, 84, 112)
KEPT = ("lesion role", "Deauville score")


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    """Two targets and a lesion followed by eye, read by CT and PET at baseline and three visits."""
    marks = lesion("eye", "extranodal", "non-target")
    for name in ("one", "two"):
        marks += lesion(name, draw(st.sampled_from(["node", "extranodal"])))
        for day in (-3, *DAYS):
            axes = sorted((draw(AXES), draw(AXES)))
            axes = [0.0, 0.0] if axes[0] == 0 else axes
            marks.append(mark(LONGEST, day, Quantity(axes[1], "cm"), name, "CT"))
            marks.append(mark(SHORTEST, day, Quantity(axes[0], "cm"), name, "CT"))
            uptake = Quantity(draw(st.sampled_from([1.0, 4.0, 8.0, 10.0, 13.0])), "{SUV}")
            marks.append(mark("lesion SUVmax", day, uptake, name, "PET"))
            score = draw(st.sampled_from(["X", "1", "3", "4", "5"]))
            marks.append(mark("Deauville score", day, score, name, "PET"))
    for day in (-3, *DAYS):
        marks.append(mark("spleen length", day, Quantity(draw(LENGTHS), "cm"), None, "CT"))
        marks.append(mark("marrow lymphoma", day, draw(st.sampled_from(["absent", "new"]))))
        marrow = draw(st.sampled_from(["normal", "reduced", "unchanged", "new"]))
        marks.append(mark("marrow uptake", day, marrow, None, "PET"))
        marks.append(mark("lesion status", day, draw(STATUS), "eye"))
        marks.append(mark("Deauville score", day, "1", "eye", "PET"))
        marks.append(mark("new lesion", day, draw(st.integers(0, 5)) == 0))
        marks.append(mark("clinical deterioration", day, draw(st.booleans())))
    return Chart.of("patient", marks)


@pytest.mark.parametrize("name", ["Lugano-2014 CT", "Lugano-2014 PET", "Lugano-2014", "LYRIC-2016"])
@settings(max_examples=30)
@given(chart=charts(), data=st.data())
def test_what_is_taken_away_leaves_bounds_that_hold_the_full_response(
    name: str, chart: Chart, data: st.DataObject
) -> None:
    kept = [
        one for one in chart.marks
        if one.item in KEPT[:1] or (one.item == KEPT[1] and one.site == "eye")
        or (one.item == "lesion status" and one.site == "eye") or data.draw(st.integers(0, 4))
    ]  # fmt: skip
    entry = criterion_named(name)
    whole, part = entry.grade(chart), entry.grade(Chart.of("patient", kept))
    days = [{day.day for day in grade.series} for grade in (whole, part)]
    if days[0] == days[1]:
        assert inside(part, whole), (part, whole)
        for less, full in zip(part.series, whole.series, strict=True):
            order = whole.criterion.levels
            assert order.index(less.low) <= order.index(full.low)
            assert order.index(less.high) >= order.index(full.high)


@given(
    chart=charts(),
    more=st.floats(0.1, 5),
    which=st.sampled_from(["one", "two"]),
    item=st.sampled_from([LONGEST, SHORTEST, "lesion SUVmax"]),
)
def test_a_larger_or_hotter_lesion_never_gives_a_better_response(
    chart: Chart, more: float, which: str, item: str
) -> None:
    axes = (LONGEST, SHORTEST) if item == SHORTEST else (item,)
    grown = [
        _more(one, more) if (one.day, one.site) == (112, which) and one.item in axes else one
        for one in chart.marks
    ]
    for grades in (grade_ct_visits, grade_pet_visits):
        before, after = grades(chart)[-1], grades(Chart.of("patient", grown))[-1]
        assert rank(before.criterion, after.low or "") >= rank(before.criterion, before.low or "")
        assert rank(before.criterion, after.high or "") >= rank(before.criterion, before.high or "")


def _more(one: Mark, more: float) -> Mark:
    assert isinstance(one.value, Quantity)
    value = Quantity(one.value.value + more, one.value.unit)
    return Mark(item=one.item, day=one.day, value=value, site=one.site, method=one.method)


@pytest.mark.parametrize("name", [entry.criterion.name for entry in CRITERIA])
def test_every_item_of_a_response_criterion_is_known(name: str) -> None:
    assert set(criterion_named(name).items) <= set(items())


def test_a_lesion_without_a_role_that_came_late_may_be_new_or_an_old_one() -> None:
    marks = [*lesion("mass", "node"), *sized("mass", -3, "4.0 x 2.0 cm"), *quiet(-3), *quiet(56)]
    marks += [*sized("mass", 56, "1.0 x 1.0 cm"), *lesion("late", "node", None)]
    marks += sized("late", 56, "3.0 x 2.0 cm")
    grade = last(Chart.of("patient", marks))
    assert ends(grade) == ("CR", "PD")
    assert "role of late, or its kind and size at baseline" in grade.missing
