"""What is said of an option as a whole does not contradict what is said of its parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reinfuse.estimation.mechanistic.result import Sampler
from reinfuse.trials.forecast import Asked, Option, forecast
from reinfuse.trials.forecast.asked import Dose, DoseUnit
from reinfuse.trials.forecast.compared import ALIKE, CANNOT_TELL, difference, ranked
from reinfuse.trials.forecast.forecast import _words
from reinfuse.trials.forecast.questions import EVERYWHERE, Ask, Question
from reinfuse.trials.forecast.replay import replay_of
from reinfuse.trials.forecast.result import Difference
from reinfuse.trials.forecast.told import described
from tests.unit.test_trials_forecast import WINDOW, prior_fit

SITES = Question(ask=Ask.UNSEEN, site=EVERYWHERE, day=100.0)
GRADE_2 = Question(ask=Ask.CRS_2, site=None, day=None)


def found(question: Question, by: float | np.ndarray) -> Difference:
    reference = np.full(100, 0.5)
    one = difference(question, reference + by, reference, ranked({}, {}, {}), another_product=False)
    assert one is not None
    return one


def test_an_option_without_any_difference_is_called_alike() -> None:
    assert _words([found(SITES, 0.0), found(GRADE_2, 0.0)], "a") == (ALIKE,)


def test_an_option_that_changes_toxicity_alone_is_not_called_alike() -> None:
    told = _words([found(SITES, 0.0), found(GRADE_2, -0.2)], "a")
    assert told == (
        f"where leukemia is: {ALIKE}",
        f"{GRADE_2}: {found(GRADE_2, -0.2).words}",
    )
    open_ = _words([found(SITES, 0.0), found(GRADE_2, np.linspace(-0.2, 0.2, 100))], "a")
    assert open_ == (f"where leukemia is: {ALIKE}", f"elsewhere: {CANNOT_TELL}")


def test_what_cannot_be_told_of_leukemia_can_be_told_of_toxicity() -> None:
    told = _words([found(SITES, np.linspace(-0.2, 0.2, 100)), found(GRADE_2, -0.2)], "a")
    assert told[0] == f"where leukemia is: {CANNOT_TELL}"
    assert "lower in 100 % of draws" in told[1]


def test_a_dose_that_nobody_recorded_is_not_called_given() -> None:
    option = Option(name="b", dose=Dose(amount=3.0, unit=DoseUnit.TIMES, words="x3"))
    assert "cells given" in described(replay_of(option, WINDOW, 1.0), WINDOW)
    unknown = replace(WINDOW, dose_told=False)
    assert "assumed, as no dose is recorded" in described(replay_of(option, unknown, 1.0), unknown)


def test_chains_that_are_far_apart_have_learned_nothing() -> None:
    fit, about = prior_fit(60), {"horizon": 100.0, "reference": "a", "infusion": WINDOW.infusion}
    narrow = tuple(replace(row, narrowing=0.3, informed=True) for row in fit.fitted)
    asked = Asked(options=(Option(name="a"), Option(name="b", infused=False)), **about)
    learned = {}
    for r_hat in (1.02, 5.2):
        sampler = Sampler(
            words="stopped", agreed=False, r_hat=r_hat, effective=50.0, evaluations=1, seconds=1.0,
            log_evidence=None, modes=1, starts=1, starts_agreeing=1,
        )  # fmt: skip
        stuck = replace(fit, fitted=narrow, sampler=sampler, prior_only=False)
        found = forecast(stuck, asked, transplanted=True, draws=60, rng=np.random.default_rng(1))
        learned[r_hat] = any(each.learned for each in found.options[1].differences)
        assert ("nothing here is called learned" in " ".join(found.words)) is (r_hat > 1.1)
    assert learned == {1.02: True, 5.2: False}
