"""One tube as it was acquired: events by channel, and what the file says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import Finding, ReinfuseError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One parameter of a data set.

    `name` is `$PnN`, such as `APC-A`; `marker` is `$PnS`, such as `CD19`, empty where it is not
    said. `range` is `$PnR`, the highest value plus one; `gain` is `$PnG`. `decades` and `lowest`
    are the two numbers of `$PnE`, 0 and 0 for a linear amplifier.
    """

    name: str
    marker: str = ""
    range: float = 0.0
    gain: float = 1.0
    decades: float = 0.0
    lowest: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spill:
    """How much of each dye reaches each detector: `matrix` is `"dyes detectors"`, diagonal 1.

    What is observed is true x matrix. `channels` name the detectors; `dyes` the rows, as many and
    in the order of the detectors that they belong to, and the same names where nothing else is
    said.
    """

    channels: tuple[str, ...]
    matrix: Floats
    dyes: tuple[str, ...] = ()

    @property
    def rows(self) -> tuple[str, ...]:
        """The name of the dye of each row."""
        return self.dyes or self.channels[: len(self.matrix)]

    def __eq__(self, other: object) -> bool:
        """Whether it says the same of the same detectors and dyes, to the last digit."""
        if not isinstance(other, Spill):
            return NotImplemented
        return (self.channels, self.rows) == (other.channels, other.rows) and np.array_equal(
            self.matrix, other.matrix, equal_nan=True
        )

    def __hash__(self) -> int:
        # Not of the bytes of the matrix: 0.0 and -0.0 are equal and differ in them.
        return hash((self.channels, self.rows, self.matrix.shape))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One data set of an FCS file.

    `events` is `"channels events"`, one contiguous row for each channel, on the linear scale of
    the detector (log amplification undone, divided by gain) in float32, or float64 for a file of
    doubles. `file` is the bare name of the file and `sha256` the hash of all its bytes;
    `data_set` counts from 1. `keywords` are those of TEXT that name no person and hold no free
    text, upper case. `findings` tell what was mended while reading.
    """

    file: str
    sha256: str
    version: str
    channels: tuple[Channel, ...]
    events: NDArray[np.floating]
    data_set: int = 1
    keywords: Mapping[str, str] = field(default_factory=dict)
    spill: Spill | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def count(self) -> int:
        """How many events there are."""
        return int(self.events.shape[1])

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the channels, in the order of the rows of `events`."""
        return tuple(channel.name for channel in self.channels)

    def values(self, name: str) -> NDArray[np.floating]:
        """The events of a channel, `"events"`, as a view; ReinfuseError if there is none."""
        try:
            row: NDArray[np.floating] = self.events[self.names.index(name)]
        except ValueError:
            listed = ", ".join(self.names)
            raise ReinfuseError(
                f"there is no channel {name}", where=self.file, fix=f"name one of: {listed}"
            ) from None
        return row
