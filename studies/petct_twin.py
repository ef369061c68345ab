"""How far each threshold misses the lesions of the full-size twin, whose truth is known.

The twin is rendered as it is written: 300 x 168 x 168 voxels, blurred to 6 mm, with noise; each
run has noise of its own and the patient moved within a voxel. A lesion is asked for in three ways:
in a box 15 mm wider than itself with a seed in its middle, by the seed alone, which reaches 60 mm,
and in a box 40 mm wider without a seed, as nobody should. In the last scan there is no lesion any
more: there the place is asked for where each lay.

`drawn` counts runs in which something was drawn, `told` those in which a leak guard tripped or
nothing was drawn. `volume_error_percent` is the mean with its lowest and highest; axes are caliper
axes in mm, drawn minus true. `volume_held` counts runs whose interval of volume holds the true one,
`axes_held` the same for three axes a run; `interval_low` and `interval_high` are its mean ends in
percent of what was drawn; all of runs in which something was drawn. Where no lesion is, there are
no errors, and volume and highest uptake are those of what was drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.lesions import (
    RULES,
    Region,
    Rule,
    delineate,
    region_around,
    region_between,
)
from reinfuse.imaging.measures import measure
from reinfuse.imaging.twin.render import Rendered, render
from reinfuse.imaging.twin.scans import PSF_MM, Scan, founding_scans, size_named
from reinfuse.imaging.twin.shapes import Shape, posed
from reinfuse.imaging.volume import Volume

INPUTS = (
    "src/reinfuse/imaging/volume.py",
    "src/reinfuse/imaging/lesion.py",
    "src/reinfuse/imaging/lesions/*.py",
    "src/reinfuse/imaging/measures/*.py",
    "src/reinfuse/imaging/twin/*.py",
)
HEADER = (
    "scan", "lesion", "true_mm", "true_ml", "true_suv", "place", "threshold", "runs", "drawn",
    "told", "volume_error_percent", "volume_lowest", "volume_highest", "short_error_mm",
    "middle_error_mm", "long_error_mm", "worst_axis_mm", "volume_held", "interval_low",
    "interval_high", "axes_held", "drawn_ml", "drawn_suv_max",
)  # fmt: skip
RUNS = 30
MARGIN_MM, REACH_MM, CARELESS_MM = 15.0, 60.0, 40.0
SEEDED, SEED, WIDE = PLACES = ("box and seed", "seed alone", "wide box without seed")
NO_LESION = "none"
# The PET does not depend on the CT, which a tiny one makes quickly.
FULL = replace(size_named("full"), ct_shape=(2, 2, 2), ct_mm=(10.0, 10.0, 10.0))


class Errors(NamedTuple):
    """Drawn minus true: volume in percent, caliper axes short to long, mm; intervals that hold.

    `ends` are those of the interval of volume, in percent of what was drawn.
    """

    volume: float
    axes: tuple[float, ...]
    volume_held: bool
    ends: tuple[float, float]
    axes_held: int


class Run(NamedTuple):
    """What one rule made of one image: `ml` and `suv_max` are None where nothing was drawn."""

    errors: Errors | None
    told: bool
    ml: float | None
    suv_max: float | None


def chunks() -> Sequence[str]:
    """One scan each."""
    return tuple(scan.name for scan in founding_scans())


def run(chunk: str) -> list[tuple[object, ...]]:
    """A row for each lesion, way of asking, and threshold."""
    return rows(chunk, runs=RUNS)


def rows(chunk: str, *, runs: int) -> list[tuple[object, ...]]:
    """The rows of a scan, with fewer runs for a test."""
    number, scan = next(
        (number, one) for number, one in enumerate(founding_scans()) if one.name == chunk
    )
    found: dict[tuple[str, str, str], list[Run]] = {}
    lesions = {shape.name: shape for shape in scan.lesions or founding_scans()[0].lesions}
    for seed in range(runs):
        moved, seen = _rendered(scan, np.random.default_rng([number, seed]))
        for name, shape in lesions.items():
            there = posed(shape, moved.pose)
            for place in PLACES:
                for rule in RULES:
                    one = _drawn(seen.suv, there, place, rule, present=bool(scan.lesions))
                    found.setdefault((name, place, rule.name), []).append(one)
    return [
        (chunk, name, *_truth(lesions[name], bool(scan.lesions)), place, rule, runs, *_row(results))
        for (name, place, rule), results in found.items()
    ]


def _rendered(scan: Scan, generator: np.random.Generator) -> tuple[Scan, Rendered]:
    """The scan with the patient anywhere within a voxel, and its image."""
    away = generator.uniform(-0.5, 0.5, 3) * FULL.pet.spacing[::-1]
    x, y, z = (float(one) for one in np.asarray(scan.pose.shift_mm) + away)
    moved = replace(scan, pose=replace(scan.pose, shift_mm=(x, y, z)))
    return moved, render(moved, FULL, generator)


def _drawn(volume: Volume, shape: Shape, place: str, rule: Rule, *, present: bool) -> Run:
    """The error of one rule on one image; without a lesion, what it draws all the same."""
    region = _region(volume, shape, place)
    found = delineate(volume, region, rule, label=shape.name, psf_mm=PSF_MM)
    if not isinstance(found, Delineated):
        return Run(errors=None, told=True, ml=None, suv_max=None)
    ml = found.voxels * volume.grid.voxel_ml
    hottest = float(volume.values[found.whole].max())
    errors = _errors(volume, found, shape) if present else None
    return Run(errors=errors, told=bool(found.guards), ml=ml, suv_max=hottest)


def _region(volume: Volume, shape: Shape, place: str) -> Region:
    """Where a person says the lesion is."""
    centre = np.asarray(shape.centre)
    if place == SEED:
        return region_around(volume.grid, centre, reach_mm=REACH_MM)
    half = np.sqrt(((shape.axes * np.asarray(shape.half)[:, None]) ** 2).sum(axis=0))
    half += MARGIN_MM if place == SEEDED else CARELESS_MM
    seed = centre if place == SEEDED else None
    return region_between(volume.grid, centre - half, centre + half, seed_mm=seed)


def _errors(volume: Volume, found: Delineated, shape: Shape) -> Errors:
    measured = measure(volume, found, psf_mm=PSF_MM)
    true = sorted(2 * half for half in shape.half)
    sure = measured.uncertainty
    return Errors(
        volume=100.0 * (measured.volume_ml / shape.volume_ml - 1.0),
        axes=tuple(seen - mm for seen, mm in zip(measured.calipers.mm, true, strict=True)),
        volume_held=sure.volume_ml.low <= shape.volume_ml <= sure.volume_ml.high,
        ends=(
            100.0 * (sure.volume_ml.low / measured.volume_ml - 1.0),
            100.0 * (sure.volume_ml.high / measured.volume_ml - 1.0),
        ),
        axes_held=sum(
            one.low <= mm <= one.high for one, mm in zip(sure.axes_mm, true, strict=True)
        ),
    )


def _truth(shape: Shape, present: bool) -> tuple[str, str, str]:
    """Axes, volume and uptake of what is truly there."""
    if not present:
        return (NO_LESION, "", "")
    axes = " x ".join(f"{2 * half:g}" for half in sorted(shape.half))
    return (axes, f"{shape.volume_ml:.1f}", f"{shape.suv:g}")


def _row(results: Sequence[Run]) -> tuple[object, ...]:
    errors = [one.errors for one in results if one.errors is not None]
    drawn = sum(one.ml is not None for one in results)
    told = sum(one.told for one in results)
    return (drawn, told, *_of_errors(errors), *_of_what_was_drawn(results))


def _of_errors(errors: Sequence[Errors]) -> Iterator[object]:
    if not errors:
        yield from [""] * 11
        return
    volumes = [one.volume for one in errors]
    axes = np.array([one.axes for one in errors])
    worst = axes.ravel()[np.argmax(np.abs(axes))]
    for error in (np.mean(volumes), min(volumes), max(volumes), *axes.mean(axis=0), worst):
        yield f"{float(error):+.1f}"
    yield sum(one.volume_held for one in errors)
    for end in np.mean([one.ends for one in errors], axis=0):
        yield f"{float(end):+.1f}"
    yield sum(one.axes_held for one in errors)


def _of_what_was_drawn(results: Sequence[Run]) -> tuple[str, str]:
    """Mean volume and mean of the highest uptake."""
    mls = [one.ml for one in results if one.ml is not None]
    tops = [one.suv_max for one in results if one.suv_max is not None]
    return (f"{np.mean(mls):.1f}", f"{np.mean(tops):.2f}") if mls else ("", "")
