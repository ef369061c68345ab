"""Masks that somebody drew: measured on the PET, sized on the CT, and refused one by one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pydicom
import pytest

from reinfuse.imaging.dicom import read_folder
from reinfuse.imaging.following import Followed
from reinfuse.imaging.following.inputs import marks_of, numbers_of
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.masks import carried_to, save_object, segmentation, write_masks
from reinfuse.imaging.measured import (
    Boxes,
    Results,
    as_plain,
    measure_scans,
    read_boxes,
    read_boxes_text,
    record,
)
from reinfuse.imaging.measures import measure
from reinfuse.imaging.twin import read_truth, write_twin
from reinfuse.imaging.twin.scans import founding_scans
from tests.unit.imaging_masks_files import stamp, structure_set

ELLIPSE_MM = (24.0, 40.0)  # axes of an ellipse on five slices of the CT
MIDDLE = (66.0, 16.0)
POINTS = 180


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scans of the twin with masks of them beside them."""
    folder = tmp_path_factory.mktemp("twin")
    write_twin(folder, seed=7, scans=founding_scans()[:2])
    masks = [one.mask for one in read_truth(folder)[0].lesions]
    write_masks(folder / "masks.nii.gz", masks)
    write_masks(folder / "pelvis.nii.gz", masks[1:])
    regions = [("mass", _ellipses()), ("empty", [])]
    structure_set(folder / "ct.dcm", regions, frame=_frame(folder / "before"))
    structure_set(folder / "ct-month-1.dcm", regions[:1], frame=_frame(folder / "month-1"))
    structure_set(folder / "elsewhere.dcm", [("mass", _ellipses())], frame="1.2.3.4.99")
    return folder


def _frame(scan: Path) -> str:
    file = next(one for one in scan.rglob("*.dcm"))
    return str(pydicom.dcmread(file, stop_before_pixels=True).FrameOfReferenceUID)


def _ellipses() -> list[tuple[str, list[float]]]:
    """Contours on five slices of the CT, 6 mm apart."""
    angles = np.linspace(0.0, 2 * np.pi, POINTS, endpoint=False)
    x = MIDDLE[0] + ELLIPSE_MM[0] / 2 * np.cos(angles)
    y = MIDDLE[1] + ELLIPSE_MM[1] / 2 * np.sin(angles)
    return [
        ("CLOSED_PLANAR", [float(v) for point in zip(x, y, strict=True) for v in (*point, z)])
        for z in (-271.0, -265.0, -259.0, -253.0, -247.0)
    ]


def _text(before: str, month: str = "") -> str:
    scans = "scans: [{name: before, day: -12}" + (", {name: month-1, day: 30}]" if month else "]")
    looks = f"      before: {before}\n" + (f"      month-1: {month}\n" if month else "")
    return f"{scans}\nlesions:\n  - name: mass\n    site: left pelvis\n    looks:\n{looks}"


def _boxes(twin: Path, before: str, month: str = "") -> Boxes:
    (twin / "boxes.yaml").write_text(_text(before, month), encoding="utf-8")
    return read_boxes(twin / "boxes.yaml")


def _measured(twin: Path, before: str, month: str = "") -> Results:
    folders = [twin / "before", *([twin / "month-1"] if month else [])]
    return measure_scans(folders, _boxes(twin, before, month), seed=1)


