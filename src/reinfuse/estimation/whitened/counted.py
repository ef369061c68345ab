"""A likelihood that counts how often it is asked, and says when enough is enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.whitened.problem import Differentiable, Slopes, Whitened

_STEP = 0.03  # prior SDs between the points of a finite difference, where no better is known


class Stage(StrEnum):
    """What a fit is busy with."""

    SEARCH = "looking for the best explanations"
    SHAPE = "measuring the curvature there"
    START = "spreading the walkers"
    ADAPT = "learning the shape of the posterior"
    SAMPLE = "drawing from the posterior"


class Limit(StrEnum):
    """What may stop a fit before it has converged."""

    EVALUATIONS = "evaluations"
    SECONDS = "seconds"


@dataclass(slots=True, kw_only=True)
class Counted:
    """The likelihood with its counter; apart from walkers the only thing here that changes."""

    problem: Whitened
    budget: int
    most_at_once: int
    gradient_costs: float
    seconds: float | None = None
    clock: Callable[[], float] | None = None
    began: float = 0.0
    stage: Stage = Stage.SEARCH
    evaluations: dict[Stage, int] = field(default_factory=dict)
    gradients: dict[Stage, int] = field(default_factory=dict)

    @property
    def cost(self) -> float:
        """Evaluations so far, gradients counted as what they cost."""
        asked = sum(self.evaluations.values())
        return asked + self.gradient_costs * sum(self.gradients.values())

    @property
    def elapsed(self) -> float | None:
        """Seconds since the fit began; `None` without a clock."""
        return None if self.clock is None else self.clock() - self.began

    @property
    def spent(self) -> Limit | None:
        """The limit that has been reached, if any."""
        if self.cost >= self.budget:
            return Limit.EVALUATIONS
        elapsed = self.elapsed
        over = self.seconds is not None and elapsed is not None and elapsed >= self.seconds
        return Limit.SECONDS if over else None

    @property
    def gives_slopes(self) -> bool:
        """Whether the problem knows its derivatives."""
        return isinstance(self.problem, Differentiable)

    def values(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log likelihoods; what is not a number or not finite counts as impossible."""
        self.evaluations[self.stage] = self.evaluations.get(self.stage, 0) + len(z)
        pieces = [self.problem.log_likelihood(part) for part in self._parts(z)]
        found = np.concatenate([np.asarray(piece, dtype=np.float64) for piece in pieces])
        return np.where(np.isfinite(found), found, -np.inf)

    def slopes(self, z: NDArray[np.float64], steps: NDArray[np.float64] | None = None) -> Slopes:
        """Derivatives from the problem, or else from forward differences.

        `steps` (`"steps latents"`, as many as latents, or such for every point) are the
        differences' own: long where the posterior is wide, so that the solver's noise stays small,
        and short where it is narrow, so that its curve does.
        """
        if not isinstance(self.problem, Differentiable):
            return self._differences(z, _STEP * np.eye(z.shape[1]) if steps is None else steps)
        self.gradients[self.stage] = self.gradients.get(self.stage, 0) + len(z)
        pieces = [self.problem.gradient(part) for part in self._parts(z)]
        value = np.concatenate([piece.log_likelihood for piece in pieces])
        gradient = np.concatenate([piece.gradient for piece in pieces])
        known = [piece.fisher for piece in pieces if piece.fisher is not None]
        # A slope that is not a number says nothing: the prior alone then leads.
        return Slopes(
            log_likelihood=np.where(np.isfinite(value), value, -np.inf),
            gradient=np.where(np.isfinite(gradient), gradient, 0.0),
            fisher=np.nan_to_num(np.concatenate(known), posinf=0.0, neginf=0.0) if known else None,
        )

    def _differences(self, z: NDArray[np.float64], steps: NDArray[np.float64]) -> Slopes:
        points, latents = z.shape
        asked = np.concatenate([z[:, None, :], z[:, None, :] + steps], axis=1)
        found = self.values(asked.reshape(-1, latents)).reshape(points, latents + 1)
        middle, ahead = found[:, :1], found[:, 1:]
        both = np.isfinite(middle) & np.isfinite(ahead)
        rise = np.where(both, ahead, 0.0) - np.where(both, middle, 0.0)
        gradient = np.linalg.solve(steps, rise[:, :, None])[:, :, 0]
        return Slopes(log_likelihood=middle[:, 0], gradient=gradient)

    def _parts(self, z: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        return [z[at : at + self.most_at_once] for at in range(0, len(z), self.most_at_once)]
