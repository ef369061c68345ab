"""An answer or an arm against what was pooled, and what more patients would tell."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import beta, betabinom

from reinfuse.errors import ReinfuseError
from reinfuse.pooling.bayes import MIDDLE, RatePosterior, pool_rates_with_prior
from reinfuse.pooling.comparing import (
    AS_NEXT_COHORT,
    ON_ITS_OWN,
    Wanted,
    chance_better,
    place_answer,
    place_counts,
    place_draws,
)
from reinfuse.pooling.comparing_more import (
    NotSettled,
    Question,
    Settles,
    expected_power,
    patients_to_settle,
)

DRAWS = 400_000


@pytest.fixture(scope="module")
def posterior() -> RatePosterior:
    found = pool_rates_with_prior([7, 14, 10], [18, 18, 15], MIDDLE)
    assert isinstance(found, RatePosterior)
    return found


@pytest.fixture(scope="module")
def drawn(posterior: RatePosterior) -> tuple[np.ndarray, np.ndarray]:
    """Rates of the middle cohort and of a new one, drawn one by one from their tables."""
    rng = np.random.default_rng(3)
    middle, new = (
        np.interp(rng.random(DRAWS), one.cumulative, one.values)
        for one in (posterior.rate, posterior.new_rate)
    )
    return middle, new


def question(events: int = 0, n: int = 0, **more: object) -> Question:
    told = {"margin": 0.0, "bound": 0.9, "wanted": Wanted.HIGHER} | more
    return Question(events=events, n=n, **told)  # type: ignore[arg-type]


def test_one_answer_is_as_common_as_the_mean_rate(posterior: RatePosterior) -> None:
    yes, no = place_answer(True, posterior), place_answer(False, posterior)
    assert yes.at_least == pytest.approx(posterior.new_rate.mean, abs=1e-4)
    assert no.at_most == pytest.approx(1 - posterior.new_rate.mean, abs=1e-4)
    assert (yes.likely.low, yes.likely.high) == (0, 1)  # one patient contradicts nothing
    assert yes.assumption == AS_NEXT_COHORT


def test_counts_lie_where_simulated_cohorts_say(
    posterior: RatePosterior, drawn: tuple[np.ndarray, np.ndarray]
) -> None:
    counts = np.random.default_rng(4).binomial(12, drawn[1])
    found = place_counts(3, 12, posterior)
    assert found.at_most == pytest.approx((counts <= 3).mean(), abs=0.003)
    assert found.at_least == pytest.approx((counts >= 3).mean(), abs=0.003)
    assert found.expected == pytest.approx(counts.mean(), abs=0.02)
    assert found.surprise == pytest.approx(
        2 * ((counts < 3).mean() + (counts == 3).mean() / 2), abs=0.006
    )
    assert (counts < found.likely.low).mean() <= 0.025
    assert (counts > found.likely.high).mean() <= 0.025


def test_draws_of_the_predictive_itself_overlap_with_it_and_draws_elsewhere_do_not(
    posterior: RatePosterior, drawn: tuple[np.ndarray, np.ndarray]
) -> None:
    same = place_draws(drawn[1][:20_000].tolist(), posterior)
    assert same.overlap > 0.97
    assert same.above_new == pytest.approx(0.5, abs=0.01)
    assert same.inside == pytest.approx(0.95, abs=0.01)
    far = place_draws(np.full(2000, 0.999), posterior)  # type: ignore[arg-type]
    assert far.overlap <= 0.05 + 1e-9
    assert far.above_new > 0.99
    middle = place_draws(drawn[0][:20_000].tolist(), posterior)
    assert middle.above_middle == pytest.approx(0.5, abs=0.01)
    assert middle.overlap < same.overlap  # the middle is narrower than a new cohort


@pytest.mark.parametrize("wanted", list(Wanted))
def test_an_arm_is_better_as_often_as_draws_say(
    posterior: RatePosterior, drawn: tuple[np.ndarray, np.ndarray], wanted: Wanted
) -> None:
    arm = beta.rvs(8.5, 2.5, size=DRAWS, random_state=np.random.default_rng(6))
    apart = arm - drawn[0] if wanted is Wanted.HIGHER else drawn[0] - arm
    found = chance_better(8, 10, posterior, margin=0.1, wanted=wanted)
    assert found.chance == pytest.approx((apart > 0.1).mean(), abs=0.003)
    assert found.assumption == ON_ITS_OWN


def test_higher_and_lower_without_a_margin_are_each_others_complement(
    posterior: RatePosterior,
) -> None:
    up, down = (chance_better(4, 9, posterior, margin=0.0, wanted=one).chance for one in Wanted)
    assert up + down == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("wanted", list(Wanted))
def test_expected_power_is_that_of_simulated_trials(
    posterior: RatePosterior, drawn: tuple[np.ndarray, np.ndarray], wanted: Wanted
) -> None:
    asked = question(wanted=wanted, margin=0.05)
    more = np.random.default_rng(7).binomial(25, drawn[1])
    chance = np.array(
        [chance_better(x, 25, posterior, margin=0.05, wanted=wanted).chance for x in range(26)]
    )
    found = expected_power(25, asked, posterior)
    assert found.better == pytest.approx((chance[more] >= 0.9).mean(), abs=0.003)
    assert found.not_better == pytest.approx((chance[more] <= 0.1).mean(), abs=0.003)
    assert found.settled == found.better + found.not_better
    assert "before the patients" in found.assumption


def test_what_an_arm_has_shown_moves_what_is_expected_of_it(posterior: RatePosterior) -> None:
    """With an arm's own counts the expected counts follow them; here a beta stands for the rate."""
    shown, nothing = (
        expected_power(20, question(events, n), posterior) for events, n in ((18, 20), (0, 0))
    )
    assert shown.better > nothing.better
    table = np.arange(21)
    passes = [
        chance_better(18 + x, 40, posterior, margin=0.0, wanted=Wanted.HIGHER).chance >= 0.9
        for x in table
    ]
    # 18 of 20 outweigh the cohorts: a flat beta prior expects nearly the same.
    roughly = betabinom.pmf(table, 20, 19, 3) @ np.array(passes, dtype=float)
    assert shown.better == pytest.approx(roughly, abs=0.05)


