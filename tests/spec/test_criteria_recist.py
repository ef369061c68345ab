"""RECIST 1.1 as a drawn table: every threshold at, just under and just over, in mm and cm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.grade import Grade
from reinfuse.grading.lesions.recist import grade_recist_visits, recist_visits
from reinfuse.quantity import Limit, Quantity
from reinfuse.record.chart import Chart, Mark
from tests.spec.lesion_charts import drawn, inside, lesion, mark

ORDER = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")


def axis(kind: str) -> str:
    return "lesion shortest diameter" if kind == "node" else "lesion longest diameter"


def one_target(kind: str, *sizes: str) -> Chart:
    """One target with its sizes at baseline and every eighth week, and nothing new."""
    marks = lesion("mass", kind)
    for place, text in enumerate(sizes):
        day = 56.0 * place or -3.0
        marks.append(mark(axis(kind), day, Quantity.parse(text), "mass"))
        marks.append(mark("new lesion", day, False))
    return Chart.of("patient", marks)


def last(chart: Chart) -> Grade:
    return grade_recist_visits(chart)[-1]


TABLE = """
    kind       | sizes                      | response
    extranodal | 100 mm, 100 mm             | SD
    extranodal | 100 mm, 70.1 mm            | SD
    extranodal | 100 mm, 70 mm              | PR
    extranodal | 100 mm, 69.9 mm            | PR
    extranodal | 10 cm, 7 cm                | PR
    extranodal | 10 cm, 7.01 cm             | SD
    extranodal | 90 mm, 63 mm               | PR
    extranodal | 100 mm, 1 mm               | PR
    extranodal | 100 mm, 0 mm               | CR
    extranodal | 100 mm, < 5 mm             | PR
    extranodal | 100 mm, 119.9 mm           | SD
    extranodal | 100 mm, 120 mm             | PD
    extranodal | 100 mm, 120.1 mm           | PD
    extranodal | 10 cm, 12 cm               | PD
    extranodal | 20 mm, 24 mm               | SD
    extranodal | 25 mm, 29.9 mm             | SD
    extranodal | 25 mm, 30 mm               | PD
    extranodal | 24 mm, 28.9 mm             | SD
    extranodal | 24 mm, 29 mm               | PD
    extranodal | 100 mm, 50 mm, 59.9 mm     | PR
    extranodal | 100 mm, 50 mm, 60 mm       | PD
    extranodal | 100 mm, 0 mm, 1 mm         | PD
    node       | 20 mm, 9.9 mm              | CR
    node       | 20 mm, 10 mm               | PR
    node       | 20 mm, 14 mm               | PR
    node       | 20 mm, 14.1 mm             | SD
    node       | 2 cm, 0.99 cm              | CR
    node       | 20 mm, 4 mm, 9.9 mm        | CR
    node       | 20 mm, 6 mm, 11 mm         | PD
    node       | 20 mm, 6 mm, 10.9 mm       | PR
"""


@pytest.mark.parametrize(("kind", "sizes", "response"), drawn(TABLE))
def test_the_sum_of_diameters(kind: str, sizes: str, response: str) -> None:
    grade = last(one_target(kind, *sizes.split(", ")))
    assert (grade.low, grade.high) == (response, response)


NON_TARGETS = """
    target | other                   | new | low           | high          | published
    0 mm   | absent                  | no  | CR            | CR            | CR
    0 mm   | present                 | no  | PR            | PR            | PR
    0 mm   | too small to measure    | no  | PR            | PR            | PR
    0 mm   | -                       | no  | CR            | PD            | PR
    70 mm  | present                 | no  | PR            | PR            | PR
    70 mm  | -                       | no  | PR            | PD            | PR
    71 mm  | absent                  | no  | SD            | SD            | SD
    71 mm  | -                       | no  | SD            | PD            | SD
    -      | present                 | no  | PR            | PD            | NE
    -      | absent                  | no  | CR            | PD            | NE
    -      | unequivocal progression | no  | PD            | PD            | PD
    70 mm  | unequivocal progression | no  | PD            | PD            | PD
    0 mm   | absent                  | yes | PD            | PD            | PD
    0 mm   | absent                  | -   | CR            | PD            | none
    none   | absent                  | no  | CR            | CR            | CR
    none   | present                 | no  | NON-CR/NON-PD | NON-CR/NON-PD | NON-CR/NON-PD
    none   | unequivocal progression | no  | PD            | PD            | PD
    none   | present                 | -   | NON-CR/NON-PD | PD            | none
