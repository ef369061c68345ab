"""Registry fields of the response to an infusion and of relapse after it."""

from __future__ import annotations

from reinfuse.grading import Grade
from reinfuse.record import Assessment, Topic
from reinfuse.synopsis.looks import looks_of
from reinfuse.synopsis.moments import (
    anchor_names,
    ordered,
    place_of,
)
from reinfuse.synopsis.periods import belongs_to, surely_after
from reinfuse.synopsis.scene import (
    NOTHING,
    Answer,
    Scene,
    dated,
    reported,
)
from reinfuse.synopsis.time_points import time_points
from reinfuse.synopsis.words import listed, the, unique


def best_response(scene: Scene, of: str, unit: str) -> Answer:
    """Every reported response, and the best that the criteria allow."""
    said = _responses(scene)
    words = [f"{item.value}{f' of {item.site}' if item.site else ''}" for item in said]
    best = _best(scene)
    text = f"{best.shown()} ({best.criterion.name}, {best.when})" if best is not None else None
    asks = "; ".join(best.missing) if best is not None and not best.exact else None
    return Answer(listed(words) or None, text, unique([item.id for item in said],
                  [best.subject] if best is not None else []), asks)  # fmt: skip


def response_date(scene: Scene, of: str, unit: str) -> Answer:
    """When the first remission after the infusion was reported."""
    said = _responses(scene)
    return dated(scene, said[0]) if said else NOTHING


def relapse(scene: Scene, of: str, unit: str) -> Answer:
    """Relapses reported after this infusion and before the next."""
    said = _relapses(scene)
    names = anchor_names(scene.course)
    words = []
    for item in said:
        anchor = place_of(scene.course, item).anchor
        after = f", after {the(names[anchor])}" if anchor is not None else ""
        words.append(f"{item.value}{f' ({listed(item.sites)})' if item.sites else ''}{after}")
    return reported("; ".join(words), [item.id for item in said])


def relapse_date(scene: Scene, of: str, unit: str) -> Answer:
    """When the first of them was found."""
    said = _relapses(scene)
    return dated(scene, said[0]) if said else NOTHING


def _responses(scene: Scene) -> tuple[Assessment, ...]:
    assert scene.infusion is not None
    return ordered(scene.course, [
        item for item in scene.course.assessments if item.topic is Topic.RESPONSE
        and item.of in (None, scene.infusion.id) and belongs_to(scene.course, item, scene.infusion)
    ])  # fmt: skip


def _relapses(scene: Scene) -> list[Assessment]:
    """Relapses by the occasion they were found on, whose other entries may be better dated."""
    assert scene.infusion is not None
    entries = {item.id: item for item in scene.course.entries()}
    mine: set[str] = set()
    for point in time_points(scene.course, looks_of(scene.course)):
        dated_ones = [entries[ident] for ident in point.entries if ident in entries]
        if any(surely_after(scene.course, item, scene.infusion) for item in dated_ones):
            mine |= set(point.entries)
    said = [item for item in scene.course.assessments if item.topic is Topic.RELAPSE]
    return [item for item in ordered(scene.course, said) if item.id in mine]


def _best(scene: Scene) -> Grade | None:
    assert scene.infusion is not None
    mine = {item.id for item in scene.course.entries()
            if belongs_to(scene.course, item, scene.infusion)}  # fmt: skip
    overall = [item for item in scene.grades if item.topic == "overall response"
               and item.subject == scene.infusion.id]  # fmt: skip
    marrow = [
        item
        for item in scene.grades
        if item.topic == "marrow response" and item.subject in mine and item.evaluable
    ]
    found = [item for item in overall or marrow if item.low is not None]
    return min(found, key=_rank, default=None)


def _rank(grade: Grade) -> tuple[int, int]:
    levels = grade.criterion.levels
    worst = levels.index(grade.high) if grade.high is not None else len(levels)
    return (levels.index(grade.low) if grade.low is not None else len(levels), worst)
