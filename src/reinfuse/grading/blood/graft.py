"""Failure of a graft, and what the donor's share of the blood says of it."""

from __future__ import annotations

from reinfuse.grading.blood.recovery import (
    EBMT,
    NEUTROPHILS_CIBMTR,
    NOT_APPLICABLE,
    NOT_REACHED,
    course_of,
    earliest,
    latest,
    recorded,
)
from reinfuse.grading.blood.series import ENDS_FOLLOW_UP
from reinfuse.grading.chart.daily import not_assessed
from reinfuse.grading.chart.listed import listed
from reinfuse.grading.grade import Criterion, Grade, Level, Reason, trust_of
from reinfuse.grading.rules.condition import (
    at_most,
    below,
    every,
    no,
    some,
    stated,
)
from reinfuse.grading.rules.entry import Entry, PrintedRow
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.record.chart import Chart, MarkValue
from reinfuse.source import Source, Standing

TOPIC = "graft function"
ABSENT, PRESENT = "no", "yes"
SOURCE_OF_GRAFT, PANCYTOPENIA = "graft source", "pancytopenia"
# By which day neutrophils must have recovered, by where the graft came from.
DUE_DAY = {"peripheral blood": 30, "bone marrow": 30, "cord blood": 42}
FULL, MIXED, LOST = "full", "mixed", "below 5 % donor"


def _criterion(
    name: str, title: str, levels: tuple[Level, ...], source: Source = EBMT
) -> Criterion:
    return Criterion(name=name, title=title, levels=levels, source=source, family="blood")


PRIMARY_FAILURE = _criterion(
    "primary graft failure", "No recovery of neutrophils by day 30 or 42", (ABSENT, PRESENT)
)


def grade_primary_failure(chart: Chart) -> Grade:
    """Whether neutrophils failed to recover in time with pancytopenia.

    A chart whose counts or follow-up end before the day they were due cannot tell. Recovery is
    that of the CIBMTR: three counts in a row.

    Source: PMC11161398 Table 1.
    """
    course = course_of(NEUTROPHILS_CIBMTR, chart)
    sources = {str(mark.value) for mark in chart.of_item(SOURCE_OF_GRAFT)}
    due = [DUE_DAY[one] for one in sources if one in DUE_DAY] or list(set(DUE_DAY.values()))
    if not course.counts or course.window.stop - 1 < min(due):
        missing = (f"neutrophils to day {max(due)}",)
        return not_assessed(PRIMARY_FAILURE, chart.subject, topic=TOPIC, missing=missing)
    soonest, latest_day = earliest(NEUTROPHILS_CIBMTR, course), latest(NEUTROPHILS_CIBMTR, course)
    late_for_sure = _late(soonest, max(due))
    in_time_for_sure = not _late(latest_day, min(due))
    cytopenic = {mark.value for mark in chart.of_item(PANCYTOPENIA)}
    never = in_time_for_sure or cytopenic == {False}
    surely = late_for_sure and True in cytopenic
    low, high = (PRESENT if surely else ABSENT), (ABSENT if never else PRESENT)
    published = recorded(NEUTROPHILS_CIBMTR, course)
    return Grade(
        criterion=PRIMARY_FAILURE,
        topic=TOPIC,
        subject=chart.subject,
        when=f"day 0 to {max(due)}",
        low=low,
        high=high,
        trust=trust_of(True, low == high),
        because=(Reason(text=f"neutrophil recovery: {_in_words(published)}"),),
        missing=() if low == high else tuple(_open(sources, cytopenic)),
    )


def _late(recovery: Level, due: int) -> bool:
    return recovery == NOT_REACHED or (isinstance(recovery, int) and recovery > due)


def _in_words(recovery: Level) -> str:
    words = {NOT_APPLICABLE: "the counts never fell", NOT_REACHED: NOT_REACHED}
    return words.get(str(recovery), f"day {recovery}")


