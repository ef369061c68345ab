"""How often taking findings away leaves bounds that miss the full grade: never, it should say.

Two thousand generated courses for each criterion. The timed CRS and ICANS criteria are tried on
charts of up to ten days with every sign, thinned twice; early ICAHT on counts of 31 days, thinned;
every criterion that is a table on sets of findings at and around its thresholds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reinfuse.grading.catalogue import catalogue, criterion_named
from reinfuse.grading.rules.scale import Scale
from reinfuse.grading.rules.score import Score
from reinfuse.grading.series import rank
from studies._rule_values import two_ways, values, verdict
from tests.property.test_criteria_toxicity import check_removal
from tests.spec.counts import chart_of, check_that_knowing_less_widens, without_days

INPUTS = (
    "src/reinfuse/grading/**/*.py",
    "src/reinfuse/grading/**/*.csv",
    "src/reinfuse/record/vocabulary.py",
    "src/reinfuse/record/items/*.csv",
    "studies/_rule_values.py",
    "tests/property/toxicity_charts.py",
)
HEADER = ("criterion", "tried_on", "courses", "violations")
COURSES = 2000
TIMED = (
    "ASTCT-CRS-2019",
    "ASTCT-ICANS-2019",
    "Lee-CRS-2014",
    "Penn-CRS",
    "CARTOX-CRS-2018",
    "MSKCC-CRS",
)
ICAHT = "ICAHT-2023 early"
COUNTS = (40.0, 100.0, 101.0, 300.0, 500.0, 501.0, 900.0, 2000.0)


def chunks() -> Sequence[str]:
    """Each criterion of a kind that is tried."""
    tables = [
        name for name, entry in catalogue().items() if entry.rule is not None and name not in TIMED
    ]
    return (*TIMED, ICAHT, *tables)


def run(chunk: str) -> list[tuple[object, ...]]:
    """One row: how many courses were tried, and how many violated their bounds."""
    if chunk in TIMED:
        return [(chunk, "charts", COURSES, sum(_chart_fails(chunk, k) for k in range(COURSES)))]
    if chunk == ICAHT:
        return [(chunk, "charts", COURSES, sum(_counts_fail(k) for k in range(COURSES)))]
    rule = catalogue()[chunk].rule
    if rule is None:
        raise SystemExit(f"{chunk} is no table")
    return [(chunk, "findings", COURSES, sum(_findings_fail(rule, k) for k in range(COURSES)))]


def _chart_fails(name: str, seed: int) -> bool:
    try:
        check_removal(name, seed)
    except AssertionError:
        return True
    return False


def _counts_fail(seed: int) -> bool:
    draw = np.random.default_rng(seed)
    level = draw.choice(COUNTS, size=31)
    counts = {day: float(level[day // 3 * 3 % 31]) for day in range(31)}
    full = chart_of(counts)
    gone = [day for day in counts if draw.random() < draw.random()]
    try:
        check_that_knowing_less_widens(
            criterion_named(ICAHT).grade, full, without_days(full, gone, "neutrophils")
        )
    except AssertionError:
        return True
    return False


def _findings_fail(rule: Scale | Score, seed: int) -> bool:
    draw = np.random.default_rng(seed)
    made = values(rule)
    for first, second in two_ways(rule):
        for key in first - second if draw.random() < 1 / 2 else second - first:
            del made[key]
    full = {key: near[int(draw.integers(len(near)))] for key, near in made.items()}
    share = draw.random()
    kept = {key: value for key, value in full.items() if draw.random() < share}
    whole, part = verdict(rule, full), verdict(rule, kept)
    low, high = rank(rule.criterion, part.low), rank(rule.criterion, part.high)
    inside = (low <= rank(rule.criterion, level) <= high for level in (whole.low, whole.high))
    return not all(inside)
