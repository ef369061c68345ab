"""Our answer to each key of the expected numbers, under metafor's names; see SOURCE.md."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any  # numbers, lists of numbers, and the word for a side

from reinfuse.pooling.effects import Effects, Measure, effects_of_arms, effects_of_counts
from reinfuse.pooling.inverse_variance import (
    Begg,
    Egger,
    Filled,
    Method,
    Pooled,
    Regressed,
    SpreadInterval,
    begg,
    egger,
    leave_one_out,
    meta_regression,
    pool,
    q_profile,
    trim_and_fill,
)
from tests.judge.meta_analysis.loading import column, counts

Answer = Mapping[str, Any]

#: metafor's name of a number to ours.
NAMES = {
    "k": "k",
    "b": "b",
    "se": "se",
    "ci.lb": "low",
    "ci.ub": "high",
    "tau2": "tau2",
    "QE": "q",
    "I2": "i2",
    "H2": "h2",
    "logLik": "log_likelihood",
    "pi.lb": "prediction_low",
    "pi.ub": "prediction_high",
    "QM": "qm",
    "R2": "r2",
}
METHODS = {method.value for method in Method}


@cache
def effects_named(data: str, measure: str) -> Effects:
    """A data set on the scale of a measure."""
    if data != "bcg":
        return effects_of_counts(*counts(data), Measure(measure))
    a, b, c, d = (column(data, name) for name in ("tpos", "tneg", "cpos", "cneg"))
    return effects_of_arms(a, a + b, c, c + d, Measure(measure))


def is_pooled(key: str) -> bool:
    """Whether the key is one pooled effect: data, measure, method, and perhaps HK."""
    _, measure, method, *more = key.split("|")
    return measure != "GLMM" and method in METHODS and more in ([], ["HK"])


def answer(key: str) -> Answer:
    """What we say to a key of effects or inverse variance."""
    data, measure, method, *more = key.split("|")
    effects = effects_named(data, measure)
    if method == "yi_vi":
        return {"yi": effects.yi.tolist(), "vi": effects.vi.tolist()}
    if not more or more == ["HK"]:
        found = pool(effects, Method(method), knapp_hartung=more == ["HK"])
        assert isinstance(found, Pooled)
        return as_named(found)
    return _further(effects, Method(method), more[0])


def as_named(found: Pooled | Regressed) -> Answer:
    """The numbers of a fit under metafor's names."""
    return {theirs: getattr(found, ours) for theirs, ours in NAMES.items() if hasattr(found, ours)}


def _further(effects: Effects, method: Method, question: str) -> Answer:
    name, _, moderators = question.partition("=")
    if name == "mods":
        return _regressed(effects, method, moderators.split("+"))
    return {
        "back_harmonic": _back,
        "egger": _egger,
        "begg": _begg,
        "trimfill": _filled,
        "confint_tau2_Qprofile": _profiled,
        "leave1out": _left_out,
    }[name](effects, method)


def _regressed(effects: Effects, method: Method, moderators: list[str]) -> Answer:
    found = meta_regression(effects, {name: column("bcg", name) for name in moderators}, method)
    assert isinstance(found, Regressed)
    return {**as_named(found), "b": found.b.tolist(), "se": found.se.tolist()}


def _back(effects: Effects, method: Method) -> Answer:
    found = pool(effects, method)
    assert isinstance(found, Pooled)
    back = effects.back([found.b, found.low, found.high]).tolist()
    return dict(zip(("pred", "ci.lb", "ci.ub"), back, strict=True))


def _egger(effects: Effects, method: Method) -> Answer:
    found = egger(effects, method)
    assert isinstance(found, Egger)
    return {"z": found.statistic, "p": found.p}


def _begg(effects: Effects, method: Method) -> Answer:
    found = begg(effects)
    assert isinstance(found, Begg)
    return {"tau": found.tau, "p": found.p}


def _filled(effects: Effects, method: Method) -> Answer:
    found = trim_and_fill(effects, method)
    assert isinstance(found, Filled)
    return {"k0": found.missing, "b": found.pooled.b, "side": found.side.value}


def _profiled(effects: Effects, method: Method) -> Answer:
    found = q_profile(effects)
    assert isinstance(found, SpreadInterval)
    return {
        "lb": found.tau2_low,
        "ub": found.tau2_high,
        "I2lb": found.i2_low,
        "I2ub": found.i2_high,
    }


def _left_out(effects: Effects, method: Method) -> Answer:
    each = [one.pooled for one in leave_one_out(effects, method)]
    pooled = [one for one in each if isinstance(one, Pooled)]
    return {name: [getattr(one, name) for one in pooled] for name in ("b", "se", "tau2")}
