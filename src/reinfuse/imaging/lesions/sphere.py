"""What lies in a sphere of a volume: SUVpeak, and the liver as a reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.measures.peak import ONE_ML_MM
from reinfuse.imaging.volume import Floats, Grid, Mask, Volume

# A sphere in the right lobe. Source: PERCIST 1.0, doi:10.2967/jnumed.108.057307.
LIVER_DIAMETER_MM = 30.0
# With less of a sphere than this on the grid, its mean is not that of the place that was meant.
LEAST_SHARE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Mean and standard deviation of voxels whose centres lie in a sphere, in the volume's unit."""

    mean: float
    deviation: float
    voxels: int


def read_reference(
    volume: Volume, centre_mm: ArrayLike, *, diameter_mm: float = LIVER_DIAMETER_MM
) -> Reference:
    """What a sphere around a place, `"xyz"` in LPS mm, holds.

    The standard deviation is that of voxels, with n - 1. A sphere that leaves the scan, or that is
    too small for two voxels, is an error.
    """
    values = sphere_values(volume, centre_mm, diameter_mm / 2)
    # Counted on voxels that go on beyond the scan: how many a small sphere holds depends on how it
    # lies between them.
    wanted = _voxels_of(volume.grid, centre_mm, diameter_mm / 2)
    if len(values) < 2 or len(values) < LEAST_SHARE * wanted:  # noqa: PLR2004 - for an SD
        raise ReinfuseError(
            f"a sphere of {diameter_mm:g} mm holds {len(values)} of {wanted} voxels",
            fix="place it wholly inside the scan; a sphere is to be larger than a voxel",
        )
    deviation = float(np.std(values, ddof=1))
    return Reference(mean=float(values.mean()), deviation=deviation, voxels=len(values))


def sphere_values(volume: Volume, centre_mm: ArrayLike, radius_mm: float) -> Floats:
    """The finite values of voxels whose centres lie within a radius of a place in LPS mm."""
    centre = volume.grid.indices(centre_mm)
    low, high = (
        tuple(np.clip(end, 0, volume.grid.shape).tolist())
        for end in _window(volume.grid, centre, radius_mm)
    )
    inside = _inside(volume.grid, centre, low, high, radius_mm)
    place = tuple(slice(start, stop) for start, stop in zip(low, high, strict=True))
    values = volume.values[place][inside].astype(np.float64)
    return np.asarray(values[np.isfinite(values)], np.float64)


def peak_at(volume: Volume, index: tuple[int, int, int]) -> float:
    """SUVpeak at a voxel: the mean over 1 cm3 around its centre, voxels outside a lesion too."""
    values = sphere_values(volume, volume.grid.millimetres(index), ONE_ML_MM)
    return float(values.mean())


def _voxels_of(grid: Grid, centre_mm: ArrayLike, radius_mm: float) -> int:
    """How many voxels lie in a sphere where the grid has no end."""
    centre = grid.indices(centre_mm)
    low, high = _window(grid, centre, radius_mm)
    return int(np.count_nonzero(_inside(grid, centre, low, high, radius_mm)))


def _window(
    grid: Grid, centre: Floats, radius_mm: float
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Indices from and up to which the sphere may reach, also beyond the grid."""
    # A step of the index along one axis is at least this far, also where axes are not square.
    reach = radius_mm * np.linalg.norm(np.linalg.inv(grid.steps), axis=0)
    low, high = np.floor(centre - reach).astype(int), np.ceil(centre + reach).astype(int) + 1
    return tuple(low.tolist()), tuple(high.tolist())


def _inside(
    grid: Grid, centre: Floats, low: tuple[int, ...], high: tuple[int, ...], radius_mm: float
) -> Mask:
    axes = [np.arange(start, stop) for start, stop in zip(low, high, strict=True)]
    indices = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    away = (indices - centre) @ grid.steps
    within: Mask = np.einsum("...i,...i->...", away, away) <= radius_mm**2
    return within
