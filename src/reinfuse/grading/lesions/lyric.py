"""LYRIC 2016: Lugano 2014 with the progression that immunotherapy may mimic set apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from reinfuse.grading.grade import Criterion, Grade, Reason
from reinfuse.grading.lesions import lugano_ct, lugano_pet
from reinfuse.grading.lesions.lugano import NEEDS, lugano_visits
from reinfuse.grading.lesions.lugano_ct import progressed_one, sum_risen, sum_rose_from
from reinfuse.grading.lesions.lugano_pet import pet_progression, pet_roles
from reinfuse.grading.lesions.lugano_sizes import SELECTION
from reinfuse.grading.lesions.newness import said_of_all
from reinfuse.grading.lesions.response import VisitResponse, best_until, grade_of_visits
from reinfuse.grading.lesions.roles import Roles, roles_in
from reinfuse.grading.lesions.series import (
    MARROW_UPTAKE,
    NEW,
    SAME_VISIT_DAYS,
    Imaging,
    Visit,
    imaging_of,
)
from reinfuse.grading.lesions.truths import any_of
from reinfuse.grading.rules.judge import Truth
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

IR1, IR2, IR3, PD = "IR1", "IR2", "IR3", "PD"
LEVELS = ("CR", "PR", "SD", IR3, IR2, IR1, PD)
EARLY_DAYS = 84  # the first twelve weeks
FURTHER_RISE = 1.10  # of the sum of products since the first indeterminate response
DETERIORATION = "clinical deterioration"
TOPIC = "response of lymphoma to immunotherapy"
LYRIC = Criterion(
    name="LYRIC-2016",
    title="Best response of lymphoma under immunotherapy, with indeterminate responses (LYRIC)",
    levels=LEVELS,
    source=Source(
        cite="Cheson 2016",
        doi="10.1182/blood-2016-05-718528",
        place="Blood 128:2489, as tabulated in J Nucl Med reviews",
        standing=Standing.SECONDARY,
    ),
    family="lesions",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Causes:
    """Why a visit is progression: what rose, and whether the patient got worse."""

    early: bool
    sum_risen: Truth
    one_grown: Truth
    new: Truth
    uptake_risen: Truth
    other: Truth
    deterioration: Truth


def can_be(causes: Causes) -> frozenset[str]:
    """What a progression by Lugano can be by LYRIC, given its causes.

    The sum of products half again the smallest is IR1 in the first twelve weeks of a patient who
    does not get worse, else progression. Below that, a new lesion or the growth of one is IR2 at
    any time, and a rise of the uptake alone IR3. Progression told by nothing of this stays so.
    """
    found: set[str] = set()
    if causes.sum_risen is not False:
        found |= _of_risen_sum(causes)
    if causes.sum_risen is not True:
        found |= _of_the_rest(causes)
    return frozenset(found) or frozenset({PD})


def lyric_visits(chart: Chart) -> tuple[VisitResponse, ...]:
    """The response at each visit, as bounds."""
    scans, found = _scans(chart), list[VisitResponse]()
    for visit in lugano_visits(chart):
        found.append(_refined(scans, visit, tuple(found)))
    return tuple(found)


def grade_lyric(chart: Chart) -> Grade:
    """The best response over the visits up to the first progression.

    Source: Cheson 2016.
    """
    return grade_of_visits(
        LYRIC,
        chart.subject,
        lyric_visits(chart),
        topic=TOPIC,
        best=partial(best_until, LYRIC, progression=PD),
        needs=NEEDS,
    )


def _of_risen_sum(causes: Causes) -> set[str]:
    if not causes.early or causes.deterioration:
        return {PD}
    return {IR1} if causes.deterioration is False else {IR1, PD}


def _of_the_rest(causes: Causes) -> set[str]:
    smaller = any_of((causes.one_grown, causes.new))
    found: set[str] = set()
    if smaller is not False:
        found.add(IR2)
    if smaller is not True and causes.uptake_risen is not False:
        found.add(IR3)
    if causes.other is not False:
        found.add(PD)
    # What a reader calls unequivocal, the spleen and the marrow are not set apart by the criteria.
    return {PD} if causes.other else found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scans:
    """The imaging of a chart by CT and by PET, each with the roles of its lesions."""

    ct: Imaging
    ct_roles: Roles
    pet: Imaging
    pet_roles: Roles


def _scans(chart: Chart) -> _Scans:
    ct = imaging_of(chart, lugano_ct.OPENING, pet=False)
    pet = imaging_of(chart, lugano_pet.OPENING, pet=True)
    return _Scans(ct=ct, ct_roles=roles_in(ct, SELECTION), pet=pet, pet_roles=pet_roles(pet))


def _refined(
    scans: _Scans, visit: VisitResponse, before: tuple[VisitResponse, ...]
) -> VisitResponse:
    if visit.high != PD:
        return visit
    causes = _causes(scans, visit)
    levels = _after_an_earlier_one(scans, visit, before, set(can_be(causes)))
    if visit.low != PD:
        levels.add(visit.low)
    low, high = (pick(levels, key=LEVELS.index) for pick in (min, max))
    text = f"by Lugano {visit.low if visit.low == visit.high else f'{visit.low} to {visit.high}'}"
    missing = visit.missing
    if IR1 in levels and causes.deterioration is None:
        missing = (*missing, f"{DETERIORATION} on day {visit.day}")
    return replace(
        visit,
        low=low,
        high=high,
        because=(*visit.because, Reason(text=text)),
        missing=missing,
        likely=visit.likely if visit.likely and visit.likely[1] != PD else None,
    )


def _after_an_earlier_one(
    scans: _Scans, visit: VisitResponse, before: tuple[VisitResponse, ...], levels: set[str]
) -> set[str]:
    """A further rise of the sum by a tenth after an earlier IR1 is progression."""
    first = next((one for one in before if one.high in (IR1, PD)), None)
    if first is None or IR1 not in levels:
        return levels
    further = _risen_since(scans, first.day, visit.day)
    if further is False:
        return levels
    sure = further and first.low == first.high == IR1 and levels == {IR1}
    return {PD} if sure else {*levels, PD}


def _risen_since(scans: _Scans, first: int, day: int) -> Truth:
    then, now = _at(scans.ct, first), _at(scans.ct, day)
    if then is None or now is None:
        return None
    visits = scans.ct.visits
    return sum_rose_from(visits[then], visits[now], scans.ct_roles, FURTHER_RISE)


def _causes(scans: _Scans, visit: VisitResponse) -> Causes:
    imaging, roles = scans.ct, scans.ct_roles
    place = _at(imaging, visit.day)
    scan = next((one for one in scans.pet.visits if _near(one.day, visit.day)), None)
    looked = [one for one in (scan, None if place is None else imaging.visits[place]) if one]
    # Where nobody measured, a rise of the sum can be neither told nor ruled out.
    return Causes(
        early=visit.day <= EARLY_DAYS,
        sum_risen=None if place is None else sum_risen(imaging, roles, place),
        one_grown=None if place is None else progressed_one(imaging, roles, place),
        new=any_of(_new(imaging, roles, place, looked)),
        uptake_risen=None if scan is None else pet_progression(scans.pet, scans.pet_roles, scan),
        other=_other(imaging, roles, place, scan),
        deterioration=_worse(looked),
    )


def _new(imaging: Imaging, roles: Roles, place: int | None, looked: list[Visit]) -> Iterator[Truth]:
    yield from (said_of_all(visit) for visit in looked)
    if place is not None:
        yield lugano_ct.new_at(imaging, roles, place)


def _other(imaging: Imaging, roles: Roles, place: int | None, scan: Visit | None) -> Truth:
    if scan is not None:
        words = scan.words(MARROW_UPTAKE)
        return NEW in words if words else None
    return None if place is None else lugano_ct.other_progression(imaging, roles, place)


def _worse(looked: list[Visit]) -> Truth:
    said = [mark.value is True for visit in looked for mark in visit.of(DETERIORATION)]
    return any(said) if said else None


def _at(imaging: Imaging, day: int) -> int | None:
    found = [place for place, one in enumerate(imaging.visits) if _near(one.day, day)]
    return found[0] if found else None


def _near(one: int, other: int) -> bool:
    return abs(one - other) <= SAME_VISIT_DAYS
