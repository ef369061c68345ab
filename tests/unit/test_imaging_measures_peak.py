"""Means over a sphere against adding up voxel by voxel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.measures import (
    IBSI_SPHERE,
    SHARED_SPHERE,
    TWELVE_MM_SPHERE,
    Counting,
    Sphere,
    Uptake,
    measure,
    peak_map,
)
from reinfuse.imaging.measures.peak import means_at, sphere_weights
from reinfuse.imaging.volume import Floats, Grid, Volume
from tests.unit.imaging_measures_phantom import UPRIGHT, turned

TILTED = np.array([[0.0, 0.9, 3.0], [0.0, 4.0, 0.0], [4.0, 0.0, 0.0]])  # as a gantry tilts slices
STEPS = {
    "upright": np.array([3.0, 4.07, 4.07])[:, None] * UPRIGHT,
    "turned": 2.5 * turned(1),
    "tilted": TILTED,
    "large": 7.0 * UPRIGHT,
}


def some_volume(steps: Floats, shape: tuple[int, int, int] = (19, 7, 8)) -> Volume:
    values = np.random.default_rng(3).gamma(2.0, 2.0, shape).astype(np.float32)
    return Volume(
        values=values, grid=Grid(shape=shape, origin=np.zeros(3), steps=steps), unit="SUV"
    )


def plain_mean(volume: Volume, place: tuple[int, int, int], radius_mm: float) -> float:
    """The mean over voxels whose centre is inside, looking at all voxels of the scan."""
    index = np.stack(np.meshgrid(*map(np.arange, volume.grid.shape), indexing="ij"), axis=-1)
    away = np.linalg.norm((index - np.array(place)) @ volume.grid.steps, axis=-1)
    return float(volume.values[away <= radius_mm + 1e-6].astype(float).mean())


@pytest.mark.parametrize("sphere", [IBSI_SPHERE, TWELVE_MM_SPHERE], ids=["1 mL", "12 mm"])
@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_the_map_is_the_mean_of_every_sphere_edges_included(steps: Floats, sphere: Sphere) -> None:
    volume = some_volume(steps)
    expected = [plain_mean(volume, place, sphere.radius_mm) for place in np.ndindex(19, 7, 8)]
    assert peak_map(volume, sphere).ravel() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("sphere", [IBSI_SPHERE, SHARED_SPHERE, TWELVE_MM_SPHERE])
@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_the_map_and_the_means_at_some_places_are_one(steps: Floats, sphere: Sphere) -> None:
    volume = some_volume(steps)
    places = np.argwhere(np.ones(volume.grid.shape, bool))
    assert means_at(volume, places, sphere) == pytest.approx(
        peak_map(volume, sphere).ravel(), rel=1e-5
    )


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_shares_of_voxels_add_up_to_one_millilitre(steps: Floats) -> None:
    grid = some_volume(steps).grid
    assert sphere_weights(grid, SHARED_SPHERE).sum() * grid.voxel_ml == pytest.approx(1, rel=0.005)


def test_a_centre_on_the_sphere_is_inside_however_the_grid_is_turned() -> None:
    for axes in (UPRIGHT, turned(1), turned(2), turned(3)):
        grid = Grid(shape=(9, 9, 9), origin=np.zeros(3), steps=2.0 * axes)
        # Whole numbers with i2 + j2 + k2 <= 9, the sphere of 6 mm on cubes of 2 mm.
        assert sphere_weights(grid, TWELVE_MM_SPHERE).sum() == 123


def test_shares_move_less_than_centres_when_the_grid_moves() -> None:
    """A gradient read on large voxels: the mean by shares stays nearer to that at the centre."""
    spread = {}
    for counting in Counting:
        sphere = replace(SHARED_SPHERE, counting=counting)
        sizes = [
            sphere_weights(
                Grid(shape=(3, 3, 3), origin=np.zeros(3), steps=size * UPRIGHT), sphere
            ).sum()
            * size**3
            / 1000
            for size in np.linspace(4.0, 5.5, 16)
        ]
        spread[counting] = float(np.ptp(sizes))
    assert spread[Counting.SHARES] < 0.05 * spread[Counting.CENTRES]


def test_the_local_peak_is_the_highest_of_those_that_are_as_hot() -> None:
    grid = Grid(shape=(15, 15, 15), origin=np.zeros(3), steps=4.0 * UPRIGHT)
    values = np.ones(grid.shape, np.float32)
    values[4, 4, 4] = values[10, 10, 10] = 9.0
    values[10, 10, 11] = 8.0
    lesion = Delineated(
        label="A", grid=grid, corner=(0, 0, 0), mask=values > 5, method=Method(name="hand")
    )
    volume = Volume(values=values, grid=grid, unit="SUV")
    found = measure(volume, lesion).uptake
    assert isinstance(found, Uptake)
    assert found.peak_local == pytest.approx(plain_mean(volume, (10, 10, 10), 6.2035))
    assert found.peak_local > plain_mean(volume, (4, 4, 4), 6.2035)
