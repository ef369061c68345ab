"""Charts of single virtual patients, which every criterion of the catalogue grades."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.record.chart import Chart
from reinfuse.record.long_table import LongTable, charts_of
from reinfuse.trials.graded.crs import CrsCharting, crs_table
from reinfuse.trials.graded.looks import blood_table, looks_table
from reinfuse.trials.graded.outputs import Virtual
from reinfuse.trials.graded.responses import Responses, responses
from reinfuse.trials.graded.visits import Attended, Limits, Schedule, attended_all


def charts_of_virtual(
    virtual: Virtual,
    deviations: ArrayLike,
    schedule: Schedule,
    *,
    attended: Attended | None = None,
    charting: CrsCharting | None = None,
    limits: Limits | None = None,
) -> tuple[Chart, ...]:
    """The chart of each patient, with what `graded_crs` and `responses` grade in columns.

    For some patients of many take `virtual.some`. Whether a remission was reached, and CD19 at
    relapse, stand in the chart as `responses` found them.
    """
    came = attended or attended_all(schedule, virtual.patients)
    found = responses(virtual, schedule, attended=came, limits=limits)
    signs = crs_table(virtual, deviations, schedule, attended=came, charting=charting)
    tables = (signs, *_tables(virtual, found))
    charts = [charts_of(table) for table in tables]
    return tuple(
        Chart.of(parts[0].subject, (mark for part in parts for mark in part.marks))
        for parts in zip(*charts, strict=True)
    )


def _tables(virtual: Virtual, found: Responses) -> tuple[LongTable, LongTable]:
    by_now = np.asarray(np.cumsum(found.surely, axis=1) > 0)
    looks = looks_table(virtual, found.looks, by_now, found.antigen_by_look)
    return looks, blood_table(virtual, found.blood)
