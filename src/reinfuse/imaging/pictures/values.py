"""Pictures of scans as numbers: shades on a plane in the patient, and where lesions lie on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

LEVELS = 64  # shades from the low end of a window to its high end: more are not told apart
Levels = NDArray[np.uint8]
Point = tuple[float, float]  # x to the patient's left, z to the head, mm


class Kind(StrEnum):
    """How a picture looks through the patient."""

    PROJECTION = "maximum-intensity projection"
    CORONAL = "coronal slice"


class Seen(StrEnum):
    """What a mark stands for."""

    DRAWN = "drawn"
    LEFT = "not drawn"  # the place where a lesion lay; never "gone"
    CANDIDATE = "candidate"  # nobody has accepted it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Raster:
    """Shades 0 to 63, `"rows columns"`: the head above, the patient's left on the right.

    `left_mm` and `top_mm` are x and z of the centre of the first shade, and `mm` is the way from
    one to the next, in both directions.
    """

    levels: Levels
    mm: float
    left_mm: float
    top_mm: float

    @property
    def wide_mm(self) -> float:
        """From the left edge to the right."""
        return self.mm * float(self.levels.shape[1])

    @property
    def high_mm(self) -> float:
        """From the upper edge to the lower."""
        return self.mm * float(self.levels.shape[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One lesion in a picture: `at` is a place in it, `outlines` are closed lines around it.

    `words` say its uptake, such as `SUVmax 12.4` or `SUVmax left 1.1`.
    """

    lesion: str
    seen: Seen
    at: Point
    outlines: tuple[tuple[Point, ...], ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """One picture; `depth_mm` is y of a slice, LPS, and None for a projection.

    `uptake` spans 0 to the `high` of its scan, `ct` -160 to 240 HU; None where no CT was read.
    """

    kind: Kind
    depth_mm: float | None
    uptake: Raster
    ct: Raster | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScanPicture:
    """One time point: a projection, then coronal slices through its lesions.

    `high` is the uptake, in `unit`, from which everything has the last shade; it is the same in all
    scans. `sha256` is that of the PET. `synthetic` says that the files call themselves so.
    """

    scan: str
    day: int
    infusion: int | None
    sha256: str
    unit: str
    high: float
    views: tuple[View, ...]
    synthetic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LookNumbers:
    """The numbers of one look at one lesion; None is what was not measured.

    Lengths in mm (`axes_mm` short to long), volumes in mL, uptake in the unit of the scan, `tlg_ml`
    in that unit x mL. `suv_max_left` is what is left in the place of a lesion that is not drawn;
    `earlier` says that the scan is older than the lesion. `ct_mm` is LDi and SDi on CT. `guards`
    are the rules of its findings.
    """

    lesion: str
    site: str
    scan: str
    day: int
    state: str
    words: str
    earlier: bool
    trend: str | None
    axes_mm: tuple[float, float, float] | None
    volume_ml: float | None
    volume_interval_ml: tuple[float, float] | None
    suv_max: float | None
    suv_mean: float | None
    suv_peak: float | None
    tlg_ml: float | None
    suv_max_left: float | None
    ct_mm: tuple[float, float] | None
    method: str | None
    threshold: float | None
    guards: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figures:
    """All pictures of a patient and the numbers of every look, for pages that see no DICOM.

    `days_from` is what days count from, such as `infusion 1` or `the first scan`.
    """

    days_from: str
    unit: str
    scans: tuple[ScanPicture, ...]
    looks: tuple[LookNumbers, ...]
