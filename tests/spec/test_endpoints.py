"""Time-to-event endpoints: what each makes of a few marks of a chart, or of a small course.

`endpoints.txt` is a drawn table. A mark is `day item` or `day item: value`; `-` before an item
says that it was looked for and absent.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import read_course, read_course_text
from reinfuse.grading.endpoints import (
    DEFINITIONS,
    Status,
    definition_named,
    endpoint_in_chart,
    endpoint_in_course,
    endpoints_of_course,
)
from reinfuse.quantity import Quantity
from reinfuse.record import Course
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.vocabulary import item_named
from reinfuse.source import Standing

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
LINES = (HERE / "endpoints.txt").read_text(encoding="utf-8").splitlines()[1:]
ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in LINES if line.strip()]
SHORT = {"CR": "complete remission"}


def chart_of(text: str) -> Chart:
    return Chart.of("patient", [mark_of(part) for part in text.split(";") if part.strip()])


def mark_of(text: str) -> Mark:
    found = re.fullmatch(r"\s*(-?\d+) (-?)([^:]+?)(?:: (.+?))?\s*", text)
    assert found is not None, text
    day, absent, name, value = found.groups()
    item = item_named(SHORT.get(name, name))
    assert item is not None, name
    if value is None:
        return Mark(item=item.name, day=int(day), value=not absent)
    return Mark(item=item.name, day=int(day), value=value if item.words else Quantity.parse(value))


@pytest.mark.parametrize(("name", "marks", "expected"), ROWS, ids=lambda cell: cell[:60])
def test_an_endpoint_of_a_chart(name: str, marks: str, expected: str) -> None:
    assert endpoint_in_chart(chart_of(marks), definition_named(name)).shown() == expected


def test_every_definition_is_in_the_table() -> None:
    assert {row[0] for row in ROWS} == {definition.name for definition in DEFINITIONS}


def test_what_would_settle_it_is_named() -> None:
    unknown = endpoint_in_chart(chart_of("28 CR; 128 death"), definition_named("DOR-ELIANA"))
    assert unknown.missing == ("cause of death",)
    never = endpoint_in_chart(chart_of("0 transplant; 80 death"), definition_named("aGVHD"))
    assert "acute GVHD: never looked for" in never.missing


def test_only_a_known_day_is_as_published() -> None:
    overall = definition_named("OS")
    assert endpoint_in_chart(chart_of("0 infusion; 9 death"), overall).as_published == 9
    between = endpoint_in_chart(chart_of("30 alive; 90 -alive"), overall)
    assert (between.as_published, between.status) == (None, Status.EVENT)
    assert between.missing == ("days from day 0 to death",)


def test_any_infusion_or_transplant_can_be_the_start() -> None:
    chart = chart_of("0 infusion; 60 infusion; 100 transplant; 300 death")
    days = {
        start: endpoint_in_chart(chart, definition_named("OS"), start=start).as_published
        for start in ("day 0", "infusion", "infusion 2", "transplant")
    }
    assert days == {"day 0": 300, "infusion": 300, "infusion 2": 240, "transplant": 200}


def test_a_start_that_the_chart_does_not_hold_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="holds no 'infusion 3'"):
        endpoint_in_chart(chart_of("0 infusion"), definition_named("OS"), start="infusion 3")


def test_an_endpoint_that_nobody_knows_is_told_what_is_near() -> None:
    with pytest.raises(ReinfuseError, match="no endpoint is called 'EFS'") as caught:
        definition_named("EFS")
    assert caught.value.fix == "did you mean EFS-ELN-2022, EFS-ELIANA, stringent-EFS?"


def test_the_landmark_is_the_users_to_choose() -> None:
    chart = chart_of("40 CR; 200 relapse")
    later = definition_named("EFS-ELN-2022").with_landmark(60)
    assert later.name == "EFS-ELN-2022 (day 60)"
    assert endpoint_in_chart(chart, later).shown() == "event (relapse), day 200"


def test_who_is_in_remission_at_the_transplant_can_be_counted_from_it() -> None:
    chart = chart_of("0 transplant; 100 relapse")
    cumulative = definition_named("CIR-ELN-2022").from_day_0()
    assert endpoint_in_chart(chart, cumulative).shown() == "event (relapse), day 100"


def test_what_was_recalled_says_so() -> None:
    standing = {one.name: one.source.standing for one in DEFINITIONS}
    assert standing["OS"] is standing["CIR-ELN-2022"] is Standing.PAPER
    assert standing["GRFS-2015"] is standing["DOR-ELIANA"] is Standing.RECALLED


# ---------------------------------------------------------------------------------- courses

FRAME = """title: one endpoint
kind: invented example
products:
  - {id: product-1, origin: autologous}
infusions:
  - {id: infusion-1, when: 2024-05-01, product: product-1}
