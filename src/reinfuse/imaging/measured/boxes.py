"""What a person asks for: which lesions, where in which scan, and what to correct in the files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.lesions import MAX_41, Region, Rule, region_around, region_between
from reinfuse.imaging.lesions.body import find_body
from reinfuse.imaging.suv import Overrides
from reinfuse.imaging.volume import Floats, Volume

REACH_MM = 60.0  # from a seed, where nobody says how far
Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a lesion is in one scan: a `box` of two corners, a `seed`, or both; xyz in mm.

    In LPS, or with `of_body` to the left of the body's middle, behind its front and above its lower
    end, as far as it was scanned. A seed alone reaches `reach_mm`. `rule` stands in place of the
    lesion's own.
    """

    box: tuple[Point, Point] | None = None
    seed: Point | None = None
    reach_mm: float = REACH_MM
    of_body: bool = False
    rule: Rule | None = None

    def region(self, volume: Volume) -> Region:
        """The voxels that are meant; ReinfuseError where no body is seen to count from."""
        first = _corner(volume) if self.of_body else np.zeros(3)
        seed = None if self.seed is None else first + np.asarray(self.seed)
        if self.box is not None:
            low, high = (first + np.asarray(corner) for corner in self.box)
            return region_between(volume.grid, low, high, seed_mm=seed)
        if seed is None:
            raise ReinfuseError("a place has neither box nor seed", fix="give one of them")
        return region_around(volume.grid, seed, reach_mm=self.reach_mm)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedScan:
    """One time point: `folder` is the bare name of its folder or zip.

    `day` counts from the infusion of number `infusion`. `overrides` correct what the files say.
    """

    name: str
    folder: str
    day: int | None = None
    infusion: int | None = None
    overrides: Overrides = field(default_factory=Overrides)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLesion:
    """One lesion by name and site, with its place in each scan where it is to be drawn."""

    name: str
    site: str
    places: Mapping[str, Place]
    rule: Rule = MAX_41
    fill_holes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """Everything a boxes file says; `psf_mm` is the resolution as full width at half maximum."""

    file: str = ""
    psf_mm: float | None = None
    scans: tuple[WantedScan, ...] = ()
    lesions: tuple[WantedLesion, ...] = ()


def slug(text: str) -> str:
    """A name as ids are written."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or "lesion"


def _corner(volume: Volume) -> Floats:
    body = find_body(volume)
    if body is None:
        raise ReinfuseError("no body is seen in the scan", fix="give places in LPS millimetres")
    return np.array([body.middle, body.front, body.bottom])
