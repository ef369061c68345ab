"""CRS by Lee 2014: oxygen, vasopressors and organ toxicity."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.rules.condition import some
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.grading.toxicity.prepared import Prepared
from reinfuse.grading.toxicity.support import (
    FEVER_OR_CONSTITUTIONAL,
    FURTHER,
    HIGH_DOSE_PRESSOR,
    NOTES,
    ON_OXYGEN,
    ON_VENTILATOR,
    OXYGEN_40,
    SEVERAL_PRESSORS,
    TREATED_PRESSURE,
    complete,
    liver,
    organ,
)
from reinfuse.grading.toxicity.words import FAMILY
from reinfuse.source import Source, Standing

LEE_2014 = Criterion(
    name="Lee-CRS-2014",
    title="Cytokine release syndrome, Lee 2014",
    levels=(0, 1, 2, 3, 4, 5),
    source=Source(
        cite="Lee 2014, Blood 124:188",
        doi="10.1182/blood-2014-05-552729",
        place="Table 2, as adapted in PMC7006459",
        standing=Standing.SECONDARY,
    ),
    family=FAMILY,
)

SCALE = Scale(
    criterion=LEE_2014,
    rows=(
        Row(1, "constitutional symptoms, not life-threatening", FEVER_OR_CONSTITUTIONAL),
        Row(
            2,
            "oxygen below 40 %; pressure helped by fluids or one low-dose pressor; organ grade 2",
            some(ON_OXYGEN, TREATED_PRESSURE, organ(2), liver(2)),
        ),
        Row(
            3,
            "oxygen of 40 % or more; high-dose or several pressors; organ grade 3 or "
            "transaminitis grade 4",
            some(OXYGEN_40, HIGH_DOSE_PRESSOR, SEVERAL_PRESSORS, organ(3), liver(3)),
        ),
        Row(4, "ventilator; organ grade 4 but transaminitis", some(ON_VENTILATOR, organ(4))),
    ),
    minds_cause=True,
    notes=(*NOTES, "vasopressin beside another vasopressor makes several (ours)"),
)
TABLE = Prepared(scale=SCALE, complete=complete, further=FURTHER)
