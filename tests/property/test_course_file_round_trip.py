"""Writing a course and reading it gives the same course, whatever is in it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from reinfuse.exchange.course_file import read_course, write_course
from reinfuse.exchange.course_file.schema import schema_of_courses
from reinfuse.record import Course, clock_of
from tests.property.courses import courses

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.yaml"))
SCHEMA = Draft202012Validator(schema_of_courses())


@given(courses())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_course_comes_back_as_it_was(course: Course) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.yaml"
        write_course(course, path)
        first = {file.name: file.read_bytes() for file in Path(folder).iterdir()}
        reading = read_course(path)
        assert reading.problems == ()
        assert reading.course == course
        write_course(reading.course, path)
        assert {file.name: file.read_bytes() for file in Path(folder).iterdir()} == first


@given(courses())
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_what_we_write_fits_the_schema_and_the_clock(course: Course) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.yaml"
        write_course(course, path)
        loaded = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        tree = json.loads(json.dumps(loaded, default=str))  # editors take a date for text
        assert [error.message for error in SCHEMA.iter_errors(tree)] == []
    clock = clock_of(course)
    for entry in course.entries():
        clock.dates(entry.id)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_comes_back_as_it_was(path: Path, tmp_path: Path) -> None:
    course = read_course(path).course
    assert course is not None
    write_course(course, tmp_path / "c.yaml")
    assert read_course(tmp_path / "c.yaml").course == course
