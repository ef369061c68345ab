"""Areas, half-lives, time above a threshold and C0 of short series, as PKNCA has them."""

from __future__ import annotations

from math import log, nan

import numpy as np
import pytest

from reinfuse.kinetics.descriptors import (
    BLQ_RULES,
    DESCRIPTORS,
    AreaMethod,
    BlqRule,
    Described,
    Given,
    Note,
    NotEstimable,
    Route,
    Rules,
    TerminalRule,
    above,
    area_between,
    describe,
    profiles_from_arrays,
)

LINEAR, LOG = AreaMethod.LINEAR, AreaMethod.LINEAR_UP_LOG_DOWN
KEEP, PKNCA = BLQ_RULES["zero"], BLQ_RULES["pknca"]
LONGER = (1, 0.5, 0.25, 0.1251)


def analysed(
    levels: tuple[float, ...],
    times: tuple[float, ...] | None = None,
    *,
    blq: BlqRule = PKNCA,
    method: AreaMethod = LOG,
    terminal: TerminalRule | None = None,
    route: Route = Route.CELLS,
) -> Described:
    time = np.arange(len(levels)) if times is None else np.array(times)
    rules = Rules(
        blq=blq,
        method=method,
        route=route,
        terminal=terminal or TerminalRule(least_span=0.0),
        most_extrapolated=100.0,
    )
    extra = (area_between(0, 6), area_between(0, 4), area_between(0, 3), above(5))
    profiles = profiles_from_arrays(time, [levels])
    return describe(profiles, rules=rules, descriptors=(*DESCRIPTORS, *extra))


@pytest.mark.parametrize(
    ("levels", "with_peak", "half_life"),
    [
        ((1, 0.5, 0.25), True, 1.0),
        (LONGER, True, 1.000346),
        (LONGER, False, 1.000577),
    ],
)
def test_the_peak_may_or_may_not_begin_the_window(
    levels: tuple[float, ...], with_peak: bool, half_life: float
) -> None:
    rule = TerminalRule(least_span=0.0, with_peak=with_peak)
    found = analysed(levels, terminal=rule)["half_life"].at(0)
    assert found == pytest.approx(half_life, abs=5e-7)


def test_the_line_comes_with_its_window() -> None:
    found = analysed(LONGER, terminal=TerminalRule(least_span=0.0, with_peak=True)).of(0)
    assert found["lambda_z"] == pytest.approx(0.6929073, abs=5e-8)
    assert found["terminal_r2"] == pytest.approx(0.9999999, abs=5e-8)
    assert found["terminal_adjusted_r2"] == pytest.approx(0.9999999, abs=5e-8)
    assert found["clast_pred"] == pytest.approx(0.12507, abs=5e-6)
    assert found["terminal_span"] == pytest.approx(2.998962, abs=5e-7)
    assert (found["terminal_from"], found["terminal_to"], found["terminal_points"]) == (0, 3, 4)


def test_a_window_by_hand_takes_all_its_samples() -> None:
    rule = TerminalRule(least_span=0.0, window=(0, 5))
    found = analysed((3, 1, 0.5, 0.13, 0.12, 0.113), terminal=rule)
    assert found["half_life"].at(0) == pytest.approx(1.00653, abs=5e-6)
    assert found["terminal_points"].at(0) == 6


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ((1, 0.5, 0.25), "3 are needed"),
        ((0, 0, 0), "below the limit"),
        ((9, 1, 2, 4), "do not fall"),
    ],
)
def test_where_there_is_no_half_life_it_says_why(levels: tuple[float, ...], words: str) -> None:
    answer = analysed(levels)["half_life"].at(0)
    assert isinstance(answer, NotEstimable)
    assert words in answer.why


MIDDLE = (0, 2, 0, 1, 2, 1)
AFTER = (*MIDDLE, 0, 0)
AREAS = [
    # levels, rule, method, AUClast, AUCall
    ((0, 1, 1), PKNCA, LINEAR, 1.5, 1.5),
    ((0, 1, 0), PKNCA, LINEAR, 0.5, 1.0),
    ((0, 1, 0, 0, 0, 0, 0), PKNCA, LINEAR, 0.5, 1.0),
    (MIDDLE, KEEP, LINEAR, 5.5, 5.5),
    (MIDDLE, KEEP, LOG, 4 + 1 / log(2), 4 + 1 / log(2)),
    (AFTER, KEEP, LINEAR, 5.5, 6.0),
    (AFTER, KEEP, LOG, 4 + 1 / log(2), 4.5 + 1 / log(2)),
    (AFTER, PKNCA, LINEAR, 7.0, 7.5),
    (AFTER, PKNCA, LOG, 2.5 + 3 / log(2), 3 + 3 / log(2)),
    ((0, 2, 0, 1, 2, 1, nan, 0), PKNCA, LINEAR, 7.0, 8.0),
    ((0, 2, 0, 1, 2, 1, nan, 0), PKNCA, LOG, 2.5 + 3 / log(2), 3.5 + 3 / log(2)),
]


@pytest.mark.parametrize(("levels", "blq", "method", "last", "whole"), AREAS)
def test_areas_with_samples_below_the_limit(
    levels: tuple[float, ...], blq: BlqRule, method: AreaMethod, last: float, whole: float
) -> None:
    found = analysed(levels, blq=blq, method=method)
    assert found["auc_last"].at(0) == pytest.approx(last, rel=1e-12)
    assert found["auc_all"].at(0) == pytest.approx(whole, rel=1e-12)


