"""Whether a fit of the mechanism finds back what invented courses were made from.

200 patients are drawn from the prior, measured as in a careful trial of one infusion with one
lesion, and fitted to the mechanism. Fourteen latents, of every part of the model, are unknown; the
others are as usual and known. Errors are in prior SDs, so that 1 is what nobody who had not
seen the data could do better than. Beside each coverage stands the narrowing, posterior over prior
SD: an interval that holds the truth because it is as wide as the prior has shown nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.whitened.sampling import Sampling
from studies._mechanism_design import INPUTS as DESIGN_INPUTS
from studies._mechanism_design import UNKNOWN, fitted, one_lesion

INPUTS: tuple[str, ...] = DESIGN_INPUTS
HEADER: tuple[str, ...] = (
    "course",
    "latent",
    "truth",
    "mean",
    "sd",
    "low_90",
    "high_90",
    "low_50",
    "high_50",
    "r_hat",
    "evaluations",
)
COURSES = 200
_AT_ONCE = 10
SAMPLING = Sampling(walkers=48, budget=60_000, gradient_costs=1.0 + 2 * len(UNKNOWN))


def chunks() -> Sequence[str]:
    """Ten courses each."""
    return tuple(
        f"courses {first} to {first + _AT_ONCE - 1}" for first in range(0, COURSES, _AT_ONCE)
    )


def run(chunk: str) -> list[tuple[object, ...]]:
    """One row for each course and latent, and two for what only both lesion latents tell."""
    first = int(chunk.split()[1])
    return [row for number in range(first, first + _AT_ONCE) for row in course(number)]


def course(number: int, sampling: Sampling = SAMPLING) -> list[tuple[object, ...]]:
    """The rows of one course."""
    found = fitted(one_lesion(), number, sampling, UNKNOWN)
    names = [latent.label for latent in found.latents]
    truth, draws = found.truth, found.fit.draws
    access, share = names.index("access_1"), names.index("kill_share_1")
    # The logarithm of access times killing, on a scale on which its prior SD is 1.
    spreads = np.array([found.latents[place].spread for place in (access, share)])
    weights = spreads / np.sqrt((spreads**2).sum())
    product = draws[:, [access, share]] @ weights
    told = np.column_stack([draws, product])
    true = np.append(truth, truth[[access, share]] @ weights)
    r_hat = found.fit.ending.convergence.worst_r_hat
    evaluations = sum(found.fit.evaluations.values())
    return [
        (number, name, *_rounded(true[place], told[:, place]), round(r_hat, 4), evaluations)
        for place, name in enumerate([*names, "access x kill share"])
    ]


def _rounded(true: float, draws: NDArray[np.float64]) -> tuple[float, ...]:
    ends = np.quantile(draws, [0.05, 0.95, 0.25, 0.75])
    return tuple(round(float(one), 4) for one in (true, draws.mean(), draws.std(), *ends))
