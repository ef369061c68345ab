"""Best responses against the test data of admiralonco."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from reinfuse.grading.lesions.best import BestRule, best_overall

HERE = Path(__file__).parent
RULES = {
    "confirmed": BestRule(confirm_days=28, stable_days=28),
    "lenient": BestRule(confirm_days=14, stable_days=28, gaps=0, pauses=1),
    "unconfirmed": BestRule(stable_days=28),
}


def visits() -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    with (HERE / "visits.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            start, day = date.fromisoformat(row["start"]), date.fromisoformat(row["day"])
            found[row["subject"]].append(((day - start).days, row["response"]))
    return found


def expectations() -> list[tuple[str, str, str]]:
    with (HERE / "expected.csv").open(encoding="utf-8") as file:
        return [
            (row["subject"], name, row[name])
            for row in csv.DictReader(file)
            for name in RULES
            if row[name]
        ]


@pytest.mark.parametrize(("subject", "name", "expected"), expectations())
def test_the_best_response_agrees(subject: str, name: str, expected: str) -> None:
    found = best_overall(visits().get(subject, []), RULES[name])
    assert (found or "MISSING") == expected
