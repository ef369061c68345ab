"""Lugano 2014 by CT: the response at each visit by two axes, and the best of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reinfuse.grading.grade import Criterion, Grade, Reason
from reinfuse.grading.lesions.lugano_sizes import (
    LEFT_AT_PARTIAL,
    SELECTION,
    TIMES_AT_PROGRESSION,
    counts_as_new,
    grown,
    normal,
    product_of,
    products_sum,
    size,
    spleen,
    spleen_fallen,
    spleen_grown,
    spleen_normal,
)
from reinfuse.grading.lesions.newness import new_lesion
from reinfuse.grading.lesions.response import (
    Signs,
    VisitResponse,
    best_until,
    bounds,
    grade_of_visit,
    grade_of_visits,
    refs,
)
from reinfuse.grading.lesions.roles import Roles, roles_in
from reinfuse.grading.lesions.series import (
    ABSENT,
    LONGEST,
    MARROW,
    NEW,
    NEW_LESION,
    SHORTEST,
    SPLEEN,
    STATUS,
    WORSE_SURELY,
    Imaging,
    Lesion,
    Visit,
    imaging_of,
)
from reinfuse.grading.lesions.truths import (
    all_of,
    any_of,
    at_least,
    at_most,
    scaled,
    smallest,
)
from reinfuse.grading.rules.judge import Truth
from reinfuse.quantity import shown_number
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

LADDER = ("CR", "PR", "SD", "PD")
TOPIC = "response of lymphoma"
OPENING = (LONGEST, SHORTEST, STATUS, NEW_LESION, SPLEEN)
NEEDS = ("lesion diameters or status after day 0",)
LUGANO_CT = Criterion(
    name="Lugano-2014 CT",
    title="Best response of lymphoma by CT (Lugano 2014)",
    levels=LADDER,
    source=Source(
        cite="Cheson 2014",
        place="J Clin Oncol 32:3059, as in PMC5298348 Table 2",
        standing=Standing.SECONDARY,
    ),
    family="lesions",
)


def ct_visits(chart: Chart) -> tuple[VisitResponse, ...]:
    """The response by CT at each visit after day 0, as bounds."""
    imaging = imaging_of(chart, OPENING, pet=False)
    roles = roles_in(imaging, SELECTION)
    return tuple(_respond(imaging, roles, place) for place in range(len(imaging.visits)))


def grade_lugano_ct(chart: Chart) -> Grade:
    """The best response by CT over the visits up to the first progression.

    Source: Cheson 2014, CT-based response.
    """
    return grade_of_visits(
        LUGANO_CT,
        chart.subject,
        ct_visits(chart),
        topic=TOPIC,
        best=partial(best_until, LUGANO_CT, progression="PD"),
        needs=NEEDS,
    )


def grade_ct_visits(chart: Chart) -> tuple[Grade, ...]:
    """One grade for each visit by CT."""
    return tuple(
        grade_of_visit(LUGANO_CT, chart.subject, one, topic=TOPIC) for one in ct_visits(chart)
    )


def grade_ct_lesions(chart: Chart) -> tuple[Grade, ...]:
    """One grade for each target at each visit, by the same thresholds on its own product."""
    imaging = imaging_of(chart, OPENING, pet=False)
    targets = roles_in(imaging, SELECTION).targets
    return tuple(
        grade_of_visit(LUGANO_CT, lesion.name, _of_one(imaging, lesion, place), topic=TOPIC)
        for place in range(len(imaging.visits))
        for lesion in targets
    )


def sum_risen(imaging: Imaging, roles: Roles, place: int) -> Truth:
    """Whether the sum of products is half again the smallest before the visit, or above."""
    before = (imaging.baseline, *imaging.visits[:place])
    least = smallest(products_sum(visit, roles.targets) for visit in before)
    now = products_sum(imaging.visits[place], roles.targets)
    return at_least(now, scaled(least, TIMES_AT_PROGRESSION))


def sum_rose_from(first: Visit, now: Visit, roles: Roles, factor: float) -> Truth:
    """Whether the sum of products is a multiple of that of an earlier visit, or above it."""
    return at_least(
        products_sum(now, roles.targets), scaled(products_sum(first, roles.targets), factor)
    )


def progressed_one(imaging: Imaging, roles: Roles, place: int) -> Truth:
    """Whether one target progressed by its own size."""
    return any_of(grown(imaging, lesion, place) for lesion in roles.targets)


def new_at(imaging: Imaging, roles: Roles, place: int) -> Truth:
    """Whether the visit shows a new lesion that counts."""
    return new_lesion(imaging, imaging.visits[place], roles, counts_as_new)


def other_progression(imaging: Imaging, roles: Roles, place: int) -> Truth:
    """Whether a lesion followed by eye, the spleen or the marrow progressed."""
    visit = imaging.visits[place]
    followed = (_worse(lesion, visit) for lesion in roles.others)
    return any_of((*followed, *_asked(imaging, visit, False)))


def _respond(imaging: Imaging, roles: Roles, place: int) -> VisitResponse:
    visit = imaging.visits[place]
    fresh = new_lesion(imaging, visit, roles, counts_as_new)
    low, high = bounds(_signs(imaging, roles, place, _asked(imaging, visit, fresh)), LADDER)
    unsaid = tuple(bool(one) for one in _asked(imaging, visit, fresh))
    return VisitResponse(
        day=visit.day,
        low=low,
        high=high,
        because=tuple(_reasons(imaging, roles, visit)),
        missing=tuple(_missing(imaging, roles, place, fresh)),
        likely=bounds(_signs(imaging, roles, place, unsaid), LADDER),
    )


def _asked(imaging: Imaging, visit: Visit, fresh: Truth) -> tuple[Truth, ...]:
    """What somebody must have looked for: a new lesion, a larger spleen, new marrow disease."""
    words = visit.words(MARROW)
    marrow: Truth = NEW in words if words else None
    return fresh, spleen_grown(imaging.baseline, visit), marrow


def _signs(imaging: Imaging, roles: Roles, place: int, asked: tuple[Truth, ...]) -> Signs:
    visit, targets = imaging.visits[place], roles.targets
    unsure: tuple[Truth, ...] = (None,) if roles.unsure else ()
    some: tuple[Truth, ...] = (True,) if (*targets, *roles.others) else (None,)
    each = any_of(grown(imaging, lesion, place) for lesion in targets)
    followed = [_worse(lesion, visit) for lesion in roles.others]
    cleared = (normal(lesion, visit) for lesion in (*targets, *roles.others))
    before = products_sum(imaging.baseline, targets)
    halved = at_most(products_sum(visit, targets), scaled(before, LEFT_AT_PARTIAL))
    organs = (spleen_normal(visit), _marrow_clear(visit))
    less = (halved, bool(targets) or None, spleen_fallen(imaging.baseline, visit))
    return Signs(
        progression=any_of((all_of((each, *unsure)), *followed, *asked, *unsure)),
        complete=all_of((*cleared, *organs, *some, *unsure)),
        partial=None if unsure else all_of(less),
    )


def _of_one(imaging: Imaging, lesion: Lesion, place: int) -> VisitResponse:
    visit = imaging.visits[place]
    before = product_of(imaging.baseline, lesion)
    signs = Signs(
        progression=grown(imaging, lesion, place),
        complete=normal(lesion, visit),
        partial=at_most(product_of(visit, lesion), scaled(before, LEFT_AT_PARTIAL)),
    )
    low, high = bounds(signs, LADDER)
    return VisitResponse(
        day=visit.day,
        low=low,
        high=high,
        because=tuple(_said(visit, lesion)),
        missing=tuple(_unmeasured(imaging, (lesion,), place)),
    )


def _worse(lesion: Lesion, visit: Visit) -> Truth:
    """Whether a lesion that is followed by eye surely grew; a size alone does not tell."""
    words = visit.words(STATUS, lesion.name)
    if words:
        return WORSE_SURELY in words
    return False if size(visit, lesion).gone else None


def _marrow_clear(visit: Visit) -> Truth:
    words = visit.words(MARROW)
    return words == {ABSENT} if words else None


def _reasons(imaging: Imaging, roles: Roles, visit: Visit) -> Iterator[Reason]:
    for lesion in (*roles.targets, *roles.others, *roles.new):
        yield from _said(visit, lesion)
    before, now = (products_sum(one, roles.targets) for one in (imaging.baseline, visit))
    if roles.targets and before.exact and now.exact:
        text = (
            f"sum of products {shown_number(now.low)} cm², {shown_number(before.low)} at baseline"
        )
        yield Reason(text=text)
    if spleen(visit).exact:
        yield Reason(text=f"spleen {shown_number(spleen(visit).low)} cm (day {visit.day})")
    if any(mark.value is True for mark in visit.of(NEW_LESION)):
        yield Reason(text=f"new lesion (day {visit.day})")
    for note in roles.notes:
        yield Reason(text=note)


def _said(visit: Visit, lesion: Lesion) -> Iterator[Reason]:
    """What a visit holds of a lesion, in words."""
    items = (LONGEST, SHORTEST, STATUS)
    if not any(visit.of(item, lesion.name) for item in items):
        return
    found = size(visit, lesion)
    axes = f"{shown_number(found.longest.low)} × {shown_number(found.shortest.low)} cm"
    words = sorted(visit.words(STATUS, lesion.name))
    text = ", ".join((*([axes] if found.exact else []), *words)) or "measured in part"
    entries = tuple(ref for item in items for ref in refs(visit, item, lesion.name))
    yield Reason(text=f"{lesion.name}: {text} (day {visit.day})", entries=entries)


def _missing(imaging: Imaging, roles: Roles, place: int, fresh: Truth) -> Iterator[str]:
    visit = imaging.visits[place]
    yield from _unmeasured(imaging, roles.targets, place)
    for lesion in roles.others:
        if _worse(lesion, visit) is None or normal(lesion, visit) is None:
            yield f"status of {lesion.name} on day {visit.day}"
    for lesion in roles.unsure:
        yield f"role of {lesion.name}, or its kind and size at baseline"
    for one in (imaging.baseline, visit):
        if not spleen(one).exact:
            yield f"spleen length on day {one.day}"
    if not visit.words(MARROW):
        yield f"lymphoma in the marrow on day {visit.day}"
    if fresh is None:
        yield f"whether there was a new lesion on day {visit.day}"


def _unmeasured(imaging: Imaging, lesions: tuple[Lesion, ...], place: int) -> Iterator[str]:
    for visit in (imaging.baseline, *imaging.visits[: place + 1]):
        for lesion in lesions:
            if not size(visit, lesion).exact:
                yield f"size of {lesion.name} on day {visit.day}"
