"""A scale with ends, at which what lies beyond is piled up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.cytometry.sample import Floats
from reinfuse.cytometry.scales.scale import Scale
from reinfuse.errors import ReinfuseError


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded:
    """`scale` cut off at `low` and `high`, which are on the scale; infinite is not cut off.

    These are `boundMin` and `boundMax` of Gating-ML 2.0, and the ends of a logarithmic axis in
    FlowJo: with a `low`, a value too low for a logarithm lies at `low`.
    """

    scale: Scale
    low: float = -np.inf
    high: float = np.inf

    def __post_init__(self) -> None:
        """Refuse ends in the wrong order."""
        if not self.low < self.high:
            raise ReinfuseError(
                f"no bounded scale has low = {self.low:g}, high = {self.high:g}",
                where="bounded scale",
                fix="it needs low below high",
            )

    @property
    def kind(self) -> str:
        """The kind of the scale that is cut off."""
        return self.scale.kind

    def forward(self, values: ArrayLike) -> Floats:
        """Linear values on this scale, of the same shape, from `low` to `high`."""
        placed = self.scale.forward(values)
        if self.low > -np.inf:
            given = np.asarray(values)
            placed = np.where(np.isnan(placed) & ~np.isnan(given), self.low, placed)
        return np.clip(placed, self.low, self.high)

    def inverse(self, values: ArrayLike) -> Floats:
        """Values on this scale turned back to linear ones; beyond its ends, those of its ends."""
        return self.scale.inverse(np.clip(values, self.low, self.high))