"""


@pytest.mark.parametrize(("target", "other", "new", "low", "high", "published"), drawn(NON_TARGETS))
def test_what_a_visit_is_with_other_lesions(
    target: str, other: str, new: str, low: str, high: str, published: str
) -> None:
    marks = lesion("other", "extranodal", "non-target")
    marks.append(mark("lesion status", -3, "present", "other"))
    # A visit is there even where nothing of the two was read.
    marks.append(mark("lesion status", 56, "absent", "third"))
    marks += lesion("third", "extranodal", "non-target")
    if target != "none":
        marks += lesion("mass", "extranodal")
        marks.append(mark("lesion longest diameter", -3, Quantity(100, "mm"), "mass"))
    if target not in ("none", "-"):
        marks.append(mark("lesion longest diameter", 56, Quantity.parse(target), "mass"))
    if other != "-":
        marks.append(mark("lesion status", 56, other, "other"))
    if new != "-":
        marks.append(mark("new lesion", 56, new == "yes"))
    grade = last(Chart.of("patient", marks))
    assert (grade.low, grade.high) == (low, high)
    assert str(grade.as_published).replace("None", "none") == published


def test_the_five_largest_with_two_of_an_organ_are_the_targets() -> None:
    sizes = {
        "liver A": 45, "liver B": 40, "liver C": 28, "lung A": 38, "lung B": 35,
        "node A": 32, "node B": 25, "node C": 20,
    }  # fmt: skip
    marks = []
    for name, size in sizes.items():
        organ = name.split()[0]
        kind = "node" if organ == "node" else "extranodal"
        marks += lesion(name, kind, None)
        if kind != "node":
            marks.append(mark("lesion organ", -3, organ, name))
        for day in (-3, 56):
            marks.append(mark(axis(kind), day, Quantity(size, "mm"), name))
    marks.append(mark("new lesion", 56, False))
    because = [reason.text for reason in recist_visits(Chart.of("patient", marks))[0].because]
    assert "sum 190 mm, 190 mm at baseline, smallest before 190 mm" in because


MEASURABLE = """
    kind       | size    | target
    extranodal | 9.9 mm  | no
    extranodal | 10 mm   | yes
    extranodal | 1.0 cm  | yes
    extranodal | 0.99 cm | no
    node       | 14.9 mm | no
    node       | 15 mm   | yes
    node       | 1.5 cm  | yes
"""


@pytest.mark.parametrize(("kind", "size", "target"), drawn(MEASURABLE))
def test_what_is_large_enough_for_a_target(kind: str, size: str, target: str) -> None:
    marks = lesion("mass", kind, None)
    marks += [mark(axis(kind), day, Quantity.parse(size), "mass") for day in (-3, 56)]
    marks.append(mark("new lesion", 56, False))
    because = [reason.text for reason in recist_visits(Chart.of("patient", marks))[0].because]
    assert any(text.startswith("sum") for text in because) is (target == "yes")


def test_a_target_that_was_not_measured_leaves_the_sum_open_upward() -> None:
    marks = [*lesion("one", "extranodal"), *lesion("two", "extranodal")]
    for name in ("one", "two"):
        marks.append(mark("lesion longest diameter", -3, Quantity(50, "mm"), name))
    marks.append(mark("lesion longest diameter", 56, Quantity(60, "mm"), "one"))
    marks.append(mark("new lesion", 56, False))
    grade = last(Chart.of("patient", marks))
    assert (grade.low, grade.high, grade.as_published) == ("PR", "PD", "NE")
    assert "size of two on day 56" in grade.missing


def test_progression_stands_without_the_target_that_was_not_measured() -> None:
    marks = [*lesion("one", "extranodal"), *lesion("two", "extranodal")]
    for name in ("one", "two"):
        marks.append(mark("lesion longest diameter", -3, Quantity(50, "mm"), name))
    marks.append(mark("lesion longest diameter", 56, Quantity(120, "mm"), "one"))
    assert last(Chart.of("patient", marks)).low == "PD"


def test_too_small_to_measure_counts_as_five_millimetres() -> None:
    marks = lesion("mass", "extranodal")
    marks.append(mark("lesion longest diameter", -3, Quantity(7, "mm"), "mass"))
    marks.append(mark("lesion status", 56, "too small to measure", "mass"))
    marks.append(mark("new lesion", 56, False))
    grade = last(Chart.of("patient", marks))
    assert grade.low == grade.high == "SD"
    assert any("5 mm" in reason.text for reason in grade.because)


BEST = """
    days and sizes            | plain | confirmed
    56: 70, 84: 70            | PR    | PR
    56: 70, 83: 70            | PR    | SD
    56: 0, 84: 0              | CR    | CR
    56: 0, 83: 0              | CR    | SD
    42: 100                   | SD    | SD
    41: 100                   | NE    | NE
    41: 70                    | PR    | NE
    56: 100, 84: 130, 112: 0  | SD    | SD
    28: 100, 56: 130          | PD    | PD
