"""Parameters of patients who differ: a usual value each, and a spread around it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from reinfuse.engine.language.model import Model, Parameter

_ROUNDS = 200  # a draw outside of a range is drawn again; half of them lie inside at the worst
_WORDS = 4  # that Philox makes at each count
_EACH = 2  # words that one normal number takes
_UNIT = 2.0**-53
_LARGE = 1e100


def normal_draws(seed: int, name: str, first: int, last: int) -> NDArray[np.float64]:
    """Standard normal numbers of patients `first` to `last - 1`, one each.

    The number of a patient follows from seed, name and the patient's place alone: it is the same
    however many others are drawn, and in whatever pieces.

    Source: counter-based generator Philox, Salmon et al. 2011, doi:10.1145/2063384.2063405; from
    uniform to normal by Box and Muller 1958, doi:10.1214/aoms/1177706645.
    """
    start, skipped = divmod(_EACH * first, _WORDS)
    key = hashlib.sha256(f"{seed}\n{name}".encode()).digest()[:16]
    words = np.random.Philox(counter=start, key=int.from_bytes(key, "little")).random_raw(
        skipped + _EACH * (last - first)
    )[skipped:].reshape(-1, _EACH)  # fmt: skip
    uniform = ((words >> np.uint64(11)).astype(np.float64) + 0.5) * _UNIT
    return np.sqrt(-2 * np.log(uniform[:, 0])) * np.cos(2 * np.pi * uniform[:, 1])


def varied(
    model: Model,
    rows: NDArray[np.float64],
    spread: Mapping[str, float],
    *,
    seed: int,
    first: int = 0,
) -> NDArray[np.float64]:
    """The rows (`"patients parameters"`) with some parameters drawn around their values there.

    Log-normal: the value in a row is the median, `spread` the coefficient of variation. What falls
    outside of a parameter's range is drawn again. `first` is the place of the first row among all
    patients.
    """
    drawn = rows.copy()
    for place, parameter in enumerate(model.parameters):
        cv = spread.get(parameter.name, 0.0)
        if cv > 0:
            drawn[:, place] = _around(parameter, rows[:, place], _sigma(cv), seed=seed, first=first)
    return drawn


def can_vary(parameter: Parameter, value: float) -> bool:
    """Whether there is something around a value: it is not 0, nor an end of its range."""
    return value not in {0.0, parameter.low, parameter.high}


def _sigma(cv: float) -> float:
    """The standard deviation of the logarithm."""
    # The square of a larger one leaves the numbers, and 1 is nothing beside it.
    return float(np.sqrt(np.log1p(cv**2) if cv < _LARGE else 2 * np.log(cv)))


def _around(
    parameter: Parameter, middle: NDArray[np.float64], sigma: float, *, seed: int, first: int
) -> NDArray[np.float64]:
    found = middle.copy()
    open_ = np.flatnonzero((middle >= parameter.low) & (middle <= parameter.high))
    for number in range(_ROUNDS):
        if not len(open_):
            break
        name = f"{parameter.name} {number}"
        reach = (first + int(open_[0]), first + int(open_[-1]) + 1)
        chance = normal_draws(seed, name, *reach)[open_ - open_[0]]
        with np.errstate(over="ignore"):
            found[open_] = middle[open_] * np.exp(sigma * chance)
        outside = (found[open_] < parameter.low) | (found[open_] > parameter.high)
        open_ = open_[outside]
    return found
