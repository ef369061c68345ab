"""Studies as numbers that can be pooled: counts, arms, and what papers give."""

from __future__ import annotations

from reinfuse.pooling.effects.arms import effects_of_arms
from reinfuse.pooling.effects.counts import effects_of_counts
from reinfuse.pooling.effects.effects import Effects
from reinfuse.pooling.effects.given import effects_given, effects_of_means
from reinfuse.pooling.effects.measure import Measure, Scale

__all__ = [
    "Effects",
    "Measure",
    "Scale",
    "effects_given",
    "effects_of_arms",
    "effects_of_counts",
    "effects_of_means",
]
