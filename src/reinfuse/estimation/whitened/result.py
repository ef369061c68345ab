"""What a fit of standard normal latents gives back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.whitened.chain_convergence import Convergence
from reinfuse.estimation.whitened.counted import Limit, Stage
from reinfuse.estimation.whitened.laplace import Laplace
from reinfuse.estimation.whitened.learned import Learned
from reinfuse.estimation.whitened.search import Search

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How collecting ended: `stopped_by` is `None` where the chains agree."""

    stopped_by: Limit | None
    convergence: Convergence
    worst: str  # the number whose R-hat is highest
    spent: str  # evaluations, or seconds

    @property
    def converged(self) -> bool:
        """Whether the chains agree and are worth enough draws."""
        return self.stopped_by is None

    def __str__(self) -> str:
        """In words someone can act on."""
        reached = f"R-hat {self.convergence.worst_r_hat:.3f} ({self.worst})"
        worth = f"{self.convergence.fewest:.0f} effective draws at least"
        if self.converged:
            return f"chains agree: {reached}, {worth}, after {self.spent}"
        return (
            f"stopped by the limit of {self.stopped_by} after {self.spent}: {reached}, {worth}; "
            "the chains do not agree yet, so the draws are not to be trusted beyond a first look: "
            "raise the limit"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible:
    """No draws: nothing that was tried can explain the data; `search` says what was tried."""

    search: Search
    why: str
    evaluations: dict[Stage, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhitenedFit:
    """A posterior over latents.

    `draws` (`"draws latents"`) count equally and are thinned; `chains` (`"rounds walkers latents"`)
    are all that were collected. `log_evidence` is bridged (`None`
    without draws), `modes[0].log_evidence` the normal
    approximation's. `jumped` is the share of independent jumps that were taken: near 1 the shape
    that was learned is the posterior's own. `evaluations` and `gradients` count points by stage.
    """

    names: tuple[str, ...]
    search: Search
    modes: tuple[Laplace, ...]
    ending: Ending
    draws: Array
    log_likelihood: Array
    chains: Array
    learned: Learned
    log_evidence: float | None
    jumped: float
    informed_ways: int
    evaluations: dict[Stage, int]
    gradients: dict[Stage, int]
    seconds: float | None

    @property
    def total_evaluations(self) -> int:
        """Points at which the likelihood was asked for, gradients not counted."""
        return sum(self.evaluations.values())
