"""What the drawing of lesions is made from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionLook:
    """One look, on days known as an interval; either side may be infinite.

    `change` is a word of the record (new, stable, reduced, below threshold, resolved, increased,
    removed) or `not reassessed`; `size` is computed by whoever asks for the drawing.
    """

    days: tuple[float, float]
    change: str | None = None
    size: float | None = None
    seen_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionRow:
    """One lesion and its looks, oldest first."""

    site: str
    looks: tuple[LesionLook, ...]


# What a mark of each word looks like: shape, and whether it is filled.
BELOW = "below threshold"
CHANGES: dict[str, tuple[str, bool]] = {
    "new": ("circle", True),
    "increased": ("triangle-up", True),
    "stable": ("square", True),
    "reduced": ("triangle-down", True),
    BELOW: ("triangle-down", False),
    "resolved": ("circle", False),
    "removed": ("cross", True),
    "not reassessed": ("stroke", False),
}
SEEN = ("circle", True)
