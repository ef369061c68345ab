"""CRS of virtual patients: their signs charted day by day and graded as a cohort's are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.cohort.graded import GradeColumns, grade_columns
from reinfuse.grading.grade import Criterion
from reinfuse.grading.toxicity.crs_astct import SCALE as ASTCT
from reinfuse.mechanism.sign_rules import SignRules, shipped_rules
from reinfuse.mechanism.signs import Signs, signs_of
from reinfuse.record.long_table import LongTable
from reinfuse.trials.graded.outputs import Virtual
from reinfuse.trials.graded.signs_charted import (
    ORGANS_ASSUMED,
    SIGNS_ASSUMED,
    charted_signs,
    treated_on,
)
from reinfuse.trials.graded.visits import Attended, Schedule, attended_all
from reinfuse.trials.graded.written import table_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CHUNK_PATIENTS = 2000
ASTCT_CRS = ASTCT.criterion.name
NOT_MODELLED = (
    "ICANS, ICAHT, organ toxicity and blood counts are not modelled and not graded",
    "death is not modelled: no grade 5, and nobody leaves before the last visit",
    "fever, low pressure and need for oxygen of another cause are not modelled",
    "thresholds of signs are our own choice; CRS of grade 3 and above is uncalibrated",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrsGrades:
    """CRS by some criteria; `low` to `high` and days are `"criteria patients"`.

    nan stands where a patient is not evaluable or there is no such day. `onset` is the first day
    surely above 0, `peak_day` the first of the highest grade. By patient are `episodes`, how often
    it went from a day of fever to the next day without any sign, `first_day` of the first and
    `resolved`, the end of the last, nan where it had not ended by the last visit. `assumed` says
    what was written into the charts that the model does not know.
    """

    criteria: tuple[Criterion, ...]
    low: Floats
    high: Floats
    onset: Floats
    peak_day: Floats
    first_day: Floats
    resolved: Floats
    episodes: NDArray[np.int64]
    assumed: tuple[str, ...]
    not_modelled: tuple[str, ...] = NOT_MODELLED

    @property
    def duration(self) -> Floats:
        """Days from the first of CRS to the end of its last spell; nan where it has not ended."""
        return self.resolved - self.first_day

    def shares(self, grade: int, criterion: int = 0) -> tuple[float, float]:
        """The share of evaluable patients of at least a grade: surely, possibly."""
        low, high = self.low[criterion], self.high[criterion]
        known = ~np.isnan(high)
        if not known.any():
            return float("nan"), float("nan")
        return float((low[known] >= grade).mean()), float((high[known] >= grade).mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class CrsCharting:
    """How signs get into charts: thresholds, and whether other organs are written down as well."""

    rules: SignRules
    organs_well: bool = False

    @property
    def assumed(self) -> tuple[str, ...]:
        """What the charts say that the model does not know."""
        return SIGNS_ASSUMED + (ORGANS_ASSUMED if self.organs_well else ())


def usual_charting() -> CrsCharting:
    """The thresholds of the table; organ toxicity is not charted and stays open."""
    return CrsCharting(rules=shipped_rules())


def graded_crs(
    virtual: Virtual,
    deviations: ArrayLike,
    schedule: Schedule,
    *,
    attended: Attended | None = None,
    charting: CrsCharting | None = None,
    criteria: Sequence[str] = (ASTCT_CRS,),
    watch: Callable[[int, int], None] | None = None,
) -> CrsGrades:
    """The highest CRS grade of each patient by criteria of the catalogue, with its days.

    `deviations` are those of `signs_of`. Scales that ask for organ toxicity, such as Lee 2014 and
    Penn, leave it open unless `charting.organs_well`. `watch` is told patients done and in all.
    """
    used, own = charting or usual_charting(), np.asarray(deviations, np.float64)
    came = attended or attended_all(schedule, virtual.patients)
    parts, spells = [], []
    for first in range(0, virtual.patients, CHUNK_PATIENTS):
        some = slice(first, min(first + CHUNK_PATIENTS, virtual.patients))
        signs = signs_at(virtual.some(some), own[some], schedule, used.rules)
        table = _table(virtual.some(some), signs, schedule, came.signs[some], used)
        parts.append(grade_columns(table, criteria))
        spells.append(_spells(signs, came.signs[some], np.asarray(schedule.signs, np.float64)))
        if watch is not None:
            watch(some.stop, virtual.patients)
    first_day, resolved, count = (np.concatenate(one) for one in zip(*spells, strict=True))
    return CrsGrades(
        criteria=parts[0].criteria,
        low=_by_criterion(parts, "low"),
        high=_by_criterion(parts, "high"),
        onset=_by_criterion(parts, "onset"),
        peak_day=_by_criterion(parts, "peak_day"),
        first_day=first_day,
        resolved=resolved,
        episodes=count.astype(np.int64),
        assumed=used.assumed,
    )


def signs_at(virtual: Virtual, deviations: Floats, schedule: Schedule, rules: SignRules) -> Signs:
    """The signs of the patients on the days on which signs are charted."""
    places = virtual.places(schedule.signs)
    return signs_of(virtual.il6_free[:, places], virtual.ifn[:, places], deviations, rules)


def crs_table(
    virtual: Virtual,
    deviations: ArrayLike,
    schedule: Schedule,
    *,
    attended: Attended | None = None,
    charting: CrsCharting | None = None,
) -> LongTable:
    """The same signs as a long table, of which `charts_of` makes charts of single patients."""
    used = charting or usual_charting()
    came = attended or attended_all(schedule, virtual.patients)
    signs = signs_at(virtual, np.asarray(deviations, np.float64), schedule, used.rules)
    return _table(virtual, signs, schedule, came.signs, used)


def _table(
    virtual: Virtual, signs: Signs, schedule: Schedule, came: Flags, charting: CrsCharting
) -> LongTable:
    days = np.asarray(schedule.signs, np.float64)
    parts = charted_signs(
        signs, treated_on(virtual, days), came, charting.rules, organs_well=charting.organs_well
    )
    return table_of(virtual.names, schedule.signs, parts)


def _by_criterion(parts: Sequence[GradeColumns], name: str) -> Floats:
    count = len(parts[0].criteria)
    columns = [getattr(part, name).reshape(count, -1) for part in parts]
    return np.concatenate(columns, axis=1)


def _spells(signs: Signs, came: Flags, days: Floats) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """First day, end of the last spell, and number of spells, by patient.

    As the ASTCT scale counts them in a chart: fever begins a spell, the next assessed day without
    fever, low pressure and oxygen ends it.
    """
    patients = len(came)
    seen, fever = came & signs.known, signs.fever
    clear = seen & ~fever & ~signs.organs
    first, resolved = np.full(patients, np.nan), np.full(patients, np.nan)
    running, count = np.zeros(patients, dtype=bool), np.zeros(patients, np.int64)
    for place, day in enumerate(days):
        begins = seen[:, place] & fever[:, place] & ~running
        ends = running & clear[:, place]
        first = np.where(begins & np.isnan(first), day, first)
        resolved = np.where(begins, np.nan, np.where(ends, day, resolved))
        count += begins
        running = (running | begins) & ~ends
    return first, resolved, count
