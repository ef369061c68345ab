"""The pooled answer in sentences: the number first, then how far it can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reinfuse.pooling import NotPooled
from reinfuse.pooling.summary import FEW_STUDIES, Pooling
from reinfuse.report.charts.words import shown
from reinfuse.report.pool_page.answers import leading_line, reading
from reinfuse.report.pool_page.inputs import MethodLine, PooledEffects
from reinfuse.report.pool_page.reading import Reading


def answer_sentence(pooled: Pooling | PooledEffects, lines: Sequence[MethodLine]) -> str:
    """The answer in one sentence: number, interval, where a new cohort would lie, by what."""
    by = reading(pooled)
    first = leading_line(lines)
    if first is None or first.estimate is None or first.low is None or first.high is None:
        return next(iter(pooled.words), "") or _nothing(lines)
    level = f"{100 * pooled.level:g} %"
    told = (
        f"{pooled.outcome[:1].upper()}{pooled.outcome[1:]}: {by.words(first.estimate)} ({level} "
        f"interval {by.span(first.low, first.high)}) in the middle one of {_of(pooled)}"
    )
    if first.predicted_low is not None and first.predicted_high is not None:
        new = by.span(first.predicted_low, first.predicted_high)
        told += f"; a new cohort's {by.number.lower()} lies between {new.replace(' to ', ' and ')}"
    return f"{told} ({first.method})."


def further_words(pooled: Pooling | PooledEffects, lines: Sequence[MethodLine]) -> tuple[str, ...]:
    """What must be read with the answer, most important first."""
    said = answer_sentence(pooled, lines)
    return tuple(words for words in (*_spread(pooled), *pooled.words) if words != said)


def how_to_read(pooled: Pooling | PooledEffects, lines: Sequence[MethodLine]) -> str:
    """Why several methods stand below the answer, and why this one is the first."""
    k = pooled.k if isinstance(pooled, Pooling) else pooled.effects.k
    first = leading_line(lines)
    if k <= 1 or first is None:
        return ""
    if k <= FEW_STUDIES:
        told = (
            f"With {k} cohorts the spread between them is hardly seen, and methods differ by more "
            "than their intervals admit"
        )
        priors = len(pooled.posteriors)
        beside = f"; {priors} priors stand side by side" if priors > 1 else ""
        return f"{told}: read {first.method} first, and all of them{beside}."
    if isinstance(pooled, PooledEffects) and pooled.counted is not None:
        return f"{first.method} leads because it was asked for; others stand below it."
    return (
        f"With {k} cohorts, more than {FEW_STUDIES}, {first.method} leads; others stand below it."
    )


def _nothing(lines: Sequence[MethodLine]) -> str:
    why = next((one.why for one in lines if one.why), "no method gave a number")
    return f"Nothing is pooled: {why}."


def _of(pooled: Pooling | PooledEffects) -> str:
    if isinstance(pooled, Pooling):
        return f"{pooled.k} cohorts ({sum(pooled.events)} of {sum(pooled.n)})"
    return f"{pooled.effects.k} studies"


def _spread(pooled: Pooling | PooledEffects) -> Iterator[str]:
    """How far cohorts lie apart, by the leading prior and by likelihood."""
    if not isinstance(pooled, Pooling):
        return
    likelihood = pooled.likelihood
    if isinstance(likelihood, NotPooled):
        if pooled.k > 1:
            yield f"Without a prior there is no number: {likelihood.why}."
        return
    high = likelihood.tau2_high**0.5
    upper = shown(high) if high < float("inf") else "no upper limit"
    told = (
        f"Spread between cohorts by likelihood: tau {shown(likelihood.tau2**0.5)} log odds "
        f"({shown(likelihood.tau2_low**0.5)} to {upper}), I² {likelihood.i2:.0f} %, "
        f"p {likelihood.q_lrt_p:.3f} for one rate in all"
    )
    leading = pooled.leading
    if leading is not None and pooled.k <= FEW_STUDIES:
        limits = leading.tau.interval(pooled.level)
        told += (
            f"; with the leading prior tau {shown(leading.tau.quantile(0.5))} "
            f"({shown(limits.low)} to {shown(limits.high)})"
        )
    yield f"{told}."


def kind_words(pooled: Pooling | PooledEffects, by: Reading) -> str:
    """The line above the title."""
    if isinstance(pooled, Pooling):
        plural = "cohort" if pooled.k == 1 else "cohorts"
        return f"pooled evidence · {pooled.k} {plural} · {sum(pooled.n)} counted"
    return f"pooled evidence · {pooled.effects.k} studies · {by.number.lower()}"
