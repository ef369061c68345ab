"""The occasions on which leukemia was looked for, as columns of a table in time order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reinfuse.record import Alive, Course, Entry, Observation, Topic, days_of
from reinfuse.record.plausible import analyte_name
from reinfuse.synopsis.joining import Groups, keys_of, work_up_keys
from reinfuse.synopsis.lesion_sites import site_named
from reinfuse.synopsis.looks import Look
from reinfuse.synopsis.moments import (
    Place,
    anchor_names,
    likely_day,
    ordered,
    place_of,
    told,
)
from reinfuse.synopsis.visits import told_together
from reinfuse.synopsis.vocabulary import BLOOD, group_site
from reinfuse.synopsis.words import listed, unique
from reinfuse.timeline import FromEvent, InOrder, Side

# Looks of one visit are often taken a few days apart (ours); the same measure twice is two visits.
SAME_VISIT_DAYS = 5
WIDEST_DAYS = 31
LAST_SEEN, AT_DIAGNOSIS = "last follow-up", "diagnosis"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePoint:
    """One occasion: its name, what it was remarkable for, where it lies, and its entries.

    `event` is such as `relapse: left eye`, or empty.
    """

    label: str
    event: str
    place: Place
    entries: tuple[str, ...]


@lru_cache(maxsize=8)
def time_points(course: Course, looks: tuple[Look, ...]) -> tuple[TimePoint, ...]:
    """The occasions in time order; looks belong together by name, time, work-up or a few days.

    A look at blood alone opens no occasion of its own: it joins one that lies a few days off.
    """
    opening = [look for look in looks if look.site != BLOOD]
    entries = list({look.entry.id: look.entry for look in opening}.values())
    followed = ordered(course, course.follow_up)[-1:]
    said = [item for item in course.assessments if item.topic is Topic.RELAPSE]
    entries += [item for item in (*said, *followed) if item.id not in {one.id for one in entries}]
    groups = [[*group] for group in _joined(course, entries)]
    groups = _merged(course, groups, looks)
    for entry in (look.entry for look in looks if look.site == BLOOD):
        near = [group for group in groups if _near(course, _clearest(course, group), entry)]
        if near:
            near[0].append(entry)
    firsts = ordered(course, [_clearest(course, group) for group in groups])
    by_first = {id(_clearest(course, group)): group for group in groups}
    return tuple(_time_point(course, first, by_first[id(first)]) for first in firsts)


def _joined(course: Course, entries: list[Entry]) -> Iterable[list[Entry]]:
    groups = Groups()
    others = [item for item in course.entries() if not getattr(item, "table", None)]
    for entry in (*others, *entries):
        groups.join([*keys_of(entry), *work_up_keys(course, entry)])
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(groups.root(f"id:{entry.id}"), []).append(entry)
    return found.values()


def _merged(course: Course, groups: list[list[Entry]], looks: Sequence[Look]) -> list[list[Entry]]:
    """Groups a few days apart become one, unless something was measured in both."""
    lesion = {look.entry.id: look.lesion for look in looks}
    kept: list[list[Entry]] = []
    for group in sorted(groups, key=lambda one: likely_day(course, _clearest(course, one))):
        partner = next(
            (
                other
                for other in kept
                if not _measures(group, lesion) & _measures(other, lesion)
                and _near(course, _clearest(course, other), _clearest(course, group))
            ),
            None,
        )
        if partner is None:
            kept.append(group)
        else:
            partner += group
    return kept


def _measures(group: list[Entry], lesion: dict[str, str]) -> set[str]:
    found = {lesion[entry.id] for entry in group if lesion.get(entry.id)}
    for entry in group:
        if isinstance(entry, Observation):
            found.add(f"{analyte_name(entry.analyte)} of {group_site(entry.site or '')}")
    return found


def _clearest(course: Course, group: list[Entry]) -> Entry:
    """The entry of a group whose time is known best."""

    def unsure(entry: Entry) -> float:
        place = place_of(course, entry)
        return min((days.width for days in (place.days, place.dates) if days.bounded),
                   default=float("inf"))  # fmt: skip

    return min(group, key=unsure)


def _near(course: Course, one: Entry, other: Entry) -> bool:
    anchors = (*course.infusions, *course.transplants)
    frames = [(days_of(course, one, item.id), days_of(course, other, item.id)) for item in anchors]
    if any(min(a.high, b.high) < 0 <= max(a.low, b.low) for a, b in frames):
        return False  # a day 0 lies between them
    frames.append((place_of(course, one).dates, place_of(course, other).dates))
    known = [(a, b) for a, b in frames if a.width <= WIDEST_DAYS and b.width <= WIDEST_DAYS]
    if not known:
        return False
    first, second = min(known, key=lambda pair: pair[0].width + pair[1].width)
    return abs(first.low + first.high - second.low - second.high) / 2 <= SAME_VISIT_DAYS


def _time_point(course: Course, first: Entry, group: list[Entry]) -> TimePoint:
    return TimePoint(
        label=_label(course, first, group),
        event=_event(course, group),
        place=place_of(course, first),
        entries=unique([entry.id for entry in group]),
    )


def _label(course: Course, first: Entry, group: list[Entry]) -> str:
    ids = {entry.id for entry in group}
    if ids & {entry.id for entry in course.follow_up}:
        return LAST_SEEN
    diagnosis = course.diagnosis
    if diagnosis is not None and {*keys_of(diagnosis)} & {
        key for entry in group for key in keys_of(entry)
    }:
        return AT_DIAGNOSIS
    names = anchor_names(course)
    for entry in (first, *group):
        if any(isinstance(clue, FromEvent) and clue.anchor in names
               for clue in entry.when.start.clues):  # fmt: skip
            return _told(course, entry, group)
    after = _after_regimen(course, group)
    return f"after {after}" if after else _told(course, first, group)


def _told(course: Course, first: Entry, group: list[Entry]) -> str:
    """The time of the entry that names an occasion, widened to all days that are known exactly.

    Blood is left out: it is drawn on many days, and has its own beside its values.
    """
    looked = [entry for entry in group if group_site(getattr(entry, "site", None) or "") != BLOOD]
    exact = [entry for entry in looked if place_of(course, entry).dates.exact]
    if first not in exact:
        return told(course, first)
    return told_together(course, [first, *(entry for entry in exact if entry is not first)])


def _after_regimen(course: Course, group: list[Entry]) -> str:
    regimens = {item.id: item for item in course.regimens}
    for entry in group:
        for clue in entry.when.start.clues:
            if isinstance(clue, InOrder) and clue.side is Side.AFTER and clue.event in regimens:
                item = regimens[clue.event]
                name = item.name or listed(drug.name for drug in item.drugs) or item.purpose.value
                return f"{name}, course {item.course}" if item.course is not None else name
    return ""


def _event(course: Course, group: list[Entry]) -> str:
    ids = {entry.id for entry in group}
    said = [item for item in course.assessments if item.topic is Topic.RELAPSE and item.id in ids]
    sites = unique([site_named(course, site) for item in said for site in item.sites])
    words = [f"relapse: {listed(sites)}" if sites else "relapse"] if said else []
    for seen in course.follow_up:
        if seen.id in ids:
            state = "died" if seen.status is Alive.DEAD else seen.disease
            words.append(f"{state} (of the patient as a whole)" if state == seen.disease and state
                         else state or "")  # fmt: skip
    return "; ".join(word for word in words if word)
