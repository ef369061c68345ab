"""Effects of studies that count events in two arms: ratios and differences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.pooling.effects.back import Floats
from reinfuse.pooling.effects.cautions import half_added, nothing_in_either_arm
from reinfuse.pooling.effects.counts import HALF, check_counts
from reinfuse.pooling.effects.effects import Effects, name_studies, read_column, same_length
from reinfuse.pooling.effects.measure import TWO_ARMS, Measure


def effects_of_arms(
    events: ArrayLike,
    n: ArrayLike,
    control_events: ArrayLike,
    control_n: ArrayLike,
    measure: Measure,
    *,
    labels: Sequence[str] | None = None,
) -> Effects:
    """One comparison for each study: the first arm against the control arm.

    RR and OR are pooled as logarithms, and above 0 (1 on the way back) means more events in the
    first arm; RD is the difference of rates. Where any of the four cells is empty, 0.5 is added
    to all four, and a finding says so; a study with the same outcome in everybody of both arms
    is kept, with a finding of its own.

    Raises ReinfuseError for counts that cannot be.

    Source: formulas as in metafor 3.8-1 (its `escalc`), recalled; held to its numbers.
    """
    if measure not in TWO_ARMS:
        raise ReinfuseError(
            f"{measure} is not a measure of two arms", fix=f"choose one of {', '.join(TWO_ARMS)}"
        )
    a, n1 = read_column(events, "events"), read_column(n, "n")
    c, n2 = read_column(control_events, "control events"), read_column(control_n, "control n")
    k = same_length(events=a, n=n1, control_events=c, control_n=n2)
    names = name_studies(labels, k)
    check_counts(a, n1, names)
    check_counts(c, n2, names)
    b, d = n1 - a, n2 - c
    empty = (a == 0) | (b == 0) | (c == 0) | (d == 0)
    alike = ((a == 0) & (c == 0)) | ((b == 0) & (d == 0))
    added = HALF * empty
    yi, vi = _compare(a + added, b + added, c + added, d + added, measure)
    findings = _findings(empty, alike, names, measure)
    return Effects(measure=measure, labels=names, yi=yi, vi=vi, n=n1 + n2, findings=findings)


def _compare(a: Floats, b: Floats, c: Floats, d: Floats, measure: Measure) -> tuple[Floats, Floats]:
    """Events and others of the first arm, then of the control arm."""
    n1, n2 = a + b, c + d
    if measure is Measure.RD:
        return a / n1 - c / n2, a * b / n1**3 + c * d / n2**3
    if measure is Measure.OR:
        return np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    return np.log(a / n1) - np.log(c / n2), b / (a * n1) + d / (c * n2)


def _findings(
    empty: NDArray[np.bool_], alike: NDArray[np.bool_], names: tuple[str, ...], measure: Measure
) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    if empty.any():
        findings.append(half_added([n for n, one in zip(names, empty, strict=True) if one]))
    if alike.any() and measure is not Measure.RD:
        named = [name for name, one in zip(names, alike, strict=True) if one]
        findings.append(nothing_in_either_arm(named))
    return tuple(findings)
