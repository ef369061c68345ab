"""Nothing is drawn as better known than the course says, by the ruler that stands there."""

from __future__ import annotations

from datetime import date

import pytest

from reinfuse.record import Course, Entry, Infusion, Kind, Procedure, Transplant, clock_of
from reinfuse.report.timeline.anchors import place_anchors
from reinfuse.report.timeline.seats import find_seats
from reinfuse.report.timeline.spans import axis_of
from reinfuse.report.timeline.times import date_range, days_in_words
from reinfuse.timeline import DayRange, Ending, read_when

INF = float("inf")


def course_of(**entries: tuple[type[Entry], str]) -> Course:
    def made(sort: type[Entry]) -> list[tuple[str, str]]:
        return [(name, when) for name, (one, when) in entries.items() if one is sort]

    return Course(
        title="An invented course",
        kind=Kind.INVENTED,
        infusions=tuple(Infusion(id=n, when=read_when(w), product="p") for n, w in made(Infusion)),
        transplants=tuple(
            Transplant(id=n, when=read_when(w), kind="allogeneic") for n, w in made(Transplant)
        ),
        procedures=tuple(
            Procedure(id=n, when=read_when(w), what="visit") for n, w in made(Procedure)
        ),
    )


def drawn(course: Course, name: str) -> tuple[float, float]:
    entry = next(one for one in course.entries() if one.id == name)
    span = axis_of(course).span(entry)
    return span.start.low, span.start.high


def day(text: str) -> float:
    return float(date.fromisoformat(text).toordinal())


MIDDLE = day("2021-03-16")  # of March


def test_an_anchor_known_to_the_month_is_placed_in_its_middle() -> None:
    (anchor,) = place_anchors(course_of(cells=(Infusion, "2021-03")))
    assert anchor.place == MIDDLE
    assert anchor.spread == 15.0
    assert anchor.name == "Infusion"


def test_anchors_without_dates_are_placed_from_the_first() -> None:
    course = course_of(one=(Infusion, "not stated"), two=(Infusion, "one + 60 days"))
    assert [anchor.place for anchor in place_anchors(course)] == [0.0, 60.0]
    assert [anchor.name for anchor in place_anchors(course)] == ["Infusion 1", "Infusion 2"]


def test_an_anchor_of_which_only_the_order_is_known_comes_after_the_other() -> None:
    course = course_of(one=(Infusion, "2021-03-16"), graft=(Transplant, "after one"))
    assert [anchor.id for anchor in place_anchors(course)] == ["one", "graft"]


TABLE = [
    # when, earliest and latest day as drawn, counted from where day 0 is drawn
    ("cells day 7", 7, 7),  # crisp: its ruler is the infusion's own
    ("cells day 8..12", 8, 12),
    ("after cells, before later", 0, 40),
    ("2021-03-20", -11, 19),  # a known date is not a known day of an infusion in March
    ("on or after cells day 7", 7, INF),
    ("cells day 100", 85, 115),  # by the calendar, which is the ruler there
    ("2021-07-14", 120, 120),  # crisp there
    ("cells day 50", 42, 65),  # after the six weeks for certain, by the calendar up to day 65
]


@pytest.mark.parametrize(("when", "low", "high"), TABLE)
def test_an_event_is_as_well_known_as_its_ruler_allows(when: str, low: float, high: float) -> None:
    course = course_of(
        cells=(Infusion, "2021-03"), later=(Procedure, "cells day 40"), it=(Procedure, when)
    )
    assert drawn(course, "it") == (MIDDLE + low, MIDDLE + high)


def test_an_event_between_two_anchors_lies_between_them() -> None:
    course = course_of(
        one=(Infusion, "2021-03"),
        two=(Infusion, "2021-09"),
        it=(Procedure, "after one, before two"),
    )
    one, two = place_anchors(course)
    assert drawn(course, "it") == (one.place, two.place)


def test_what_is_not_stated_has_no_place() -> None:
    course = course_of(cells=(Infusion, "2021-03"), it=(Procedure, "not stated"))
    assert drawn(course, "it") == (-INF, INF)


def test_a_course_without_anchors_or_dates_is_counted_from_its_first_entry() -> None:
    course = course_of(one=(Procedure, "not stated"), two=(Procedure, "one day 30"))
    assert drawn(course, "two") == (30.0, 30.0)


def test_events_in_a_known_order_share_their_range_evenly() -> None:
    ranges = {"a": (0.0, 80.0), "b": (0.0, 80.0), "c": (0.0, 80.0)}
    seats = find_seats(ranges, orders=[("a", "b"), ("b", "c")], together=[])
    assert seats == {"a": 20.0, "b": 40.0, "c": 60.0}


def test_events_of_one_day_share_a_seat() -> None:
    ranges = {"a": (0.0, 80.0), "b": (40.0, 200.0)}
    seats = find_seats(ranges, orders=[], together=[("a", "b")])
    assert seats == {"a": 60.0, "b": 60.0}


def test_a_known_day_keeps_its_place_whatever_comes_before_it() -> None:
    ranges = {"a": (0.0, 80.0), "b": (10.0, 10.0)}
    assert find_seats(ranges, orders=[("a", "b")], together=[])["b"] == 10.0


def test_an_impossible_order_is_seated_as_if_nothing_were_known() -> None:
    ranges = {"a": (0.0, 80.0), "b": (0.0, 80.0)}
    seats = find_seats(ranges, orders=[("a", "b"), ("b", "a")], together=[])
    assert seats == {"a": 40.0, "b": 40.0}


WORDS = [
    ("2021-09-29", "29 Sep 2021"),
    ("2021-02", "Feb 2021"),
    ("2021-02-03..2021-02-10", "3 to 10 Feb 2021"),
    ("2020-09-15..2020-11-30", "15 Sep to 30 Nov 2020"),
    ("2020-12-30..2021-01-02", "30 Dec 2020 to 2 Jan 2021"),
    ("on or after 2021-04-01", "1 Apr 2021 or later"),
    ("on or before 2021-04-01", "1 Apr 2021 or earlier"),
    ("not stated", "not known"),
]


@pytest.mark.parametrize(("when", "words"), WORDS)
def test_dates_are_said_as_far_as_they_are_known(when: str, words: str) -> None:
    course = course_of(it=(Procedure, when))
    assert date_range(clock_of(course).dates("it")) == words


def test_days_are_said_with_their_end() -> None:
    one, many = DayRange(1.0, 1.0), DayRange(8.0, 12.0)
    assert days_in_words(one, one, Ending.SAME) == "day 1"
    assert days_in_words(one, many, Ending.KNOWN) == "day 1, until day 8 to 12"
    assert days_in_words(DayRange(-0.0, INF), many, Ending.OPEN) == (
        "from day 0 or later, end not known"
    )
    assert days_in_words(DayRange(-5.0, -5.0), one, Ending.SAME) == "day −5"
