"""Where the populations of a tube lie, channel by channel."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.sample import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Medians of what lies below and above a channel's border, on its scale.

    nan on a side with fewer events than were asked for.
    """

    channel: str
    negative: float
    positive: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TubeAt:
    """One tube of a series: its file, the study day, and where its populations lie."""

    file: str
    day: float
    positions: tuple[Position, ...]


def positions(
    values: Mapping[str, Floats], borders: Mapping[str, float], *, fewest: int
) -> tuple[Position, ...]:
    """Where the two populations of each channel lie; `values` is `"events"` by channel."""
    return tuple(
        Position(
            channel=channel,
            negative=_median(values[channel], values[channel] < border, fewest),
            positive=_median(values[channel], values[channel] >= border, fewest),
        )
        for channel, border in borders.items()
    )


def table_of(series: Sequence[TubeAt], channels: tuple[str, ...]) -> Floats:
    """Places, `"tubes channels side"`, negatives first; nan where a tube lacks the channel."""
    table = np.full((len(series), len(channels), 2), math.nan)
    for row, tube in enumerate(series):
        for one in tube.positions:
            if one.channel in channels:
                table[row, channels.index(one.channel)] = (one.negative, one.positive)
    return table


def _median(values: Floats, chosen: NDArray[np.bool_], fewest: int) -> float:
    picked = values[chosen]
    return float(np.median(picked)) if picked.size >= max(fewest, 1) else math.nan
