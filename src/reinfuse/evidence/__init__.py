"""What was published, as data: studies, exact intervals and the counts behind percentages."""

from reinfuse.evidence.interval import Interval, bound_rate
from reinfuse.evidence.splits import Group, counts_for, split_total
from reinfuse.evidence.studies import read_studies, shipped_studies
from reinfuse.evidence.study import Counted, Counts, Infusion, Study

__all__ = [
    "Counted",
    "Counts",
    "Group",
    "Infusion",
    "Interval",
    "Study",
    "bound_rate",
    "counts_for",
    "read_studies",
    "shipped_studies",
    "split_total",
]
