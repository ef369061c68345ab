"""What the picture says of what was measured and seen."""

from __future__ import annotations

from collections.abc import Mapping

from reinfuse.record import (
    Change,
    LesionLook,
    Observation,
    Pathology,
    Presence,
    Result,
    Sign,
)
from reinfuse.record.plausible import analyte_named
from reinfuse.record.words import below_in_words
from reinfuse.report.timeline.vocabulary import Lane, Scene, Shape, Told, capital, in_marrow

_OF_TOXICITY = frozenset({"vital sign", "score"})
_BLOOD = (None, "blood")
_NEGATIVE = frozenset({Result.NEGATIVE, Result.NOT_DETECTED})
_POSITIVE = frozenset({Result.POSITIVE, Result.DETECTED})
_SHAPE_OF_CHANGE = {
    Change.NEW: Shape.DIAMOND,
    Change.INCREASED: Shape.DIAMOND,
    Change.STABLE: Shape.DIAMOND,
    Change.REDUCED: Shape.DOWN,
    Change.BELOW: Shape.BELOW,
    Change.RESOLVED: Shape.CHECK,
    Change.REMOVED: Shape.CROSS,
}


def tell_observation(entry: Observation, scene: Scene) -> Told:
    """A measurement by its analyte and value."""
    lane, row = _observation_lane(entry, scene.rows)
    verdict = entry.value.shown() if entry.value is not None else str(entry.result or "measured")
    name = f"{entry.analyte} "
    if lane is Lane.CAR_T:
        name = "" if entry.site in _BLOOD else f"{entry.site} "
    peak = "peak " if entry.peak else ""
    return Told(
        entry=entry,
        lane=lane,
        label=capital(f"{name}{peak}{verdict}"),
        shape=_observation_shape(entry),
        row=row,
        verdict="" if entry.value is not None else verdict,
        series=entry.analyte if entry.site in _BLOOD else f"{entry.analyte}, {entry.site}",
        rank=5,
    )


def _observation_lane(entry: Observation, rows: Mapping[str, str]) -> tuple[Lane, str]:
    if _kind(entry) == "CAR-T":
        return Lane.CAR_T, ""
    if in_marrow(entry.site):
        return Lane.MARROW, ""
    if entry.site is not None and entry.site in rows:
        return Lane.OUTSIDE, rows[entry.site]
    return (Lane.TOXICITY if _kind(entry) in _OF_TOXICITY else Lane.OTHER), ""


def _observation_shape(entry: Observation) -> Shape:
    """Only a result in words says whether leukemia is there; what a number says is not for here."""
    if not of_leukemia(entry):
        return Shape.DOT
    if entry.result in _NEGATIVE:
        return Shape.CHECK
    return Shape.DIAMOND if entry.result in _POSITIVE else Shape.DOT


def tell_sign(entry: Sign, _: Scene) -> Told:
    """A sign, or its stated absence."""
    absent = entry.presence is Presence.ABSENT
    value = f" {entry.value.shown()}" if entry.value is not None else ""
    site = f", {entry.site}" if absent and entry.site else ""
    return Told(
        entry=entry,
        lane=Lane.TOXICITY,
        label=capital(f"{'no ' if absent else ''}{entry.what}{value}{site}"),
        shape=Shape.DOT if absent else Shape.TRIANGLE,
        series=f"{'No ' if absent else ''}{entry.what}",
        rank=3,
    )


def tell_pathology(entry: Pathology, scene: Scene) -> Told:
    """What a specimen showed."""
    words = entry.result or ("leukemia" if entry.leukemia else "no leukemia")
    shape = {True: Shape.DIAMOND, False: Shape.CHECK, None: Shape.DOT}[entry.leukemia]
    marrow = in_marrow(entry.site)
    return Told(
        entry=entry,
        lane=Lane.MARROW if marrow else Lane.OUTSIDE,
        label=capital(words),
        shape=shape,
        row="" if marrow else entry.lesion or scene.rows.get(entry.site, ""),
        rank=2,
    )


def tell_look(entry: LesionLook, scene: Scene) -> Told:
    """What a look at a lesion showed."""
    lesion = scene.course.lesion_of(entry)
    words = "found" if entry.change is Change.NEW else str(entry.change or "seen")
    if entry.change is Change.BELOW:
        words = below_in_words(entry)
    if entry.axes:
        unit = entry.axes[0].unit
        words += f", {' × '.join(f'{axis.to(unit).value:g}' for axis in entry.axes)} {unit}"
    return Told(
        entry=entry,
        lane=Lane.OUTSIDE,
        label=capital(words),
        shape=_SHAPE_OF_CHANGE[entry.change] if entry.change else Shape.DOT,
        row=lesion.id if lesion is not None else "",
        rank=1,
    )


def of_leukemia(entry: Observation) -> bool:
    """Whether a measurement looks for leukemic cells."""
    return _kind(entry) == "leukemia"


def _kind(entry: Observation) -> str:
    analyte = analyte_named(entry.analyte)
    return analyte.kind if analyte is not None else ""
