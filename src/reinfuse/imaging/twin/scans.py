"""The three invented scans of the twin: when, how the patient lay, and what the lesions were."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.twin.shapes import Pose, Shape, turned
from reinfuse.imaging.volume import Grid

PSF_MM = 6.0  # full width at half maximum
NOISE = 0.10  # coefficient of variation in liver
WEIGHT_KG, HEIGHT_M, SEX, AGE = 54.0, 1.58, "F", "062Y"
HALF_LIFE_S = 6586.2  # 18F
MASS_HU = 48.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One PET/CT: `day` counts from the infusion, `lesions` lie in the body before `pose`."""

    name: str
    day: int
    date: str  # DICOM date, invented
    pose: Pose
    lesions: tuple[Shape, ...]
    dose_mbq: float
    uptake_min: float
    bladder: float
    bladder_suv: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The grids of one size of the twin: voxels (slices, rows, columns), spacing and middle, mm."""

    middle: tuple[float, float, float]
    pet_shape: tuple[int, int, int]
    pet_mm: tuple[float, float, float]
    ct_shape: tuple[int, int, int]
    ct_mm: tuple[float, float, float]

    @property
    def pet(self) -> Grid:
        """The voxels of the PET."""
        return _grid(self.pet_shape, self.pet_mm, self.middle)

    @property
    def ct(self) -> Grid:
        """The voxels of the CT."""
        return _grid(self.ct_shape, self.ct_mm, self.middle)


# The small size stops below the neck: the brain is in the full size alone.
SIZES = MappingProxyType(
    {
        "small": Size(
            middle=(0.0, 10.0, -58.0),
            pet_shape=(96, 64, 64),
            pet_mm=(6.0, 6.0, 6.0),
            ct_shape=(96, 128, 128),
            ct_mm=(6.0, 3.0, 3.0),
        ),
        "full": Size(
            middle=(0.0, 10.0, 0.0),
            pet_shape=(300, 168, 168),
            pet_mm=(3.0, 4.07, 4.07),
            ct_shape=(300, 512, 512),
            ct_mm=(3.0, 1.367, 1.367),
        ),
    }
)


def size_named(name: str) -> Size:
    """The grids of `small` or `full`."""
    if name not in SIZES:
        raise ReinfuseError(f"the twin has no size {name!r}", fix=f"use one of: {', '.join(SIZES)}")
    return SIZES[name]


def founding_scans() -> tuple[Scan, ...]:
    """The course of the founding case: two masses, smaller at one month, gone at three.

    The axes of the first scan are those of the report; all else, uptake and sizes at one month
    included, is invented.
    """
    before = (
        _mass("retroperitoneum", (35.0, 47.0, 126.0), 12.0),
        _mass("pelvis", (25.0, 43.0, 88.0), 9.0),
    )
    month = (
        _mass("retroperitoneum", (20.0, 27.0, 66.0), 5.5),
        _mass("pelvis", (16.0, 24.0, 46.0), 4.5),
    )
    return (
        _scan("before", -12, "20010103", Pose(), before, (310.0, 62.0, 1.0, 22.0)),
        _scan(
            "month-1",
            30,
            "20010214",
            Pose(shift_mm=(9.0, -4.0, 17.0), turn_deg=(1.5, -2.0, 3.0), pivot=(0.0, 0.0, -50.0)),
            month,
            (295.0, 68.0, 0.8, 28.0),
        ),
        _scan(
            "month-3",
            92,
            "20010417",
            Pose(shift_mm=(-13.0, 5.0, -11.0), turn_deg=(-2.0, 1.0, -4.0), pivot=(0.0, 0.0, -50.0)),
            (),
            (322.0, 59.0, 1.1, 18.0),
        ),
    )


_PLACES = {
    "retroperitoneum": ((-46.0, 26.0, -178.0), turned(12.0, 14.0, 20.0)),
    "pelvis": ((66.0, 16.0, -262.0), turned(-10.0, 8.0, -18.0)),
}


def _mass(name: str, axes_mm: tuple[float, float, float], suv: float) -> Shape:
    centre, turn = _PLACES[name]
    short, middle, long = axes_mm
    return Shape(
        name=name,
        centre=centre,
        half=(short / 2, middle / 2, long / 2),
        suv=suv,
        hu=MASS_HU,
        axes=np.asarray(turn.T),
    )


def _scan(
    name: str,
    day: int,
    date: str,
    pose: Pose,
    lesions: tuple[Shape, ...],
    rest: tuple[float, float, float, float],
) -> Scan:
    dose, uptake, bladder, bladder_suv = rest
    return Scan(
        name=name,
        day=day,
        date=date,
        pose=pose,
        lesions=lesions,
        dose_mbq=dose,
        uptake_min=uptake,
        bladder=bladder,
        bladder_suv=bladder_suv,
    )


def _grid(
    shape: tuple[int, int, int], mm: tuple[float, float, float], middle: tuple[float, float, float]
) -> Grid:
    slices, rows, columns = mm
    steps = np.array([[0.0, 0.0, slices], [0.0, rows, 0.0], [columns, 0.0, 0.0]])
    first = np.asarray(middle) - ((np.asarray(shape) - 1) / 2) @ steps
    return Grid(shape=shape, origin=first, steps=steps)
