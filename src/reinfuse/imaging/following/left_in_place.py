"""What uptake a scan shows where a lesion lay that is no longer drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.volume import Mask, Volume

SHELL_MM = (10.0, 20.0)  # as of a lesion's background elsewhere in this room
ABOVE_BACKGROUND = 1.5  # SUVmax over background from which uptake is called left (ours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Uptake within an outline that was carried over, in the volume's unit, `unit` in short.

    `background` is the median 10 to 20 mm around it, None where nothing was scanned there.
    `voxels` were measured; voxels of lesions that are drawn at this time are left out of both.
    `at_border` says that the hottest voxel lies on the outline, `climbs_out` that it touches a
    hotter one outside: noise has its summit in the place, what spills in has it elsewhere.
    """

    max: float
    mean: float
    background: float | None
    voxels: int
    at_border: bool
    unit: str = "SUV"
    climbs_out: bool = False

    @property
    def may_be_neighbours(self) -> bool:
        """Whether the highest uptake climbs on outside, and is high enough to be called left."""
        return self.climbs_out and (self.ratio is None or self.ratio >= ABOVE_BACKGROUND)

    @property
    def ratio(self) -> float | None:
        """The highest uptake over the background; None without a background."""
        return self.max / self.background if self.background else None

    @property
    def words(self) -> str:
        """Such as `SUVmax 1.8 left in its place (SUVmean 1.1, background 0.9, ratio 2.0)`."""
        around = "" if self.ratio is None else f", background {self.background:.1f}"
        times = "" if self.ratio is None else f", ratio {self.ratio:.1f}"
        return (
            f"{self.unit}max {self.max:.1f} left in its place "
            f"({self.unit}mean {self.mean:.1f}{around}{times})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingLeft:
    """Why nothing could be measured in a lesion's place."""

    why: str


def measure_left(
    volume: Volume, outline: Delineated, drawn: Sequence[Delineated] = ()
) -> Left | NothingLeft:
    """The uptake within an outline on the grid of the volume; `drawn` are all seen there."""
    from scipy import ndimage  # noqa: PLC0415 # heavy

    spacing = volume.grid.spacing
    reach = np.ceil(SHELL_MM[1] / spacing).astype(int)
    low = np.maximum(np.asarray(outline.corner) - reach, 0)
    high = np.minimum(np.add(outline.corner, outline.mask.shape) + reach, volume.grid.shape)
    z, y, x = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    values = volume.values[z, y, x]
    place = _cut(outline, low, high)
    others = np.zeros(values.shape, np.bool_)
    for one in drawn:
        others |= _cut(one, low, high)
    finite = np.isfinite(values)
    own = place & ~others & finite
    if not own.any():
        return NothingLeft(why="its place lies wholly within other lesions")
    away = ndimage.distance_transform_edt(~place, sampling=tuple(spacing))
    clear = ndimage.distance_transform_edt(~others, sampling=tuple(spacing)) > SHELL_MM[0]
    shell = (away > SHELL_MM[0]) & (away <= SHELL_MM[1]) & finite
    shell &= clear if others.any() else True
    hottest = np.unravel_index(np.where(own, values, -np.inf).argmax(), values.shape)
    core = ndimage.binary_erosion(place)
    return Left(
        max=float(values[own].max()),
        mean=float(values[own].mean(dtype=np.float64)),
        background=float(np.median(values[shell])) if shell.any() else None,
        voxels=int(own.sum()),
        at_border=not bool(core[hottest]),
        unit=volume.short_unit,
        climbs_out=_climbs_out(values, own, hottest),
    )


def _climbs_out(values: np.ndarray, own: Mask, hottest: tuple[np.intp, ...]) -> bool:
    """Whether a voxel that touches the hottest one of a place is hotter: it lies outside."""
    near = tuple(slice(max(0, int(at) - 1), int(at) + 2) for at in hottest)
    return bool((values[near][~own[near]] > values[hottest]).any())


def _cut(lesion: Delineated, low: np.ndarray, high: np.ndarray) -> Mask:
    """The mask of a lesion in a window of its grid."""
    found = np.zeros(tuple(high - low), np.bool_)
    begin = np.maximum(lesion.corner, low)
    end = np.minimum(np.add(lesion.corner, lesion.mask.shape), high)
    if (end <= begin).any():
        return found
    here, there = (
        tuple(slice(int(a), int(b)) for a, b in zip(begin - start, end - start, strict=True))
        for start in (low, np.asarray(lesion.corner))
    )
    found[here] = lesion.mask[there]
    return found
