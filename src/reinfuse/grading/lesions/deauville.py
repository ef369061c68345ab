"""The five-point scale: the score that a reader gave, else what three uptakes suggest."""

from __future__ import annotations

from reinfuse.grading.chart.daily import not_assessed
from reinfuse.grading.grade import Criterion, DayGrade, Grade, Reason, trust_of
from reinfuse.grading.lesions.series import SCORE, SUV_MAX, Imaging, Visit, imaging_of, value_of
from reinfuse.grading.lesions.truths import above, any_of, largest, scaled
from reinfuse.grading.rules.finding import Span, exactly
from reinfuse.quantity import shown_number
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

MEDIASTINUM, LIVER = "mediastinum SUVmax", "liver SUVmax"
SUV = "{SUV}"
EVERY_SCORE = Span(1.0, 5.0)
UNLIKELY = "X"  # uptake that is unlikely to be lymphoma: no score of the disease
# Score 5 is printed as two to three times the liver: surely 4 up to twice, surely 5 above thrice.
MARKED_FROM, MARKED_ABOVE = 2.0, 3.0
TOPIC = "five-point scale"
DEAUVILLE = Criterion(
    name="Deauville-5PS from SUVmax",
    title="Score on the five-point scale that three uptakes suggest",
    levels=(1, 2, 3, 4, 5),
    source=Source(
        cite="Barrington 2014",
        place="J Clin Oncol 32:3048, five-point scale; 2 to 3 × liver is a convention",
        standing=Standing.RECALLED,
    ),
    family="lesions",
)


def suggested(lesion: Span, mediastinum: Span, liver: Span) -> Span:
    """The scores that three SUVmax allow.

    Uptake no higher than the mediastinum is 1 or 2, since no uptake at all is a matter for the
    eye; above it and no higher than the liver 3; above the liver 4, between twice and thrice the
    liver 4 or 5, above that 5.
    """
    # Where the mediastinum is the hotter one, the liver still decides between 3 and 4.
    steps = (
        (1.0, 2.0, True),
        (3.0, 3.0, any_of((above(lesion, mediastinum), above(lesion, liver)))),
        (4.0, 4.0, above(lesion, liver)),
        (4.0, 5.0, above(lesion, scaled(liver, MARKED_FROM))),
        (5.0, 5.0, above(lesion, scaled(liver, MARKED_ABOVE))),
    )
    surely = [low for low, _, truth in steps if truth]
    possibly = [high for _, high, truth in steps if truth is not False]
    return Span(max(surely), max(possibly))


def score_of(visit: Visit, lesion: str) -> Span | None:
    """The scores that a lesion can have at a visit; None where it was called unlikely lymphoma.

    A score that was given wins over the uptakes.
    """
    words = visit.words(SCORE, lesion)
    if words:
        given = [exactly(float(word)) for word in words if word != UNLIKELY]
        return largest(given) if given else None
    return suggested_of(visit, lesion)


def suggested_of(visit: Visit, lesion: str) -> Span:
    """The scores that the uptakes of a lesion and of the two references suggest."""
    uptake = value_of(visit, SUV_MAX, SUV, lesion)
    if uptake is None:
        return EVERY_SCORE
    unknown = Span(0.0, float("inf"))
    references = (value_of(visit, item, SUV) or unknown for item in (MEDIASTINUM, LIVER))
    mediastinum, liver = references
    return suggested(uptake, mediastinum, liver)


def grade_deauville(chart: Chart) -> Grade:
    """The score that the uptakes of the hottest lesion suggest at the last visit.

    The series holds every visit, baseline too. A lesion that was called unlikely lymphoma counts
    for nothing.
    """
    imaging = imaging_of(chart, (SUV_MAX,), pet=True)
    visits = [visit for visit in (imaging.baseline, *imaging.visits) if visit.of(SUV_MAX)]
    if not visits:
        return not_assessed(DEAUVILLE, chart.subject, topic=TOPIC, missing=(SUV_MAX, LIVER))
    series = tuple(_on(imaging, visit) for visit in visits)
    last, visit = series[-1], visits[-1]
    return Grade(
        criterion=DEAUVILLE,
        topic=TOPIC,
        subject=chart.subject,
        when=f"day {last.day}",
        low=last.low,
        high=last.high,
        trust=trust_of(True, last.low == last.high),
        because=tuple(_reasons(visit)),
        missing=_missing(visit) if last.low != last.high else (),
        series=series,
        as_published=last.low if last.low == last.high else None,
    )


def _on(imaging: Imaging, visit: Visit) -> DayGrade:
    names = {lesion.name for lesion in imaging.lesions} & {
        mark.site or "" for mark in visit.of(SUV_MAX)
    }
    counted = [name for name in names if UNLIKELY not in visit.words(SCORE, name)]
    found = largest(suggested_of(visit, name) for name in counted) if counted else exactly(1.0)
    return DayGrade(day=visit.day, low=int(found.low), high=int(found.high))


def _reasons(visit: Visit) -> list[Reason]:
    found = []
    for item in (SUV_MAX, MEDIASTINUM, LIVER):
        for mark in visit.of(item):
            value = value_of(visit, item, SUV, mark.site or "")
            if value is not None and value.exact:
                text = f"{mark.site or item}: SUVmax {shown_number(value.low)} (day {visit.day})"
                found.append(Reason(text=text, entries=(mark.ref,) if mark.ref else ()))
    return found


def _missing(visit: Visit) -> tuple[str, ...]:
    lacking = [item for item in (MEDIASTINUM, LIVER) if not visit.of(item)]
    return tuple(f"{item} on day {visit.day}" for item in lacking) or ("the score by eye",)
