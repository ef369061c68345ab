"""What vasopressor rates say of a dose, in columns; and the twin of every way to complete a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from reinfuse.cohort.columns import Columns, Flags, Numbers, Truths
from reinfuse.cohort.completed_columns import (
    capd_completed,
    crs_completed,
    ice_completed,
    numbers_in,
    truths_in,
    with_oxygen_in,
    with_pressure_in,
)
from reinfuse.cohort.judge_columns import holds_in, mapped
from reinfuse.grading.chart.findings import OnDay
from reinfuse.grading.rules.condition import Condition
from reinfuse.grading.rules.finding import exactly
from reinfuse.grading.toxicity import (
    crs_astct,
    crs_cartox,
    crs_penn,
    icans_child,
    support,
)
from reinfuse.grading.toxicity.ice import with_ice
from reinfuse.grading.toxicity.implied import (
    EQUIVALENT,
    EQUIVALENTS,
    HIGH_RATE,
    HIGH_RATE_PENN,
)
from reinfuse.grading.toxicity.words import HIGH_DOSE, OTHER_PRESSORS

Completion = Callable[[Columns, int], Columns]


def with_doses_in(columns: Columns, cells: int, high_rate: Condition = HIGH_RATE) -> Columns:
    """The days with a high-dose vasopressor where the rates say so, or say that it was none."""
    columns = _with_equivalent(columns, cells)
    by_rate, said = holds_in(high_rate, columns), truths_in(columns, HIGH_DOSE, cells)
    elsewhere = _of(said, cells)
    open_, denied = said.possibly & ~said.surely, ~said.possibly & ~elsewhere
    high = by_rate.surely & (open_ | denied)
    none = ~np.asarray(by_rate.possibly) & open_
    dose = Truths(said.surely | high, (said.possibly & ~none) | high, said.elsewhere)
    pressors = numbers_in(columns, OTHER_PRESSORS, cells)
    running = sum((numbers_in(columns, name, cells).low > 0).astype(int) for name in EQUIVALENTS)
    least = np.maximum(running, dose.surely)
    told = np.isneginf(pressors.low) & ~_of(pressors, cells) & (least > 0)
    low = np.where(told, least, pressors.low)
    return {
        **columns,
        HIGH_DOSE: dose,
        OTHER_PRESSORS: Numbers(low, pressors.high, pressors.elsewhere),
    }


def _with_equivalent(columns: Columns, cells: int) -> Columns:
    found = numbers_in(columns, EQUIVALENT, cells)
    low, high = np.zeros(cells), np.zeros(cells)
    for name, factor in EQUIVALENTS.items():
        rate = numbers_in(columns, name, cells)
        known = ~np.isneginf(rate.low)
        for_low, for_high = np.where(known, rate.low, 0.0), np.where(known, rate.high, np.inf)
        low, high = low + _times(for_low, factor), high + _times(for_high, factor)
    told = np.isneginf(found.low) & ~_of(found, cells) & ((low != 0) | (high == 0))
    spans = np.where(told, low, found.low), np.where(told, high, found.high)
    return {**columns, EQUIVALENT: Numbers(*spans, found.elsewhere)}


def _times(numbers: np.ndarray, factor: float) -> np.ndarray:
    return numbers if factor == 1 else mapped(numbers, lambda one: exactly(one).times(factor).low)


def _of(column: Numbers | Truths, cells: int) -> Flags:
    """Where it was put down to another cause."""
    return np.zeros(cells, dtype=bool) if column.elsewhere is None else column.elsewhere


def _support(columns: Columns, cells: int) -> Columns:
    return with_doses_in(with_oxygen_in(with_pressure_in(columns, cells), cells), cells)


def _cartox(columns: Columns, cells: int) -> Columns:
    low = with_pressure_in(columns, cells, crs_cartox.LOW_PRESSURE)
    return with_doses_in(with_oxygen_in(low, cells), cells)


def _penn(columns: Columns, cells: int) -> Columns:
    return with_doses_in(with_oxygen_in(columns, cells), cells, HIGH_RATE_PENN)


# The columnar twin of each way to complete a day.
COMPLETIONS: Mapping[Callable[[OnDay], OnDay], Completion] = {
    crs_astct.complete: crs_completed,
    with_ice: ice_completed,
    icans_child.complete: capd_completed,
    support.complete: _support,
    crs_cartox.complete: _cartox,
    crs_penn.complete: _penn,
}
