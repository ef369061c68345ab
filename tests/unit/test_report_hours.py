"""A time of day is drawn, listed and sorted where it is known."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

import pytest

from reinfuse.cli.commands import show
from reinfuse.exchange.course_file import read_course_text
from reinfuse.record import Course, Purpose
from reinfuse.report.charts import CYTOKINES, Chart, draw_series
from reinfuse.report.charts.series import treatments
from reinfuse.report.timeline import draw_timeline

COURSE = """
title: an invented course
kind: invented example
products:
  - {id: cells, origin: autologous, target: [CD19]}
infusions:
  - {id: cart, when: 2024-03-12 11:00, product: cells}
observations:
  - {id: night, when: cart day 5 00:00, analyte: IL-6, value: 900 pg/mL}
  - {id: morning, when: cart day 5 07:00, analyte: IL-6, value: 1000 pg/mL}
  - {id: crp, when: cart day 5, analyte: CRP, value: 120 mg/L}
regimens:
  - id: second
    when: cart day 5 20:30
    purpose: CRS treatment
    drugs: [{name: tocilizumab, dose: 8 mg/kg}]
  - {id: some, when: cart day 5, purpose: CRS treatment, drugs: [{name: dexamethasone}]}
"""


@pytest.fixture(scope="module")
def course() -> Course:
    reading = read_course_text(COURSE, "course.yaml")
    assert reading.course is not None, reading.problems
    return reading.course


def drawn(course: Course) -> Chart:
    chart = draw_series(course, course.infusions[0], CYTOKINES)
    assert isinstance(chart, Chart)
    return chart


def test_a_treatment_stands_at_its_time_of_day(course: Course) -> None:
    purposes = (Purpose.CRS_TREATMENT,)
    given = treatments(course, course.infusions[0], purposes, first=-7, last=42)
    assert [(one.words, one.moment) for one in given] == [
        ("dexamethasone", 5.0),
        ("tocilizumab 8 mg/kg", 5 + 20.5 / 24),
    ]


def test_the_table_of_a_chart_says_the_time_of_day(course: Course) -> None:
    rows = drawn(course).table.rows
    assert ("IL-6", "day 5, 00:00", "900", "pg/mL") in rows
    assert ("given", "day 5, 20:30", "tocilizumab 8 mg/kg", "") in rows
    assert ("given", "day 5", "dexamethasone", "") in rows


def test_a_treatment_without_a_time_of_day_is_explained(course: Course) -> None:
    assert any("where no time of day is recorded" in note for note in drawn(course).notes)


def test_the_line_of_the_infusion_stands_at_its_time_of_day(course: Course) -> None:
    at_eleven = drawn(course).svg
    midnight = read_course_text(COURSE.replace(" 11:00", " 00:00"), "course.yaml").course
    assert midnight is not None
    assert drawn(midnight).svg != at_eleven


def test_an_analyte_is_drawn_by_whatever_name_it_was_written_and_in_its_unit(
    course: Course,
) -> None:
    assert ("C-reactive protein", "day 5", "120", "mg/L") in drawn(course).table.rows


def test_the_table_of_events_says_and_sorts_by_the_time_of_day(course: Course) -> None:
    table = draw_timeline(course).table_html
    assert table.count("day 5, 20:30") == 1
    assert table.count("17 Mar 2024, 20:30") == 1
    ids = re.findall(r'id="event-([^"]+)"', table)
    timed = [one for one in ids if one in ("night", "morning", "second")]
    assert timed == ["night", "morning", "second"]


def test_the_list_of_a_course_says_and_sorts_by_the_time_of_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "course.yaml"
    path.write_text(COURSE, encoding="utf-8")
    show.run(Namespace(course=path, day0=None, json=False))
    lines = [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()]
    assert lines[2:] == [
        "day 0 11:00", "day 5", "day 5", "day 5 00:00", "day 5 07:00", "day 5 20:30",
    ]  # fmt: skip
