"""Every criterion of counts, laboratory values and graft function, in reading order."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.grading.blood import graft, icaht, recovery, t_icaht
from reinfuse.grading.blood.ctcae import terms
from reinfuse.grading.rules.entry import Entry

CRITERIA: tuple[Entry, ...] = (
    *icaht.ENTRIES,
    *t_icaht.ENTRIES,
    *terms(),
    *(replace(entry, from_transplant=True) for entry in (*recovery.ENTRIES, *graft.ENTRIES)),
)
