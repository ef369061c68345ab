"""A fit of a small course: what it says, what it leaves, and the patients drawn from it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.mechanistic.fit import fit_windows
from reinfuse.estimation.mechanistic.latents import latents_of
from reinfuse.estimation.mechanistic.observed import Change, Kind, Observed
from reinfuse.estimation.mechanistic.plain import as_plain
from reinfuse.estimation.mechanistic.result import OF_PRODUCT, MechanismFit, NoFit
from reinfuse.estimation.mechanistic.synthetic import simulate_observed
from reinfuse.estimation.whitened.sampling import Sampling
from reinfuse.mechanism.equations import course_model
from reinfuse.mechanism.products import FITNESS, Origin, Product, Target
from reinfuse.mechanism.table import parameters_of
from tests.unit.pretend_window import LEVELS, LOOKS, first_window, second_window

QUICK = Sampling(
    screened=32, starts=1, most_rounds=8, walkers=16, adapting=(4,), first_checked=10,
    slopes=4, budget=5_000, kept=120,
)  # fmt: skip
BOTH = (first_window(), second_window(observed=(*LOOKS, LEVELS[1])))


def quick_fit() -> MechanismFit:
    found = fit_windows(BOTH, rng=np.random.default_rng(4), sampling=QUICK)
    assert isinstance(found, MechanismFit)
    return found


fitted = cache(quick_fit)


@cache
def prior_fit() -> MechanismFit:
    windows = (first_window(observed=()), second_window(observed=()))
    found = fit_windows(windows, rng=np.random.default_rng(4), sampling=QUICK)
    assert isinstance(found, MechanismFit)
    return found


def column(fit: MechanismFit, place: int, name: str) -> int:
    window = fit.windows[place]
    names = course_model(len(window.lesions), window.first_day).parameter_names
    return names.index(name)


def test_the_same_numbers_and_budget_give_the_same_fit() -> None:
    assert np.array_equal(fitted().draws, quick_fit().draws)


def test_a_measured_lesion_and_marrow_narrow_what_they_speak_of() -> None:
    fit = fitted()
    assert fit.fitted_of("lesion_start_1@infusion-2").narrowing < 0.5
    assert fit.fitted_of("lesion_start_1@infusion-2").informed
    assert fit.fitted_of("il6_made").narrowing == 1.0
    assert "il6_made" not in fit.informed


def test_a_fit_says_how_far_its_chains_agree() -> None:
    sampler = fitted().sampler
    assert sampler is not None
    assert "R-hat" in sampler.words
    assert sampler.evaluations <= 6_000


def test_what_is_assumed_is_said_to_be() -> None:
    words = fitted().words
    assumed = next(line for line in words if line.startswith("assumed, not learned"))
    assert "il6_made" in assumed
    recalled = [line for line in words if line.startswith("recalled")]
    assert len(recalled) == sum(row.recalled for row in parameters_of(1))
    assert any("only their product" in line for line in words)


def test_every_observed_thing_is_checked_in_order() -> None:
    fit = fitted()
    assert [row.observed for row in fit.checks] == [
        one for window in BOTH for one in window.observed
    ]
    value, below = fit.checks[1], fit.checks[3]
    assert value.lower is not None
    assert 0.0 < value.lower < 1.0
    assert below.lower is None
    assert below.agreeing is not None
    assert below.agreeing > 0.5


def test_bands_of_measurements_are_wider_than_those_of_the_model() -> None:
    band = next(row for row in fitted().bands if row.output == "car_percent")
    day = int(np.searchsorted(band.days, 10.0))
    assert band.repeated[0, day] < band.curve[0, day]
    assert band.repeated[-1, day] > band.curve[-1, day]


def test_access_and_killing_are_reported_as_one() -> None:
    fit = fitted()
    row = next(row for row in fit.derived if row.name == "access times killing in lesion 1")
    z = fit.window_rows(1)
    product = z[:, column(fit, 1, "access_1")] * z[:, column(fit, 1, "kill_share_1")]
    assert row.after.median == pytest.approx(np.median(product), rel=1e-3)


def test_a_measured_lesions_cells_at_infusion_narrow_too() -> None:
    cells = next(row for row in fitted().derived if row.name == "leukemia in lesion 1 at infusion")
    assert cells.narrowing is not None
    assert cells.narrowing < 0.8
    assert cells.informed


def test_a_fit_is_json_without_anything_infinite() -> None:
    for fit in (fitted(), prior_fit()):
        plain = as_plain(fit)
        assert json.loads(json.dumps(plain, allow_nan=False))["kind"] == "mechanism"


def test_nothing_measured_gives_the_prior_and_says_so() -> None:
    fit = prior_fit()
    assert fit.prior_only
    assert fit.sampler is None
    assert not fit.informed
    assert {row.narrowing for row in fit.fitted} == {1.0}
    assert "nothing that was measured" in fit.words[0]


def test_a_budget_that_ends_before_anything_is_drawn_is_no_fit() -> None:
    found = fit_windows(BOTH, rng=np.random.default_rng(1), sampling=replace(QUICK, budget=300))
    assert isinstance(found, NoFit)
    assert "limit of evaluations" in found.why
    assert "R-hat" not in found.why  # of draws, and there are none


def test_no_infusion_is_no_fit() -> None:
    found = fit_windows((), rng=np.random.default_rng(1))
    assert isinstance(found, NoFit)
    assert as_plain(found)["missing"] == ["infusion with a day"]


def test_given_values_override_and_the_rest_stays() -> None:
    fit = fitted()
    as_it_was, changed = fit.window_rows(1), fit.window_rows(1, given={"dose": 5e8})
    dose = column(fit, 1, "dose")
    assert set(changed[:, dose]) == {5e8}
    others = np.arange(as_it_was.shape[1]) != dose
    assert np.array_equal(as_it_was[:, others], changed[:, others])


def test_two_options_share_the_numbers_that_they_draw_anew() -> None:
    fit = fitted()
    fitness = column(fit, 1, "fitness")
    one = fit.window_rows(1, anew=("fitness",))
    other = fit.window_rows(1, anew=("fitness",), given={"dose": 5e8})
    assert np.array_equal(one[:, fitness], other[:, fitness])
    assert not np.array_equal(one[:, fitness], fit.window_rows(1)[:, fitness])


def test_another_product_brings_its_own_spread_and_target() -> None:
    fit = prior_fit()
    product = Product(origin=Origin.OWN_AGAIN, target=Target.CD22, first=False)
    rows = fit.window_rows(0, product=product)
    fitness = rows[:, column(fit, 0, "fitness")]
    expected = FITNESS[Origin.OWN_AGAIN]
    assert np.median(fitness) == pytest.approx(expected.middle, rel=0.15)
    assert np.log(fitness).std() == pytest.approx(expected.spread, rel=0.2)
    assert (rows[:, column(fit, 0, "seen_negative")] > 0).all()
    assert "fitness" in OF_PRODUCT


def test_a_parameter_that_does_not_spread_cannot_be_drawn_anew() -> None:
    with pytest.raises(ReinfuseError, match="nothing to draw anew for dose"):
        fitted().window_rows(0, anew=("dose",))


def test_invented_observations_keep_kinds_days_and_limits() -> None:
    windows = (
        first_window(
            observed=(
                *LEVELS,
                Observed(kind=Kind.CAR_PERCENT, days=(0.0, 30.0), value=9.0, peak=True),
            )
        ),
        BOTH[1],
    )
    latents = latents_of(windows)
    rng = np.random.default_rng(6)
    told = [simulate_observed(windows, np.zeros(len(latents)), rng) for _ in range(20)]
    for one, other in zip(windows, told[0], strict=True):
        assert [row.kind for row in one.observed] == [row.kind for row in other.observed]
        assert [row.days for row in one.observed] == [row.days for row in other.observed]
    first = [invented[0].observed[1].value for invented in told]
    assert len(set(first)) == len(first)
    peaks = [invented[0].observed[-1].value or 0.0 for invented in told]
    assert np.median(peaks) > np.median([value for value in first if value is not None]) / 2
    below = [invented[0].observed[3] for invented in told]
    assert all(row.below == 0.01 or (row.value or 0.0) >= 0.01 for row in below)
    assert {invented[1].observed[1].change for invented in told} <= set(Change)
