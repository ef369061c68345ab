"""Our curves, tables and tests against those of R's survival package; see SOURCE.md."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from reinfuse.cohort import (
    Scale,
    Times,
    compare_survival,
    count_at_risk,
    estimate_incidence,
    estimate_survival,
    quantile_of,
)

HERE = Path(__file__).parent
NEAR = 1e-8
Row = dict[str, str]


@cache
def read(name: str) -> tuple[Row, ...]:
    with (HERE / name).open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def rows(name: str, **wanted: object) -> list[Row]:
    asked = {key: str(value) for key, value in wanted.items()}
    return [row for row in read(name) if asked.items() <= row.items()]


def column(found: Sequence[Row], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in found])


def times_of(name: str) -> Times:
    found = rows("inputs.csv", set=name)
    causes = max(1, int(column(found, "ended").max()))
    return Times.of(
        column(found, "stop"),
        column(found, "ended"),
        entry=column(found, "entry"),
        causes=[f"cause {number + 1}" for number in range(causes)],
    )


def same(ours: object, theirs: object) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=NEAR, equal_nan=True)


def of_files(name: str, *keys: str) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(tuple(row[key] for key in keys) for row in read(name)))


@pytest.mark.parametrize(("name", "scale"), of_files("survival.csv", "set", "scale"))
def test_the_survival_curve_is_that_of_survfit(name: str, scale: str) -> None:
    ours = estimate_survival(times_of(name), scale=Scale(scale))
    theirs = rows("survival.csv", set=name, scale=scale)
    for field, printed in {
        "day": "day", "at_risk": "n_risk", "events": "n_event", "censored": "n_censor",
        "share": "surv", "std_error": "std_err", "low": "lower", "high": "upper",
    }.items():  # fmt: skip
        same(getattr(ours, field), column(theirs, printed))


@pytest.mark.parametrize("file", ["quantiles.csv", "printed_medians.csv"])
@pytest.mark.parametrize(("name", "scale"), of_files("survival.csv", "set", "scale"))
def test_the_median_and_its_limits_are_those_of_survfit(name: str, scale: str, file: str) -> None:
    curve = estimate_survival(times_of(name), scale=Scale(scale))
    for row in rows(file, set=name, scale=scale):
        ours = quantile_of(curve, float(row["share"]))
        found = [math.nan if day is None else day for day in (ours.day, ours.low, ours.high)]
        same(found, [float(row[key]) for key in ("day", "lower", "upper")])


@pytest.mark.parametrize(
    ("name", "scale", "cause"), of_files("incidence.csv", "set", "scale", "cause")
)
def test_the_incidence_of_each_cause_is_that_of_survfit(name: str, scale: str, cause: str) -> None:
    ours = estimate_incidence(times_of(name), scale=Scale(scale))
    theirs = rows("incidence.csv", set=name, scale=scale, cause=cause)
    for field, printed in {"day": "day", "at_risk": "n_risk", "free": "free"}.items():
        same(getattr(ours, field), column(theirs, printed))
    for field, printed in {
        "events": "n_event", "share": "cuminc", "std_error": "std_err",
        "low": "lower", "high": "upper",
    }.items():  # fmt: skip
        same(getattr(ours, field)[:, int(cause) - 1], column(theirs, printed))


@pytest.mark.parametrize(("name", "cause"), of_files("at_risk.csv", "set", "cause"))
def test_the_table_under_the_curve_is_that_of_survfit(name: str, cause: str) -> None:
    times, theirs = times_of(name), rows("at_risk.csv", set=name, cause=cause)
    days = column(theirs, "day")
    ours = count_at_risk(times, days)
    later = days > 0  # R counts those who enter later among those at risk on day 0
    same(ours.at_risk[later], column(theirs, "n_risk")[later])
    if cause == "0":
        same(ours.events.sum(axis=1), column(theirs, "n_event"))
        same(1 - estimate_survival(times).at(days).share, column(theirs, "cuminc"))
    else:
        same(ours.events[:, int(cause) - 1], column(theirs, "n_event"))
        curves = estimate_incidence(times)
        same(curves.at(f"cause {cause}", days).share, column(theirs, "cuminc"))


@pytest.mark.parametrize(("name", "stratified"), of_files("log_rank.csv", "set", "stratified"))
def test_the_log_rank_test_is_that_of_survdiff(name: str, stratified: str) -> None:
    inputs, theirs = rows("inputs.csv", set=name), rows("log_rank.csv", set=name)
    theirs = [row for row in theirs if row["stratified"] == stratified]
    ours = compare_survival(
        times_of(name),
        [row["group"] for row in inputs],
        strata=[row["stratum"] for row in inputs] if stratified == "TRUE" else None,
    )
    assert ours.groups == tuple(row["group"] for row in theirs)
    same(ours.observed, column(theirs, "observed"))
    same(ours.expected, column(theirs, "expected"))
    same(np.diag(ours.variance), column(theirs, "variance"))
    same(ours.chi_square, float(theirs[0]["chi_square"]))
    same(ours.p_value, float(theirs[0]["p_value"]))


@pytest.mark.parametrize("row", read("log_rank_late.csv"), ids=lambda row: "-".join(row.values()))
def test_the_log_rank_test_with_late_entry_is_the_score_test_of_coxph(row: Row) -> None:
    inputs = rows("inputs.csv", set=row["set"])
    ours = compare_survival(
        times_of(row["set"]),
        [line["group"] for line in inputs],
        strata=[line["stratum"] for line in inputs] if row["stratified"] == "TRUE" else None,
    )
    assert ours.degrees == int(row["degrees"])
    same(ours.chi_square, float(row["chi_square"]))
