"""Response of one lesion at one look, by its sizes and by the word that was written of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reinfuse.grading.grade import Criterion, Reason
from reinfuse.grading.numbers import number_in
from reinfuse.record import Change, LesionLook
from reinfuse.record.words import below_in_words
from reinfuse.source import Source, Standing

COMPLETE, PARTIAL, STABLE, PROGRESSION = "complete", "partial", "stable", "progression"
LEVELS = (COMPLETE, PARTIAL, STABLE, PROGRESSION)
LESION_RESPONSE = Criterion(
    name="Lugano-2014-size",
    title="Response of a lesion by size (Lugano 2014, per lesion)",
    levels=LEVELS,
    source=Source(
        cite="Cheson 2014",
        place="J Clin Oncol 32:3059, as in PMC5298348 Table 2",
        standing=Standing.SECONDARY,
    ),
)
PARTIAL_FALL, PROGRESSION_RISE = 0.50, 0.50  # of the product of the two longest axes
SETTLES_BELOW = "its size on CT or MRI at this visit, or a reader's word that it is gone"
_BY_WORD = {
    Change.RESOLVED: (COMPLETE, COMPLETE),
    Change.REDUCED: (PARTIAL, STABLE),
    Change.STABLE: (STABLE, STABLE),
    Change.INCREASED: (STABLE, PROGRESSION),
    Change.NEW: (PROGRESSION, PROGRESSION),
}


@dataclass(frozen=True, slots=True)
class LookGrade:
    """What one look allows, with its reason and what would settle it."""

    low: str
    high: str
    reason: Reason | None
    missing: tuple[str, ...]


def grade_look(
    look: LesionLook, earlier: list[LesionLook], baseline: LesionLook | None
) -> LookGrade:
    """Grade a look against the one before the infusion and the smallest since.

    A fall of the product of the two longest axes by half from the baseline is partial, a rise by
    half from the smallest is progression. Where the word and the sizes do not say the same, both
    stand as the ends of an interval. Below threshold is no grade by word: it can be gone or
    smaller, and it can be larger with less uptake.
    """
    sized = _by_size(look, earlier, baseline)
    worded = _BY_WORD.get(look.change) if look.change is not None else None
    if sized is not None:
        level, text = sized
        ends = [level] if worded is None or worded[0] != COMPLETE else [level, COMPLETE]
        ends.sort(key=LEVELS.index)
        missing = () if len(set(ends)) == 1 else ("which holds, the word or the size",)
        return LookGrade(ends[0], ends[-1], Reason(text=text, entries=(look.id,)), missing)
    if look.change is Change.BELOW and not look.axes:
        text = f"{below_in_words(look)}: neither gone nor measured"
        reason = Reason(text=text, entries=(look.id,))
        return LookGrade(COMPLETE, PROGRESSION, reason, (SETTLES_BELOW,))
    low, high = worded or (COMPLETE, PROGRESSION)
    word = f"{look.change or 'seen'}"
    sizeless = not look.axes and look.change is not Change.RESOLVED
    missing = ("a size before the infusion",) if look.axes else ("sizes at this visit",)
    missing = missing if low != high else ()
    text = f"{word}, no size given" if sizeless else word
    return LookGrade(low, high, Reason(text=text, entries=(look.id,)), missing)


def unseen_lesion(removed: LesionLook | None) -> LookGrade:
    """A lesion that nobody looked at: anything is possible, and removed is not resolved."""
    if removed is None:
        return LookGrade(COMPLETE, PROGRESSION, None, ("the lesion was not looked at",))
    reason = Reason(text="removed by operation, which is not resolved", entries=(removed.id,))
    return LookGrade(COMPLETE, PROGRESSION, reason, ("the site after the operation",))


def _by_size(
    look: LesionLook, earlier: list[LesionLook], baseline: LesionLook | None
) -> tuple[str, str] | None:
    before = product_of_axes(baseline) if baseline is not None else None
    now = product_of_axes(look)
    if not before or now is None:
        return None
    sizes = [size for one in earlier if (size := product_of_axes(one)) is not None]
    smallest = min([before, *sizes])
    text = f"product of the two longest axes at {now / before:.0%} of the one before the infusion"
    grown = now > 0 if smallest == 0 else now / smallest >= 1 + PROGRESSION_RISE
    if grown:
        return PROGRESSION, f"{text}, and grown by half or more from its smallest"
    if now == 0:
        return COMPLETE, text
    return (PARTIAL if now / before <= 1 - PARTIAL_FALL else STABLE), text


def product_of_axes(look: LesionLook) -> float | None:
    """The product of the two longest axes in cm2; None without two axes."""
    axes = [length for axis in look.axes if (length := number_in(axis, "cm")) is not None]
    return math.prod(sorted(axes, reverse=True)[:2]) if len(axes) > 1 else None
