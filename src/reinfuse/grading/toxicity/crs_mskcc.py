"""CRS by the scale of Memorial Sloan Kettering: how long a pressor, how much oxygen."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.rules.condition import at_least, every, some, stated
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.grading.toxicity.prepared import Prepared
from reinfuse.grading.toxicity.support import (
    ANY_PRESSOR,
    FEVER_OR_CONSTITUTIONAL,
    FURTHER,
    NOTES,
    ON_OXYGEN,
    ON_VENTILATOR,
    OXYGEN_40,
    complete,
)
from reinfuse.grading.toxicity.words import FAMILY
from reinfuse.source import Source, Standing

MSKCC = Criterion(
    name="MSKCC-CRS",
    title="Cytokine release syndrome, Memorial Sloan Kettering",
    levels=(0, 1, 2, 3, 4, 5),
    source=Source(
        cite="MSKCC scale",
        place="as adapted in PMC7006459 Table 2",
        standing=Standing.SECONDARY,
    ),
    family=FAMILY,
)

REFRACTORY = stated("hypotension refractory to high-dose vasopressor")

SCALE = Scale(
    criterion=MSKCC,
    rows=(
        Row(1, "mild, watched only", FEVER_OR_CONSTITUTIONAL),
        Row(
            2, "any pressor for less than 24 hours; oxygen below 40 %", some(ANY_PRESSOR, ON_OXYGEN)
        ),
        Row(
            3,
            "any pressor for 24 hours or more; oxygen of 40 % or more",
            some(every(ANY_PRESSOR, at_least("hours on vasopressor", 24, "h")), OXYGEN_40),
        ),
        Row(4, "pressure beyond a high-dose pressor; ventilator", some(REFRACTORY, ON_VENTILATOR)),
    ),
    minds_cause=True,
    notes=(
        *NOTES[:2],
        "hypotension on fluids alone stands in no line as it was read: it changes no grade",
        NOTES[4],
        "vasopressin alone is a vasopressor (ours)",
    ),
)
TABLE = Prepared(scale=SCALE, complete=complete, further=FURTHER)
