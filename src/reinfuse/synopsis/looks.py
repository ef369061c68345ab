"""What each entry of the record says about leukemia at a site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from reinfuse.grading.marrow import REMISSION_BELOW_PERCENT
from reinfuse.quantity import Limit, shown_number
from reinfuse.record import (
    Assessment,
    Change,
    Course,
    Entry,
    Lesion,
    LesionLook,
    Observation,
    Pathology,
    Result,
    Topic,
)
from reinfuse.record.plausible import analyte_name
from reinfuse.record.words import below_in_words
from reinfuse.synopsis.lesion_sites import site_named
from reinfuse.synopsis.vocabulary import (
    MARROW,
    group_site,
    names_a_site,
    number_in,
    read_rows,
)

_BELOW = (Limit.BELOW, Limit.AT_MOST)
_COUNTED = ("cells per volume", "cells", "copies per DNA mass")
_ABSENT = (Result.NEGATIVE, Result.NOT_DETECTED, Result.NORMAL)
_PRESENT = (Result.POSITIVE, Result.DETECTED, Result.ABNORMAL, Result.INCREASED)


class SiteState(StrEnum):
    """How a site stood; `removed`, `below threshold` and `not assessed` are never `resolved`."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    REDUCED = "reduced"
    BELOW = "below threshold"
    RESOLVED = "resolved"
    REMOVED = "removed"
    REMISSION = "remission, MRD not measured"  # of the marrow: few blasts, and no more is known
    NOT_ASSESSED = "not assessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one entry says of one site.

    `site` is the group, `written` the site in the record's words; `lesion` is the lesion's id, or
    empty for the site as a whole. `echo` marks words that add nothing beside others, `hearsay` a
    bare statement of relapse that a measurement takes precedence over.
    """

    entry: Entry
    site: str
    written: str
    state: SiteState
    text: str
    lesion: str = ""
    echo: bool = False
    hearsay: bool = False


_OF_CHANGE = {
    None: SiteState.POSITIVE,
    Change.NEW: SiteState.POSITIVE,
    Change.STABLE: SiteState.POSITIVE,
    Change.INCREASED: SiteState.POSITIVE,
    Change.REDUCED: SiteState.REDUCED,
    Change.RESOLVED: SiteState.RESOLVED,
    Change.REMOVED: SiteState.REMOVED,
    Change.BELOW: SiteState.BELOW,
}


@lru_cache(maxsize=8)
def looks_of(course: Course) -> tuple[Look, ...]:
    """Everything the record says of leukemia at a site, in the order of the record."""
    found: list[Look] = []
    for item in course.observations:
        found += _of_observation(item)
    for specimen in course.pathology:
        found += _of_pathology(specimen, site_named(course, specimen.site))
    for lesion in course.lesions:
        found += (_of_look(lesion, look) for look in lesion.looks)
        found += _of_operations(course, lesion)
    for said in course.assessments:
        found += _of_assessment(course, said)
    return tuple(found)


def _of_observation(item: Observation) -> Iterator[Look]:
    analyte = analyte_name(item.analyte)
    if item.site is None or analyte not in ("blasts", "MRD"):
        return
    site = group_site(item.site)
    state = _measured(item, analyte, site)
    if state is not None:
        text = _measured_text(item, analyte)
        yield Look(entry=item, site=site, written=item.site, state=state, text=text)


def _measured(item: Observation, analyte: str, site: str) -> SiteState | None:
    morphology = site == MARROW and analyte == "blasts"
    clear = SiteState.REMISSION if morphology else SiteState.NEGATIVE
    if item.value is None:
        if item.result in _ABSENT:
            return clear
        return SiteState.POSITIVE if item.result in _PRESENT else None
    if item.value.dimension in _COUNTED and item.value.exact:
        return SiteState.POSITIVE if item.value.value > 0 else clear
    percent = number_in(item.value, "%")
    if percent is None:
        return None
    if item.value.limit in _BELOW:
        return clear if percent <= REMISSION_BELOW_PERCENT else None
    least = REMISSION_BELOW_PERCENT if morphology else 0.0
    least = max(least, number_in(item.limit, "%") or 0.0)
    return SiteState.POSITIVE if percent >= least and percent > 0 else clear


def _measured_text(item: Observation, analyte: str) -> str:
    if item.value is not None:
        shown = item.value.shown()
        return f"{shown} blasts" if analyte == "blasts" else f"{item.analyte} {shown}"
    limit = " (limit not stated)" if item.limit is None else f" (limit {item.limit.shown()})"
    if analyte == "blasts":
        return f"blasts {item.result}"
    return f"{item.analyte} {item.result}{limit if item.result in _ABSENT else ''}"


def _of_pathology(item: Pathology, site: str) -> Iterator[Look]:
    if item.leukemia is None:
        return
    kind = item.specimen or "pathology"
    text = item.result or ("leukemia" if item.leukemia else "no leukemia")
    yield Look(
        entry=item,
        site=site,
        written=item.site,
        state=SiteState.POSITIVE if item.leukemia else SiteState.NEGATIVE,
        text=f"{text} ({kind})",
        lesion=item.lesion or "",
    )


def _of_look(lesion: Lesion, look: LesionLook) -> Look:
    lengths = [axis.to("cm").value for axis in look.axes if axis.fits("cm")]
    axes = " × ".join(shown_number(length) for length in lengths)
    change = look.change.value if look.change is not None else "seen"
    if look.change is Change.BELOW:
        change = below_in_words(look)
    text = f"{axes} cm" if axes else change
    if axes and look.change not in (None, Change.NEW):
        text = f"{text}, {change}"
    return Look(
        entry=look,
        site=group_site(lesion.site),
        written=lesion.site,
        state=_OF_CHANGE[look.change],
        text=text,
        lesion=lesion.id,
        echo=not axes and look.change in (None, Change.NEW),
    )


def _of_operations(course: Course, lesion: Lesion) -> Iterator[Look]:
    if any(look.change is Change.REMOVED for look in lesion.looks):
        return
    for item in course.procedures:
        if item.removes == lesion.id:
            yield Look(
                entry=item,
                site=group_site(lesion.site),
                written=lesion.site,
                state=SiteState.REMOVED,
                text="removed",
                lesion=lesion.id,
            )


def _of_assessment(course: Course, item: Assessment) -> Iterator[Look]:
    if item.topic is Topic.RELAPSE:
        for site in item.sites:
            yield Look(
                entry=item,
                site=site_named(course, site),
                written=site,
                state=SiteState.POSITIVE,
                text="relapse reported",
                hearsay=True,
            )
    if item.topic is Topic.RESPONSE and item.site is not None:
        site = site_named(course, item.site)
        state = _verdicts().get((item.value.casefold(), site == MARROW))
        if state is not None and names_a_site(item.site):
            text = f"{item.value} reported"
            yield Look(entry=item, site=site, written=item.site, state=state, text=text)


@cache
def _verdicts() -> dict[tuple[str, bool], SiteState]:
    words = {"remission": SiteState.REMISSION}
    found: dict[tuple[str, bool], SiteState] = {}
    for row in read_rows("verdicts.csv"):
        for column, is_marrow in (("marrow", True), ("elsewhere", False)):
            state = words.get(row[column]) or SiteState(row[column])
            found[row["verdict"].casefold(), is_marrow] = state
    return found
