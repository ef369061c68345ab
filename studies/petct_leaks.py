"""What a threshold draws where a lesion is not clean, and which guard says so.

Ellipsoids of even uptake on voxels of 4.07 x 4.07 x 3 mm, blurred to 6 mm, with noise, and moved
against the voxels anew in each run; each failure is one that a threshold commits in silence. The
first case is the same lesion alone: no guard may trip there. `told` counts runs in which a leak
guard tripped or nothing was drawn; `guards` are those that tripped in any run, with how often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.lesions import (
    HALF_WAY,
    MAX_41,
    SUV_2_5,
    SUV_4,
    Holes,
    Rule,
    delineate,
    region_between,
)
from reinfuse.imaging.volume import Floats
from studies._pet_phantom import Ellipsoid, image

INPUTS = (
    "studies/_pet_phantom.py",
    "src/reinfuse/imaging/volume.py",
    "src/reinfuse/imaging/lesion.py",
    "src/reinfuse/imaging/lesions/*.py",
)
HEADER = ("case", "threshold", "true_ml", "runs", "drawn", "told", "drawn_ml", "lowest_ml",
          "highest_ml", "guards")  # fmt: skip
RUNS = 20
SPACING = (3.0, 4.07, 4.07)
PSF_MM = 6.0
Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One scene: `lesion` is what is meant, `others` what is in the way, `box` two corners, mm."""

    lesion: Ellipsoid
    box: tuple[Point, Point]
    half: Point
    under: tuple[Ellipsoid, ...] = ()
    others: tuple[Ellipsoid, ...] = ()
    seed: Point | None = None
    rules: tuple[Rule, ...] = (MAX_41,)
    holes: Holes = Holes.KEPT


MASS = Ellipsoid(axes=(35.0, 43.0, 70.0), suv=9.0, turns=(-30.0, 15.0, 20.0))
COOL = Ellipsoid(axes=(30.0, 35.0, 40.0), suv=6.0)
HOT_BESIDE = Ellipsoid(axes=(30.0, 35.0, 40.0), suv=12.0, centre=(38.0, 0.0, 0.0))
BLADDER = Ellipsoid(axes=(70.0, 60.0, 60.0), suv=40.0, centre=(62.0, 0.0, 0.0))
BLADDER_INSIDE = replace(BLADDER, axes=(50.0, 50.0, 50.0))
HOLLOW = Ellipsoid(axes=(60.0, 60.0, 70.0), suv=9.0)
CORE = Ellipsoid(axes=(32.0, 32.0, 40.0), suv=1.0)
CASES = {
    "nothing in the way": Case(
        lesion=MASS, box=((-30, -30, -45), (30, 30, 45)), half=(75, 75, 75), rules=(MAX_41, SUV_4)
    ),
    "SUV 4 in a liver of SUV 2.2": Case(
        lesion=Ellipsoid(axes=(40.0, 45.0, 55.0), suv=4.0),
        under=(Ellipsoid(axes=(180.0, 180.0, 180.0), suv=2.2),),
        box=((-45, -45, -45), (45, 45, 45)),
        half=(100, 100, 100),
        rules=(MAX_41, SUV_2_5, HALF_WAY),
    ),
    "bladder at the edge of the box": Case(
        lesion=MASS, others=(BLADDER,), box=((-40, -35, -45), (40, 35, 45)), half=(110, 75, 75)
    ),
    "bladder wholly in the box": Case(
        lesion=MASS,
        others=(BLADDER_INSIDE,),
        box=((-35, -40, -50), (100, 40, 50)),
        half=(120, 75, 75),
    ),
    "bladder in the box, seed in the lesion": Case(
        lesion=MASS,
        others=(BLADDER_INSIDE,),
        box=((-35, -40, -50), (100, 40, 50)),
        half=(120, 75, 75),
        seed=(0.0, 0.0, 0.0),
    ),
    "hotter lesion 8 mm away, cut by the box": Case(
        lesion=COOL, others=(HOT_BESIDE,), box=((-25, -28, -30), (30, 28, 30)), half=(90, 60, 60)
    ),
    "hotter lesion 8 mm away, in the box": Case(
        lesion=COOL, others=(HOT_BESIDE,), box=((-25, -28, -30), (63, 28, 30)), half=(90, 60, 60)
    ),
    "two lesions 4 mm apart": Case(
        lesion=replace(COOL, suv=12.0, centre=(-17.0, 0.0, 0.0)),
        others=(replace(COOL, suv=12.0, centre=(17.0, 0.0, 0.0)),),
        box=((-42, -28, -30), (42, 28, 30)),
        half=(90, 60, 60),
        rules=(SUV_2_5,),
    ),
    "box narrower than the lesion": Case(
        lesion=MASS, box=((-10, -10, -10), (10, 10, 10)), half=(75, 75, 75)
    ),
    "1 cm, SUV 6": Case(
        lesion=Ellipsoid(axes=(10.0, 10.0, 10.0), suv=6.0),
        box=((-20, -20, -20), (20, 20, 20)),
        half=(50, 50, 50),
        rules=(MAX_41, SUV_4),
    ),
    "hot core in a halo": Case(
        lesion=Ellipsoid(axes=(60.0, 60.0, 60.0), suv=4.5),
        others=(Ellipsoid(axes=(30.0, 30.0, 30.0), suv=10.0),),
        box=((-45, -45, -45), (45, 45, 45)),
        half=(75, 75, 75),
    ),
    "necrotic core": Case(
        lesion=HOLLOW, others=(CORE,), box=((-45, -45, -50), (45, 45, 50)), half=(75, 75, 75)
    ),
    "necrotic core, holes filled": Case(
        lesion=HOLLOW,
        others=(CORE,),
        box=((-45, -45, -50), (45, 45, 50)),
        half=(75, 75, 75),
        holes=Holes.FILLED,
    ),
}


