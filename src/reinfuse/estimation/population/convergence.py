"""Whether a run still goes somewhere, and which numbers the data leave open."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.maximise import LEAST_VARIANCE
from reinfuse.estimation.population.structure import Population, Structure
from reinfuse.kinetics.curves import Scale

# A straight drift moves the mean of one window against the next by 1.73 SDs of both together;
# noise of a chain by about a third of an SD. Our own choice between the two.
_DRIFT = 1.5
# A drift by less than a hundredth is none; on the scale of logarithms that is one per cent.
_SMALL = 0.01
# A share of the variance left to the prior in the mean over subjects (shrinkage): nothing known.
_UNKNOWN = 0.98
_NOTHING = 1e-6  # a variance that makes no difference


def drifting(
    structure: Structure, trace: np.ndarray, names: Sequence[str], window: int
) -> tuple[str, ...]:
    """The names of numbers whose mean moved between the last two windows of the trace."""
    window = min(window, len(trace) // 2)
    last, before = trace[-window:], trace[-2 * window : -window]
    moved = []
    for column, name in enumerate(names):
        both = np.concatenate([before[:, column], last[:, column]])
        if name.startswith("var "):
            # A variance on its way to nothing falls without end, and changes nothing on its way.
            both = np.log(both + _NOTHING)
        own = column < len(structure.names) and structure.scales[column] is Scale.IDENTITY
        unit = abs(both.mean()) if own else 1.0
        step = abs(both[window:].mean() - both[:window].mean())
        spread = both.std()
        if step > _DRIFT * spread and step > _SMALL * unit:
            moved.append(name)
    return tuple(moved)


def loose_numbers(
    structure: Structure,
    population: Population,
    conditional: Conditional,
    names: Sequence[str],
) -> tuple[str, ...]:
    """Numbers of which the data say next to nothing.

    A variance that fell to nothing, and a random effect of which no subject's data say anything
    (shrinkage above 98 %).
    """
    count = len(structure.names) + len(structure.terms)
    variances = np.diagonal(np.asarray(population.omega))
    gone = [
        names[count + row] for row, value in enumerate(variances) if value <= 10 * LEAST_VARIANCE
    ]
    within = np.diagonal(np.asarray(conditional.covariance), axis1=1, axis2=2).mean(0)
    unknown = [
        structure.names[place]
        for row, place in enumerate(structure.random)
        if variances[row] > 10 * LEAST_VARIANCE and within[row] > _UNKNOWN * variances[row]
    ]
    return (*gone, *unknown)
