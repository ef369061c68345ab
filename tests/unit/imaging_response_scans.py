"""The three scans of the twin measured and followed, for tests of what they say of the response."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from reinfuse.imaging.measured import Results, measure_scans, read_boxes_text
from reinfuse.imaging.twin import TrueScan, write_twin
from reinfuse.imaging.twin.anatomy import AORTA_MM, LIVER_MM

SCANS = ("before", "month-1", "month-3")
BOXES = f"""\
psf_mm: 6
scans:
  - {{name: before, day: -12, infusion: 1, liver: {list(LIVER_MM)}, mediastinum: {list(AORTA_MM)}}}
  - {{name: month-1, day: 30, infusion: 1}}
  - {{name: month-3, day: 92, infusion: 1}}
lesions:
  - name: retroperitoneum
    site: right retroperitoneum
    looks:
      before: {{box: [[-90, -20, -260], [0, 65, -100]]}}
      month-1: {{seed: [-34, 23, -162]}}
  - name: pelvis
    site: left pelvis
    looks:
      before: {{seed: [66, 16, -262]}}
      month-1: {{seed: [81, 21, -242], reach_mm: 35}}
"""


@cache
def measured() -> tuple[Results, tuple[TrueScan, ...]]:
    """What was measured in them, and what they truly hold."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        truth = write_twin(folder, seed=11)
        boxes = read_boxes_text(BOXES, "boxes.yaml")
        return measure_scans([folder / one for one in SCANS], boxes, seed=1), truth
