"""What the page of PET/CT is made from."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.grading import Grade
from reinfuse.imaging.measured import Results
from reinfuse.imaging.measured.response import Response
from reinfuse.imaging.pictures import Figures
from reinfuse.report.page.inputs import Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class PetctInputs:
    """Measured scans with their pictures, and what they say of the response.

    `grades` are what criteria make of it. The hash of `provenance` is one of the hashes of all PET
    series, in order; the names of files in it are shown as they are given.
    """

    results: Results
    response: Response
    figures: Figures
    provenance: Provenance
    grades: tuple[Grade, ...] = ()
