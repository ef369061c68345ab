"""Cells that divide and die one by one, clone by clone: an exact simulation in plain NumPy.

Nothing of it comes from the mechanism or from Kendall's formula. Waiting times are drawn at the
highest rate there can be, and a death is thinned by how far the rate of that moment is below it
(Lewis and Shedler 1979, doi:10.1002/nav.3800260304), so that no step of time is too long.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def cells_of_clones(
    first: NDArray[np.int64],
    birth: float,
    death: Callable[[Floats], Floats],
    most: float,
    begin: Floats,
    end: float,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Cells at `end` of clones with `first` cells at `begin`, both `"clones"`.

    `death` is a rate over time, at most `most`.
    """
    cells, now = first.copy(), begin.copy()
    open_ = np.flatnonzero(cells > 0)
    while len(open_):
        now[open_] += rng.exponential(1 / ((birth + most) * cells[open_]))
        open_ = open_[now[open_] < end]
        mark = rng.uniform(0, birth + most, len(open_))
        cells[open_] += mark < birth
        cells[open_] -= (mark >= birth) & (mark < birth + death(now[open_]))
        open_ = open_[cells[open_] > 0]
    return cells


def arrivals(
    clones: int, rate: Callable[[Floats], Floats], most: float, begin: float, end: float,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], Floats]:  # fmt: skip
    """Cells that join clones one by one, at `rate`: which clone, and when, both `"cells"`."""
    count = rng.poisson(most * (end - begin), clones)
    whose = np.repeat(np.arange(clones), count)
    when = rng.uniform(begin, end, len(whose))
    kept = rng.uniform(0, most, len(whose)) < rate(when)
    return whose[kept], when[kept]
