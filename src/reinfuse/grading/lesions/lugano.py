"""Lugano 2014 by whichever method a visit had: PET where there is one, else CT."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from reinfuse.grading.grade import Criterion, Grade
from reinfuse.grading.lesions.lugano_ct import LADDER, ct_visits
from reinfuse.grading.lesions.lugano_pet import CMR, NMR, PMD, PMR, pet_visits
from reinfuse.grading.lesions.response import VisitResponse, best_until, grade_of_visits
from reinfuse.grading.lesions.series import SAME_VISIT_DAYS
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

BY_SIZE = {CMR: "CR", PMR: "PR", NMR: "SD", PMD: "PD"}
TOPIC = "response of lymphoma"
NEEDS = ("Deauville score or lesion diameters after day 0",)
LUGANO = Criterion(
    name="Lugano-2014",
    title="Best response of lymphoma by PET where there is one, else by CT (Lugano 2014)",
    levels=LADDER,
    source=Source(
        cite="Cheson 2014",
        place="J Clin Oncol 32:3059, as in PMC5298348 Table 2",
        standing=Standing.SECONDARY,
    ),
    family="lesions",
)


def lugano_visits(chart: Chart) -> tuple[VisitResponse, ...]:
    """The response at each visit; a CT within three days of a PET gives way to it."""
    by_pet = tuple(_in_size_words(visit) for visit in pet_visits(chart))
    by_ct = tuple(
        visit for visit in ct_visits(chart)
        if not any(abs(visit.day - other.day) <= SAME_VISIT_DAYS for other in by_pet)
    )  # fmt: skip
    return tuple(sorted((*by_pet, *by_ct), key=lambda visit: visit.day))


def grade_lugano(chart: Chart) -> Grade:
    """The best response over the visits up to the first progression, by PET or CT.

    Source: Cheson 2014: PET-CT is preferred for lymphoma that takes up the tracer.
    """
    return grade_of_visits(
        LUGANO,
        chart.subject,
        lugano_visits(chart),
        topic=TOPIC,
        best=partial(best_until, LUGANO, progression="PD"),
        needs=NEEDS,
    )


def _in_size_words(visit: VisitResponse) -> VisitResponse:
    likely = visit.likely
    return replace(
        visit,
        low=BY_SIZE[visit.low],
        high=BY_SIZE[visit.high],
        likely=None if likely is None else (BY_SIZE[likely[0]], BY_SIZE[likely[1]]),
    )
