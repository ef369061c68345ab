"""Regions that were drawn as contours: DICOM RT structure sets.

Source: DICOM PS3.3 A.19, C.8.8.5 (Structure Set), C.8.8.6 (ROI Contour).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.dicom.refusal import refuse, tell
from reinfuse.imaging.dicom.sources import Source
from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.masks.opening import (
    Opened,
    coordinates,
    hashed,
    items,
    open_object,
    text,
    whole,
    without_identity,
)
from reinfuse.imaging.masks.placing import NoMask, trimmed
from reinfuse.imaging.masks.raster import NotOnTheseSlices, Raster, rasterise
from reinfuse.imaging.volume import Floats, Grid

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

STRUCTURES = "1.2.840.10008.5.1.4.1.1.481.3"
CLOSED = frozenset({"CLOSED_PLANAR", "CLOSEDPLANAR_XOR"})
FEWEST_POINTS = 3
ON_A_SLICE = 0.1  # slices
DRAWN = Method(name="contours of a structure set")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roi:
    """A region: `contours` are closed, each `"points xyz"` in mm, LPS.

    `others` counts what encloses nothing: points, open lines, contours of fewer than three points.
    """

    number: int
    name: str
    contours: tuple[Floats, ...] = field(repr=False)
    others: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structures:
    """The regions of a file, in its order. `frames` are hashes of its frames of reference."""

    where: str
    rois: tuple[Roi, ...]
    frames: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """What the regions are called."""
        return tuple(roi.name for roi in self.rois)

    def named(self, name: str) -> Roi:
        """The region of that name, or, where a number is named, of that number."""
        found = [roi for roi in self.rois if name in (roi.name, str(roi.number))]
        if len(found) == 1:
            return found[0]
        here = "; ".join(f"{roi.number}: {roi.name}" for roi in self.rois) or "none"
        raise ReinfuseError(
            f"{len(found)} regions are called {name!r}",
            where=self.where,
            fix=f"name one of these by name or number: {here}",
        )


def read_structures(file: Path | Source) -> Structures:
    """All regions of an RT structure set; ReinfuseError where the file cannot be read."""
    return structures_of(open_object(file))


def structures_of(opened: Opened) -> Structures:
    """All regions of an opened RT structure set."""
    header, name = opened.header, opened.name
    if opened.sop_class != STRUCTURES:
        raise refuse(
            name,
            "this is not an RT structure set",
            tag=0x00080016,
            fix="name the file of modality RTSTRUCT",
        )
    names: dict[int, str] = {}
    for item in items(header, "StructureSetROISequence", name):
        number = whole(item, "ROINumber", name)
        names[number] = without_identity(text(item, "ROIName"), f"ROI {number}", header)
    drawn: dict[int, tuple[list[Floats], int]] = {number: ([], 0) for number in names}
    for item in items(header, "ROIContourSequence", name):
        number = whole(item, "ReferencedROINumber", name)
        contours, others = drawn.get(number, ([], 0))
        more, lines = _contours(items(item, "ContourSequence", name), name)
        drawn[number] = ([*contours, *more], others + lines)
    frames = {
        hashed(text(item, "FrameOfReferenceUID"))
        for item in items(header, "ReferencedFrameOfReferenceSequence", name)
    }
    frames |= {
        hashed(text(item, "ReferencedFrameOfReferenceUID"))
        for item in items(header, "StructureSetROISequence", name)
    }
    return Structures(
        where=name,
        frames=frozenset(frames - {""}),
        rois=tuple(
            Roi(
                number=number,
                name=names.get(number, f"ROI {number}"),
                contours=tuple(contours),
                others=others,
            )
            for number, (contours, others) in drawn.items()
        ),
    )


def mask_of(roi: Roi, grid: Grid) -> Delineated | NoMask:
    """The voxels whose centres a region encloses; NoMask where it has none, or leans.

    Contours that leave the grid, lie between its slices or enclose nothing are told as findings.
    """
    if not roi.contours:
        return NoMask(label=roi.name, why="the region has no closed contour")
    try:
        raster = rasterise(roi.contours, grid)
    except NotOnTheseSlices as error:
        return NoMask(label=roi.name, why=error.what)
    corner, mask = trimmed(raster.corner, raster.mask)
    if mask.size == 0:
        return NoMask(label=roi.name, why="the region encloses no voxel centre of this series")
    return Delineated(
        label=roi.name,
        grid=grid,
        corner=corner,
        mask=mask,
        method=DRAWN,
        guards=tuple(_findings(roi, raster)),
    )


def _contours(sequence: list[Dataset], name: str) -> tuple[list[Floats], int]:
    closed: list[Floats] = []
    others = 0
    for item in sequence:
        points = coordinates(item, "ContourData", name)
        if len(points) % 3:
            raise refuse(name, f"{len(points)} numbers are not points of three", tag=0x30060050)
        kind = text(item, "ContourGeometricType")
        if kind in CLOSED and len(points) >= 3 * FEWEST_POINTS:
            closed.append(points.reshape(-1, 3))
        else:
            others += 1
    return closed, others


def _findings(roi: Roi, raster: Raster) -> list[Finding]:
    found = []
    if raster.cut:
        found.append(
            tell(
                Severity.CONTRADICTION,
                "contours-leave-the-grid",
                "contours lie partly outside the images; what is outside is not counted",
                where=f"ROI {roi.number}",
                fix="use the series that the contours were drawn on",
            )
        )
    if raster.off_slice > ON_A_SLICE or abs(raster.gap - 1) > ON_A_SLICE:
        found.append(
            tell(
                Severity.NOTE,
                "contours-between-slices",
                f"planes of contours lie {raster.gap:.2g} slices apart and up to "
                f"{raster.off_slice:.2g} slices off; each slice took the nearest plane",
                where=f"ROI {roi.number}",
            )
        )
    if roi.others:
        found.append(
            tell(
                Severity.NOTE,
                "contours-that-enclose-nothing",
                f"{roi.others} points or open lines were left out",
                where=f"ROI {roi.number}",
            )
        )
    return found
