"""How hot a lesion is: maximum, mean, peaks, and total lesion glycolysis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.measures.peak import (
    IBSI_SPHERE,
    SHARED_SPHERE,
    TWELVE_MM_SPHERE,
    Sphere,
    means_at,
)
from reinfuse.imaging.measures.surface import inside_of
from reinfuse.imaging.volume import Floats, Mask, Volume

ROUNDING = 1e-6  # of a mean over voxels that are all alike
SPHERES = (IBSI_SPHERE, SHARED_SPHERE, TWELVE_MM_SPHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The mean over a sphere, in the unit of the volume.

    `local` is that about the hottest voxel, and the highest of them where several are as hot;
    `highest` is that of the best centre in the lesion. Voxels outside the lesion count in both.
    """

    sphere: Sphere
    local: float
    highest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Uptake:
    """What was taken up, in the unit of the volume; `tlg_ml` is mean x volume, in that unit x mL.

    `peak_local` and `peak_global` are those of `peaks[0]`, the 1 mL sphere of the Image Biomarker
    Standardisation Initiative. `hottest_mm` is where the maximum is, LPS.
    """

    unit: str
    max: float
    mean: float
    peaks: tuple[Peak, ...]
    tlg_ml: float
    hottest_mm: tuple[float, float, float]

    @property
    def peak_local(self) -> float:
        """The mean over 1 mL about the hottest voxel."""
        return self.peaks[0].local

    @property
    def peak_global(self) -> float:
        """The highest mean over 1 mL about a voxel of the lesion."""
        return self.peaks[0].highest

    @property
    def peak_from_outside(self) -> bool:
        """Whether SUVpeak is above SUVmax, which voxels beside the lesion alone can make it."""
        return self.peak_global > self.max * (1.0 + ROUNDING)

    @property
    def words(self) -> str:
        """The uptake as a report has it, SUVpeak being the highest over 1 mL."""
        return (
            f"max {self.max:.3g}, mean {self.mean:.3g}, peak {self.peak_global:.3g} "
            f"({self.peaks[0].sphere.name}), TLG {self.tlg_ml:.3g} {tlg_unit(self.unit)}"
        )


def tlg_unit(uptake: str) -> str:
    """The unit of mean uptake times volume: uptake is in g/mL, by body surface in cm2/mL."""
    return "cm2" if uptake.startswith("SUVbsa") else "g"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoUptake:
    """Why a lesion has no uptake."""

    reason: str


def uptake_of(volume: Volume, lesion: Delineated) -> Uptake | NoUptake:
    """The uptake of a lesion; none on CT."""
    if volume.unit == "HU":
        return NoUptake(reason="CT shows density and no uptake")
    mask, corner = inside_of(volume, lesion)
    place = tuple(slice(low, low + size) for low, size in zip(corner, mask.shape, strict=True))
    values = volume.values[place].astype(np.float64)
    inside = values[mask]
    hot = inside == inside.max()
    places = np.argwhere(mask) + corner
    x, y, z = volume.grid.millimetres(places[hot][0])
    return Uptake(
        unit=volume.unit,
        max=float(inside.max()),
        mean=float(inside.mean()),
        peaks=tuple(_peak(sphere, means_at(volume, places, sphere), hot) for sphere in SPHERES),
        tlg_ml=float(inside.sum() * volume.grid.voxel_ml),
        hottest_mm=(float(x), float(y), float(z)),
    )


def _peak(sphere: Sphere, means: Floats, hot: Mask) -> Peak:
    """Both peaks from the means about each voxel of the lesion; `hot` are the hottest ones."""
    return Peak(sphere=sphere, local=float(means[hot].max()), highest=float(means.max()))
