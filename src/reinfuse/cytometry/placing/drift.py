"""Which tube or channel of a patient has drifted, against the patient's other tubes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from reinfuse.cytometry.placing.trend import Trend, trend
from reinfuse.cytometry.placing.tubes import TubeAt, table_of
from reinfuse.cytometry.sample import Floats
from reinfuse.errors import Finding, Severity

FEWEST_OTHERS = 3  # fewer tubes have no spread to speak of
FEWEST_FOR_TREND = 5  # four tubes line up by chance once in twenty series
TO_SIGMA = 1.4826  # from a median absolute deviation to a standard deviation, normal
MOST = 0.5  # of the channels and more, at least two, move together: the instrument


class Kind(StrEnum):
    """What a drift looks like."""

    INSTRUMENT = "instrument"  # most channels move the same way: voltage, laser, alignment
    CHANNEL = "channel"  # both populations of one channel move: its detector or compensation
    REAGENT = "reagent"  # positives alone: titre, lot, fading, or less antigen on the cells
    BACKGROUND = "background"  # negatives alone: unbound dye, dead cells, a spilling neighbour
    SLOW = "slow"  # a channel creeps from tube to tube
    UNKNOWN = "not evaluable"  # too few tubes


SUSPECT = {
    Kind.INSTRUMENT: "most channels moved together: look at voltages, laser delay and beads",
    Kind.CHANNEL: "both populations moved: look at this detector and its compensation",
    Kind.REAGENT: "only positives moved: look at lot and titre, or the antigen has changed",
    Kind.BACKGROUND: "only negatives moved: look at washing, dead cells and spill into it",
    Kind.SLOW: "it creeps from tube to tube: look at the beads of these days",
    Kind.UNKNOWN: "more tubes of this patient are needed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftNote:
    """One thing that drifted: which tube (empty for a whole series), which channels, how far.

    `shift` is on the scale, against the median of the patient's other tubes (for `SLOW`, over the
    series); `spreads` is the same in robust standard deviations of the others, never less than
    the floor.
    """

    kind: Kind
    file: str
    channels: tuple[str, ...]
    shift: float
    spreads: float

    @property
    def finding(self) -> Finding:
        """The note for a reader of the course."""
        channels = ", ".join(self.channels)
        if self.kind is Kind.UNKNOWN:
            what = "drift cannot be told"
        else:
            what = (
                f"{self.kind} drift: {channels} by {self.shift:+.3g} on the scale "
                f"({self.spreads:.1f} spreads of the other tubes)"
            )
        return Finding(
            severity=Severity.GAP if self.kind is Kind.UNKNOWN else Severity.NOTE,
            rule=f"flow-drift-{self.kind.name.lower()}",
            what=what,
            where=self.file,
            fix=SUSPECT[self.kind],
        )


def drift(series: Sequence[TubeAt], *, limit: float, floor: float) -> tuple[DriftNote, ...]:
    """What moved more than `limit` robust spreads away from the patient's other tubes.

    `floor` is the least spread, on the scale: between a few tubes that happen to agree, every
    hair's breadth would be many spreads. It should be what beads vary from day to day.
    """
    if len(series) <= FEWEST_OTHERS:
        return (
            DriftNote(kind=Kind.UNKNOWN, file="", channels=(), shift=math.nan, spreads=math.nan),
        )
    channels = tuple(one.channel for one in series[0].positions)
    table = table_of(series, channels)
    shifts, spreads = _against_others(table, floor)
    notes = [
        note
        for index, tube in enumerate(series)
        for note in _of_tube(tube, channels, shifts[index], spreads[index], limit)
    ]
    days = np.array([tube.day for tube in series])
    for index, channel in enumerate(channels):
        slow = _slower(days, table[:, index], floor)
        if slow is not None and abs(slow.spreads) > limit:
            notes.append(
                DriftNote(
                    kind=Kind.SLOW,
                    file="",
                    channels=(channel,),
                    shift=slow.change,
                    spreads=abs(slow.spreads),
                )
            )
    return tuple(notes)


def _against_others(table: Floats, floor: float) -> tuple[Floats, Floats]:
    """Shift and signed spreads of each place against the other tubes, `"tubes channels side"`."""
    shifts = np.full(table.shape, math.nan)
    spreads = np.full(table.shape, math.nan)
    for tube, channel, side in np.ndindex(*table.shape):
        others = np.delete(table[:, channel, side], tube)
        others = others[np.isfinite(others)]
        if others.size < FEWEST_OTHERS:
            continue
        middle = float(np.median(others))
        deviation = TO_SIGMA * float(np.median(np.abs(others - middle)))
        shifts[tube, channel, side] = table[tube, channel, side] - middle
        spreads[tube, channel, side] = shifts[tube, channel, side] / max(deviation, floor)
    return shifts, spreads


def _of_tube(
    tube: TubeAt, channels: tuple[str, ...], shifts: Floats, spreads: Floats, limit: float
) -> list[DriftNote]:
    """What one tube shows; `shifts` and `spreads` are `"channels side"`."""
    far = np.abs(spreads) > limit  # nan is not far
    drifted = np.flatnonzero(far.any(axis=1))
    if drifted.size == 0:
        return []
    worst = [int(np.nanargmax(np.abs(spreads[index]))) for index in drifted]
    signs = np.sign([shifts[index, side] for index, side in zip(drifted, worst, strict=True)])
    together = drifted.size >= max(2, MOST * len(channels)) and abs(signs.sum()) == signs.size
    if together:
        by = [shifts[index, side] for index, side in zip(drifted, worst, strict=True)]
        size = [abs(spreads[index, side]) for index, side in zip(drifted, worst, strict=True)]
        names = tuple(channels[index] for index in drifted)
        return [_note(Kind.INSTRUMENT, tube, names, float(np.median(by)), float(np.median(size)))]
    return [
        _note(
            _kind(far[index]),
            tube,
            (channels[index],),
            float(shifts[index, side]),
            abs(float(spreads[index, side])),
        )
        for index, side in zip(drifted, worst, strict=True)
    ]


def _kind(far: Floats) -> Kind:
    negative, positive = bool(far[0]), bool(far[1])
    if negative and positive:
        return Kind.CHANNEL
    return Kind.BACKGROUND if negative else Kind.REAGENT


def _note(
    kind: Kind, tube: TubeAt, channels: tuple[str, ...], shift: float, spreads: float
) -> DriftNote:
    return DriftNote(kind=kind, file=tube.file, channels=channels, shift=shift, spreads=spreads)


def _slower(days: Floats, places: Floats, floor: float) -> Trend | None:
    """The larger creep of a channel's two populations; `places` is `"tubes side"`."""
    both = [
        trend(days[known], places[known, side], floor=floor)
        for side in (0, 1)
        for known in [np.isfinite(places[:, side])]
        if known.sum() >= FEWEST_FOR_TREND
    ]
    return max(both, key=lambda one: abs(one.spreads)) if both else None
