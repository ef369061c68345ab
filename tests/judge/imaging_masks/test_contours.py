"""Structure sets against the masks that were published with them; see SOURCE.md."""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from reinfuse.imaging.dicom import read_folder
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.masks import mask_of, masks_on, read_structures
from reinfuse.imaging.nifti import read_nifti

HERE = Path(__file__).parent
SUV = HERE.parent / "suv_reference"
CASES = [("STS_008", "PET"), ("STS_019", "PET"), ("STS_042", "PET"), ("STS_019", "CT"),
         ("STS_019", "MR_T1")]  # fmt: skip


def unpacked(archive: Path, folder: Path) -> Path:
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def validation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(HERE / "ibsi_validation.tar.xz", tmp_path_factory.mktemp("ibsi"))


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(SUV / "DRO_17_cases.tar.xz", tmp_path_factory.mktemp("objects")) / "DRO"


@pytest.mark.parametrize(("patient", "modality"), CASES)
def test_a_tumour_is_its_published_mask_voxel_for_voxel(
    patient: str, modality: str, validation: Path
) -> None:
    published = read_nifti(validation / "nifti" / patient / f"{modality}_mask.nii.gz")
    (roi,) = read_structures(validation / "dicom" / patient / modality / "mask" / "RS.dcm").rois
    found = mask_of(roi, published.grid)
    assert isinstance(found, Delineated)
    assert published.mask.any()
    assert np.array_equal(found.whole, published.mask)


def test_the_regions_of_a_whole_body_scan_have_their_published_size(tmp_path: Path) -> None:
    folder = unpacked(SUV / "sts_001_gtv.tar.xz", tmp_path)
    found = read_folder(folder)
    series = found.one("PT")
    mass, _ = masks_on(found.structures[0].source, series)
    assert isinstance(mass, Delineated)
    assert (mass.label, mass.voxels, mass.guards) == ("GTV_Mass", 5095, ())
    assert mass.voxels * series.grid.voxel_ml == pytest.approx(366.08, abs=0.005)


def test_the_contours_of_all_17_objects_lie_one_voxel_within_their_masks(objects: Path) -> None:
    folders = sorted(objects.glob("DRO_*_*"))
    assert len(folders) == 17
    grid = read_folder(folders[0] / "PT").one("PT").grid
    for folder in folders:
        (roi,) = read_structures(next((folder / "RS").glob("*.dcm"))).rois
        mask = mask_of(roi, grid)
        assert isinstance(mask, Delineated)
        published = read_nifti(folder / "mask" / "DRO_mask.nii.gz").mask
        within = ndimage.binary_erosion(published, ndimage.generate_binary_structure(3, 1))
        assert published.sum() == 203_202
        assert mask.voxels == 174_690
        assert not (mask.whole & ~within).any()
        assert (within & ~mask.whole).sum() == 558
