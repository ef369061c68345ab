"""Where on paper something can lie."""

from __future__ import annotations

import math

from reinfuse.report.timeline.scale import Scale
from reinfuse.timeline import DayRange

Reach = tuple[float, float]  # from left to right, as drawn
FADE = 78.0  # how far a bar without an end is drawn until it has faded away


def reach_of(days: DayRange, scale: Scale) -> Reach:
    """Where a range of days is drawn; an open side fades away within a fixed length."""
    left = scale.x(days.low) if math.isfinite(days.low) else scale.x(days.high) - FADE
    right = scale.x(days.high) if math.isfinite(days.high) else scale.x(days.low) + FADE
    return max(left, scale.left), min(right, scale.right)
