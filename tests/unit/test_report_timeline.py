"""The picture of a course: every event there, reachable, readable, and twinned by a table."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from reinfuse.exchange.course_file import read_course, read_course_text
from reinfuse.record import Course, Observation
from reinfuse.report.timeline import TimelineView, draw_timeline
from reinfuse.report.timeline.marks import gather_marks
from reinfuse.report.timeline.rows import stack_marks
from reinfuse.timeline import read_when

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
VOID = {"meta", "br", "hr", "img", "input", "link"}
HEAD = 'title: "An <b>invented</b> & \\"quoted\\" course"\nkind: invented example\n'
CELLS = """
products:
  - {id: p, origin: autologous, target: [CD19]}
  - {id: q, origin: donor-derived, target: [CD22]}
infusions:
  - {id: i1, when: 2023-01-10, product: p, dose: 1e6 cells/kg}
  - {id: i2, when: 2023-11, product: q}
transplants:
  - {id: t, when: i1 + 3 months, kind: allogeneic}
"""
EVENTS = """
regimens:
  - {id: r1, when: i1 day -5 to -3, purpose: lymphodepletion}
  - {id: r2, when: from after i2, purpose: other, drugs: [{name: "<script>x</script>"}]}
signs:
  - {id: s1, when: i1 day 1 to i1 day 5..8, what: fever}
  - {id: s2, when: not stated, what: rash}
observations:
  - {id: o1, when: i1 day 28, analyte: MRD, site: bone marrow, result: negative}
  - {id: o2, when: i1 day 3, analyte: IL-6, site: blood, result: increased}
  - {id: o3, when: i1 day 3, analyte: IL-10, site: blood, result: increased}
lesions:
  - id: l1
    site: mediastinum
    looks:
      - {id: k1, when: i1 day -6, modality: PET/CT, change: new}
      - {id: k2, when: i1 day 28, modality: PET/CT, change: resolved}
follow_up:
  - {id: f, when: 2024-12-03, status: alive}
"""
CASES = {
    "nothing": HEAD,
    "cells": HEAD + CELLS,
    "events": HEAD + CELLS + EVENTS,
    "no anchors": HEAD + "follow_up: [{id: f, when: 2024-12-03, status: dead, cause: sepsis}]",
    "no times": HEAD + "follow_up: [{id: f, status: alive}]",
    "order only": HEAD
    + "regimens: [{id: a, purpose: other}, {id: b, purpose: other, when: after a}]",
    "no dates": HEAD
    + "products: [{id: p, origin: autologous}]\n"
    + "infusions: [{id: i, product: p}]\nfollow_up: [{id: f, when: i + 10 years, status: alive}]",
}


class Outline(HTMLParser):
    """Tags with their attributes, and whether every one of them is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def of(self, name: str) -> Iterator[dict[str, str]]:
        yield from (attributes for tag, attributes in self.tags if tag == name)


def read(text: str) -> Course:
    reading = read_course_text(text, "course.yaml")
    assert reading.course is not None, reading.problems
    return reading.course


def view(name: str) -> TimelineView:
    return draw_timeline(read(CASES[name]))


@pytest.fixture(scope="module")
def founding() -> Course:
    reading = read_course(EXAMPLES / "founding-case.yaml")
    assert reading.course is not None
    return reading.course


@pytest.mark.parametrize("name", CASES)
def test_every_course_can_be_drawn_and_every_tag_is_closed(name: str) -> None:
    drawn = view(name)
    assert not Outline(drawn.html).open
    assert not Outline(drawn.table_html).open


@pytest.mark.parametrize("name", CASES)
def test_every_event_is_a_row_of_the_table_and_every_mark_leads_to_one(name: str) -> None:
    course, drawn = read(CASES[name]), view(name)
    rows = {row.get("id", "") for row in Outline(drawn.table_html).of("tr")}
    assert {f"event-{entry.id}" for entry in course.entries()} == rows - {""}
    links = {link["href"].removeprefix("#") for link in Outline(drawn.html).of("a")}
    assert links <= rows


def test_text_of_a_course_is_never_markup() -> None:
    drawn = view("events")
    assert "<b>" not in drawn.html
    assert "<script" not in drawn.html + drawn.table_html
    assert "&lt;script&gt;" in drawn.html


