"""ICAHT and T-ICAHT: every cut, every rule for runs and gaps, and what holds for all counts."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reinfuse.grading.blood.icaht import early_level
from reinfuse.record.chart import Chart
from tests.spec.counts import (
    ENTRIES,
    EXAMPLES,
    PER_NL,
    bounds,
    chart_of,
    check_that_knowing_less_widens,
    check_that_the_published_grade_is_possible,
    published,
    without_days,
)

EARLY, LATE = "ICAHT-2023 early", "ICAHT-2023 late"
HIGH = 2000.0


def days(low: Mapping[int, float], last: int = 30, first: int = 0) -> dict[int, float]:
    """A count on every day, high where nothing else is said."""
    return dict.fromkeys(range(first, last + 1), HIGH) | dict(low)


def run(first: int, length: int, count: float) -> dict[int, float]:
    return dict.fromkeys(range(first, first + length), count)


# Days at or below 500 and at or below 100, all from day 5 on, with a count on every day.
EARLY_TABLE = [
    (0, 0, 0),
    (1, 0, 1), (6, 0, 1), (7, 0, 2), (13, 0, 2), (14, 0, 3), (25, 0, 3),
    (1, 1, 1), (6, 6, 1), (13, 6, 2), (7, 7, 3), (13, 13, 3), (14, 14, 4), (25, 13, 3), (25, 14, 4),
]  # fmt: skip


@pytest.mark.parametrize(("severe", "profound", "grade"), EARLY_TABLE)
def test_the_longest_runs_set_the_early_grade(severe: int, profound: int, grade: int) -> None:
    chart = chart_of(days(run(5, severe, 400) | run(5, profound, 100)))
    assert bounds(EARLY, chart) == (grade, grade)
    assert published(EARLY, chart) == grade


# Counts are rounded to the nearest 10, half to even, before they are compared.
CUTS = [(500, 1), (504, 1), (505, 1), (506, 0), (510, 0), (501, 1), (499, 1)]


@pytest.mark.parametrize(("count", "grade"), CUTS)
def test_500_counts_in_after_rounding_to_the_nearest_10(count: float, grade: int) -> None:
    assert published(EARLY, chart_of(days({8: count}))) == grade
    assert published(EARLY, chart_of(days({}) | {8: count})) == grade
    in_nl = {day: value / 1000 for day, value in days({8: count}).items()}
    assert published(EARLY, chart_of(in_nl, unit=PER_NL)) == grade


@pytest.mark.parametrize(("count", "grade"), [(100, 3), (105, 3), (106, 2), (110, 2), (99, 3)])
def test_100_counts_in_after_rounding(count: float, grade: int) -> None:
    assert published(EARLY, chart_of(days(run(6, 7, count)))) == grade


@pytest.mark.parametrize(("between", "length"), [(1, 3), (2, 4), (3, 1)])
def test_a_recovery_of_fewer_than_3_days_joins_two_runs(between: int, length: int) -> None:
    counts = days({10: 300, 10 + between + 1: 300})
    grade = ENTRIES[EARLY].grade(chart_of(counts))
    assert f"for {length} day" in grade.because[0].text


def test_the_longest_run_counts_and_not_the_sum() -> None:
    assert published(EARLY, chart_of(days(run(4, 6, 300) | run(15, 6, 300)))) == 1


@pytest.mark.parametrize(("gap", "grade"), [(7, 2), (8, 1)])
def test_gaps_of_up_to_7_days_are_filled(gap: int, grade: int) -> None:
    counts = {**days({}, last=4), 5: 300, 5 + gap + 1: 300} | days({}, first=7 + gap)
    chart = chart_of({day: count for day, count in counts.items() if day <= 30})
    assert published(EARLY, chart) == grade
    assert bounds(EARLY, chart)[0] == 1


def test_a_gap_is_filled_on_a_straight_line() -> None:
    falling = {day: count for day, count in days({10: 900, 14: 100}).items() if not 10 < day < 14}
    # 900, 700, 500, 300, 100: three of the five are at or below 500.
    grade = ENTRIES[EARLY].grade(chart_of(falling))
    assert grade.because[0].text.endswith("for 3 days (day 12 to 14)")


def test_the_ends_are_carried() -> None:
    counts = {day: HIGH if day > 9 else 300.0 for day in range(7, 25)}
    grade = ENTRIES[EARLY].grade(chart_of(counts))
    assert grade.because[0].text.endswith("for 10 days (day 0 to 9)")


def test_an_end_of_more_than_7_days_is_not_carried() -> None:
    counts = {day: HIGH if day > 9 else 300.0 for day in range(8, 31)}
    grade = ENTRIES[EARLY].grade(chart_of(counts))
    assert grade.because[0].text.endswith("for 2 days (day 8 to 9)")


def test_the_lowest_of_several_counts_of_a_day_counts() -> None:
    chart = chart_of(days({}) | {8: 300})
    twice = chart_of({8.4: 3000, 8.6: 300, **days({})})  # type: ignore[dict-item]
    assert published(EARLY, twice) == published(EARLY, chart) == 1


@pytest.mark.parametrize(("begins", "grade"), [(0, 4), (3, 4), (4, 2)])
def test_no_recovery_to_the_last_count_is_grade_4_if_it_begins_by_day_3(
    begins: int, grade: int
) -> None:
    counts = days(run(begins, 13 - begins, 300), last=12)
    assert published(EARLY, chart_of(counts, ("last follow-up", 12, True))) == grade
    assert bounds(EARLY, chart_of(counts, ("last follow-up", 12, True))) == (grade, grade)
    assert published(EARLY, chart_of(counts, ("death", 12, True))) == grade


def test_neutrophils_never_above_500_are_grade_4() -> None:
    assert bounds(EARLY, chart_of(run(0, 31, 500))) == (4, 4)
    assert bounds(EARLY, chart_of(days({30: 1000}) | run(0, 30, 500))) == (3, 3)


def test_without_a_count_it_is_not_evaluable_and_not_grade_0() -> None:
    for name in (EARLY, LATE):
        grade = ENTRIES[name].grade(chart_of({}))
        assert (grade.low, grade.high, grade.as_published) == (None, None, None)
        assert not grade.evaluable


LATE_CUTS = [
    (1501, 0), (1500, 1), (1499, 1), (1001, 1), (1000, 2), (999, 2), (501, 2), (500, 3), (499, 3),
    (101, 3), (100, 4), (99, 4),
]  # fmt: skip


@pytest.mark.parametrize(("count", "grade"), LATE_CUTS)
def test_the_lowest_late_count_sets_the_grade(count: float, grade: int) -> None:
    assert published(LATE, chart_of({40: count, 50: 1500, 60: 4000})) == grade
    assert published(LATE, chart_of({40: count})) == grade
    assert published(LATE, chart_of({40: count / 1000}, unit=PER_NL)) == grade


def test_a_single_low_late_count_among_others_is_transient() -> None:
    assert published(LATE, chart_of({40: 100, 50: 1501})) == 0


@pytest.mark.parametrize("item", ["new therapy", "disease progression", "relapse", "death"])
def test_late_counts_end_with_the_next_event(item: str) -> None:
    chart = chart_of({40: 1200, 45: 1200, 50: 80}, (item, 49, True))
    assert published(LATE, chart) == 1
    assert published(LATE, chart_of({40: 1200, 50: 80}, (item, 30, True))) is None


def test_days_30_and_101_are_not_late() -> None:
    assert published(LATE, chart_of({30: 50, 101: 50})) is None
    assert published(LATE, chart_of({31: 50, 100: 50})) == 4


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_the_bounds_are_those_of_every_way_to_fill_the_open_days(data: st.DataObject) -> None:
    levels = st.sampled_from([50.0, 100.0, 400.0, 500.0, 900.0])
    counts = dict(enumerate(data.draw(st.lists(levels, min_size=18, max_size=18))))
    gone = data.draw(st.sets(st.integers(0, 17), min_size=1, max_size=3))
    kept = {day: count for day, count in counts.items() if day not in gone}
    last = ("last follow-up", 17, True)
    found = {
        early_level(kept | dict(zip(gone, filled, strict=True)))
        for filled in product((0.0, 300.0, 900.0), repeat=len(gone))
    }
    assert bounds(EARLY, chart_of(kept, last)) == (min(found), max(found))


TIMED = [
    (name, "neutrophils" if name.startswith("ICAHT") else "platelets",
     "{cells}/uL" if name.startswith("ICAHT") else PER_NL)
    for name in ENTRIES if "ICAHT" in name
]  # fmt: skip
COUNTS = st.dictionaries(
    st.integers(0, 100), st.sampled_from([20.0, 90.0, 110.0, 480.0, 510.0, 990.0, 1400.0, 3000.0])
)


def charted(counts: Mapping[int, float], item: str, unit: str) -> Chart:
    """Neutrophils as drawn, or as many platelets as make a like grade."""
    scale = 1.0 if item == "neutrophils" else 0.1
    return chart_of({day: count * scale for day, count in counts.items()}, item=item, unit=unit)


@settings(max_examples=EXAMPLES)
@given(counts=COUNTS, timed=st.sampled_from(TIMED), data=st.data())
def test_fewer_counts_leave_bounds_that_hold_the_grade(
    counts: dict[int, float], timed: tuple[str, str, str], data: st.DataObject
) -> None:
    name, item, unit = timed
    full = charted(counts, item, unit)
    gone = data.draw(st.sets(st.sampled_from(sorted(counts)))) if counts else set()
    grade = ENTRIES[name].grade
    check_that_knowing_less_widens(grade, full, without_days(full, gone, item))
    check_that_the_published_grade_is_possible(grade(full))


@settings(max_examples=EXAMPLES)
@given(counts=COUNTS, timed=st.sampled_from(TIMED), data=st.data())
def test_a_lower_count_never_lowers_a_grade(
    counts: dict[int, float], timed: tuple[str, str, str], data: st.DataObject
) -> None:
    assume(counts)
    name, item, unit = timed
    day = data.draw(st.sampled_from(sorted(counts)))
    lower = counts | {day: counts[day] / data.draw(st.sampled_from([1.5, 4, 30]))}
    before, after = (ENTRIES[name].grade(charted(one, item, unit)) for one in (counts, lower))
    assert (before.low is None) == (after.low is None)
    for first, then in (
        (before.low, after.low),
        (before.high, after.high),
        (before.as_published, after.as_published),
    ):
        if first is not None and then is not None:
            assert first <= then  # type: ignore[operator]


PLATELETS = [
    ("T-ICAHT-2025 early", [(50, 0), (49.9, 1), (20, 1), (19.9, 3)]),
    ("T-ICAHT-2025 early, authors' program", [(50.1, 0), (50, 1), (20.1, 1), (20, 3)]),
    ("T-ICAHT-2025 late", [(100, 0), (99.9, 1), (50, 1), (49.9, 2), (20, 2), (19.9, 3)]),
    ("T-ICAHT-2025 late, authors' program", [(100.1, 0), (100, 1), (50, 2), (20.1, 2), (20, 3)]),
]


@pytest.mark.parametrize(
    ("name", "count", "grade"), [(name, *cut) for name, cuts in PLATELETS for cut in cuts]
)
def test_the_platelet_cuts_are_below_in_print_and_at_most_in_the_program(
    name: str, count: float, grade: int
) -> None:
    first, last = (0, 37) if "early" in name else (31, 100)
    counts = dict.fromkeys(range(first, last + 1), 150.0) | {40: count, 41: count, 10: count}
    chart = chart_of(counts, item="platelets", unit=PER_NL)
    assert bounds(name, chart) == (grade, grade)
    in_ul = chart_of({day: n * 1000 for day, n in counts.items()}, item="platelets")
    assert bounds(name, in_ul) == (grade, grade)


@pytest.mark.parametrize(
    ("count", "length", "grade"), [(40, 6, 1), (40, 7, 2), (10, 13, 3), (10, 14, 4)]
)
def test_the_longest_platelet_run_sets_the_early_grade(
    count: float, length: int, grade: int
) -> None:
    counts = dict.fromkeys(range(38), 150.0) | run(5, length, count)
    for name in ("T-ICAHT-2025 early", "T-ICAHT-2025 early, authors' program"):
        assert bounds(name, chart_of(counts, item="platelets", unit=PER_NL)) == (grade, grade)


def test_the_authors_program_joins_runs_that_the_table_keeps_apart() -> None:
    counts = dict.fromkeys(range(38), 150.0) | {5: 40.0, 12: 40.0}
    chart = chart_of(counts, item="platelets", unit=PER_NL)
    assert bounds("T-ICAHT-2025 early", chart) == (1, 1)
    assert bounds("T-ICAHT-2025 early, authors' program", chart) == (2, 2)
