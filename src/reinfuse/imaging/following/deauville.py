"""A score on the five-point scale that three uptakes suggest; a reader gives the score."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.source import Source, Standing

SOURCE = Source(
    cite="Barrington 2014",
    place="J Clin Oncol 32:3048, five-point scale; 2 to 3 × liver is a convention",
    standing=Standing.RECALLED,
)
MARKED_FROM, MARKED_ABOVE = 2.0, 3.0  # times the liver


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """The scores, `low` to `high`, that three SUVmax allow, and the three numbers."""

    low: int
    high: int
    lesion: float
    mediastinum: float
    liver: float

    @property
    def words(self) -> str:
        """Such as `suggests 4 (lesion SUVmax 5.1, liver 2.6, mediastinum 1.9)`."""
        score = f"{self.low}" if self.low == self.high else f"{self.low} to {self.high}"
        return (
            f"suggests {score} (lesion SUVmax {self.lesion:.1f}, liver {self.liver:.1f}, "
            f"mediastinum {self.mediastinum:.1f})"
        )


def suggest(*, lesion: float, mediastinum: float, liver: float) -> Suggestion:
    """The scores that the SUVmax of a lesion suggests against mediastinum and liver.

    1 or 2 up to the mediastinum, since no uptake at all is a matter for the eye; 3 up to the liver;
    4 above it; 4 or 5 above twice and 5 above thrice the liver.
    """
    if lesion > MARKED_ABOVE * liver:
        low, high = 5, 5
    elif lesion > MARKED_FROM * liver:
        low, high = 4, 5
    elif lesion > liver:
        low, high = 4, 4
    elif lesion > mediastinum:
        low, high = 3, 3
    else:
        low, high = 1, 2
    return Suggestion(low=low, high=high, lesion=lesion, mediastinum=mediastinum, liver=liver)
