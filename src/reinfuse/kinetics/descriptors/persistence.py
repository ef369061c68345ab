"""Descriptors of how long cells were found, when they were lost, and when they came again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.kinetics.descriptors.areas import time_above
from reinfuse.kinetics.descriptors.prepared import Prepared, area_bars
from reinfuse.kinetics.descriptors.profiles import Sampled
from reinfuse.kinetics.descriptors.reasons import (
    Bar,
    Column,
    Note,
    Numbers,
    Reason,
    Truths,
    Whole,
    column,
    flagged,
    inherited,
)
from reinfuse.kinetics.descriptors.series import at, last_true

CONFIRMING = 2  # samples below the limit, one after the other, that make a loss
RISE_AGAIN = 10.0  # times the sample before
AFTER_DAY = 5.0  # a fall before it is distribution


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _End:
    """The last positive sample and those below the limit after it."""

    positive: Whole
    after: Whole
    first_below: Numbers


def clast(prepared: Prepared) -> Column:
    """The last quantified level."""
    above = at(prepared.profiles.kind == Sampled.ABOVE, _end(prepared).positive)
    bar = Bar(above, Reason.ABOVE_LIMIT)
    return column(prepared.last_level, *_seen_bars(prepared), bar)


def tlast(prepared: Prepared) -> Column:
    """The time of the last sample with cells; at least that, where no sample was taken later."""
    days = at(_times(prepared), _end(prepared).positive)
    note = flagged(days >= prepared.series.until, Note.LAST_SAMPLE)
    return column(days, *_seen_bars(prepared), note=note)


def clast_of_line(prepared: Prepared) -> Column:
    """The level of the terminal line at the last quantified sample."""
    return column(prepared.line_at_last, inherited(prepared.rate))


def lost_after(prepared: Prepared) -> Column:
    """The last sample with cells before they were lost."""
    end = _end(prepared)
    return column(at(_times(prepared), end.positive), *_loss_bars(prepared, end))


def lost_by(prepared: Prepared) -> Column:
    """The first of the samples without cells, from which on none was found."""
    end = _end(prepared)
    return column(end.first_below, *_loss_bars(prepared, end))


def days_above(prepared: Prepared, threshold: float) -> Column:
    """How long the level was at or above a threshold, up to the last sample used."""
    series = prepared.series
    over = at(series.level, series.count - 1) >= threshold
    ends = at(series.time, series.count - 1) >= series.until
    note = flagged(over & ends, Note.LAST_SAMPLE) | flagged(over & ~ends, Note.UP_TO_LAST)
    values = time_above(series, prepared.areas, threshold)
    return column(values, *area_bars(series), note=note)


def re_expansions(prepared: Prepared) -> Column:
    """How often cells came again."""
    again, _ = _again(prepared)
    return column(again.sum(axis=1).astype(np.float64), *_seen_bars(prepared))


def re_expansion_day(prepared: Prepared) -> Column:
    """The first sample in which cells came again."""
    again, time = _again(prepared)
    never: Truths = np.logical_not(again.any(axis=1))
    none = Bar(never, Reason.NONE_SEEN)
    return column(at(time, np.argmax(again, axis=1)), *_seen_bars(prepared), none)


def _times(prepared: Prepared) -> Numbers:
    return prepared.profiles.time


def _used(prepared: Prepared) -> Truths:
    profiles = prepared.profiles
    return (profiles.kind != Sampled.ABSENT) & (profiles.time >= 0)


def _end(prepared: Prepared) -> _End:
    used, kind = _used(prepared), prepared.profiles.kind
    positive = used & (kind != Sampled.BELOW)
    last = last_true(positive)
    later = used & (np.arange(used.shape[1]) > last[:, None])
    first = np.argmax(later, axis=1)
    return _End(
        positive=last, after=later.sum(axis=1), first_below=at(prepared.profiles.time, first)
    )


def _loss_bars(prepared: Prepared, end: _End) -> tuple[Bar, ...]:
    return (
        *_seen_bars(prepared),
        Bar(end.after == 0, Reason.STILL_THERE, prepared.series.until),
        Bar(end.after < CONFIRMING, Reason.ONE_BELOW, prepared.series.until),
    )


def _seen_bars(prepared: Prepared) -> tuple[Bar, ...]:
    series = prepared.series
    return (
        Bar(series.samples == 0, Reason.NO_SAMPLE),
        Bar(~series.any_quantified & ~series.any_above, Reason.NEVER_QUANTIFIED),
    )


def _again(prepared: Prepared) -> tuple[Truths, Numbers]:
    """Samples of at least ten times the one before, after a fall that began on day 5 or later.

    A sample below the limit counts as the limit, so that the rise is at least what is said; one
    below a limit that is not stated tells nothing.
    """
    profiles, used = prepared.profiles, _used(prepared)
    level, kind = profiles.level, profiles.kind
    told = used & np.isfinite(level)
    positive = told & (kind != Sampled.BELOW)
    late = positive & (profiles.time >= AFTER_DAY)
    before = _carried(np.where(told, level, np.nan))
    highest = _earlier_highest(np.where(late, level, -np.inf))
    fallen = highest > before
    return positive & fallen & (level >= RISE_AGAIN * before), profiles.time


def _carried(values: Numbers) -> Numbers:
    """The latest value that is there before each place; nan where none is."""
    size = values.shape[1]
    places = np.where(np.isfinite(values), np.arange(size), -1)
    latest = np.maximum.accumulate(places, axis=1)
    previous = np.concatenate([np.full((len(values), 1), -1), latest[:, :-1]], axis=1)
    found = np.take_along_axis(values, np.maximum(previous, 0), axis=1)
    return np.where(previous >= 0, found, np.nan)


def _earlier_highest(levels: Numbers) -> Numbers:
    """The highest level before each place."""
    highest = np.maximum.accumulate(levels, axis=1)
    start = np.full((len(levels), 1), -np.inf)
    return np.concatenate([start, highest[:, :-1]], axis=1)
