"""One check per thing that can be wrong with a study table.

Every check yields findings and stops nothing: a reader is told all of them at once.
"""

from reinfuse.evidence.checks.cells import Row, clean_row
from reinfuse.evidence.checks.counts import MOST_PATIENTS
from reinfuse.evidence.checks.identity import check_identity
from reinfuse.evidence.checks.overlaps import find_overlaps
from reinfuse.evidence.checks.row import check_row, refuses
from reinfuse.evidence.checks.table import check_table

__all__ = [
    "MOST_PATIENTS",
    "Row",
    "check_identity",
    "check_row",
    "check_table",
    "clean_row",
    "find_overlaps",
    "refuses",
]
