"""The class of a relapse: marrow, extramedullary or both; and whether it is a relapse at all."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion, Grade, Reason, Trust, trust_of
from reinfuse.grading.marrow import REMISSION_BELOW_PERCENT, in_remission
from reinfuse.grading.mrd import CUT_PERCENT
from reinfuse.grading.names import is_fluid, is_marrow
from reinfuse.grading.occasions import Occasion, marrow_occasions, marrow_percent
from reinfuse.record import (
    Assessment,
    Course,
    Entry,
    Expression,
    Observation,
    Pathology,
    Topic,
    clock_of,
)
from reinfuse.source import Source, Standing
from reinfuse.timeline import DayRange

ISOLATED, COMBINED, MARROW_ONLY = "isolated extramedullary", "combined", "marrow"
MOLECULAR = "molecular, marrow"
RELAPSE_CLASS = Criterion(
    name="relapse-class-5-percent",
    title="Relapse class by the marrow rule (5 % blasts)",
    levels=(ISOLATED, COMBINED, MARROW_ONLY, MOLECULAR),
    source=Source(
        cite="isolated extramedullary relapse as defined in Blood 2007;110:4022",
        place="definition; combined relapse by 5 % as in BFM is recalled",
        standing=Standing.SECONDARY,
    ),
)
REFRACTORY, RELAPSE = "primary refractory", "relapse"
FIRST_REMISSION = Criterion(
    name="NCI-2010-remission-4-weeks",
    title="Relapse needs a remission of four weeks before it",
    levels=(RELAPSE, REFRACTORY),
    source=Source(
        cite="NCI/NIH 2010 transplant workshop",
        place="Table 4a, PMC7272718",
        standing=Standing.SECONDARY,
    ),
)
CD19_AT_RELAPSE = Criterion(
    name="CD19-at-relapse",
    title="CD19 on the leukemia at relapse",
    levels=("positive", "dim or partial", "negative"),
    source=Source(cite="marker as recorded", standing=Standing.OURS),
)
NCI_MARROW_PERCENT = 25.0
FOUR_WEEKS = 28
SAME_EPISODE_DAYS = 31  # looks within a month belong to one relapse (ours)


def grade_relapses(course: Course) -> tuple[Grade, ...]:
    """Class, CD19 and standing of every relapse that was reported.

    Source: isolated extramedullary relapse means proven disease outside the marrow with marrow
    blasts below 5 % (Blood 2007;110:4022); a relapse follows a remission of four weeks (NCI 2010).
    """
    found: list[Grade] = []
    for number, said in enumerate(_relapses(course)):
        found.append(_class_of(course, said))
        found.append(_antigen_of(course, said))
        if number == 0:
            found += _after_remission(course, said)
    return tuple(found)


def _relapses(course: Course) -> list[Assessment]:
    return [item for item in course.assessments if item.topic is Topic.RELAPSE]


def _class_of(course: Course, said: Assessment) -> Grade:
    outside = _proven_outside(course, said)
    marrow = _marrow_of(course, said)
    share = marrow_percent(marrow) if marrow is not None else None
    reasons = [
        Reason(text=f"leukemia proven in the {item.site}", entries=(item.id,)) for item in outside
    ]
    missing: list[str] = []
    claimed = outside or any(not is_marrow(site) for site in said.sites)
    if share is not None:
        percent, most, entry = share
        text = f"marrow {entry.analyte} {entry.value.shown() if entry.value else entry.result}"
        reasons.append(Reason(text=text, entries=(entry.id,)))
        low, high = _by_marrow(percent, most, proven=bool(outside), claimed=bool(claimed))
        if percent >= REMISSION_BELOW_PERCENT and not outside:
            missing.append("sites outside the marrow")
            if percent < NCI_MARROW_PERCENT:
                reasons.append(
                    Reason(text="relapse by 5 % (NCCN, ELIANA), not by the 25 % rule of NCI 2010")
                )
        elif not claimed:
            missing.append("where the leukemia is")
    else:
        low, high = (ISOLATED, COMBINED) if outside else (ISOLATED, MOLECULAR)
        missing.append("marrow at this time")
    if low == ISOLATED:
        missing += _sites_not_looked_at(course, said)
    known = bool(outside) or share is not None
    return Grade(
        criterion=RELAPSE_CLASS,
        topic="relapse class",
        subject=said.id,
        when=str(said.when),
        low=low,
        high=high,
        trust=trust_of(known, low == high),
        reported=said.value,
        reported_by=(said.id,),
        because=tuple(reasons),
        missing=tuple(missing),
    )


def _by_marrow(least: float, most: float, *, proven: bool, claimed: bool) -> tuple[str, str]:
    """The classes that a share of leukemic cells in the marrow allows."""
    if least >= REMISSION_BELOW_PERCENT:
        return COMBINED, COMBINED if proven else MARROW_ONLY
    if claimed:
        return ISOLATED, ISOLATED if most < REMISSION_BELOW_PERCENT else COMBINED
    return (MOLECULAR, MOLECULAR) if least >= CUT_PERCENT else (ISOLATED, MOLECULAR)


def _antigen_of(course: Course, said: Assessment) -> Grade:
    specimens = [
        item for item in course.pathology if item.leukemia and _same_episode(course, item, said)
    ]
    seen = [
        (marker.expression, item.id)
        for item in specimens
        for marker in item.markers
        if marker.name == "CD19"
    ]
    levels = {
        Expression.POSITIVE: "positive", Expression.NEGATIVE: "negative",
        Expression.DIM: "dim or partial", Expression.PARTIAL: "dim or partial",
    }  # fmt: skip
    states = sorted({levels[state] for state, _ in seen}, key=CD19_AT_RELAPSE.levels.index)
    others = [
        f"{marker.name} {marker.expression}"
        for item in specimens
        for marker in item.markers
        if marker.name == "CD22"
    ]
    text = ", ".join([f"CD19 {state}" for state in states] + others)
    return Grade(
        criterion=CD19_AT_RELAPSE,
        topic="CD19 at relapse",
        subject=said.id,
        when=str(said.when),
        low=states[0] if states else "positive",
        high=states[-1] if states else "negative",
        trust=Trust.DERIVED if states else Trust.NOT_EVALUABLE,
        because=(Reason(text=text, entries=tuple(ident for _, ident in seen)),) if seen else (),
        missing=() if states else ("CD19 on the leukemic cells",),
    )


def _after_remission(course: Course, said: Assessment) -> list[Grade]:
    """Whether the first relapse followed a remission of four weeks."""
    clock = clock_of(course)
    own = _marrow_of(course, said)
    before: list[Entry] = [
        occasion.entry
        for occasion in marrow_occasions(course)
        if in_remission(occasion) and occasion is not own
    ]
    before += [
        item
        for item in course.assessments
        if item.topic is Topic.RESPONSE and item.value.startswith("CR")
    ]
    before = [item for item in before if _surely_before(course, item, said)]
    gaps = [clock.days(said.id, item.id) for item in before if clock.knows(item.id)]
    sure = any(gap.low >= FOUR_WEEKS for gap in gaps)
    too_short = bool(gaps) and all(gap.high < FOUR_WEEKS for gap in gaps)
    low = REFRACTORY if too_short else RELAPSE
    high = RELAPSE if sure else REFRACTORY
    return [
        Grade(
            criterion=FIRST_REMISSION,
            topic="relapse or refractory",
            subject=said.id,
            when=str(said.when),
            low=low,
            high=high,
            trust=trust_of(bool(before), low == high),
            reported=RELAPSE,
            reported_by=(said.id,),
            because=tuple(
                Reason(text="remission before, measured or reported", entries=(item.id,))
                for item in before
            ),
            missing=() if low == high else ("how long the remission before lasted",),
        )
    ]


def _surely_before(course: Course, item: Entry, said: Assessment) -> bool:
    """Whether an entry lies before the relapse and is not a look at the relapse itself."""
    clock = clock_of(course)
    if not clock.knows(item.id) or item.id in said.when.events():
        return False
    days = clock.days(item.id, said.id)
    return days.high <= 0 and days.low < 0


def _proven_outside(course: Course, said: Assessment) -> list[Pathology]:
    return [
        item for item in course.pathology
        if item.leukemia and not is_marrow(item.site) and _same_episode(course, item, said)
        and (not said.sites or item.site in said.sites)
    ]  # fmt: skip


def _marrow_of(course: Course, said: Assessment) -> Occasion | None:
    near = [
        occasion for occasion in marrow_occasions(course)
        if _same_episode(course, occasion.entry, said)
    ]  # fmt: skip
    clock = clock_of(course)
    return min(near, key=lambda item: _distance(clock.days(item.entry.id, said.id)), default=None)


def _distance(days: DayRange) -> float:
    """How far apart two entries are; what an order alone ties together is taken as near."""
    return abs(days.low + days.high) / 2 if days.bounded else 0.0


def _same_episode(course: Course, item: Entry, said: Assessment) -> bool:
    """Whether two entries can be of one episode: a month apart at most, or tied by an order."""
    clock = clock_of(course)
    if not clock.knows(item.id):
        return item.when == said.when
    apart = clock.days(item.id, said.id)
    if apart.bounded:
        return apart.low >= -SAME_EPISODE_DAYS and apart.high <= SAME_EPISODE_DAYS
    return _linked(course, item.id, said.id)


def _linked(course: Course, one: str, other: str) -> bool:
    """Whether two entries are told by each other within three steps."""
    times = {entry.id: entry.when for entry in course.entries()}
    anchors = {entry.id for entry in (*course.infusions, *course.transplants)}
    reached = {other}
    for _ in range(3):
        reached |= {
            event for ident in reached if ident in times and ident not in anchors
            for event in times[ident].events()
        }  # fmt: skip
    return one in reached - anchors


def _sites_not_looked_at(course: Course, said: Assessment) -> list[str]:
    missing = []
    looked: list[Observation | Pathology] = [*course.observations, *course.pathology]
    fluid = [
        item for item in looked
        if is_fluid(item.site) and _same_episode(course, item, said)
    ]  # fmt: skip
    if not fluid:
        missing.append("cerebrospinal fluid")
    imaged = [
        look for lesion in course.lesions for look in lesion.looks
        if look.modality in ("PET/CT", "CT", "MRI") and _same_episode(course, look, said)
    ]  # fmt: skip
    if not imaged:
        missing.append("whole-body imaging")
    return missing
