"""Looks at lesions in words: for the chart over time, and the table under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reinfuse.imaging.pictures import Figures, LookNumbers
from reinfuse.report.charts.words import listed, shown
from reinfuse.report.petct_page.picture_words import day_words

HEADERS = ("Lesion", "When", "State", "Volume, mL", "Interval, mL", "Max", "Max left in place",
           "Border at")  # fmt: skip


def number(value: float | None) -> str:
    """A number as it stands in a table, or a dash where there is none."""
    return "–" if value is None else shown(value)


def described(name: str, looks: Sequence[LookNumbers], unit: str) -> str:
    """One lesion at all its looks, as a sentence."""
    said = "; ".join(f"{day_words(look.day)}: {_said(look, unit)}" for look in looks)
    return f"{name}: {said or 'no look'}."


def table_rows(figures: Figures) -> Iterator[tuple[str, ...]]:
    """Every look, under `HEADERS`."""
    for look in figures.looks:
        interval = look.volume_interval_ml
        yield (
            look.lesion,
            f"{day_words(look.day)}, {look.scan}",
            look.state,
            number(look.volume_ml),
            "–" if interval is None else f"{shown(interval[0])} to {shown(interval[1])}",
            number(look.suv_max),
            number(look.suv_max_left),
            number(look.threshold),
        )


def notes_of(
    names: Sequence[str],
    chosen: Sequence[str],
    looks: Sequence[LookNumbers],
    figures: Figures,
) -> Iterator[str]:
    """What a reader must know; `chosen` of the lesions `names` are drawn, with these `looks`."""
    if any(look.volume_interval_ml is not None for look in looks):
        yield "Bars: how far the volume may be off by threshold, voxels and resolution (ours)."
    if any(look.volume_ml is None and not look.earlier for look in looks):
        yield (
            "A hollow triangle: no border was drawn, so there is no volume, and it stands below the"
            f" axis. In {figures.unit} it is what is left in the place of the lesion, which is not"
            " called gone."
        )
    if len(chosen) > 1:
        yield "Marks of one day stand a little beside each other, so that they can be told apart."
    absent = tuple(name for name in names if name not in chosen)
    if absent:
        yield f"The {len(chosen)} largest are drawn; in the table also {listed(absent)}."


def _said(look: LookNumbers, unit: str) -> str:
    if look.volume_ml is not None:
        hot = "" if look.suv_max is None else f", highest {unit} {shown(look.suv_max)}"
        return f"{shown(look.volume_ml)} mL{hot}"
    left = "" if look.suv_max_left is None else f", {unit} up to {shown(look.suv_max_left)} left"
    return f"{look.state}{left}"
