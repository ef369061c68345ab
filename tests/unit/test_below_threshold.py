"""A look below threshold: neither gone nor present, wherever the record of it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from reinfuse.cli.parser import run
from reinfuse.exchange.course_file import read_course_text, write_course_text
from reinfuse.grading import Grade, grade_course
from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.chart.of_course import charts_of_course
from reinfuse.grading.endpoints.remission import remissions
from reinfuse.record import Change, Course
from reinfuse.record.words import in_words
from reinfuse.report.charts import Chart, LesionLook, LesionRow, draw_lesions
from reinfuse.report.page.figures import lesions_chart
from reinfuse.report.page.matrix import burden_matrix
from reinfuse.report.timeline import draw_timeline
from reinfuse.synopsis import SiteState, burden_by_site, lesion_series
from reinfuse.synopsis.burden import last_cells
from tests.unit.mechanistic_courses import only, shown, with_looks, written

BEFORE = "id: before, when: infusion-1 day -6, modality: PET/CT, axes: 3 x 2 x 2 cm"
BELOW = (
    "id: below, when: infusion-1 day 90, modality: PET/CT, change: below threshold,"
    ' suv_max: "1.2 {SUV}"'
)
MARROW = """
    id: mrd, when: infusion-1 day 90, analyte: MRD, site: bone marrow, result: negative
    id: anc, when: infusion-1 day 90, analyte: neutrophils, value: 2000 /uL
    id: plt, when: infusion-1 day 90, analyte: platelets, value: 150 G/L
