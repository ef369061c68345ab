"""What one patient's fit must answer: a likelihood over latents whose prior is standard normal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Slopes:
    """Log likelihood (`"points"`) and its derivatives (`"points latents"`) at many points.

    `fisher` (`"points latents latents"`) is the expected curvature of minus the log likelihood,
    such as the residuals' Jacobian times itself; `None` where the problem does not know it.
    """

    log_likelihood: NDArray[np.float64]
    gradient: NDArray[np.float64]
    fisher: NDArray[np.float64] | None = None


class Whitened(Protocol):
    """A likelihood over latents that are independent standard normal beforehand."""

    @property
    def names(self) -> tuple[str, ...]:
        """One name per latent, in the order of the columns."""
        ...

    def log_likelihood(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log likelihood (`"points"`) of `"points latents"`.

        Minus infinity where the data are impossible or the solver gave up. The value of a point
        may not depend on who else is asked.
        """
        ...


@runtime_checkable
class Differentiable(Protocol):
    """A likelihood that knows its derivatives too."""

    @property
    def names(self) -> tuple[str, ...]:
        """One name per latent, in the order of the columns."""
        ...

    def log_likelihood(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log likelihood (`"points"`) of `"points latents"`."""
        ...

    def gradient(self, z: NDArray[np.float64]) -> Slopes:
        """Log likelihood and derivatives at `"points latents"`."""
        ...