def test_nothing_is_fetched_from_anywhere() -> None:
    drawn = view("events")
    for text in (drawn.html, drawn.css, drawn.script):
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_every_anchor_has_a_button_and_the_last_infusion_is_day_0() -> None:
    outline = Outline(view("events").html)
    buttons = [(one["data-anchor"], one["aria-pressed"]) for one in outline.of("button")]
    assert buttons == [("i1", "false"), ("t", "false"), ("i2", "true")]
    rulers = [one for one in outline.of("g") if one.get("class") == "tl-days"]
    assert [(one["data-anchor"], one.get("display", "")) for one in rulers] == [
        ("i1", "none"),
        ("t", "none"),
        ("i2", ""),
    ]


def test_lanes_and_events_say_what_they_are() -> None:
    outline = Outline(view("events").html)
    lanes = [one["aria-label"] for one in outline.of("g") if one.get("class") == "tl-lane"]
    assert lanes == [
        "Cells, 3 events",
        "Treatment, 2 events",
        "Toxicity and signs, 1 event",
        "Marrow, 1 event",
        "Outside the marrow, 2 events",
        "Other measurements, 2 events",
        "Diagnosis, follow-up, 1 event",
    ]
    events = [one for one in outline.of("a") if one.get("class") == "tl-event"]
    assert all(one["aria-label"] for one in events)
    fever = next(one for one in events if "Fever" in one["data-what"])
    assert fever["data-days"].split("|")[0] == "day 1, until day 5 to 8"
    assert fever["data-dates"] == "11 Jan 2023, until 15 to 18 Jan 2023"


def test_events_at_one_place_share_a_mark_and_its_verdict() -> None:
    labels = [mark.label for mark in gather_marks(read(CASES["events"])).marks]
    assert "IL-6, IL-10 increased" in labels


def test_what_has_no_time_is_listed_and_not_drawn() -> None:
    marks = gather_marks(read(CASES["events"]))
    assert [one.entry.id for one in marks.untimed] == ["s2"]
    assert "Time not stated" in view("events").html


def test_only_a_known_day_is_drawn_as_known(founding: Course) -> None:
    for mark in gather_marks(founding).marks:
        assert mark.exact == (mark.reach[0] == mark.reach[1])
        assert mark.reach[0] <= mark.seat <= mark.reach[1]


def test_no_mark_or_label_covers_another(founding: Course) -> None:
    marks = [mark for mark in gather_marks(founding).marks if not mark.told[0].row]
    seated = stack_marks(marks, left=160.0, right=1100.0)
    assert len(seated) == len(marks)
    for level in {one.level for one in seated}:
        row = sorted((one.left, one.right) for one in seated if one.level == level)
        assert all(a[1] < b[0] for a, b in pairwise(row))


def test_no_text_is_smaller_than_eleven_pixels(founding: Course) -> None:
    sizes = [float(one["font-size"]) for one in Outline(draw_timeline(founding).html).of("text")]
    assert min(sizes) >= 11.0


def dense_course(rows: int) -> Course:
    course = read(CASES["events"])
    analytes = [f"analyte {number}" for number in range(14)]
    series = tuple(
        Observation(
            id=f"labs.{row}",
            when=read_when(f"i1 day {row * 7919 % 500 - 10}"),
            analyte=analytes[row % len(analytes)],
            site="blood",
            table="labs.csv",
        )
        for row in range(rows)
    )
    return replace(course, observations=(*course.observations, *series))


def test_long_series_become_a_strip_each_and_the_rest_share_one() -> None:
    marks = gather_marks(dense_course(280))
    names = [strip.name for _, strip in marks.strips]
    assert len(names) == 9
    assert names[-1] == "6 other series"
    assert sum(len(strip.told) for _, strip in marks.strips) == 280
    assert len(marks.marks) < 20


def test_two_thousand_measurements_are_drawn_soon() -> None:
    course = dense_course(2000)
    begin = time.perf_counter()
    drawn = draw_timeline(course)
    assert time.perf_counter() - begin < 20.0  # 0.1 s on our machine
    assert drawn.table_html.count("<tr id=") == len(tuple(course.entries()))