"""
COURSES = {
    "a death known to the month stays an interval": (
        "OS", "event (death), day 31 to 60",
        "follow_up: [{id: death, when: 2024-06, status: dead, cause: sepsis}]",
    ),
    "a death in a month in which the patient was last seen alive is not before that": (
        "OS", "event (death), day 40 to 60",
        "follow_up: [{id: seen, when: infusion-1 day 40, status: alive},"
        " {id: death, when: 2024-06, status: dead}]",
    ),
    "a relapse is dated by the sample it is told with": (
        "RFS-ELN-2022", "event (relapse), day 72",
        "observations: [{id: marrow, when: infusion-1 day 100, analyte: blasts,"
        " site: bone marrow, value: 40 %}]\n"
        "assessments: [{id: response, when: infusion-1 day 28, topic: response, value: CRi,"
        " site: bone marrow}, {id: relapse, when: with marrow, topic: relapse, value: relapse}]",
    ),
    "two dates that overlap are in order where the record says so": (
        "CIR-ELN-2022", "event (relapse), day 3 to 32",
        "assessments: [{id: response, when: infusion-1 day 28, topic: response, value: CR},"
        " {id: relapse, when: 2024-06, topic: relapse, value: relapse, site: bone marrow}]\n"
        "follow_up: [{id: death, when: '2024-06, after relapse', status: dead}]",
    ),
    "two dates that overlap without an order leave it open": (
        "CIR-ELN-2022", "not evaluable, day 3 to 32",
        "assessments: [{id: response, when: infusion-1 day 28, topic: response, value: CR},"
        " {id: relapse, when: 2024-06, topic: relapse, value: relapse}]\n"
        "follow_up: [{id: death, when: 2024-06, status: dead}]",
    ),
    "a lesion that is still there is no complete remission": (
        "RFS-ELN-2022", "not evaluable, day not known",
        "lesions: [{id: mass, site: mediastinum, looks: ["
        "{id: before, when: infusion-1 day -5, change: new},"
        " {id: after, when: infusion-1 day 28, change: reduced}]}]\n"
        "assessments: [{id: response, when: infusion-1 day 28, topic: response, value: CR,"
        " site: bone marrow}]",
    ),
    "remission is reached when the last lesion is gone": (
        "RFS-ELN-2022", "censored, day 110",
        "lesions: [{id: mass, site: mediastinum, looks: ["
        "{id: before, when: infusion-1 day -5, change: new},"
        " {id: after, when: infusion-1 day 90, change: resolved}]}]\n"
        "assessments: [{id: response, when: infusion-1 day 28, topic: response, value: CR,"
        " site: bone marrow}]\n"
        "follow_up: [{id: seen, when: infusion-1 day 200, status: alive,"
        " disease: no evidence of disease}]",
    ),
    "a death put down to progression is one of leukemia": (
        "DOR-ELIANA", "event (death), day 72",
        "assessments: [{id: response, when: infusion-1 day 28, topic: response, value: CR}]\n"
        "follow_up: [{id: death, when: infusion-1 day 100, status: dead, cause: progression}]",
    ),
    "a T-cell lymphoma at follow-up is a T-cell malignancy": (
        "T-cell-malignancy", "event (T-cell malignancy), day 400",
        "follow_up: [{id: seen, when: infusion-1 day 400, status: alive,"
        " second_malignancy: T-cell lymphoma}]",
    ),
    "another second malignancy is none of T cells": (
        "T-cell-malignancy", "censored, day 400",
        "follow_up: [{id: seen, when: infusion-1 day 400, status: alive,"
        " second_malignancy: myelodysplastic neoplasm}]",
    ),
    "chemotherapy after remission is new therapy": (
        "DOR-ELIANA", "censored (new therapy), day 32",
        "assessments: [{id: response, when: infusion-1 day 28, topic: response, value: CR}]\n"
        "regimens: [{id: more, when: infusion-1 day 60, purpose: chemotherapy}]",
    ),
}  # fmt: skip


def course_of(text: str) -> Course:
    reading = read_course_text(FRAME + text, "course.yaml")
    assert reading.course is not None, reading.problems
    return reading.course


@pytest.mark.parametrize(("name", "expected", "text"), COURSES.values(), ids=COURSES.keys())
def test_an_endpoint_of_a_course(name: str, expected: str, text: str) -> None:
    assert endpoint_in_course(course_of(text), definition_named(name)).shown() == expected


FOUNDING = {
    ("OS", "infusion-1"): "censored, day 461 to 537",
    ("OS", "hsct"): "censored, day 371 to 398",
    ("OS", "infusion-2"): "censored, day 151 to 158",
    ("EFS-ELN-2022", "infusion-2"): "event (no remission by day 35), day 1",
    ("DOR-ELIANA", "infusion-1"): "censored (transplant), day 33 to 136",
    ("neutrophil-engraftment", "hsct"): "event (neutrophil engraftment), day 18",
    ("aGVHD", "hsct"): "competing (relapse), day 32 to 197",
    ("NRM", "hsct"): "competing (relapse), day 32 to 197",
}


@pytest.mark.parametrize(("name", "start"), FOUNDING)
def test_the_founding_case(name: str, start: str) -> None:
    course = read_course(EXAMPLES / "founding-case.yaml").course
    assert course is not None
    found = endpoint_in_course(course, definition_named(name), start=start)
    assert found.shown() == FOUNDING[name, start]


@pytest.mark.parametrize("name", ["founding-case", "invented-child", "invented-adult"])
def test_every_endpoint_of_every_example_is_told(name: str) -> None:
    course = read_course(EXAMPLES / f"{name}.yaml").course
    assert course is not None
    for start in (None, *(anchor.id for anchor in course.anchors())):
        for found in endpoints_of_course(course, start=start):
            assert found.missing or found.as_published is not None
            assert found.status is not Status.NOT_EVALUABLE or found.missing


def test_a_course_without_such_a_start_says_which_it_has() -> None:
    with pytest.raises(ReinfuseError, match="no infusion or transplant 'hsct'") as caught:
        endpoint_in_course(course_of(""), definition_named("OS"), start="hsct")
    assert caught.value.fix == "it has infusion-1"
