"""Two scans of the synthetic twin measured with their pictures, for tests of pages of PET/CT."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from reinfuse.imaging.measured import Results, measure_scans, read_boxes_text
from reinfuse.imaging.measured.response import respond
from reinfuse.imaging.pictures import Figures, figures_of
from reinfuse.imaging.twin import TrueScan, read_truth, write_twin
from reinfuse.report.page.inputs import Provenance
from reinfuse.report.petct_page import PetctInputs

PROVENANCE = Provenance(version="0", file="", sha256="", command="reinfuse petct", seed=1)
BOXES = """\
psf_mm: 6
scans:
  - {name: before, day: -12, infusion: 2, liver: [-85, 0, -20], mediastinum: [0, 30, 120]}
  - {name: month-3, day: 92, infusion: 2}
lesions:
  - name: retroperitoneum
    site: right retroperitoneum
    looks: {before: {box: [[-90, -20, -260], [0, 65, -100]]}}
  - name: pelvis
    site: left pelvis
    looks: {before: {seed: [66, 16, -262]}}
"""


@cache
def measured() -> tuple[Results, tuple[TrueScan, ...]]:
    """Two masses before, and what is left in their places at three months; and the truth."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_twin(folder, seed=11)
        scans = [folder / "before", folder / "month-3"]
        results = measure_scans(scans, read_boxes_text(BOXES, "boxes.yaml"), seed=1)
        return results, read_truth(folder)


@cache
def candidates() -> Results:
    """One scan without boxes."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_twin(folder, seed=11)
        return measure_scans([folder / "before"], read_boxes_text("lesions: []", ""), seed=1)


@cache
def figures() -> Figures:
    """The pictures of the two scans."""
    return figures_of(measured()[0])


def inputs_of(results: Results, drawn: Figures) -> PetctInputs:
    """What the page is made from."""
    return PetctInputs(
        results=results, response=respond(results), figures=drawn, provenance=PROVENANCE
    )
