"""SUV of published reference objects and of a real scan, from DICOM files to numbers."""

from __future__ import annotations

import csv
import gzip
import tarfile
from pathlib import Path

import numpy as np
import pydicom
import pytest

from reinfuse.imaging.dicom import Series, read_folder
from reinfuse.imaging.masks.raster import rasterise
from reinfuse.imaging.suv import suv_of
from reinfuse.imaging.volume import Floats, Mask

HERE = Path(__file__).parent
with (HERE / "expected.csv").open(encoding="utf-8") as _file:
    CASES = list(csv.DictReader(_file))


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("objects")
    with tarfile.open(HERE / "DRO_17_cases.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    return folder / "DRO"


@pytest.fixture(scope="module")
def tumour(tmp_path_factory: pytest.TempPathFactory) -> tuple[Series, Mask]:
    folder = tmp_path_factory.mktemp("sts")
    with tarfile.open(HERE / "sts_001_gtv.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    series = read_folder(folder).one("PT")
    drawn = rasterise(_contours(folder / "sts_001" / "rtstruct.dcm", "GTV_Mass"), series.grid)
    mask = np.zeros(series.grid.shape, np.bool_)
    place = (
        slice(low, low + size) for low, size in zip(drawn.corner, drawn.mask.shape, strict=True)
    )
    mask[tuple(place)] = drawn.mask
    return series, mask


def test_all_17_objects_are_here() -> None:
    assert len(CASES) == 17


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_reference_object_has_its_three_values(case: dict[str, str], objects: Path) -> None:
    suv = suv_of(read_folder(objects / case["case"] / "PT").one("PT"))
    inside = suv.volume.values[_mask(objects / case["case"] / "mask" / "DRO_mask.nii.gz")]

    found = [float(one) for one in (inside.min(), np.median(inside), inside.max())]
    expected = [float(case[name]) for name in ("min", "median", "max")]
    assert found == pytest.approx(expected, abs=float(case["within"]))


@pytest.mark.parametrize(
    ("case", "rules"),
    [
        ("DRO_0_0", []),
        ("DRO_3_0", ["suv-dose-in-megabecquerels"]),
        ("DRO_3_2", ["suv-reference-times-differ"]),
        ("DRO_3_3", ["suv-reference-times-differ"]),
        ("DRO_4_2", []),
    ],
)
def test_what_is_odd_about_an_object_is_told(case: str, rules: list[str], objects: Path) -> None:
    suv = suv_of(read_folder(objects / case / "PT").one("PT"))
    assert [finding.rule for finding in suv.provenance.findings] == rules


def test_the_tumour_of_a_real_scan_has_its_published_uptake(tumour: tuple[Series, Mask]) -> None:
    series, mask = tumour
    inside = suv_of(series).volume.values[mask].astype(np.float64)

    assert inside.size == 5095
    assert inside.size * series.grid.voxel_ml == pytest.approx(366.08, abs=0.005)
    found = [float(one) for one in (inside.max(), inside.mean(), inside.min())]
    assert found == pytest.approx([7.9107, 2.5552, 0.1688], abs=0.001)


@pytest.mark.parametrize(
    ("normalise", "low", "high"),
    [("bw", 7.9, 8.0), ("sul-james", 5.9, 6.1), ("ibw", 6.6, 6.7), ("bsa", 1.95, 2.00)],
)
def test_the_tumour_lies_in_the_bands_of_another_program(
    normalise: str, low: float, high: float, tumour: tuple[Series, Mask]
) -> None:
    series, mask = tumour
    assert low <= suv_of(series, normalise=normalise).volume.values[mask].max() <= high


def _mask(path: Path) -> Mask:
    """A NIfTI mask of bytes or short integers; its array is x y z, the fastest first."""
    content = gzip.decompress(path.read_bytes())
    columns, rows, slices = (int(one) for one in np.frombuffer(content[42:48], "<i2"))
    kind = {2: "u1", 4: "<i2", 16: "<f4", 64: "<f8", 256: "i1"}[
        int(np.frombuffer(content[70:72], "<i2")[0])
    ]
    start = int(np.frombuffer(content[108:112], "<f4")[0])
    count = columns * rows * slices
    values = np.frombuffer(content, kind, count=count, offset=start)
    return np.asarray(values.reshape(slices, rows, columns) > 0)


def _contours(path: Path, name: str) -> list[Floats]:
    structures = pydicom.dcmread(path)
    numbers = {one.ROINumber: one.ROIName for one in structures.StructureSetROISequence}
    return [
        np.asarray(contour.ContourData, np.float64).reshape(-1, 3)
        for one in structures.ROIContourSequence
        if numbers[one.ReferencedROINumber] == name
        for contour in one.ContourSequence
    ]
