"""One published rate: counts with an exact interval, a printed range, or words."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.report.charts.words import shown

Percents = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One outcome of one cohort.

    `interval` is the exact 95 % interval of `events` among `n`, in per cent, computed by whoever
    asks. `printed_range` is used where there are no counts; one side is None for a bound such as
    "up to 34 %", both for words alone. `printed` is the number as printed, `standing` how the
    value reached us, `counted` what one event is of.
    """

    group: str
    label: str
    outcome: str
    standing: str
    printed: str = ""
    counted: str = "patients"
    events: int | None = None
    n: int | None = None
    interval: tuple[float, float] | None = None
    printed_range: Percents = (None, None)

    @property
    def is_words(self) -> bool:
        """Whether there is no number at all."""
        return self.interval is None and self.printed_range == (None, None)

    @property
    def is_percentage_alone(self) -> bool:
        """Whether one percentage was printed, without counts."""
        low, high = self.printed_range
        return self.interval is None and low is not None and low == high

    @property
    def is_range(self) -> bool:
        """Whether a range, or one side of it, was printed without counts."""
        return self.interval is None and not self.is_words and not self.is_percentage_alone

    @property
    def percent(self) -> float | None:
        """Of the counts, else as printed; None for a range and for words."""
        if self.events is not None and self.n:
            return 100.0 * self.events / self.n
        return self.printed_range[0] if self.is_percentage_alone else None

    def counts_words(self) -> str:
        """As `10/15`, or `n 135` where events were not counted."""
        if self.events is None:
            return f"n {self.n}" if self.n is not None else ""
        return f"{self.events}/{self.n}"

    def percent_words(self) -> str:
        """As `66.7 %`; a percentage without counts as printed."""
        if self.percent is not None:
            counted = self.events is not None and bool(self.n)
            return f"{self.percent:.1f} %" if counted else f"{shown(self.percent)} %"
        low, high = self.printed_range
        if low is not None and high is not None:
            return f"{shown(low)} to {shown(high)} % printed"
        if high is not None:
            return f"up to {shown(high)} % printed"
        return f"{shown(low)} % or more printed" if low is not None else ""

    def interval_words(self) -> str:
        """As `38.4 to 88.2 %`."""
        if self.interval is None:
            return "none: no counts"
        low, high = self.interval
        return f"{low:.1f} to {high:.1f} %"

    def value_words(self) -> str:
        """All of it on one line."""
        if self.interval is not None:
            rate = f"{self.counts_words()}, {self.percent_words()}"
            return f"{rate}, exact 95 % interval {self.interval_words()}"
        return self.printed or self.percent_words()
