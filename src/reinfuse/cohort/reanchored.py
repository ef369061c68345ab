"""A long table counted from another day 0: another infusion of each patient, or the transplant."""

from __future__ import annotations

import re
from array import array
from dataclasses import replace

import numpy as np

from reinfuse.record.long_table import TYPES, LongTable

FIRST, LAST, TRANSPLANT = "first infusion", "last infusion", "transplant"
_SAID = 1  # the word code of yes
_COLUMNS = ("patient", "day", "measure", "value", "word", "limit", "row", "site", "specimen",
            "method", "cause")  # fmt: skip


def reanchored(table: LongTable, day_0: str) -> tuple[LongTable, tuple[str, ...]]:
    """The table with days counted from `day_0`, and the patients who have none.

    `day_0` is `first infusion`, `last infusion`, `infusion 2` or `transplant` (the first one on
    day 0 of the table or after it). The table's own day 0 is its first infusion, and where none
    is charted that day is kept.
    """
    if day_0 in (FIRST, "infusion 1"):
        return table, ()
    days = _days_of(table, TRANSPLANT if day_0 == TRANSPLANT else "infusion")
    zero = [_chosen(found, day_0) for found in days]
    there = np.array([one is not None for one in zero], dtype=bool)
    patient = np.frombuffer(table.patient, dtype=np.int32)
    kept = there[patient] if len(patient) else np.zeros(0, dtype=bool)
    shift = np.array([one or 0 for one in zero], dtype=np.float64)
    codes = np.cumsum(there) - 1
    columns = {name: _kept(getattr(table, name), name, kept) for name in _COLUMNS}
    new_patient = codes[patient[kept]].astype(np.int32)
    columns["patient"] = array(TYPES["patient"], new_patient.tobytes())
    day = np.frombuffer(table.day, dtype=np.float64)[kept] - shift[patient[kept]]
    columns["day"] = array(TYPES["day"], day.tobytes())
    counts = np.bincount(new_patient, minlength=int(there.sum()))
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    names = np.array(table.patients, dtype=object)
    moved = replace(
        table,
        patients=tuple(names[there]),
        starts=array(TYPES["starts"], starts.tobytes()),
        **columns,  # type: ignore[arg-type]  # each by its own name and type, as in TYPES
    )
    return moved, tuple(names[~there])


def _kept(column: array[int] | array[float], name: str, kept: np.ndarray) -> array:
    """The rows of a column that stay; a column that nobody filled stays empty."""
    code = TYPES[name]
    if not len(column):
        return array(code)
    return array(code, np.frombuffer(column, dtype=code)[kept].tobytes())


def _days_of(table: LongTable, item: str) -> list[list[int]]:
    """The days of an item that was said to be there, of each patient."""
    found: list[list[int]] = [[] for _ in table.patients]
    wanted = {place for place, one in enumerate(table.measures) if one.item == item}
    measure = np.frombuffer(table.measure, dtype=TYPES["measure"])
    for place in np.flatnonzero(np.isin(measure, list(wanted))):
        if table.word[place] == _SAID:
            found[table.patient[place]].append(int(table.day[place] // 1))
    # A row that repeats another is no second infusion.
    return [list(dict.fromkeys(days)) for days in found]


def _chosen(days: list[int], day_0: str) -> int | None:
    if day_0 == TRANSPLANT:
        return next((day for day in days if day >= 0), None)
    if day_0 == LAST:
        return days[-1] if days else None
    numbered = re.fullmatch(r"infusion (\d+)", day_0)
    place = int(numbered[1]) - 1 if numbered else 0
    return days[place] if 0 <= place < len(days) else None
