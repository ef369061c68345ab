"""How long each patient of a cohort was watched, and how that ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.errors import ReinfuseError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
ONE_CAUSE = ("event",)


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """One line for each patient; every array has the axis (patients).

    `stop` is the last day watched, counted from day 0; `ended` how it ended: 0 censored, 1 the
    first of `causes`, 2 the second. `entry` is the day on which watching began: somebody is at
    risk on days after `entry` up to and with `stop`; minus infinity means from day 0 on.
    """

    stop: Floats
    ended: Integers
    entry: Floats
    causes: tuple[str, ...] = ONE_CAUSE

    @classmethod
    def of(
        cls,
        stop: ArrayLike,
        ended: ArrayLike,
        *,
        entry: ArrayLike | None = None,
        causes: Sequence[str] = ONE_CAUSE,
    ) -> Times:
        """Times that can be counted with; raises ReinfuseError for what cannot be.

        `ended` may hold truths where there is one cause. An entry on day 0 or earlier is no late
        entry.
        """
        days = np.atleast_1d(np.asarray(stop, dtype=np.float64))
        codes = np.atleast_1d(np.asarray(ended)).astype(np.int64)
        begun = np.full(days.shape, -np.inf)
        if entry is not None:
            began = np.atleast_1d(np.asarray(entry, dtype=np.float64))
            _refuse(began.shape != days.shape, f"{began.size} entries for {days.size} stops")
            _refuse_rows(np.isnan(began), "an entry that is no number", "leave the patient out")
            begun = np.where(began > 0.0, began, -np.inf)
        _refuse(days.size == 0, "no patient at all")
        _refuse(days.ndim > 1 or codes.shape != days.shape, f"{codes.size} ends, {days.size} stops")
        _refuse_rows(~np.isfinite(days), "a last day that is no number", "leave the patient out")
        _refuse_rows(days < 0, "a last day before day 0", "count days from day 0")
        _refuse_rows(days <= begun, "a last day not after the entry", "leave the patient out")
        unknown = (codes < 0) | (codes > len(causes))
        _refuse_rows(unknown, "an end that is no cause", f"give 0 to {len(causes)}")
        return cls(days, codes, begun, tuple(causes))

    def only(self, chosen: NDArray[np.bool_]) -> Times:
        """The patients that are chosen."""
        return Times.of(
            self.stop[chosen], self.ended[chosen], entry=self.entry[chosen], causes=self.causes
        )

    @property
    def late(self) -> bool:
        """Whether anybody came under watch after day 0."""
        return bool(np.isfinite(self.entry).any())

    def at_risk(self, days: ArrayLike) -> Integers:
        """How many are at risk on each day, just before anything happens on it."""
        wanted = np.asarray(days, dtype=np.float64)
        begun = np.searchsorted(np.sort(self.entry), wanted, side="left")
        gone = np.searchsorted(np.sort(self.stop), wanted, side="left")
        return np.asarray(begun - gone, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """What happened on each day on which anybody's watch ended.

    `day`, `at_risk` and `censored` have the axis (days), `events` the axes (days, causes). Who is
    censored on the day of an event was at risk of it.
    """

    day: Floats
    at_risk: Integers
    events: Integers
    censored: Integers

    @classmethod
    def of(cls, times: Times) -> Steps:
        """The steps of a cohort, in order of time."""
        day, place = np.unique(times.stop, return_inverse=True)
        counts = np.zeros((day.size, len(times.causes) + 1), dtype=np.int64)
        np.add.at(counts, (place.reshape(-1), times.ended), 1)
        return cls(day, times.at_risk(day), counts[:, 1:], counts[:, 0])


def _refuse(wrong: bool, what: str) -> None:
    if wrong:
        raise ReinfuseError(f"no survival of {what}", fix="give one stop and one end per patient")


def _refuse_rows(wrong: NDArray[np.bool_], what: str, fix: str) -> None:
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise ReinfuseError(f"{what} cannot be counted", where=f"patient {place}", fix=fix)