def _open(sources: set[str], cytopenic: set[MarkValue]) -> list[str]:
    found = ["neutrophils day by day"]
    found += [] if sources else [SOURCE_OF_GRAFT]
    return [*found, *([] if cytopenic else [PANCYTOPENIA])]


SECONDARY_FAILURE = Scale(
    criterion=_criterion(
        "secondary graft failure", "Loss of graft function after recovery", (ABSENT, PRESENT)
    ),
    otherwise=ABSENT,
    rows=(
        Row(
            PRESENT,
            "function falls after recovery and needs blood products or growth factors",
            every(
                stated("hematopoietic recovery"),
                stated("decline in graft function"),
                some(stated("need of transfusions"), stated("need of growth factors")),
            ),
        ),
    ),
)
POOR_FUNCTION = Scale(
    criterion=_criterion(
        "poor graft function", "Poor function of a graft that is there", (ABSENT, PRESENT)
    ),
    otherwise=ABSENT,
    rows=(
        Row(
            PRESENT,
            "depends on transfusions or growth factors; no relapse, drug or infection explains it",
            every(
                some(stated("need of transfusions"), stated("need of growth factors")),
                no(stated("relapse")),
                no(stated("drug or infection explains counts")),
            ),
        ),
    ),
    notes=("Full donor chimerism is usual; it is not asked for here.",),
)
LINEAGES = ("myeloid donor chimerism", "lymphoid donor chimerism")
_CHIMERISM_LEVELS = (FULL, MIXED, LOST)
ASTCT_CHIMERISM = Scale(
    criterion=_criterion(
        "donor chimerism ASTCT-2021", "Donor chimerism of both lineages", _CHIMERISM_LEVELS
    ),
    otherwise=FULL,
    rows=(
        Row(
            MIXED,
            "95 % donor or less in either lineage",
            some(*(at_most(lineage, 95, "%") for lineage in LINEAGES)),
        ),
        Row(
            LOST,
            "below 5 % donor in both lineages",
            every(*(below(lineage, 5, "%") for lineage in LINEAGES)),
            Standing.RECALLED,
        ),
    ),
    notes=(
        "Full is above 95 %: 95 % itself is mixed, unlike by the registry's rule.",
        "Chimerism of unsorted cells does not tell the lineages.",
        "That both lineages must be below 5 % is our reading (ours).",
    ),
)
CIBMTR_CHIMERISM = Scale(
    criterion=_criterion(
        "donor chimerism CIBMTR",
        "Donor chimerism by the registry",
        _CHIMERISM_LEVELS,
        Source(cite="CIBMTR forms manual", place="chimerism studies", standing=Standing.SECONDARY),
    ),
    otherwise=FULL,
    rows=(
        Row(MIXED, "below 95 % donor", below("donor chimerism", 95, "%")),
        Row(LOST, "below 5 % donor", below("donor chimerism", 5, "%"), Standing.RECALLED),
    ),
    notes=("Full is 95 % and above, unlike by ASTCT-2021.",),
)
ENTRIES = (
    Entry(
        criterion=PRIMARY_FAILURE,
        topic=TOPIC,
        items=("neutrophils", SOURCE_OF_GRAFT, PANCYTOPENIA, *ENDS_FOLLOW_UP),
        grade=grade_primary_failure,
        table=tuple(
            PrintedRow(
                part=source,
                level=PRESENT,
                words=f"neutrophils not back at 0.5 ×10⁹/L by day {day}, with pancytopenia",
            )
            for source, day in DUE_DAY.items()
        ),
        notes=("Older definitions set day 28. Recovery is that of the CIBMTR (ours).",),
    ),
    listed(SECONDARY_FAILURE, topic=TOPIC),
    listed(POOR_FUNCTION, topic=TOPIC),
    listed(ASTCT_CHIMERISM, topic="chimerism", variants=("donor chimerism CIBMTR",)),
    listed(CIBMTR_CHIMERISM, topic="chimerism", variants=("donor chimerism ASTCT-2021",)),
)
