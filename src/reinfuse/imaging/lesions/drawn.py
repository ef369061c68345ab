"""A border just drawn, with all that the leak guards look at."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.lesions.background import Around
from reinfuse.imaging.lesions.hot_spot import HotSpot
from reinfuse.imaging.volume import Mask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """A mask of the spot's region, `"z y x"`, its threshold, and its surroundings.

    `psf_mm` is the full width at half maximum of a point in the image; None where nobody says.
    """

    label: str
    spot: HotSpot
    mask: Mask
    threshold: float
    around: Around
    psf_mm: float | None

    @property
    def unit(self) -> str:
        """What stands before a number of uptake, such as `SUV`."""
        return self.spot.volume.short_unit

    def told(
        self, rule: str, what: str, fix: str, *, severity: Severity = Severity.AMBIGUITY
    ) -> Finding:
        """A finding about this lesion, which is named by its label alone."""
        return Finding(
            severity=severity,
            rule=rule,
            what=f"{self.label}: {what}",
            where=self.label,
            fix=fix,
            about=(self.label,),
        )
