"""What a scale of a channel is."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray


@runtime_checkable
class Scale(Protocol):
    """A strictly increasing function of linear values; scales are frozen and compare by value."""

    @property
    def kind(self) -> str:
        """`linear`, `log`, `asinh`, `logicle`, `hyperlog` or `biexponential`."""

    def forward(self, values: ArrayLike) -> NDArray[np.float64]:
        """Linear values on this scale, of the same shape; nan where it is not defined."""

    def inverse(self, values: ArrayLike) -> NDArray[np.float64]:
        """Values on this scale turned back to linear ones."""
