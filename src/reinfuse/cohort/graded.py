"""Grades a cohort by many criteria, chunk by chunk: in columns where it can be, else by chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from reinfuse.cohort.columns import Chunk, Floats, Places
from reinfuse.cohort.completions import COMPLETIONS
from reinfuse.cohort.crs_columns import crs_columns
from reinfuse.cohort.folded import (
    Folded,
    assessed,
    columns_of,
    folded,
    of_grades,
    with_deaths,
)
from reinfuse.cohort.icaht_columns import early_columns, late_columns
from reinfuse.cohort.icans_columns import icans_columns
from reinfuse.cohort.scale_columns import ranks_of
from reinfuse.grading.blood.ctcae import grade_term
from reinfuse.grading.blood.icaht import grade_early, grade_late
from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.chart.daily import grade_days
from reinfuse.grading.grade import Criterion, Grade, Level
from reinfuse.grading.rules.entry import Entry
from reinfuse.grading.rules.finding import key_of
from reinfuse.grading.rules.scale import Scale
from reinfuse.grading.rules.score import Score
from reinfuse.grading.series import rank
from reinfuse.grading.toxicity.crs_timed import grade_crs_chart
from reinfuse.grading.toxicity.icans_by_age import grade_icans_chart
from reinfuse.grading.toxicity.prepared import (
    DEATH_CAUSE,
    DEATH_GRADE,
    LAST_DAY,
    Prepared,
    grade_prepared,
)
from reinfuse.record.chart import Chart
from reinfuse.record.long_table import LongTable, charts_of
from reinfuse.record.vocabulary import Worse

CHUNK_PATIENTS = 2000
Twin = Callable[[Chunk], Folded]
_TWINS: Mapping[Callable[[Chart], Grade], Twin] = {
    grade_crs_chart: crs_columns,
    grade_icans_chart: icans_columns,
    grade_early: early_columns,
    grade_late: late_columns,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeColumns:
    """One line for each patient and criterion, each array with the axis (lines).

    `patient` is a place in the patients of the table, `criterion` one in `criteria`. `low`,
    `high` and `as_published` are ranks, which `level` turns into levels; `peak_day` and `onset`
    are days. nan stands where there is none: not evaluable, or without days.
    """

    criteria: tuple[Criterion, ...]
    patient: Places
    criterion: Places
    low: Floats
    high: Floats
    as_published: Floats
    peak_day: Floats
    onset: Floats

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.patient)

    def level(self, line: int, ranks: Floats) -> Level | None:
        """The level of a line whose rank stands in `ranks`; None where there is none."""
        if np.isnan(ranks[line]):
            return None
        levels = self.criteria[self.criterion[line]].levels
        return levels[int(ranks[line])] if levels else float(ranks[line])


def grade_columns(
    table: LongTable,
    names: Sequence[str],
    *,
    chunk_patients: int = CHUNK_PATIENTS,
    progress: Callable[[int, int], None] | None = None,
) -> GradeColumns:
    """Every patient of a table graded by some criteria of the catalogue.

    `progress` is told after each chunk how many patients of how many are done. Raises
    ReinfuseError for a name that is not in the catalogue.
    """
    parts = list(grade_chunks(table, names, chunk_patients=chunk_patients, progress=progress))
    return _joined(tuple(criterion_named(name).criterion for name in names), parts)


def grade_chunks(
    table: LongTable,
    names: Sequence[str],
    *,
    chunk_patients: int = CHUNK_PATIENTS,
    start: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[GradeColumns]:
    """The same, one chunk of patients after the other, so that memory is that of a chunk.

    The first `start` patients are passed over.
    """
    entries = tuple(criterion_named(name) for name in names)
    patients = len(table.patients)
    for first in range(start, patients, chunk_patients):
        chunk = Chunk(table, first, min(first + chunk_patients, patients))
        yield _of_chunk(chunk, entries)
        if progress is not None:
            progress(chunk.last, patients)


def graded_in_columns(entry: Entry) -> bool:
    """Whether a criterion is graded in columns; else each patient is graded by chart."""
    return _twin_of(entry) is not None


def grade_chunk(chunk: Chunk, entry: Entry) -> Folded:
    """The grades of a chunk by one criterion."""
    twin = _twin_of(entry)
    return twin(chunk) if twin is not None else by_charts(chunk, entry)


def by_charts(chunk: Chunk, entry: Entry) -> Folded:
    """The grades of a chunk by one criterion, patient by patient."""
    charts = charts_of(chunk.table, chunk.first, chunk.last)
    return of_grades(entry.criterion, [entry.grade(chart) for chart in charts])


def _twin_of(entry: Entry) -> Twin | None:
    grade = entry.grade
    if not isinstance(grade, partial):
        return _TWINS.get(grade)
    if grade.func is grade_days:
        days = grade.keywords.get("first", 0), grade.keywords.get("last", LAST_DAY)
        return partial(_daily, grade.args[0], days, None)
    if grade.func is grade_term:
        rule, item, unit, worse_high = grade.args
        worse = {key_of(item, unit): Worse.HIGH if worse_high else Worse.LOW}
        return partial(_daily, rule, (0, LAST_DAY), worse)
    if grade.func is grade_prepared and grade.args[0].complete in COMPLETIONS:
        return partial(_prepared, grade.args[0])
    return None


def _daily(
    rule: Scale | Score, days: tuple[int, int], worse: dict[str, Worse] | None, chunk: Chunk
) -> Folded:
    keys = rule.keys()
    columns = columns_of(
        chunk, keys, pool_days=rule.pool_days, minds_cause=rule.minds_cause, worse=worse
    )
    ranks = ranks_of(rule, columns, len(chunk.day))
    none: Level = rule.otherwise if isinstance(rule, Scale) else 0
    return folded(chunk, ranks, assessed(chunk, keys, *days), floor=rank(rule.criterion, none))


def _prepared(rule: Prepared, chunk: Chunk) -> Folded:
    keys, cells, scale = rule.keys(), len(chunk.day), rule.scale
    columns = columns_of(chunk, keys, minds_cause=scale.minds_cause)
    ranks = ranks_of(scale, COMPLETIONS[rule.complete](columns, cells), cells)
    floor = rank(scale.criterion, 0)
    grades = folded(chunk, ranks, assessed(chunk, keys, 0, LAST_DAY), floor=floor)
    death = rank(scale.criterion, DEATH_GRADE)
    return with_deaths(grades, chunk, DEATH_CAUSE, rule.cause, death)


def _of_chunk(chunk: Chunk, entries: Sequence[Entry]) -> GradeColumns:
    found = [grade_chunk(chunk, entry) for entry in entries]
    patient = np.arange(chunk.first, chunk.last)
    return GradeColumns(
        criteria=tuple(entry.criterion for entry in entries),
        patient=np.tile(patient, len(entries)),
        criterion=np.repeat(np.arange(len(entries)), chunk.patients),
        low=_end_to_end([one.low for one in found]),
        high=_end_to_end([one.high for one in found]),
        as_published=_end_to_end([one.as_published for one in found]),
        peak_day=_end_to_end([one.peak_day for one in found]),
        onset=_end_to_end([one.onset for one in found]),
    )


def _joined(criteria: tuple[Criterion, ...], parts: Sequence[GradeColumns]) -> GradeColumns:
    return GradeColumns(
        criteria=criteria,
        patient=_end_to_end([one.patient for one in parts]),
        criterion=_end_to_end([one.criterion for one in parts]),
        low=_end_to_end([one.low for one in parts]),
        high=_end_to_end([one.high for one in parts]),
        as_published=_end_to_end([one.as_published for one in parts]),
        peak_day=_end_to_end([one.peak_day for one in parts]),
        onset=_end_to_end([one.onset for one in parts]),
    )


def _end_to_end(arrays: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate(arrays) if arrays else np.zeros(0)
