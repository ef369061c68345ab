"""How severe an IEC-HS is, grades 1 to 5, once somebody has called it so."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.grading.grade import Criterion
from reinfuse.grading.hyperinflammation.iec_hs import HINES_2023
from reinfuse.grading.rules.condition import one_of, some, stated
from reinfuse.grading.rules.scale import Row, Scale

IEC_HS_SEVERITY = Criterion(
    name="IEC-HS-2023 severity",
    title="Severity of an HLH-like syndrome after immune effector cells",
    levels=(0, 1, 2, 3, 4, 5),
    source=replace(HINES_2023, place="table of grades"),
    family="hyperinflammation",
)

SEVERITY = Scale(
    criterion=IEC_HS_SEVERITY,
    opens=stated("IEC-HS"),
    rows=(
        Row(1, "no or mild symptoms: watched and worked up", stated("IEC-HS")),
        Row(
            2,
            "mild to moderate: needs immunosuppression, or fibrinogen without bleeding",
            some(
                stated("immunosuppression for IEC-HS"),
                stated("fibrinogen replacement without bleeding"),
            ),
        ),
        Row(
            3,
            "severe, not at once life-threatening: bleeding needs transfusion, or admission for "
            "new kidney injury, hypotension or respiratory distress",
            some(stated("bleeding needing transfusion"), stated("admission for IEC-HS")),
        ),
        Row(
            4,
            "life-threatening: bleeding or hypotension, intubation, dialysis",
            some(
                stated("life-threatening bleeding"),
                stated("life-threatening hypotension from IEC-HS"),
                stated("intubation for IEC-HS"),
                stated("dialysis for IEC-HS"),
            ),
        ),
        Row(5, "death from IEC-HS", one_of("death cause", "IEC-HS")),
    ),
    pool_days=7,
    minds_cause=True,
    notes=(
        "the grade opens when IEC-HS was stated by somebody; the pattern alone does not open it "
        "(ours)",
        "a sign is read together with those of the six days before it (ours)",
    ),
)
