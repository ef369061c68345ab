"""The published numbers of the IBSI digital phantom; see SOURCE.md."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.measures import Measured, Uptake, ibsi_axes, measure
from reinfuse.imaging.volume import Grid, Volume

HERE = Path(__file__).parent
SHAPE = (4, 4, 5)
BODY = slice(352, 352 + 2 * 80)  # 16-bit integers behind the NIfTI header
# Left and front are the same shape either way; the phantom lies on no patient.
GRID = Grid(
    shape=SHAPE, origin=np.zeros(3), steps=np.array([[0, 0, 2.0], [0, 2.0, 0], [2.0, 0, 0]])
)


def voxels(name: str) -> NDArray[np.int16]:
    return np.frombuffer(gzip.decompress((HERE / name).read_bytes())[BODY], "<i2").reshape(SHAPE)


@pytest.fixture(scope="module")
def lesion() -> Delineated:
    return Delineated(
        label="phantom",
        grid=GRID,
        corner=(0, 0, 0),
        mask=voxels("mask.nii.gz") > 0,
        method=Method(name="published mask"),
    )


@pytest.fixture(scope="module")
def measured(lesion: Delineated) -> Measured:
    values = voxels("phantom.nii.gz").astype(np.float32)
    return measure(Volume(values=values, grid=GRID, unit="SUV"), lesion)


def test_volumes_are_those_published(measured: Measured) -> None:
    assert measured.mesh_ml * 1000 == pytest.approx(556, abs=4)
    assert measured.volume_ml * 1000 == pytest.approx(592, abs=4)


def test_the_longest_caliper_is_the_maximum_diameter(measured: Measured) -> None:
    assert measured.calipers.long.mm == pytest.approx(13.1, abs=0.1)


def test_axes_are_those_published(lesion: Delineated) -> None:
    assert [f"{axis:.3g}" for axis in ibsi_axes(lesion)] == ["8.54", "9.31", "11.4"]


def test_the_mean_and_both_peaks_are_those_published(measured: Measured) -> None:
    assert isinstance(measured.uptake, Uptake)
    uptake = measured.uptake
    said = [f"{value:.2f}" for value in (uptake.mean, uptake.peak_local, uptake.peak_global)]
    assert said == ["2.15", "2.60", "3.10"]
