"""Answers summed up over draws, and options set against one on the same draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.whitened.learned import INFORMED_BELOW
from reinfuse.trials.forecast.questions import CENSORED, Measure, Question
from reinfuse.trials.forecast.result import Answer, Difference, Driver

TOLD_FROM = 0.95  # share of draws in which one is above the other
EQUAL_PROBABILITY, EQUAL_RELATIVE = 0.005, 0.005  # smaller differences count as none
_ENDS = (0.05, 0.95)
_DRIVERS = 3
_LEAST_CORRELATION = 0.1
_CARRIED = 0.25  # of the variance of ranks, below which nothing that differs carries a difference
_NOISE = 3.0  # standard errors of a rank correlation of what has nothing to do with it
CANNOT_TELL = "the data of this patient cannot tell these options apart in the model"
ASSUMED = "assumed, not learned from this patient"
ALIKE = "no difference in the model"

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Ranks of everything that differs between draws, `"draws parameters"`, of mean 0, length 1.

    `names` and `meanings` go with the columns, `narrowing` is None for what was drawn anew or is
    no latent.
    """

    names: tuple[str, ...]
    meanings: tuple[str, ...]
    narrowing: tuple[float | None, ...]
    ranks: Array


def ranked(
    values: Mapping[str, Array], meanings: Mapping[str, str], narrowing: Mapping[str, float]
) -> Ranked:
    """Ranks of parameters by name; those that are the same in all draws are left out."""
    kept = {name: column for name, column in values.items() if np.ptp(column) > 0}
    columns = [_unit_ranks(column) for column in kept.values()]
    return Ranked(
        names=tuple(kept),
        meanings=tuple(meanings.get(name, "") for name in kept),
        narrowing=tuple(narrowing.get(name) for name in kept),
        ranks=np.stack(columns, axis=1) if columns else np.zeros((0, 0)),
    )


def answer(question: Question, values: Array, *, most: float | None, why: str = "") -> Answer:
    """One question answered by draws; nan in any of them is no answer, and `why` says why."""
    if np.isnan(values).any():
        return Answer(question=question, middle=None, low=None, high=None, why=why)
    low, high = (float(end) for end in np.quantile(values, _ENDS))
    return Answer(
        question=question, middle=_middle(question, values), low=low, high=high,
        most=most if question.ask in CENSORED else None,
    )  # fmt: skip


def difference(
    question: Question, option: Array, reference: Array, by: Ranked, *, another_product: bool
) -> Difference | None:
    """An option less the reference; None where either has no answer."""
    apart = option - reference
    if np.isnan(apart).any():
        return None
    equal = _counts_as_equal(question, option, reference)
    higher, lower = float((apart > equal).mean()), float((apart < -equal).mean())
    told = max(higher, lower) >= TOLD_FROM
    drivers = _drivers(np.where(np.abs(apart) > equal, apart, 0.0), by)
    learned = not another_product and _informed(drivers)
    low, high = (float(end) for end in np.quantile(apart, _ENDS))
    return Difference(
        question=question, middle=_middle(question, apart), low=low, high=high, higher=higher,
        lower=lower, told=told, learned=learned, drivers=drivers,
        words=_words(higher, lower, told=told, learned=learned),
    )  # fmt: skip


def _middle(question: Question, values: Array) -> float | None:
    if not question.calibrated:
        return None
    return float(values.mean() if question.measure is Measure.PROBABILITY else np.median(values))


def _counts_as_equal(question: Question, option: Array, reference: Array) -> Array | float:
    if question.measure is Measure.PROBABILITY:
        return EQUAL_PROBABILITY
    return EQUAL_RELATIVE * np.maximum(np.abs(option), np.abs(reference))


def _drivers(apart: Array, by: Ranked) -> tuple[Driver, ...]:
    """The three parameters whose ranks go most with those of a difference."""
    if np.ptp(apart) == 0 or not len(by.names):
        return ()
    found = by.ranks.T @ _unit_ranks(apart)
    least = max(_LEAST_CORRELATION, _NOISE / np.sqrt(len(apart)))
    order = np.argsort(-np.abs(found), kind="stable")[:_DRIVERS]
    return tuple(
        Driver(
            name=by.names[at],
            meaning=by.meanings[at],
            correlation=float(found[at]),
            narrowing=by.narrowing[at],
            informed=(left := by.narrowing[at]) is not None and left < INFORMED_BELOW,
        )
        for at in order
        if abs(found[at]) >= least
    )


def _informed(drivers: tuple[Driver, ...]) -> bool:
    """Whether drivers that this patient's data narrowed, and no others, carry a difference."""
    carried = sum(driver.correlation**2 for driver in drivers)
    return carried >= _CARRIED and all(driver.informed for driver in drivers)


def _words(higher: float, lower: float, *, told: bool, learned: bool) -> str:
    if higher == lower == 0.0:
        return ALIKE
    if not told:
        return CANNOT_TELL
    side, share = ("higher", higher) if higher >= lower else ("lower", lower)
    standing = "learned from this patient" if learned else ASSUMED
    return f"{side} in {100 * share:.0f} % of draws in the model; {standing}"


def _unit_ranks(values: Array) -> Array:
    """Ranks, ties sharing theirs, shifted to mean 0 and brought to length 1."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(count)
    ranks = (ends - 0.5 * (count - 1))[place]
    centred = ranks - ranks.mean()
    length = float(np.sqrt(centred @ centred))
    return centred / length if length > 0 else centred
