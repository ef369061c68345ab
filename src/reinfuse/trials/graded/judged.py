"""Looks judged by the tables of `grading`, for all patients at once.

The catalogue grades response, MRD and relapse by chart, one patient at a time. Here the same
tables are judged in columns; a test grades patients both ways.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.cohort.columns import Column, Numbers, Truths, spans
from reinfuse.cohort.scale_columns import ranks_of
from reinfuse.grading.leukemia import mrd_classes
from reinfuse.grading.leukemia.after_remission import REACHED
from reinfuse.grading.leukemia.looks import BLOOD_COUNT, BLOOD_SHARE, FIRST_DAY, MARROW
from reinfuse.grading.leukemia.mrd_classes import FLOW
from reinfuse.grading.leukemia.relapse_class import SAME_RELAPSE_DAYS
from reinfuse.grading.rules.scale import Scale
from reinfuse.trials.graded.looks import LEUKEMIC_MARROW, OUTSIDE, Looks
from reinfuse.trials.graded.written import BELOW, EXACT

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
BEFORE_TREATMENT = "marrow blasts before treatment"


@dataclass(frozen=True, slots=True)
class Ranked:
    """Ranks of a scale at each look, `"patients visits"`; nan where nobody looked."""

    low: Floats
    high: Floats


def judged(scale: Scale, looks: Looks) -> Ranked:
    """The response that a table gives each look from day 1 on."""
    blasts = spans_of(looks.percent, looks.limits.blasts)
    quiet = looks.percent < LEUKEMIC_MARROW
    in_blood = _numbers((np.where(quiet, 0.0, -np.inf), np.where(quiet, 0.0, np.inf)))
    before = _before(looks, blasts)
    columns: dict[str, Column] = {
        MARROW: _numbers(blasts),
        FLOW.value: _numbers(spans_of(looks.percent, looks.limits.mrd)),
        OUTSIDE: _truths(looks.outside),
        BLOOD_SHARE: in_blood,
        BLOOD_COUNT: in_blood,  # no share of the white cells is none of them
        BEFORE_TREATMENT: _numbers(before),
    }
    return _ranked(scale, columns, looks)


def judged_mrd(looks: Looks) -> Ranked:
    """The class of MRD of each look from day 1 on."""
    low, high = spans_of(looks.percent, looks.limits.mrd)
    limit = np.full_like(low, looks.limits.mrd)
    columns: dict[str, Column] = {
        FLOW.value: _numbers((low, high)),
        FLOW.limit: _numbers((limit, limit)),
        FLOW.quantifiable: _numbers((limit, limit)),
        FLOW.detected: _truths(low > 0),  # a value below the limit of detection is none
    }
    return _ranked(mrd_classes.SCALE, columns, looks)


def judged_relapse(scale: Scale, looks: Looks, reached: Flags) -> Ranked:
    """The class of relapse of each look; `reached` is where a remission came before that look.

    Findings of a month belong together, and none from before the remission.
    """
    columns: dict[str, Column] = {
        MARROW: _numbers(_pooled(spans_of(looks.percent, looks.limits.blasts), looks, reached)),
        FLOW.value: _numbers(_pooled(spans_of(looks.percent, looks.limits.mrd), looks, reached)),
        OUTSIDE: _truths(_pooled((looks.outside, looks.outside), looks, reached)[1] > 0),
        REACHED: _truths(reached),
    }
    return _ranked(scale, columns, looks)


def spans_of(percent: Floats, limit: float) -> tuple[Floats, Floats]:
    """The lowest and the highest number that each charted value can be."""
    under = percent < limit
    limits = np.where(under, BELOW, EXACT)
    return spans(np.where(under, limit, percent), limits)


def _before(looks: Looks, blasts: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Marrow blasts of the last look before day 1, on every look; any number without one."""
    shape = looks.percent.shape
    low, high = np.full(shape[0], -np.inf), np.full(shape[0], np.inf)
    for place in np.flatnonzero(looks.days < FIRST_DAY):
        came = looks.came[:, place]
        low = np.where(came, blasts[0][:, place], low)
        high = np.where(came, blasts[1][:, place], high)
    return tuple(np.broadcast_to(one[:, None], shape) for one in (low, high))  # type: ignore[return-value]


def _pooled(span: tuple[NDArray, NDArray], looks: Looks, reached: Flags) -> tuple[Floats, Floats]:
    """The worst of the looks of a month that ends with each, since the remission."""
    low, high = (np.array(one, dtype=np.float64) for one in span)
    first = np.asarray(span[1], np.float64)
    for now, day in enumerate(looks.days):
        for then in np.flatnonzero((looks.days < day) & (looks.days > day - SAME_RELAPSE_DAYS)):
            near = looks.came[:, then] & (reached[:, then] | ~reached[:, now])
            worse = near & (first[:, then] > high[:, now])
            low[:, now] = np.where(worse, span[0][:, then], low[:, now])
            high[:, now] = np.where(worse, first[:, then], high[:, now])
    return low, high


def _ranked(scale: Scale, columns: dict[str, Column], looks: Looks) -> Ranked:
    found = ranks_of(scale, columns, looks.percent.size)
    seen = looks.came & looks.after
    low, high = (
        np.where(seen, one.reshape(looks.percent.shape), np.nan) for one in (found.low, found.high)
    )
    return Ranked(low, high)


def _numbers(span: tuple[Floats, Floats]) -> Numbers:
    return Numbers(span[0].ravel(), span[1].ravel())


def _truths(so: Flags) -> Truths:
    flat = so.ravel()
    return Truths(flat, flat)
