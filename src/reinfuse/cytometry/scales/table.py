"""A scale's function as a table of cubics, many times quicker than finding a root per event.

It serves functions that are odd about zero and turn from a line into a logarithm. With
z = 1 + |x| / unit such a function is smooth on the measure of z itself, so every doubling of z is
cut into the same number of cells. Exponent and first bits of z, read as an integer, are the
number of the cell; the bits left over are the place inside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.cytometry.sample import Floats

CELL_BITS = 7  # 128 cells for a doubling: about 2e-12 of the scale, and small enough for a cache
CHUNK = 1 << 14  # values at a time, so that what is in between stays in the cache
MANTISSA_BITS = 52
ONE = 1023 << MANTISSA_BITS  # the bits of 1.0
NODES = np.array([0.0, 0.25, 0.75, 1.0])  # of a cell: Chebyshev points with both ends
LARGEST = 1e100  # no detector gives more; from here on a value is as good as infinite


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """`zero` + sign(x) g(|x|), where g is cubic in each cell.

    `coefficients` are `"powers cells"`, highest power first. `exact` is asked beyond the cells.
    """

    exact: Callable[[Floats], Floats]
    zero: float
    unit: float
    coefficients: Floats

    def forward(self, values: ArrayLike) -> Floats:
        """Values on the scale, of the same shape; nan stays nan and infinite values infinite."""
        given = np.asarray(values)
        flat = given.reshape(-1)
        placed = np.empty(flat.size)
        work = _Work.of(min(CHUNK, flat.size))
        for start in range(0, flat.size, CHUNK):
            part = slice(start, start + CHUNK)
            self._place(flat[part], placed[part], work)
        return placed.reshape(given.shape)

    def _place(self, given: NDArray[np.generic], placed: Floats, work: _Work) -> None:
        z, cell, term = work.z[: given.size], work.cell[: given.size], work.term[: given.size]
        np.abs(given, out=z)
        z /= self.unit
        z += 1.0
        bits = z.view(np.int64)
        np.right_shift(bits, MANTISSA_BITS - CELL_BITS, out=cell)
        cell -= 1023 << CELL_BITS
        bits &= (1 << (MANTISSA_BITS - CELL_BITS)) - 1
        bits |= ONE
        z -= 1.0  # now the place inside the cell, from 0 to 2 ** -CELL_BITS
        highest, *lower = self.coefficients
        np.take(highest, cell, out=placed, mode="clip")
        for power in lower:
            placed *= z
            placed += np.take(power, cell, out=term, mode="clip")
        np.copysign(placed, given, out=placed)
        placed += self.zero
        if int(cell.max(initial=0)) >= highest.size:
            far = np.flatnonzero(cell >= highest.size)
            placed[far] = _beyond(self.exact, given[far].astype(np.float64))


@dataclass(frozen=True, slots=True)
class _Work:
    """Room for a chunk, used again for every chunk."""

    z: Floats
    cell: NDArray[np.int64]
    term: Floats

    @classmethod
    def of(cls, size: int) -> _Work:
        return cls(np.empty(size), np.empty(size, dtype=np.int64), np.empty(size))


def tabled(exact: Callable[[Floats], Floats], *, unit: float, top: float) -> Table:
    """The table of an odd function `exact` from -4 `top` to 4 `top`.

    `unit` is the linear value at which the function begins to bend.
    """
    doublings = int(np.ceil(np.log2(1.0 + 4.0 * top / unit)))
    start = 1.0 + np.arange(1 << CELL_BITS) / (1 << CELL_BITS)
    lower = np.ldexp(start[None, :], np.arange(doublings)[:, None]).ravel()
    width = np.repeat(np.ldexp(1.0, np.arange(doublings) - CELL_BITS), 1 << CELL_BITS)
    nodes = lower + NODES[:, None] * width
    zero = float(exact(np.zeros(1))[0])
    heights = exact(((nodes - 1.0) * unit).ravel()).reshape(nodes.shape) - zero
    heights[0, 0] = 0.0
    powers = np.linalg.solve(np.vander(NODES), heights)
    powers *= np.ldexp(1.0, CELL_BITS * np.arange(len(NODES) - 1, -1, -1))[:, None]
    return Table(exact=exact, zero=zero, unit=unit, coefficients=np.ascontiguousarray(powers))


def _beyond(exact: Callable[[Floats], Floats], given: Floats) -> Floats:
    # A root is looked for only where there is one: no values but finite ones have a place.
    placed = np.copysign(np.inf, given)
    placed[np.isnan(given)] = np.nan
    sound = np.abs(given) <= LARGEST
    placed[sound] = exact(given[sound])
    return placed
