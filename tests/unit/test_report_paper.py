"""What is long is on the page and not on paper; what has no order is not given one."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.exchange.course_file import read_course_text
from reinfuse.record import Course
from reinfuse.report.charts import Chart, LesionLook, LesionRow, draw_lesions
from reinfuse.report.charts.lesion_rows import Days, lesion_frame, mark_places, told_as_one
from reinfuse.report.charts.palette import text_width
from reinfuse.report.charts.values import MOST_PRINTED, Table
from reinfuse.report.page.matrix import burden_matrix
from reinfuse.report.timeline import draw_timeline
from reinfuse.report.timeline.told import row_names, tell_course

OPEN = (-180.0, float("inf"))
REMOVED = LesionLook(days=OPEN, change="removed")
FOUND = LesionLook(days=OPEN, change="new", seen_by="histology")
COURSE = """
title: an invented course
kind: invented example
products: [{id: cells, origin: autologous, target: [CD19]}]
infusions: [{id: cart, when: 2024-03-12, product: cells}]
observations:
  - {id: marrow, when: cart day 28, analyte: blasts, site: bone marrow, value: 1 %}
lesions:
  - id: mass
    site: liver
    looks: [{id: seen, when: cart day 29, change: reduced}]
"""


def read() -> Course:
    reading = read_course_text(COURSE, "course.yaml")
    assert reading.course is not None, reading.problems
    return reading.course


def chart(*looks: LesionLook, site: str = "left eye") -> Chart:
    row = LesionRow(site=site, looks=looks)
    drawn = draw_lesions((row,), anchor="infusion", size="volume", unit="mL")
    assert isinstance(drawn, Chart)
    return drawn


def test_looks_of_one_unknown_range_stand_at_one_place_with_all_their_words() -> None:
    days = Days(-200.0, 120.0, ())
    first, second = mark_places((REMOVED, FOUND), days, 600.0)
    assert first == second
    assert told_as_one((REMOVED, FOUND)) == ["removed, new (histology)", ""]
    drawn = chart(REMOVED, FOUND)
    assert ">removed, new (histology)<" in drawn.svg
    assert any("how far apart they lie is not known" in note for note in drawn.notes)


def test_looks_on_known_days_keep_a_place_each() -> None:
    looks = (replace(REMOVED, days=(3.0, 3.0)), replace(FOUND, days=(9.0, 9.0)))
    assert told_as_one(looks) == ["removed", "new"]
    first, second = mark_places(looks, Days(0.0, 20.0, ()), 600.0)
    assert first < second


def test_a_long_site_gets_the_room_that_its_longest_word_needs() -> None:
    days = Days(0.0, 20.0, ())
    short = lesion_frame((LesionRow(site="liver", looks=(REMOVED,)),), days)
    long = lesion_frame((LesionRow(site="right paravertebral mass", looks=(REMOVED,)),), days)
    assert long.left > short.left
    assert long.left > text_width("paravertebral") + text_width("38.2 mL", 11)


def test_a_long_table_is_left_out_of_the_print_and_stays_on_the_page() -> None:
    some = chart(REMOVED)
    many = replace(some, table=Table(("Day",), (("1",),) * (MOST_PRINTED + 1)))
    assert "chart-dense" not in some.html()
    assert '<details class="chart-dense">' in many.html()
    assert many.html().count("<tr>") == MOST_PRINTED + 2


def test_rows_of_a_table_beside_the_course_are_left_out_of_the_print() -> None:
    course = read()
    rows = (replace(course.observations[0], id="row", table="blood.csv"),)
    table = draw_timeline(replace(course, observations=(*course.observations, *rows))).table_html
    assert '<tr id="event-row" class="tl-from-table">' in table
    assert table.count("tl-from-table") == 1


def test_a_cell_says_its_own_day_where_its_row_spans_several() -> None:
    ((name, cells),) = burden_matrix(read()).rows
    assert name == "infusion day 28 to 29"
    assert [cell.words for cell in cells] == [
        "1 % blasts (infusion day 28)",
        "reduced (infusion day 29)",
    ]


def test_a_biopsy_of_a_lesion_stands_in_the_row_of_its_lesion() -> None:
    text = COURSE + (
        "pathology: [{id: proof, when: with core, site: left lobe, leukemia: yes, lesion: mass}]\n"
        "procedures: [{id: core, when: cart day 30, what: biopsy, site: left lobe}]\n"
    )
    course = read_course_text(text, "course.yaml").course
    assert course is not None
    assert row_names(course) == {"mass": "liver"}
    rows = {one.entry.id: one.row for one in tell_course(course)}
    assert rows["core"] == rows["proof"] == rows["seen"]
