"""Response of the marrow in B-ALL: remission with or without recovery of the blood counts."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion, Grade, Reason, Trust
from reinfuse.grading.occasions import (
    Counts,
    Occasion,
    counts_near,
    marrow_occasions,
    marrow_percent,
)
from reinfuse.grading.reported import verdict
from reinfuse.record import Course, FollowUp, clock_of
from reinfuse.source import Source, Standing

NO_REMISSION, CRI, CRH, CR = "no remission", "CRi", "CRh", "CR"
ELN_2024_MARROW = Criterion(
    name="ELN-2024-ALL-marrow",
    title="Marrow response of B-ALL, ELN 2024; CRh as in AML",
    levels=(CR, CRH, CRI, NO_REMISSION),
    source=Source(
        cite="Gökbuget 2024",
        place="Blood 143:1891, response table",
        standing=Standing.SECONDARY,
    ),
)
REMISSION_BELOW_PERCENT = 5.0
CONFIRMED_AFTER_DAYS = 28
FULL_NEUTROPHILS, FULL_PLATELETS = 1.0, 100.0  # 10*9/L, both exceeded by CR
PARTIAL_NEUTROPHILS, PARTIAL_PLATELETS = 0.5, 50.0  # 10*9/L, both exceeded by CRh


def grade_marrow(course: Course) -> tuple[Grade, ...]:
    """Grade every occasion on which the marrow was looked at, and the last follow-up by counts.

    Blasts or MRD below 5 % make a remission; neutrophils above 1.0 and platelets above 100 x
    10^9/L make it CR, above 0.5 and 50 CRh, less CRi. Counts that were not recorded leave CRi to
    CR. A remission of four weeks needs a second look and is named among what is missing.

    Source: ELN 2024 adult ALL (Gökbuget, Blood 143:1891); CRh as in ELN AML 2022.
    """
    found = [_grade(course, occasion) for occasion in marrow_occasions(course)]
    found += [
        _at_follow_up(course, entry) for entry in course.follow_up if _has_counts(course, entry)
    ]
    return tuple(found)


def _grade(course: Course, occasion: Occasion) -> Grade:
    share = marrow_percent(occasion)
    counts = counts_near(course, occasion.entry)
    reported, by = verdict(list(occasion.said))
    reasons: list[Reason] = []
    if share is None:
        low, high = CR, NO_REMISSION
        trust = Trust.NOT_EVALUABLE
        missing: tuple[str, ...] = ("blasts or MRD of the marrow", *_missing_counts(counts))
    else:
        least, most, entry = share
        text = f"{entry.analyte} {entry.value.shown() if entry.value else entry.result}"
        reasons.append(Reason(text=f"{text} in the marrow", entries=(entry.id,)))
        if least >= REMISSION_BELOW_PERCENT:
            low = high = NO_REMISSION
            missing, trust = (), Trust.DERIVED
        else:
            low, high = by_counts(counts)
            high = high if most < REMISSION_BELOW_PERCENT else NO_REMISSION
            trust = Trust.DERIVED if low == high else Trust.BOUNDED
            missing = (*_missing_counts(counts), *_to_confirm(course, occasion))
            reasons += _count_reasons(counts)
    return Grade(
        criterion=ELN_2024_MARROW,
        topic="marrow response",
        subject=occasion.entry.id,
        when=str(occasion.entry.when),
        low=low,
        high=high,
        trust=trust,
        reported=reported,
        reported_by=by,
        because=tuple(reasons),
        missing=missing,
    )


def _at_follow_up(course: Course, entry: FollowUp) -> Grade:
    counts = counts_near(course, entry)
    low, high = by_counts(counts)
    return Grade(
        criterion=ELN_2024_MARROW,
        topic="marrow response",
        subject=entry.id,
        when=str(entry.when),
        low=low,
        high=high,
        trust=Trust.BOUNDED,
        reported=entry.disease,
        reported_by=(entry.id,) if entry.disease else (),
        because=tuple(_count_reasons(counts)),
        missing=("the marrow at this time", *_missing_counts(counts), "transfusions"),
        assumed=("no leukemia in the marrow, as reported: the grade says what the counts allow",),
    )


def by_counts(counts: Counts) -> tuple[str, str]:
    """The best and the worst remission that the counts allow."""
    low = high = CR
    for value, full, partial in (
        (counts.neutrophils, FULL_NEUTROPHILS, PARTIAL_NEUTROPHILS),
        (counts.platelets, FULL_PLATELETS, PARTIAL_PLATELETS),
    ):
        order = ELN_2024_MARROW.levels
        best = CR if value is None or value > full else CRH if value > partial else CRI
        worst = CRI if value is None else best
        low = max(low, best, key=order.index)
        high = max(high, worst, key=order.index)
    return low, high


def _missing_counts(counts: Counts) -> tuple[str, ...]:
    missing = []
    if counts.neutrophils is None:
        missing.append("neutrophils")
    if counts.platelets is None:
        missing.append("platelets")
    return tuple(missing)


def _count_reasons(counts: Counts) -> list[Reason]:
    named = (("neutrophils", counts.neutrophils), ("platelets", counts.platelets))
    return [
        Reason(text=f"{name} {value:g} ×10⁹/L", entries=counts.entries)
        for name, value in named
        if value is not None
    ]


def _has_counts(course: Course, entry: FollowUp) -> bool:
    counts = counts_near(course, entry)
    said = (entry.disease or "").casefold()
    remission = "no evidence of disease" in said and "relapse" not in said
    return remission and (counts.platelets is not None or counts.neutrophils is not None)


def in_remission(occasion: Occasion) -> bool:
    """Whether the marrow was measured and found below 5 %."""
    share = marrow_percent(occasion)
    return share is not None and share[1] < REMISSION_BELOW_PERCENT


def _to_confirm(course: Course, occasion: Occasion) -> tuple[str, ...]:
    """What a remission still needs: a second look four weeks later, and to know of transfusions."""
    clock = clock_of(course)
    later = [
        other
        for other in marrow_occasions(course)
        if clock.knows(other.entry.id) and clock.knows(occasion.entry.id)
        if clock.days(other.entry.id, occasion.entry.id).low >= CONFIRMED_AFTER_DAYS
    ]
    confirmed = bool(later) and in_remission(later[0])
    wanted = () if confirmed else ("a second look four weeks later",)
    return wanted if course.transfusions else (*wanted, "transfusions")
