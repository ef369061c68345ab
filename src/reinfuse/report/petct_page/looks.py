"""Every look as a row of a table, lesion by lesion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from reinfuse.imaging.pictures import Figures, LookNumbers
from reinfuse.report.charts.words import shown
from reinfuse.report.petct_page.look_words import number
from reinfuse.report.petct_page.picture_words import day_words

MM_A_CM = 10.0


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look in words; what was not measured is a dash."""

    when: str
    scan: str
    state: str
    told: str
    size: str
    on_ct: str
    volume: str
    interval: str
    max: str
    mean: str
    peak: str
    tlg: str
    border: str
    method: str
    guards: str
    is_drawn: bool


@dataclass(frozen=True, slots=True)
class LesionRows:
    """The looks at one lesion."""

    lesion: str
    site: str
    rows: tuple[LookRow, ...]


def lesion_rows(figures: Figures) -> tuple[LesionRows, ...]:
    """Every lesion with its looks, in the order of the boxes and of time."""
    groups = groupby(figures.looks, key=lambda look: (look.lesion, look.site))
    return tuple(
        LesionRows(lesion, site, tuple(_row(look) for look in looks))
        for (lesion, site), looks in groups
    )


def has_ct(looks: Sequence[LookNumbers]) -> bool:
    """Whether any size was taken on CT."""
    return any(look.ct_mm is not None for look in looks)


def _row(look: LookNumbers) -> LookRow:
    interval = look.volume_interval_ml
    trend = "" if look.trend in (None, look.state) else f", {look.trend}"
    drawn = look.volume_ml is not None
    return LookRow(
        when=day_words(look.day).capitalize(),
        scan=look.scan,
        state=f"{look.state}{trend}",
        told="" if drawn or look.words == look.state else _without(look.words, look.state),
        size=_cm(look.axes_mm),
        on_ct=_cm(look.ct_mm),
        volume=number(look.volume_ml),
        interval="" if interval is None else f"{shown(interval[0])} to {shown(interval[1])}",
        max=number(look.suv_max),
        mean=number(look.suv_mean),
        peak=number(look.suv_peak),
        tlg=number(look.tlg_ml),
        border="–" if look.threshold is None else shown(look.threshold),
        method=look.method or "",
        guards=", ".join(look.guards),
        is_drawn=drawn,
    )


def _without(words: str, state: str) -> str:
    """Words that do not begin with the state, which stands above them."""
    return words.removeprefix(f"{state}: ")


def _cm(lengths: tuple[float, ...] | None) -> str:
    return "–" if lengths is None else " × ".join(f"{one / MM_A_CM:.1f}" for one in lengths)
