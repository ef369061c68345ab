"""One look at one lesion: drawn, left in its place, as hot as before, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from reinfuse.errors import Severity
from reinfuse.imaging.following import Followed, Registered, TimePoint, follow
from reinfuse.imaging.following.rigid import at_rest
from reinfuse.imaging.lesion import Method
from reinfuse.imaging.lesions import MAX_41, SUV_4, NoLesion, Rule, delineate, region_between
from reinfuse.imaging.measured.looking import Attempt, Refused, look_at, with_refusal
from reinfuse.imaging.measured.results import Look, Trend
from reinfuse.imaging.measures import Measured, measure
from reinfuse.imaging.volume import Grid, Volume

GRID = Grid(shape=(40, 40, 40), origin=np.zeros(3), steps=np.diag([4.0] * 3)[::-1].copy())
BOX = ((30.0, 30.0, 30.0), (126.0, 126.0, 126.0))
STILL = Registered(motion=at_rest(), before=1.0, after=1.0, repeat_mm=0.0, overlap=1.0)


def _scan(radius: float, suv: float) -> Volume:
    """A ball in the middle of tissue of SUV 0.8, with a soft border."""
    places = GRID.millimetres(np.argwhere(np.ones(GRID.shape))).reshape(*GRID.shape, 3)
    away = np.linalg.norm(places - 78.0, axis=-1)
    values = 0.8 + (suv - 0.8) / (1 + np.exp((away - radius) / 2))
    return Volume(values=values.astype(np.float32), grid=GRID, unit="SUVbw")


def _attempt(volume: Volume, rule: Rule = MAX_41) -> Measured | NoLesion:
    found = delineate(volume, region_between(GRID, *BOX), rule, label="mass")
    return found if isinstance(found, NoLesion) else measure(volume, found)


def _looks(scans: Mapping[str, tuple[Volume, Attempt | None]], lesion: str = "mass") -> list[Look]:
    points = [
        TimePoint(
            name=name,
            day=day,
            suv=volume,
            lesions=(attempt.lesion,) if isinstance(attempt, Measured) else (),
        )
        for day, (name, (volume, attempt)) in enumerate(scans.items())
    ]
    followed = follow(points, seed=1, registrations=[STILL] * (len(points) - 1))
    assert isinstance(followed, Followed)
    looks: list[Look] = []
    for name, (_, attempt) in scans.items():
        looks.append(look_at(lesion, name, attempt, followed, looks))
    return looks


def test_a_lesion_that_shrinks_and_grows_is_told_so_only_beyond_doubt() -> None:
    sizes = {"a": 24.0, "b": 23.0, "c": 14.0, "d": 24.0}
    scans = {name: _scan(radius, 9.0) for name, radius in sizes.items()}
    looks = _looks({name: (volume, _attempt(volume)) for name, volume in scans.items()})
    assert [look.trend for look in looks] == [None, None, Trend.REDUCED, Trend.INCREASED]
    assert [look.state for look in looks] == ["drawn"] * 4
    assert looks[0].words.endswith("mL")


def test_a_vanished_lesion_is_below_the_threshold_with_what_is_left() -> None:
    first, last = _scan(20.0, 9.0), _scan(20.0, 1.8)
    before, after = _looks({"a": (first, _attempt(first)), "b": (last, None)})
    assert before.measured is not None
    assert (after.state, after.measured, after.failed) == ("below threshold", None, False)
    assert after.words.startswith("below threshold: SUVmax 1.8 left in its place")
    assert after.left is not None
    assert after.left.max == pytest.approx(float(last.values.max()), rel=1e-6)


def test_uptake_as_hot_as_its_border_was_is_not_called_below_the_threshold() -> None:
    first, last = _scan(20.0, 9.0), _scan(20.0, 8.0)
    after = _looks({"a": (first, _attempt(first)), "b": (last, None)})[1]
    assert after.state == "not drawn"
    assert after.words.startswith("not drawn: SUVmax 8.0 left in its place")
    assert [(one.rule, one.severity) for one in after.findings] == [
        ("petct-hot-not-drawn", Severity.AMBIGUITY)
    ]


def test_uptake_that_climbs_on_outside_its_place_is_told_to_be_given_to_nobody() -> None:
    first, last = _scan(14.0, 9.0), _scan(0.0, 0.8)
    beside = GRID.millimetres(np.argwhere(np.ones(GRID.shape))).reshape(*GRID.shape, 3)
    away = np.linalg.norm(beside - (78.0, 78.0, 104.0), axis=-1)
    values = last.values + 30.0 / (1 + np.exp((away - 12.0) / 2))
    spilled = replace(last, values=values.astype(np.float32))
    before, after = _looks({"a": (first, _attempt(first)), "b": (spilled, None)})
    assert before.findings == ()
    assert after.left is not None
    assert after.left.may_be_neighbours
    assert [one.rule for one in after.findings] == ["petct-hot-not-drawn", "petct-left-at-border"]
    assert after.state == "not drawn"
    assert "given to no criterion" in after.findings[1].what


def test_a_fixed_threshold_that_draws_nothing_is_a_result_and_no_failure() -> None:
    first, last = _scan(20.0, 9.0), _scan(20.0, 3.0)
    after = _looks({"a": (first, _attempt(first, SUV_4)), "b": (last, _attempt(last, SUV_4))})[1]
    assert (after.state, after.failed) == ("below threshold", False)
    assert "SUVmax 3.0 left in its place" in after.words
    assert after.method is not None
    assert (after.method.name, after.method.threshold) == ("SUV 4, 6-connected", 4.0)
    assert after.findings[-1].severity is Severity.NOTE


def test_what_could_not_be_drawn_is_an_error_beside_what_is_left() -> None:
    first, last = _scan(20.0, 9.0), _scan(20.0, 1.8)
    attempts: tuple[Attempt, ...] = (
        Refused(what="a seed that reaches 0 mm", fix="give a length"),
        _outside(last),
    )
    for attempt in attempts:
        after = _looks({"a": (first, _attempt(first)), "b": (last, attempt)})[1]
        assert after.failed
        assert after.left is not None
        assert after.findings[-1].severity is Severity.ERROR
        assert after.findings[-1].where == "mass, b"


def test_a_lesion_under_another_name_in_its_place_is_told() -> None:
    first, last = _scan(20.0, 9.0), _scan(19.0, 9.0)
    drawn = _attempt(last)
    assert isinstance(drawn, Measured)
    looks = _looks({"a": (first, _attempt(first)), "b": (last, drawn)}, lesion="other")
    assert [one.rule for one in looks[1].findings][-1] == "petct-other-by-place"
    assert "it is mass" in looks[1].findings[-1].what


def test_a_lesion_is_new_only_where_its_place_was_seen_and_cooler() -> None:
    first, last = _scan(20.0, 1.5), _scan(20.0, 9.0)
    cool = _looks({"a": (first, None), "b": (last, _attempt(last))})
    assert [look.state for look in cool] == ["before it was drawn", "new"]
    assert cool[1].trend is Trend.NEW
    for earlier, attempt in (
        (last, None),  # as hot, and nobody drew it
        (first, Refused(what="no box", fix="give one")),
    ):
        look = _looks({"a": (earlier, attempt), "b": (last, _attempt(last))})[1]
        assert (look.state, look.trend) == ("drawn", None)
        assert look.findings[-1].rule == "petct-may-not-be-new"


def test_a_mask_without_a_threshold_is_new_where_a_share_of_its_maximum_was_not_reached() -> None:
    cool, warm, last = _scan(20.0, 1.5), _scan(20.0, 4.5), _scan(20.0, 9.0)
    drawn = _attempt(last)
    assert isinstance(drawn, Measured)
    by_hand = measure(last, replace(drawn.lesion, method=Method(name="contours")))
    states = [
        _looks({"a": (earlier, None), "b": (last, by_hand)})[1].state for earlier in (cool, warm)
    ]
    assert states == ["new", "drawn"]


def test_what_could_not_be_done_beside_a_look_is_an_error_of_that_look() -> None:
    volume = _scan(20.0, 9.0)
    look = look_at("mass", "a", _attempt(volume), None, [])
    told = with_refusal(look, "mass", Refused(what="there is no CT", fix="bring it"))
    assert (told.failed, told.measured is look.measured) == (True, True)
    assert (told.findings[-1].rule, told.findings[-1].where) == ("petct-refused", "mass, a")


def test_without_following_a_lesion_is_measured_or_not_drawn() -> None:
    volume = _scan(20.0, 9.0)
    assert look_at("mass", "a", _attempt(volume), None, []).measured is not None
    absent = look_at("mass", "b", None, None, [])
    assert (absent.words, absent.left) == ("not drawn, and not followed", None)


def _outside(volume: Volume) -> NoLesion:
    region = region_between(GRID, (900.0, 900.0, 900.0), (950.0, 950.0, 950.0))
    found = delineate(volume, region, MAX_41, label="mass")
    assert isinstance(found, NoLesion)
    assert found.hottest is None
    return found
