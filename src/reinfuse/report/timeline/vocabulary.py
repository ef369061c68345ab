"""What the picture can say of an entry: in which lane, in how few words, with which mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.record import Course, Entry


class Lane(StrEnum):
    """The lanes of the picture, from top to bottom."""

    CELLS = "Cells"
    TREATMENT = "Treatment"
    TOXICITY = "Toxicity and signs"
    MARROW = "Marrow"
    OUTSIDE = "Outside the marrow"
    CAR_T = "CAR-T cells in blood"
    OTHER = "Other measurements"
    FOLLOW_UP = "Diagnosis, follow-up"


class Shape(StrEnum):
    """The marks, each with what it means in the key of the picture."""

    ANCHOR = "day 0"
    DOT = "measured or judged"
    SQUARE = "treatment or procedure"
    TRIANGLE = "sign or toxicity"
    DIAMOND = "leukemia present"
    DOWN = "leukemia less"
    BELOW = "below threshold"
    CHECK = "negative or in remission"
    CROSS = "removed or death"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the picture says of one entry.

    `row` is a row of its own within the lane, such as a lesion; `series` is shared by entries
    that may be folded into one strip; `of` is the anchor it belongs to; among entries at the same
    place the one with the lowest `rank` speaks first. `verdict` is the end of a label that others
    may share: IL-6 and IL-10 increased. A series becomes a strip from `fewest` entries on.
    """

    entry: Entry
    lane: Lane
    label: str
    shape: Shape = Shape.DOT
    row: str = ""
    series: str = ""
    of: str | None = None
    rank: int = 5
    verdict: str = ""
    fewest: int = 7


@dataclass(frozen=True, slots=True)
class Scene:
    """What must be known to tell of an entry: its course, and the row of each site."""

    course: Course
    rows: Mapping[str, str]


def in_marrow(site: str | None) -> bool:
    """Whether a site is the bone marrow."""
    return site is not None and "marrow" in site.lower()


def capital(text: str) -> str:
    """The text with a capital letter first."""
    return text[:1].upper() + text[1:]
