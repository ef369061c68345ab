"""Profiles of a data set: every sample on the clock of the infusion that it follows."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

import numpy as np

from reinfuse.kinetics.descriptors.profiles import (
    Profiles,
    Sampled,
    checked,
    raise_all,
)
from reinfuse.kinetics.descriptors.reasons import Numbers, Whole
from reinfuse.record.data_set import DataSet, Dose, Sample, Subject

DAYS = {"d": 1.0, "h": 1.0 / 24.0, "min": 1.0 / 1440.0, "wk": 7.0}


@dataclass(slots=True)
class _Gathered:
    """Flat columns of samples and of profiles while a set is gone through."""

    profile: array[int] = field(default_factory=lambda: array("q"))
    time: array[float] = field(default_factory=lambda: array("d"))
    level: array[float] = field(default_factory=lambda: array("d"))
    kind: array[int] = field(default_factory=lambda: array("b"))
    row: array[int] = field(default_factory=lambda: array("q"))
    subject: list[str] = field(default_factory=list)
    occasion: list[int] = field(default_factory=list)
    assay: list[int] = field(default_factory=list)
    dose: list[float] = field(default_factory=list)
    duration: list[float] = field(default_factory=list)
    following: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def profiles_of(
    data: DataSet, *, from_infusion: bool = False, time_unit: str | None = "d"
) -> Profiles:
    """One profile for each subject, infusion and assay of a data set.

    Times are given in `time_unit`, days by default and the set's own where it is None.

    Every occasion counts from its first dose; a subject without one is refused, unless
    `from_infusion` says that the times of the set count from the infusion already. Raises
    UnusableProfiles, with the ID and the row of everything that is wrong.
    """
    wanted = time_unit or data.time_unit
    unknown = [unit for unit in (data.time_unit, wanted) if unit not in DAYS]
    if unknown:
        raise_all([f"times in {unknown[0]!r} cannot be read as days: use {', '.join(DAYS)}"])
    scale = DAYS[data.time_unit] / DAYS[wanted]
    gathered = _Gathered()
    for subject in data.subjects:
        _gather(gathered, subject, scale, from_infusion=from_infusion)
    raise_all(gathered.problems)
    return checked(_padded(gathered, data, wanted))


def _gather(gathered: _Gathered, subject: Subject, scale: float, *, from_infusion: bool) -> None:
    infusions = _infusions(subject, from_infusion=from_infusion)
    if not infusions:
        _refuse_without_dose(gathered, subject)
        return
    own: dict[tuple[int, int], int] = {}
    for sample in subject.samples:
        starts = infusions.get(sample.occasion)
        if starts is None:
            gathered.problems.append(
                f"ID {subject.name}, row {sample.row}: a sample of infusion {sample.occasion},"
                f" which has no dose; add its dose, or correct the occasion"
            )
            continue
        key = (sample.occasion, sample.assay)
        place = own.get(key)
        if place is None:
            place = own[key] = len(gathered.subject)
            _open(gathered, subject, key, infusions, scale)
        kind, level = _said(sample)
        gathered.profile.append(place)
        gathered.time.append((sample.time - starts[0].time) * scale)
        gathered.level.append(level)
        gathered.kind.append(kind)
        gathered.row.append(sample.row)


def _infusions(subject: Subject, *, from_infusion: bool) -> dict[int, list[Dose]]:
    found: dict[int, list[Dose]] = {}
    for dose in subject.doses:
        found.setdefault(dose.occasion, []).append(dose)
    if from_infusion:
        for occasion in sorted({sample.occasion for sample in subject.samples}):
            found.setdefault(occasion, [Dose(time=0.0, amount=float("nan"), occasion=occasion)])
    return found


def _refuse_without_dose(gathered: _Gathered, subject: Subject) -> None:
    rows = [sample.row for sample in subject.samples if sample.row]
    told = f" (its first sample is in row {rows[0]})" if rows else ""
    gathered.problems.append(
        f"ID {subject.name} has no infusion{told}: the time since infusion is not known;"
        " add a dose row, or say that times count from the infusion"
    )


def _open(
    gathered: _Gathered,
    subject: Subject,
    key: tuple[int, int],
    infusions: dict[int, list[Dose]],
    scale: float,
) -> None:
    """Begin a profile."""
    occasion, assay = key
    doses = infusions[occasion]
    start = doses[0].time
    later = [
        (dose.time - start) * scale
        for other, its in infusions.items()
        for dose in its
        if other > occasion and dose.time > start
    ]
    gathered.subject.append(subject.name)
    gathered.occasion.append(occasion)
    gathered.assay.append(assay)
    gathered.dose.append(sum(dose.amount for dose in doses))
    gathered.duration.append(doses[0].duration * scale if len(doses) == 1 else float("nan"))
    gathered.following.append(min(later, default=float("inf")))


def _said(sample: Sample) -> tuple[int, float]:
    """What a sample says: a number, below an upper end, or above a lower end."""
    if sample.value is not None:
        return int(Sampled.QUANTIFIED), sample.value
    if sample.high is not None:
        return int(Sampled.BELOW), sample.high
    if sample.low is not None:
        return int(Sampled.ABOVE), sample.low
    return int(Sampled.ABSENT), float("nan")


def _padded(gathered: _Gathered, data: DataSet, time_unit: str) -> Profiles:
    profile = np.frombuffer(gathered.profile, dtype=np.int64) if gathered.profile else _none()
    count = len(gathered.subject)
    order = np.argsort(profile, kind="stable")
    sizes = np.bincount(profile, minlength=count)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if count else _none()
    sorted_profile = profile[order]
    point = np.arange(len(profile)) - starts[sorted_profile]
    width = max(int(sizes.max(initial=0)), 1)

    def spread(flat: array[int] | array[float], dtype: str, empty: float) -> np.ndarray:
        padded = np.full((count, width), empty, dtype=dtype)
        padded[sorted_profile, point] = np.array(flat, dtype=dtype)[order]
        return padded

    level = spread(gathered.level, "f8", np.nan)
    return Profiles(
        time=spread(gathered.time, "f8", np.nan),
        level=np.exp(level) if data.logarithms else level,
        kind=spread(gathered.kind, "i1", Sampled.ABSENT),
        row=spread(gathered.row, "i8", 0),
        subject=tuple(gathered.subject),
        occasion=np.array(gathered.occasion, dtype=np.int64),
        assay=np.array(gathered.assay, dtype=np.int64),
        assays=data.assays,
        dose=_floats(gathered.dose),
        duration=_floats(gathered.duration),
        next_infusion=_floats(gathered.following),
        time_unit=time_unit,
    )


def _none() -> Whole:
    return np.zeros(0, dtype=np.int64)


def _floats(numbers: list[float]) -> Numbers:
    return np.array(numbers, dtype=np.float64)
