"""Early and late ICAHT of many patients at once: one row per patient, one column per day."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from reinfuse.cohort.columns import Chunk, Flags, Floats, spans
from reinfuse.cohort.folded import Folded
from reinfuse.cohort.judge_columns import mapped
from reinfuse.grading.blood.icaht import (
    BRIDGED_DAYS,
    EARLY_FIRST,
    EARLY_LAST,
    EARLY_ROWS,
    FILLED_GAP_DAYS,
    ITEM,
    LATE_FIRST,
    LATE_LAST,
    LATE_ONSET,
    LATE_ROWS,
    NEVER_RECOVERED_FROM_DAY,
    PROFOUND,
    ROUNDED_TO,
    SEVERE,
    UNIT,
)
from reinfuse.grading.blood.series import ENDS_ATTRIBUTION, ENDS_FOLLOW_UP
from reinfuse.grading.rules.finding import key_of, unit_in
from reinfuse.record.vocabulary import items


@dataclass(frozen=True, slots=True)
class Counts:
    """The lowest count of each patient on each day, at least and at most; nan where none is.

    `within` are the days that are followed.
    """

    least: Floats
    most: Floats
    within: Flags

    @property
    def known(self) -> Flags:
        """On which days there is a count."""
        return ~np.isnan(self.most)

    def completed(self, counts: Floats, value: float) -> Floats:
        """Some counts with one value on every followed day without a count."""
        return np.where(self.within & np.isnan(counts), value, counts)


def early_columns(chunk: Chunk) -> Folded:
    """The early grade of every patient; what is unknown is filled as for a single patient."""
    counts = _counts(chunk, EARLY_FIRST, EARLY_LAST, ENDS_FOLLOW_UP)
    return _folded(
        counts,
        _early(counts.completed(_rounded(counts.most), math.inf)),
        _early(counts.completed(_rounded(counts.least), 0.0)),
        _early(_rounded(_interpolated(counts))),
    )


def late_columns(chunk: Chunk) -> Folded:
    """The late grade of every patient."""
    counts = _counts(chunk, LATE_FIRST, LATE_LAST, ENDS_ATTRIBUTION)
    return _folded(
        counts,
        _late(counts.completed(counts.most, math.inf)),
        _late(counts.completed(counts.least, 0.0)),
        _late(counts.most),
    )


def _folded(counts: Counts, low: Floats, high: Floats, published: Floats) -> Folded:
    none = np.asarray(~counts.known.any(axis=1))
    nothing = np.full(len(none), np.nan)
    low, high, published = (np.where(none, np.nan, one) for one in (low, high, published))
    return Folded(low, high, published, nothing, nothing)


def _counts(chunk: Chunk, first: int, last: int, ends: tuple[str, ...]) -> Counts:
    stop = np.full(chunk.patients, last)
    for name in ends:
        if name in chunk.rows_of:
            rows = chunk.rows_of[name]
            day = chunk.of("day")[rows]
            ending = (day >= 0) & (chunk.of("word")[rows] != _no(name))
            of = chunk.of("patient")[rows] - chunk.first
            np.minimum.at(stop, of[ending], np.floor(day[ending]).astype(np.int64))
    days = np.arange(first, last + 1)
    within = days <= stop[:, None]
    least, most = (np.full(within.shape, np.inf) for _ in range(2))
    key = key_of(ITEM, UNIT)
    if key in chunk.rows_of:
        rows = chunk.rows_of[key]
        day = np.floor(chunk.of("day")[rows]).astype(np.int64)
        rows, day = (one[(day >= first) & (day <= last)] for one in (rows, day))
        item, held = items()[ITEM], unit_in(key)
        value = mapped(chunk.of("value")[rows], lambda one: item.converted(one, held, UNIT))
        low, high = spans(value, chunk.of("limit")[rows])
        at = (chunk.of("patient")[rows] - chunk.first, day - first)
        np.minimum.at(least, at, low)
        np.minimum.at(most, at, high)
        charted = np.zeros(within.shape, dtype=bool)
        charted[at] = True
        within_charted = within & charted
    else:
        within_charted = np.zeros(within.shape, dtype=bool)
    return Counts(
        np.where(within_charted, least, np.nan), np.where(within_charted, most, np.nan), within
    )


def _no(name: str) -> int:
    """The word that says that an event did not happen; none for a word item."""
    return -2 if items()[name].words else 0


def _rounded(counts: Floats) -> Floats:
    return np.rint(counts / ROUNDED_TO) * ROUNDED_TO


def _interpolated(counts: Counts) -> Floats:
    """Short gaps filled on a straight line, the ends carried; nothing from a single count."""
    known, values = counts.known, counts.most
    patients, width = values.shape
    days = np.arange(width)
    before = np.maximum.accumulate(np.where(known, days, -1), axis=1)
    after = np.minimum.accumulate(np.where(known, days, width)[:, ::-1], axis=1)[:, ::-1]
    row = np.arange(patients)[:, None]
    first = values[row, np.clip(before, 0, None)]
    last = values[row, np.clip(after, None, width - 1)]
    between = ~known & (before >= 0) & (after < width) & (after - before - 1 <= FILLED_GAP_DAYS)
    # No gap is no slope: the days apart are 0 only where a count is.
    apart = np.where(known, 1, after - before)
    with np.errstate(invalid="ignore"):
        line = first + (last - first) / apart * (days - before)
    line = np.where(np.isinf(first) | np.isinf(last), np.inf, line)
    found = np.where(known, values, np.where(between, line, np.nan))
    head = (before < 0) & (after < width) & (after <= FILLED_GAP_DAYS)
    end = counts.within.sum(axis=1)[:, None]
    tail = counts.within & (after == width) & (before >= 0) & (end - before - 1 <= FILLED_GAP_DAYS)
    several = known.sum(axis=1)[:, None] > 1
    found = np.where(several & head, last, found)
    found = np.where(several & tail, first, found)
    return np.where(known | several, found, np.nan)


def _early(counts: Floats) -> Floats:
    """The early grade of daily counts; a day without one is not low."""
    days = np.arange(counts.shape[1])
    last = np.where(~np.isnan(counts), days, -1).max(axis=1)
    severe, lasting = _longest(counts <= SEVERE, last)
    profound, _ = _longest(counts <= PROFOUND, last)
    grade = np.zeros(len(counts))
    for level, of_severe, of_profound in reversed(EARLY_ROWS):
        grade[(severe >= of_severe) | (profound >= of_profound)] = level
    grade[lasting] = EARLY_ROWS[0][0]
    return grade


def _longest(low: Flags, last: np.ndarray) -> tuple[np.ndarray, Flags]:
    """The longest run of each patient, and whether an early one lasts to the last day."""
    longest, begun, before = (np.full(len(low), one) for one in (0, 0, -1000))
    for day in range(low.shape[1]):
        now = low[:, day]
        begun = np.where(now & (day - before - 1 > BRIDGED_DAYS), day, begun)
        before = np.where(now, day, before)
        longest = np.where(now, np.maximum(longest, day - begun + 1), longest)
    return longest, (before == last) & (before >= 0) & (begun <= NEVER_RECOVERED_FROM_DAY)


def _late(counts: Floats) -> Floats:
    """The late grade from the lowest and the second lowest count."""
    known = ~np.isnan(counts)
    lowest, second = np.sort(np.where(known, counts, np.inf), axis=1)[:, :2].T
    grade = np.zeros(len(counts))
    for level, highest in reversed(LATE_ROWS):
        grade[lowest <= highest] = level
    grade[(known.sum(axis=1) > 1) & (second > LATE_ONSET)] = 0
    return grade