@pytest.mark.parametrize(
    ("first", "middle", "last", "area"),
    [
        # Levels 0 1 0 2 0; an area begins at day 0 with none, whatever is dropped.
        (Given.ZERO, Given.ZERO, Given.ZERO, 0.5 + 0.5 + 1 + 1),
        (Given.ZERO, Given.DROP, Given.ZERO, 0.5 + 3 + 1),
        (Given.ZERO, Given.DROP, Given.DROP, 0.5 + 3),
        (Given.DROP, Given.ZERO, Given.DROP, 0.5 + 0.5 + 1),
    ],
)
def test_each_place_has_its_own_rule(first: Given, middle: Given, last: Given, area: float) -> None:
    rule = BlqRule(name="tried", first=first, middle=middle, last=last, source="")
    found = analysed((0, 1, 0, 2, 0), blq=rule, method=LINEAR)
    assert found["auc_all"].at(0) == pytest.approx(area, rel=1e-12)


def test_a_bound_between_two_samples_is_read_on_the_line_between_them() -> None:
    found = analysed((0, 2, 0, 1, 2, 1, 0), (0, 1, 2, 3, 4, 5, 7), method=LINEAR)
    assert found["auc_0_6"].at(0) == pytest.approx(1 + 3 + 1.5 + 1.5 + 0.75, rel=1e-12)


def test_an_area_past_the_last_sample_follows_the_terminal_line() -> None:
    found = analysed((8, 4, 2, 1))
    assert found["auc_0_4"].at(0) == pytest.approx(7.5 / log(2), rel=1e-12)
    assert found["auc_0_4"].note[0] == Note.EXTRAPOLATED
    assert found["auc_0_3"].at(0) == pytest.approx(7 / log(2), rel=1e-12)
    assert found["auc_inf"].at(0) == pytest.approx(8 / log(2), rel=1e-12)
    assert found["auc_extrapolated"].at(0) == pytest.approx(100 / 8, rel=1e-12)


@pytest.mark.parametrize(
    ("method", "moment"), [(LINEAR, 3.75), (LOG, 2 + 0.5 / log(2) + 0.5 / log(2) ** 2)]
)
def test_first_moments(method: AreaMethod, moment: float) -> None:
    found = analysed((0, 1, 1, 0.5), method=method)
    assert found["aumc_last"].at(0) == pytest.approx(moment, rel=1e-12)


CROSSING = log(6 / 5) / log(6 / 4)
ABOVE = [
    # levels, method, time above 5
    ((5, 5), LINEAR, 1),
    ((5, 6, 5), LINEAR, 2),
    ((4, 4), LINEAR, 0),
    ((5, 4, 5), LINEAR, 0),
    ((6, 4, 5), LINEAR, 0.5),
    ((6, nan, 5), LINEAR, 2),
    ((6, 4, 5), LOG, CROSSING),
    ((6, 4, 6), LOG, CROSSING + 0.5),
    ((6, 4, 6, 0), LOG, CROSSING + 0.5 + 1 / 6),
    ((6, 0, 6, 0), LOG, 3 / 6),
]


@pytest.mark.parametrize(("levels", "method", "time"), ABOVE)
def test_time_above_a_threshold(levels: tuple[float, ...], method: AreaMethod, time: float) -> None:
    found = analysed(levels, blq=KEEP, method=method)
    assert found["time_above_5"].at(0) == pytest.approx(time, rel=1e-12, abs=1e-12)


def test_one_sample_is_too_few_for_an_area_or_a_time() -> None:
    found = analysed((5,))
    assert found["time_above_5"].why(0) == "only one sample"
    assert found["auc_last"].why(0) == "only one sample"


@pytest.mark.parametrize(
    ("levels", "times", "level"),
    [
        ((0, 2, 1, 0.5), (0, 1, 2, 3), 4),
        ((0, 2, 0, 0), (0, 1, 2, 3), 2),
        ((0, 2, nan, 0.5), (0, 1, 2, 3), 4),
        ((2, nan, 0.5), (1, 2, 3), 4),
        ((1, 2, 3, 4, 5), (0, 1, 2, 3, 4), 1),
    ],
)
def test_the_level_at_time_0_of_a_bolus(
    levels: tuple[float, ...], times: tuple[float, ...], level: float
) -> None:
    found = analysed(levels, times, route=Route.BOLUS)
    assert found["c0"].at(0) == pytest.approx(level, rel=1e-12)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((1, 2), {"cmax": 2, "tmax": 1, "tlast": 1, "clast": 2}),
        ((1, 1), {"cmax": 1, "tmax": 0, "tlast": 1}),
        ((1, 0), {"tlast": 0}),
        ((0, 1, 2, 0), {"clast": 2, "tlast": 2}),
        ((0, 1, 2, nan), {"clast": 2}),
        ((0, 1, nan, 3), {"clast": 3, "cmax": 3}),
        ((0, 0, 0, 0, 1), {"tlag": 3}),
    ],
)
def test_peak_last_and_lag(levels: tuple[float, ...], expected: dict[str, float]) -> None:
    found = analysed(levels).of(0)
    assert {name: found[name] for name in expected} == expected
