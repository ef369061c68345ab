"""Virtual patients' CRS graded in columns, and the same patients' charts graded one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.grading.catalogue import criterion_named
from reinfuse.mechanism.sign_rules import shipped_rules
from reinfuse.mechanism.signs import crs_probabilities, draw_deviations
from reinfuse.trials.graded.charts import charts_of_virtual
from reinfuse.trials.graded.crs import ASTCT_CRS, CrsCharting, graded_crs, signs_at
from reinfuse.trials.graded.outputs import Virtual
from reinfuse.trials.graded.rescue import tocilizumab_at
from reinfuse.trials.graded.visits import Attended, Schedule, attended_all
from tests.unit.virtual_cohorts import Cohort, cohort_of

PATIENTS, NEVER_SEEN = 50, 7
SCHEDULE = Schedule(signs=tuple(range(28)), blood=(28,), disease=(-7, 28))
SCALES = (ASTCT_CRS, "Lee-CRS-2014", "Penn-CRS", "CARTOX-CRS-2018", "MSKCC-CRS", "CTCAE-5.0 CRS")
WELL = CrsCharting(rules=shipped_rules(), organs_well=True)


@pytest.fixture(scope="module")
def untreated() -> Cohort:
    return cohort_of(PATIENTS, SCHEDULE)


@pytest.fixture(scope="module")
def deviations() -> NDArray[np.float64]:
    return draw_deviations(PATIENTS, np.random.default_rng(2))


@pytest.fixture(scope="module")
def treated(untreated: Cohort, deviations: NDArray[np.float64]) -> Cohort:
    signs = signs_at(untreated.virtual, deviations, SCHEDULE, shipped_rules())
    given = tocilizumab_at(signs, SCHEDULE.signs, 2, 480.0)
    return cohort_of(PATIENTS, SCHEDULE, **given)


@pytest.fixture(scope="module")
def with_gaps() -> Attended:
    came = attended_all(SCHEDULE, PATIENTS)
    seen = np.random.default_rng(3).random(came.signs.shape) > 0.3
    seen[NEVER_SEEN] = False
    return replace(came, signs=seen)


@pytest.mark.parametrize(
    ("scales", "charting"),
    [(SCALES[:2], None), (SCALES, WELL)],
    ids=["organs open", "organs well"],
)
def test_columns_and_single_charts_give_the_same_grades(
    treated: Cohort,
    deviations: NDArray[np.float64],
    with_gaps: Attended,
    scales: tuple[str, ...],
    charting: CrsCharting | None,
) -> None:
    found = graded_crs(
        treated.virtual,
        deviations,
        SCHEDULE,
        criteria=scales,
        attended=with_gaps,
        charting=charting,
    )
    charts = charts_of_virtual(
        treated.virtual, deviations, SCHEDULE, attended=with_gaps, charting=charting
    )
    for row, name in enumerate(scales):
        entry = criterion_named(name)
        for place, chart in enumerate(charts):
            if place == NEVER_SEEN:
                assert np.isnan(found.high[row, place])
                continue
            grade = entry.grade(chart)
            assert (found.low[row, place], found.high[row, place]) == (grade.low, grade.high)


def with_a_second_rise(virtual: Virtual) -> Virtual:
    """The first ten patients free of cytokines for a week, and full of them once more."""
    il6, ifn = np.array(virtual.il6_free), np.array(virtual.ifn)
    quiet, again = virtual.places(range(14, 21)), virtual.places(range(21, 24))
    il6[:10, quiet], ifn[:10, quiet], il6[:10, again] = 0.0, 0.0, 2000.0
    return replace(virtual, il6_free=il6, ifn=ifn)


def test_spells_are_those_of_the_single_charts(
    treated: Cohort, deviations: NDArray[np.float64], with_gaps: Attended
) -> None:
    virtual = with_a_second_rise(treated.virtual)
    found = graded_crs(virtual, deviations, SCHEDULE, attended=with_gaps)
    charts = charts_of_virtual(virtual, deviations, SCHEDULE, attended=with_gaps)
    assert set(found.episodes.tolist()) == {0, 1, 2}
    for place, chart in enumerate(charts):
        episodes = criterion_named(ASTCT_CRS).grade(chart).episodes
        assert found.episodes[place] == len(episodes)
        if episodes:
            ends = episodes[-1].resolved
            assert found.first_day[place] == episodes[0].onset == found.onset[0, place]
            assert found.resolved[place] == ends or (
                ends is None and np.isnan(found.resolved[place])
            )
        else:
            assert np.isnan(found.duration[place])


def test_asked_for_every_day_the_astct_grade_is_exact_and_as_often_as_told(
    deviations: NDArray[np.float64],
) -> None:
    cohort = cohort_of(2000, SCHEDULE, lesions=0)
    own = draw_deviations(2000, np.random.default_rng(4))
    found = graded_crs(cohort.virtual, own, SCHEDULE)
    assert np.array_equal(found.low, found.high)
    places = cohort.virtual.places(SCHEDULE.signs)
    told = crs_probabilities(cohort.virtual.il6_free[:, places], cohort.virtual.ifn[:, places])
    shares = [found.shares(grade)[0] for grade in (1, 2, 3, 4)]
    assert told.mean(axis=0) == pytest.approx(shares, abs=0.03)
    assert 0.3 < shares[0] < 0.98
    assert shares[2] > 0.01


def test_tocilizumab_lowers_no_first_grade_and_spares_higher_ones(
    untreated: Cohort, treated: Cohort, deviations: NDArray[np.float64]
) -> None:
    before = graded_crs(untreated.virtual, deviations, SCHEDULE)
    after = graded_crs(treated.virtual, deviations, SCHEDULE)
    given = ~np.isnan(treated.virtual.tocilizumab[:, 0])
    assert np.array_equal(given, before.low[0] >= 2)
    assert np.all(after.low[0] <= before.low[0])
    assert np.all(after.low[0][given] >= 2)
    assert (after.low[0] >= 3).sum() < (before.low[0] >= 3).sum()


def test_scales_that_ask_for_organs_stay_open_and_say_what_was_taken_for_granted(
    untreated: Cohort, deviations: NDArray[np.float64]
) -> None:
    scales = ("Lee-CRS-2014",)
    open_ = graded_crs(untreated.virtual, deviations, SCHEDULE, criteria=scales)
    shut = graded_crs(untreated.virtual, deviations, SCHEDULE, criteria=scales, charting=WELL)
    assert np.all(open_.high == 4)
    assert np.array_equal(shut.low, shut.high)
    assert any("organ toxicity" in words for words in shut.assumed)
    assert not any("organ toxicity" in words for words in open_.assumed)
    assert any("ICANS" in words for words in open_.not_modelled)


def test_a_patient_that_the_model_could_not_solve_is_not_evaluable(
    untreated: Cohort, deviations: NDArray[np.float64]
) -> None:
    lost = np.array(untreated.virtual.il6_free)
    lost[3] = np.nan
    virtual = replace(untreated.virtual, il6_free=lost)
    found = graded_crs(virtual, deviations, SCHEDULE)
    assert np.isnan(found.low[0, 3])
    assert not np.isnan(found.low[0, 4])
