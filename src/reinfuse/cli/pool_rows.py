"""Every method's answer as one row, on the scale that a reader knows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reinfuse.pooling import NotPooled
from reinfuse.pooling.bayes import (
    EffectPosterior,
    Marginal,
    Prior,
    pool_effects_with_prior,
)
from reinfuse.pooling.effects import Effects, Measure, Scale
from reinfuse.pooling.inverse_variance import Method, Pooled, pool
from reinfuse.pooling.summary import FEW_STUDIES, Answer, CouldNot

#: Measures that are logarithms, for which the three priors of log odds mean something.
_LOGARITHMS = (Measure.PLO, Measure.RR, Measure.OR)
WITH = " with Knapp-Hartung"
_BESIDE = ((Method.REML, False), (Method.REML, True), (Method.DL, False), (Method.EE, False))


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRow:
    """One method: its estimate with limits, those of a new cohort, and tau; None: it has none.

    Rates are 0 to 1. `tau` is on the scale on which the method pools. `why` and `fix` say what
    stands in place of an estimate.
    """

    method: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    predicted_low: float | None = None
    predicted_high: float | None = None
    tau: float | None = None
    why: str = ""
    fix: str = ""


def row_of_answer(one: Answer | CouldNot) -> MethodRow:
    """A method that was run on counts."""
    if isinstance(one, CouldNot):
        return MethodRow(method=one.method, why=one.reason.why, fix=one.reason.fix)
    predicted = one.predicted
    return MethodRow(
        method=one.method,
        estimate=one.rate,
        low=one.interval.low,
        high=one.interval.high,
        predicted_low=None if predicted is None else predicted.low,
        predicted_high=None if predicted is None else predicted.high,
        tau=one.tau,
    )


def row_of_pooled(name: str, found: Pooled | NotPooled, effects: Effects) -> MethodRow:
    """A method by inverse variance, brought back from the scale of its measure."""
    if isinstance(found, NotPooled):
        return MethodRow(method=name, why=found.why, fix=found.fix)
    middle, low, high = effects.back([found.b, found.low, found.high]).tolist()
    predicted: list[float | None] = [None, None]
    if found.prediction_low is not None and found.prediction_high is not None:
        predicted = effects.back([found.prediction_low, found.prediction_high]).tolist()
    return MethodRow(
        method=name,
        estimate=middle,
        low=low,
        high=high,
        predicted_low=predicted[0],
        predicted_high=predicted[1],
        tau=math.sqrt(found.tau2),
    )


def name_method(measure: Measure, method: Method, *, knapp_hartung: bool) -> str:
    """`PLO, REML with Knapp-Hartung`."""
    return f"{measure}, {method}{WITH if knapp_hartung else ''}"


def rows_of_effects(
    effects: Effects,
    *,
    method: Method | None,
    knapp_hartung: bool,
    priors: Sequence[Prior],
    level: float,
) -> tuple[tuple[MethodRow, ...], tuple[EffectPosterior, ...]]:
    """All methods that apply to effects, in the order in which they should be read; posteriors.

    What was asked for leads; else a prior where studies are few, and REML where they are many.
    """
    wanted = (method or Method.REML, knapp_hartung)
    others = [one for one in _BESIDE if one != wanted]
    classic = [
        row_of_pooled(
            name_method(effects.measure, one, knapp_hartung=wide),
            pool(effects, one, knapp_hartung=wide, level=level),
            effects,
        )
        for one, wide in (wanted, *others)
    ]
    few = effects.k <= FEW_STUDIES
    chosen = priors if few else priors[:1]
    found = [
        pool_effects_with_prior(effects.yi.tolist(), effects.vi.tolist(), one) for one in chosen
    ]
    bayes = [
        _row_of_posterior(prior, one, effects, level)
        for prior, one in zip(chosen, found, strict=True)
    ]
    posteriors = tuple(one for one in found if isinstance(one, EffectPosterior))
    if method is None and few:
        return (*bayes, *classic), posteriors
    return (classic[0], *bayes, *classic[1:]) if few else (*classic, *bayes), posteriors


def priors_fit(effects: Effects) -> bool:
    """Whether the three priors, made for log odds, mean something for this measure."""
    return effects.measure in _LOGARITHMS or effects.scale is Scale.LOG


def _row_of_posterior(
    prior: Prior, found: EffectPosterior | NotPooled, effects: Effects, level: float
) -> MethodRow:
    name = f"Bayes, {prior.name} prior (tau {prior.tau_family} {prior.tau_scale:g})"
    if isinstance(found, NotPooled):
        return MethodRow(method=name, why=found.why, fix=found.fix)
    middle, low, high = effects.back(_three(found.mu, level)).tolist()
    _, new_low, new_high = effects.back(_three(found.new, level)).tolist()
    return MethodRow(
        method=name,
        estimate=middle,
        low=low,
        high=high,
        predicted_low=new_low,
        predicted_high=new_high,
        tau=found.tau.quantile(0.5),
    )


def _three(one: Marginal, level: float) -> list[float]:
    tail = (1 - level) / 2
    return [one.quantile(0.5), one.quantile(tail), one.quantile(1 - tail)]
