"""PERCIST 1.0: the metabolic response of solid tumours by the hottest lesion of each scan."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reinfuse.grading.grade import Criterion, Grade, Reason
from reinfuse.grading.lesions.lugano_pet import pet_roles
from reinfuse.grading.lesions.newness import new_lesion
from reinfuse.grading.lesions.response import (
    Signs,
    VisitResponse,
    best_until,
    bounds,
    grade_of_visits,
)
from reinfuse.grading.lesions.roles import Roles
from reinfuse.grading.lesions.series import (
    ABSENT,
    STATUS,
    SUL_PEAK,
    TLG,
    Imaging,
    Lesion,
    Visit,
    imaging_of,
    value_of,
)
from reinfuse.grading.lesions.truths import (
    NOTHING,
    UNKNOWN,
    above,
    all_of,
    any_of,
    at_least,
    at_most,
    below,
    largest,
    minus,
    negated,
    scaled,
    total,
)
from reinfuse.grading.rules.finding import Span
from reinfuse.grading.rules.judge import Truth
from reinfuse.quantity import shown_number
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

CMR, PMR, SMD, PMD, NE = "CMR", "PMR", "SMD", "PMD", "NE"
LEVELS = (CMR, PMR, SMD, PMD, NE)
LADDER = (CMR, PMR, SMD, PMD)
LIVER, LIVER_SD, SUL = "liver SULmean", "liver SUL SD", "{SUV}"
LEFT_AT_PARTIAL, TIMES_AT_PROGRESSION, CHANGE_SUL = 0.70, 1.30, 0.8
TLG_AT_PROGRESSION = 1.75
TIMES_LIVER, TIMES_SD = 1.5, 2.0
LIVER_SHARE, LIVER_SUL = 0.20, 0.3
TOPIC = "metabolic response of solid tumours"
OPENING = (SUL_PEAK, TLG)
PERCIST = Criterion(
    name="PERCIST-1.0",
    title="Best metabolic response of solid tumours (PERCIST 1.0)",
    levels=LEVELS,
    source=Source(
        cite="Wahl 2009",
        place="J Nucl Med 50 Suppl 1:122S, as in published tables of it",
        standing=Standing.SECONDARY,
    ),
    family="lesions",
)


def percist_visits(chart: Chart) -> tuple[VisitResponse, ...]:
    """The metabolic response at each visit after day 0, as bounds."""
    imaging = imaging_of(chart, OPENING, pet=True)
    roles = pet_roles(imaging)
    return tuple(_respond(imaging, roles, visit) for visit in imaging.visits)


def grade_percist(chart: Chart) -> Grade:
    """The best metabolic response over the visits up to the first progression.

    Source: Wahl 2009.
    """
    return grade_of_visits(
        PERCIST,
        chart.subject,
        percist_visits(chart),
        topic=TOPIC,
        best=partial(best_until, PERCIST, progression=PMD),
        needs=("SULpeak of the hottest lesion after day 0",),
    )


def hottest(visit: Visit, lesions: tuple[Lesion, ...]) -> Span:
    """The SULpeak of the hottest lesion of a scan, not always the same one."""
    return largest(_peak(visit, lesion) for lesion in lesions) if lesions else UNKNOWN


def measurable(baseline: Visit, lesions: tuple[Lesion, ...]) -> Truth:
    """Whether the hottest lesion reaches 1.5 times the liver plus two standard deviations."""
    least = total((scaled(_liver(baseline), TIMES_LIVER), scaled(_spread(baseline), TIMES_SD)))
    return at_least(hottest(baseline, lesions), least)


def comparable(baseline: Visit, visit: Visit) -> Truth:
    """Whether the liver of two scans differs by a fifth and by 0.3 SUL at most."""
    before, now = _liver(baseline), _liver(visit)
    more = at_most(now, scaled(before, 1 + LIVER_SHARE)), at_most(minus(now, before), LIVER_SUL)
    less = at_least(now, scaled(before, 1 - LIVER_SHARE)), at_most(minus(before, now), LIVER_SUL)
    return all_of((*more, *less))


def _respond(imaging: Imaging, roles: Roles, visit: Visit) -> VisitResponse:
    fresh = new_lesion(imaging, visit, roles, lambda lesion, at: above(_peak(at, lesion), 0.0))
    readable = all_of(
        (measurable(imaging.baseline, roles.targets), comparable(imaging.baseline, visit))
    )
    low, high = _settled(_signs(imaging, roles, visit, fresh), fresh, readable)
    unsaid = _signs(imaging, roles, visit, bool(fresh), likely=True)
    return VisitResponse(
        day=visit.day,
        low=low,
        high=high,
        because=tuple(_reasons(imaging, roles, visit, fresh)),
        missing=tuple(_missing(imaging, roles, visit, fresh)),
        likely=_settled(unsaid, bool(fresh), readable),
    )


def _settled(signs: Signs, fresh: Truth, readable: Truth) -> tuple[str, str]:
    """The response, or not evaluable where the scans cannot be compared and nothing is new."""
    if fresh:
        return PMD, PMD
    low, high = bounds(signs, LADDER)
    if readable:
        return low, high
    if readable is None:
        return low, NE
    return (NE, NE) if fresh is False else (PMD, NE)


def _signs(
    imaging: Imaging, roles: Roles, visit: Visit, fresh: Truth, *, likely: bool = False
) -> Signs:
    before, now = hottest(imaging.baseline, roles.targets), hottest(visit, roles.targets)
    fall = all_of(
        (at_most(now, scaled(before, LEFT_AT_PARTIAL)), at_least(minus(before, now), CHANGE_SUL))
    )
    rise = all_of(
        (above(now, scaled(before, TIMES_AT_PROGRESSION)), above(minus(now, before), CHANGE_SUL))
    )
    burden = above(
        _burden(visit, roles.targets),
        scaled(_burden(imaging.baseline, roles.targets), TLG_AT_PROGRESSION),
    )
    others = any_of(_risen(imaging.baseline, visit, lesion) for lesion in roles.targets)
    return Signs(
        progression=any_of((rise, bool(burden) if likely else burden, fresh)),
        complete=all_of(_cleared(visit, lesion) for lesion in roles.targets)
        if roles.targets
        else None,
        partial=all_of((fall, negated(others))),
    )


def _risen(baseline: Visit, visit: Visit, lesion: Lesion) -> Truth:
    """Whether a lesion rose by more than 30 %, which takes a partial response away."""
    before, now = _peak(baseline, lesion), _peak(visit, lesion)
    return all_of((above(now, 0.0), above(now, scaled(before, TIMES_AT_PROGRESSION))))


def _cleared(visit: Visit, lesion: Lesion) -> Truth:
    """Whether nothing is left of a lesion; below the liver alone does not tell."""
    if visit.words(STATUS, lesion.name) == {ABSENT}:
        return True
    return False if below(_peak(visit, lesion), _liver(visit)) is False else None


def _peak(visit: Visit, lesion: Lesion) -> Span:
    found = value_of(visit, SUL_PEAK, SUL, lesion.name)
    if found is not None:
        return found
    return NOTHING if visit.words(STATUS, lesion.name) == {ABSENT} else UNKNOWN


def _liver(visit: Visit) -> Span:
    return value_of(visit, LIVER, SUL) or UNKNOWN


def _spread(visit: Visit) -> Span:
    return value_of(visit, LIVER_SD, SUL) or UNKNOWN


def _burden(visit: Visit, lesions: tuple[Lesion, ...]) -> Span:
    """The glycolysis of all lesions: one value of the whole scan, else their sum."""
    whole = value_of(visit, TLG, "g", "")
    if whole is not None or not lesions:
        return whole or UNKNOWN
    return total(_share(visit, lesion) for lesion in lesions)


def _share(visit: Visit, lesion: Lesion) -> Span:
    found = value_of(visit, TLG, "g", lesion.name)
    if found is not None:
        return found
    return NOTHING if visit.words(STATUS, lesion.name) == {ABSENT} else UNKNOWN


def _reasons(imaging: Imaging, roles: Roles, visit: Visit, fresh: Truth) -> Iterator[Reason]:
    for lesion in (*roles.targets, *roles.new):
        for mark in visit.of(SUL_PEAK, lesion.name):
            value = _peak(visit, lesion)
            entries = (mark.ref,) if mark.ref else ()
            text = f"{lesion.name}: SULpeak {shown_number(value.high)} (day {visit.day})"
            yield Reason(text=text, entries=entries)
    before, now = hottest(imaging.baseline, roles.targets), hottest(visit, roles.targets)
    if before.exact and now.exact:
        yield Reason(
            text=f"hottest lesion {shown_number(now.low)}, {shown_number(before.low)} at baseline"
        )
    if fresh:
        yield Reason(text=f"new lesion (day {visit.day})")


def _missing(imaging: Imaging, roles: Roles, visit: Visit, fresh: Truth) -> Iterator[str]:
    for one in (imaging.baseline, visit):
        for lesion in roles.targets:
            if not _peak(one, lesion).exact:
                yield f"SULpeak of {lesion.name} on day {one.day}"
        if not _liver(one).exact:
            yield f"{LIVER} on day {one.day}"
        if not _burden(one, roles.targets).exact:
            yield f"{TLG} on day {one.day}"
    if not _spread(imaging.baseline).exact:
        yield f"{LIVER_SD} on day {imaging.baseline.day}"
    if fresh is None:
        yield f"whether there was a new lesion on day {visit.day}"
