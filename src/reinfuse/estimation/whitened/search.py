"""The likeliest latents from many starts: which agree, and whether there is a second mode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.whitened.climb import Climbs, End, climb, height_of
from reinfuse.estimation.whitened.counted import Counted

_BETWEEN = np.linspace(0.0, 1.0, 8)[1:-1]  # where the way between two ends is looked at
_DIP = 1.0  # nats that the way must fall below the lower end for the ends to be two modes
_BEST = 2
_COUNTING = 0.05  # share of the draws that count where starts are chosen by chance
_HALVINGS = 40
_HOPELESS = 15.0  # nats below the best at which a mode holds nothing worth drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """Prior draws (`"draws latents"`) and their log likelihoods; the first is at zero."""

    z: NDArray[np.float64]
    log_likelihood: NDArray[np.float64]


def screen(counted: Counted, rng: np.random.Generator, draws: int) -> Screened:
    """So many prior draws, looked at."""
    z = rng.standard_normal((draws, len(counted.problem.names)))
    z[0] = 0.0
    return Screened(z=z, log_likelihood=counted.values(z))


@dataclass(frozen=True, slots=True, kw_only=True)
class StartEnd:
    """Where one start ended, how, and at which of the modes.

    `mode` is `None` for a start that ended far below all modes or was stopped on its way.
    """

    z: NDArray[np.float64]
    log_likelihood: float
    height: float
    end: End
    mode: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """A summit, or (`end`) where a climb stuck below one.

    `height` is the log likelihood less half the squared length of the latents; `curvature`
    (`"latents latents"`) is as the climb knows it; `starts` counts who ended here.
    """

    z: NDArray[np.float64]
    log_likelihood: float
    height: float
    curvature: NDArray[np.float64]
    starts: int
    end: End


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Every start's end and the modes found, the highest first; empty where all is impossible."""

    ends: tuple[StartEnd, ...]
    modes: tuple[Mode, ...]
    screened: int  # prior draws looked at
    possible: int  # of them, that can explain the data at all

    @property
    def agree(self) -> int:
        """Starts that ended at the highest mode."""
        return self.modes[0].starts if self.modes else 0

    @property
    def second(self) -> Mode | None:
        """The next summit that could hold more than a trace of the posterior.

        A climb that stuck on its way is no proof of a second one, though walkers begin there too.
        """
        return next((mode for mode in self.modes[1:] if mode.end is End.SUMMIT), None)


def search(
    counted: Counted,
    rng: np.random.Generator,
    screened: Screened,
    *,
    starts: int,
    most_rounds: int,
) -> Search:
    """Climbs from some of the prior draws, and what they found."""
    begin = _starts(screened, rng, starts)
    count, possible = len(screened.z), int(np.isfinite(screened.log_likelihood).sum())
    if not len(begin):
        return Search(ends=(), modes=(), screened=count, possible=possible)
    climbs = climb(counted, screened.z[begin], most_rounds=most_rounds)
    belongs = _gathered(counted, climbs)
    return Search(
        ends=_ends(climbs, belongs),
        modes=_modes(climbs, belongs),
        screened=count,
        possible=possible,
    )


def _starts(screened: Screened, rng: np.random.Generator, starts: int) -> NDArray[np.int64]:
    """The two best draws, and others by chance under a likelihood so weakened that many count.

    The best alone would often sit on one peak, and a second peak would not be found.
    """
    log_likelihood = screened.log_likelihood
    order = np.argsort(-log_likelihood, kind="stable")
    order = order[np.isfinite(log_likelihood[order])]
    best, others = order[:_BEST], order[_BEST:]
    wanted = min(starts - len(best), len(others))
    if wanted <= 0:
        return best[:starts]
    weights = weakened(log_likelihood[others], _COUNTING * len(others))
    # Gumbel's trick: draws without replacement, and none is too light to be drawn at all.
    keys = np.log(weights + 1e-300) + rng.gumbel(size=len(others))
    return np.concatenate([best, others[np.argsort(-keys)[:wanted]]])


def weakened(log_likelihood: NDArray[np.float64], effective: float) -> NDArray[np.float64]:
    """Weights by a power of the likelihood, so small that so many draws count effectively."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        weights = np.exp(middle * (log_likelihood - log_likelihood.max()))
        enough = weights.sum() ** 2 / (weights @ weights) >= effective
        low, high = (middle, high) if enough else (low, middle)
    weights = np.exp(low * (log_likelihood - log_likelihood.max()))
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _gathered(counted: Counted, climbs: Climbs) -> NDArray[np.int64]:
    """The mode of each climb, numbered from the highest; -1 for one that is not of any.

    Two ends are one mode when the straight way between them never dips. The highest end founds
    the first mode whatever its ending; lower ones found another from a summit or a wall.
    """
    order = np.argsort(-climbs.height, kind="stable")
    belongs = np.full(len(order), -1, dtype=np.int64)
    founders: list[int] = []
    for at in order:
        if climbs.height[at] < climbs.height[order[0]] - _HOPELESS:
            continue
        same = _first_without_dip(counted, climbs, founders, int(at))
        if same is not None:
            belongs[at] = same
        elif not founders or climbs.ends[at] in (End.SUMMIT, End.WALL):
            belongs[at] = len(founders)
            founders.append(int(at))
    return belongs


def _first_without_dip(
    counted: Counted, climbs: Climbs, founders: list[int], at: int
) -> int | None:
    if not founders:
        return None
    heads = climbs.z[founders]
    way = climbs.z[at] + _BETWEEN[None, :, None] * (heads[:, None, :] - climbs.z[at])
    found = counted.values(way.reshape(-1, way.shape[2])).reshape(way.shape[:2])
    lowest = height_of(way, found).min(axis=1)
    joined = np.flatnonzero(lowest >= climbs.height[at] - _DIP)
    return int(joined[0]) if joined.size else None


def _ends(climbs: Climbs, belongs: NDArray[np.int64]) -> tuple[StartEnd, ...]:
    return tuple(
        StartEnd(
            z=climbs.z[at],
            log_likelihood=float(climbs.log_likelihood[at]),
            height=float(climbs.height[at]),
            end=climbs.ends[at],
            mode=None if mode < 0 else int(mode),
        )
        for at, mode in enumerate(belongs)
    )


def _modes(climbs: Climbs, belongs: NDArray[np.int64]) -> tuple[Mode, ...]:
    modes = []
    for number in range(int(belongs.max()) + 1):
        members = np.flatnonzero(belongs == number)
        best = members[climbs.height[members].argmax()]
        modes.append(
            Mode(
                z=climbs.z[best],
                log_likelihood=float(climbs.log_likelihood[best]),
                height=float(climbs.height[best]),
                curvature=climbs.curvature[best],
                starts=len(members),
                end=climbs.ends[best],
            )
        )
    return tuple(modes)
