"""Hints that uptake may be physiological: by place, symmetry and heat, and never a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from reinfuse.imaging.lesions.body import Body
from reinfuse.imaging.volume import Floats


class Organ(StrEnum):
    """What uptake may belong to."""

    BRAIN = "brain"
    HEART = "heart"
    KIDNEY = "kidney"
    BLADDER = "bladder"
    PAIR = "a pair of the two sides"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What uptake may be, and the reason in words."""

    organ: Organ
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Uptake:
    """What a hint is read from: centre `"xyz"` in LPS mm, volume in mL, highest SUVbw."""

    centre: Floats
    ml: float
    hottest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Habitat:
    """Where an organ is found: shares of the scanned height, mm to the left of the middle, depth.

    The ranges are ours, wide enough for scans from the skull to the thighs as well as to the feet.
    """

    organ: Organ
    height: tuple[float, float]
    left_mm: tuple[float, float]
    depth: tuple[float, float] = (0.0, 1.0)
    least_suv: float = 0.0
    least_ml: float = 0.0


HABITATS = (
    Habitat(organ=Organ.BRAIN, height=(0.86, 1.0), left_mm=(-60.0, 60.0), least_ml=50.0),
    # A scan that ends at the base of the skull cuts the brain into smaller pieces.
    Habitat(organ=Organ.BRAIN, height=(0.97, 1.1), left_mm=(-60.0, 60.0), least_suv=8.0),
    Habitat(
        organ=Organ.HEART, height=(0.55, 0.85), left_mm=(0.0, 100.0), depth=(0.0, 0.6), least_ml=5.0
    ),
    Habitat(organ=Organ.KIDNEY, height=(0.35, 0.75), left_mm=(-95.0, -25.0), depth=(0.45, 1.0)),
    Habitat(organ=Organ.KIDNEY, height=(0.35, 0.75), left_mm=(25.0, 95.0), depth=(0.45, 1.0)),
    Habitat(organ=Organ.BLADDER, height=(0.05, 0.6), left_mm=(-40.0, 40.0), least_suv=10.0),
)
# Two sides match when the mirrored centre is this near and neither is much larger.
MIRROR_MM = 25.0
MIRROR_RATIO = 3.0
OFF_MIDDLE_MM = 15.0


def find_hints(uptakes: Sequence[Uptake], body: Body | None) -> tuple[tuple[Hint, ...], ...]:
    """The hints of each uptake among all of a patient; none where the body cannot be seen."""
    if body is None:
        return tuple(() for _ in uptakes)
    return tuple((*_by_place(one, body), *_by_symmetry(one, uptakes, body)) for one in uptakes)


def _by_place(one: Uptake, body: Body) -> Iterator[Hint]:
    height, left, depth = (
        body.height_of(one.centre), body.left_of_middle(one.centre), body.depth_of(one.centre)
    )  # fmt: skip
    side = f"{abs(left):.0f} mm {'left' if left >= 0 else 'right'} of the middle"
    named: set[Organ] = set()
    for habitat in HABITATS:
        if (
            habitat.organ not in named
            and _within(height, habitat.height)
            and _within(left, habitat.left_mm)
            and _within(depth, habitat.depth)
            and one.hottest >= habitat.least_suv
            and one.ml >= habitat.least_ml
        ):
            why = f"at {100 * height:.0f} % of the scanned height, {side}"
            named.add(habitat.organ)
            hot = f", SUVmax {one.hottest:.1f}" if habitat.least_suv else ""
            yield Hint(organ=habitat.organ, why=why + hot)


def _by_symmetry(one: Uptake, uptakes: Sequence[Uptake], body: Body) -> Iterator[Hint]:
    if abs(body.left_of_middle(one.centre)) < OFF_MIDDLE_MM:
        return
    mirrored = np.array([2 * body.middle - one.centre[0], one.centre[1], one.centre[2]])
    for other in uptakes:
        ratio = max(one.ml, other.ml) / min(one.ml, other.ml)
        away = float(np.linalg.norm(other.centre - mirrored))
        if other is not one and away <= MIRROR_MM and ratio <= MIRROR_RATIO:
            yield Hint(organ=Organ.PAIR, why=f"its like lies {away:.0f} mm from its mirror image")
            return


def _within(number: float, ends: tuple[float, float]) -> bool:
    return ends[0] <= number <= ends[1]
