"""Registry fields about the time before an infusion: status, lines, lymphodepletion, counts."""

from __future__ import annotations

from collections.abc import Sequence

from reinfuse.record import Purpose, Regimen, Topic
from reinfuse.record.plausible import analyte_name
from reinfuse.synopsis.burden import Cell, burden_by_site, last_cells
from reinfuse.synopsis.moments import likely_day, ordered, surely_before
from reinfuse.synopsis.periods import surely_not_after
from reinfuse.synopsis.scene import (
    NOTHING,
    Answer,
    Scene,
    derived,
    in_form_unit,
    reported,
    told_day,
)
from reinfuse.synopsis.therapy import AGAINST_LEUKEMIA, name_regimen
from reinfuse.synopsis.vocabulary import MARROW
from reinfuse.synopsis.words import listed, unique


def sites_before(scene: Scene, of: str, unit: str) -> Answer:
    """Sites outside the marrow at the last look before the infusion."""
    cells = [cell for cell in _last_cells(scene) if cell.site != MARROW]
    text = "; ".join(f"{cell.site}: {cell.state.value}" for cell in cells)
    return derived(text, [ident for cell in cells for ident in cell.entries])


def lines_before(scene: Scene, of: str, unit: str) -> Answer:
    """How many lines of therapy were given before this infusion."""
    found = [
        item for item in scene.course.regimens
        if item.line is not None and item.purpose is not Purpose.LYMPHODEPLETION
        and _leads_up(scene, item)
    ]  # fmt: skip
    lines = {item.line for item in found}
    earlier = [item for item in scene.course.infusions if _earlier(scene, item.id)]
    lines |= {item.line for item in scene.course.regimens
              if item.line is not None and item.of in {one.id for one in earlier}}  # fmt: skip
    return derived(str(len(lines)) if lines else None, [item.id for item in found])


def status_before(scene: Scene, of: str, unit: str) -> Answer:
    """The last response or relapse reported before the infusion; the last state of each site."""
    found = [
        item
        for item in scene.course.assessments
        if item.topic in (Topic.RESPONSE, Topic.RELAPSE, Topic.DISEASE_STATUS)
        and _is_before(scene, [item.id])
    ]
    last = ordered(scene.course, found)[-1:]
    cells = _last_cells(scene)
    states = ", ".join(f"{cell.site} {cell.state.value}" for cell in cells)
    told = f"{last[0].value}, {told_day(scene, last[0])}" if last else None
    entries = unique([item.id for item in last], *(cell.entries for cell in cells))
    return Answer(told, states or None, entries)


def trial(scene: Scene, of: str, unit: str) -> Answer:
    """Whether the infusion was part of a trial."""
    assert scene.infusion is not None
    said = scene.infusion.in_trial
    return NOTHING if said is None else reported("yes" if said else "no", [scene.infusion.id])


def regimen_before(scene: Scene, of: str, unit: str) -> Answer:
    """Drugs of a purpose that were given towards this infusion, with their doses."""
    found = [item for item in scene.course.regimens
             if item.purpose is Purpose(of) and _leads_up(scene, item, just=True)]  # fmt: skip
    drugs = [drug for item in found for drug in item.drugs]
    words = [f"{drug.name} {drug.dose.shown() if drug.dose else '(dose not recorded)'}"
             for drug in drugs] or [name_regimen(item) for item in found]  # fmt: skip
    without = [drug.name for drug in drugs if drug.dose is None]
    return reported("; ".join(words), [item.id for item in found],
                    f"dose of {listed(without)}" if without else None)  # fmt: skip


def count_before(scene: Scene, of: str, unit: str) -> Answer:
    """The last count before the infusion."""
    found = [
        item for item in scene.course.observations
        if analyte_name(item.analyte) == of and item.value is not None and item.value.fits(unit)
        and scene.infusion is not None and surely_not_after(scene.course, item, scene.infusion)
    ]  # fmt: skip
    if not found:
        return NOTHING
    last = max(found, key=lambda item: likely_day(scene.course, item))
    assert last.value is not None
    return in_form_unit(last.value, unit, when=told_day(scene, last), entry=last.id)


def _last_cells(scene: Scene) -> list[Cell]:
    """The last look at each site, on an occasion that surely came before the infusion."""
    burden = burden_by_site(scene.course)
    before = [number for number, time in enumerate(burden.times) if _is_before(scene, time.entries)]
    return list(last_cells(burden, before).values())


def _is_before(scene: Scene, entries: Sequence[str]) -> bool:
    assert scene.infusion is not None
    infusion = scene.infusion
    return any(surely_not_after(scene.course, item, infusion)
               for item in scene.course.entries() if item.id in entries)  # fmt: skip


def _leads_up(scene: Scene, item: Regimen, *, just: bool = False) -> bool:
    """Whether a regimen was given before the infusion; with `just`, since the anchor before it."""
    assert scene.infusion is not None
    if item.of is not None and item.purpose not in AGAINST_LEUKEMIA and just:
        return item.of == scene.infusion.id
    if not surely_not_after(scene.course, item, scene.infusion):
        return False
    between = [one for one in (*scene.course.infusions, *scene.course.transplants)
               if one.id != scene.infusion.id and surely_before(scene.course, item, one)
               and surely_before(scene.course, one, scene.infusion)]  # fmt: skip
    return not (just and between)


def _earlier(scene: Scene, ident: str) -> bool:
    return _is_before(scene, [ident])
