"""What one observed thing adds to the log likelihood, against formulas written out with SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from reinfuse.estimation.mechanistic.likelihood import term
from reinfuse.estimation.mechanistic.nodes import GAPS, NEIGHBOURS, nodes_of
from reinfuse.estimation.mechanistic.observed import Change, Kind, Observed
from reinfuse.estimation.mechanistic.predictions import Looked, asked_of
from reinfuse.estimation.mechanistic.scatter import (
    DEGREES,
    REDUCED_TO,
    SCATTER,
    VISIBLE_SD,
    VISIBLE_VOLUME,
)
from reinfuse.estimation.mechanistic.student import log_below, log_density
from tests.unit.pretend_window import LESION, first_window, second_window

SD = SCATTER[Kind.CAR_PERCENT].sd
STUDENT = stats.t(DEGREES, scale=SD / math.sqrt(DEGREES / (DEGREES - 2)))


def looked_at(observed: Observed) -> Looked:
    window = (
        second_window(observed=(observed,))
        if observed.lesion
        else first_window(observed=(observed,))
    )
    return asked_of(window, 0).looked[0]


def odds(percent: float) -> float:
    return math.log(percent / (100.0 - percent))


def told(percent: float, limit: float | None = None, **what: object) -> float:
    looked = looked_at(Observed(kind=Kind.CAR_PERCENT, days=(9.0, 9.0), **what))
    limits = None if limit is None else np.array([limit])
    return float(term(looked, np.full((1, len(looked.columns)), percent), limits)[0])


@pytest.mark.parametrize("z", [-300.0, -45.0, -30.0, -3.0, -0.2, 0.0, 0.2, 3.0, 40.0])
def test_student_agrees_with_scipy_in_the_middle_and_in_both_tails(z: float) -> None:
    standard = stats.t(DEGREES, scale=1 / math.sqrt(DEGREES / (DEGREES - 2)))
    assert log_density(np.array([z]))[0] == pytest.approx(standard.logpdf(z), rel=1e-12)
    assert log_below(np.array([z]))[0] == pytest.approx(standard.logcdf(z), rel=1e-7, abs=1e-12)


def test_a_value_scatters_as_student_on_the_odds() -> None:
    assert told(30.0, value=50.0) == pytest.approx(STUDENT.logpdf(odds(50.0) - odds(30.0)))


def test_below_a_limit_counts_with_the_chance_to_be_there() -> None:
    assert told(2.0, below=1.0) == pytest.approx(STUDENT.logcdf(odds(1.0) - odds(2.0)))


def test_above_a_limit_counts_with_the_chance_to_be_there() -> None:
    assert told(80.0, above=90.0) == pytest.approx(STUDENT.logsf(odds(90.0) - odds(80.0)))


def test_above_and_below_the_same_limit_share_all_of_the_chance() -> None:
    under, over = told(20.0, below=10.0), told(20.0, above=10.0)
    assert math.exp(under) + math.exp(over) == pytest.approx(1.0)


def test_a_limit_that_nobody_stated_is_the_drawn_one() -> None:
    unknown = told(2.0, limit=0.3, limit_unknown=True)
    assert unknown == pytest.approx(told(2.0, below=0.3))


def test_an_uncertain_day_is_averaged_over() -> None:
    observed = Observed(kind=Kind.CAR_PERCENT, days=(9.0, 12.0), value=20.0)
    looked = looked_at(observed)
    assert nodes_of(observed).days.tolist() == [9.5, 10.5, 11.5]
    levels = np.array([[10.0, 20.0, 30.0]])
    each = STUDENT.pdf([odds(20.0) - odds(percent) for percent in levels[0]])
    assert term(looked, levels, None)[0] == pytest.approx(math.log(each.mean()))


def test_samples_around_a_highest_one_came_out_lower() -> None:
    window = first_window(
        observed=(Observed(kind=Kind.CAR_PERCENT, days=(9.0, 9.0), value=40.0, peak=True),)
    )
    asked = asked_of(window, 0)
    looked = asked.looked[0]
    days = asked.days[looked.columns]
    percent = 10.0 + days  # any curve will do
    steps = [k for k in range(-NEIGHBOURS, NEIGHBOURS + 1) if k]
    chances = []
    for gap in GAPS:
        beside = [9.0 + k * gap for k in steps if 0.0 <= 9.0 + k * gap <= 45.0]
        chances.append(math.prod(STUDENT.cdf(odds(40.0) - odds(10.0 + day)) for day in beside))
    lower = math.log(np.average(chances, weights=1 / np.array(GAPS)))
    expected = STUDENT.logpdf(odds(40.0) - odds(19.0)) + lower
    assert term(looked, percent[None], None)[0] == pytest.approx(expected)


def look(change: Change, first: float, now: float) -> float:
    looked = looked_at(
        Observed(kind=Kind.LESION_CHANGE, days=(29.0, 29.0), change=change, lesion=LESION.number)
    )
    volumes = np.array([[first, now]]) if change is Change.REDUCED else np.array([[now]])
    return float(term(looked, volumes, None)[0])


def test_a_lesion_no_longer_seen_is_smaller_than_what_imaging_shows() -> None:
    expected = stats.norm.logcdf(math.log(VISIBLE_VOLUME / 2.0) / VISIBLE_SD)
    assert look(Change.GONE, 50.0, 2.0) == pytest.approx(expected)
    assert look(Change.PRESENT, 50.0, 2.0) == pytest.approx(math.log1p(-math.exp(expected)))


def test_a_reduced_lesion_is_smaller_than_at_first_and_seen() -> None:
    seen = stats.norm.logcdf(math.log(20.0 / VISIBLE_VOLUME) / VISIBLE_SD)
    sd = SCATTER[Kind.LESION_CHANGE].sd
    shrunk = stats.norm.logcdf(math.log(REDUCED_TO * 50.0 / 20.0) / sd)
    assert look(Change.REDUCED, 50.0, 20.0) == pytest.approx(seen + shrunk)
