"""From what the model said at every draw to predictions, scores and words."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Sequence
from datetime import date
from functools import cache
from statistics import NormalDist, pstdev

import numpy as np
from numpy.typing import NDArray

from reinfuse.evidence import Interval, Target, score_target, spread_rate
from reinfuse.trials.calibration.drawn import Predicted
from reinfuse.trials.calibration.found import CLOSE, COHORTS, error_of, rate_of
from reinfuse.trials.calibration.result import (
    Compared,
    Explained,
    Population,
    Prediction,
    Pull,
)
from reinfuse.trials.calibration.unknowns import acts_on, unknowns

Floats = NDArray[np.float64]

LEVEL = 0.95
_FILE = os.path.join(os.path.dirname(__file__), "explained.csv")
_NODES = 41  # of the error of a published value, each as likely
_QUANTILES = [NormalDist().inv_cdf((place + 0.5) / 9) for place in range(9)]
_DEVIATES = tuple(one / pstdev(_QUANTILES) for one in _QUANTILES)  # with a spread of 1
_RAREST = 1e-3  # a rate of 0 or 1 among few virtual patients is none
_PULLS, _LEAST_PULL = 3, 0.25


def compared(target: Target, first: Predicted, second: Predicted, prior: Floats) -> Compared:
    """One target under both populations; `prior` are the draws behind `first`."""
    before = predicted(target, first, Population.PRIOR)
    after = predicted(target, second, Population.CALIBRATED)
    pulls = _pulls(target, before, prior[: len(before.rates)])
    said = (*_said(before), *_said(after), *_moved(pulls))
    missed = not (before.hit and after.hit)
    return Compared(
        target=target, prior=before, calibrated=after, narrowed=_narrowed(before, after),
        pulls=pulls, said=said if missed else (),
        explained=tuple(explained().get(target.id, ())) if missed else (),
    )  # fmt: skip


def predicted(target: Target, said: Predicted, population: Population) -> Prediction:
    """What a population says of a target, with the chance of a cohort as large as the target's."""
    rates = np.array([rate_of(found[target.id]) for found in said.draws])
    told = rates[~np.isnan(rates)]
    central = rate_of(said.central[target.id])
    score = None
    if len(told):
        middle = float(told.mean())
        score = score_target(target, _holding(_interval(target, told), middle), middle)
    return Prediction(
        population=population, rates=tuple(rates.tolist()), undefined=len(rates) - len(told),
        central=None if math.isnan(central) else central, mean_alone=_quantiles(told), score=score,
    )  # fmt: skip


@cache
def explained() -> dict[str, list[Explained]]:
    """What was written about targets after a run, by target."""
    found: dict[str, list[Explained]] = {}
    with open(_FILE, encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            one = Explained(written=date.fromisoformat(row["written"]), words=row["words"])
            found.setdefault(row["target"], []).append(one)
    return found


def _of_cohorts(told: Floats) -> Floats:
    """Rates of cohorts around each rate, whose log-odds differ by `COHORTS`."""
    inside = np.clip(told, _RAREST, 1 - _RAREST)
    odds = np.log(inside / (1 - inside))[:, None] + COHORTS * np.array(_DEVIATES)
    return np.asarray(1 / (1 + np.exp(-odds)), np.float64).ravel()


def _interval(target: Target, told: Floats) -> Interval:
    """Where the number that is published would be: by the draws, how cohorts differ, and chance."""
    if target.published is None:
        return spread_rate(_of_cohorts(told).tolist(), target.n or 1, level=LEVEL)
    wide = math.hypot(error_of(target.published), CLOSE)
    steps = (np.arange(_NODES) + 0.5) / _NODES
    errors = np.exp([wide * NormalDist().inv_cdf(step) for step in steps.tolist()])
    low, high = np.quantile((told[:, None] * errors).ravel(), _EDGES)
    return Interval(low=float(low), high=float(high), level=LEVEL)


_EDGES = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


def _holding(interval: Interval, middle: float) -> Interval:
    """The interval, wide enough for a mean that rare draws pull out of it."""
    return Interval(
        low=min(interval.low, middle), high=max(interval.high, middle), level=interval.level
    )


def _quantiles(told: Floats) -> Interval | None:
    if not len(told):
        return None
    low, high = np.quantile(told, _EDGES)
    return Interval(low=float(low), high=float(high), level=LEVEL)


def _narrowed(before: Prediction, after: Prediction) -> float | None:
    wide, left = (float(np.nanstd(one.rates)) if one.score else 0.0 for one in (before, after))
    return left / wide if wide > 0 else None


def _pulls(target: Target, before: Prediction, prior: Floats) -> tuple[Pull, ...]:
    """The unknowns that the rate follows over the prior."""
    rates = np.array(before.rates)
    there = ~np.isnan(rates)
    if there.sum() <= _PULLS or not rates[there].std() > 0:
        return ()
    found = [
        Pull(unknown=one.name, correlation=_ranked(prior[there, place], rates[there]))
        for place, one in enumerate(unknowns())
        if acts_on(one, target)
    ]
    found.sort(key=lambda pull: -abs(pull.correlation))
    return tuple(pull for pull in found[:_PULLS] if abs(pull.correlation) >= _LEAST_PULL)


def _ranked(one: Floats, other: Floats) -> float:
    from scipy.stats import rankdata  # noqa: PLC0415 # heavy, and rarely needed

    return float(np.corrcoef(rankdata(one), rankdata(other))[0, 1])


def _said(prediction: Prediction) -> tuple[str, ...]:
    """In which direction a population missed, and whether its own interval allowed for it."""
    score = prediction.score
    if score is None:
        return (f"{prediction.population}: the model says nothing of this target",)
    if score.hit:
        return ()
    target = score.target
    side = "above" if score.middle > target.interval.high else "below"
    allowed = "holds" if score.covered else "does not hold"
    return (
        f"{prediction.population}: in the model {shown(target, score.middle)}, {side} the "
        f"published {interval_shown(target, target.interval)}; the predicted interval "
        f"{interval_shown(target, score.predicted)} {allowed} the published "
        f"{shown(target, target.observed)}",
    )


def _moved(pulls: Sequence[Pull]) -> tuple[str, ...]:
    if not pulls:
        return ("over the prior it follows none of the unknowns",)
    listed = ", ".join(f"{pull.unknown} ({pull.correlation:+.2f})" for pull in pulls)
    return (f"over the prior it follows {listed}; rank correlations",)


def shown(target: Target, value: float) -> str:
    """A rate in per cent, or a value with its unit."""
    if target.published is None:
        return f"{100 * value:.0f} %"
    unit = "" if target.published.unit == "1" else f" {target.published.unit}"
    return f"{value:.1f}{unit}"


def interval_shown(target: Target, interval: Interval) -> str:
    """An interval in the same way."""
    if target.published is None:
        return f"{100 * interval.low:.0f} to {100 * interval.high:.0f} %"
    return f"{interval.low:.1f} to {interval.high:.1f}"
