"""Cohorts differ: likelihood and predicted interval against plain integrals over their log-odds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import betabinom, binom, norm

from reinfuse.evidence import Target, spread_rate
from reinfuse.trials.calibration import Population, compared, found, surface, unknowns
from reinfuse.trials.calibration.compared import predicted
from reinfuse.trials.calibration.counted import Counted
from reinfuse.trials.calibration.drawn import Predicted
from reinfuse.trials.calibration.found import COHORTS, log_likelihood
from reinfuse.trials.calibration.surface import Surface
from reinfuse.trials.calibration.unknowns import acts_on
from tests.unit.calibration_targets import shipped

PATIENTS = 300
COUNTS = range(0, PATIENTS + 1, 10)
NAMES = ("c4-first-cr", "c6-second-cr", "c7-crs", "c8-antigen", "h11-donor-cr")


def chance(events: int, n: int, middle: float, wide: float) -> float:
    """Of so many events, at a rate whose log-odds are normal."""
    seen = math.log(max(events, 0.5) / max(n - events, 0.5))

    def there(odds: float) -> float:
        return float(binom.pmf(events, n, expit(odds)) * norm.pdf(odds, middle, wide))

    ends = (middle - 10 * wide, middle + 10 * wide)
    inside = sorted(one for one in {middle, seen, (middle + seen) / 2} if ends[0] < one < ends[1])
    return float(quad(there, *ends, points=inside, limit=400, epsabs=0, epsrel=1e-8)[0])


def plainly(target: Target, counted: Counted) -> float:
    """The logarithm of how likely a published count is, by one integral."""
    had, had_not = counted.events + 0.5, counted.n - counted.events + 0.5
    wide = math.sqrt(1 / had + 1 / had_not + COHORTS**2)
    return math.log(chance(target.events or 0, target.n or 0, math.log(had / had_not), wide))


def among(said: list[float], exact: list[float], within: float) -> tuple[np.ndarray, np.ndarray]:
    """Both, against their best, where the exact one is so close to its best."""
    mine, theirs = np.array(said), np.array(exact)
    best = int(theirs.argmax())
    close = theirs > theirs[best] - within
    assert close.sum() >= 3
    return (mine - mine[best])[close], (theirs - theirs[best])[close]


def said_of(target: Target, *rates: float) -> Predicted:
    draws = [{target.id: Counted(round(10_000 * rate), 10_000)} for rate in rates]
    return Predicted(draws=tuple(draws), central=draws[0])


@pytest.mark.parametrize("name", NAMES)
def test_the_likelihood_of_a_count_is_the_integral_over_rates_of_cohorts(name: str) -> None:
    target = shipped(name)
    counts = [Counted(events, PATIENTS) for events in COUNTS]
    said = [log_likelihood([target], {target.id: one}) for one in counts]
    exact = [plainly(target, one) for one in counts]
    # Far from what was published a few nodes see too little, and such draws weigh next to nothing.
    for within, tolerance in ((2.0, 0.02), (4.0, 0.1)):
        np.testing.assert_allclose(*among(said, exact, within), atol=tolerance)


def test_few_virtual_patients_tell_less_than_many() -> None:
    target = shipped("c4-first-cr")
    seen = (target.events or 0) / (target.n or 1)

    def lost(patients: int) -> float:
        """How much worse a rate 30 points too low is than the one seen."""
        here, there = (
            log_likelihood([target], {target.id: Counted(round(rate * patients), patients)})
            for rate in (seen, seen - 0.3)
        )
        return here - there

    assert 0 < lost(20) < lost(100) < lost(1000)
    # However many they are, cohorts differ: a binomial at the rate itself would say far more.
    n = target.n or 0
    bare = binom.logpmf(target.events, n, seen) - binom.logpmf(target.events, n, seen - 0.3)
    assert lost(100_000) < bare / 3


def test_where_cohorts_do_not_differ_it_is_the_chance_of_a_rate_known_from_so_many_patients(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(found, "COHORTS", 0.0)
    target = shipped("c4-first-cr")
    counts = [Counted(events, PATIENTS) for events in (220, 235, 247, 260)]
    said = [log_likelihood([target], {target.id: one}) for one in counts]
    exact = [
        betabinom.logpmf(target.events, target.n, one.events + 0.5, one.n - one.events + 0.5)
        for one in counts
    ]
    # Normal log-odds in place of a beta: close where both had and had not are many.
    np.testing.assert_allclose(np.diff(said), np.diff(exact), atol=0.05)


@pytest.mark.parametrize("name", NAMES)
def test_a_surface_says_the_same_with_its_own_error(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surface, "_terms", lambda z: z)  # the height itself
    target, error = shipped(name), 0.15
    heights = np.linspace(-4, 4, 33)
    moved_by = np.array([acts_on(one, target) for one in unknowns()])
    z = np.zeros((len(heights), len(unknowns())))
    z[:, moved_by.argmax()] = heights
    terms = np.zeros(moved_by.sum())
    terms[0] = 1.0
    flat = Surface(target=target, moved_by=moved_by, terms=terms, error=error)
    wide = math.hypot(error, COHORTS)
    exact = [math.log(chance(target.events or 0, target.n or 0, one, wide)) for one in heights]
    # It only proposes draws: what is simulated there has the last word, so that less will do.
    np.testing.assert_allclose(*among(flat.log_likelihood(z).tolist(), exact, 4.0), atol=0.15)


def counted_twin(n: int, rates: tuple[float, ...]) -> np.ndarray:
    """The chance of each count of a cohort around rates that are each as likely."""
    odds = [math.log(rate / (1 - rate)) for rate in rates]
    return np.array(
        [np.mean([chance(events, n, one, COHORTS) for one in odds]) for events in range(n + 1)]
    )


@pytest.mark.parametrize(
    ("name", "rates"),
    [
        ("c4-first-cr", (0.82,)), ("c4-first-cr", (0.7, 0.9)), ("c6-second-cr", (0.5,)),
        ("c8-antigen", (0.2, 0.5)), ("h11-donor-cr", (0.9,)),
    ],
)  # fmt: skip
def test_a_predicted_interval_holds_as_many_cohorts_as_the_integral_does(
    name: str, rates: tuple[float, ...]
) -> None:
    target = shipped(name)
    n = target.n or 0
    score = predicted(target, said_of(target, *rates), Population.PRIOR).score
    assert score is not None
    low, high = (round(one * n) for one in (score.predicted.low, score.predicted.high))
    chances = counted_twin(n, rates)
    assert chances.sum() == pytest.approx(1.0, abs=1e-6)
    tail = (1 - score.predicted.level) / 2
    exact = (
        int((chances.cumsum() > tail).argmax()),
        n - int((chances[::-1].cumsum() > tail).argmax()),
    )
    # Nine cohorts stand for all of them, which costs a patient or two at either end.
    assert (low, high) == pytest.approx(exact, abs=2)
    assert chances[low : high + 1].sum() > 0.93


def test_cohorts_that_differ_widen_what_is_predicted(monkeypatch: pytest.MonkeyPatch) -> None:
    target = shipped("c4-first-cr")

    def width() -> float:
        score = predicted(target, said_of(target, 0.82), Population.PRIOR).score
        assert score is not None
        return score.width

    widths = []
    for spread in (0.0, 0.25, 0.5, 1.0):
        monkeypatch.setattr(compared, "COHORTS", spread)
        widths.append(width())
    bare = spread_rate([0.82], target.n or 0)
    assert widths[0] == bare.high - bare.low
    assert sorted(set(widths)) == widths


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_a_rate_that_no_virtual_patient_or_everyone_had_is_predicted_as_a_rare_one(
    rate: float,
) -> None:
    target = shipped("c4-first-cr")
    score = predicted(target, said_of(target, rate), Population.PRIOR).score
    assert score is not None
    assert score.middle == rate
    assert score.predicted.low <= rate <= score.predicted.high
    assert score.width < 0.1
