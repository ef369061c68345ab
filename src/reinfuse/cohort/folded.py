"""Grades of many patients: the ranks of their days folded into a peak, its day, and the onset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.cohort.columns import Chunk, Columns, Flags, Floats
from reinfuse.cohort.scale_columns import Ranks
from reinfuse.grading.grade import Criterion, Grade, Level
from reinfuse.grading.rules.finding import name_in
from reinfuse.grading.series import rank
from reinfuse.record.vocabulary import Worse, items


@dataclass(frozen=True, slots=True)
class Folded:
    """One grade per patient, as ranks of the criterion; nan where there is none.

    `peak_day` is the first day of the highest low, `onset` the first day surely above none.
    """

    low: Floats
    high: Floats
    as_published: Floats
    peak_day: Floats
    onset: Floats


def columns_of(
    chunk: Chunk,
    keys: Sequence[str],
    *,
    pool_days: int = 1,
    minds_cause: bool = False,
    worse: dict[str, Worse] | None = None,
) -> Columns:
    """The columns of some keys, without those that nobody has a value of."""
    found = {
        key: chunk.column(
            key, pool_days=pool_days, minds_cause=minds_cause, worse=(worse or {}).get(key)
        )
        for key in keys
    }
    return {key: column for key, column in found.items() if column is not None}


def assessed(chunk: Chunk, keys: Sequence[str], first: int, last: int) -> Flags:
    """The cells from day `first` to `last` in which any item that does not last was charted."""
    found = np.zeros(len(chunk.day), dtype=bool)
    for key in keys:
        if not items()[name_in(key)].lasting:
            found |= chunk.present(key)
    return found & (chunk.day >= first) & (chunk.day <= last)


def folded(chunk: Chunk, ranks: Ranks, cells: Flags, *, floor: float) -> Folded:
    """The peak over the assessed cells of each patient."""
    places = np.flatnonzero(cells)
    patient, low, high = chunk.patient[places], ranks.low[places], ranks.high[places]
    peak_low, peak_high = (_highest(patient, one, chunk.patients) for one in (low, high))
    day = chunk.day[places].astype(np.float64)
    return Folded(
        peak_low,
        peak_high,
        np.where(peak_low == peak_high, peak_low, np.nan),
        _first(patient, day, low == peak_low[patient], chunk.patients),
        _first(patient, day, low > floor, chunk.patients),
    )


def _highest(patient: np.ndarray, ranks: Floats, patients: int) -> Floats:
    found = np.full(patients, np.nan)
    if len(patient):
        begins = np.flatnonzero(np.diff(patient, prepend=-1))
        found[patient[begins]] = np.maximum.reduceat(ranks, begins)
    return found


def _first(patient: np.ndarray, day: Floats, chosen: Flags, patients: int) -> Floats:
    found = np.full(patients, np.nan)
    of = patient[chosen][::-1]
    found[of] = day[chosen][::-1]  # of several of one patient the earliest is written last
    return found


def with_deaths(grades: Folded, chunk: Chunk, item: str, cause: str, level: float) -> Folded:
    """The grades with one level for everybody who died of a cause."""
    if item not in chunk.rows_of:
        return grades
    rows = chunk.rows_of[item]
    by_cause = chunk.of("word")[rows] == items()[item].words.index(cause)
    died = np.zeros(chunk.patients, dtype=bool)
    died[chunk.of("patient")[rows[by_cause]] - chunk.first] = True
    low, high, published = (
        np.where(died, level, one) for one in (grades.low, grades.high, grades.as_published)
    )
    # The day of death is not a day of the series.
    return Folded(low, high, published, np.where(died, np.nan, grades.peak_day), grades.onset)


def of_grades(criterion: Criterion, grades: Sequence[Grade]) -> Folded:
    """The same of grades that were derived one patient at a time."""
    return Folded(
        *(np.array(one) for one in zip(*(_line(criterion, one) for one in grades), strict=True))
    )


def _line(criterion: Criterion, grade: Grade) -> tuple[float, ...]:
    low, high, published = (
        _rank(criterion, level) for level in (grade.low, grade.high, grade.as_published)
    )
    days = [day.day for day in grade.series if _rank(criterion, day.low) == low]
    onset = float(grade.episodes[0].onset) if grade.episodes else np.nan
    return low, high, published, float(days[0]) if days else np.nan, onset


def _rank(criterion: Criterion, level: Level | None) -> float:
    """nan for nothing, and for a word of another scale, which a series may hold."""
    foreign = isinstance(level, str) and level not in criterion.levels
    return np.nan if level is None or foreign else float(rank(criterion, level))
