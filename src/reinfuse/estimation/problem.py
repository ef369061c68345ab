"""What anything must answer in order to be fitted: a closed-form curve or an ODE model."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Problem(Protocol):
    """A prior and a likelihood over a vector of unbounded numbers.

    Every method takes or returns many vectors at once: `"particles parameters"`.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """One name per parameter, in the order of the columns."""
        ...

    def sample_prior(self, rng: np.random.Generator, particles: int) -> NDArray[np.float64]:
        """Independent draws from the prior."""
        ...

    def log_prior(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Normalised log density of the prior, `"particles"`."""
        ...

    def log_likelihood(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log likelihood, `"particles"`; minus infinity where the data are impossible."""
        ...
