"""RECIST 1.1 against scenarios that somebody else worked out."""

from __future__ import annotations

import csv
from itertools import groupby
from pathlib import Path

import pytest

from reinfuse.grading.catalogue import criterion_named
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark

ROWS = list(
    csv.DictReader((Path(__file__).parent / "rows.csv").read_text(encoding="utf-8").splitlines())
)
SCENARIOS = [
    (scenario, list(rows)) for scenario, rows in groupby(ROWS, key=lambda row: row["scenario"])
]


def marks_of(row: dict[str, str]) -> list[Mark]:
    day = float(row["day"])
    found = [
        Mark(item="lesion role", day=day, value="target", site="target"),
        Mark(item="lesion kind", day=day, value="extranodal", site="target"),
        Mark(
            item="lesion longest diameter",
            day=day,
            value=Quantity(float(row["mm"]), "mm"),
            site="target",
        ),
    ]
    if row["non_target"]:
        found.append(Mark(item="lesion role", day=day, value="non-target", site="other"))
        found.append(Mark(item="lesion kind", day=day, value="extranodal", site="other"))
        found.append(Mark(item="lesion status", day=day, value=row["non_target"], site="other"))
    if row["new"]:
        found.append(Mark(item="new lesion", day=day, value=row["new"] == "yes"))
    return found


@pytest.mark.parametrize(("scenario", "rows"), SCENARIOS, ids=[name for name, _ in SCENARIOS])
def test_the_response_agrees(scenario: str, rows: list[dict[str, str]]) -> None:
    chart = Chart.of(scenario, [mark for row in rows for mark in marks_of(row)])
    grade = criterion_named("RECIST-1.1 confirmed").grade(chart)
    found = grade.series[-1] if rows[0]["of"] == "visit" else grade
    assert (found.low, found.high) == (rows[0]["expected"], rows[0]["expected"])
