"""Where the leukemia was at each time it was looked for: sites by time points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from reinfuse.record import Course
from reinfuse.synopsis.looks import Look, SiteState, looks_of
from reinfuse.synopsis.moments import UNDATED
from reinfuse.synopsis.time_points import TimePoint, time_points
from reinfuse.synopsis.visits import told_together
from reinfuse.synopsis.vocabulary import BLOOD, CSF, MARROW
from reinfuse.synopsis.words import unique

# What decides where several looks fall into one cell, and where several lesions share a site.
_DECIDES = (
    SiteState.POSITIVE,
    SiteState.REDUCED,
    SiteState.NOT_ASSESSED,
    SiteState.BELOW,
    SiteState.RESOLVED,
    SiteState.NEGATIVE,
    SiteState.REMISSION,
    SiteState.REMOVED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One site at one time point; `text` holds what was found, in the record's measure.

    `told` is when the site itself was looked at, which may be a day beside the others' of its time
    point; the name of the time point stands for it where only an order is known, and it is empty
    where nobody looked.
    """

    site: str
    time: int
    state: SiteState
    text: str
    told: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """All sites at all time points; one cell each, site by site."""

    sites: tuple[str, ...]
    times: tuple[TimePoint, ...]
    cells: tuple[Cell, ...]

    def at(self, site: str, time: int) -> Cell:
        """The cell of a site at a time point, counted from 0."""
        return self.cells[self.sites.index(site) * len(self.times) + time]


@lru_cache(maxsize=8)
def burden_by_site(course: Course) -> Burden:
    """The marrow, then every site of disease, at each time point at which anything was looked at.

    A site that was not looked at is `not assessed`, whatever was said of the patient as a whole;
    a site that was removed stays `removed`, and is never `resolved`.
    """
    looks = looks_of(course)
    times = time_points(course, looks)
    place = {ident: number for number, time in enumerate(times) for ident in time.entries}
    timed = [(place[look.entry.id], look) for look in looks if look.entry.id in place]
    timed.sort(key=lambda pair: pair[0])
    sites = _sites([look for _, look in timed])
    cells = [
        _cell(course, site, number, time.label, [pair for pair in timed if pair[1].site == site])
        for site in sites
        for number, time in enumerate(times)
    ]
    return Burden(sites=sites, times=times, cells=tuple(cells))


def last_cells(burden: Burden, times: Iterable[int]) -> dict[str, Cell]:
    """Of the given columns, the last cell of each site in which somebody looked.

    An occasion of which no time is known is the last one only where there is no other.
    """
    found: dict[str, Cell] = {}
    undated_first = sorted(times, key=lambda number: burden.times[number].label != UNDATED)
    for number in undated_first:
        for cell in (burden.at(site, number) for site in burden.sites):
            if cell.entries:
                found[cell.site] = cell
    return {site: found[site] for site in burden.sites if site in found}


def _sites(looks: list[Look]) -> tuple[str, ...]:
    found = unique([look.site for look in looks])
    fixed = {MARROW: 0, CSF: 2, BLOOD: 3}
    return tuple(sorted(found, key=lambda site: fixed.get(site, 1)))


def _cell(
    course: Course, site: str, number: int, label: str, timed: list[tuple[int, Look]]
) -> Cell:
    known = unique([look.lesion for time, look in timed if time <= number])
    states: list[SiteState] = []
    texts: list[str] = []
    looks: list[Look] = []
    for lesion in known or ("",):
        until = [pair for pair in timed if pair[0] <= number and pair[1].lesion in (lesion, "")]
        now = [look for time, look in until if time == number]
        if now:
            state, words = _combined(now)
            looks += now
        else:
            state, words = _carried(until)
        states.append(state)
        name = f"{_name_of(until, lesion)}: " if len(known) > 1 else ""
        texts.append(f"{name}{words}")
    return Cell(
        site=site,
        time=number,
        state=min(states, key=_DECIDES.index),
        text="; ".join(dict.fromkeys(texts)),
        told=(told_together(course, [look.entry for look in looks]) or label) if looks else "",
        entries=unique(look.entry.id for look in looks),
    )


def _combined(looks: list[Look]) -> tuple[SiteState, str]:
    """One state of several looks on one occasion; taking a lesion away ends the matter."""
    firm = [look for look in looks if not look.hearsay] or looks
    texts = dict.fromkeys(look.text for look in firm if not (look.echo and len(firm) > 1))
    if any(look.state is SiteState.REMOVED for look in firm):
        return SiteState.REMOVED, "; ".join(texts)
    return min((look.state for look in firm), key=_DECIDES.index), "; ".join(texts)


def _carried(before: list[tuple[int, Look]]) -> tuple[SiteState, str]:
    """What holds without a look: what was taken away, and has not come back, stays away.

    Uptake below threshold in its place does not say that it came back.
    """
    told = [(time, look) for time, look in before if look.state is not SiteState.BELOW]
    last = max((time for time, _ in told), default=0)
    if any(look.state is SiteState.REMOVED for time, look in told if time == last):
        return SiteState.REMOVED, "removed before"
    return SiteState.NOT_ASSESSED, "not assessed"


def _name_of(timed: list[tuple[int, Look]], lesion: str) -> str:
    return next((look.written for _, look in timed if look.lesion == lesion), lesion)