@pytest.mark.parametrize(
    "look",
    [
        "{mask: masks.nii.gz, roi: 2}",
        "{mask: pelvis.nii.gz}",
        "{mask: masks.dcm, roi: pelvis}",
    ],
)
def test_a_mask_on_the_pet_is_measured_as_it_is(twin: Path, look: str) -> None:
    if "masks.dcm" in look:
        pytest.importorskip("highdicom", reason="the extra dicom-sr is not installed")
        series = read_folder(twin / "before" / "PET").one("PT")
        masks = [one.mask for one in read_truth(twin)[0].lesions]
        save_object(segmentation(masks, series, stamp(keep=True)), twin / "masks.dcm")
    results = _measured(twin, look)
    found = results.lesions[0].looks[0]
    true = read_truth(twin)[0].lesions[1]
    assert found.measured is not None
    assert found.measured.lesion.label == "mass"
    assert found.measured.lesion.voxels == true.mask.voxels
    straight = measure(results.scans[0].suv, true.mask)
    assert found.measured.calipers.mm == pytest.approx(straight.calipers.mm)
    assert found.method is not None
    assert found.method.threshold is None
    assert "where the border was drawn" in found.measured.uncertainty.left_out
    assert len(record(results).lesions[0].looks[0].axes) == 3
    assert as_plain(results)["lesions"][0]["looks"][0]["threshold_suv"] is None


def test_a_mask_on_the_ct_gives_the_size_that_lugano_asks_for(twin: Path) -> None:
    look = "{mask: pelvis.nii.gz, ct: {mask: ct.dcm, roi: mass}}"
    results = _measured(twin, look, "{ct: {mask: ct-month-1.dcm}}")
    assert list(results.on_ct) == [("mass", "before"), ("mass", "month-1")]
    for size in results.on_ct.values():
        assert size.name == "Lugano size (CT)"
        # Voxels of the CT are 3 mm wide, and the border may be half of one off on each side.
        assert (size.perpendicular_mm, size.longest_mm) == pytest.approx(ELLIPSE_MM, abs=3.0)
        assert size.head_foot_mm == pytest.approx(30.0, abs=0.1)
    first, second = results.lesions[0].looks
    assert first.measured is not None
    # As hot as 41 % of what the mask held: nobody calls that below a threshold.
    assert (second.state, second.measured, second.failed) == ("not drawn", None, False)
    assert "petct-hot-not-drawn" in {one.rule for one in second.findings}
    assert isinstance(results.followed, Followed)
    numbers = numbers_of(results.followed, on_ct=results.on_ct)
    assert [one.drawn for one in numbers] == [True, False]
    for one, size in zip(numbers, results.on_ct.values(), strict=True):
        assert one.product_cm2 == pytest.approx(size.product_mm2 / 100)
    methods = {(mark.item, mark.day): mark.method for mark in marks_of(numbers)}
    assert methods["lesion longest diameter", -12] == "CT"
    assert methods["lesion shortest diameter", 30] == "CT"


def test_what_cannot_be_used_is_refused_for_that_look_alone(twin: Path) -> None:
    (twin / "words.nii").write_text("no volume", encoding="utf-8")
    looks: Mapping[str, str] = {
        "{mask: absent.dcm}": "its mask: there is no such file",
        "{mask: words.nii}": "its mask: the file has 9 bytes",
        "{mask: elsewhere.dcm}": "drawn in another frame of reference",
        "{mask: masks.nii.gz}": "the file holds 2 regions, and none is named",
        "{mask: masks.nii.gz, roi: liver}": "no regions of the file are called 'liver'",
        "{mask: ct.dcm, roi: empty}": "its mask: the region has no closed contour",
        "{mask: before/PET/0001.dcm}": "the file holds no masks",
    }
    (twin / "boxes.yaml").write_text(
        "scans: [{name: before, day: -12}]\nlesions:\n"
        + "".join(
            f"  - {{name: l{number}, site: pelvis, looks: {{before: {look}}}}}\n"
            for number, look in enumerate(looks)
        )
        + "  - {name: good, site: pelvis, looks: {before: {mask: pelvis.nii.gz}}}\n",
        encoding="utf-8",
    )
    results = measure_scans([twin / "before"], read_boxes(twin / "boxes.yaml"), seed=1)
    *bad, good = (one.looks[0] for one in results.lesions)
    for look, words in zip(bad, looks.values(), strict=True):
        assert look.failed
        assert words in look.words
        assert look.findings[-1].fix
        assert look.measured is None
    assert "elsewhere" not in str(as_plain(results))  # files are often called by their patient
    assert good.measured is not None


