"""What is written, in the eyes of a validator of DICOM; see SOURCE.md."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from reinfuse.imaging.masks import (
    Normalised,
    Reported,
    What,
    save_object,
    segmentation_and_report,
)
from tests.unit.imaging_masks_files import pet, stamp, two_lesions

pytest.importorskip("highdicom", reason="the extra dicom-sr is not installed")
VALIDATOR = shutil.which("dciodvfy")


def complaints(file: Path) -> list[str]:
    assert VALIDATOR is not None
    ran = subprocess.run([VALIDATOR, file], capture_output=True, text=True, check=False, timeout=60)
    said = (ran.stdout + ran.stderr).splitlines()
    return [line for line in said if line.startswith("Error")]


@pytest.mark.skipif(VALIDATOR is None, reason="dciodvfy of Debian's dicom3tools is not installed")
@pytest.mark.parametrize("normalised", [Normalised.BW, Normalised.LBM_JANMA])
@pytest.mark.parametrize("overlapping", [False, True])
@pytest.mark.parametrize("keep", [False, True])
def test_a_segmentation_and_its_report_are_valid(
    keep: bool, overlapping: bool, normalised: Normalised, tmp_path: Path
) -> None:
    series = pet(tmp_path / "pet")
    lesions = [
        Reported(
            lesion=one,
            numbers=tuple((what, 1.5 + index) for index, what in enumerate(What)),
            normalised=normalised,
        )
        for one in two_lesions(series, overlapping=overlapping)
    ]
    for name, written in zip(
        ("seg.dcm", "sr.dcm"),
        segmentation_and_report(lesions, series, stamp(keep=keep)),
        strict=True,
    ):
        save_object(written, tmp_path / name)
        assert complaints(tmp_path / name) == []


@pytest.mark.skipif(VALIDATOR is None, reason="dciodvfy of Debian's dicom3tools is not installed")
def test_the_validator_would_complain(tmp_path: Path) -> None:
    series = pet(tmp_path / "pet")
    lesions = [Reported(lesion=one, numbers=()) for one in two_lesions(series)]
    broken, _ = segmentation_and_report(lesions, series, stamp())
    del broken.SegmentSequence[0].SegmentAlgorithmType
    save_object(broken, tmp_path / "seg.dcm")
    assert any("SegmentAlgorithmType" in line for line in complaints(tmp_path / "seg.dcm"))
