"""CAR-HEMATOTOX: the risk of lasting low counts, scored before lymphodepletion."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.risk.before import Window
from reinfuse.grading.rules.condition import above, at_least, at_most, below
from reinfuse.grading.rules.score import Class, Line, Score, Tier
from reinfuse.source import Source, Standing

CAR_HEMATOTOX = Criterion(
    name="CAR-HEMATOTOX",
    title="Risk of hematotoxicity after CAR-T cells, 2021",
    levels=(),
    source=Source(
        cite="Rejeski 2021, Blood 138:2499",
        doi="10.1182/blood.2020010543",
        place="points as carried by a public port, classes of the score page",
        standing=Standing.PORT,
    ),
    family="risk",
)

# Day -5 ± 3, before lymphodepletion.
BEFORE_LYMPHODEPLETION = Window(first=-8, last=-2, aim=-5)

RULE = Score(
    criterion=CAR_HEMATOTOX,
    lines=(
        Line(
            "platelets",
            (
                Tier(1, "75 to 175 ×10⁹/L", at_most("platelets", 175, "10*9/L")),
                Tier(2, "below 75 ×10⁹/L", below("platelets", 75, "10*9/L")),
            ),
        ),
        Line("neutrophils", (Tier(1, "below 1200/µL", below("neutrophils", 1200, "{cells}/uL")),)),
        Line("hemoglobin", (Tier(1, "below 9.0 g/dL", below("hemoglobin", 9, "g/dL")),)),
        Line(
            "C-reactive protein",
            (Tier(1, "3.0 mg/dL or more", at_least("C-reactive protein", 3, "mg/dL")),),
        ),
        Line(
            "ferritin",
            (
                Tier(1, "650 to 2000 ng/mL", at_least("ferritin", 650, "ng/mL")),
                Tier(2, "above 2000 ng/mL", above("ferritin", 2000, "ng/mL")),
            ),
        ),
    ),
    classes=(Class("low", 0), Class("high", 2)),
    pool_days=BEFORE_LYMPHODEPLETION.days,
    notes=(
        "before lymphodepletion, day -5 with three days to either side: of several values the "
        "one nearest to day -5 counts, the earlier of two as near (ours)",
        "neutrophils of exactly 1200 and hemoglobin of exactly 9.0 score 0, CRP of exactly 3.0 "
        "scores 1: the table leaves these values open (ours)",
        "CRP is cut in mg/dL: 3.0 mg/dL is 30 mg/L",
        "validated in large B-cell lymphoma after axicabtagene and tisagenlecleucel; the variant "
        "for acute lymphoblastic leukemia is another score",
        "all five values are asked for: what was not recorded widens the interval",
    ),
)
