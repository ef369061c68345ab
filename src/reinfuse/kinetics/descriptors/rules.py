"""By which rules descriptors are read off a profile: named choices with their sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from reinfuse.errors import ReinfuseError


class Given(StrEnum):
    """What a sample below the limit is taken for."""

    DROP = "drop"
    ZERO = "zero"
    HALF = "half the limit"
    LIMIT = "the limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlqRule:
    """What samples below the limit are taken for: before, between and after the quantified ones."""

    name: str
    first: Given
    middle: Given
    last: Given
    source: str


BLQ_RULES: dict[str, BlqRule] = {
    rule.name: rule
    for rule in (
        BlqRule(
            name="cells",
            first=Given.ZERO,
            middle=Given.HALF,
            last=Given.DROP,
            source="ours: cells start from none; a gap between two quantified samples is flagged",
        ),
        BlqRule(
            name="pknca",
            first=Given.ZERO,
            middle=Given.DROP,
            last=Given.ZERO,
            source="the default of PKNCA 0.12.1: keep (as zero), drop, keep",
        ),
        BlqRule(
            name="drop", first=Given.DROP, middle=Given.DROP, last=Given.DROP, source="Beal's M1"
        ),
        BlqRule(
            name="zero", first=Given.ZERO, middle=Given.ZERO, last=Given.ZERO, source="Beal's M7"
        ),
        BlqRule(
            name="half", first=Given.HALF, middle=Given.HALF, last=Given.HALF, source="Beal's M5"
        ),
        BlqRule(
            name="limit",
            first=Given.LIMIT,
            middle=Given.LIMIT,
            last=Given.LIMIT,
            source="the highest that the samples allow",
        ),
    )
}


class AreaMethod(StrEnum):
    """How a level runs between two samples, for areas, bounds of areas and thresholds."""

    LINEAR = "linear"
    LINEAR_UP_LOG_DOWN = "linear-up/log-down"
    LINEAR_THEN_LOG = "linear-then-log"  # a line up to the peak, logarithms after it


class Route(StrEnum):
    """How it was given; it decides the level at time 0 and what drug parameters mean."""

    CELLS = "cells"
    EXTRAVASCULAR = "extravascular"
    BOLUS = "bolus"
    INFUSION = "infusion"


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalRule:
    """Which line through the last logarithms is taken, and which is accepted.

    Every run of at least `least_points` last quantified samples after the peak is tried, from the
    peak on if `with_peak` (None: only after a bolus, as WinNonlin does); the best adjusted R2 wins,
    of equally good ones (within `same_fit`) the longest. `window` names the days instead. A line is
    accepted that is `least_span` half-lives long and has `least_adjusted`.
    """

    least_points: int = 3
    with_peak: bool | None = None
    same_fit: float = 1e-4
    least_span: float = 2.0
    least_adjusted: float = float("-inf")
    window: tuple[float, float] | None = None


ANY_SPAN = TerminalRule(least_span=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything that is decided before descriptors are computed.

    The defaults are ours for CAR-T cells. The peak is expected in the days of `peak_days`; an area
    from 0 to 28 or 90 needs a sample after `late_day`; no area is given of which more than
    `most_extrapolated` per cent would be extrapolated.
    """

    blq: BlqRule = field(default_factory=lambda: BLQ_RULES["cells"])
    method: AreaMethod = AreaMethod.LINEAR_UP_LOG_DOWN
    terminal: TerminalRule = field(default_factory=TerminalRule)
    route: Route = Route.CELLS
    peak_days: tuple[float, float] | None = (5.0, 21.0)
    late_day: float = 14.0
    most_extrapolated: float = 20.0


def blq_rule(name: str) -> BlqRule:
    """The rule of a name; raises ReinfuseError with the names there are."""
    if name not in BLQ_RULES:
        raise ReinfuseError(
            f"{name!r} is no rule for samples below the limit", fix=f"use {', '.join(BLQ_RULES)}"
        )
    return BLQ_RULES[name]


def area_method(name: str) -> AreaMethod:
    """The method of a name; raises ReinfuseError with the names there are."""
    try:
        return AreaMethod(name)
    except ValueError:
        named = ", ".join(AreaMethod)
        raise ReinfuseError(f"{name!r} is no method for areas", fix=f"use {named}") from None
