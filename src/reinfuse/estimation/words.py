"""Numbers of a fit as a reader sees them: three digits, and `not within 365 days` as words."""

from __future__ import annotations

from reinfuse.estimation.summary import NotWithin, Number, Summary
from reinfuse.quantity import shown_number


def number_in_words(number: Number) -> str:
    """Three significant digits, or that it was not reached."""
    if isinstance(number, NotWithin):
        return str(number)
    return shown_number(float(f"{number:.3g}"))


def range_in_words(summary: Summary, *, percent: int = 90) -> str:
    """The central interval: `8.1 to 14.2`; percent is 50 or 90."""
    low, high = (
        (summary.low_90, summary.high_90) if percent == 90 else (summary.low_50, summary.high_50)  # noqa: PLR2004 - the two that there are
    )
    if isinstance(low, NotWithin):
        return str(low)
    if isinstance(high, NotWithin):
        return f"{number_in_words(low)} to beyond {high.days:g}"
    return f"{number_in_words(low)} to {number_in_words(high)}"
