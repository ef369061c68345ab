"""What days say without writing it, in columns: low pressure, oxygen support, the ICE score."""

from __future__ import annotations

import numpy as np

from reinfuse.cohort.columns import (
    ALL_WORDS,
    Column,
    Columns,
    Flags,
    Numbers,
    Truths,
    Words,
)
from reinfuse.cohort.judge_columns import bits_of, holds_in
from reinfuse.grading.crs_signs import LOW_FLOW_L_PER_MIN
from reinfuse.grading.rules.condition import Condition
from reinfuse.grading.toxicity import icans_child
from reinfuse.grading.toxicity.ice import (
    AROUSABLE,
    NOT_TESTABLE,
    POINTS,
    SCORE,
    UNAROUSABLE,
    WAKEFULNESS,
)
from reinfuse.grading.toxicity.implied import (
    LOW_PRESSURE,
    LOW_SATURATION,
    ROOM_AIR_PERCENT,
)
from reinfuse.grading.toxicity.words import (
    AIRWAY,
    DEVICE,
    FLOW,
    HIGH_FLOW,
    HYPOTENSION,
    LOW_FLOW,
    NO_DEVICE,
    PRESSURE,
    SUPPORT,
    VENTILATOR,
)

_NO_DEVICE = bits_of(DEVICE, frozenset({NO_DEVICE}))
_VENTILATED = bits_of(DEVICE, frozenset({VENTILATOR}))
_SUPPORT = bits_of(DEVICE, frozenset(SUPPORT))
_HIGH_FLOW = bits_of(DEVICE, frozenset((*HIGH_FLOW, *PRESSURE)))
_WITH_FLOW = _HIGH_FLOW | bits_of(DEVICE, frozenset(LOW_FLOW))
_TESTED = (SCORE, WAKEFULNESS, NOT_TESTABLE, icans_child.SCORE, *POINTS)


def crs_completed(columns: Columns, cells: int) -> Columns:
    """The days with the hypotension and the support that their numbers imply."""
    said = words_in(columns, DEVICE, cells)
    return with_oxygen_in(with_airway_in(with_pressure_in(columns, cells), cells), cells, said)


def with_pressure_in(
    columns: Columns, cells: int, low_pressure: Condition = LOW_PRESSURE
) -> Columns:
    """The days with hypotension where the pressure is low by its number."""
    low = np.broadcast_to(holds_in(low_pressure, columns).surely, cells)
    known = truths_in(columns, HYPOTENSION, cells)
    if known.elsewhere is not None:
        low = low & ~known.elsewhere
    told = Truths(known.surely | low, known.possibly | low, known.elsewhere)
    return {**columns, HYPOTENSION: told}


def with_airway_in(columns: Columns, cells: int) -> Columns:
    """The days with a ventilator that only keeps the airway open as no support of oxygen."""
    device, airway = words_in(columns, DEVICE, cells), truths_in(columns, AIRWAY, cells)
    open_ = airway.possibly if airway.elsewhere is None else airway.possibly | airway.elsewhere
    ventilated = device.bits == _VENTILATED
    cases = [ventilated & airway.surely, ventilated & open_]
    bits = np.select(cases, [_NO_DEVICE, _NO_DEVICE | _VENTILATED], device.bits)
    return {**columns, DEVICE: Words(bits, device.elsewhere)}


def with_oxygen_in(columns: Columns, cells: int, said: Words | None = None) -> Columns:
    """The days with what flow, inspired oxygen and saturation say of a device unstated or denied.

    `said` are the devices as they were charted, where the columns hold what followed from them.
    """
    device = words_in(columns, DEVICE, cells)
    denied = (device.bits == _NO_DEVICE) & ((said or device).bits == _NO_DEVICE)
    flow, inspired = (numbers_in(columns, name, cells) for name in (FLOW, "inspired oxygen"))
    elsewhere = np.zeros(cells, dtype=bool) if device.elsewhere is None else device.elsewhere
    open_ = ((device.bits == ALL_WORDS) | denied) & ~elsewhere
    no_flow = np.isneginf(flow.low)
    cases = {
        "high flow": open_ & (flow.low > LOW_FLOW_L_PER_MIN),
        "flow": open_ & (flow.low > 0),
        "no flow": open_ & ~no_flow & (flow.high == 0),
        "inspired": open_ & no_flow & (inspired.low > ROOM_AIR_PERCENT),
    }
    told = [_HIGH_FLOW, _WITH_FLOW, _NO_DEVICE, _SUPPORT]
    bits = np.select(list(cases.values()), told, device.bits)
    none = (bits == ALL_WORDS) | (bits == _NO_DEVICE)
    low = np.broadcast_to(holds_in(LOW_SATURATION, columns).surely, cells)
    bits = np.where(low & none & ~elsewhere, _WITH_FLOW, bits)
    return {**columns, DEVICE: Words(bits, device.elsewhere)}


