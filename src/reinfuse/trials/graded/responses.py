"""Response, MRD, relapse and B-cell aplasia of virtual patients at their visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.grading.leukemia import mrd_classes
from reinfuse.grading.leukemia.b_cells import (
    EARLY,
    LEVELS,
    RECOVERED,
    THREE_PERCENT,
    Cut,
    state,
)
from reinfuse.grading.leukemia.eln_2024 import ELN_2024
from reinfuse.grading.leukemia.relapse_class import (
    CLASS_BFM,
    COMBINED,
    ISOLATED,
    MRD_ONLY,
    SUBMICROSCOPIC,
)
from reinfuse.grading.leukemia.response import ResponseSet
from reinfuse.grading.rules.scale import Scale
from reinfuse.grading.series import rank
from reinfuse.record.vocabulary import items
from reinfuse.trials.graded.crs import NOT_MODELLED
from reinfuse.trials.graded.judged import (
    Ranked,
    judged,
    judged_mrd,
    judged_relapse,
    spans_of,
)
from reinfuse.trials.graded.looks import (
    CD19,
    LOOKS_ASSUMED,
    BloodLooks,
    Looks,
    antigen_of,
    blood_of,
    looks_of,
)
from reinfuse.trials.graded.outputs import Virtual
from reinfuse.trials.graded.visits import Attended, Limits, Schedule, attended_all

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]

NONE = -1  # a code where there is nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """What visits showed, by `grading`; arrays of visits are `"patients visits"`.

    `response`, `mrd` and `relapse` hold ranks of their criteria, low to high, nan for a look that
    did not take place; blood counts are not modelled, so that CR, CRi and MLFS stay open. In
    `surely` a look is a remission whatever the counts, in `possibly` by some. `relapse_day`,
    `mrd_relapse_day` and `b_cells_back_day` are by patient, nan where there was none;
    `relapse_class` is a rank of the class at the first relapse, `antigen` a place in `antigens`,
    NONE where there was none. `aplasia` is by blood visit, `b_cells` a place in `b_cell_levels`.
    """

    criterion: ResponseSet
    relapse_scale: Scale
    looks: Looks
    blood: BloodLooks
    response: Ranked
    surely: Flags
    possibly: Flags
    mrd: Ranked
    relapse: Ranked
    relapse_day: Floats
    mrd_relapse_day: Floats
    relapse_class: Codes
    antigen: Codes
    antigen_by_look: Codes
    aplasia: Flags
    b_cells: Codes
    b_cells_back_day: Floats
    assumed: tuple[str, ...] = LOOKS_ASSUMED
    not_modelled: tuple[str, ...] = NOT_MODELLED

    @property
    def mrd_negative(self) -> Flags:
        """Looks with an MRD that is surely undetectable by a test that reaches 0.01 %."""
        best = rank(mrd_classes.SCALE.criterion, mrd_classes.SCALE.criterion.levels[0])
        return np.nan_to_num(self.mrd.high, nan=np.inf) <= best

    @property
    def relapse_levels(self) -> tuple[str, ...]:
        """The words of `relapse_class`."""
        return tuple(str(level) for level in self.relapse_scale.criterion.levels)

    @property
    def antigens(self) -> tuple[str, ...]:
        """The words of `antigen`."""
        return items()[CD19].words

    @property
    def b_cell_levels(self) -> tuple[str, ...]:
        """The words of `b_cells`."""
        return LEVELS

    def remission_by(self, day: float, *, mrd_negative: bool = False) -> Flags:
        """Who was surely seen in remission by a day, with undetectable MRD if that is asked."""
        seen = self.surely & (self.looks.days <= day)
        return np.asarray((seen & self.mrd_negative if mrd_negative else seen).any(axis=1))


def responses(
    virtual: Virtual,
    schedule: Schedule,
    *,
    attended: Attended | None = None,
    limits: Limits | None = None,
    criterion: ResponseSet = ELN_2024,
    relapse_scale: Scale = CLASS_BFM,
    cut: Cut = THREE_PERCENT,
) -> Responses:
    """Response and relapse of every patient at the visits that took place.

    `criterion` is a set of response criteria of the catalogue, `relapse_scale` a class of relapse
    of it, `cut` one of its cuts for B-cell aplasia. A relapse is one after a remission that was
    surely seen. Raises ReinfuseError for limits above that cut.
    """
    came, used = attended or attended_all(schedule, virtual.patients), limits or Limits()
    looks = looks_of(virtual, schedule, came, used)
    response = judged(criterion.scale, looks)
    worst = max(rank(criterion.scale.criterion, level) for level in criterion.remission)
    surely = np.nan_to_num(response.high, nan=np.inf) <= worst
    before = np.asarray(np.cumsum(surely, axis=1) - surely > 0)
    relapse = judged_relapse(relapse_scale, looks, before)
    found = _relapses(relapse_scale, relapse)
    antigen = _antigen(virtual, looks, relapse_scale, relapse, found)
    blood = blood_of(virtual, schedule, came, used)
    aplasia = _aplasia(blood, cut)
    states, back = _b_cells(blood, aplasia)
    return Responses(
        criterion=criterion,
        relapse_scale=relapse_scale,
        looks=looks,
        blood=blood,
        response=response,
        surely=surely,
        possibly=np.nan_to_num(response.low, nan=np.inf) <= worst,
        mrd=judged_mrd(looks),
        relapse=relapse,
        relapse_day=_first(found, looks.days),
        mrd_relapse_day=_first(np.nan_to_num(relapse.low) > 0, looks.days),
        relapse_class=_at_first(found, relapse.low),
        antigen=_at_first(found, antigen),
        antigen_by_look=antigen,
        aplasia=aplasia,
        b_cells=states,
        b_cells_back_day=back,
    )


def _relapses(scale: Scale, relapse: Ranked) -> Flags:
    """Looks at which there surely is a relapse that is more than MRD."""
    return np.nan_to_num(relapse.low) > rank(scale.criterion, MRD_ONLY)


def _first(so: Flags, days: Floats) -> Floats:
    return np.where(so.any(axis=1), days[so.argmax(axis=1)], np.nan)


def _at_first(so: Flags, values: NDArray) -> Codes:
    """The value of the first look at which something is so, as a code."""
    place = so.argmax(axis=1)
    chosen = np.take_along_axis(np.nan_to_num(values), place[:, None], axis=1)[:, 0]
    return np.where(so.any(axis=1), chosen, NONE).astype(np.int8)


def _antigen(virtual: Virtual, looks: Looks, scale: Scale, relapse: Ranked, found: Flags) -> Codes:
    """CD19 at the looks with a relapse, of the sites that its class names."""
    outside = found & _is_one_of(scale, relapse, (ISOLATED, SUBMICROSCOPIC, COMBINED))
    marrow = found & ~_is_one_of(scale, relapse, (ISOLATED,))
    return antigen_of(virtual, looks, marrow, outside)


def _is_one_of(scale: Scale, relapse: Ranked, levels: Sequence[str]) -> Flags:
    return np.isin(relapse.low, [rank(scale.criterion, level) for level in levels])


def _aplasia(blood: BloodLooks, cut: Cut) -> Flags:
    """Blood visits with B cells below the cut, in % of lymphocytes or per uL."""
    found = np.zeros(blood.came.shape, dtype=bool)
    for values, limit, least in (
        (blood.share, blood.limits.b_share, cut.percent),
        (blood.per_ul, blood.limits.b_cells, cut.per_ul),
    ):
        if least is None:
            continue
        if limit > least:
            raise ReinfuseError(
                f"a limit of {limit:g} for B cells lies above the cut of aplasia, {least:g}",
                where="limits", fix="take a lower one",
            )  # fmt: skip
        found |= spans_of(values, limit)[1] < least
    return found & blood.came


def _b_cells(blood: BloodLooks, aplasia: Flags) -> tuple[Codes, Floats]:
    """The state of B cells over all visits, by the rule of grading, and the day of recovery."""
    days = [int(day) for day in blood.days]
    codes = np.full(len(aplasia), NONE, np.int8)
    back = np.full(len(aplasia), np.nan)
    for place, (came, low) in enumerate(zip(blood.came.tolist(), aplasia.tolist(), strict=True)):
        samples = [(day, is_low) for day, was, is_low in zip(days, came, low, strict=True) if was]
        if not samples:
            continue
        level = state(samples)
        codes[place] = LEVELS.index(str(level))
        if level in (EARLY, RECOVERED):
            back[place] = _day_back(samples)
    return codes, back


def _day_back(samples: Sequence[tuple[int, bool]]) -> float:
    """The first of two samples in a row above the cut, after aplasia."""
    begun = next(place for place, (_, low) in enumerate(samples) if low)
    after = samples[begun:]
    return float(next(day for (day, low), (_, again) in pairwise(after) if not low and not again))