def chunks() -> Sequence[str]:
    """One case each."""
    return tuple(CASES)


def run(chunk: str) -> list[tuple[object, ...]]:
    """A row for each threshold."""
    return rows(chunk, runs=RUNS)


def rows(chunk: str, *, runs: int) -> list[tuple[object, ...]]:
    """The rows of a case, with fewer runs for a test."""
    case = CASES[chunk]
    found = [
        [_drawn(case, rule, np.random.default_rng([list(CASES).index(chunk), seed]))
         for seed in range(runs)]
        for rule in case.rules
    ]  # fmt: skip
    return [
        (chunk, rule.name, f"{case.lesion.ml:.1f}", runs, *_row(results))
        for rule, results in zip(case.rules, found, strict=True)
    ]


def _drawn(
    case: Case, rule: Rule, generator: np.random.Generator
) -> tuple[float, tuple[str, ...]] | None:
    """The volume drawn, mL, and the guards that tripped; None where nothing was drawn."""
    away = generator.uniform(-0.5, 0.5, 3) * np.asarray(SPACING)[::-1]
    scene = [_moved(one, away) for one in (*case.under, case.lesion, *case.others)]
    volume = image(
        scene,
        half_mm=case.half,
        spacing_mm=SPACING,
        psf_mm=PSF_MM,
        generator=generator,
        background=1.0,
    )
    region = region_between(volume.grid, *case.box, seed_mm=case.seed)
    found = delineate(volume, region, rule, label="lesion", psf_mm=PSF_MM, holes=case.holes)
    if not isinstance(found, Delineated):
        return None
    return found.voxels * volume.grid.voxel_ml, tuple(one.rule for one in found.guards)


def _moved(one: Ellipsoid, away: Floats) -> Ellipsoid:
    x, y, z = (float(at) for at in np.asarray(one.centre) + away)
    return replace(one, centre=(x, y, z))


def _row(results: Sequence[tuple[float, tuple[str, ...]] | None]) -> tuple[object, ...]:
    drawn = [one for one in results if one is not None]
    told = len(results) - sum(not guards for _, guards in drawn)
    counts = Counter(rule for _, guards in drawn for rule in guards)
    guards = "; ".join(f"{rule} {count}" for rule, count in sorted(counts.items()))
    mls = [ml for ml, _ in drawn]
    ends = (np.mean(mls), min(mls), max(mls)) if mls else ()
    return (len(drawn), told, *([f"{ml:.1f}" for ml in ends] or [""] * 3), guards)
