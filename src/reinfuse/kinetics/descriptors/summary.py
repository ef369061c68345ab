"""Descriptors of many patients in a few numbers: by assay and infusion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reinfuse.kinetics.descriptors.described import Described
from reinfuse.kinetics.descriptors.reasons import NotEstimable, Numbers, Truths
from reinfuse.kinetics.descriptors.table import Descriptor

LEAST_FOR_SPREAD = 2
PERCENT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One descriptor over the profiles of one assay after one infusion.

    The geometric mean is of positive values only, and not given where one is not positive. The
    geometric CV is in per cent, by the SD of the natural logarithms.
    """

    descriptor: Descriptor
    assay: str
    unit: str
    occasion: int
    profiles: int
    estimable: int
    geometric_mean: float | NotEstimable
    geometric_cv: float | NotEstimable
    median: float | NotEstimable
    low: float | NotEstimable
    high: float | NotEstimable


def summaries(described: Described) -> tuple[Summary, ...]:
    """Every descriptor by assay and infusion."""
    return tuple(_summaries(described))


def _summaries(described: Described) -> Iterator[Summary]:
    profiles = described.profiles
    pairs = sorted(set(zip(profiles.assay.tolist(), profiles.occasion.tolist(), strict=True)))
    for assay, occasion in pairs:
        inside = (profiles.assay == assay) & (profiles.occasion == occasion)
        for one in described.descriptors:
            yield _summary(described, one, inside)


def _summary(described: Described, one: Descriptor, inside: Truths) -> Summary:
    profiles, place = described.profiles, int(np.argmax(inside))
    found = described[one.name]
    values = found.values[inside & (found.reason == 0)]
    assay = profiles.assays[int(profiles.assay[place])]
    mean, spread = _geometric(values)
    none = NotEstimable("not estimable in any profile")
    return Summary(
        descriptor=one,
        assay=assay.label,
        unit=one.unit.written(assay.unit, profiles.time_unit),
        occasion=int(profiles.occasion[place]),
        profiles=int(inside.sum()),
        estimable=len(values),
        geometric_mean=mean,
        geometric_cv=spread,
        median=float(np.median(values)) if len(values) else none,
        low=float(values.min()) if len(values) else none,
        high=float(values.max()) if len(values) else none,
    )


def _geometric(values: Numbers) -> tuple[float | NotEstimable, float | NotEstimable]:
    if not len(values):
        none = NotEstimable("not estimable in any profile")
        return none, none
    if (values <= 0).any():
        none = NotEstimable("a value is not above zero")
        return none, none
    logs = np.log(values)
    mean = float(np.exp(logs.mean()))
    if len(values) < LEAST_FOR_SPREAD:
        return mean, NotEstimable("one value has no spread")
    return mean, float(PERCENT * np.sqrt(np.expm1(logs.var(ddof=1))))
