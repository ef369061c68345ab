"""Where the numbers of a fit went, round by round, in the units a reader knows them in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.estimation.population.result import PopulationFit
from reinfuse.kinetics.curves import natural

MOST_POINTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One number: typical values and residual sizes in their units, variances as they are.

    `rounds` are those kept of `of` rounds, evenly. `moved` is how much the second half of the
    averaged rounds moved, as a share of the number (of 1, where the number is below 1 in size).
    """

    name: str
    rounds: np.ndarray
    values: np.ndarray
    of: int
    moved: float


def traces_of(fit: PopulationFit) -> tuple[Trace, ...]:
    """Every trace of a fit, in the order of its numbers."""
    structure = fit.problem.structure
    count = len(fit.trace)
    kept = np.unique(np.linspace(0, max(count - 1, 0), min(count, MOST_POINTS)).astype(int))
    first_residual = len(structure.beta_names) + len(structure.random) + len(structure.between)
    sizes = len(fit.population.residual)
    found = []
    for place, name in enumerate(fit.trace_names):
        values = fit.trace[:, place]
        if place < len(structure.names):
            values = np.asarray(natural(structure.scales[place], values))
        elif first_residual <= place < first_residual + sizes:
            values = np.exp(values)
        found.append(Trace(
            name=name, rounds=kept, values=values[kept], of=count, moved=_moved(values, fit.burn)
        ))  # fmt: skip
    return tuple(found)


def _moved(values: np.ndarray, burn: int) -> float:
    """How far the last half of the averaged rounds lies from the half before."""
    averaged = values[burn:] if burn < len(values) else values
    half = len(averaged) // 2
    if half == 0:
        return 0.0
    before, after = averaged[:half].mean(), averaged[half:].mean()
    return float(abs(after - before) / max(abs(after), 1.0))
