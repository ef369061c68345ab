"""How far a threshold misses the size of a lesion, by voxel size, resolution and noise.

Lesions are ellipsoids of even uptake in an even background of SUV 1, turned, and moved against the
voxels anew in each run; the two large ones have the axes of the founding case. Each is drawn in a
box that reaches 15 mm beyond it. These are ideal lesions: real ones are uneven, and worse.

`volume_error_percent` is the mean with its lowest and highest; axes are caliper axes between voxels
in mm, drawn minus true. `missed` counts runs in which nothing reached the threshold (errors are
then of the others), `told` runs in which a leak guard tripped or nothing was drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.lesions import RULES, Rule, delineate, region_between
from reinfuse.imaging.measures.calipers import calipers_of
from reinfuse.imaging.measures.surface import border_of, surface_of
from reinfuse.imaging.volume import Volume
from studies._pet_phantom import Ellipsoid, image

INPUTS = (
    "studies/_pet_phantom.py",
    "src/reinfuse/imaging/volume.py",
    "src/reinfuse/imaging/lesion.py",
    "src/reinfuse/imaging/lesions/*.py",
    "src/reinfuse/imaging/measures/calipers.py",
    "src/reinfuse/imaging/measures/peak.py",
    "src/reinfuse/imaging/measures/surface.py",
)
HEADER = (
    "voxel_mm", "psf_mm", "lesion_mm", "suv", "threshold", "runs", "missed", "told",
    "volume_error_percent", "volume_lowest", "volume_highest", "short_error_mm",
    "middle_error_mm", "long_error_mm", "worst_axis_mm",
)  # fmt: skip
RUNS = 3
VOXELS = {
    "2.0 x 2.0 x 2.0": (2.0, 2.0, 2.0),
    "4.07 x 4.07 x 3.0": (3.0, 4.07, 4.07),
    "5.47 x 5.47 x 3.27": (3.27, 5.47, 5.47),
}
WIDTHS = (4.0, 6.0, 8.0)
LESIONS = {
    "35 x 47 x 126": Ellipsoid(axes=(35.0, 47.0, 126.0), suv=12.0, turns=(20.0, 25.0, 15.0)),
    "25 x 43 x 88": Ellipsoid(axes=(25.0, 43.0, 88.0), suv=9.0, turns=(-30.0, 15.0, 40.0)),
    "20 x 25 x 35": Ellipsoid(axes=(20.0, 25.0, 35.0), suv=9.0, turns=(10.0, -20.0, 30.0)),
    "15 x 15 x 20": Ellipsoid(axes=(15.0, 15.0, 20.0), suv=9.0, turns=(10.0, -20.0, 30.0)),
    "10 x 10 x 10": Ellipsoid(axes=(10.0, 10.0, 10.0), suv=6.0),
}
BACKGROUND = 1.0
MARGIN_MM = 15.0


class Errors(NamedTuple):
    """Drawn minus true: volume in percent, and the short, middle and long caliper axis in mm."""

    volume: float
    axes: tuple[float, ...]


class Run(NamedTuple):
    """What one rule made of one image; no errors where it was missed."""

    errors: Errors | None
    told: bool


def chunks() -> Sequence[str]:
    """One voxel size with one resolution each."""
    return tuple(f"{voxel} at {width:g}" for voxel in VOXELS for width in WIDTHS)


def run(chunk: str) -> list[tuple[object, ...]]:
    """A row for each lesion and threshold."""
    return rows(chunk, tuple(LESIONS), runs=RUNS)


def rows(chunk: str, lesions: Sequence[str], *, runs: int) -> list[tuple[object, ...]]:
    """The rows of some lesions with fewer runs, for a test."""
    voxel, _, width = chunk.rpartition(" at ")
    found: list[tuple[object, ...]] = []
    for lesion in lesions:
        images = [moved(lesion, voxel, float(width), seed) for seed in range(runs)]
        for rule in RULES:
            results = [drawn(one, shown, rule, float(width)) for one, shown in images]
            found.append((
                voxel, width, lesion, f"{LESIONS[lesion].suv:g}", rule.name, runs, *_row(results)
            ))  # fmt: skip
    return found


def moved(lesion: str, voxel: str, width: float, seed: int) -> tuple[Ellipsoid, Volume]:
    """The lesion anywhere within a voxel, and its image with noise."""
    generator = np.random.default_rng([list(LESIONS).index(lesion), seed])
    spacing = VOXELS[voxel]
    shape = LESIONS[lesion]
    x, y, z = generator.uniform(-0.5, 0.5, 3) * np.asarray(spacing)[::-1]
    one = Ellipsoid(axes=shape.axes, suv=shape.suv, turns=shape.turns, centre=(x, y, z))
    shown = image(
        [one],
        half_mm=one.reach() + 3 * MARGIN_MM,
        spacing_mm=spacing,
        psf_mm=width,
        generator=generator,
        background=BACKGROUND,
    )
    return one, shown


def drawn(one: Ellipsoid, shown: Volume, rule: Rule, width: float) -> Run:
    """The error of one rule on one image."""
    half = one.reach() + MARGIN_MM
    centre = np.asarray(one.centre)
    region = region_between(shown.grid, centre - half, centre + half)
    found = delineate(shown, region, rule, label="lesion", psf_mm=width)
    if not isinstance(found, Delineated):
        return Run(errors=None, told=True)
    ml = found.voxels * shown.grid.voxel_ml
    lengths = calipers_of(surface_of(border_of(shown, found)).points).mm
    errors = Errors(
        volume=100.0 * (ml / one.ml - 1.0),
        axes=tuple(seen - true for seen, true in zip(lengths, sorted(one.axes), strict=True)),
    )
    return Run(errors=errors, told=bool(found.guards))


def _row(results: Sequence[Run]) -> tuple[object, ...]:
    errors = [one.errors for one in results if one.errors is not None]
    missed, told = len(results) - len(errors), sum(one.told for one in results)
    if not errors:
        return (missed, told, *[""] * 7)
    volumes = [one.volume for one in errors]
    axes = np.array([one.axes for one in errors])
    worst = axes.ravel()[np.argmax(np.abs(axes))]
    ends = (float(np.mean(volumes)), min(volumes), max(volumes))
    return (missed, told, *(f"{error:+.1f}" for error in (*ends, *axes.mean(axis=0), worst)))
