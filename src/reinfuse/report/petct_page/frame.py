"""How large pictures are: all scans to one scale, so that they can be held beside each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reinfuse.imaging.pictures import Mark, Raster, ScanPicture
from reinfuse.report.forecast.sheet import TINY_PX, WIDTH_PX, Point
from reinfuse.report.timeline.paper import text_width

NARROWEST_PX, WIDEST_PX = 34.0, 108.0  # of a margin beside a picture, for names
BESIDE_PX = 12.0  # of it, for the end of an arrow
HIGHEST_PX = 460.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Pixels to a millimetre, the margins, and the room that the highest picture of all takes."""

    px_per_mm: float
    left: float
    right: float
    height: float

    @property
    def middle(self) -> float:
        """Of the room between the margins."""
        return (self.left + WIDTH_PX - self.right) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A raster on its sheet: its upper left corner and its frame, in pixels."""

    raster: Raster
    frame: Frame
    left: float
    top: float

    @property
    def width(self) -> float:
        """Of the picture."""
        return self.raster.wide_mm * self.frame.px_per_mm

    @property
    def height(self) -> float:
        """Of the picture."""
        return self.raster.high_mm * self.frame.px_per_mm

    def at(self, point: Point) -> Point:
        """The pixel of a place in the patient, x and z in mm."""
        half = self.raster.mm / 2  # the edge lies half a step before the first centre
        return (
            self.left + (point[0] - self.raster.left_mm + half) * self.frame.px_per_mm,
            self.top + (self.raster.top_mm - point[1] + half) * self.frame.px_per_mm,
        )


def frame_of(scans: Iterable[ScanPicture]) -> Frame:
    """The frame in which the widest and the highest picture of all scans fit, with their names."""
    views = [view for scan in scans for view in scan.views]
    sides = {True: NARROWEST_PX, False: NARROWEST_PX}
    for view in views:
        for mark in view.marks:
            side = lies_left(mark, view.uptake)
            sides[side] = max(sides[side], _needed(mark))
    widest = max(view.uptake.wide_mm for view in views)
    highest = max(view.uptake.high_mm for view in views)
    room = WIDTH_PX - sides[True] - sides[False]
    scale = min(room / widest, HIGHEST_PX / highest)
    return Frame(px_per_mm=scale, left=sides[True], right=sides[False], height=highest * scale)


def lies_left(mark: Mark, raster: Raster) -> bool:
    """Whether a lesion lies in the left half of a picture, the right one of the patient."""
    return mark.at[0] < raster.left_mm + (raster.wide_mm - raster.mm) / 2


def placed_in(frame: Frame, raster: Raster, top: float) -> Placed:
    """A raster between the margins of its sheet, below `top`."""
    left = frame.middle - raster.wide_mm * frame.px_per_mm / 2
    return Placed(raster=raster, frame=frame, left=left, top=top)


def _needed(mark: Mark) -> float:
    """For the longest word, and for a number behind its word."""
    names = [text_width(one, TINY_PX, bold=True) for one in mark.lesion.split()]
    first = " ".join(mark.words.split()[:2])
    return min(BESIDE_PX + max([*names, text_width(first, TINY_PX)]), WIDEST_PX)
