"""Numbers with limits: percentages, backgrounds, limits of detection, and what may be said."""

from reinfuse.cytometry.numbers.assay import CAR_T, MRD, Assay
from reinfuse.cytometry.numbers.blank import (
    Blank,
    Control,
    ControlKind,
    KnownBackground,
    NoBlank,
    pool_controls,
)
from reinfuse.cytometry.numbers.concentration import (
    AbsoluteCount,
    Beads,
    NoConcentration,
    PerMicrolitre,
    count_by_beads,
    count_by_dual_platform,
)
from reinfuse.cytometry.numbers.corrected import Corrected, correct_for_background
from reinfuse.cytometry.numbers.guards import CAR_T_GUARDS, MRD_GUARDS, Acquisition, Guards, Setting
from reinfuse.cytometry.numbers.limits import CountingLimits, Limits, find_limits
from reinfuse.cytometry.numbers.measured import Measured, State, measure
from reinfuse.cytometry.numbers.rules import CAR_T_RULE, MRD_RULE, RULES, Rule
from reinfuse.cytometry.numbers.share import Interval, NoShare, Share, share_of

__all__ = [
    "CAR_T",
    "CAR_T_GUARDS",
    "CAR_T_RULE",
    "MRD",
    "MRD_GUARDS",
    "MRD_RULE",
    "RULES",
    "AbsoluteCount",
    "Acquisition",
    "Assay",
    "Beads",
    "Blank",
    "Control",
    "ControlKind",
    "Corrected",
    "CountingLimits",
    "Guards",
    "Interval",
    "KnownBackground",
    "Limits",
    "Measured",
    "NoBlank",
    "NoConcentration",
    "NoShare",
    "PerMicrolitre",
    "Rule",
    "Setting",
    "Share",
    "State",
    "correct_for_background",
    "count_by_beads",
    "count_by_dual_platform",
    "find_limits",
    "measure",
    "pool_controls",
    "share_of",
]
