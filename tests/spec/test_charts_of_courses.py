"""What a course holds on certain days, as a chart: the same patient, graded by the same tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from reinfuse.exchange.course_file import read_course, read_course_text
from reinfuse.grading import Grade, grade_course
from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.chart.of_course import charts_of_course
from reinfuse.grading.crs_signs import DEVICE_GRADE
from reinfuse.record import Course

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("founding-case", "invented-adult", "invented-child")


def course_of(name: str) -> Course:
    course = read_course(EXAMPLES / f"{name}.yaml").course
    assert course is not None
    return course


@pytest.mark.parametrize("criterion", ["ASTCT-CRS-2019", "ASTCT-ICANS-2019"])
@pytest.mark.parametrize("name", NAMES)
def test_the_chart_and_the_course_can_both_be_right(name: str, criterion: str) -> None:
    course = course_of(name)
    of_course: dict[str, Grade] = {
        one.subject: one for one in grade_course(course) if one.criterion.name == criterion
    }
    for chart in charts_of_course(course):
        grade = criterion_named(criterion).grade(chart)
        other = of_course.get(chart.subject)
        if other is None or not grade.evaluable:
            continue
        assert isinstance(grade.low, int)
        assert isinstance(grade.high, int)
        assert grade.low <= int(other.high or 0), (grade, other)
        assert int(other.low or 0) <= grade.high, (grade, other)


def test_a_daily_count_of_a_course_gives_its_icaht() -> None:
    first = charts_of_course(course_of("invented-adult"))[0]
    grade = criterion_named("ICAHT-2023 early").grade(first)
    assert (grade.low, grade.high, grade.as_published) == (2, 2, 2)


TEXT = """title: Devices
kind: invented example
products:
  - {{id: cells, origin: autologous}}
infusions:
  - {{id: one, when: 2024-01-01, product: cells}}
observations:
  - {{id: o2, when: one + 2 days, analyte: oxygen flow, value: 8 L/min, device: {device}}}
"""


@pytest.mark.parametrize("device", DEVICE_GRADE)
def test_every_device_that_a_course_may_name_reaches_the_chart(device: str) -> None:
    course = read_course_text(TEXT.format(device=device), "c.yaml").course
    assert course is not None
    (chart,) = charts_of_course(course)
    (mark,) = chart.of_item("oxygen device")
    plain = {"room air": "none", "ventilator": "mechanical ventilation"}.get(device, device)
    assert str(mark.value).casefold().startswith(plain.split("-")[0].split()[0].casefold())
    assert ("high" in device) is ("high" in str(mark.value))
