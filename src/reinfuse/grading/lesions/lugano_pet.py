"""Lugano 2014 by PET: the response at each visit by the five-point scale and its change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from reinfuse.grading.grade import Criterion, Grade, Reason
from reinfuse.grading.lesions.deauville import EVERY_SCORE, SUV, score_of
from reinfuse.grading.lesions.newness import new_lesion
from reinfuse.grading.lesions.response import (
    Ladder,
    Signs,
    VisitResponse,
    best_until,
    bounds,
    grade_of_visit,
    grade_of_visits,
    refs,
)
from reinfuse.grading.lesions.roles import Roles
from reinfuse.grading.lesions.series import (
    MARROW_UPTAKE,
    NEW,
    NEW_LESION,
    SCORE,
    SUV_MAX,
    UPTAKE_CHANGE,
    Imaging,
    Lesion,
    Visit,
    imaging_of,
    value_of,
)
from reinfuse.grading.lesions.truths import all_of, at_least, at_most, scaled
from reinfuse.grading.rules.finding import Span
from reinfuse.grading.rules.judge import Truth
from reinfuse.quantity import shown_number
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

CMR, PMR, NMR, PMD = "CMR", "PMR", "NMR", "PMD"
LADDER: Ladder = (CMR, PMR, NMR, PMD)
TOPIC = "metabolic response of lymphoma"
OPENING = (SCORE, SUV_MAX, UPTAKE_CHANGE, MARROW_UPTAKE)
LAST_COMPLETE, FIRST_RESIDUAL = 3.0, 4.0  # scores
# The criteria print no amount of change; within a quarter a reader must say (ours).
SURELY_LESS, SURELY_MORE = 0.75, 1.25
# Marrow and spleen take up tracer after these, which is not lymphoma.
_NOT_LYMPHOMA = re.compile(r"G-?CSF|filgrastim|growth factor|chemotherapy|rebound", re.IGNORECASE)
_BY_MARROW = {"normal": CMR, "reduced": PMR, "unchanged": NMR, "new": PMD}
_BY_WORD = {"decreased": (True, False), "unchanged": (False, False), "increased": (False, True)}
LUGANO_PET = Criterion(
    name="Lugano-2014 PET",
    title="Best metabolic response of lymphoma by PET (Lugano 2014)",
    levels=LADDER,
    source=Source(
        cite="Cheson 2014",
        place="J Clin Oncol 32:3059, PET-based response, as in published tables of it",
        standing=Standing.SECONDARY,
    ),
    family="lesions",
)


def pet_visits(chart: Chart) -> tuple[VisitResponse, ...]:
    """The metabolic response at each visit after day 0, as bounds."""
    imaging = imaging_of(chart, OPENING, pet=True)
    roles = pet_roles(imaging)
    return tuple(_respond(imaging, roles, visit) for visit in imaging.visits)


def grade_lugano_pet(chart: Chart) -> Grade:
    """The best metabolic response over the visits up to the first progression.

    Source: Cheson 2014, PET-based response.
    """
    return grade_of_visits(
        LUGANO_PET,
        chart.subject,
        pet_visits(chart),
        topic=TOPIC,
        best=partial(best_until, LUGANO_PET, progression=PMD),
        needs=("Deauville score after day 0",),
    )


def grade_pet_visits(chart: Chart) -> tuple[Grade, ...]:
    """One grade for each visit by PET."""
    return tuple(
        grade_of_visit(LUGANO_PET, chart.subject, one, topic=TOPIC) for one in pet_visits(chart)
    )


def grade_pet_lesions(chart: Chart) -> tuple[Grade, ...]:
    """One grade for each lesion at each visit."""
    imaging = imaging_of(chart, OPENING, pet=True)
    return tuple(
        grade_of_visit(LUGANO_PET, lesion.name, _of_one(imaging, visit, lesion), topic=TOPIC)
        for visit in imaging.visits
        for lesion in pet_roles(imaging).targets
    )


def pet_roles(imaging: Imaging) -> Roles:
    """Every lesion that is not new is followed; one without a role that came later is unsure."""
    known = tuple(lesion for lesion in imaging.lesions if lesion.role != NEW)
    return Roles(
        targets=known,
        others=(),
        new=tuple(lesion for lesion in imaging.lesions if lesion.role == NEW),
        unsure=tuple(
            lesion for lesion in known
            if lesion.role is None and not _scanned(imaging.baseline, lesion)
        ),
    )  # fmt: skip


def pet_progression(imaging: Imaging, roles: Roles, visit: Visit) -> Truth:
    """Whether the uptake of a lesion with a score of 4 or 5 surely rose from baseline."""
    found = [lesion_bounds(imaging, visit, lesion) for lesion in roles.targets]
    if any(low == PMD for low, _ in found):
        return True
    return None if any(high == PMD for _, high in found) else False


def lesion_bounds(imaging: Imaging, visit: Visit, lesion: Lesion) -> tuple[str, str]:
    """The metabolic response that one lesion allows at a visit."""
    score = score_of(visit, lesion.name)
    if score is None:
        return CMR, CMR
    return _bounds_of(_within(score, visit), _change(imaging.baseline, visit, lesion.name))


def _respond(imaging: Imaging, roles: Roles, visit: Visit) -> VisitResponse:
    fresh = new_lesion(imaging, visit, roles, _avid)
    each = [lesion_bounds(imaging, visit, lesion) for lesion in roles.targets]
    each += [_whole(imaging, roles, visit), _by_marrow(visit)]
    low, high = _worst(each, fresh)
    return VisitResponse(
        day=visit.day,
        low=low,
        high=high,
        because=tuple(_reasons(visit, roles)),
        missing=tuple(_missing(imaging, visit, roles, fresh)),
        likely=_worst(each, bool(fresh)),
    )


def _of_one(imaging: Imaging, visit: Visit, lesion: Lesion) -> VisitResponse:
    low, high = lesion_bounds(imaging, visit, lesion)
    return VisitResponse(
        day=visit.day,
        low=low,
        high=high,
        because=tuple(_said(visit, lesion)),
        missing=tuple(_unsettled(imaging, visit, lesion)),
    )


def _worst(each: list[tuple[str, str]], fresh: Truth) -> tuple[str, str]:
    """The worst lesion decides, and a new avid one is progression."""
    if fresh:
        return PMD, PMD
    low = max((one for one, _ in each), key=LADDER.index)
    high = max((one for _, one in each), key=LADDER.index)
    return low, PMD if fresh is None else high


def _whole(imaging: Imaging, roles: Roles, visit: Visit) -> tuple[str, str]:
    """The response by the score of the whole scan; without one its lesions speak for it."""
    if not visit.words(SCORE, ""):
        return (CMR, CMR) if roles.targets else (CMR, PMD)
    score = score_of(visit, "")
    if score is None:
        return CMR, CMR
    return _bounds_of(score, _change(imaging.baseline, visit, ""))


def _within(score: Span, visit: Visit) -> Span:
    """No lesion scores above the whole scan, where that was scored."""
    whole = score_of(visit, "") if visit.words(SCORE, "") else EVERY_SCORE
    if whole is None or whole.high < score.low:
        return score
    return Span(score.low, min(score.high, whole.high))


def _bounds_of(score: Span, change: tuple[Truth, Truth]) -> tuple[str, str]:
    less, more = change
    signs = Signs(
        progression=all_of((at_least(score, FIRST_RESIDUAL), more)),
        complete=at_most(score, LAST_COMPLETE),
        partial=less,
    )
    return bounds(signs, LADDER)


def _change(baseline: Visit, visit: Visit, lesion: str) -> tuple[Truth, Truth]:
    """Whether the uptake of a lesion fell, and whether it rose, from baseline."""
    words = visit.words(UPTAKE_CHANGE, lesion)
    if len(words) == 1:
        return _BY_WORD[next(iter(words))]
    before, now = (value_of(one, SUV_MAX, SUV, lesion) for one in (baseline, visit))
    if before is None or now is None:
        return None, None
    less, more = (
        at_most(now, scaled(before, SURELY_LESS)),
        at_least(now, scaled(before, SURELY_MORE)),
    )
    same_or_more, same_or_less = at_least(now, before), at_most(now, before)
    return (
        True if less else (False if same_or_more else None),
        True if more else (False if same_or_less else None),
    )


def _by_marrow(visit: Visit) -> tuple[str, str]:
    """What the uptake of the marrow allows; one put down to a growth factor is none."""
    marks = visit.of(MARROW_UPTAKE)
    if not marks:
        return CMR, PMD
    own = [mark for mark in marks if not _NOT_LYMPHOMA.search(mark.attributed_to or "")]
    levels = [_BY_MARROW[str(mark.value)] for mark in own]
    worst = max(levels, key=LADDER.index, default=CMR)
    return worst, worst


def _avid(lesion: Lesion, visit: Visit) -> Truth:
    score = score_of(visit, lesion.name)
    return False if score is None else at_least(score, FIRST_RESIDUAL)


def _scanned(visit: Visit, lesion: Lesion) -> bool:
    return any((mark.site or "") == lesion.name for mark in visit.marks)


def _reasons(visit: Visit, roles: Roles) -> Iterator[Reason]:
    for lesion in (*roles.targets, *roles.new, Lesion(name="")):
        yield from _said(visit, lesion)
    for word in sorted(visit.words(MARROW_UPTAKE)):
        yield Reason(text=f"marrow uptake {word} (day {visit.day})")
    if any(mark.value is True for mark in visit.of(NEW_LESION)):
        yield Reason(text=f"new lesion (day {visit.day})")


def _said(visit: Visit, lesion: Lesion) -> Iterator[Reason]:
    scores = sorted(visit.words(SCORE, lesion.name))
    changes = sorted(visit.words(UPTAKE_CHANGE, lesion.name))
    uptake = value_of(visit, SUV_MAX, SUV, lesion.name)
    said = [f"score {word}" for word in scores]
    said += [f"SUVmax {shown_number(uptake.high)}"] if uptake is not None and uptake.exact else []
    said += [f"uptake {word}" for word in changes]
    if said:
        items = (SCORE, SUV_MAX, UPTAKE_CHANGE)
        entries = tuple(ref for item in items for ref in refs(visit, item, lesion.name))
        text = f"{lesion.name or 'whole scan'}: {', '.join(said)} (day {visit.day})"
        yield Reason(text=text, entries=entries)


def _missing(imaging: Imaging, visit: Visit, roles: Roles, fresh: Truth) -> Iterator[str]:
    for lesion in roles.targets:
        yield from _unsettled(imaging, visit, lesion)
    for lesion in roles.unsure:
        yield f"role of {lesion.name}, or its uptake at baseline"
    if not visit.of(MARROW_UPTAKE):
        yield f"marrow uptake on day {visit.day}"
    if fresh is None:
        yield f"whether there was a new lesion on day {visit.day}"


def _unsettled(imaging: Imaging, visit: Visit, lesion: Lesion) -> Iterator[str]:
    low, high = lesion_bounds(imaging, visit, lesion)
    if low == high:
        return
    if not visit.words(SCORE, lesion.name):
        yield f"Deauville score of {lesion.name} on day {visit.day}"
    if high != CMR:
        yield f"change of the uptake of {lesion.name} by day {visit.day}"
