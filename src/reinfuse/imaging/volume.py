"""Voxels in the patient: values on a grid whose place in millimetres is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.errors import ReinfuseError

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """Where voxels lie: `shape` is (slices, rows, columns), like the arrays on it, `"z y x"`.

    `origin` is the centre of voxel (0, 0, 0) and `steps`, `"3 3"`, the way in mm from a voxel to
    the next: row 0 from slice to slice, row 1 from row to row, row 2 from column to column. All in
    LPS: x to the patient's left, y to the back, z to the head (DICOM PS3.3 C.7.6.2.1.1).
    """

    shape: tuple[int, int, int]
    origin: Floats
    steps: Floats

    @property
    def spacing(self) -> Floats:
        """Millimetres from slice to slice, row to row, column to column."""
        return np.asarray(np.linalg.norm(self.steps, axis=1), np.float64)

    @property
    def voxel_ml(self) -> float:
        """Volume of a voxel, mL."""
        return float(abs(np.linalg.det(self.steps)) / 1000.0)

    def millimetres(self, indices: ArrayLike) -> Floats:
        """Places, `"... xyz"`, of indices `"... zyx"`, which may lie between voxels."""
        return np.asarray(np.asarray(indices, np.float64) @ self.steps + self.origin, np.float64)

    def indices(self, millimetres: ArrayLike) -> Floats:
        """Indices `"... zyx"`, between voxels, of places `"... xyz"`."""
        away = np.asarray(millimetres, np.float64) - self.origin
        return np.asarray(away @ np.linalg.inv(self.steps), np.float64)

    def same_as(self, other: Grid, within: float = 0.01) -> bool:
        """Whether both have the same voxels, to `within` mm."""
        return (
            self.shape == other.shape
            and bool(np.allclose(self.origin, other.origin, atol=within))
            and bool(np.allclose(self.steps, other.steps, atol=within / max(self.shape)))
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Volume:
    """Values on a grid, float32: SUV, SUL, Bq/mL or Hounsfield units, as `unit` says.

    `per_suvbw` is what an SUV by body weight of 1 is in the unit, where uptake is by another size
    and that is known.
    """

    values: NDArray[np.float32]
    grid: Grid
    unit: str
    per_suvbw: float | None = None

    @property
    def is_uptake(self) -> bool:
        """Whether values are uptake per dose and size, by whatever size: SUV, or SUL by lean mass.

        Every normaliser has a name that begins so, and no other unit does.
        """
        return self._kind.startswith(("SUV", "SUL"))

    @property
    def by_body_weight(self) -> bool:
        """Whether values are SUV by body weight."""
        return self._kind in ("SUV", "SUVbw")

    @property
    def short_unit(self) -> str:
        """The unit before a number: `SUV` by body weight, `SUL` by any lean mass, else as it is."""
        if self.by_body_weight:
            return "SUV"
        return "SUL" if self._kind.startswith(("SUL", "SUVlbm")) else self._kind

    @property
    def _kind(self) -> str:
        """The unit, without what UCUM writes before its braces."""
        return self.unit.partition("{")[2].removesuffix("}") or self.unit

    def from_suvbw(self, suv: float) -> float:
        """An SUV by body weight in the unit of the volume; ReinfuseError where that is not known.

        For another unit it is rounded to single precision, as the values are.
        """
        if self.by_body_weight:
            return suv
        if self.per_suvbw is None:
            raise ReinfuseError(
                f"what SUVbw {suv:g} is in {self.unit} is not known",
                fix="measure in SUV by body weight, or take a share of the maximum",
            )
        return float(np.float32(suv * self.per_suvbw))
