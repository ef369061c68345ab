"""What was published, as data: studies, targets, exact intervals, counts behind percentages."""

from reinfuse.evidence.interval import Interval, bound_rate
from reinfuse.evidence.scores import (
    Score,
    Tally,
    score_interval,
    score_target,
    spread_rate,
    tally_scores,
)
from reinfuse.evidence.splits import Group, counts_for, split_total
from reinfuse.evidence.studies import read_studies, shipped_studies
from reinfuse.evidence.study import Counted, Counts, Infusion, Study
from reinfuse.evidence.target import Endpoint, Published, Role, Target
from reinfuse.evidence.targets import read_targets, shipped_targets

__all__ = [
    "Counted",
    "Counts",
    "Endpoint",
    "Group",
    "Infusion",
    "Interval",
    "Published",
    "Role",
    "Score",
    "Study",
    "Tally",
    "Target",
    "bound_rate",
    "counts_for",
    "read_studies",
    "read_targets",
    "score_interval",
    "score_target",
    "shipped_studies",
    "shipped_targets",
    "split_total",
    "spread_rate",
    "tally_scores",
]
