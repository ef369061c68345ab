"""The invented courses: true to their generator, read whole, and what a clinician would expect."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from reinfuse.exchange.course_file import read_course
from reinfuse.record import Course, Kind, Observation, clock_of, days_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
INVENTED = ("invented-adult", "invented-child")
INFUSIONS = (
    ("invented-adult", "infusion-1", "ICE score"),
    ("invented-child", "infusion-1", "CAPD score"),
    ("invented-child", "infusion-2", "CAPD score"),
)
EVERY_DAY = ("temperature", "systolic blood pressure", "oxygen saturation", "oxygen flow")


@cache
def course_of(name: str) -> Course:
    course = read_course(EXAMPLES / f"{name}.yaml").course
    assert course is not None
    return course


def rows_of(course: Course, infusion: str, analyte: str) -> list[Observation]:
    anchored = {table.file for table in course.tables if table.anchor == infusion}
    return [row for row in course.observations if row.analyte == analyte and row.table in anchored]


def series(course: Course, infusion: str, analyte: str) -> dict[int, list[Observation]]:
    found: dict[int, list[Observation]] = {}
    for row in rows_of(course, infusion, analyte):
        found.setdefault(int(days_of(course, row, infusion).low), []).append(row)
    return found


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_reads_without_a_problem(path: Path) -> None:
    reading = read_course(path)
    assert reading.problems == ()
    assert reading.course is not None
    assert clock_of(reading.course).conflicts == ()


def made_by(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    sys.modules[name] = maker  # dataclasses look their module up
    spec.loader.exec_module(maker)
    return maker


def test_the_tables_are_those_of_the_generators() -> None:
    courses, cohort = made_by("make_invented"), made_by("make_cohort")
    population = made_by("make_population")
    made = {name: courses.table_text(name) for name in courses.TABLES}
    made[cohort.TABLE] = cohort.table_text()
    made[population.TABLE] = population.table_text()
    stale = [
        name for name, text in made.items() if (EXAMPLES / name).read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run the generators in examples/ (make_*.py)"
    assert {path.name for path in EXAMPLES.glob("*.csv")} == set(made)


@pytest.mark.parametrize("name", INVENTED)
def test_an_invented_course_says_so(name: str) -> None:
    course = course_of(name)
    assert course.kind is Kind.INVENTED
    assert course.title.startswith("Invented example")
    assert "no patient" in (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert course.patient.centre is None


@pytest.mark.parametrize(("name", "infusion", "score"), INFUSIONS)
def test_every_day_of_the_first_two_weeks_is_recorded(name: str, infusion: str, score: str) -> None:
    for analyte in (*EVERY_DAY, score):
        assert set(range(15)) <= set(series(course_of(name), infusion, analyte)), analyte


def test_the_adult_cells_rise_fall_and_are_gone() -> None:
    for analyte in ("CAR-T cells", "CAR transgene"):
        found = series(course_of("invented-adult"), "infusion-1", analyte)
        values = {day: rows[0].value for day, rows in found.items()}
        exact = {day: value.value for day, value in values.items() if value and value.exact}
        assert max(exact, key=lambda day: exact[day]) == 14
        assert values[180] is not None
        assert not values[180].exact


@pytest.mark.parametrize("name", INVENTED)
def test_white_cells_are_at_least_the_sum_of_their_kinds(name: str) -> None:
    course = course_of(name)
    blood = {"white blood cells", "neutrophils", "lymphocytes"}
    samples: dict[tuple[str | None, str], dict[str, float]] = {}
    for row in course.observations:
        if row.table and row.analyte in blood and row.value is not None:
            samples.setdefault((row.table, str(row.when)), {})[row.analyte] = row.value.value
    assert samples
    for sample in samples.values():
        parts = sample["neutrophils"] + sample["lymphocytes"]
        assert sample["white blood cells"] >= parts - 0.011  # each is rounded to 0.01


def test_fever_follows_the_infusion_and_hypotension_the_fever() -> None:
    course = course_of("invented-adult")
    fevers = [
        int(days_of(course, row, "infusion-1").low)
        for row in rows_of(course, "infusion-1", "temperature")
        if row.value is not None and row.value.value >= 38 and row.attributed_to is None
    ]
    low = [
        int(days_of(course, row, "infusion-1").low)
        for row in rows_of(course, "infusion-1", "systolic blood pressure")
        if row.value is not None and row.value.value < 90
    ]
    assert min(fevers) == 3
    assert max(fevers) <= 7
    assert set(low) == {5, 6}


def test_the_child_needs_no_oxygen_and_has_no_low_pressure() -> None:
    course = course_of("invented-child")
    for infusion in ("infusion-1", "infusion-2"):
        flows = rows_of(course, infusion, "oxygen flow")
        assert {row.device for row in flows} == {"room air"}
        pressures = rows_of(course, infusion, "systolic blood pressure")
        assert all(row.value is not None and row.value.value >= 90 for row in pressures)


def test_b_cells_stay_away_while_the_cells_are_there() -> None:
    course = course_of("invented-child")
    late = series(course, "infusion-1", "B cells")[214][0].value
    cells = series(course, "infusion-1", "CAR-T cells")[214][0].value
    assert late is not None
    assert cells is not None
    assert not late.exact
    assert cells.exact
