"""What the drawing of CAR-T curves is made from: points, limits and bands as plain numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """The curve as quantiles on a grid of days: its middle, central 50 % and central 90 %."""

    days: tuple[float, ...]
    low_90: tuple[float, ...]
    low_50: tuple[float, ...]
    median: tuple[float, ...]
    high_50: tuple[float, ...]
    high_90: tuple[float, ...]

    @classmethod
    def of(cls, days: Iterable[float], rows: Sequence[Iterable[float]]) -> Bands:
        """From five rows of quantiles, lowest first, such as an array `"levels days"`."""
        low_90, low_50, median, high_50, high_90 = (tuple(map(float, row)) for row in rows)
        return cls(
            days=tuple(map(float, days)),
            low_90=low_90,
            low_50=low_50,
            median=median,
            high_50=high_50,
            high_90=high_90,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One level, on a day known as an interval; `words` such as `highest value`."""

    level: float
    days: tuple[float, float]
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDetected:
    """Below a limit: a stated one, or one that is assumed to lie from `limit[0]` to `limit[1]`."""

    days: tuple[float, float]
    limit: tuple[float, float]
    stated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionCurve:
    """What was measured after one infusion, and the curve fitted to it, if there is one."""

    label: str
    points: tuple[Measured | NotDetected, ...]
    bands: Bands | None = None
