"""A lesion as a mask: where it is, how its border was drawn, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.errors import Finding
from reinfuse.imaging.volume import Grid, Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How a border was drawn: `name` such as `41 % of SUVmax`, and the threshold in SUV.

    `threshold` is None for a mask that was drawn by hand or read from a file.
    """

    name: str
    threshold: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Delineated:
    """One lesion at one time point: a mask on the voxels `corner` to `corner + mask.shape`.

    `grid` is that of the whole volume. `guards` are the leak guards that tripped, as findings.
    """

    label: str
    grid: Grid
    corner: tuple[int, int, int]
    mask: Mask
    method: Method
    guards: tuple[Finding, ...] = ()

    @property
    def voxels(self) -> int:
        """How many voxels the mask holds."""
        return int(np.count_nonzero(self.mask))

    @property
    def whole(self) -> Mask:
        """The mask on the whole grid, `"z y x"`."""
        found = np.zeros(self.grid.shape, dtype=np.bool_)
        place = tuple(
            slice(low, low + size) for low, size in zip(self.corner, self.mask.shape, strict=True)
        )
        found[place] = self.mask
        return found
