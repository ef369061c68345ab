"""After a transplant: recovery of the counts, chimerism, and graft-versus-host disease."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from reinfuse.grading.grade import Criterion, Grade, Reason, Trust, trust_of
from reinfuse.grading.names import measures
from reinfuse.grading.numbers import number_in
from reinfuse.grading.reported import reported_for
from reinfuse.record import (
    BloodProduct,
    Course,
    Observation,
    Presence,
    Sign,
    Topic,
    Transplant,
    clock_of,
    days_of,
)
from reinfuse.source import Source, Standing

_CIBMTR = Source(
    cite="Kharfan-Dabaja 2021; CIBMTR forms manual",
    place="PMC11161398 Table 1",
    standing=Standing.SECONDARY,
)
NEUTROPHIL_RECOVERY = Criterion(
    name="CIBMTR-neutrophil-recovery",
    title="Neutrophil recovery: first of three days at 0.5 x 10^9/L",
    levels=("reached", "not reached"),
    source=_CIBMTR,
)
PLATELET_RECOVERY = Criterion(
    name="CIBMTR-platelet-recovery",
    title="Platelet recovery: first of three values at 20 x 10^9/L, no transfusion for 7 days",
    levels=("reached", "not reached"),
    source=_CIBMTR,
)
FULL, MIXED, LOST = "full donor", "mixed", "below 5 % donor"
CHIMERISM = Criterion(
    name="ASTCT-2021-chimerism",
    title="Donor chimerism: full above 95 % (CIBMTR: 95 % and above)",
    levels=(FULL, MIXED, LOST),
    source=_CIBMTR,
)
MAGIC_2016 = Criterion(
    name="MAGIC-2016",
    title="Acute GVHD, MAGIC 2016",
    levels=(0, "I", "II", "III", "IV"),
    source=Source(
        cite="Harris 2016", place="Table 1, as adapted in NBK577669", standing=Standing.SECONDARY
    ),
)
NIH_2014 = Criterion(
    name="NIH-2014-chronic-GVHD",
    title="Chronic GVHD, NIH 2014 global severity",
    levels=("none", "mild", "moderate", "severe"),
    source=Source(cite="Jagasia 2015", place="Figure 1", standing=Standing.RECALLED),
)
NEUTROPHILS_PER_NL, PLATELETS_PER_NL = 0.5, 20.0
WATCHED_DAYS = 100
FREE_OF_TRANSFUSION_DAYS = 7
LATE_DAY, WEEK = 28, 7  # by when, and how often, counts must have been seen to have failed (ours)
FULL_ABOVE_PERCENT, LOST_BELOW_PERCENT = 95.0, 5.0


def grade_transplant(course: Course, transplant: Transplant) -> tuple[Grade, ...]:
    """Recovery, chimerism and GVHD after one transplant, with what was reported beside.

    Source: CIBMTR recovery rules (PMC11161398); MAGIC 2016 (Harris); NIH 2014 (Jagasia).
    """
    recovery = (
        _recovery(course, transplant, "neutrophils", NEUTROPHILS_PER_NL),
        _recovery(course, transplant, "platelets", PLATELETS_PER_NL),
    )
    if transplant.kind.casefold().startswith("auto"):
        return recovery
    return (
        *recovery,
        *_chimerism(course, transplant),
        _gvhd(course, transplant, MAGIC_2016, "acute GVHD", Topic.ACUTE_GVHD),
        _gvhd(course, transplant, NIH_2014, "chronic GVHD", Topic.CHRONIC_GVHD),
    )


def _recovery(course: Course, transplant: Transplant, analyte: str, level: float) -> Grade:
    """The first of three consecutive recorded values at the level, after the counts had fallen."""
    series = _daily(course, transplant, analyte)
    fell = next((place for place, row in enumerate(series) if row[1] < level), None)
    start = None
    if fell is not None:
        after = series[fell:]
        free = (
            partial(_free_of_platelets, course, transplant) if analyte == "platelets" else _any_day
        )
        runs = zip(after, after[1:], after[2:], strict=False)
        start = next(
            (run[0] for run in runs if all(row[1] >= level and free(row[0]) for row in run)), None
        )
    topic = Topic.NEUTROPHIL_ENGRAFTMENT if analyte == "neutrophils" else Topic.PLATELET_ENGRAFTMENT
    said = [item for item in course.assessments if item.topic is topic and item.of == transplant.id]
    reported = f"{said[0].value}, {said[0].when}" if said else None
    missing: tuple[str, ...] = ()
    if not series:
        missing = (f"{analyte} day by day",)
    if analyte == "platelets":
        missing = (*missing, *(() if course.transfusions else ("platelet transfusions",)))
    elif not series:
        missing = (*missing, "growth factors")
    because: tuple[Reason, ...] = ()
    low, high = ("reached", "not reached") if series else (None, None)
    if start is not None:
        text = f"{analyte} {start[1]:g} ×10⁹/L on day {start[0]:.0f}, the first of three"
        because = (Reason(text=text, entries=(start[2],)),)
        high = "reached"
    elif fell is not None and _watched_in_vain(series[fell:], level):
        low = "not reached"
    if low != high:
        missing = (*missing, f"{analyte} on the days between and after")
    return Grade(
        criterion=NEUTROPHIL_RECOVERY if analyte == "neutrophils" else PLATELET_RECOVERY,
        topic=f"{analyte.removesuffix('s')} engraftment",
        subject=transplant.id,
        when=str(said[0].when) if said else f"{transplant.id} day 0 to 100",
        low=low,
        high=high,
        trust=trust_of(low is not None, low == high),
        reported=reported,
        reported_by=tuple(item.id for item in said),
        because=because,
        missing=missing,
    )


def _watched_in_vain(series: list[tuple[float, float, str]], level: float) -> bool:
    """Whether the counts were followed to day 28, at least weekly, and never reached the level."""
    days = [row[0] for row in series]
    followed = days[-1] >= LATE_DAY
    gaps = [later - earlier for earlier, later in pairwise(days)]
    return followed and max(gaps, default=0) <= WEEK and all(row[1] < level for row in series)


def _daily(course: Course, transplant: Transplant, analyte: str) -> list[tuple[float, float, str]]:
    """The lowest value of each day, as (day, 10*9/L, entry), where the day is known."""
    lowest: dict[float, tuple[float, float, str]] = {}
    for item in course.observations:
        value = number_in(item.value, "10*9/L") if measures(item, analyte) else None
        if value is None:
            continue
        days = days_of(course, item, transplant.id)
        if days.exact and 0 <= days.low <= WATCHED_DAYS:
            row = (days.low, value, item.id)
            lowest[days.low] = min(lowest.get(days.low, row), row)
    return [lowest[day] for day in sorted(lowest)]


def _free_of_platelets(course: Course, transplant: Transplant, day: float) -> bool:
    """Whether no platelets can have been transfused in the seven days up to this one."""
    for item in course.transfusions:
        if item.product is BloodProduct.PLATELETS:
            days = days_of(course, item, transplant.id)
            if days.low <= day and days.high > day - FREE_OF_TRANSFUSION_DAYS:
                return False
    return True


def _any_day(day: float) -> bool:
    """Neutrophils ask for nothing of a day but its count."""
    return day >= 0


def _chimerism(course: Course, transplant: Transplant) -> list[Grade]:
    clock = clock_of(course)
    found = []
    for item in course.observations:
        percent = number_in(item.value, "%") if measures(item, "donor chimerism") else None
        if percent is None:
            continue
        days = days_of(course, item, transplant.id)
        later = [
            other for other in course.transplants
            if clock.days(other.id, transplant.id).low > 0
            and days_of(course, item, other.id).low >= 0
        ]  # fmt: skip
        if days.low < 0 or later:
            continue
        found.append(_chimerism_grade(course, transplant, item, percent))
    return found


def _chimerism_grade(
    course: Course, transplant: Transplant, item: Observation, percent: float
) -> Grade:
    level = FULL if percent > FULL_ABOVE_PERCENT else MIXED
    level = LOST if percent < LOST_BELOW_PERCENT else level
    reported, by = reported_for(course, Topic.CHIMERISM, transplant.id)
    said_here = any(
        said.id in by and item.id in (said.when.events() or ()) for said in course.assessments
    )
    missing = [] if item.denominator or (item.site and item.site != "blood") else ["lineage"]
    missing += [] if item.method else ["method"]
    return Grade(
        criterion=CHIMERISM,
        topic="chimerism",
        subject=item.id,
        when=str(item.when),
        low=level,
        high=level,
        trust=Trust.DERIVED,
        reported=reported if said_here else None,
        reported_by=by if said_here else (),
        because=(
            Reason(
                text=f"donor chimerism {item.value.shown() if item.value else percent}",
                entries=(item.id,),
            ),
        ),
        missing=tuple(missing),
    )


def _gvhd(
    course: Course, transplant: Transplant, criterion: Criterion, topic: str, which: Topic
) -> Grade:
    """No organ stage can be derived yet: the interval is the whole scale, signs are named."""
    said = [
        item for item in course.assessments
        if item.topic in (which, Topic.GVHD) and item.of in (None, transplant.id)
    ]  # fmt: skip
    signs = [item for item in course.signs if _could_be_gvhd(course, item, transplant)]
    exact = [item for item in said if item.topic is which]
    reported = (exact or said)[0].value if said else None
    organs = ("skin, liver and gut stages" if which is Topic.ACUTE_GVHD
              else "organ scores and a diagnostic sign")  # fmt: skip
    return Grade(
        criterion=criterion,
        topic=topic,
        subject=transplant.id,
        when=f"after {transplant.id}",
        low=criterion.levels[0],
        high=criterion.levels[-1],
        trust=Trust.BOUNDED if signs else Trust.NOT_EVALUABLE,
        reported=reported,
        reported_by=tuple(item.id for item in (exact or said)),
        because=tuple(
            Reason(
                text=f"{item.what}{f', {item.extent}' if item.extent else ''}: not diagnostic"
                " by itself; drug, virus, late acute and chronic GVHD are not told apart",
                entries=(item.id,),
            )
            for item in signs
        ),
        missing=(organs,),
    )


def _could_be_gvhd(course: Course, item: Sign, transplant: Transplant) -> bool:
    if item.presence is not Presence.PRESENT or "GVHD" not in (item.suggests or ""):
        return False
    return clock_of(course).days(item.id, transplant.id).high > 0
