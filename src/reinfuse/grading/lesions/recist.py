"""RECIST 1.1: the response at each visit, and the best of them with or without confirmation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from reinfuse.grading.grade import Criterion, Grade, Reason
from reinfuse.grading.lesions.best import (
    CR,
    NE,
    NON_CR_NON_PD,
    PD,
    PR,
    RESPONSES,
    SD,
    BestRule,
    best_bounds,
    best_overall,
)
from reinfuse.grading.lesions.newness import new_lesion
from reinfuse.grading.lesions.recist_targets import (
    SELECTION,
    Sums,
    all_normal,
    back,
    diameter,
    fallen,
    grown,
    normal,
    sums_at,
)
from reinfuse.grading.lesions.response import (
    Signs,
    VisitResponse,
    between,
    bounds,
    grade_of_visit,
    grade_of_visits,
    refs,
)
from reinfuse.grading.lesions.roles import Roles, roles_in
from reinfuse.grading.lesions.series import (
    LONGEST,
    NEW_LESION,
    SHORTEST,
    STATUS,
    WORSE_SURELY,
    Imaging,
    Lesion,
    Visit,
    imaging_of,
    size_of,
)
from reinfuse.grading.lesions.truths import all_of, any_of, negated
from reinfuse.grading.rules.judge import Truth
from reinfuse.quantity import shown_number
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

TOPIC = "response of solid tumours"
OPENING = (LONGEST, SHORTEST, STATUS, NEW_LESION)
NEEDS = ("lesion diameters or status after day 0",)
_SOURCE = Source(
    cite="Eisenhauer 2009",
    place="Eur J Cancer 45:228, as in published tables of the criteria",
    standing=Standing.SECONDARY,
)
RECIST = Criterion(
    name="RECIST-1.1",
    title="Best response of solid tumours, without confirmation (RECIST 1.1)",
    levels=RESPONSES,
    source=_SOURCE,
    family="lesions",
)
RECIST_CONFIRMED = Criterion(
    name="RECIST-1.1 confirmed",
    title="Best response of solid tumours, confirmed after 28 days (RECIST 1.1)",
    levels=RESPONSES,
    source=_SOURCE,
    family="lesions",
)
UNCONFIRMED_RULE = BestRule()
CONFIRMED_RULE = BestRule(confirm_days=28)


def recist_visits(chart: Chart) -> tuple[VisitResponse, ...]:
    """The response at each visit after day 0, as bounds; missing measurements leave it open."""
    imaging = imaging_of(chart, OPENING, pet=False)
    roles = roles_in(imaging, SELECTION)
    return tuple(_respond(imaging, roles, place) for place in range(len(imaging.visits)))


def grade_recist_visits(chart: Chart) -> tuple[Grade, ...]:
    """One grade for each visit."""
    return tuple(
        grade_of_visit(RECIST, chart.subject, visit, topic=TOPIC) for visit in recist_visits(chart)
    )


def grade_recist(criterion: Criterion, rule: BestRule, chart: Chart) -> Grade:
    """The best response over the visits up to the first progression, with every visit.

    Source: Eisenhauer 2009.
    """
    visits = recist_visits(chart)
    return grade_of_visits(
        criterion,
        chart.subject,
        visits,
        topic=TOPIC,
        best=partial(_best, rule),
        published=_published_best(visits, rule),
        needs=NEEDS,
    )


def _best(rule: BestRule, visits: Sequence[VisitResponse]) -> tuple[str, str]:
    return best_bounds([(visit.day, _can_be(visit)) for visit in visits], rule) or (CR, NE)


def _can_be(visit: VisitResponse) -> tuple[str, ...]:
    """The levels between the bounds; those of another kind of disease only where they bound."""
    ends = (visit.low, visit.high)
    strange = (SD, PR) if NON_CR_NON_PD in ends else (NON_CR_NON_PD,)
    levels = between(RESPONSES, visit.low, visit.high)
    return tuple(level for level in levels if level not in strange or level in ends)


def _published_best(visits: tuple[VisitResponse, ...], rule: BestRule) -> str | None:
    known = [(visit.day, visit.published) for visit in visits if visit.published is not None]
    return best_overall(known, rule) if len(known) == len(visits) else None


def _respond(imaging: Imaging, roles: Roles, place: int) -> VisitResponse:
    visit = imaging.visits[place]
    sums = sums_at(imaging, roles.targets, place)
    fresh = new_lesion(imaging, visit, roles, _there)
    stable = SD if roles.targets or roles.unsure else NON_CR_NON_PD
    ladder = (CR, PR, stable, PD)
    low, high = bounds(_signs(imaging, roles, place, sums, fresh), ladder)
    return VisitResponse(
        day=visit.day,
        low=low,
        high=high,
        because=tuple(_reasons(visit, roles, sums, fresh)),
        missing=tuple(_missing(imaging, roles, place, fresh)),
        published=low if low == high else _published(roles, visit, sums, fresh),
        likely=bounds(_signs(imaging, roles, place, sums, bool(fresh)), ladder),
    )


def _signs(imaging: Imaging, roles: Roles, place: int, sums: Sums, fresh: Truth) -> Signs:
    visit, targets = imaging.visits[place], roles.targets
    # A sum without targets says nothing, and one that may lack a target nothing sure.
    summed: Truth = None if roles.unsure else bool(targets)
    gone = all_normal(visit, targets)
    growth = all_of((negated(gone), grown(sums)))
    risen = all_of((any_of((growth, back(imaging, targets, place))), summed))
    worse = any_of(_worse(lesion, visit) for lesion in roles.others)
    cleared = all_of(_cleared(lesion, visit) for lesion in roles.others)
    whole: Truth = True if (targets or roles.others) and not roles.unsure else None
    shrunk = all_of((any_of((gone, fallen(sums))), summed))
    return Signs(
        progression=any_of((risen, worse, fresh, *(None for _ in roles.unsure))),
        complete=all_of((gone, cleared, whole)),
        partial=None if roles.unsure else shrunk,
    )


def _worse(lesion: Lesion, visit: Visit) -> Truth:
    """Whether a lesion that is followed by eye surely grew; a size alone does not tell."""
    words = visit.words(STATUS, lesion.name)
    if words:
        return WORSE_SURELY in words
    return False if size_of(visit, lesion.name, "mm").gone else None


def _cleared(lesion: Lesion, visit: Visit) -> Truth:
    return False if _worse(lesion, visit) else normal(lesion, visit)


def _there(lesion: Lesion, visit: Visit) -> Truth:
    return negated(size_of(visit, lesion.name, "mm").gone)


def _published(roles: Roles, visit: Visit, sums: Sums, fresh: Truth) -> str | None:
    """What the table of RECIST 1.1 gives where not all was evaluated; None if it has no row."""
    if fresh is None or roles.unsure:
        return None
    if not roles.targets or not sums.now.exact:
        return NE
    if not sums.exact:
        return None
    return PR if all_normal(visit, roles.targets) or fallen(sums) else SD


def _reasons(visit: Visit, roles: Roles, sums: Sums, fresh: Truth) -> Iterator[Reason]:
    for lesion in (*roles.targets, *roles.others, *roles.new):
        said = _said(lesion, visit)
        if said is not None:
            yield said
    if roles.targets and sums.exact:
        now, first, least = (shown_number(one.low) for one in (sums.now, sums.baseline, sums.nadir))
        yield Reason(text=f"sum {now} mm, {first} mm at baseline, smallest before {least} mm")
    if fresh:
        yield Reason(text=f"new lesion (day {visit.day})")
    for note in roles.notes:
        yield Reason(text=note)


def _said(lesion: Lesion, visit: Visit) -> Reason | None:
    """What a visit holds of a lesion, in words."""
    size, words = diameter(lesion, visit), sorted(visit.words(STATUS, lesion.name))
    items = (LONGEST, SHORTEST, STATUS)
    if not any(visit.of(item, lesion.name) for item in items):
        return None
    sized = [f"{shown_number(size.low)} mm"] if size.exact else []
    text = ", ".join((*sized, *words)) or "measured in part"
    entries = tuple(ref for item in items for ref in refs(visit, item, lesion.name))
    return Reason(text=f"{lesion.name}: {text} (day {visit.day})", entries=entries)


def _missing(imaging: Imaging, roles: Roles, place: int, fresh: Truth) -> Iterator[str]:
    for visit in (imaging.baseline, *imaging.visits[: place + 1]):
        for lesion in roles.targets:
            if not diameter(lesion, visit).exact:
                yield f"size of {lesion.name} on day {visit.day}"
    now = imaging.visits[place]
    for lesion in roles.others:
        if _worse(lesion, now) is None or _cleared(lesion, now) is None:
            yield f"status of {lesion.name} on day {now.day}"
    for lesion in roles.unsure:
        yield f"role of {lesion.name}, or its kind and size at baseline"
    if fresh is None:
        yield f"whether there was a new lesion on day {now.day}"
