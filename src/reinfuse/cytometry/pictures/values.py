"""What a picture of a gate is made of: rulers, counts on their grid, and outlines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.gates.values import Dimension

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A place on a scale, and the linear value of the detector that lies there."""

    place: float
    linear: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """One side of a picture: a dimension from `low` to `high` on its scale, in `bins` steps.

    `marker` is what the strategy calls the channel, empty for one that it does not name.

    `minor` are places of ticks without a number. `kind` is that of the scale, empty for linear
    values as they are. The ends do not depend on the events where there is a scale, so that two
    tubes of a panel are counted on one grid; events beyond them are counted in the outermost step.
    """

    dimension: Dimension
    marker: str
    kind: str
    low: float
    high: float
    bins: int
    ticks: tuple[Tick, ...]
    minor: tuple[float, ...] = ()

    @property
    def title(self) -> str:
        """What is measured, and by which channel."""
        channel = self.dimension.name
        return channel if self.marker in ("", channel) else f"{self.marker} · {channel}"

    @property
    def step(self) -> float:
        """The width of a step, on the scale."""
        return (self.high - self.low) / self.bins


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A gate on one ruler, on its scale; infinite where it is open."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Corners:
    """A gate on two rulers: a closed line through points, infinite where it is open."""

    points: tuple[Point, ...]


Shape = Stretch | Corners


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A gate with its count; `template` is where the strategy has it, None unless it was moved."""

    name: str
    count: int
    shape: Shape
    template: Shape | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePicture:
    """The events of a parent on one or two rulers, and the gates that are drawn there.

    `counts` is `"x"`, or `"y x"` with a second ruler; nothing is thinned. `placeless` events have
    no place on a scale, such as those not above zero on a logarithm. `parent` is None for all
    events.
    """

    parent: str | None
    parent_count: int
    x: Ruler
    y: Ruler | None
    counts: NDArray[np.int64]
    placeless: int
    outlines: tuple[Outline, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The gates that are drawn in it."""
        return tuple(outline.name for outline in self.outlines)


@dataclass(frozen=True, slots=True, kw_only=True)
class TubePictures:
    """All pictures of a tube. `spill` says in words what was undone, and where that came from."""

    sha256: str
    data_set: int
    spill: str
    pictures: tuple[GatePicture, ...]
