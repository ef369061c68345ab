"""How far a size may be off: threshold and background, voxels, resolution.

Shares of the maximum know nothing of what surrounds a lesion. The blurred border of even uptake is
half-way from that to the background. Above a background 41 and 50 % lie outside of it, the more so
the fainter the lesion is: at SUV 4.5 in 0.7 they made a short axis of 16 mm 3 and 1 mm too wide. So
what half-way from the maximum to the background would draw counts as well. As noise draws the
maximum up, that is rather too narrow: the other end of where a border may be.

Each cause gives every number a low and a high. They are put together as the root of the sum of
squares, on either side by itself. The rule is our own, and so is the half of a voxel; what it is
worth is how often the truth lies inside; the tests count that for ellipsoids.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.measures.background import background_of
from reinfuse.imaging.measures.calipers import Calipers, calipers_of
from reinfuse.imaging.measures.otherwise import behind
from reinfuse.imaging.measures.surface import border_of, inside_of, surface_of
from reinfuse.imaging.volume import Floats, Grid, Volume
from reinfuse.source import Source, Standing

THRESHOLD_SHARES = (0.41, 0.50)  # of the maximum
HALF_A_VOXEL = 0.5
# Tips of ellipsoids of 9 to 13 cm came out up to 6 mm short at 8 mm resolution, behind 50 %.
ROUNDED_OFF = 0.75
MOST_PSF_MM = 50.0
RULE = Source(
    cite="threshold at 41 and 50 % of the maximum and half-way from it to the background, "
    "half a voxel, resolution; root of the sum of squares",
    standing=Standing.OURS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From `low` to `high`, in the unit of the number it belongs to."""

    low: float
    high: float

    @property
    def words(self) -> str:
        """Both ends, for a reader."""
        return f"{self.low:.3g} to {self.high:.3g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason why a size may be off, and how far by itself.

    Intervals of the caliper lengths, short to long, mm, and of the volume of the voxels, mL.
    """

    name: str
    axes_mm: tuple[Interval, Interval, Interval]
    volume_ml: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty:
    """How far sizes may be off for all `causes` together, and what was `left_out`, not known.

    Intervals of the caliper lengths, short to long, mm, and of the volume of the voxels, mL.
    """

    axes_mm: tuple[Interval, Interval, Interval]
    volume_ml: Interval
    causes: tuple[Cause, ...]
    left_out: tuple[str, ...]
    rule: Source = RULE

    @property
    def words(self) -> str:
        """The causes, the ones left out, and the standing, for a reader."""
        known = ", ".join(cause.name for cause in self.causes)
        missing = f"; not counted: {', '.join(self.left_out)}" if self.left_out else ""
        return f"{known}{missing} [{self.rule.standing}]"


def uncertainty_of(
    volume: Volume, lesion: Delineated, calipers: Calipers, *, psf_mm: float | None
) -> Uncertainty:
    """The intervals of one lesion; `psf_mm` is the resolution as full width at half maximum.

    Raises ReinfuseError for a resolution that cannot be.
    """
    if psf_mm is not None and not 0 < psf_mm < MOST_PSF_MM:
        raise ReinfuseError(
            f"a resolution of {psf_mm:g} mm cannot be",
            fix="give the full width at half maximum in mm, such as 6",
        )
    measured = _sizes(lesion, calipers)
    causes, left_out = [_voxels(measured, calipers, lesion.grid)], []
    if lesion.method.threshold is None:
        left_out.append("where the border was drawn")
    else:
        background = background_of(volume, lesion)
        causes.insert(0, _thresholds(volume, lesion, measured, background))
        if background is None:
            left_out.append("the background around it")
    if psf_mm is None:
        left_out.append("the resolution of the scan")
    else:
        causes.append(_resolution(measured, psf_mm))
    low, high = _together(measured, causes)
    axes, volume_ml = _intervals(low, high)
    return Uncertainty(
        axes_mm=axes, volume_ml=volume_ml, causes=tuple(causes), left_out=tuple(left_out)
    )


def _thresholds(
    volume: Volume, lesion: Delineated, measured: Floats, background: float | None
) -> Cause:
    """The lesion as other thresholds would draw it, and as it was drawn.

    At 41 and 50 % of its maximum, and half-way from that to the background where one is seen.
    """
    mask, corner = inside_of(volume, lesion)
    place = tuple(slice(low, low + size) for low, size in zip(corner, mask.shape, strict=True))
    hottest = float(volume.values[place][mask].max())
    levels = [share * hottest for share in THRESHOLD_SHARES]
    name = "threshold 41 or 50 % of maximum"
    if background is not None:
        levels.append((hottest + background) / 2)
        name += " or half-way to background"
    drawn = [behind(volume, lesion, level) for level in levels]
    sizes = np.stack(
        [
            measured,
            *(_sizes(one, calipers_of(surface_of(border_of(volume, one)).points)) for one in drawn),
        ]
    )
    axes, volume_ml = _intervals(sizes.min(axis=0), sizes.max(axis=0))
    return Cause(name=name, axes_mm=axes, volume_ml=volume_ml)


def _voxels(measured: Floats, calipers: Calipers, grid: Grid) -> Cause:
    """Every length half a voxel longer or shorter, as large as voxels are in its direction."""
    kinds = (calipers.short, calipers.middle, calipers.long)
    size = np.array([np.abs(grid.steps @ kind.direction).max() for kind in kinds])
    shift = HALF_A_VOXEL * size
    return _shifted("half a voxel", measured, measured[:3] - shift, measured[:3] + shift)


def _resolution(measured: Floats, psf_mm: float) -> Cause:
    """Blur widens small things and rounds off the tips of long ones.

    A small lesion cannot look smaller than the blur: lengths add to it as squares, so the true one
    may be as short as the root of the difference. What is rounded off are the ends of the longest
    axis, where the border is bent most.
    """
    shorter = np.sqrt(np.clip(measured[:3] ** 2 - psf_mm**2, 0.0, None))
    longer = measured[:3] + np.array([0.0, 0.0, ROUNDED_OFF * psf_mm])
    return _shifted(f"resolution {psf_mm:.3g} mm", measured, shorter, longer)


def _shifted(name: str, measured: Floats, low: Floats, high: Floats) -> Cause:
    """A cause that changes lengths, mm; the volume goes with their product."""
    low = np.clip(low, 0.0, None)
    ratios = [float(np.prod(lengths / measured[:3])) for lengths in (low, high)]
    axes, _ = _intervals(np.append(low, 0.0), np.append(high, 0.0))
    return Cause(
        name=name,
        axes_mm=axes,
        volume_ml=Interval(low=float(measured[3] * ratios[0]), high=float(measured[3] * ratios[1])),
    )


def _together(measured: Floats, causes: list[Cause]) -> tuple[Floats, Floats]:
    """The lowest and the highest sizes, distances of the causes added as squares."""
    each = [(*cause.axes_mm, cause.volume_ml) for cause in causes]
    lows = np.array([[interval.low for interval in row] for row in each])
    highs = np.array([[interval.high for interval in row] for row in each])
    return (
        np.clip(measured - np.linalg.norm(measured - lows, axis=0), 0.0, None),
        measured + np.linalg.norm(highs - measured, axis=0),
    )


def _sizes(lesion: Delineated, calipers: Calipers) -> Floats:
    """Short, middle and long length, mm, and the volume of the voxels, mL, as one array."""
    return np.array([*calipers.mm, lesion.voxels * lesion.grid.voxel_ml])


def _intervals(low: Floats, high: Floats) -> tuple[tuple[Interval, Interval, Interval], Interval]:
    """Intervals of the three lengths, and of the volume."""
    short, middle, long, volume_ml = (
        Interval(low=float(one), high=float(other)) for one, other in zip(low, high, strict=True)
    )
    return (short, middle, long), volume_ml
