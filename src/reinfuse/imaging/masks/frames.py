"""Where the frames of a multi-frame object lie, as one grid.

Source: DICOM PS3.3 C.7.6.16.2 (functional group macros).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reinfuse.imaging.dicom.refusal import refuse
from reinfuse.imaging.masks.opening import Opened, items, numbers, text, whole
from reinfuse.imaging.volume import Floats, Grid

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

MOST_FRAMES = 100_000
MOST_SLICES = 10_000
UNEVEN = 0.25  # slices by which a frame may be off its place
SAME = 0.01  # mm
ONE_STACK = "save each orientation or stack as a segmentation of its own"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frames:
    """Frames of `rows` and `columns` on one grid.

    `heights` are indices of slices and `segments` numbers of segments (0 where none is named),
    both in the order of the frames.
    """

    grid: Grid
    rows: int
    columns: int
    heights: tuple[int, ...]
    segments: tuple[int, ...]


def frames_of(opened: Opened) -> Frames:
    """All frames; refused where they are not one stack of evenly spaced parallel slices."""
    name, header = opened.name, opened.header
    rows, columns = whole(header, "Rows", name), whole(header, "Columns", name)
    count = whole(header, "NumberOfFrames", name)
    each = items(header, "PerFrameFunctionalGroupsSequence", name)
    if count != len(each) or count > MOST_FRAMES:
        raise refuse(name, f"{count} frames are announced and {len(each)} described",
                     tag=0x00280008)  # fmt: skip
    shared = items(header, "SharedFunctionalGroupsSequence", name)
    groups = [_Groups(frame, shared[0] if shared else None, name) for frame in each]
    along, across, spacing = _plane(groups, name)
    positions = np.asarray([one.numbers("PlanePositionSequence", "ImagePositionPatient", 3)
                            for one in groups])  # fmt: skip
    normal = np.cross(along, across)
    heights = positions @ normal
    step = _step(heights, groups[0])
    places = (heights - heights.min()) / step
    order = np.round(places)
    base = positions[int(np.argmin(heights))]
    aside = positions - base - np.outer(heights - heights.min(), normal)
    if np.abs(places - order).max() > UNEVEN or order.max() > MOST_SLICES:
        raise refuse(name, f"the frames are not {step:.4g} mm apart throughout",
                     tag=0x00200032, fix=ONE_STACK)  # fmt: skip
    if np.abs(aside).max() > max(SAME, 0.05 * float(spacing.min())):
        raise refuse(name, "the frames do not lie upright on each other", tag=0x00200032,
                     fix=ONE_STACK)  # fmt: skip
    # The mean way between slices, so that many uneven ones do not add up.
    if order.max() > 0:
        step = float((heights.max() - heights.min()) / order.max())
    grid = Grid(
        shape=(int(order.max()) + 1, rows, columns),
        origin=base,
        steps=np.stack([normal * step, across * spacing[0], along * spacing[1]]),
    )
    return Frames(
        grid=grid,
        rows=rows,
        columns=columns,
        heights=tuple(int(one) for one in order),
        segments=tuple(one.segment() for one in groups),
    )


@dataclass(frozen=True, slots=True)
class _Groups:
    """The functional groups of a frame, and those it shares with all others."""

    own: Dataset
    shared: Dataset | None
    name: str

    def item(self, sequence: str) -> Dataset | None:
        """The first item of a group, of the frame or of all frames."""
        for group in (self.own, self.shared):
            found = items(group, sequence, self.name) if group is not None else []
            if found:
                return found[0]
        return None

    def numbers(self, sequence: str, keyword: str, count: int) -> Floats:
        """Numbers of a group that every frame must have."""
        item = self.item(sequence)
        if item is None:
            raise refuse(self.name, f"a frame has no {sequence}", tag=0x52009230)
        return numbers(item, keyword, self.name, count)

    def segment(self) -> int:
        """The segment that the frame shows, 0 where none is named."""
        item = self.item("SegmentIdentificationSequence")
        return 0 if item is None else whole(item, "ReferencedSegmentNumber", self.name)


def _plane(groups: list[_Groups], name: str) -> tuple[Floats, Floats, Floats]:
    """Ways along a row and from row to row, and the spacing of rows and columns, mm."""
    orientations = np.asarray([
        one.numbers("PlaneOrientationSequence", "ImageOrientationPatient", 6) for one in groups
    ])  # fmt: skip
    spacings = np.asarray([
        one.numbers("PixelMeasuresSequence", "PixelSpacing", 2) for one in groups
    ])  # fmt: skip
    if np.ptp(orientations, axis=0).max() > 1e-4 or np.ptp(spacings, axis=0).max() > 1e-4:  # noqa: PLR2004 - rounding of decimal strings
        raise refuse(name, "frames have different orientations or spacings", tag=0x00200037,
                     fix=ONE_STACK)  # fmt: skip
    along, across = orientations[0, :3], orientations[0, 3:]
    lengths = np.asarray([np.linalg.norm(along), np.linalg.norm(across), 1 + along @ across])
    if np.abs(lengths - 1).max() > 1e-3:  # noqa: PLR2004 - rounding of decimal strings
        raise refuse(name, "rows and columns are not at right angles", tag=0x00200037)
    if spacings[0].min() <= 0:
        raise refuse(name, "the spacing is not above zero", tag=0x00280030)
    return along, across, spacings[0]


def _step(heights: Floats, groups: _Groups) -> float:
    """Millimetres between slices: as written, or the smallest way between frames."""
    measures = groups.item("PixelMeasuresSequence")
    ways = np.diff(np.unique(np.round(heights, 3)))
    for keyword in ("SpacingBetweenSlices", "SliceThickness"):
        if keyword == "SliceThickness" and len(ways):
            return float(ways.min())
        if measures is not None and text(measures, keyword):
            step = abs(float(numbers(measures, keyword, groups.name, 1)[0]))
            if step > 0:
                return step
    return float(ways.min()) if len(ways) else 1.0
