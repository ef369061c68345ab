"""What of a profile is used: samples below a limit by their rule, and where the landmarks lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.kinetics.descriptors.profiles import Profiles, Sampled
from reinfuse.kinetics.descriptors.reasons import Numbers, Truths, Whole
from reinfuse.kinetics.descriptors.rules import BlqRule, Given, Route


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """The levels that areas and lines are read off; shapes `[profiles, points]`, `[profiles]`.

    The points used come first in each row and the last of them is repeated to the end, so that what
    lies behind it has no width. `measured` marks quantified samples. `peak` and `last` are the
    places of the highest (or of the last one above the upper limit) and of the last quantified
    sample; `samples` counts every sample from the
    infusion on, `until` is the time of the last of them.
    """

    time: Numbers
    level: Numbers
    logs: Numbers
    measured: Truths
    count: Whole
    peak: Whole
    last: Whole
    samples: Whole
    until: Numbers
    any_quantified: Truths
    any_above: Truths
    given: Truths


def series_of(profiles: Profiles, blq: BlqRule, route: Route) -> Series:
    """Each profile from its infusion on, with time 0 in front and samples below the limit ruled.

    Where nothing was measured at time 0 the level there is 0; after a bolus it is read back from
    the first two samples, or is the first one where these do not fall.
    """
    time, kind = profiles.time, profiles.kind
    used = (kind != Sampled.ABSENT) & (time >= 0)
    quantified, below = used & (kind == Sampled.QUANTIFIED), used & (kind == Sampled.BELOW)
    above = used & (kind == Sampled.ABOVE)
    level, kept, middle = _ruled(profiles.level, used, below, blq)
    if route is Route.BOLUS:
        kept &= ~(below & (time == 0))  # drawn before the bolus
    order, count = _kept_first(kept, time)
    time = np.where(order < 0, 0.0, at(time, np.maximum(order, 0)))
    level = np.where(order < 0, 0.0, at(level, np.maximum(order, 0)))
    measured = (order >= 0) & at(quantified, np.maximum(order, 0))
    measured &= np.arange(time.shape[1]) < count[:, None]
    if route is Route.BOLUS:
        level[:, 0] = np.where(order[:, 0] < 0, read_back(time, level, count), level[:, 0])
    over = (order >= 0) & at(above, np.maximum(order, 0))
    over &= np.arange(time.shape[1]) < count[:, None]
    # The peak cannot lie before a sample above the limit.
    highest = np.argmax(np.where(measured, level, -1.0), axis=1)
    return Series(
        time=time,
        level=level,
        logs=np.log(np.where(level > 0, level, 1.0)),
        measured=measured,
        count=count,
        peak=np.where(over.any(axis=1), last_true(over), highest),
        last=last_true(measured),
        samples=used.sum(axis=1),
        until=np.where(used, profiles.time, -np.inf).max(axis=1, initial=-np.inf),
        any_quantified=quantified.any(axis=1),
        any_above=above.any(axis=1),
        given=middle,
    )


def at(values: NDArray, places: Whole) -> NDArray:
    """The value at one place of each row, or at many places of each row."""
    if places.ndim == 1:
        return values[np.arange(len(values)), places]
    return np.take_along_axis(values, places, axis=1)


def last_true(truths: Truths) -> Whole:
    """The place of the last true one of each row; the last place where none is."""
    return truths.shape[1] - 1 - np.argmax(truths[:, ::-1], axis=1)


def read_back(time: Numbers, level: Numbers, count: Whole) -> Numbers:
    """The level at time 0 from the second and third point of each row.

    Source: Phoenix WinNonlin, bolus: a line through the first two logarithms where they fall.
    """
    second, third = np.minimum(1, count - 1), np.minimum(2, count - 1)
    one, two = at(level, second), at(level, third)
    begin, end = at(time, second), at(time, third)
    falls = (one > two) & (two > 0) & (end > begin)
    back = one * (one / two) ** (begin / (end - begin))
    return np.where(falls, back, one)


def _ruled(
    level: Numbers, used: Truths, below: Truths, blq: BlqRule
) -> tuple[Numbers, Truths, Truths]:
    """Levels, which points are kept, and which rows hold a point given a value in the middle."""
    positive = used & ~below
    place = np.arange(level.shape[1])
    any_positive = positive.any(axis=1)
    first = np.where(any_positive, np.argmax(positive, axis=1), level.shape[1])[:, None]
    last = np.where(any_positive, last_true(positive), level.shape[1])[:, None]
    early, late = place < first, place > last
    kept, ruled = used.copy(), level
    for where, given in (
        (below & early, blq.first),
        (below & late, blq.last),
        (below & ~early & ~late, blq.middle),
    ):
        if given is Given.DROP:
            kept &= ~where
        else:
            ruled = np.where(where, _given(level, given), ruled)
    middle = below & ~early & ~late & kept
    return ruled, kept, middle.any(axis=1)


def _given(level: Numbers, given: Given) -> Numbers:
    """The value of a sample below the limit; 0 where the limit is not stated."""
    if given is Given.ZERO:
        return np.zeros_like(level)
    share = 0.5 if given is Given.HALF else 1.0
    return np.where(np.isfinite(level), share * level, 0.0)


def _kept_first(kept: Truths, time: Numbers) -> tuple[Whole, Whole]:
    """Old places in their new order, -1 for a time 0 put in front, and how many are used."""
    size = kept.shape[1]
    any_kept = kept.any(axis=1)
    begins = at(time, np.argmax(kept, axis=1))
    in_front = ~any_kept | (begins > 0)
    with_front = np.concatenate([in_front[:, None], kept], axis=1)
    count = with_front.sum(axis=1)
    order = np.argsort(~with_front, axis=1, kind="stable")
    places = np.minimum(np.arange(size + 1), count[:, None] - 1)
    return np.take_along_axis(order, places, axis=1) - 1, count
