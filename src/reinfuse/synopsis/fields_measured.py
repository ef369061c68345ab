"""Registry fields that are one measured value: peaks in fixed units, lowest ICE score and IgG."""

from __future__ import annotations

from reinfuse.record import (
    Observation,
)
from reinfuse.synopsis.fields_toxicity import sign
from reinfuse.synopsis.scene import (
    NOTHING,
    Answer,
    Scene,
    derived,
    in_form_unit,
    measured_after,
    told_day,
)
from reinfuse.synopsis.vocabulary import number_in
from reinfuse.synopsis.words import listed, unique


def lowest_ice(scene: Scene, of: str, unit: str) -> Answer:
    """The lowest ICE score."""
    found = [item for item in measured_after(scene, "ICE score") if item.value is not None]
    if not found:
        return NOTHING
    low = min(found, key=lambda item: item.value.value if item.value else 0.0)
    text = f"{low.value.shown() if low.value else ''}, {told_day(scene, low)}"
    return derived(f"{text} (of {len(found)})", [low.id])


def low_igg(scene: Scene, of: str, unit: str) -> Answer:
    """Low immunoglobulin as reported, else the lowest IgG measured; no cut is applied."""
    signs = sign(scene, "hypogammaglobulinemia|hypogammaglobulinaemia", unit)
    found = [(number, item) for item in measured_after(scene, "IgG")
             if (number := number_in(item.value, "g/L")) is not None]  # fmt: skip
    if not found:
        return signs
    low = min(found, key=lambda pair: pair[0])[1]
    text = f"lowest IgG {low.value.shown() if low.value else ''}, {told_day(scene, low)}"
    return Answer(signs.reported, text, (*signs.entries, low.id))


def peak(scene: Scene, of: str, unit: str) -> Answer:
    """The highest value in the form's unit: reported where the record marks it as the peak.

    Where units need a factor that belongs to the assay, the factor is asked for, never assumed.
    """
    found = measured_after(scene, of)
    valued = [item for item in found if item.value is not None]
    if not valued:
        words = unique([item.result.value for item in found if item.result is not None])
        asks = f"the number: it is recorded as {listed(words)}" if words else None
        return Answer(None, None, tuple(item.id for item in found), asks)
    numbers = [(number, item) for item in valued if (number := _in(item, unit)) is not None]
    if not numbers:
        top = max(valued, key=lambda item: item.value.value if item.value else 0.0)
        shown = top.value.shown() if top.value else ""
        asks = f"the assay's factor from {shown.split(' ', 1)[-1]} to {_label(unit)}"
        return Answer(None, None, (top.id,), f"{asks}; highest recorded: {shown}")
    marked = [pair for pair in numbers if pair[1].peak]
    number, top = max(marked or numbers, key=lambda pair: pair[0])
    assert top.value is not None
    answer = in_form_unit(top.value, unit, when=told_day(scene, top), entry=top.id)
    if top.peak:
        return answer
    return derived(f"{answer.derived or answer.reported} (highest of {len(numbers)})", [top.id])


def _in(item: Observation, unit: str) -> float | None:
    if item.value is None or item.value.limit.value.startswith("<"):
        return None
    return number_in(item.value, unit)


def _label(unit: str) -> str:
    return unit.replace("[", "").replace("]", "")
