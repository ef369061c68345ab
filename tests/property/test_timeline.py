"""The clock against a plain twin (all shortest paths by brute force), and its own laws."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from reinfuse.errors import ReinfuseError
from reinfuse.timeline import Clock, DayRange, FromEvent, InOrder, OnDates, When, read_when
from tests.property.courses import times

EVENTS = ["a", "b", "c", "d", "e"]
BASE = date(2021, 3, 1).toordinal()


@st.composite
def lived(draw: st.DrawFn) -> tuple[dict[str, int], dict[str, When]]:
    """Days on which things truly happened, and clues that are all true of them."""
    truth = {name: draw(st.integers(0, 300)) for name in EVENTS}
    told = {}
    for name in EVENTS:
        clues = [
            clue_of(draw, name, other, truth)
            for other in draw(st.lists(st.sampled_from([None, *EVENTS]), max_size=3))
            if other != name
        ]
        told[name] = read_when(", ".join(clues)) if clues else When()
    return truth, told


def clue_of(draw: st.DrawFn, name: str, other: str | None, truth: dict[str, int]) -> str:
    low, high = draw(st.integers(0, 20)), draw(st.integers(0, 20))
    day = truth[name]
    if other is None:
        first, last = (date.fromordinal(BASE + day + by) for by in (-low, high))
        return f"{first}..{last}"
    apart = day - truth[other]
    order = "with" if apart == 0 else "after" if apart > 0 else "before"
    return draw(st.sampled_from([f"{other} day {apart - low}..{apart + high}", f"{order} {other}"]))


@given(lived())
def test_what_truly_happened_lies_inside_the_bounds_and_is_no_conflict(
    course: tuple[dict[str, int], dict[str, When]],
) -> None:
    truth, told = course
    clock = Clock(told)
    assert clock.conflicts == ()
    for one in EVENTS:
        dates = clock.dates(one)
        assert dates.low <= BASE + truth[one] <= dates.high
        for other in EVENTS:
            days = clock.days(one, other)
            assert days.low <= truth[one] - truth[other] <= days.high


@given(lived())
def test_both_directions_agree(course: tuple[dict[str, int], dict[str, When]]) -> None:
    clock = Clock(course[1])
    for one in EVENTS:
        for other in EVENTS:
            there, back = clock.days(one, other), clock.days(other, one)
            assert (there.low, there.high) == (-back.high, -back.low)
            assert math.copysign(1, there.low) > 0 or there.low < 0  # no negative zero


@given(lived(), st.data())
def test_one_more_clue_never_widens(
    course: tuple[dict[str, int], dict[str, When]], data: st.DataObject
) -> None:
    truth, told = course
    name, other = data.draw(st.permutations(EVENTS))[:2]
    more = clue_of(data.draw, name, other, truth)
    fuller = {**told, name: read_when(", ".join(filter(None, [more, _text(told[name])])))}
    before, after = Clock(told), Clock(fuller)
    for event in EVENTS:
        wide, narrow = before.days(event, EVENTS[0]), after.days(event, EVENTS[0])
        assert wide.low <= narrow.low <= narrow.high <= wide.high


@given(lived())
def test_the_bounds_are_those_of_the_plain_twin(
    course: tuple[dict[str, int], dict[str, When]],
) -> None:
    told = course[1]
    clock, far = Clock(told), twin(told)
    for one in EVENTS:
        for other in EVENTS:
            range_ = DayRange(-far[one, other], far[other, one])
            assert (clock.days(one, other).low, clock.days(one, other).high) == (
                range_.low,
                range_.high,
            )


@given(st.fixed_dictionaries({name: times([n for n in EVENTS if n != name]) for name in EVENTS}))
def test_a_conflict_is_told_exactly_when_the_twin_finds_one(told: dict[str, When]) -> None:
    told = {name: When(when.start) for name, when in told.items()}
    far, places = twin(told), twin(told, plain_places)
    impossible = any(far[name, name] < 0 for name in [*EVENTS, ""])
    circular = any(places[name, name] < 0 for name in EVENTS)
    assert bool(Clock(told).conflicts) == (impossible or circular)


ORDERS = st.builds(
    "{} {}".format, st.sampled_from(["after", "before", "with"]), st.sampled_from(EVENTS)
)


@given(st.fixed_dictionaries({name: st.lists(ORDERS, max_size=2) for name in EVENTS}))
def test_a_circle_of_orders_is_told_exactly_when_the_twin_finds_one(
    told: dict[str, list[str]],
) -> None:
    times = {name: read_when(", ".join(said)) if said else When() for name, said in told.items()}
    places = twin(times, plain_places)
    circular = any(places[name, name] < 0 for name in EVENTS)
    assert bool(Clock(times).conflicts) == circular


@given(st.fixed_dictionaries({name: times(EVENTS) for name in EVENTS}))
def test_any_times_at_all_leave_ordered_bounds(told: dict[str, When]) -> None:
    clock = Clock(told)
    for one in EVENTS:
        for end in (False, True):
            days = clock.days(one, EVENTS[0], end=end)
            assert days.low <= days.high


@given(times(EVENTS))
def test_a_time_reads_back_from_its_text(when: When) -> None:
    assert read_when(str(when)) == when


@given(st.text())
def test_any_text_is_a_time_or_is_refused_in_words(text: str) -> None:
    try:
        when = read_when(text)
    except ReinfuseError as refused:
        told = refused
    else:
        assert read_when(str(when)) == when
        return
    assert told.fix


def _text(when: When) -> str:
    return str(when) if when.stated else ""


Bounds = list[tuple[tuple[str, str], float]]


def twin(
    told: dict[str, When],
    bounds: Callable[[str, OnDates | FromEvent | InOrder], Bounds] | None = None,
) -> dict[tuple[str, str], float]:
    """Floyd and Warshall over moments; only for times that begin and end on one day."""
    bounds = bounds or plain_bounds
    nodes = [*told, ""]
    far = {(one, two): 0.0 if one == two else math.inf for one in nodes for two in nodes}
    for name, when in told.items():
        for clue in when.start.clues:
            for pair, days in bounds(name, clue):
                far[pair] = min(far[pair], days)
    for via, one, two in product(nodes, repeat=3):
        far[one, two] = min(far[one, two], far[one, via] + far[via, two])
    return far


def plain_places(name: str, clue: OnDates | FromEvent | InOrder) -> Bounds:
    """The same for places in an order, where `after` is one place later at least."""
    if not isinstance(clue, InOrder):
        return []
    here, there = (name, clue.event), (clue.event, name)
    return {
        "after": [(here, -1.0)],
        "before": [(there, -1.0)],
        "with": [(here, 0.0), (there, 0.0)],
    }[clue.side]


def plain_bounds(name: str, clue: OnDates | FromEvent | InOrder) -> Bounds:
    """`((earlier, later), days)` for what one clue says."""
    if isinstance(clue, OnDates):
        return [(("", name), clue.last), ((name, ""), -clue.first)]
    if isinstance(clue, FromEvent):
        return [((clue.anchor, name), clue.high), ((name, clue.anchor), -clue.low)]
    after, before = ((name, clue.event), 0.0), ((clue.event, name), 0.0)
    return {"after": [after], "before": [before], "with": [after, before]}[clue.side]