"""
REMISSION = "id: said, when: infusion-1 day 90, topic: response, value: CR, site: bone marrow"


def course(*looks: str) -> Course:
    """The marrow is in remission with good counts; the lesion decides."""
    return with_looks(*(looks or (BEFORE, BELOW)), observations=MARROW, assessments=REMISSION)


def then(ident: str, day: int, change: str) -> str:
    return f"id: {ident}, when: infusion-1 day {day}, modality: PET/CT, change: {change}"


def graded(told: Course, topic: str) -> Grade:
    return next(one for one in grade_course(told) if one.topic == topic)


def test_a_file_with_the_word_comes_back_as_it_was() -> None:
    written_out = write_course_text(course())
    again = read_course_text(written_out, "course.yaml").course
    assert again == course()
    assert again is not None
    assert again.lesions[0].looks[1].change is Change.BELOW
    assert in_words(again, again.lesions[0].looks[1]) == (
        "left kidney: PET/CT, below threshold, SUVmax 1.2"
    )


def test_a_lesion_is_anything_from_complete_to_progression_and_a_size_settles_it() -> None:
    grade = graded(course(), "extramedullary response")
    assert (grade.low, grade.high, grade.reported) == ("complete", "progression", None)
    assert grade.because[0].text == "below threshold, SUVmax 1.2: neither gone nor measured"
    assert "size on CT or MRI" in grade.missing[0]
    sized = BELOW + ", axes: 1 x 1 x 1 cm"
    grade = graded(course(BEFORE, sized), "extramedullary response")
    assert (grade.low, grade.high) == ("partial", "partial")


@pytest.mark.parametrize("topic", ["extramedullary response, all lesions", "overall response"])
def test_no_response_becomes_complete_by_it(topic: str) -> None:
    grade = graded(course(), topic)
    assert grade.low == grade.criterion.levels[0]
    assert grade.high == grade.criterion.levels[-1]
    assert any(one.startswith("lesion-1: its size on CT or MRI") for one in grade.missing)
    gone = graded(course(BEFORE, then("gone", 90, "resolved")), topic)
    assert gone.low == gone.high == gone.criterion.levels[0]


@pytest.mark.parametrize(
    ("looks", "reached"),
    [
        ((BEFORE, then("a", 80, "below threshold")), []),
        ((BEFORE, then("a", 80, "below threshold"), then("b", 120, "below threshold")), []),
        ((BEFORE, then("a", 80, "below threshold"), then("b", 120, "resolved")), ["b"]),
        ((BEFORE, then("a", 60, "resolved"), then("b", 80, "below threshold")), ["said"]),
        ((then("a", 80, "below threshold"),), []),
    ],
)
def test_a_remission_takes_what_was_said_before_it(
    looks: tuple[str, ...], reached: list[str]
) -> None:
    assert [one.id for one in remissions(course(*looks))] == reached


def test_a_chart_has_its_suvmax_and_no_status() -> None:
    (chart,) = charts_of_course(course())
    marks = {mark.item: mark.value for mark in chart.marks if mark.ref == "below"}
    assert list(marks) == ["lesion SUVmax"]
    by_uptake = criterion_named("Lugano-2014 PET").grade(chart)
    assert (by_uptake.low, by_uptake.high) == ("CMR", "PMD")
    assert not criterion_named("RECIST-1.1").grade(chart).evaluable


def test_a_site_is_below_threshold_and_neither_positive_nor_resolved() -> None:
    burden = burden_by_site(course())
    cell = next(one for one in burden.cells if "below" in one.entries)
    assert (cell.state, cell.text) == (SiteState.BELOW, "below threshold, SUVmax 1.2")
    assert last_cells(burden, range(len(burden.times)))[cell.site] == cell


@pytest.mark.parametrize(
    ("other", "state"),
    [
        ("reduced", SiteState.REDUCED),
        ("stable", SiteState.POSITIVE),
        ("below threshold", SiteState.BELOW),
        ("resolved", SiteState.BELOW),
        ("", SiteState.NOT_ASSESSED),
    ],
)
def test_beside_another_lesion_of_the_site_it_stands_between_smaller_and_gone(
    other: str, state: SiteState
) -> None:
    looks = [BEFORE.replace("before", "before-2")]
    looks += [then("other", 90, other)] if other else []
    rows = [
        f"id: lesion-{number}, site: left kidney, looks: [{', '.join(f'{{{one}}}' for one in of)}]"
        for number, of in enumerate(((BEFORE, BELOW), looks), 1)
    ]
    burden = burden_by_site(written(lesions="\n".join(rows)))
    assert burden.cells[-1].state is state


def test_what_was_removed_does_not_come_back_by_it() -> None:
    liver = "id: lesion-2, site: liver, looks: [{id: liver, when: infusion-1 day 120}]"
    looks = ", ".join(f"{{{one}}}" for one in (BEFORE, then("cut", 10, "removed"), BELOW))
    burden = burden_by_site(
        written(lesions=f"id: lesion-1, site: left kidney, looks: [{looks}]\n{liver}")
    )
    kidney = [one.state for one in burden.cells if "kidney" in one.site]
    assert kidney[1:] == [SiteState.REMOVED, SiteState.BELOW, SiteState.REMOVED]


def test_the_matrix_and_the_timeline_have_a_mark_of_their_own() -> None:
    matrix = burden_matrix(course()).html()
    assert "▽</span> below threshold" in matrix
    assert "neither gone nor measured" in matrix
    assert "neither gone" not in burden_matrix(course(BEFORE)).html()
    drawn = draw_timeline(course())
    assert "Below threshold, SUVmax 1.2" in drawn.html
    assert "Below threshold, SUVmax 1.2 (PET/CT)" in drawn.table_html
    line_and_triangle = "M-6,-5.6H6M0,6L4.6,-2H-4.6Z"
    assert drawn.html.count(line_and_triangle) == 2  # the mark and the key
    assert draw_timeline(course(BEFORE)).html.count(line_and_triangle) == 1


def test_a_lesion_is_drawn_hollow_with_its_key_and_without_a_size() -> None:
    (series,) = lesion_series(course())
    assert (series.looks[-1].change, series.looks[-1].volume_ml) == (Change.BELOW, None)
    chart = lesions_chart(course())
    assert isinstance(chart, Chart)
    assert chart.table.rows[-1][-2:] == ("not measured", "below threshold")
    assert any(note.startswith("A hollow triangle is below the threshold") for note in chart.notes)
    marks = []
    for change in ("reduced", "below threshold"):
        row = LesionRow(site="liver", looks=(LesionLook(days=(9, 9), change=change),))
        one = draw_lesions((row,), anchor="infusion 1", size="volume", unit="mL")
        assert isinstance(one, Chart)
        marks.append(one.svg.replace(change, "word"))
    assert marks[0] != marks[1]


def test_no_term_of_the_mechanism_says_seen_or_gone() -> None:
    window = only(with_looks(BEFORE, BELOW))
    assert shown(window) == ["day -6 | lesion 1 | 6.283 | before"]
    assert (
        "below: below threshold: neither seen nor gone, so no term of the fit says either"
        in window.left_out
    )


@pytest.mark.parametrize(("state", "lesions"), [("new", 1), ("resolved", 0), ("removed", 0)])
def test_before_an_infusion_a_lesion_stays_what_it_was(state: str, lesions: int) -> None:
    looks = (then("first", -40, state), then("below", -5, "below threshold"))
    assert len(only(with_looks(*looks)).lesions) == lesions


def test_what_was_only_ever_below_threshold_is_no_lesion_of_the_mechanism() -> None:
    window = only(with_looks(BELOW))
    assert (window.lesions, window.observed) == ((), ())
    assert any(one.startswith("below: below threshold") for one in window.left_out)


def test_a_size_beside_the_word_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    place = tmp_path / "course.yaml"
    for look, told in ((BELOW, False), (BELOW + ", axes: 1 x 1 x 1 cm", True)):
        place.write_text(write_course_text(course(BEFORE, look)), encoding="utf-8")
        run(["check", str(place)])
        out = capsys.readouterr().out
        assert ("lesion-word-against-size" in out) is told
        assert ("is called below threshold by below" in out) is told
