"""How likely what was observed is, given what the model says on its days."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.mechanistic.nodes import GAPS
from reinfuse.estimation.mechanistic.observed import Change, Kind, Observed
from reinfuse.estimation.mechanistic.predictions import Looked
from reinfuse.estimation.mechanistic.scatter import (
    REDUCED_TO,
    SCATTER,
    VISIBLE_SD,
    VISIBLE_VOLUME,
    scaled,
)
from reinfuse.estimation.mechanistic.student import log_below, log_density
from reinfuse.kinetics.normal import log_normal_cdf

Array = NDArray[np.float64]

_CHANCES = 1.0 / np.array(GAPS)
_LOG_CHANCES = np.log(_CHANCES / _CHANCES.sum())


def term(looked: Looked, outputs: Array, limit: Array | None) -> Array:
    """Log likelihood of one observed thing, `"points"`; its day is averaged over.

    `outputs` is what the model says of it, `"points days"` in the unit of the output; `limit` the
    drawn limits (`"points"`) of its assay, for one below a limit that nobody stated. A value above
    or below a limit counts with its probability to be there.
    """
    return log_average(node_terms(looked, outputs, limit), looked.nodes.log_weights)


def node_terms(looked: Looked, outputs: Array, limit: Array | None) -> Array:
    """The same on each day that it can have been, `"points nodes"`."""
    observed = looked.observed
    if observed.change is not None:
        return _change_terms(looked, observed.change, outputs)
    levels = scaled(observed.kind, outputs)
    found = _sample_terms(observed, levels[:, looked.at], limit)
    if observed.peak and observed.value is not None:
        return found + _all_lower(looked, levels, observed.value)
    return found


def log_average(terms: Array, log_weights: Array) -> Array:
    """Log of the weighted mean of exponentials over the last axis."""
    logs = terms + log_weights
    top = logs.max(axis=-1, keepdims=True)
    safe = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.exp(logs - safe).sum(axis=-1)) + safe[..., 0])


def _sample_terms(observed: Observed, levels: Array, limit: Array | None) -> Array:
    kind, sd = observed.kind, SCATTER[observed.kind].sd
    if observed.value is not None:
        return log_density((scaled(kind, observed.value) - levels) / sd) - math.log(sd)
    if observed.above is not None:
        return log_below((levels - scaled(kind, observed.above)) / sd)
    if observed.below is not None:
        return log_below((scaled(kind, observed.below) - levels) / sd)
    assert limit is not None
    return log_below((scaled(kind, limit)[:, None] - levels) / sd)


def _all_lower(looked: Looked, levels: Array, value: float) -> Array:
    """The samples around the highest came out lower, averaged over how far they were apart.

    Rarer samples have less of a chance that one of them falls on a given day.
    """
    kind = looked.observed.kind
    lower = log_below((scaled(kind, value) - levels) / SCATTER[kind].sd)
    none = np.zeros((len(levels), 1))
    padded = np.concatenate([lower, none], axis=1)  # place -1: no sample, no condition
    sums = [padded[:, places].sum(axis=2) for places in looked.around]
    return log_average(np.stack(sums, axis=-1), _LOG_CHANCES)


def _change_terms(looked: Looked, change: Change, volumes: Array) -> Array:
    """What imaging says: too small to be seen, seen, or seen and smaller than at first."""
    levels = scaled(Kind.LESION_CHANGE, volumes)
    seen = (levels[:, looked.at] - math.log(VISIBLE_VOLUME)) / VISIBLE_SD
    if change is Change.GONE:
        return log_normal_cdf(-seen)
    if change is Change.PRESENT or looked.first is None:
        return log_normal_cdf(seen)
    shrunk = levels[:, [looked.first]] + math.log(REDUCED_TO) - levels[:, looked.at]
    return log_normal_cdf(seen) + log_normal_cdf(shrunk / SCATTER[Kind.LESION_CHANGE].sd)
