"""CRS by CARTOX 2018: temperature, pressure, oxygen and organ toxicity."""

from __future__ import annotations

from reinfuse.grading.chart.findings import OnDay
from reinfuse.grading.grade import Criterion
from reinfuse.grading.rules.condition import at_least, below, some, stated
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.grading.toxicity.implied import with_doses, with_oxygen, with_pressure
from reinfuse.grading.toxicity.prepared import Prepared
from reinfuse.grading.toxicity.support import (
    FURTHER,
    HIGH_DOSE_PRESSOR,
    NOTES,
    ON_OXYGEN,
    ON_VENTILATOR,
    OXYGEN_40,
    SEVERAL_PRESSORS,
    TREATED_PRESSURE,
    liver,
    organ,
)
from reinfuse.grading.toxicity.words import FAMILY, SYSTOLIC, TEMPERATURE
from reinfuse.source import Source, Standing

CARTOX_2018 = Criterion(
    name="CARTOX-CRS-2018",
    title="Cytokine release syndrome, CARTOX 2018",
    levels=(0, 1, 2, 3, 4, 5),
    source=Source(
        cite="Neelapu 2018, Nat Rev Clin Oncol 15:47",
        doi="10.1038/nrclinonc.2017.148",
        place="CRS grading, as adapted in PMC7006459 and doi:10.1186/s13045-018-0653-x",
        standing=Standing.SECONDARY,
    ),
    family=FAMILY,
)
# Printed for the adults that the scale was made for.
LOW_PRESSURE = below(SYSTOLIC, 90, "mm[Hg]")

SCALE = Scale(
    criterion=CARTOX_2018,
    rows=(
        Row(
            1,
            "temperature of 38 °C or more; organ grade 1",
            some(at_least(TEMPERATURE, 38, "Cel"), organ(1), liver(1)),
        ),
        Row(
            2,
            "systolic pressure below 90 mmHg, helped by fluids or low-dose pressor; oxygen "
            "below 40 %; organ grade 2",
            some(TREATED_PRESSURE, ON_OXYGEN, organ(2), liver(2)),
        ),
        Row(
            3,
            "high-dose or several pressors; oxygen of 40 % or more; organ grade 3 or "
            "transaminitis grade 4",
            some(HIGH_DOSE_PRESSOR, SEVERAL_PRESSORS, OXYGEN_40, organ(3), liver(3)),
        ),
        Row(
            4,
            "life-threatening hypotension; ventilator; organ grade 4 but transaminitis",
            some(stated("life-threatening hypotension"), ON_VENTILATOR, organ(4)),
        ),
    ),
    minds_cause=True,
    notes=(
        *(note for note in NOTES if not note.startswith("a systolic pressure")),
        "a systolic pressure below 90 mmHg is hypotension, as printed, at every age",
        "vasopressin beside another vasopressor makes several (ours)",
    ),
)


def complete(on: OnDay) -> OnDay:
    """The day with the pressure, the support and the doses that its numbers imply."""
    return with_doses(with_oxygen(with_pressure(on, LOW_PRESSURE)))


TABLE = Prepared(scale=SCALE, complete=complete, further=FURTHER)
