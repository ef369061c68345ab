"""What was measured after one infusion, as a curve can use it.

Days count from the infusion and are intervals, `(day, day)` where the day is known. The caller
resolves calendar dates; what it does not know stays open here.
"""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.errors import ReinfuseError

Days = tuple[float, float]


class UnusableLevel(ReinfuseError):
    """A level or a day that no curve can be fitted to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakSeen:
    """The highest percentage reported out of a series of which nothing else is known.

    The curve's own peak lies between the samples; `day` is when this one was drawn, or `None`.
    Give a series that is known sample by sample as `Level`s instead: nothing is hidden in it.
    """

    percent: float
    day: Days | None

    def __post_init__(self) -> None:
        """Refuse what is not a percentage with odds, or not an interval."""
        _check_percent(self.percent)
        if self.day is not None:
            _check_days(self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One measured percentage."""

    percent: float
    day: Days

    def __post_init__(self) -> None:
        """Refuse what is not a percentage with odds, or not an interval."""
        _check_percent(self.percent)
        _check_days(self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """Not detectable: below `limit_percent`, or below a limit nobody stated (`None`).

    All limits that were not stated are taken to be one limit, that of one assay.
    """

    day: Days
    limit_percent: float | None

    def __post_init__(self) -> None:
        """Refuse what is not a percentage with odds, or not an interval."""
        _check_days(self.day)
        if self.limit_percent is not None:
            _check_percent(self.limit_percent)


Point = PeakSeen | Level | Below


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveData:
    """All that is known of one infusion's curve.

    `infusion_day` is an error common to every day above, such as `(0, 2)` when the infusion may
    have been up to two days later than the day the points count from. `gate` is what the
    percentages are percentages of, such as `T cells`; None where nobody stated it, and
    `gate_unstated` counts the points it is only taken to hold for.
    """

    label: str
    points: tuple[Point, ...]
    infusion_day: Days = (0.0, 0.0)
    gate: str | None = None
    gate_unstated: int = 0

    def __post_init__(self) -> None:
        """Refuse two highest values, or a start that is not an interval."""
        if self.infusion_day[0] > self.infusion_day[1]:
            raise UnusableLevel(
                f"infusion day {self.infusion_day} ends before it begins",
                where=self.label,
                fix="give (earliest, latest)",
            )
        peaks = [point.percent for point in self.points if isinstance(point, PeakSeen)]
        levels = [point.percent for point in self.points if isinstance(point, Level)]
        if peaks and levels and max(levels) > peaks[0]:
            raise UnusableLevel(
                f"a level of {max(levels):g} % is above the highest value, {peaks[0]:g} %",
                where=self.label,
                fix="give all samples as Level, or correct the peak",
            )
        if len(peaks) > 1:
            raise UnusableLevel(
                "two highest values for one infusion",
                where=self.label,
                fix="keep one PeakSeen; give the other samples as Level",
            )


def _check_percent(percent: float) -> None:
    if not 0.0 < percent < 100.0:  # noqa: PLR2004 - per cent
        raise UnusableLevel(
            f"{percent:g} % of a gate has no odds",
            fix="a level of 0 is Below(limit_percent=...); 100 % is one event short, such as 99.9",
        )


def _check_days(day: Days) -> None:
    if not 0.0 <= day[0] <= day[1]:
        raise UnusableLevel(
            f"days {day[0]:g} to {day[1]:g} are not an interval after infusion",
            fix="give (earliest, latest), counted from the infusion",
        )
