"""Recovery of counts after a transplant, failure of the graft, and donor chimerism."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark, MarkValue
from tests.spec.charts_in_words import chart as charted
from tests.spec.counts import (
    ENTRIES,
    EXAMPLES,
    PER_NL,
    PER_UL,
    bounds,
    chart_of,
    check_that_knowing_less_widens,
    check_that_the_published_grade_is_possible,
    published,
    without_days,
)

TRANSFUSION = "platelet transfusion"
NEUTROPHILS = "neutrophil recovery CIBMTR"
PLATELETS = "platelet recovery CIBMTR 20"
# Example 1 of the CIBMTR forms manual: day 0 to 10, a transfusion on day 0, recovery on day 7.
MANUAL = dict(enumerate([10, 35, 30, 25, 10, 15, 19, 23, 25, 40, 50]))
# Example 2: the last transfusion on day 0; 20 is reached on day 7 and 50 on day 9.
SECOND = dict(enumerate([10, 30, 25, 10, 15, 19, 23, 25, 40, 50, 56, 65, 72]))


def platelets(counts: dict[int, float], *transfused: int, all_told: bool = False) -> Chart:
    told = [(TRANSFUSION, day, True) for day in transfused]
    if all_told:
        told += [(TRANSFUSION, day, False) for day in range(-6, 101) if day not in transfused]
    return chart_of(counts, *told, item="platelets", unit=PER_NL)


def test_the_example_of_the_manual_recovers_on_day_7() -> None:
    assert published(PLATELETS, platelets(MANUAL, 0)) == 7
    assert published("platelet recovery EBMT", platelets(MANUAL, 0)) == 7
    assert bounds(PLATELETS, platelets(MANUAL, 0, all_told=True)) == (7, 7)


def test_without_its_transfusion_the_example_would_recover_on_day_1() -> None:
    assert published(PLATELETS, platelets(MANUAL)) == 1


def test_the_second_example_reaches_20_on_day_7_and_50_on_day_9() -> None:
    assert published(PLATELETS, platelets(SECOND, 0)) == 7
    assert published("platelet recovery CIBMTR 50", platelets(SECOND, 0)) == 9


def test_transfusions_that_were_not_charted_leave_the_day_open() -> None:
    grade = ENTRIES[PLATELETS].grade(platelets(MANUAL, 0))
    assert (grade.low, grade.high) == (7, "not reached")
    assert any(TRANSFUSION in missing for missing in grade.missing)


@pytest.mark.parametrize(("count", "day"), [(0.5, 12), (0.499, "not reached"), (0.501, 12)])
def test_500_counts_in(count: float, day: int | str) -> None:
    series = dict.fromkeys(range(12), 0.1) | dict.fromkeys(range(12, 15), count)
    for level, unit in ((1.0, PER_NL), (1000.0, PER_UL)):
        counts = {one: value * level for one, value in series.items()}
        assert published(NEUTROPHILS, chart_of(counts, unit=unit)) == day


@pytest.mark.parametrize(("count", "day"), [(20, 9), (19.9, "not reached")])
def test_20_counts_in(count: float, day: int | str) -> None:
    series = dict.fromkeys(range(9), 5.0) | dict.fromkeys(range(9, 12), count)
    assert published(PLATELETS, platelets(series)) == day


def test_values_before_the_nadir_do_not_count() -> None:
    series = {0: 900.0, 1: 800.0, 2: 700.0, 3: 200.0, 9: 600.0, 10: 700.0, 11: 800.0}
    assert published(NEUTROPHILS, chart_of(series)) == 9


def test_a_fall_on_the_way_starts_the_three_anew() -> None:
    series = {3: 100.0, 9: 600.0, 10: 700.0, 11: 400.0, 12: 600.0, 13: 600.0, 14: 600.0}
    assert published(NEUTROPHILS, chart_of(series)) == 12


def test_counts_of_different_days_are_enough_for_the_registry_and_not_for_three_days_running() -> (
    None
):
    series = {3: 100.0, 9: 600.0, 12: 700.0, 15: 900.0}
    assert published(NEUTROPHILS, chart_of(series)) == 9
    assert published("neutrophil recovery EBMT", chart_of(series)) == "not reached"


def test_counts_that_never_fell_are_not_applicable() -> None:
    series = dict.fromkeys(range(101), 60.0)
    assert published(PLATELETS, platelets(series)) == "not applicable"
    assert bounds(PLATELETS, platelets(series, all_told=True)) == ("not applicable",) * 2
    assert published(PLATELETS, platelets(series, 4)) == 11  # transfused: so it applies


def test_without_counts_recovery_is_not_evaluable() -> None:
    for name in (NEUTROPHILS, PLATELETS, "primary graft failure"):
        assert not ENTRIES[name].grade(chart_of({})).evaluable


def test_a_gap_around_the_day_leaves_it_open() -> None:
    series = dict.fromkeys(range(10), 100.0) | dict.fromkeys(range(14, 30), 900.0)
    assert bounds(NEUTROPHILS, chart_of(series)) == (10, 14)
    assert published(NEUTROPHILS, chart_of(series)) == 14


COUNTS = st.dictionaries(st.integers(0, 40), st.sampled_from([5.0, 19.0, 20.0, 45.0, 60.0]))
GIVEN = st.dictionaries(st.integers(0, 40), st.booleans(), max_size=20)
NAMES = [
    name for name, entry in ENTRIES.items() if "recovery" in name and "platelets" in entry.items
]


@settings(max_examples=EXAMPLES)
@given(counts=COUNTS, told=GIVEN, name=st.sampled_from(NAMES), data=st.data())
def test_fewer_counts_or_transfusions_leave_bounds_that_hold_the_day(
    counts: dict[int, float], told: dict[int, bool], name: str, data: st.DataObject
) -> None:
    marks = [(TRANSFUSION, day, value) for day, value in told.items()]
    full = chart_of(counts, *marks, item="platelets", unit=PER_NL)
    gone = data.draw(st.sets(st.integers(0, 40)))
    item = data.draw(st.sampled_from(["platelets", TRANSFUSION]))
    grade = ENTRIES[name].grade
    check_that_knowing_less_widens(grade, full, without_days(full, gone, item))
    check_that_the_published_grade_is_possible(grade(full))


@settings(max_examples=EXAMPLES)
@given(counts=COUNTS, data=st.data())
def test_fewer_neutrophils_leave_bounds_that_hold_the_day(
    counts: dict[int, float], data: st.DataObject
) -> None:
    full = chart_of({day: count * 20 for day, count in counts.items()})
    gone = data.draw(st.sets(st.integers(0, 40)))
    for name in (NEUTROPHILS, "neutrophil recovery EBMT", "primary graft failure"):
        less = without_days(full, gone, "neutrophils")
        check_that_knowing_less_widens(ENTRIES[name].grade, full, less)


FAILING = dict.fromkeys(range(60), 100.0)
FAILURES: list[tuple[str, dict[int, float], str, bool | None, tuple[str, str]]] = [
    ("bone marrow", FAILING, "never back", True, ("yes", "yes")),
    ("bone marrow", FAILING, "no pancytopenia", False, ("no", "no")),
    ("bone marrow", FAILING, "pancytopenia not told", None, ("no", "yes")),
    ("peripheral blood", FAILING | dict.fromkeys(range(30, 60), 500.0), "day 30", True,
     ("no", "no")),
    ("peripheral blood", FAILING | dict.fromkeys(range(31, 60), 500.0), "day 31", True,
     ("yes", "yes")),
    ("cord blood", FAILING | dict.fromkeys(range(42, 60), 500.0), "day 42", True, ("no", "no")),
    ("cord blood", FAILING | dict.fromkeys(range(43, 60), 500.0), "day 43", True, ("yes", "yes")),
    ("", FAILING | dict.fromkeys(range(35, 60), 500.0), "source not told", True, ("no", "yes")),
]  # fmt: skip


@pytest.mark.parametrize(("source", "counts", "_case", "cytopenic", "expected"), FAILURES)
def test_primary_graft_failure_is_no_recovery_by_day_30_or_42(
    source: str,
    counts: dict[int, float],
    _case: str,
    cytopenic: bool | None,
    expected: tuple[str, str],
) -> None:
    more: list[tuple[str, int, MarkValue]] = [("graft source", 0, source)] if source else []
    more += [] if cytopenic is None else [("pancytopenia", 30, cytopenic)]
    assert bounds("primary graft failure", chart_of(counts, *more)) == expected


def test_after_a_death_before_day_30_primary_graft_failure_is_not_evaluable() -> None:
    chart = chart_of(dict.fromkeys(range(20), 100.0), ("death", 19, True))
    assert not ENTRIES["primary graft failure"].grade(chart).evaluable


CHIMERISM = [
    ("donor chimerism CIBMTR", "donor chimerism {} %", 95.1, "full"),
    ("donor chimerism CIBMTR", "donor chimerism {} %", 95, "full"),
    ("donor chimerism CIBMTR", "donor chimerism {} %", 94.9, "mixed"),
    ("donor chimerism CIBMTR", "donor chimerism {} %", 5, "mixed"),
    ("donor chimerism CIBMTR", "donor chimerism {} %", 4.9, "below 5 % donor"),
    ("donor chimerism ASTCT-2021", "{}", 95.1, "full"),
    ("donor chimerism ASTCT-2021", "{}", 95, "mixed"),
    ("donor chimerism ASTCT-2021", "{}", 5, "mixed"),
    ("donor chimerism ASTCT-2021", "{}", 4.9, "below 5 % donor"),
]


@pytest.mark.parametrize(("name", "text", "percent", "level"), CHIMERISM)
def test_95_percent_is_full_for_the_registry_and_mixed_for_the_society(
    name: str, text: str, percent: float, level: str
) -> None:
    both = f"myeloid donor chimerism {percent} %; lymphoid donor chimerism {percent} %"
    said = both if text == "{}" else text.format(percent)
    assert bounds(name, charted(said, day=30)) == (level, level)


def test_one_lineage_is_not_enough_for_full_chimerism() -> None:
    name = "donor chimerism ASTCT-2021"
    assert bounds(name, charted("myeloid donor chimerism 99 %", day=30)) == ("full", "mixed")
    assert bounds(name, charted("lymphoid donor chimerism 60 %", day=30))[0] == "mixed"


FUNCTION = [
    ("secondary graft failure",
     "hematopoietic recovery; decline in graft function; need of transfusions", "yes", "yes"),
    ("secondary graft failure",
     "no hematopoietic recovery; decline in graft function; need of transfusions", "no", "no"),
    ("secondary graft failure", "hematopoietic recovery; decline in graft function", "no", "yes"),
    ("poor graft function",
     "need of growth factors; no relapse; no drug or infection explains counts", "yes", "yes"),
    ("poor graft function", "need of growth factors; relapse", "no", "no"),
    ("poor graft function", "need of growth factors; no relapse", "no", "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "low", "high"), FUNCTION)
def test_graft_function_is_what_the_table_says(name: str, text: str, low: str, high: str) -> None:
    assert bounds(name, charted(text, day=60)) == (low, high)


def test_the_worst_count_of_a_day_is_taken() -> None:
    marks = [
        Mark(item="neutrophils", day=day + part, value=Quantity(value, PER_UL))
        for day in range(10, 14)
        for part, value in ((0.2, 900), (0.7, 300 if day == 10 else 700))
    ]
    assert published(NEUTROPHILS, Chart.of("a patient", marks)) == 11
