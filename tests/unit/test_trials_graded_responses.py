"""Response, relapse and B cells of virtual patients: in columns as in the charts of each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.grade import Grade
from reinfuse.grading.leukemia.b_cells import ONE_PERCENT, TWENTY_CELLS
from reinfuse.grading.leukemia.eliana import ELIANA
from reinfuse.grading.leukemia.nci_2010 import NCI_2010
from reinfuse.grading.leukemia.relapse_class import COMBINED, ISOLATED
from reinfuse.grading.leukemia.response import ResponseSet
from reinfuse.grading.series import rank
from reinfuse.trials.graded.charts import charts_of_virtual
from reinfuse.trials.graded.judged import Ranked
from reinfuse.trials.graded.outputs import Virtual, virtual_patients
from reinfuse.trials.graded.responses import NONE, Responses, responses
from reinfuse.trials.graded.visits import Attended, Limits, Schedule, attended_at_random
from tests.unit.virtual_cohorts import Cohort, cohort_of

PATIENTS = 50
SCHEDULE = Schedule(signs=(0,), disease=(-7, 28, 50, 75, 100, 130, 180, 270, 360))
LIMITS = Limits(mrd=0.001, uptake=True)


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    """Little disease, quick to come back: CR, and relapses in marrow, in a lesion, and in both."""
    return cohort_of(
        PATIENTS, SCHEDULE, lesion_start_1=2e9, access_1=2.0, kill_share_1=1.0, growth=0.12,
        negative_share=1e-6, b_normal=3e11, immunity_rise=4e-3,
    )  # fmt: skip


@pytest.fixture(scope="module")
def came() -> Attended:
    return attended_at_random(SCHEDULE, PATIENTS, 0.15, np.random.default_rng(1))


@pytest.fixture(scope="module")
def found(cohort: Cohort, came: Attended) -> Responses:
    return responses(cohort.virtual, SCHEDULE, attended=came, limits=LIMITS)


def series(grade: Grade) -> dict[int, tuple[float, float]]:
    criterion = grade.criterion
    return {day.day: (rank(criterion, day.low), rank(criterion, day.high)) for day in grade.series}


def of_patient(ranked: Ranked, place: int) -> dict[int, tuple[float, float]]:
    pairs = zip(SCHEDULE.disease, ranked.low[place], ranked.high[place], strict=True)
    return {day: (low, high) for day, low, high in pairs if not np.isnan(low)}


def test_every_look_is_judged_as_in_the_chart_of_that_patient(
    cohort: Cohort, came: Attended, found: Responses
) -> None:
    nobody = np.zeros((PATIENTS, 4))
    charts = charts_of_virtual(cohort.virtual, nobody, SCHEDULE, attended=came, limits=LIMITS)
    named = {
        "ELN-2024 response": found.response,
        "ELN-2024 MRD classes": found.mrd,
        "relapse class BFM": found.relapse,
    }
    for name, ranked in named.items():
        entry = criterion_named(name)
        for place, chart in enumerate(charts):
            assert series(entry.grade(chart)) == of_patient(ranked, place)
    antigen = criterion_named("antigen at relapse")
    b_cells = criterion_named("B-cell aplasia 3 % or 50 per uL")
    for place, chart in enumerate(charts):
        assert b_cells.grade(chart).shown() == found.b_cell_levels[found.b_cells[place]]
        assert (found.antigen[place] != NONE) == antigen.grade(chart).evaluable
    assert len(set(found.b_cells.tolist())) > 2
    assert len(set(found.relapse_class.tolist())) > 2
    assert len(set(found.antigen.tolist())) > 2


@pytest.mark.parametrize("criterion", [ELIANA, NCI_2010])
def test_another_set_of_criteria_is_judged_as_in_the_charts_too(
    cohort: Cohort, came: Attended, criterion: ResponseSet
) -> None:
    found = responses(cohort.virtual, SCHEDULE, attended=came, criterion=criterion)
    charts = charts_of_virtual(cohort.virtual, np.zeros((PATIENTS, 4)), SCHEDULE, attended=came)
    entry = criterion_named(criterion.scale.criterion.name)
    for place, chart in enumerate(charts):
        assert series(entry.grade(chart)) == of_patient(found.response, place)


def test_findings_of_a_month_belong_to_one_relapse(cohort: Cohort) -> None:
    """A lesion on day 50, and on day 75 the marrow alone: the second look is combined."""
    virtual = cohort.virtual
    lesions, volumes, marrow = (
        np.array(one) for one in (virtual.lesions, virtual.volumes, virtual.marrow)
    )
    lesions[..., virtual.places((28, 75))], volumes[..., virtual.places((28, 75))] = 0.0, 0.0
    lesions[..., virtual.places([50])], volumes[..., virtual.places([50])] = 1e10, 20.0
    marrow[..., virtual.places((28, 50))], marrow[..., virtual.places([75])] = 0.0, 1e12
    edited = replace(virtual, lesions=lesions, volumes=volumes, marrow=marrow)
    found = responses(edited, SCHEDULE, limits=LIMITS)
    charts = charts_of_virtual(edited, np.zeros((PATIENTS, 4)), SCHEDULE, limits=LIMITS)
    levels, place = found.relapse_levels, SCHEDULE.disease.index(75)
    assert levels[found.relapse_class[0]] == ISOLATED
    assert levels[int(found.relapse.low[0, place])] == COMBINED
    entry = criterion_named("relapse class BFM")
    for patient, chart in enumerate(charts):
        assert series(entry.grade(chart)) == of_patient(found.relapse, patient)


@pytest.mark.parametrize("cut", [ONE_PERCENT, TWENTY_CELLS])
def test_every_cut_of_aplasia_is_counted_as_in_the_charts(cohort: Cohort, cut: object) -> None:
    found = responses(cohort.virtual, SCHEDULE, cut=cut)  # type: ignore[arg-type]
    charts = charts_of_virtual(cohort.virtual, np.zeros((PATIENTS, 4)), SCHEDULE)
    entry = criterion_named(cut.criterion.name)  # type: ignore[attr-defined]
    told = [found.b_cell_levels[code] for code in found.b_cells]
    assert told == [entry.grade(chart).shown() for chart in charts]


def test_a_visit_that_was_missed_stays_missing(found: Responses, came: Attended) -> None:
    assert not came.disease.all()
    assert np.isnan(found.response.low[~came.disease]).all()
    assert not found.surely[~came.disease].any()


def test_a_remission_is_sure_whatever_the_counts_and_lost_to_a_lesion_that_is_seen(
    found: Responses,
) -> None:
    seen = found.looks.came & found.looks.after
    clean = seen & (found.looks.percent < 5) & ~found.looks.outside
    assert found.surely.any()
    assert np.all(clean[found.surely])
    assert not found.possibly[seen & found.looks.outside].any()
    late = found.remission_by(360)
    assert np.all(found.remission_by(28) <= late)
    assert np.all(found.remission_by(360, mrd_negative=True) <= late)


def test_a_relapse_follows_a_remission(found: Responses) -> None:
    relapsed = ~np.isnan(found.relapse_day)
    assert relapsed.any()
    first = np.where(found.surely, found.looks.days, np.inf).min(axis=1)
    assert np.all(first[relapsed] < found.relapse_day[relapsed])
    assert np.all(found.relapse_class[~relapsed] == NONE)
    assert np.all(found.mrd_relapse_day[relapsed] <= found.relapse_day[relapsed])


def test_a_clone_that_died_out_never_comes_back(cohort: Cohort) -> None:
    for cells in (cohort.virtual.marrow, cohort.virtual.lesions):
        gone = np.maximum.accumulate(cells == 0, axis=-1)
        assert gone.any()
        assert np.all(cells[gone] == 0)


def test_marrow_blasts_are_those_of_the_model_while_both_clones_live(cohort: Cohort) -> None:
    alive = (cohort.virtual.marrow > 0).all(axis=0)
    left = [cohort.simulated.of(f"marrow_left_{one}") for one in ("positive", "negative")]
    sure = alive & (np.minimum(*left) > 30)
    assert sure.sum() > 10
    expected = cohort.simulated.of("blasts_percent")[sure]
    assert cohort.virtual.blasts_percent[sure] == pytest.approx(expected, rel=1e-3)


def test_imaging_of_uptake_does_not_see_what_is_dead(cohort: Cohort) -> None:
    by_size = responses(cohort.virtual, SCHEDULE).looks.visible
    by_uptake = responses(cohort.virtual, SCHEDULE, limits=Limits(uptake=True)).looks.visible
    assert np.all(by_uptake <= by_size)
    assert by_uptake.sum() < by_size.sum()


def test_who_has_no_lesion_in_the_model_has_no_disease_outside_marrow() -> None:
    cohort = cohort_of(5, SCHEDULE, lesions=0)
    found = responses(cohort.virtual, SCHEDULE)
    assert not found.looks.outside.any()
    assert cohort.virtual.volumes.shape[1] == 0


def test_a_patient_without_values_has_no_look(cohort: Cohort) -> None:
    lost = np.array(cohort.virtual.marrow)
    lost[:, 2] = np.nan
    found = responses(replace(cohort.virtual, marrow=lost), SCHEDULE)
    assert np.isnan(found.response.low[2]).all()
    assert not np.isnan(found.response.low[3]).all()


def test_what_cannot_be_graded_is_refused(cohort: Cohort) -> None:
    virtual: Virtual = cohort.virtual
    with pytest.raises(ReinfuseError, match="cut of aplasia"):
        responses(virtual, SCHEDULE, limits=Limits(b_share=4.0))
    with pytest.raises(ReinfuseError, match="day 29 was not simulated"):
        responses(virtual, replace(SCHEDULE, blood=(29,)))
    with pytest.raises(ReinfuseError, match=r"do not rise.*7 days apart"):
        Schedule(blood=(28, 28), disease=(28, 35))
    with pytest.raises(ReinfuseError, match="luck"):
        virtual_patients(cohort.simulated, cohort.rows, 1, np.zeros((PATIENTS, 1, 2)))
