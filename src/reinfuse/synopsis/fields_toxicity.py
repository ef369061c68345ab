"""Registry fields of toxicity: CRS by its signs, neurotoxicity, treatment."""

from __future__ import annotations

from reinfuse.grading import Grade
from reinfuse.record import (
    Assessment,
    Observation,
    Presence,
    Purpose,
    Regimen,
    Sign,
    Topic,
    clock_of,
)
from reinfuse.record.plausible import analyte_name
from reinfuse.synopsis.moments import likely_day, ordered
from reinfuse.synopsis.periods import belongs_to
from reinfuse.synopsis.scene import (
    NOTHING,
    Answer,
    Scene,
    days_after,
    derived,
    is_after,
    measured_after,
    reported,
    signs_after,
    told_day,
)
from reinfuse.synopsis.therapy import name_regimen
from reinfuse.synopsis.vocabulary import number_in
from reinfuse.synopsis.words import listed, unique

FEVER_CEL = 38.0  # the forms' own bound
HIGH_OXYGEN_PERCENT = 40.0  # the forms' own bound
FIO2 = "inspired oxygen"
POSITIVE_PRESSURE = ("cpap", "bipap", "ventilator")
_NO = ("0", "none", "no", "absent")


def developed(scene: Scene, of: str, unit: str) -> Answer:
    """Whether it was reported, and whether the derived grade leaves a choice."""
    grade = _grade(scene, of)
    said = _said(scene, of)
    told = None
    if said:
        told = "no" if all(item.value.casefold() in _NO for item in said) else "yes"
    shown = None
    if grade is not None and grade.evaluable:
        shown = "yes" if grade.low not in (0, None) else "no" if grade.high == 0 else None
    return Answer(told, shown, _rests_on(said, grade), _asks(grade) if shown is None else None)


def highest(scene: Scene, of: str, unit: str) -> Answer:
    """The highest grade: reported, with its scale, beside the derived interval."""
    grade, said = _grade(scene, of), _said(scene, of)
    if grade is None:
        return reported(listed(item.value for item in said), [item.id for item in said])
    scales = unique([item.scale or "" for item in said])
    scale = f" ({listed(scales)})" if scales else " (scale not named)"
    told = f"{grade.reported}{scale}" if grade.reported is not None else None
    shown = grade.shown() if grade.evaluable else None
    return Answer(told, shown, _rests_on(said, grade), None if grade.exact else _asks(grade))


def onset(scene: Scene, of: str, unit: str) -> Answer:
    """The first dated report of it, beside the first sign of it in the record."""
    said = [item for item in _said(scene, of)
            if item.when.stated and item.value.casefold() not in _NO]  # fmt: skip
    first = ordered(scene.course, said)[:1]
    told = told_day(scene, first[0]) if first else None
    signs = _fevers(scene) if of == "CRS" else []
    sign = told_day(scene, signs[0]) if signs else None
    return Answer(told, sign, unique([item.id for item in (*first, *signs[:1])]))


def resolved(scene: Scene, of: str, unit: str) -> Answer:
    """When the last sign ended, as far as signs were recorded; nobody's word is in the record."""
    signs = [item for item in _fevers(scene) if isinstance(item, Sign)] if of == "CRS" else []
    ends = [days_after(scene, item, end=True) for item in signs
            if clock_of(scene.course).knows(item.id)]  # fmt: skip
    known = [days for days in ends if days.bounded]
    if not known:
        return Answer(None, None, (), "when its last sign ended")
    last = max(known, key=lambda days: days.high)
    asks = "when blood pressure and oxygen were last supported, if they were"
    return derived(f"fever ended {last}", [item.id for item in signs], asks)


def fever(scene: Scene, of: str, unit: str) -> Answer:
    """Fever as a sign, or the first temperature at the form's bound."""
    signs = signs_after(scene, ("fever",))
    absent = [item for item in signs if item.presence is Presence.ABSENT]
    found = _fevers(scene)
    told = [item for item in found if isinstance(item, Sign)]
    measured = [item for item in found if isinstance(item, Observation)]
    if told:
        value = f", {told[0].value.shown()}" if told[0].value else ", temperature not recorded"
        first = told_day(scene, measured[0]) if measured else None
        return Answer(f"{told_day(scene, told[0])}{value}", first, (told[0].id,))
    if measured:
        return derived(told_day(scene, measured[0]), [measured[0].id])
    return reported("no", [item.id for item in absent]) if absent else NOTHING


