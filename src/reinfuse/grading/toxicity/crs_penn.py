"""CRS by the Penn scale: what was done for it, in and out of hospital."""

from __future__ import annotations

from reinfuse.grading.chart.findings import OnDay
from reinfuse.grading.grade import Criterion
from reinfuse.grading.rules.condition import Condition, at_least, some, stated
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.grading.toxicity.implied import HIGH_RATE_PENN, with_doses, with_oxygen
from reinfuse.grading.toxicity.prepared import Prepared
from reinfuse.grading.toxicity.support import (
    ANY_PRESSOR,
    FEVER_OR_CONSTITUTIONAL,
    FURTHER,
    HIGH_DOSE_PRESSOR,
    NOTES,
    ON_OXYGEN,
    ON_VENTILATOR,
    liver,
)
from reinfuse.grading.toxicity.words import FAMILY, FLUIDS
from reinfuse.source import Source, Standing

PENN = Criterion(
    name="Penn-CRS",
    title="Cytokine release syndrome, Penn scale",
    levels=(0, 1, 2, 3, 4, 5),
    source=Source(
        cite="Porter 2018, J Hematol Oncol 11:35",
        place="as adapted in doi:10.1186/s13045-018-0653-x Table 1",
        standing=Standing.SECONDARY,
    ),
    family=FAMILY,
)


def kidney(grade: int) -> Condition:
    """Raised creatinine of this grade or worse."""
    return at_least("creatinine toxicity grade", grade, "1")


SCALE = Scale(
    criterion=PENN,
    rows=(
        Row(1, "supportive care only", FEVER_OR_CONSTITUTIONAL),
        Row(
            2,
            "creatinine grade 2 or liver tests grade 3; in hospital for CRS; IV therapy other "
            "than fluids for pressure",
            some(kidney(2), liver(3), stated("hospitalized for CRS"), stated("IV therapy for CRS")),
        ),
        Row(
            3,
            "creatinine grade 3 or liver tests grade 4; IV fluids or low-dose pressor for "
            "pressure; coagulopathy needing replacement; any oxygen, CPAP and BiPAP too",
            some(
                kidney(3),
                liver(4),
                stated(FLUIDS),
                ANY_PRESSOR,
                stated("coagulopathy needing replacement"),
                ON_OXYGEN,
            ),
        ),
        Row(4, "high-dose pressor; mechanical ventilation", some(HIGH_DOSE_PRESSOR, ON_VENTILATOR)),
    ),
    minds_cause=True,
    notes=(
        *NOTES[:2],
        "hypotension counts by its treatment, not by a number",
        NOTES[5],
        "by weight norepinephrine of 0.2 and epinephrine of 0.1 µg/kg/min are high too (recalled)",
    ),
)


def complete(on: OnDay) -> OnDay:
    """The day with the support and the doses that its numbers imply."""
    return with_doses(with_oxygen(on), HIGH_RATE_PENN)


TABLE = Prepared(
    scale=SCALE,
    complete=complete,
    further=(*FURTHER, "norepinephrine rate by weight", "epinephrine rate by weight"),
)
