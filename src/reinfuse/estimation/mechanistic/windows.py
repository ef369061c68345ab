"""The windows of a course: each infusion with all that the mechanism can be held against."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reinfuse.estimation.mechanistic.observed import Observed
from reinfuse.estimation.mechanistic.reading_body import read_body
from reinfuse.estimation.mechanistic.reading_days import Frame, frames_of
from reinfuse.estimation.mechanistic.reading_lesions import read_lesions
from reinfuse.estimation.mechanistic.reading_levels import read_levels
from reinfuse.estimation.mechanistic.reading_plan import Planned, read_plan
from reinfuse.estimation.mechanistic.reading_product import read_product
from reinfuse.estimation.mechanistic.reading_said import read_said
from reinfuse.estimation.mechanistic.remarks import Remark, sentences
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.record import Course, days_of
from reinfuse.synopsis.moments import anchor_names

BEGINS = -7.0  # d; a window begins by then at the latest
BEFORE_DEPLETION = 1.0  # d by which it begins before lymphodepletion
SHORTEST = 28.0  # d, where nothing says how long a window was


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A window before its sentences are made."""

    window: Window
    left_out: tuple[Remark, ...]
    assumed: tuple[Remark, ...]


def windows_of(course: Course) -> tuple[Window, ...]:
    """One window for each infusion, in time order; none for a course without infusions.

    Parts of one dose, given within days, share a window. Whatever the record says that an output
    of the model can be held against is in `observed`, or named in `left_out` with the reason; what
    lies after a transplant or new treatment is left out, since neither is simulated.
    """
    names = anchor_names(course)
    read = [_read(frame, names[frame.infusion.id]) for frame in frames_of(course)]
    return tuple(_told(read, place) for place in range(len(read)))


def _read(frame: Frame, label: str) -> _Read:
    body = read_body(frame.course.patient)
    product = read_product(frame)
    plan = read_plan(frame, body.body)
    lesions = read_lesions(frame)
    levels = read_levels(frame)
    said = read_said(frame, levels.observed)
    observed = _in_order([*levels.observed, *said.observed, *lesions.observed])
    window = Window(
        infusion=frame.infusion.id,
        label=label,
        first_day=_first_day(observed, plan),
        last_day=_last_day(frame, observed),
        product=product.product,
        plan=plan.plan,
        body=body.body,
        dose_told=plan.dose_told,
        lesions=lesions.lesions,
        depletion_days=plan.depletion_days,
        tocilizumab_days=plan.tocilizumab_days,
        observed=observed,
    )
    return _Read(
        window=window,
        left_out=(*levels.left_out, *said.left_out, *lesions.left_out, *plan.left_out),
        assumed=(
            *_order(frame), *product.assumed, *plan.assumed, *body.assumed, *levels.assumed,
            *said.assumed, *lesions.assumed,
        ),
    )  # fmt: skip


def _told(read: Sequence[_Read], place: int) -> Window:
    """The window with its sentences; what another window holds is not left out of the course."""
    this, later = read[place], read[place + 1 :]
    here = _entries([this])
    elsewhere = _entries([*read[:place], *later]) - here
    named = {remark.entry for one in later for remark in one.left_out}
    left_out = [
        one
        for one in this.left_out
        if one.entry not in elsewhere and not (one.beyond and one.entry in named)
    ]
    why = "told both as an outcome of this window and as the state before the next"
    both = [Remark(entry=entry, why=why) for entry in sorted(here & _entries(later))]
    return replace(
        this.window,
        left_out=sentences(left_out),
        assumed=sentences([*this.assumed, *both]),
    )


def _entries(read: Iterable[_Read]) -> set[str]:
    return {entry for one in read for item in one.window.observed for entry in item.entries}


def _in_order(observed: Iterable[Observed]) -> tuple[Observed, ...]:
    return tuple(sorted(observed, key=lambda one: (one.days, one.kind, one.lesion or 0)))


def _first_day(observed: Sequence[Observed], plan: Planned) -> float:
    starts = [BEGINS, *(one.days[0] for one in observed)]
    if plan.depletion_days is not None:
        starts.append(plan.depletion_days[0] - BEFORE_DEPLETION)
    return float(math.floor(min(starts)))


def _last_day(frame: Frame, observed: Sequence[Observed]) -> float:
    """The soonest end of the window, or the last look; no earlier than the last thing observed."""
    seen = max((one.days[1] for one in observed), default=0.0)
    if math.isfinite(frame.soonest):
        return max(frame.soonest, seen, 1.0)
    return max(seen, frame.last_look if math.isfinite(frame.last_look) else SHORTEST)


def _order(frame: Frame) -> tuple[Remark, ...]:
    """A word where the order of two infusions or transplants is not certain."""
    found = []
    for anchor in frame.earlier:
        days = days_of(frame.course, frame.infusion, anchor.id)
        if days.low < 0:
            why = f"taken to follow {anchor.id}; their order is not certain"
            found.append(Remark(entry=frame.infusion.id, why=why))
    return tuple(found)
