"""The HScore of reactive hemophagocytic syndrome, 0 to 337 points, without a probability."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.rules.condition import (
    above,
    at_least,
    at_most,
    count_of,
    every,
    some,
    stated,
)
from reinfuse.grading.rules.score import Class, Line, Score, Tier
from reinfuse.source import Source, Standing

H_SCORE = Criterion(
    name="HScore-2014",
    title="HScore of reactive hemophagocytic syndrome",
    levels=(),
    source=Source(
        cite="Fardet 2014, Arthritis Rheumatol 66:2613",
        doi="10.1002/art.38690",
        place="table of points",
        standing=Standing.SECONDARY,
    ),
    family="hyperinflammation",
)

LOW_LINEAGES = (
    at_most("hemoglobin", 9.2, "g/dL"),
    at_most("white blood cells", 5, "10*9/L"),
    at_most("platelets", 110, "10*9/L"),
)

LIVER, SPLEEN = stated("hepatomegaly"), stated("splenomegaly")

RULE = Score(
    criterion=H_SCORE,
    lines=(
        Line("immunosuppression", (Tier(18, "known before", stated("immunosuppression")),)),
        Line(
            "temperature",
            (
                Tier(33, "38.4 to 39.4 °C", at_least("temperature", 38.4, "Cel")),
                Tier(49, "above 39.4 °C", above("temperature", 39.4, "Cel")),
            ),
        ),
        Line(
            "organomegaly",
            (
                Tier(23, "liver or spleen", some(LIVER, SPLEEN)),
                Tier(38, "liver and spleen", every(LIVER, SPLEEN)),
            ),
        ),
        Line(
            "cytopenias",
            (
                Tier(24, "two lineages", count_of(2, *LOW_LINEAGES)),
                Tier(34, "three lineages", every(*LOW_LINEAGES)),
            ),
        ),
        Line(
            "ferritin",
            (
                Tier(35, "2000 to 6000 ng/mL", at_least("ferritin", 2000, "ng/mL")),
                Tier(50, "above 6000 ng/mL", above("ferritin", 6000, "ng/mL")),
            ),
        ),
        Line(
            "triglycerides",
            (
                Tier(44, "1.5 to 4 mmol/L", at_least("triglycerides", 1.5, "mmol/L")),
                Tier(64, "above 4 mmol/L", above("triglycerides", 4, "mmol/L")),
            ),
        ),
        Line("fibrinogen", (Tier(30, "at most 2.5 g/L", at_most("fibrinogen", 2.5, "g/L")),)),
        Line("AST", (Tier(19, "30 U/L or more", at_least("AST", 30, "U/L")),)),
        Line("hemophagocytosis", (Tier(35, "in marrow aspirate", stated("hemophagocytosis")),)),
    ),
    classes=(Class("below the cut", 0), Class("169 or more", 169)),
    pool_days=7,
    notes=(
        "triglycerides are cut at 1.5 and 4 mmol/L (132.8 and 354 mg/dL); tables that print 150 "
        "and 400 mg/dL are wrong",
        "findings of one week are read together (ours)",
        "no probability is given: the published curve was not read",
        "what was not recorded widens the interval and is never taken for normal",
    ),
)
