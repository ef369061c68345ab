"""Times as a person writes them, and what follows from several of them."""

from __future__ import annotations

import math
import time

import pytest

from reinfuse.timeline import Clock, DayRange, NotATime, read_when

SAME_TIME = [
    ("hsct+6 months", "hsct + 6 months"),
    ("hsct - 3 weeks ± 4 d", "hsct - 3 weeks ± 4 days"),
    ("infusion-1 day 1 to 8..12", "infusion-1 day 1 to infusion-1 day 8..12"),
    ("infusion-1 day +3", "infusion-1 day 3"),
    ("2021 to 2022", "2021 to 2022"),
    ("2021-02 9:05", "2021-02 09:05"),
    ("hsct to ongoing", None),
    ("about hsct to ongoing", "from about hsct"),
]


@pytest.mark.parametrize(("text", "kept"), SAME_TIME)
def test_a_time_is_kept_in_one_spelling(text: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(NotATime, match="is not a time"):
            read_when(text)
    else:
        assert str(read_when(text)) == kept
        assert read_when(kept) == read_when(text)


@pytest.mark.parametrize(
    "text",
    ["2021-02-30", "0000-01-01", "infusion-1 months", "infusion-1 day 9999999", "hsct + 1e9 days",
     "", ",", "after", "2021-03..2021-02", "9" * 5000, "a day " + "9" * 5000],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_advice(text: str) -> None:
    with pytest.raises(NotATime, match=r"is not|ends before") as caught:
        read_when(text)
    assert caught.value.fix
    assert len(caught.value.what) < 100


def test_an_event_on_its_own_day_is_day_0_and_never_minus_0() -> None:
    clock = Clock({"a": read_when("2021-02-03"), "b": read_when("with a")})
    assert str(clock.days("b", "a")) == "day 0"
    assert math.copysign(1.0, clock.days("b", "a").low) == 1.0


def test_the_event_written_last_gives_way() -> None:
    times = {"a": "2021-02-03", "b": "a day 5", "c": "a day 9, before b"}
    clock = Clock({name: read_when(text) for name, text in times.items()})
    assert [set(conflict.events) for conflict in clock.conflicts] == [{"a", "b", "c"}]
    assert clock.days("b", "a") == DayRange(5, 5)


def test_two_that_each_follow_the_other_are_one_conflict() -> None:
    clock = Clock({"a": read_when("b day 1"), "b": read_when("a day 1")})
    assert [set(conflict.events) for conflict in clock.conflicts] == [{"a", "b"}]


def test_an_event_told_by_itself_is_a_conflict() -> None:
    assert [one.events for one in Clock({"a": read_when("a day 1")}).conflicts] == [("a",)]


def test_a_thousand_conflicts_are_told_in_a_moment() -> None:
    pairs = {f"s{n}": read_when(f"s{n + 1 if n % 2 else n - 1} day 1") for n in range(1, 2001)}
    began = time.process_time()
    assert len(Clock(pairs).conflicts) == 1000
    assert time.process_time() - began < 20.0  # 0.02 s on our machine


CIRCLES = [
    ({"a": "after b", "b": "after c", "c": "after a"}, {"a", "b", "c"}),
    ({"a": "before b", "b": "before a"}, {"a", "b"}),
    ({"a": "after b", "b": "with a"}, {"a", "b"}),
    ({"a": "after a"}, {"a"}),
    ({"a": "from after b", "b": "from after a"}, {"a", "b"}),
    ({"a": "after b", "b": "with c", "c": "before d", "d": "with a"}, None),
    ({"a": "2021-02-03", "b": "2021-02-03, after a"}, None),
    ({"a": "2021-02-03", "b": "2021-02-03, after a", "c": "2021-02-03, after b"}, None),
    ({"a": "with b", "b": "with a"}, None),
]


@pytest.mark.parametrize(("times", "circle"), CIRCLES, ids=[str(row[0]) for row in CIRCLES])
def test_events_that_each_follow_the_other_are_told_once(
    times: dict[str, str], circle: set[str] | None
) -> None:
    clock = Clock({name: read_when(text) for name, text in times.items()})
    assert [set(one.events) for one in clock.conflicts] == ([] if circle is None else [circle])


def test_the_order_written_last_gives_way_and_the_rest_holds() -> None:
    times = {"a": "2021-02-03", "b": "after a", "c": "after b", "d": "before a, after c"}
    clock = Clock({name: read_when(text) for name, text in times.items()})
    assert [set(one.events) for one in clock.conflicts] == [{"a", "b", "c", "d"}]
    assert clock.days("c", "a").low == 0
    assert clock.days("d", "a").high == 0


def test_a_long_chain_of_orders_is_followed_in_a_moment() -> None:
    for step in (1, -1):
        names = [f"s{n}" for n in range(2000)][::step]
        chain = {name: read_when(f"after s{int(name[1:]) + 1}") for name in names}
        began = time.process_time()
        assert Clock(chain).conflicts == ()
        assert time.process_time() - began < 20.0
