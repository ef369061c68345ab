"""One scan of the twin as volumes: uptake with resolution and noise, density, true masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.twin.anatomy import AIR_HU, body, couch
from reinfuse.imaging.twin.scans import NOISE, PSF_MM, Scan, Size
from reinfuse.imaging.twin.shapes import Form, Shape, box_of, filled, inside, posed
from reinfuse.imaging.volume import Grid, Volume

TRUE = Method(name="true outline of the digital twin")
LIVER_SUV = 2.2  # where `NOISE` is stated
CT_NOISE_HU = 12.0
GAS_POCKETS = 5
_SIGMA = float(1 / np.sqrt(8 * np.log(2)))
_GRAIN_MM = 2.5  # sigma of the noise of a reconstructed PET


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rendered:
    """A scan as volumes in SUV and Hounsfield units, with the lesions as they truly are.

    `shapes` are the lesions posed as the patient lay.
    """

    suv: Volume
    hu: Volume
    lesions: tuple[Delineated, ...]
    shapes: tuple[Shape, ...]


def render(scan: Scan, size: Size, rng: np.random.Generator) -> Rendered:
    """One scan of the twin.

    The PET is blurred to 6 mm and carries noise that grows with the square root of the uptake,
    10 % in the liver, in grains as of a reconstruction. Gas in the bowel lies elsewhere each time.
    """
    organs = (*body(scan.bladder, scan.bladder_suv), *_gas(rng), *scan.lesions)
    shapes = [posed(organ, scan.pose) for organ in organs]
    lesions = tuple(posed(lesion, scan.pose) for lesion in scan.lesions)
    return Rendered(
        suv=_pet(shapes, size.pet, rng),
        hu=_ct([couch(), *shapes], size.ct, rng),
        lesions=tuple(truly(lesion, size.pet) for lesion in lesions),
        shapes=lesions,
    )


def truly(lesion: Shape, grid: Grid) -> Delineated:
    """The voxels of a grid whose centres lie in a lesion."""
    box = box_of(lesion, grid)
    if box is None:
        empty = np.zeros((1, 1, 1), np.bool_)
        return Delineated(label=lesion.name, grid=grid, corner=(0, 0, 0), mask=empty, method=TRUE)
    z, y, x = (one.start for one in box)
    return Delineated(
        label=lesion.name,
        grid=grid,
        corner=(z, y, x),
        mask=inside(lesion, grid, box),
        method=TRUE,
    )


def blurred(values: NDArray[np.float32], grid: Grid, fwhm_mm: float) -> NDArray[np.float32]:
    """Values as seen with a resolution, the full width at half maximum of a Gaussian, mm."""
    from scipy.ndimage import gaussian_filter  # noqa: PLC0415 # heavy

    sigma = tuple(float(fwhm_mm * _SIGMA / step) for step in grid.spacing)
    return np.asarray(gaussian_filter(values, sigma, mode="nearest", truncate=3.0), np.float32)


def _pet(shapes: Sequence[Shape], grid: Grid, rng: np.random.Generator) -> Volume:
    values = np.zeros(grid.shape, np.float32)
    for shape in shapes:
        if shape.suv is not None:
            _paint(values, shape, grid, shape.suv)
    values = blurred(values, grid, PSF_MM)
    grains = rng.standard_normal(grid.shape, np.float32)
    grains = blurred(grains, grid, _GRAIN_MM / _SIGMA)
    grains /= np.float32(grains.std())
    values += np.float32(NOISE) * np.sqrt(values * np.float32(LIVER_SUV)) * grains
    return Volume(values=np.maximum(values, 0), grid=grid, unit="SUV")


def _ct(shapes: Sequence[Shape], grid: Grid, rng: np.random.Generator) -> Volume:
    values = np.full(grid.shape, AIR_HU, np.float32)
    for shape in shapes:
        if shape.hu is not None:
            _paint(values, shape, grid, shape.hu)
    values += np.float32(CT_NOISE_HU) * rng.standard_normal(grid.shape, np.float32)
    whole = np.asarray(np.rint(np.maximum(values, -1024)), np.float32)
    return Volume(values=whole, grid=grid, unit="HU")


def _paint(values: NDArray[np.float32], shape: Shape, grid: Grid, value: float) -> None:
    box = box_of(shape, grid)
    if box is None:
        return
    share = filled(shape, grid, box)
    there = values[box]
    there += share * (np.float32(value) - there)


def _gas(rng: np.random.Generator) -> list[Shape]:
    pocket = Shape(
        name="gas", centre=(0, 0, 0), half=(1, 1, 1), form=Form.ELLIPSOID, suv=0.4, hu=-850
    )
    found = []
    for _ in range(GAS_POCKETS):
        x, y, z = rng.uniform((-70, -75, -230), (90, -45, -100))
        a, b, c = rng.uniform(9, 22, 3)
        found.append(
            replace(
                pocket,
                centre=(float(x), float(y), float(z)),
                half=(float(a), float(b), float(c)),
            )
        )
    return found