def test_a_mask_is_followed_like_a_lesion_that_was_drawn(twin: Path) -> None:
    results = _measured(twin, "{mask: pelvis.nii.gz}", "{seed: [75, 12, -245], reach_mm: 60}")
    first, second = results.lesions[0].looks
    assert (first.state, second.state, second.trend) == ("drawn", "drawn", "reduced")


def test_a_mask_that_cannot_be_used_on_ct_leaves_what_was_measured_on_pet(twin: Path) -> None:
    look = _measured(twin, "{mask: pelvis.nii.gz, ct: {mask: elsewhere.dcm}}").lesions[0].looks[0]
    assert look.measured is not None
    assert look.failed
    assert "another frame of reference" in look.findings[-1].what


def test_a_mask_without_a_file_of_boxes_is_looked_for_from_here(
    twin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(twin)
    boxes = read_boxes_text(_text("{mask: pelvis.nii.gz}"), "boxes.yaml")
    assert boxes.folder is None
    assert measure_scans([twin / "before"], boxes, seed=1).lesions[0].looks[0].measured is not None


def test_an_outline_of_uptake_is_no_size_on_ct(twin: Path) -> None:
    """By the series or the images that the file names, by its voxels, or as the same once more."""
    first = {kind: _first(twin / "before" / kind) for kind in ("PET", "CT")}
    said = [("mass", _ellipses())]
    for kind, one in first.items():
        frame = str(one.FrameOfReferenceUID)
        uids = str(one.SeriesInstanceUID), [str(one.SOPInstanceUID)]
        structure_set(twin / f"{kind}-series.dcm", said, frame=frame, series=uids[0])
        structure_set(twin / f"{kind}-images.dcm", said, frame=frame, images=uids[1])
    (ct,) = read_folder(twin / "before" / "CT").ct
    on_ct = carried_to(read_truth(twin)[0].lesions[1].mask, ct.grid)
    assert isinstance(on_ct, Delineated)
    write_masks(twin / "on-ct.nii.gz", [on_ct])
    files = {
        "PET-series.dcm": False, "PET-images.dcm": False, "pelvis.nii.gz": False,
        "CT-series.dcm": True, "CT-images.dcm": True, "on-ct.nii.gz": True,
        "ct.dcm, roi: mass": True,
    }  # fmt: skip
    for file, good in files.items():
        results = _measured(twin, f"{{mask: masks.nii.gz, roi: 2, ct: {{mask: {file}}}}}")
        look = results.lesions[0].looks[0]
        assert look.measured is not None
        assert (len(results.on_ct), look.failed) == (int(good), not good), file
        if not good:
            assert look.findings[-1].what == "its mask on the CT: it was drawn on the PET"
            assert "draw it on the CT" in look.findings[-1].fix
    twice = "{mask: on-ct.nii.gz, ct: {mask: on-ct.nii.gz}}"
    results = _measured(twin, twice)
    assert not results.on_ct
    assert "the mask on the PET once more" in results.lesions[0].looks[0].findings[-1].what


def test_a_segmentation_of_the_pet_is_no_size_on_ct(twin: Path) -> None:
    pytest.importorskip("highdicom", reason="the extra dicom-sr is not installed")
    (series,) = read_folder(twin / "before" / "PET").pet
    masks = [read_truth(twin)[0].lesions[1].mask]
    written = segmentation(masks, series, stamp(keep=True))
    save_object(written, twin / "seg.dcm")
    # Without the names of its series its voxels still say so.
    del written.ReferencedSeriesSequence
    save_object(written, twin / "seg-2.dcm")
    for file in ("seg.dcm", "seg-2.dcm"):
        results = _measured(twin, f"{{ct: {{mask: {file}}}}}")
        assert not results.on_ct
        assert "drawn on the PET" in results.lesions[0].looks[0].findings[-1].what


def _first(folder: Path) -> pydicom.Dataset:
    return pydicom.dcmread(next(folder.glob("*.dcm")), stop_before_pixels=True)