def test_the_fewest_patients_that_settle_it_are_the_first_in_a_plain_search(
    posterior: RatePosterior,
) -> None:
    asked = question(margin=0.0, bound=0.8)
    found = patients_to_settle(asked, posterior, chance=0.55, most=60)
    assert isinstance(found, Settles)
    chances = [expected_power(more, asked, posterior).settled for more in range(found.more + 1)]
    assert chances[-1] >= 0.55
    assert all(chance < 0.55 for chance in chances[:-1])
    assert found.more > 0


def test_a_settled_question_needs_nobody_and_an_open_one_says_why(
    posterior: RatePosterior,
) -> None:
    done = patients_to_settle(question(60, 60), posterior, chance=0.9)
    assert isinstance(done, Settles)
    assert done.more == 0
    never = patients_to_settle(question(bound=0.99), posterior, chance=0.95, most=40)
    assert isinstance(never, NotSettled)
    assert never.power.more == 40
    assert "pooled rate is itself too uncertain" in never.why
    assert never.fix


def test_what_cannot_be_asked_says_so(posterior: RatePosterior) -> None:
    with pytest.raises(ReinfuseError, match="11 events among 10"):
        place_counts(11, 10, posterior)
    with pytest.raises(ReinfuseError, match="no rates"):
        place_draws([0.2, 1.2], posterior)
    with pytest.raises(ReinfuseError, match="no rates"):
        place_draws([0.2, math.nan], posterior)
    with pytest.raises(ReinfuseError, match=r"margin of -0\.1"):
        chance_better(1, 2, posterior, margin=-0.1, wanted=Wanted.HIGHER)
    with pytest.raises(ReinfuseError, match=r"bound of 0\.5 cannot be used"):
        question(bound=0.5)
    with pytest.raises(ReinfuseError, match="-1 further patients"):
        expected_power(-1, question(), posterior)
