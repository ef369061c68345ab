"""How a fit runs, and what it says of itself on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reinfuse.estimation.whitened.counted import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How a fit runs. Counts of evaluations are of single points."""

    screened: int = 1024  # prior draws
    starts: int = 8  # climbs; each costs about 30 times the latents without slopes, 100 with
    most_rounds: int = 60  # of a climb
    most_modes: int = 4  # that walkers begin at
    walkers: int = 32
    adapting: tuple[int, ...] = (8, 16, 32)  # rounds before each renewal of the shape
    checked_every: int = 10  # rounds
    first_checked: int = 40  # also: before the shape may be learned anew
    most_parts: int = 16  # of the mixture
    most_informed: int = 16  # ways that the mixture covers
    slopes: int = 16  # walkers whose slopes tell the informed ways
    r_hat: float = 1.01
    effective: float = 400.0
    budget: int = 100_000  # evaluations
    gradient_costs: float = 8.0  # evaluations
    most_at_once: int = 512  # points in one call
    kept: int = 1000  # draws


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a fit stands; `r_hat` is the worst so far, `None` before draws are collected."""

    stage: Stage
    cost: float
    budget: int
    seconds: float | None
    r_hat: float | None = None
    effective: float | None = None


Watch = Callable[[Progress], None]
