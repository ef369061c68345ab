"""Overt disseminated intravascular coagulation by the ISTH score."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.rules.condition import at_least, at_most, below, one_of
from reinfuse.grading.rules.score import Class, Line, Score, Tier
from reinfuse.source import Source, Standing

ISTH_DIC = Criterion(
    name="ISTH-DIC-2001",
    title="Overt disseminated intravascular coagulation, ISTH",
    levels=(),
    source=Source(
        cite="Taylor 2001, Thromb Haemost 86:1327",
        place="scoring of overt DIC",
        standing=Standing.SECONDARY,
    ),
    family="hyperinflammation",
)

RULE = Score(
    criterion=ISTH_DIC,
    lines=(
        Line(
            "platelets",
            (
                Tier(1, "50 to 100 ×10⁹/L", at_most("platelets", 100, "10*9/L")),
                Tier(2, "below 50 ×10⁹/L", below("platelets", 50, "10*9/L")),
            ),
        ),
        Line(
            "fibrin-related marker",
            (
                Tier(2, "moderate rise", one_of("fibrin-related marker", "moderate")),
                Tier(3, "strong rise", one_of("fibrin-related marker", "strong")),
            ),
        ),
        Line(
            "prothrombin time",
            (
                Tier(1, "3 to below 6 s longer", at_least("prothrombin time prolongation", 3, "s")),
                Tier(2, "6 s longer or more", at_least("prothrombin time prolongation", 6, "s")),
            ),
        ),
        Line("fibrinogen", (Tier(1, "below 1 g/L", below("fibrinogen", 1, "g/L")),)),
    ),
    classes=(Class("not overt", 0), Class("overt DIC", 5)),
    notes=(
        "asked only of a patient with a disorder known to cause DIC",
        "what is a moderate or a strong rise of D-dimer or another fibrin marker is defined by "
        "the laboratory: the word is charted, no number is cut here",
        "a prothrombin time is scored by its seconds above normal; an INR cannot stand for it",
        "one day's values make one score (ours)",
    ),
)
