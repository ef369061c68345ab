"""What a person asks for: which lesions, where in which scan, and what to correct in the files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.lesions import (
    MAX_41,
    OverLiver,
    Region,
    Rule,
    region_around,
    region_between,
)
from reinfuse.imaging.lesions.body import find_body
from reinfuse.imaging.suv import Overrides
from reinfuse.imaging.volume import Floats, Volume

REACH_MM = 60.0  # from a seed, where nobody says how far
Point = tuple[float, float, float]
AnyRule = Rule | OverLiver


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedMask:
    """A mask that somebody drew: its file, from where the boxes lie, and its region by name.

    Without `roi` the file holds one region alone.
    """

    file: str
    roi: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a lesion is in one scan: a `box` of two corners, a `seed`, or both; xyz in mm.

    In LPS, or with `of_body` to the left of the body's middle, behind its front and above its lower
    end, as far as it was scanned. A seed alone reaches `reach_mm`. `rule` stands in place of the
    lesion's own. A `mask` on the PET stands in place of all these; one on the `ct` gives the size
    that Lugano asks for.
    """

    box: tuple[Point, Point] | None = None
    seed: Point | None = None
    reach_mm: float = REACH_MM
    of_body: bool = False
    rule: AnyRule | None = None
    mask: WantedMask | None = None
    ct: WantedMask | None = None

    @property
    def on_pet(self) -> bool:
        """Whether anything is to be drawn on the PET."""
        return self.box is not None or self.seed is not None or self.mask is not None

    def region(self, volume: Volume) -> Region:
        """The voxels that are meant; ReinfuseError where no body is seen to count from."""
        first = corner_of_body(volume) if self.of_body else np.zeros(3)
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
    `liver` and `mediastinum` are places of sound liver and blood, xyz in mm, in LPS or with
    `of_body` as those of a lesion. `resample` puts slices at irregular steps on even ones.
    """

    name: str
    folder: str
    day: int | None = None
    infusion: int | None = None
    overrides: Overrides = field(default_factory=Overrides)
    liver: Point | None = None
    mediastinum: Point | None = None
    of_body: bool = False
    resample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLesion:
    """One lesion by name and site, with its place in each scan where it is to be drawn.

    One that is not `accepted` by a person is kept, and not measured.
    """

    name: str
    site: str
    places: Mapping[str, Place]
    rule: AnyRule = MAX_41
    fill_holes: bool = False
    accepted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """Everything a boxes file says; `psf_mm` is the resolution as full width at half maximum.

    `folder` is where the file lies, from which masks are named; None where it is no file.
    """

    file: str = ""
    psf_mm: float | None = None
    scans: tuple[WantedScan, ...] = ()
    lesions: tuple[WantedLesion, ...] = ()
    folder: Path | None = None


def slug(text: str) -> str:
    """A name as ids are written."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or "lesion"


def corner_of_body(volume: Volume) -> Floats:
    """Where places of the body count from, `"xyz"` in LPS mm: middle, front and lower end.

    ReinfuseError where no body is seen.
    """
    body = find_body(volume)
    if body is None:
        raise ReinfuseError("no body is seen in the scan", fix="give places in LPS millimetres")
    return np.array([body.middle, body.front, body.bottom])
