"""PERCIST 1.0 as a drawn table: every threshold at, just under and just over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.lesions.percist import percist_visits
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from tests.spec.lesion_charts import drawn, inside, mark

ENTRY = criterion_named("PERCIST-1.0")
LEVELS = ("CMR", "PMR", "SMD", "PMD", "NE")


def sul(value: float) -> Quantity:
    return Quantity(value, "{SUV}")


def scan(day: float, *peaks: float | str, liver: float = 1.5, burden: float = 100) -> list[Mark]:
    """A scan with the peak of each lesion, or its word, a liver and the glycolysis of all."""
    found = [
        mark("liver SULmean", day, sul(liver)),
        mark("liver SUL SD", day, sul(0.2)),
        mark("TLG", day, Quantity(burden, "g")),
        mark("new lesion", day, False),
    ]
    for place, peak in enumerate(peaks):
        name = f"lesion {place + 1}"
        found.append(mark("lesion role", day, "target", name))
        if isinstance(peak, str):
            found.append(mark("lesion status", day, peak, name))
        else:
            found.append(mark("lesion SULpeak", day, sul(peak), name))
    return found


def graded(*marks: Mark) -> tuple[str, str]:
    grade = ENTRY.grade(Chart.of("patient", marks))
    return str(grade.low), str(grade.high)


PEAKS = """
    before | now    | response
    10     | 7      | PMR
    10     | 7.01   | SMD
    10     | 6.99   | PMR
    10     | 13     | SMD
    10     | 13.01  | PMD
    2.7    | 1.9    | SMD
    3      | 2.1    | PMR
    2.8    | 2.0    | SMD
    2.7    | 1.89   | PMR
    2.66   | 1.86   | PMR
    2.65   | 1.8551 | SMD
    2.65   | 1.85   | PMR
    2.65   | 1.86   | SMD
    2.65   | 3.45   | SMD
    2.65   | 3.46   | PMD
    10     | absent | CMR
"""


@pytest.mark.parametrize(("before", "now", "response"), drawn(PEAKS))
def test_response_of_the_hottest_lesion(before: str, now: str, response: str) -> None:
    peak = now if now == "absent" else float(now)
    burden = 0 if now == "absent" else 100
    found = graded(*scan(-3, float(before)), *scan(28, peak, burden=burden))
    assert found == (response, response)


BURDENS = """
    now   | response
    174.9 | SMD
    175   | SMD
    175.1 | PMD
"""


@pytest.mark.parametrize(("now", "response"), drawn(BURDENS))
def test_the_glycolysis_of_all_lesions_can_be_progression(now: str, response: str) -> None:
    found = graded(*scan(-3, 10.0), *scan(28, 10.0, burden=float(now)))
    assert found == (response, response)


MEASURABLE = """
    peak | response
    2.64 | NE
    2.65 | SMD
    2.66 | SMD
"""


@pytest.mark.parametrize(("peak", "response"), drawn(MEASURABLE))
def test_a_lesion_must_stand_out_from_the_liver_at_baseline(peak: str, response: str) -> None:
    found = graded(*scan(-3, float(peak)), *scan(28, float(peak)))
    assert found == (response, response)


LIVERS = """
    before | now  | response
    1.5    | 1.8  | SMD
    1.5    | 1.81 | NE
    1.5    | 1.2  | SMD
    1.5    | 1.19 | NE
    2.0    | 2.3  | SMD
    2.0    | 2.31 | NE
    2.0    | 1.69 | NE
    1.0    | 1.2  | SMD
    1.0    | 1.21 | NE
    1.0    | 0.79 | NE
"""


@pytest.mark.parametrize(("before", "now", "response"), drawn(LIVERS))
def test_the_livers_of_two_scans_must_be_alike(before: str, now: str, response: str) -> None:
    found = graded(*scan(-3, 10.0, liver=float(before)), *scan(28, 10.0, liver=float(now)))
    assert found == (response, response)


def test_a_new_lesion_is_progression_even_where_the_livers_differ() -> None:
    marks = [*scan(-3, 10.0), *scan(28, 5.0, liver=3.0)]
    assert graded(*marks, mark("new lesion", 28, True)) == ("PMD", "PMD")


def test_the_hottest_lesion_may_be_another_one() -> None:
    assert graded(*scan(-3, 10.0, 9.0), *scan(28, 3.0, 7.0)) == ("PMR", "PMR")
    assert graded(*scan(-3, 10.0, 9.0), *scan(28, 3.0, 7.1)) == ("SMD", "SMD")


def test_a_lesion_that_rose_by_more_than_a_third_takes_a_partial_response_away() -> None:
    assert graded(*scan(-3, 10.0, 3.0), *scan(28, 5.0, 3.9)) == ("PMR", "PMR")
    assert graded(*scan(-3, 10.0, 3.0), *scan(28, 5.0, 3.91)) == ("SMD", "SMD")


def test_a_lesion_below_the_liver_is_not_gone_unless_a_reader_says_so() -> None:
    assert graded(*scan(-3, 10.0), *scan(28, 1.4)) == ("CMR", "PMR")
    assert graded(*scan(-3, 10.0), *scan(28, 1.5)) == ("PMR", "PMR")


def test_a_lesion_that_was_not_measured_leaves_the_response_open() -> None:
    marks = [*scan(-3, 10.0, 9.0), *scan(28, 3.0)]
    grade = ENTRY.grade(Chart.of("patient", marks))
    assert (grade.low, grade.high) == ("PMR", "PMD")
    assert "SULpeak of lesion 2 on day 28" in grade.missing


def test_without_the_liver_a_response_is_open_to_both_sides() -> None:
    marks = [one for one in (*scan(-3, 10.0), *scan(28, 5.0)) if "liver" not in one.item]
    assert graded(*marks) == ("CMR", "NE")


PEAK = st.sampled_from([0.5, 1.4, 1.5, 2.0, 2.65, 3.0, 3.5, 5.0, 7.0, 9.0, 10.0, 13.0, 13.5])


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    marks: list[Mark] = []
    for day in (-3, 28, 56):
        peaks = [draw(st.one_of(PEAK, st.just("absent"))) for _ in range(2)]
        liver = draw(st.sampled_from([1.5, 1.5, 1.6, 2.0]))
        marks += scan(day, *peaks, liver=liver, burden=draw(st.sampled_from([50, 100, 180])))
    if draw(st.booleans()):
        marks = [one for one in marks if (one.item, one.day) != ("new lesion", 56)]
        marks.append(mark("new lesion", 56, True))
    return Chart.of("patient", marks)


@given(chart=charts(), data=st.data())
def test_what_is_taken_away_leaves_bounds_that_hold_the_full_response(
    chart: Chart, data: st.DataObject
) -> None:
    kept = [
        one for one in chart.marks
        if one.item == "lesion role" or data.draw(st.integers(0, 4))
    ]  # fmt: skip
    whole, part = ENTRY.grade(chart), ENTRY.grade(Chart.of("patient", kept))
    if [day.day for day in whole.series] == [day.day for day in part.series]:
        assert inside(part, whole), (part, whole)


@given(chart=charts(), more=st.floats(0.1, 9))
def test_a_hotter_lesion_never_gives_a_better_response(chart: Chart, more: float) -> None:
    hotter = [
        mark(one.item, one.day, sul(one.value.value + more), one.site)
        if one.item == "lesion SULpeak" and one.day == 56 and isinstance(one.value, Quantity)
        else one
        for one in chart.marks
    ]
    before, after = (percist_visits(found)[-1] for found in (chart, Chart.of("p", hotter)))
    assert LEVELS.index(after.low) >= LEVELS.index(before.low)
