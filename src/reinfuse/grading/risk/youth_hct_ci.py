"""The comorbidity index widened for the young with nonmalignant disease, as far as it was read."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.risk.hct_ci import BEFORE_CONDITIONING, LINES, NOTES
from reinfuse.grading.rules.condition import stated
from reinfuse.grading.rules.score import Line, Score, Tier
from reinfuse.source import Source, Standing

YOUTH_HCT_CI = Criterion(
    name="youth-HCT-CI nonmalignant",
    title="Comorbidity index for the young with nonmalignant disease",
    levels=(),
    source=Source(
        cite="ASH Education 2023:731",
        place="clinical case; the rest of the table recalled",
        standing=Standing.RECALLED,
    ),
    family="risk",
)

ADDED = (
    Line("ventilation", (Tier(3, "ever ventilated", stated("prior mechanical ventilation")),)),
    Line("fungal infection", (Tier(1, "in the history", stated("prior fungal infection")),)),
    Line("underweight", (Tier(1, "underweight for the age", stated("underweight")),)),
)

RULE = Score(
    criterion=YOUTH_HCT_CI,
    lines=(*LINES, *ADDED),
    pool_days=BEFORE_CONDITIONING.days,
    notes=(
        "read: +3 for ventilation, +1 for fungal infection, +1 for underweight; recalled: that "
        "every other line keeps its points of the HCT-CI, and that no further line was added",
        "no classes: their bounds were not read",
        *NOTES,
    ),
)
