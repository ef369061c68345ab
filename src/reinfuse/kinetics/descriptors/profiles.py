"""Profiles as padded columns: one row for each subject, infusion and assay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.kinetics.descriptors.reasons import Numbers, Truths, Whole
from reinfuse.record.data_set import Assay

MOST_SHOWN = 50


class Sampled(IntEnum):
    """What a sample says of the level."""

    ABSENT = 0
    QUANTIFIED = 1
    BELOW = 2
    ABOVE = 3


class UnusableProfiles(ReinfuseError):
    """Samples or infusions of which no profile can be made; the words name every one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profiles:
    """Levels after each infusion, by assay; shapes `[profiles, points]` and `[profiles]`.

    `time` counts from the infusion, in `time_unit`, and rises along a row; `level` is the value of
    a quantified sample, the limit of one beyond a limit (nan where the limit is not stated). `kind`
    holds Sampled numbers. `next_infusion` is infinite where there was none; `dose` and `duration`
    are nan where not recorded.
    """

    time: Numbers
    level: Numbers
    kind: NDArray[np.int8]
    row: Whole
    subject: tuple[str, ...]
    occasion: Whole
    assay: Whole
    assays: tuple[Assay, ...]
    dose: Numbers
    duration: Numbers
    next_infusion: Numbers
    time_unit: str = "d"

    def __len__(self) -> int:
        """How many profiles there are."""
        return len(self.subject)

    def label(self, place: int) -> str:
        """Which profile this is: `ID 7, infusion 1, qPCR`."""
        assay = self.assays[int(self.assay[place])].label
        named = f"ID {self.subject[place]}, infusion {int(self.occasion[place])}"
        if assay.isdigit():
            assay = f"assay {assay}"
        return f"{named}, {assay}" if assay else named

    def unit(self, place: int) -> str:
        """The unit of the levels of one profile."""
        return self.assays[int(self.assay[place])].unit

    def only(self, chosen: Truths) -> Profiles:
        """Some of the profiles, in the same order."""
        places = np.flatnonzero(chosen)
        return Profiles(
            time=self.time[places],
            level=self.level[places],
            kind=self.kind[places],
            row=self.row[places],
            subject=tuple(self.subject[place] for place in places),
            occasion=self.occasion[places],
            assay=self.assay[places],
            assays=self.assays,
            dose=self.dose[places],
            duration=self.duration[places],
            next_infusion=self.next_infusion[places],
            time_unit=self.time_unit,
        )


def profiles_from_arrays(
    time: ArrayLike,
    level: ArrayLike,
    *,
    kind: ArrayLike | None = None,
    subject: Sequence[str] | None = None,
    dose: ArrayLike = np.nan,
    duration: ArrayLike = np.nan,
    assay: Assay | None = None,
    time_unit: str = "d",
) -> Profiles:
    """One profile for each row of levels, all after a first infusion and by one assay.

    `time` has the shape of `level`, or is one row for all. A level of nan is a sample that is not
    there; a level of 0 without `kind` is below a limit that is not stated. Raises UnusableProfiles.
    """
    levels = np.atleast_2d(np.asarray(level, dtype=np.float64))
    times = np.broadcast_to(np.asarray(time, dtype=np.float64), levels.shape)
    if kind is None:
        kinds = np.where(np.isfinite(levels) & np.isfinite(times), Sampled.QUANTIFIED, 0)
    else:
        kinds = np.array(kind).reshape(levels.shape)
    count = len(levels)
    return checked(
        Profiles(
            time=times,
            level=levels,
            kind=kinds.astype(np.int8),
            row=np.zeros(levels.shape, dtype=np.int64),
            subject=tuple(subject) if subject else tuple(map(str, range(1, count + 1))),
            occasion=np.ones(count, dtype=np.int64),
            assay=np.zeros(count, dtype=np.int64),
            assays=(assay or Assay(label=""),),
            dose=np.broadcast_to(np.asarray(dose, dtype=np.float64), (count,)),
            duration=np.broadcast_to(np.asarray(duration, dtype=np.float64), (count,)),
            next_infusion=np.full(count, np.inf),
            time_unit=time_unit,
        )
    )


def checked(profiles: Profiles) -> Profiles:
    """The profiles with zeros as below a limit that is not stated; raises UnusableProfiles.

    Refused are negative levels, times that go back, and two samples at one time.
    """
    there = profiles.kind != Sampled.ABSENT
    number = (profiles.kind == Sampled.QUANTIFIED) & there
    _refuse(profiles, there, number)
    zero = number & (profiles.level == 0)
    return Profiles(
        time=np.where(there, profiles.time, np.nan),
        level=np.where(there & ~zero, profiles.level, np.nan),
        kind=np.where(zero, np.int8(Sampled.BELOW), profiles.kind),
        row=profiles.row,
        subject=profiles.subject,
        occasion=profiles.occasion,
        assay=profiles.assay,
        assays=profiles.assays,
        dose=profiles.dose,
        duration=profiles.duration,
        next_infusion=profiles.next_infusion,
        time_unit=profiles.time_unit,
    )


def _refuse(profiles: Profiles, there: Truths, number: Truths) -> None:
    """Raise with every sample that cannot be used."""
    time, level = profiles.time, profiles.level
    with np.errstate(invalid="ignore"):
        before = _latest_before(time, there)
        after = time > profiles.next_infusion[:, None]
        # In braces: the numbers of the sample that is wrong.
        wrong = (
            (there & ~np.isfinite(time), "the time is not a number"),
            (number & ~np.isfinite(level), "the level is not a finite number"),
            (
                there & (level < 0),
                "a level of {level:g} is below zero; correct it, or give it as below its limit",
            ),
            (
                there & (time < before),
                "time {time:g} comes after time {before:g}; sort the samples by time",
            ),
            (there & (time == before), "a second sample at time {time:g}; keep one of them"),
            (
                there & after,
                "time {time:g} lies after the next infusion; correct the occasion of the sample",
            ),
        )
    found = [
        (place, point, words)
        for where, words in wrong
        for place, point in (np.argwhere(where).tolist() if where.any() else ())
    ]
    raise_all(
        [
            f"{_where(profiles, place, point)}: "
            + words.format(
                level=level[place, point], time=time[place, point], before=before[place, point]
            )
            for place, point, words in sorted(found)
        ]
    )


def raise_all(problems: Sequence[str]) -> None:
    """Raise UnusableProfiles with every problem, where there is one."""
    if not problems:
        return
    count = len(problems)
    lines = [f"no profiles can be made: {count} problem{'' if count == 1 else 's'}"]
    lines += [f"  {line}" for line in problems[:MOST_SHOWN]]
    if count > MOST_SHOWN:
        lines.append(f"  and {count - MOST_SHOWN} more")
    raise UnusableProfiles("\n".join(lines))


def _latest_before(time: Numbers, there: Truths) -> Numbers:
    """The latest time of the samples before each one; minus infinity before the first."""
    known = np.where(there & np.isfinite(time), time, -np.inf)
    latest = np.maximum.accumulate(known, axis=1)
    start = np.full((len(time), 1), -np.inf)
    return np.concatenate([start, latest[:, :-1]], axis=1)


def _where(profiles: Profiles, place: int, point: int) -> str:
    row = int(profiles.row[place, point])
    told = f"row {row}" if row else f"sample {point + 1}"
    return f"{profiles.label(place)}, {told}"
