"""What a reader can ask of one event: what it was, when by each day 0, where it is from."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.record import (
    Assessment,
    Drug,
    Entry,
    LesionLook,
    Observation,
    Pathology,
    Procedure,
    Regimen,
    Sign,
    dates_of,
    days_of,
)
from reinfuse.report.timeline.marks import Marks
from reinfuse.report.timeline.times import dates_in_words, days_in_words
from reinfuse.report.timeline.vocabulary import Told
from reinfuse.timeline import Ending


@dataclass(frozen=True, slots=True)
class Detail:
    """One event in words; `days` has one text for each anchor.

    `minute` is the time of day at which it began, where it is known; `from_table` marks one of the
    many rows of a table beside the course file.
    """

    id: str
    lane: str
    what: str
    days: tuple[str, ...]
    dates: str
    source: str
    note: str
    minute: int | None
    from_table: bool


def details_of(marks: Marks) -> dict[str, Detail]:
    """Every event of a course in words, by its id."""
    told = [one for mark in marks.marks for one in mark.told]
    told += [one for _, strip in marks.strips for one in strip.told]
    return {one.entry.id: _detail(one, marks) for one in (*told, *marks.untimed)}


def _detail(told: Told, marks: Marks) -> Detail:
    entry, course = told.entry, marks.axis.course
    lasts = entry.when.ending is not Ending.SAME
    minutes = (entry.when.start.minute, entry.when.end.minute)
    days = []
    for anchor in marks.axis.anchors:
        start = days_of(course, entry, anchor.id)
        end = days_of(course, entry, anchor.id, end=True) if lasts else start
        days.append(days_in_words(start, end, entry.when.ending, minutes))
    start = dates_of(course, entry)
    end = dates_of(course, entry, end=True) if lasts else start
    return Detail(
        id=entry.id,
        lane=str(told.lane),
        what=_in_full(told, marks),
        days=tuple(days),
        dates=dates_in_words(start, end, entry.when.ending, minutes),
        source=", ".join(entry.source),
        note=entry.note or "",
        minute=entry.when.start.minute,
        from_table=isinstance(entry, Observation) and entry.table is not None,
    )


def _in_full(told: Told, marks: Marks) -> str:
    label = told.label.replace("\n", ", ")
    of = next((one.name for one in marks.axis.anchors if one.id == told.of), "")
    if told.entry.id == told.of:
        label, of = f"{of}: {label}", ""
    more = [word for word in _more(told.entry) if word and word.lower() not in label.lower()]
    more += [f"of {of.lower()}"] if of else []
    return f"{label} ({'; '.join(more)})" if more else label


def _more(entry: Entry) -> tuple[str | None, ...]:
    if isinstance(entry, Observation):
        return (entry.site, entry.method)
    if isinstance(entry, Regimen):
        return (str(entry.purpose), *(_drug_words(drug) for drug in entry.drugs))
    if isinstance(entry, LesionLook):
        return (entry.modality, f"uptake {entry.uptake}" if entry.uptake else None)
    if isinstance(entry, Assessment):
        return (
            str(entry.topic),
            entry.scale,
            entry.site,
            *entry.sites,
            f"by {entry.by}" if entry.by else None,
        )
    if isinstance(entry, Sign):
        return (entry.site, entry.extent, f"suggests {entry.suggests}" if entry.suggests else None)
    if isinstance(entry, Pathology):
        return (entry.site, entry.specimen)
    return (entry.site,) if isinstance(entry, Procedure) else ()


def _drug_words(drug: Drug) -> str:
    words = [drug.name]
    if drug.dose is not None:
        words.append(drug.dose.shown())
    if drug.times is not None:
        words.append("once" if drug.times == 1 else f"{drug.times} times")
    return " ".join([*words, drug.schedule or ""]).strip()
