"""Whether the liver is as bright as a liver is: the check that catches a wrong dose or weight."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.lesions.sphere import Reference, read_reference
from reinfuse.imaging.suv.body import BODY_WEIGHT
from reinfuse.imaging.suv.result import Suv
from reinfuse.imaging.suv.tracer import Tracer
from reinfuse.source import Source, Standing

LIVER_SUVBW = (1.3, 3.0)
LIVER_SOURCE = Source(
    cite="EANM FDG guideline 2.0 (Boellaard 2015)",
    standing=Standing.SECONDARY,
    doi="10.1007/s00259-014-2961-x",
    place="quality control of SUV in the liver",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Liver:
    """Mean and deviation in a sphere of 3 cm, and what speaks against the SUV of the scan."""

    reference: Reference
    findings: tuple[Finding, ...]


def read_liver(suv: Suv, place_mm: ArrayLike) -> Liver:
    """The liver at a place, `"xyz"` in LPS mm, that a person points to.

    The range 1.3 to 3.0 is that of SUVbw of FDG; of another tracer or by another normaliser the
    liver is read and not judged, which is told. Raises ReinfuseError for a sphere that leaves the
    scan.
    """
    reference = read_reference(suv.volume, place_mm)
    normaliser = suv.provenance.normaliser
    low, high = LIVER_SUVBW
    findings: tuple[Finding, ...] = ()
    unlike = ""
    if suv.provenance.tracer is Tracer.OTHER:
        unlike = "the liver is not judged by a tracer other than FDG: its range is that of FDG"
    elif normaliser is not BODY_WEIGHT:
        unlike = f"the liver is not judged by {normaliser.name}: its range is that of SUVbw"
    if unlike:
        findings = (Finding(severity=Severity.NOTE, rule="suv-liver-not-judged", what=unlike),)
    elif not low <= reference.mean <= high:
        findings = (
            Finding(
                severity=Severity.CONTRADICTION,
                rule="suv-liver",
                what=f"mean SUV of the liver is {reference.mean:.2f}, outside {low:g} to {high:g} "
                f"({LIVER_SOURCE.cite})",
                fix="check dose, weight and times, and that the place is in sound liver",
            ),
        )
    return Liver(reference=reference, findings=findings)
