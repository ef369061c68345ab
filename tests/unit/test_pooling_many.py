"""Many cohorts: what is read off few heights, or worked out at once, against the plain sums."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import Counted, Counts, Study, select
from reinfuse.pooling import (
    MIDDLE,
    Pooling,
    RatePosterior,
    pool_rates_with_prior,
    shrink_rates,
    summarise_outcome,
    summarise_selection,
)
from reinfuse.pooling.bayes import grid, rates
from reinfuse.pooling.bayes.strip import heights_of_strip
from reinfuse.source import Source, Standing

SHARES = (0.005, 0.025, 0.5, 0.975, 0.995)
CASES = {
    "usual": (0.7, 0.4, 5, 80),
    "no spread": (0.0, 0.4, 5, 80),
    "single patients": (0.7, 0.4, 1, 2),
    "rare": (0.7, -4.0, 5, 80),
    "large": (0.7, 0.4, 1000, 100_000),
    "far apart": (3.0, 0.4, 5, 80),
}


def draw(name: str, k: int = 45) -> tuple[list[int], list[int]]:
    tau, mu, fewest, most = CASES[name]
    rng = np.random.default_rng(len(name))
    n = rng.integers(fewest, most, k)
    events = rng.binomial(n, 1 / (1 + np.exp(-(mu + tau * rng.standard_normal(k)))))
    return events.tolist(), n.tolist()


def posterior(events: list[int], n: list[int]) -> RatePosterior:
    found = pool_rates_with_prior(events, n, MIDDLE)
    assert isinstance(found, RatePosterior)
    return found


@pytest.mark.parametrize("name", CASES)
def test_many_cohorts_are_pooled_as_the_whole_grid_would(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = posterior(*draw(name))
    monkeypatch.setattr(grid, "MANY_STUDIES", 10**9)
    slow = posterior(*draw(name))
    for number in ("mu", "tau", "rate", "new_rate"):
        one, other = getattr(quick, number), getattr(slow, number)
        for share in SHARES:
            assert one.quantile(share) == pytest.approx(other.quantile(share), abs=1e-4 * other.sd)
    assert quick.log_evidence == pytest.approx(slow.log_evidence, abs=1e-4)


@pytest.mark.parametrize("name", CASES)
def test_many_cohorts_are_drawn_towards_the_middle_as_one_by_one(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    events, n = draw(name)
    found = posterior(events, n)
    at_once = shrink_rates(found, events, n)
    monkeypatch.setattr(rates, "MANY_STUDIES", 10**9)
    for one, other in zip(at_once, shrink_rates(found, events, n), strict=True):
        assert one.mean == pytest.approx(other.mean, abs=2e-5)
        for share in SHARES:
            assert one.quantile(share) == pytest.approx(other.quantile(share), abs=5e-5)


def test_heights_that_are_not_smooth_are_not_guessed() -> None:
    mu, t = np.linspace(-1, 1, 61), np.linspace(-1, 1, 41)
    low, high = np.full(41, -1.0), np.full(41, 1.0)
    smooth = heights_of_strip(lambda a, b: -(a**2) - b**4, mu, t, low, high)
    assert smooth is not None
    assert smooth == pytest.approx(-(mu[:, None] ** 2) - t**4, abs=1e-9)
    assert heights_of_strip(lambda a, b: -np.abs(a - b) * 9, mu, t, low, high) is None


BORDERS = {
    "nobody and everybody": ([0, 10], [10, 10]),
    "single patients": ([0, 1, 1], [1, 1, 1]),
    "everybody": ([10, 3], [10, 3]),
    "huge": ([0, 100_000], [100_000, 100_000]),
    "huge and rare": ([0, 1], [100_000, 100_000]),
    "many without events": ([0] * 50, [10] * 50),
    "many of both": ([0] * 25 + [10] * 25, [10] * 50),
}


@pytest.mark.parametrize("level", [0.5, 0.999])
@pytest.mark.parametrize("name", BORDERS)
@pytest.mark.filterwarnings("error")
def test_borders_have_answers_between_0_and_1_or_say_why_not(name: str, level: float) -> None:
    found = summarise_outcome(name, *BORDERS[name], level=level)
    for one in found.answers:
        if hasattr(one, "rate"):
            assert 0 <= one.interval.low <= one.rate <= one.interval.high <= 1
        else:
            assert one.reason.why
    for marginal in found.shrunken:
        assert np.isfinite([marginal.mean, marginal.sd, *marginal.density]).all()


def test_more_patients_than_a_cohort_can_have_are_refused() -> None:
    with pytest.raises(ReinfuseError, match="more than can be worked with"):
        summarise_outcome("CR", [1, 2], [10**15, 10])


def row(name: str, events: int, n: int, **more: object) -> Study:
    told = {
        "id": name, "cohort": name, "label": name, "outcome": "CR", "quote": f"{events}/{n}",
        "counted": Counted.PATIENT, "counts": Counts.PRINTED,
        "source": Source(cite=name, standing=Standing.ABSTRACT),
    }  # fmt: skip
    return Study(events=events, n=n, **(told | more))  # type: ignore[arg-type]


def test_what_was_chosen_with_leave_to_mix_is_pooled_and_told() -> None:
    rows = [row("a", 7, 18), row("b", 3, 9, counted=Counted.LESION), row("c", 4, 9, outcome="ORR")]
    chosen = select(rows, ["CR", "ORR"], mixing=["counted"])
    found = summarise_selection(chosen)
    assert isinstance(found, Pooling)
    assert (found.outcome, found.k) == ("CR + ORR", 3)
    assert {"mixed-counted", "mixed-outcome"} <= {one.rule for one in found.findings}
