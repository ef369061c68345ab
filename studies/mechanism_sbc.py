"""Whether posteriors of the mechanism are as wide as they should be: simulation-based calibration.

A reduced course, six samples and seven unknown numbers, an unstated limit among them. Courses are
drawn from the prior, invented and fitted; if prior, likelihood and sampler belong together, each
truth falls evenly among draws of its posterior.

Source: Talts et al. 2018, arXiv:1804.06788.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reinfuse.estimation.whitened.sampling import Sampling
from studies._mechanism_design import INPUTS as DESIGN_INPUTS
from studies._mechanism_design import few_samples, fitted

INPUTS: tuple[str, ...] = DESIGN_INPUTS
HEADER: tuple[str, ...] = ("course", "latent", "rank", "draws", "narrowing", "r_hat")
COURSES = 400
DRAWS = 63  # kept of each fit, far enough apart to be as good as independent
UNKNOWN = (
    "effector_loss@invented", "kill", "t_normal", "fitness@invented", "engraftment@invented",
    "marrow_start@invented", "limit of CAR-T cells, % of T cells",
)  # fmt: skip
SAMPLING = Sampling(walkers=32, budget=30_000, gradient_costs=1.0 + 2 * len(UNKNOWN))
_AT_ONCE = 20


def chunks() -> Sequence[str]:
    """Twenty courses each."""
    return tuple(
        f"courses {first} to {first + _AT_ONCE - 1}" for first in range(0, COURSES, _AT_ONCE)
    )


def run(chunk: str) -> list[tuple[object, ...]]:
    """One row for each course and latent."""
    first = int(chunk.split()[1])
    return [row for number in range(first, first + _AT_ONCE) for row in course(number)]


def course(number: int, sampling: Sampling = SAMPLING) -> list[tuple[object, ...]]:
    """The ranks of one course."""
    found = fitted(few_samples(), number, sampling, UNKNOWN)
    flat = found.fit.chains.reshape(-1, len(found.latents))
    chosen = np.linspace(0, len(flat) - 1, DRAWS).round().astype(int)
    ranks = (flat[chosen] < found.truth).sum(axis=0)
    narrowing = flat.std(axis=0)
    r_hat = round(found.fit.ending.convergence.worst_r_hat, 4)
    return [
        (number, latent.label, int(rank), DRAWS, round(float(narrow), 4), r_hat)
        for latent, rank, narrow in zip(found.latents, ranks, narrowing, strict=True)
    ]
