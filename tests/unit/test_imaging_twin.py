"""The digital twin holds what it says, and says that it is synthetic."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pydicom
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom import Found, read_folder, read_volume
from reinfuse.imaging.suv import suv_of
from reinfuse.imaging.twin import TrueScan, make_twin, read_truth, write_twin
from reinfuse.imaging.twin.dicom import SYNTHETIC
from reinfuse.imaging.twin.scans import WEIGHT_KG, founding_scans, size_named
from reinfuse.imaging.twin.shapes import Form, Pose, Shape, box_of, filled, inside, turned
from reinfuse.imaging.twin.truth import mask_of, runs_of
from reinfuse.imaging.volume import Grid

Written = tuple[Path, tuple[TrueScan, ...]]
FINE = Grid(
    shape=(60, 60, 60),
    origin=np.array([-59.0, -59.0, -59.0]),
    steps=np.array([[0.0, 0.0, 2.0], [0.0, 2.0, 0.0], [2.0, 0.0, 0.0]]),
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("twin")
    return folder, write_twin(folder, seed=4, scans=founding_scans()[1:2])


@pytest.fixture(scope="module")
def found(written: Written) -> Found:
    return read_folder(written[0] / "month-1")


def test_the_first_scan_has_the_axes_of_the_report() -> None:
    scan = founding_scans()[0]
    axes = [sorted(2 * half / 10 for half in lesion.half) for lesion in scan.lesions]
    assert axes == [[3.5, 4.7, 12.6], [2.5, 4.3, 8.8]]
    # The volume of an ellipsoid, by hand: pi / 6 times the product of its axes.
    assert scan.lesions[0].volume_ml == pytest.approx(math.pi / 6 * 3.5 * 4.7 * 12.6)
    assert founding_scans()[2].lesions == ()


def test_every_file_says_that_it_is_synthetic(written: Written) -> None:
    files = sorted(written[0].rglob("*.dcm"))
    assert len(files) == 192
    for file in files[::16]:
        dataset = pydicom.dcmread(file, stop_before_pixels=True)
        assert SYNTHETIC in dataset.ImageType
        assert dataset.SeriesDescription.startswith(SYNTHETIC)
        assert dataset.StudyDescription.startswith(SYNTHETIC)
        assert str(dataset.PatientName).startswith(SYNTHETIC)
    assert SYNTHETIC in (written[0] / "truth.json").read_text(encoding="utf-8")


def test_uptake_worked_out_by_hand_is_what_was_drawn(written: Written) -> None:
    """SUV = stored x slope x weight in g / dose that is left when the series begins."""
    _, seen = make_twin(seed=4, scans=founding_scans()[1:2])[0]
    slopes = set()
    for index in (20, 50, 80):
        dataset = pydicom.dcmread(written[0] / "month-1" / "PET" / f"{96 - index:04d}.dcm")
        tracer = dataset.RadiopharmaceuticalInformationSequence[0]
        waited_s = 68 * 60
        dose = float(tracer.RadionuclideTotalDose) * 0.5 ** (
            waited_s / float(tracer.RadionuclideHalfLife)
        )
        slope = float(dataset.RescaleSlope)
        slopes.add(slope)
        suv = dataset.pixel_array * slope * WEIGHT_KG * 1000 / dose
        step = slope * WEIGHT_KG * 1000 / dose
        assert np.abs(suv - seen.suv.values[index]).max() <= 0.51 * step
    assert len(slopes) == 3


def test_the_reader_and_the_suv_of_this_package_agree(found: Found) -> None:
    _, seen = make_twin(seed=4, scans=founding_scans()[1:2])[0]
    by_modality = {series.modality: series for series in found.series}
    suv = suv_of(by_modality["PT"]).volume
    assert suv.grid.same_as(seen.suv.grid)
    assert np.abs(suv.values - seen.suv.values).max() < 0.002
    ct = read_volume(by_modality["CT"])
    assert ct.grid.same_as(seen.hu.grid)
    assert (ct.values == seen.hu.values).all()


def test_every_way_to_the_reference_time_leads_to_the_same(found: Found) -> None:
    pet = next(series for series in found.series if series.modality == "PT")
    facts = pet.facts
    assert facts is not None
    assert facts.series_time is not None
    fade = math.log(2) / (facts.half_life_s or math.nan)
    rows = zip(
        facts.acquisition_times,
        facts.frame_reference_s,
        facts.frame_duration_s,
        facts.decay_factors,
        strict=True,
    )
    for moment, reference_s, frame_s, factor in rows:
        assert moment is not None
        assert reference_s is not None
        assert frame_s is not None
        assert factor is not None
        decayed = fade * frame_s
        average = math.log(decayed / (1 - math.exp(-decayed))) / fade
        assert moment.second + average - reference_s == pytest.approx(
            facts.series_time.second, abs=0.01
        )
        assert math.log(factor) / fade == pytest.approx(reference_s, abs=0.01)
    assert len(set(facts.acquisition_times)) > 2


def test_the_truth_is_read_back(written: Written) -> None:
    folder, truth = written
    (again,) = read_truth(folder)
    _, seen = make_twin(seed=4, scans=founding_scans()[1:2])[0]
    assert (again.name, again.day, again.shift_mm) == ("month-1", 30, (9.0, -4.0, 17.0))
    for one, lesion, shape in zip(again.lesions, seen.lesions, seen.shapes, strict=True):
        assert (one.mask.whole == lesion.whole).all()
        assert one.centre_mm == shape.centre
        # Counted voxels of 6 mm come near the volume of the ellipsoid.
        assert lesion.voxels * lesion.grid.voxel_ml == pytest.approx(one.volume_ml, rel=0.12)
    assert truth[0].lesions[0].volume_ml == again.lesions[0].volume_ml


def test_the_same_seed_writes_the_same_files(written: Written, tmp_path: Path) -> None:
    write_twin(tmp_path, seed=4, scans=founding_scans()[1:2])
    for name in ("truth.json", "month-1/PET/0040.dcm", "month-1/CT/0040.dcm"):
        assert (tmp_path / name).read_bytes() == (written[0] / name).read_bytes()
    _, other = make_twin(seed=5, scans=founding_scans()[1:2])[0]
    _, same = make_twin(seed=4, scans=founding_scans()[1:2])[0]
    assert (other.suv.values != same.suv.values).any()


def test_noise_in_the_liver_is_ten_percent() -> None:
    _, seen = make_twin(seed=1, scans=founding_scans()[:1])[0]
    z, y, x = (round(v) for v in seen.suv.grid.indices((-75.0, -10.0, -5.0)))
    liver = seen.suv.values[z - 3 : z + 4, y - 3 : y + 4, x - 3 : x + 4]
    assert liver.mean() == pytest.approx(2.2, rel=0.03)
    assert liver.std() / liver.mean() == pytest.approx(0.10, rel=0.2)


@pytest.mark.parametrize("form", list(Form))
def test_a_shape_fills_its_volume(form: Form) -> None:
    axes = turned(20, 35, 50)
    shape = Shape(name="any", centre=(3, -2, 1), half=(22, 14, 31), form=form, axes=axes)
    box = box_of(shape, FINE)
    assert box is not None
    shares = filled(shape, FINE, box).sum(dtype=np.float64) * FINE.voxel_ml
    counted = inside(shape, FINE, box).sum() * FINE.voxel_ml
    assert shares == pytest.approx(shape.volume_ml, rel=0.02)
    assert counted == pytest.approx(shape.volume_ml, rel=0.02)
    # Nothing of it lies outside its box.
    everywhere = inside(shape, FINE, (slice(0, 60), slice(0, 60), slice(0, 60))).sum()
    assert everywhere == inside(shape, FINE, box).sum()


def test_a_pose_turns_about_its_pivot_and_then_shifts() -> None:
    pose = Pose(shift_mm=(1.0, 2.0, 3.0), turn_deg=(0.0, 0.0, 90.0), pivot=(10.0, 0.0, 0.0))
    assert pose.of(np.array([11.0, 0.0, 5.0])) == pytest.approx([11.0, 3.0, 8.0])


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_mask_written_as_runs_comes_back(share: float) -> None:
    mask = np.random.default_rng(2).random((3, 4, 5)) < share
    assert (mask_of(runs_of(mask), (3, 4, 5)) == mask).all()


def test_a_size_that_is_not_there_is_named() -> None:
    with pytest.raises(ReinfuseError, match="no size 'huge'") as caught:
        size_named("huge")
    assert "small, full" in caught.value.fix
