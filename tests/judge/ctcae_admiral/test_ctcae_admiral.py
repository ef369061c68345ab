"""The grades that the tests of pharmaverse/admiral expect of CTCAE 5.0 and 6.0."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from reinfuse.grading.blood import CRITERIA as ENTRIES
from reinfuse.grading.grade import Grade
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.vocabulary import items

EXPECTED = Path(__file__).with_name("expected.csv")
ROWS = list(csv.DictReader(EXPECTED.read_text(encoding="utf-8").splitlines()))
BY_NAME = {entry.criterion.name: entry for entry in ENTRIES}
CRITERIA = sorted({f"CTCAE-{row['version']} {row['term']}" for row in ROWS})
# What admiral takes for granted where the table asks for more than a number.
ASSUMED = (
    "anticoagulation",
    "symptoms of hyponatremia",
    "symptoms of hypokalemia",
    "consequences of hyperuricemia",
)
ROWS_CARRIED, ROWS_GRADED, ROWS_EXACT = 1367, 1049, 1042


def rows_of(criterion: str) -> Iterator[dict[str, str]]:
    return (row for row in ROWS if f"CTCAE-{row['version']} {row['term']}" == criterion)


def chart_of(row: dict[str, str], item: str) -> Chart:
    def amount(number: float) -> Quantity:
        return Quantity(number, row["unit"])

    marks = [Mark(item=name, day=0, value=True) for name in ASSUMED]
    for column, name in (
        ("value", item),
        ("lower_limit", f"{item} lower limit of normal"),
        ("upper_limit", f"{item} upper limit of normal"),
        ("baseline", f"{item} baseline"),
    ):
        if row[column]:
            marks.append(Mark(item=name, day=0, value=amount(float(row[column]))))
    if row["percent_change"] and row["value"]:
        before = float(row["value"]) / (1 + float(row["percent_change"]) / 100)
        value = amount(float(f"{before:.12g}"))
        marks.append(Mark(item=f"{item} baseline", day=0, value=value))
    if row["baseline_flag"] and row["term"] == "creatinine" and row["baseline"]:
        low = row["baseline_flag"] == "LOW"
        limit = float(row["baseline"]) * (1.01 if low else 0.5)
        marks.append(Mark(item=f"{item} lower limit of normal", day=0, value=amount(limit)))
    return Chart.of("admiral", marks)


def graded(row: dict[str, str]) -> Grade:
    entry = BY_NAME[f"CTCAE-{row['version']} {row['term']}"]
    (item,) = (name for name in entry.items if name not in ASSUMED and not items()[name].lasting)
    return entry.grade(chart_of(row, item))


def holds(grade: Grade, expected: int) -> bool:
    return isinstance(grade.low, int) and isinstance(grade.high, int) and (
        grade.low <= expected <= grade.high
    )  # fmt: skip


@pytest.mark.parametrize("criterion", CRITERIA)
def test_the_bounds_hold_the_grade_that_admiral_expects(criterion: str) -> None:
    apart = [
        (row, graded(row).shown())
        for row in rows_of(criterion)
        if row["grade"] and not holds(graded(row), int(row["grade"]))
    ]
    assert not apart


@pytest.mark.parametrize("criterion", CRITERIA)
def test_what_admiral_cannot_grade_stays_open(criterion: str) -> None:
    closed = [
        (row, graded(row).shown())
        for row in rows_of(criterion)
        if not row["grade"] and graded(row).exact
    ]
    assert not closed


def test_nearly_every_grade_is_exact_and_the_rest_lack_an_input() -> None:
    given = [row for row in ROWS if row["grade"]]
    exact = [row for row in given if graded(row).exact]
    assert (len(ROWS), len(given), len(exact)) == (ROWS_CARRIED, ROWS_GRADED, ROWS_EXACT)
    assert all(graded(row).missing for row in given if not graded(row).exact)