"""


@pytest.mark.parametrize(("visits", "plain", "confirmed"), drawn(BEST))
def test_the_best_response(visits: str, plain: str, confirmed: str) -> None:
    marks = lesion("mass", "extranodal")
    marks.append(mark("lesion longest diameter", -3, Quantity(100, "mm"), "mass"))
    for visit in visits.split(", "):
        day, size = visit.split(": ")
        marks.append(mark("lesion longest diameter", int(day), Quantity(float(size), "mm"), "mass"))
        marks.append(mark("new lesion", int(day), False))
    chart = Chart.of("patient", marks)
    for name, expected in (("RECIST-1.1", plain), ("RECIST-1.1 confirmed", confirmed)):
        grade = criterion_named(name).grade(chart)
        assert (grade.low, grade.high) == (expected, expected), name


def test_without_a_visit_nothing_is_derived() -> None:
    grade = criterion_named("RECIST-1.1").grade(Chart.of("patient", []))
    assert not grade.evaluable


def test_a_bound_is_never_gone() -> None:
    marks = lesion("mass", "extranodal")
    marks.append(mark("lesion longest diameter", -3, Quantity(100, "mm"), "mass"))
    limited = Quantity(5, "mm", Limit.AT_MOST)
    marks.append(mark("lesion longest diameter", 56, limited, "mass"))
    marks.append(mark("new lesion", 56, False))
    assert last(Chart.of("patient", marks)).low == "PR"


SIZES = st.sampled_from([0, 1, 4, 5, 9, 9.9, 10, 14, 15, 20, 24, 25, 30, 50, 63, 70, 90, 100, 120])
KEPT = ("lesion role",)
STATUS = st.sampled_from(["absent", "present", "too small to measure", "unequivocal progression"])
KINDS = st.sampled_from(["node", "extranodal"])


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    """Two targets and a lesion followed by eye, all read at baseline and three visits."""
    marks = lesion("eye", "extranodal", "non-target")
    for name in ("one", "two"):
        kind = draw(KINDS)
        marks += lesion(name, kind)
        for day in (-3, 56, 84, 112):
            size = draw(SIZES.filter(bool) if day < 0 else SIZES)
            marks.append(mark(axis(kind), day, Quantity(float(size), "mm"), name))
    for day in (56, 84, 112):
        marks.append(mark("lesion status", day, draw(STATUS), "eye"))
        marks.append(mark("new lesion", day, draw(st.integers(0, 5)) == 0))
        marks.append(mark("spleen length", day, Quantity(10, "cm")))
    return Chart.of("patient", marks)


@given(chart=charts(), data=st.data())
def test_what_is_taken_away_leaves_bounds_that_hold_the_full_response(
    chart: Chart, data: st.DataObject
) -> None:
    kept = [one for one in chart.marks if one.item in KEPT or data.draw(st.integers(0, 3))]
    part = Chart.of("patient", kept)
    if {visit.day for visit in recist_visits(part)} != {56, 84, 112}:
        return
    for whole, less in zip(grade_recist_visits(chart), grade_recist_visits(part), strict=True):
        assert inside(less, whole), (less, whole)
    for name in ("RECIST-1.1", "RECIST-1.1 confirmed"):
        entry = criterion_named(name)
        assert inside(entry.grade(part), entry.grade(chart))


@given(chart=charts(), more=st.floats(0.1, 50), which=st.sampled_from(["one", "two"]))
def test_a_larger_lesion_never_gives_a_better_response(
    chart: Chart, more: float, which: str
) -> None:
    grown = [_larger(one, more) if one.day == 112 and one.site == which else one
             for one in chart.marks]  # fmt: skip
    before, after = last(chart), last(Chart.of("patient", grown))
    assert ORDER.index(str(after.low)) >= ORDER.index(str(before.low))


def _larger(one: Mark, more: float) -> Mark:
    if not isinstance(one.value, Quantity):
        return one
    value = Quantity(one.value.value + more, one.value.unit)
    return Mark(item=one.item, day=one.day, value=value, site=one.site)
