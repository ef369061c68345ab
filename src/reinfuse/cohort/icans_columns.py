"""ASTCT ICANS of many patients at once: by the ICE table, by the CAPD table, or by both."""

from __future__ import annotations

import numpy as np

from reinfuse.cohort.columns import Chunk, Flags
from reinfuse.cohort.completions import COMPLETIONS
from reinfuse.cohort.folded import Folded, assessed, columns_of, folded, with_deaths
from reinfuse.cohort.judge_columns import holds_in
from reinfuse.cohort.scale_columns import Ranks, ranks_of
from reinfuse.grading.series import rank
from reinfuse.grading.toxicity import icans_child, icans_ice
from reinfuse.grading.toxicity.icans_by_age import OLDER
from reinfuse.grading.toxicity.icans_signs import ICANS_2019
from reinfuse.grading.toxicity.prepared import DEATH_CAUSE, DEATH_GRADE, LAST_DAY, Prepared


def icans_columns(chunk: Chunk) -> Folded:
    """The peak of ICANS of every patient, each day by the table of that day's age."""
    older = holds_in(OLDER, columns_of(chunk, ("age",)))
    by_ice, ice_days = _by_table(chunk, icans_ice.TABLE)
    by_capd, capd_days = _by_table(chunk, icans_child.TABLE)
    known = [older.surely, ~np.asarray(older.possibly)]
    low, high = (
        np.select(
            [np.broadcast_to(one, len(chunk.day)) for one in known],
            [ice, capd],
            either(ice, capd),
        )
        for ice, capd, either in (
            (by_ice.low, by_capd.low, np.minimum),
            (by_ice.high, by_capd.high, np.maximum),
        )
    )
    floor = rank(ICANS_2019, 0)
    grades = folded(chunk, Ranks(low, high), ice_days | capd_days, floor=floor)
    death = rank(ICANS_2019, DEATH_GRADE)
    return with_deaths(grades, chunk, DEATH_CAUSE, icans_ice.TABLE.cause, death)


def _by_table(chunk: Chunk, table: Prepared) -> tuple[Ranks, Flags]:
    """The ranks by one table; on a day on which none of its items was charted all are open."""
    keys, cells = table.keys(), len(chunk.day)
    columns = columns_of(chunk, keys, minds_cause=table.scale.minds_cause)
    ranks = ranks_of(table.scale, COMPLETIONS[table.complete](columns, cells), cells)
    return ranks, assessed(chunk, keys, 0, LAST_DAY)
