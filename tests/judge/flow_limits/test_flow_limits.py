"""Limits and corrected shares against tests and formulas of others; see SOURCE.md."""

import csv
from pathlib import Path

import pytest
from scipy import stats

from reinfuse.cytometry.numbers import (
    MRD_RULE,
    Blank,
    KnownBackground,
    Limits,
    Share,
    correct_for_background,
    find_limits,
    share_of,
)
from reinfuse.source import Source, Standing

HERE = Path(__file__).parent
MILLION = 1_000_000
COUNTS = [
    (k, n, false, cells)
    for n, cells in ((500_000, 500_000), (500_000, 50_000), (40_000, 400_000))
    for false in (0, 1, 4, 30)
    for k in (1, 3, 6, 9, 12, 20, 45, 60, 350)
]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def known(events_in_a_million: float) -> KnownBackground:
    source = Source(cite="a test", standing=Standing.OURS)
    return KnownBackground(share=events_in_a_million / MILLION, source=source)


def shared(k: int, n: int, level: float = 0.95) -> Share:
    share = share_of(k, n, level=level)
    assert isinstance(share, Share)
    return share


@pytest.mark.parametrize("row", read(HERE / "limits.csv"), ids=lambda row: row["background"])
def test_the_limits_are_those_of_poisson_sums(row: dict[str, str]) -> None:
    limits = find_limits(MILLION, known(float(row["background"])), MRD_RULE)
    assert isinstance(limits, Limits)
    assert limits.blank_events == int(row["lob"])
    assert round(limits.detection_events, 1) == float(row["lod"])


@pytest.mark.parametrize(("k", "n", "false", "cells"), COUNTS)
def test_a_count_above_the_limit_of_blank_is_significant(
    k: int, n: int, false: int, cells: int
) -> None:
    limits = find_limits(n, Blank(controls=(), events=false, cells=cells), MRD_RULE)
    assert isinstance(limits, Limits)
    chance = stats.binomtest(k, k + false, n / (n + cells), alternative="greater").pvalue
    assert (k > limits.blank_events) == (chance <= 0.05)


@pytest.mark.parametrize(("k", "n", "false", "cells"), COUNTS)
def test_a_lower_limit_above_zero_is_fishers_exact_test(
    k: int, n: int, false: int, cells: int
) -> None:
    corrected = correct_for_background(shared(k, n), Blank(controls=(), events=false, cells=cells))
    table = [[k, n - k], [false, cells - false]]
    chance = stats.fisher_exact(table, alternative="greater").pvalue
    if abs(chance / 0.025 - 1) > 1e-3:
        assert (corrected.interval.low > 0) == (chance < 0.025)


@pytest.mark.parametrize("background", [0, 1, 3, 10])
@pytest.mark.parametrize("k", [0, 1, 4, 12])
def test_the_upper_limit_over_a_known_background_is_zechs(k: int, background: float) -> None:
    high = correct_for_background(shared(k, MILLION), known(background)).interval.high * MILLION
    ratio = stats.poisson.cdf(k, high + background) / stats.poisson.cdf(k, background)
    assert ratio == pytest.approx(0.025, rel=1e-3)


@pytest.mark.parametrize("background", [0, 1, 3, 10])
def test_no_event_excludes_the_same_whatever_the_background(background: float) -> None:
    corrected = correct_for_background(shared(0, MILLION), known(background))
    assert corrected.interval.high * MILLION == pytest.approx(3.6889, rel=1e-4)


@pytest.mark.parametrize(
    "row", read(HERE.parent / "clopper_pearson" / "scipy.csv"), ids=lambda row: str(row["events"])
)
def test_shares_have_the_stored_exact_intervals(row: dict[str, str]) -> None:
    interval = shared(int(row["events"]), int(row["n"]), float(row["level"])).interval
    assert interval.low == pytest.approx(float(row["low"]), rel=1e-9, abs=0)
    assert interval.high == pytest.approx(float(row["high"]), rel=1e-9, abs=0)


@pytest.mark.parametrize(
    "row",
    read(HERE.parent / "clopper_pearson" / "published.csv"),
    ids=lambda row: f"{row['events']}/{row['n']}",
)
def test_shares_have_the_intervals_in_print(row: dict[str, str]) -> None:
    interval = shared(int(row["events"]), int(row["n"])).interval
    digits = int(row["digits"])
    assert round(interval.low, digits) == float(row["low"])
    assert round(interval.high, digits) == float(row["high"])
