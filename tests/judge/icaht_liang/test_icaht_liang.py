"""The ten synthetic patients of the published ICAHT program."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from reinfuse.grading.blood.icaht import (
    BRIDGED_DAYS,
    PROFOUND,
    SEVERE,
    early_level,
    grade_early,
    grade_late,
)
from reinfuse.grading.blood.runs import longest, runs
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark

EXPECTED = Path(__file__).with_name("expected.csv")
ROWS = list(csv.DictReader(EXPECTED.read_text(encoding="utf-8").splitlines()))
HIGH, LOW, VERY_LOW = 1600.0, 400.0, 50.0


def days_of(written: str) -> set[int]:
    spans = [tuple(map(int, run.split("+"))) for run in written.split("|") if run]
    return {first + day for first, length in spans for day in range(length)}


def counts_of(row: dict[str, str]) -> dict[int, float]:
    severe, profound = days_of(row["severe_runs"]), days_of(row["profound_runs"])
    return {
        day: VERY_LOW if day in profound else (LOW if day in severe else HIGH)
        for day in range(int(row["last_day"]) + 1)
    }


def chart_of(row: dict[str, str]) -> Chart:
    counts = counts_of(row)
    if row["late_lowest"]:
        lowest = float(row["late_lowest"])
        counts |= {45: lowest, 60: lowest + 50}
    marks = [
        Mark(item="neutrophils", day=day, value=Quantity(count, "{cells}/uL"))
        for day, count in counts.items()
    ]
    if row["last_day"] != "30":
        marks.append(Mark(item="last follow-up", day=int(row["last_day"]), value=True))
    return Chart.of(row["patient"], marks)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["patient"])
def test_the_early_grade_is_the_published_one(row: dict[str, str]) -> None:
    assert grade_early(chart_of(row)).as_published == int(row["early_published"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["patient"])
def test_the_late_grade_is_the_published_one_or_not_evaluable(row: dict[str, str]) -> None:
    late = grade_late(chart_of(row))
    assert late.as_published == (int(row["late_published"]) if row["late_published"] else None)
    assert late.evaluable is bool(row["late_published"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["patient"])
def test_the_runs_are_as_long_as_published(row: dict[str, str]) -> None:
    for threshold, column in ((SEVERE, "longest_severe"), (PROFOUND, "longest_profound")):
        found = runs(counts_of(row), threshold.__ge__, bridged=BRIDGED_DAYS)
        assert longest(found) == int(row[column])


def test_patient_6_has_four_runs_that_are_not_joined() -> None:
    found = runs(counts_of(ROWS[5]), SEVERE.__ge__, bridged=BRIDGED_DAYS)
    assert [(run.first, run.days) for run in found] == [(1, 9), (15, 1), (20, 1), (26, 1)]


def test_without_the_rule_of_no_recovery_patient_8_would_be_grade_3() -> None:
    counts = counts_of(ROWS[7])
    assert early_level(counts) == 4
    assert early_level(counts | {17: HIGH}) == 3
