"""Where the disease stands: the last look at each site, the last follow-up, the last counts."""

from __future__ import annotations

from reinfuse.record import Alive, Course, FollowUp, Observation
from reinfuse.record.plausible import analyte_name
from reinfuse.synopsis.burden import Burden, Cell, burden_by_site, last_cells
from reinfuse.synopsis.looks import SiteState
from reinfuse.synopsis.moments import anchor_names, likely_day, ordered, place_of, told
from reinfuse.synopsis.vocabulary import BLOOD, CSF, MARROW, group_site
from reinfuse.synopsis.words import Clause, Sentence, counted, listed, sentence, unique

COUNTS = ("white blood cells", "neutrophils", "hemoglobin", "platelets")


def tell_standing(course: Course, findings: int | None) -> Sentence:
    """The last follow-up, the last known state of every site, the last counts."""
    burden = burden_by_site(course)
    clauses = [_follow_up(course), _marrow(burden), *_elsewhere(burden), _counts(course)]
    if findings is not None:
        clauses.append(Clause(f"the record has {counted(findings, 'finding')} for its reader"))
    return sentence(clauses)


def last_counts(course: Course) -> tuple[Observation, ...]:
    """The last number of each blood count that has one, in the order of a blood count."""
    found: dict[str, Observation] = {}
    for item in course.observations:
        name = analyte_name(item.analyte)
        in_blood = item.site is None or group_site(item.site) == BLOOD
        if name in COUNTS and item.value is not None and in_blood:
            kept = found.get(name)
            if kept is None or likely_day(course, item) >= likely_day(course, kept):
                found[name] = item
    return tuple(found[name] for name in COUNTS if name in found)


def _follow_up(course: Course) -> Clause:
    seen = ordered(course, course.follow_up)[-1:]
    if not seen:
        return Clause("no follow-up is recorded")
    last: FollowUp = seen[0]
    place = place_of(course, last)
    names = anchor_names(course)
    when = told(course, last)
    counted_days = f"{names[place.anchor]} {place.days}" if place.anchor else ""
    if counted_days and place.dates.bounded and counted_days != when:
        when = f"{when}, {counted_days}"
    if last.status is Alive.DEAD:
        cause = f"of {last.cause}" if last.cause else "of an unrecorded cause"
        return Clause(f"died {cause} ({when})", (last.id,))
    disease = f"{last.disease} reported" if last.disease else "disease status not recorded"
    return Clause(f"alive at the last follow-up ({when}), {disease}", (last.id,))


def _marrow(burden: Burden) -> Clause:
    cell = last_cells(burden, range(len(burden.times))).get(MARROW)
    if cell is None:
        return Clause("no look at the marrow is recorded")
    text = cell.text.replace("; ", ", ")
    return Clause(f"marrow last: {text} ({cell.told})", cell.entries)


def _elsewhere(burden: Burden) -> list[Clause]:
    groups: dict[tuple[str, str], list[Cell]] = {}
    parts: list[Clause] = []
    for site, cell in last_cells(burden, range(len(burden.times))).items():
        if site in (MARROW, BLOOD):
            continue
        word = cell.state.value
        if cell.state is SiteState.NOT_ASSESSED:  # one of its lesions was looked at, another not
            parts.append(Clause(f"{cell.text} ({cell.told})", cell.entries))
            continue
        # An operation is often told by an order alone, which says nothing to its reader.
        label = "" if cell.state is SiteState.REMOVED else f" ({cell.told})"
        groups.setdefault((word, label), []).append(cell)
    if not set(last_cells(burden, range(len(burden.times)))) - {MARROW, BLOOD, CSF}:
        return [Clause("no disease outside the marrow is recorded"), *_clauses(groups)]
    return [*_clauses(groups), *parts]


def _clauses(groups: dict[tuple[str, str], list[Cell]]) -> list[Clause]:
    return [
        Clause(
            f"{listed(cell.site for cell in cells)} {state}{label}",
            unique(*(cell.entries for cell in cells)),
        )
        for (state, label), cells in groups.items()
    ]


def _counts(course: Course) -> Clause:
    found = last_counts(course)
    if not found:
        return Clause("blood counts not recorded")
    values = [f"{analyte_name(item.analyte)} {item.value.shown()}" for item in found if item.value]
    times = unique([told(course, item) for item in found])
    when = f" ({times[0]})" if len(times) == 1 else ""
    return Clause(f"last counts{when}: {', '.join(values)}", tuple(item.id for item in found))
