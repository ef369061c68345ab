"""What was published, as data: studies, targets, exact intervals, counts behind percentages."""

from reinfuse.evidence.interval import Interval, bound_rate
from reinfuse.evidence.outcomes import Outcome, list_outcomes
from reinfuse.evidence.scores import (
    Score,
    Tally,
    score_interval,
    score_target,
    spread_rate,
    tally_scores,
)
from reinfuse.evidence.searching import search
from reinfuse.evidence.selecting import LeftOut, Selection, select
from reinfuse.evidence.splits import Group, counts_for, split_total
from reinfuse.evidence.studies import read_studies, shipped_studies
from reinfuse.evidence.study import Counted, Counts, Infusion, Measure, Study
from reinfuse.evidence.target import Endpoint, Published, Role, Target
from reinfuse.evidence.targets import read_targets, shipped_targets

__all__ = [
    "Counted",
    "Counts",
    "Endpoint",
    "Group",
    "Infusion",
    "Interval",
    "LeftOut",
    "Measure",
    "Outcome",
    "Published",
    "Role",
    "Score",
    "Selection",
    "Study",
    "Tally",
    "Target",
    "bound_rate",
    "counts_for",
    "list_outcomes",
    "read_studies",
    "read_targets",
    "score_interval",
    "score_target",
    "search",
    "select",
    "shipped_studies",
    "shipped_targets",
    "split_total",
    "spread_rate",
    "tally_scores",
]
