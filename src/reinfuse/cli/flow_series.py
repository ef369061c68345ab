"""What was found over all tubes, as one table for each result that the record has a name for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reinfuse.cli.columns import columns

if TYPE_CHECKING:
    from reinfuse.cytometry.measured import Measured, Result, ShareResult, TubeMeasured

HEADS = ("tube", "day", "%", "interval", "state", "cells/uL")
PERCENT = 100
_NONE = "-"


def series_tables(measured: Measured) -> Iterator[str]:
    """A table for each such share, with a line for each tube; none where no tube gives it."""
    from reinfuse.cytometry.measured import ShareResult

    several = len({tube.tube.infusion for tube in measured.tubes} - {None}) > 1
    for wanted in measured.strategy.results:
        if not wanted.analyte:
            continue
        found = [
            (tube, next(one for one in tube.results if one.wanted.name == wanted.name))
            for tube in measured.tubes
        ]
        if not any(isinstance(result, ShareResult) for _, result in found):
            continue
        yield ""
        yield f"{wanted.name}, % of {wanted.denominator or wanted.of}"
        yield from columns(HEADS, [_row(tube, one, several) for tube, one in found])


def percent_of(result: ShareResult) -> str:
    """What may be quoted; what was counted without a blank as it was counted."""
    from reinfuse.cytometry.numbers import State

    measured, quoted = result.measured, result.measured.quantity
    if measured.state is State.COUNTED:
        return digits(PERCENT * measured.share.value)
    return _NONE if quoted is None else f"{quoted.limit.value}{digits(quoted.value)}"


def spread_of(result: ShareResult) -> str:
    """The interval after the background, or of the count alone where there is no blank."""
    measured = result.measured
    low, high = measured.low, measured.high
    if measured.corrected is None:
        low, high = measured.share.interval.low, measured.share.interval.high
    return f"{digits(PERCENT * low)} to {digits(PERCENT * high)}"


def per_ul_of(result: ShareResult) -> str:
    """Cells per microlitre with their interval, as far as they may be quoted."""
    from reinfuse.cytometry.numbers import PerMicrolitre

    one = result.per_ul
    if one is None:
        return ""
    if not isinstance(one, PerMicrolitre):
        return "none"  # why is told below
    quoted = one.quantity
    if quoted is None:
        return _NONE
    value = f"{quoted.limit.value}{digits(quoted.value)}"
    return f"{value} ({digits(one.interval.low)} to {digits(one.interval.high)})"


def name_of(tube: TubeMeasured) -> str:
    """The file of a tube, and which of its data sets where it is not the first."""
    return f"{tube.file} data set {tube.data_set}" if tube.data_set > 1 else tube.file


def digits(number: float) -> str:
    """Three digits."""
    return f"{number:.3g}"


def _row(tube: TubeMeasured, result: Result, several: bool) -> tuple[str, ...]:
    from reinfuse.cytometry.measured import NoResult, ShareResult

    head = (name_of(tube), _day(tube, several))
    if isinstance(result, ShareResult):
        state = str(result.measured.state)
        return (*head, percent_of(result), spread_of(result), state, per_ul_of(result))
    because = f"none: {result.because}" if isinstance(result, NoResult) else ""
    return (*head, _NONE, _NONE, because, "")


def _day(tube: TubeMeasured, several: bool) -> str:
    """The day after the infusion, which is named where there are several."""
    day, infusion = tube.tube.day, tube.tube.infusion
    if day is None:
        return _NONE
    return f"infusion {infusion} day {day:g}" if several and infusion else f"{day:g}"
