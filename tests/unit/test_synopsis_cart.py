"""CAR-T measurements as plain values, each with the infusion it can belong to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.exchange.course_file import read_course
from reinfuse.quantity import Limit, Quantity
from reinfuse.record import Course, Infusion, Kind, Observation, Result
from reinfuse.synopsis import CartPoint, as_plain, cart_measurements
from reinfuse.timeline import DayRange, read_when

FOUNDING = Path(__file__).parents[2] / "examples" / "founding-case.yaml"


def course(*observations: Observation, second: str = "2020-07-01") -> Course:
    return Course(
        title="an invented course",
        kind=Kind.INVENTED,
        infusions=(
            Infusion(id="one", when=read_when("2020-01-01"), product="cells"),
            Infusion(id="two", when=read_when(second), product="cells"),
        ),
        observations=observations,
    )


def seen(when: str, **parts: object) -> Observation:
    parts = {"id": "seen", "analyte": "CAR-T cells", "site": "blood", **parts}
    return Observation(when=read_when(when), **parts)  # type: ignore[arg-type]


def only_point(subject: Course, number: int = 0) -> CartPoint:
    (point,) = cart_measurements(subject)[number].points
    return point


def test_a_percentage_keeps_its_day_and_its_gate() -> None:
    point = only_point(
        course(seen("one day 9", value=Quantity(12, "%"), denominator="T cells", peak=True))
    )
    assert (point.value, point.unit, point.days) == (12.0, "%", DayRange(9, 9))
    assert point.denominator == "T cells"
    assert point.peak
    assert point.surely


UNITS = """
    12 %              | 12   | %
    0.12 1            | 12   | %
    50 cells/uL       | 50   | {cells}/uL
    0.05 10*9/L       | 50   | {cells}/uL
    800 copies/ug     | 800  | {copies}/ug
"""


@pytest.mark.parametrize("row", [line for line in UNITS.splitlines() if line.strip()])
def test_every_dimension_is_given_in_one_unit(row: str) -> None:
    written, value, unit = (cell.strip() for cell in row.split("|"))
    point = only_point(course(seen("one day 9", value=Quantity.parse(written))))
    assert point.value == pytest.approx(float(value))
    assert point.unit == unit


def test_a_transgene_is_a_measurement_of_the_cells() -> None:
    found = course(seen("one day 9", analyte="transgene", value=Quantity(5, "{copies}/ug")))
    assert only_point(found).value == 5.0


def test_another_analyte_is_none_of_ours() -> None:
    subject = course(seen("one day 9", analyte="platelets", value=Quantity(5, "10*9/L")))
    assert all(series.points == () for series in cart_measurements(subject))


BELOW = [
    ({"result": Result.NOT_DETECTED}, None),
    ({"result": Result.NEGATIVE, "limit": Quantity(0.1, "%")}, 0.1),
    ({"value": Quantity(0.5, "%", Limit.BELOW)}, 0.5),
    ({"value": Quantity(0, "%")}, None),
    ({"value": Quantity(0, "%"), "limit": Quantity(0.02, "%")}, 0.02),
]


@pytest.mark.parametrize(("parts", "limit"), BELOW)
def test_not_detected_is_a_limit_or_an_unknown_limit_and_never_zero(
    parts: dict[str, object], limit: float | None
) -> None:
    point = only_point(course(seen("one day 60", **parts)))
    assert not point.detected
    assert point.value is None
    assert point.limit == limit


def test_a_value_above_range_is_at_least_that() -> None:
    point = only_point(course(seen("one day 9", value=Quantity(90, "%", Limit.ABOVE))))
    assert point.at_least


def test_a_sample_before_the_infusion_is_not_of_it() -> None:
    subject = course(seen("one day -3", value=Quantity(1, "%")))
    assert cart_measurements(subject)[0].points == ()


def test_the_day_of_the_next_infusion_belongs_to_the_next() -> None:
    subject = course(seen("2020-07-01", value=Quantity(1, "%")))
    assert cart_measurements(subject)[0].points == ()
    assert only_point(subject, 1).days == DayRange(0, 0)


def test_a_late_day_of_the_first_infusion_belongs_to_the_second() -> None:
    """Day 200 of an infusion that was followed by another on day 182."""
    subject = course(seen("one day 200", value=Quantity(1, "%")))
    assert cart_measurements(subject)[0].points == ()
    assert only_point(subject, 1).days == DayRange(18, 18)


def test_an_open_time_ends_before_the_next_infusion() -> None:
    point = only_point(course(seen("on or after one day 40, before two", value=Quantity(1, "%"))))
    assert point.days == DayRange(40, 181)


def test_a_sample_that_fits_two_infusions_is_in_both_and_sure_of_neither() -> None:
    first, second = cart_measurements(course(seen("2020", value=Quantity(1, "%"))))
    assert [point.surely for point in (*first.points, *second.points)] == [False, False]
    assert first.points[0].days == DayRange(0, 181)


def test_a_day_written_of_one_infusion_belongs_to_it_though_the_next_has_no_date() -> None:
    first, second = cart_measurements(
        course(seen("one day 12", value=Quantity(1, "%")), second="after one")
    )
    assert [point.surely for point in first.points] == [True]
    assert second.points == ()


@given(st.lists(st.integers(min_value=0, max_value=180), unique=True, max_size=60))
def test_a_dense_table_comes_back_whole_and_in_order(days: list[int]) -> None:
    rows = [
        seen(f"one day {day}", id=f"levels.{day}", table="levels.csv", value=Quantity(1, "%"))
        for day in days
    ]
    first, second = cart_measurements(course(*rows))
    assert [point.days.low for point in first.points] == sorted(days)
    assert second.points == ()


def test_a_course_without_infusions_has_no_series() -> None:
    assert cart_measurements(Course(title="empty", kind=Kind.INVENTED)) == ()


def test_the_founding_case_has_what_its_report_prints() -> None:
    read = read_course(FOUNDING).course
    assert read is not None
    first, second = cart_measurements(read)
    peak, none = first.points
    assert (peak.value, peak.days, peak.peak) == (37.1, DayRange(0, 40), True)
    assert (none.detected, none.limit, none.days) == (False, None, DayRange(40, 40))
    top, late = second.points
    assert (top.value, top.days, top.peak) == (78.1, DayRange(14, 14), True)
    assert (late.value, late.days, late.peak) == (6.7, DayRange(77, 105), False)
    assert {point.denominator for point in (*first.points, *second.points)} == {None}


def test_a_range_without_an_end_is_plain_json() -> None:
    subject = course(seen("on or after two day 40", value=Quantity(1, "%")))
    text = json.dumps(as_plain(cart_measurements(subject)), allow_nan=False)
    assert '"high": null' in text
