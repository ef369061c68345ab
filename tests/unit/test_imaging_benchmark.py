"""The timings of PET/CT: their boxes can be read, and what they call true is true."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.petct import DRAWN, motion_between
from reinfuse.imaging.measured import read_boxes_text
from reinfuse.imaging.twin import read_truth, write_twin


def test_a_mass_moves_as_the_patient_is_said_to_have_moved(tmp_path: Path) -> None:
    write_twin(tmp_path, seed=3)
    before, month, _ = read_truth(tmp_path)
    motion = motion_between(before, month)
    for first, second in zip(before.lesions, month.lesions, strict=True):
        assert motion.of(np.array(first.centre_mm)) == pytest.approx(second.centre_mm, abs=1e-6)
        assert first.centre_mm != pytest.approx(second.centre_mm, abs=5.0)


@pytest.mark.parametrize("scans", DRAWN)
def test_the_boxes_are_read_and_name_the_scans_that_are_timed(scans: tuple[str, ...]) -> None:
    boxes = read_boxes_text(DRAWN[scans], "boxes.yaml")
    assert tuple(one.name for one in boxes.scans) == scans
    assert len(boxes.lesions) == 2
