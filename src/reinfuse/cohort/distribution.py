"""How many patients have which grade by one criterion, intervals kept as intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.cohort.graded import GradeColumns
from reinfuse.grading import Criterion, Grade, Level
from reinfuse.grading.series import rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """The grades of many patients by one criterion.

    `counts` pairs an interval in words (`2`, `1 to 4`) with its number of patients, milder first;
    patients of whom nothing was recorded are `not_evaluable` and in no other count. `published`
    counts the grades by the criterion's own rule for gaps, as far as it gives one. `onset_days`
    and `days_to_peak` are those of each patient's first episode, in no order.
    """

    criterion: Criterion
    topic: str
    patients: int
    not_evaluable: int
    counts: tuple[tuple[str, int], ...]
    published: tuple[tuple[str, int], ...] = ()
    onset_days: tuple[int, ...] = ()
    days_to_peak: tuple[int, ...] = ()

    @property
    def graded(self) -> int:
        """Patients with at least a bound."""
        return self.patients - self.not_evaluable


def distributions(grades: Iterable[Grade]) -> tuple[Distribution, ...]:
    """One distribution for each criterion and topic; each grade counts as one patient."""
    groups: dict[tuple[str, str], list[Grade]] = {}
    for grade in grades:
        groups.setdefault((grade.criterion.name, grade.topic), []).append(grade)
    return tuple(_distribution(group) for group in groups.values())


def distributions_in_columns(
    graded: GradeColumns, topics: Sequence[str]
) -> tuple[Distribution, ...]:
    """The same of grades in columns; `topics` has one for each criterion of the columns."""
    return tuple(
        _of_lines(graded, np.flatnonzero(graded.criterion == place), criterion, topic)
        for place, (criterion, topic) in enumerate(zip(graded.criteria, topics, strict=True))
    )


def shown_bounds(graded: GradeColumns, line: int) -> str | None:
    """The bounds of one line in words, such as `1 to 4`; None where nothing was charted."""
    low, high = (level_in_words(graded.level(line, side)) for side in (graded.low, graded.high))
    if low is None and high is None:
        return None
    if high is None:
        return f"{low} or more"
    return low if low == high else f"{low} to {high}"


def level_in_words(level: Level | None) -> str | None:
    """A level as a reader sees it."""
    return f"{level:.4g}" if isinstance(level, float) else None if level is None else str(level)


def _of_lines(
    graded: GradeColumns, lines: np.ndarray, criterion: Criterion, topic: str
) -> Distribution:
    ordered = lines[np.lexsort((graded.high[lines], graded.low[lines]))]
    shown = [words for line in ordered if (words := shown_bounds(graded, int(line))) is not None]
    by_rule = lines[np.argsort(graded.as_published[lines], kind="stable")]
    published = [graded.level(int(line), graded.as_published) for line in by_rule]
    begun = lines[~np.isnan(graded.onset[lines])]
    peaked = begun[~np.isnan(graded.peak_day[begun])]
    return Distribution(
        criterion=criterion,
        topic=topic,
        patients=len(lines),
        not_evaluable=len(lines) - len(shown),
        counts=tuple(Counter(shown).items()),
        published=_words_counted(published),
        onset_days=tuple(graded.onset[begun].astype(int).tolist()),
        days_to_peak=tuple((graded.peak_day[peaked] - graded.onset[peaked]).astype(int).tolist()),
    )


def _distribution(grades: list[Grade]) -> Distribution:
    criterion = grades[0].criterion
    graded = [grade for grade in grades if grade.evaluable]
    ordered = sorted(graded, key=lambda grade: _place(criterion, grade))
    counted = Counter(grade.shown() for grade in ordered)
    first = [grade.episodes[0] for grade in graded if grade.episodes]
    return Distribution(
        criterion=criterion,
        topic=grades[0].topic,
        patients=len(grades),
        not_evaluable=len(grades) - len(graded),
        counts=tuple(counted.items()),
        published=_words_counted([grade.published for grade in ordered]),
        onset_days=tuple(one.onset for one in first),
        days_to_peak=tuple(one.days_to_peak for one in first),
    )


def _words_counted(levels: Iterable[Level | None]) -> tuple[tuple[str, int], ...]:
    words = (level_in_words(level) for level in levels)
    return tuple(Counter(one for one in words if one is not None).items())


def _place(criterion: Criterion, grade: Grade) -> tuple[float, float]:
    low = -1.0 if grade.low is None else rank(criterion, grade.low)
    high = float("inf") if grade.high is None else rank(criterion, grade.high)
    return low, high
