"""Effects of studies that count events in one arm: rates, on one of five scales."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.pooling.effects.back import Floats, double_arcsine
from reinfuse.pooling.effects.cautions import arcsine_misleads, half_added
from reinfuse.pooling.effects.effects import (
    Effects,
    name_studies,
    read_column,
    refuse_studies,
    same_length,
)
from reinfuse.pooling.effects.measure import ONE_ARM, Measure

HALF = 0.5


def effects_of_counts(
    events: ArrayLike, n: ArrayLike, measure: Measure, *, labels: Sequence[str] | None = None
) -> Effects:
    """One rate for each study, from `events` among `n`, on the scale of `measure`.

    A study without an event, or with events only, has no logarithm or no variance: 0.5 is added
    to its events and to its patients without one, and a finding says so. The arcsine measures
    need no such thing, and carry a finding of their own. Variances: PR p(1-p)/n,
    PLO 1/x + 1/(n-x), PLN 1/x - 1/n, PAS 1/(4n), PFT 1/(4n+2).

    Raises ReinfuseError for counts that cannot be: not whole, below 0, above n, or n of 0.

    Source: formulas as in metafor 3.8-1 (its `escalc`), recalled; held to its numbers.
    """
    if measure not in ONE_ARM:
        raise ReinfuseError(
            f"{measure} is not a measure of one arm", fix=f"choose one of {', '.join(ONE_ARM)}"
        )
    x, size = read_column(events, "events"), read_column(n, "n")
    names = name_studies(labels, same_length(events=x, n=size))
    check_counts(x, size, names)
    findings: tuple[Finding, ...] = ()
    if measure in (Measure.PAS, Measure.PFT):
        findings = (arcsine_misleads(measure, (float(size.min()), float(size.max()))),)
        yi, vi = _angles(x, size, measure)
    else:
        empty = (x == 0) | (x == size)
        if empty.any():
            touched = [name for name, one in zip(names, empty, strict=True) if one]
            findings = (half_added(touched),)
        yi, vi = _rates(x + HALF * empty, size + 2 * HALF * empty, measure)
    return Effects(measure=measure, labels=names, yi=yi, vi=vi, n=size, findings=findings)


def check_counts(x: Floats, size: Floats, names: tuple[str, ...]) -> None:
    """ReinfuseError unless every count is whole, at least 0, and among one patient or more."""
    fix = "give whole numbers, with 0 <= events <= n and n above 0"
    with np.errstate(invalid="ignore"):
        unknown = ~(np.isfinite(x) & np.isfinite(size))
        refuse_studies(unknown, names, "a count is missing", fix="leave the study out, or find it")
        refuse_studies((x % 1 != 0) | (size % 1 != 0), names, "a count is not whole", fix=fix)
        refuse_studies(size < 1, names, "nobody was counted", fix=fix)
        refuse_studies((x < 0) | (x > size), names, "events below 0 or above n", fix=fix)


def _rates(x: Floats, size: Floats, measure: Measure) -> tuple[Floats, Floats]:
    share = x / size
    if measure is Measure.PR:
        return share, share * (1 - share) / size
    if measure is Measure.PLN:
        return np.log(share), (size - x) / (x * size)
    return np.log(x / (size - x)), 1 / x + 1 / (size - x)


def _angles(x: Floats, size: Floats, measure: Measure) -> tuple[Floats, Floats]:
    if measure is Measure.PFT:
        return double_arcsine(x, size), 1 / (4 * size + 2)
    return np.arcsin(np.sqrt(x / size)), 1 / (4 * size)