def ice_completed(columns: Columns, cells: int) -> Columns:
    """The days with the ICE score from its parts, and with what being untestable says."""
    columns = {
        name: _opened(column) if name in _TESTED else column for name, column in columns.items()
    }
    score = numbers_in(columns, SCORE, cells)
    open_ = np.isneginf(score.low)
    parts = [(numbers_in(columns, name, cells), points) for name, points in POINTS.items()]
    known = [~np.isneginf(part.low) for part, _ in parts]
    any_known = np.logical_or.reduce(known)
    least, most, unknown = np.zeros(cells), np.zeros(cells), np.zeros(cells)
    for there, (part, points) in zip(known, parts, strict=True):
        least = least + np.where(there, part.low, 0.0)
        most = most + np.where(there, np.minimum(part.high, points), 0.0)
        unknown = unknown + np.where(there, 0.0, points)
    low = np.where(open_ & any_known, least, score.low)
    high = np.where(open_ & any_known, most + unknown, score.high)
    untestable = truths_in(columns, NOT_TESTABLE, cells)
    zero = open_ & ~any_known & untestable.surely
    score = Numbers(np.where(zero, 0.0, low), np.where(zero, 0.0, high))
    return {**columns, SCORE: score, WAKEFULNESS: _wakefulness(columns, untestable, cells)}


def _wakefulness(columns: Columns, untestable: Truths, cells: int) -> Words:
    found = words_in(columns, WAKEFULNESS, cells)
    open_ = found.bits == ALL_WORDS
    cases = [open_ & untestable.surely, open_ & ~untestable.possibly]
    told = [bits_of(WAKEFULNESS, frozenset({UNAROUSABLE})), bits_of(WAKEFULNESS, AROUSABLE)]
    return Words(np.select(cases, told, found.bits))


def capd_completed(columns: Columns, cells: int) -> Columns:
    """The same of a child, without a score that sedation forbids."""
    columns = ice_completed(columns, cells)
    deep = np.broadcast_to(holds_in(icans_child.TOO_DEEP, columns).surely, cells)
    score = numbers_in(columns, icans_child.SCORE, cells)
    low, high = np.where(deep, -np.inf, score.low), np.where(deep, np.inf, score.high)
    return {**columns, icans_child.SCORE: Numbers(low, high)}


def _opened(column: Column) -> Column:
    """A column in which what was put down to another cause is not known."""
    if column.elsewhere is None:
        return column
    match column:
        case Numbers(low, high):
            return Numbers(low, high)
        case Truths(surely, possibly, elsewhere):
            return Truths(surely, possibly if elsewhere is None else possibly | elsewhere)
        case Words(bits):
            return Words(bits)


def numbers_in(columns: Columns, name: str, cells: int) -> Numbers:
    """The numbers of an item in every cell, also where nobody has any."""
    found = columns.get(name)
    if isinstance(found, Numbers):
        return found
    return Numbers(np.full(cells, -np.inf), np.full(cells, np.inf))


def truths_in(columns: Columns, name: str, cells: int) -> Truths:
    """Whether a sign is there in every cell, also where nobody has a word of it."""
    found = columns.get(name)
    if isinstance(found, Truths):
        return found
    return Truths(_none(cells), ~_none(cells))


def words_in(columns: Columns, name: str, cells: int) -> Words:
    """The possible words of an item in every cell, also where nobody has any."""
    found = columns.get(name)
    return found if isinstance(found, Words) else Words(np.full(cells, ALL_WORDS))


def _none(cells: int) -> Flags:
    return np.zeros(cells, dtype=bool)
