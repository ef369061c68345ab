"""The rows of one outcome as numbers that a measure can pool."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.evidence import Study
from reinfuse.pooling.effects import (
    Effects,
    Measure,
    Scale,
    effects_given,
    effects_of_arms,
    effects_of_counts,
    effects_of_means,
)
from reinfuse.pooling.effects.measure import ONE_ARM, TWO_ARMS


def usual_measure(studies: Sequence[Study]) -> Measure | None:
    """What rows without any counts are pooled as, by what they hold; None: rates by counts."""
    if any(one.is_counted for one in studies) or not studies:
        return None
    if all(one.estimate is not None for one in studies):
        return Measure.GEN
    if all(one.mean is not None for one in studies):
        return Measure.MN
    return None


def why_without(study: Study, measure: Measure | None) -> str:
    """Why a row cannot be pooled as this measure; empty where it can."""
    if measure is None or measure in ONE_ARM:
        return "" if study.is_counted else "no counts were printed"
    if measure in TWO_ARMS:
        arms = study.is_counted and None not in (study.events_control, study.n_control)
        return "" if arms else "it has no counts of both arms"
    if measure is Measure.MN:
        whole = None not in (study.mean, study.sd, study.n)
        return "" if whole else "it has no mean with sd and n"
    spread = study.se is not None or None not in (study.low, study.high)
    return "" if study.estimate is not None and spread else "it has no estimate with se or limits"


def effects_of(studies: Sequence[Study], measure: Measure) -> Effects:
    """One effect for each row; ReinfuseError for estimates of different things."""
    labels = [one.label for one in studies]
    if measure in ONE_ARM:
        events = [one.events or 0 for one in studies]
        return effects_of_counts(events, [one.n or 0 for one in studies], measure, labels=labels)
    if measure in TWO_ARMS:
        return effects_of_arms(
            [one.events or 0 for one in studies],
            [one.n or 0 for one in studies],
            [one.events_control or 0 for one in studies],
            [one.n_control or 0 for one in studies],
            measure,
            labels=labels,
        )
    if measure is Measure.MN:
        return effects_of_means(
            [one.mean or 0.0 for one in studies],
            [one.sd or 0.0 for one in studies],
            [one.n or 0 for one in studies],
            labels=labels,
        )
    return _given(studies, labels)


def estimated(studies: Sequence[Study]) -> str:
    """What the estimates of the rows are of, such as `hazard ratio`; ReinfuseError if of two."""
    named = {str(one.measure) if one.measure else "an estimate" for one in studies}
    if len(named) > 1:
        raise ReinfuseError(
            f"the rows estimate different things: {', '.join(sorted(named))}",
            fix="write them as one measure in the table, or as two outcomes",
        )
    return named.pop()


def _given(studies: Sequence[Study], labels: Sequence[str]) -> Effects:
    estimated(studies)
    first = studies[0].measure
    scale = Scale.LOG if first is not None and first.is_ratio else Scale.PLAIN
    limited = [one for one in studies if one.se is None]
    errors: dict[str, float] = {}
    findings: tuple[Finding, ...] = ()
    if limited:
        by_limits = effects_given(
            [one.estimate or 0.0 for one in limited],
            intervals=[[one.low or 0.0, one.high or 0.0] for one in limited],
            scale=scale,
            labels=[one.label for one in limited],
        )
        findings = by_limits.findings
        errors = {
            one.id: math.sqrt(vi) for one, vi in zip(limited, by_limits.vi.tolist(), strict=True)
        }
    effects = effects_given(
        [one.estimate or 0.0 for one in studies],
        standard_errors=[errors[one.id] if one.se is None else one.se for one in studies],
        scale=scale,
        labels=labels,
    )
    return Effects(
        measure=effects.measure,
        labels=effects.labels,
        yi=effects.yi,
        vi=effects.vi,
        n=effects.n,
        scale=effects.scale,
        findings=(*findings, *effects.findings),
    )