def sign(scene: Scene, of: str, unit: str) -> Answer:
    """A sign by any of its names: its onset, or its stated absence."""
    found = signs_after(scene, tuple(of.split("|")))
    present = [item for item in found if item.presence is Presence.PRESENT]
    if present:
        return reported(told_day(scene, present[0]), [present[0].id])
    return reported("no", [item.id for item in found]) if found else NOTHING


def treatment(scene: Scene, of: str, unit: str) -> Answer:
    """Drugs given for a purpose after the infusion, each with its dose and day."""
    found = _given(scene, Purpose(of))
    words = [f"{_drugs(item)}, {told_day(scene, item)}" for item in found]
    return reported("; ".join(words), [item.id for item in found])


def vasopressors(scene: Scene, of: str, unit: str) -> Answer:
    """How many different vasopressors were given."""
    found = _given(scene, Purpose.VASOPRESSOR)
    names = unique([drug.name for item in found for drug in item.drugs])
    text = f"{len(names)} ({listed(names)})" if names else None
    return derived(text, [item.id for item in found])


def oxygen(scene: Scene, of: str, unit: str) -> Answer:
    """The first day of oxygen of a kind: by FiO2, or by a device that gives positive pressure."""
    seen = measured_after(scene, FIO2) + [
        item for item in scene.course.observations if item.device and is_after(scene, item)
    ]
    if of == "pressure":
        hits = [item for item in seen if (item.device or "").casefold() in POSITIVE_PRESSURE]
    else:
        hits = [item for item in seen if _oxygen_side(item) == of]
    hits.sort(key=lambda item: likely_day(scene.course, item))
    if hits:
        return derived(told_day(scene, hits[0]), [hits[0].id])
    return Answer(None, None, (), "FiO2" if seen and of != "pressure" else None)


def _grade(scene: Scene, topic: str) -> Grade | None:
    assert scene.infusion is not None
    return next((item for item in scene.grades
                 if item.topic == topic and item.subject == scene.infusion.id), None)  # fmt: skip


def _said(scene: Scene, topic: str) -> list[Assessment]:
    assert scene.infusion is not None
    wanted = Topic.CRS if topic == "CRS" else Topic.ICANS
    return [item for item in scene.course.assessments
            if item.topic is wanted and belongs_to(scene.course, item, scene.infusion)]  # fmt: skip


def _rests_on(said: list[Assessment], grade: Grade | None) -> tuple[str, ...]:
    why = [ident for one in grade.because for ident in one.entries] if grade is not None else []
    return unique([item.id for item in said], why)


def _asks(grade: Grade | None) -> str | None:
    return "; ".join(grade.missing) or None if grade is not None else None


def _fevers(scene: Scene) -> list[Sign | Observation]:
    """Fevers and temperatures at the bound, first ones first, unless put down to another cause."""
    found: list[Sign | Observation] = [
        item for item in signs_after(scene, ("fever",)) if item.presence is Presence.PRESENT
    ]
    found += [item for item in measured_after(scene, "temperature")
              if (number_in(item.value, "Cel") or 0.0) >= FEVER_CEL]  # fmt: skip
    own = [item for item in found if item.attributed_to in (None, "CRS", "unknown")]
    return sorted(own, key=lambda item: likely_day(scene.course, item))


def _given(scene: Scene, purpose: Purpose) -> list[Regimen]:
    assert scene.infusion is not None
    return [
        item
        for item in scene.course.regimens
        if item.purpose is purpose and belongs_to(scene.course, item, scene.infusion)
    ]


def _drugs(item: Regimen) -> str:
    words = [f"{drug.name} {drug.dose.shown()}" if drug.dose else drug.name for drug in item.drugs]
    return listed(words) or name_regimen(item)


def _oxygen_side(item: Observation) -> str | None:
    percent = number_in(item.value, "%")
    if percent is None or analyte_name(item.analyte) != FIO2:
        return None
    return "high" if percent >= HIGH_OXYGEN_PERCENT else "low"
