"""Doses become parameters: by surface, as the free drug, on the days of the plan."""

from __future__ import annotations

import math

import pytest

from reinfuse.engine.simulate import Settings, simulate
from reinfuse.mechanism.draws import parameter_rows
from reinfuse.mechanism.equations import course_model
from reinfuse.mechanism.plan import (
    F_ARA_A,
    NEVER,
    Body,
    Depletion,
    Plan,
    fludarabine_exposure,
    fludarabine_loss,
    plan_values,
)
from reinfuse.mechanism.table import parameter

ADULT = Body(weight=70.0, surface=1.8, filtration=100.0)


def test_a_plan_as_usual() -> None:
    assert plan_values(Plan(), Body(surface=1.65)) == {
        "infusion_day": 0.0, "dose": 1e8, "depletion_day": -5.0,
        "fludarabine": pytest.approx(30 * 1.65 * 0.781, rel=1e-4), "cyclophosphamide": 0.3,
    }  # fmt: skip


def test_lymphodepletion_goes_with_the_infusion() -> None:
    found = plan_values(Plan(day=2.0, depletion=Depletion(first_day=-4.0)), Body())
    assert found["depletion_day"] == -2.0


def test_nothing_is_said_of_what_is_not_given() -> None:
    found = plan_values(Plan(depletion=None), Body())
    assert found == {"infusion_day": 0.0, "dose": 1e8, "depletion_day": NEVER}


def test_tocilizumab_and_steroids_have_days() -> None:
    plan = Plan(tocilizumab=((7.0, 480.0), (8.0, 400.0), (9.0, 1.0)), steroids=(8.0, 12.0))
    found = plan_values(plan, Body())
    assert (found["tocilizumab_day_1"], found["tocilizumab_dose_1"]) == (7.0, 480.0)
    assert (found["tocilizumab_day_2"], found["tocilizumab_dose_2"]) == (8.0, 400.0)
    assert (found["steroid_first"], found["steroid_last"]) == (8.0, 12.0)


def test_fludarabine_phosphate_is_more_than_what_it_gives() -> None:
    """Molar masses C10H12FN5O4 and C10H13FN5O7P, g/mol, from atomic weights."""
    weights = {"C": 12.011, "H": 1.008, "F": 18.998, "N": 14.007, "O": 15.999, "P": 30.974}
    free = sum(weights[a] * n for a, n in zip("CHFNO", (10, 12, 1, 5, 4), strict=True))
    phosphate = sum(weights[a] * n for a, n in zip("CHFNOP", (10, 13, 1, 5, 7, 1), strict=True))
    assert pytest.approx(free / phosphate, rel=1e-4) == F_ARA_A


# Langenhorst 2019: clearance 3.24 + 0.782 x eGFR (L/h), 39 + 20 + 50 L, for 70 kg.
@pytest.mark.parametrize(("filtration", "clearance"), [(100.0, 7.932), (0.0, 3.24), (50.0, 5.586)])
def test_fludarabine_leaves_by_the_kidney_and_besides(filtration: float, clearance: float) -> None:
    body = Body(weight=70.0, filtration=filtration)
    assert fludarabine_loss(body) == pytest.approx(clearance * 24 / 109)


def test_a_small_child_clears_a_litre_faster() -> None:
    ratio = fludarabine_loss(Body(weight=10.0)) / fludarabine_loss(Body(weight=70.0))
    assert ratio == pytest.approx(7**0.25)


def test_exposure_is_dose_over_clearance() -> None:
    found = fludarabine_exposure(Depletion(fludarabine=30.0), ADULT)
    assert found == pytest.approx(3 * 30 * 1.8 * 0.781 / 7.932, rel=1e-4)
    assert 10 < found < 20, "the range about the published threshold of 14 mg*h/L"


def test_the_model_gives_the_exposure_that_was_worked_out() -> None:
    """What F-ara-A has done to the T cells tells how much of it there was."""
    given = plan_values(Plan(depletion=Depletion(cyclophosphamide=0.0)), ADULT)
    given |= {"fludarabine_loss": fludarabine_loss(ADULT), "t_recovery": 0.0005}
    model = course_model(0)
    rows = parameter_rows(0, 1, {}, given)
    t_cells = simulate(model, rows, [5.0], settings=Settings(rtol=1e-8)).of("t_per_ul")[0, 0]
    killed = math.log(parameter("t_normal").value / t_cells)
    exposure = killed / parameter("fludarabine_kill").value * 24  # mg*h/L
    expected = fludarabine_exposure(Depletion(), ADULT)
    assert exposure == pytest.approx(expected, rel=0.04)  # some T cells are back by then
