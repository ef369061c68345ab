"""CRS by CTCAE 5.0, recalled as a whole and so used only by explicit choice."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.rules.condition import some, stated
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.grading.toxicity.prepared import Prepared
from reinfuse.grading.toxicity.support import (
    ANY_PRESSOR,
    FEVER_OR_CONSTITUTIONAL,
    FURTHER,
    NOTES,
    ON_OXYGEN,
    OXYGEN_40,
    complete,
)
from reinfuse.grading.toxicity.words import FAMILY, FLUIDS, HYPOTENSION
from reinfuse.source import Source, Standing

CTCAE_5_CRS = Criterion(
    name="CTCAE-5.0 CRS",
    title="Cytokine release syndrome, CTCAE 5.0",
    levels=(0, 1, 2, 3, 4, 5),
    source=Source(
        cite="NCI CTCAE 5.0",
        place="immune system disorders, cytokine release syndrome",
        standing=Standing.RECALLED,
    ),
    family=FAMILY,
)

SCALE = Scale(
    criterion=CTCAE_5_CRS,
    rows=(
        Row(1, "fever, with or without constitutional symptoms", FEVER_OR_CONSTITUTIONAL),
        Row(
            2,
            "hypotension helped by fluids; hypoxia helped by oxygen below 40 %",
            some(stated(HYPOTENSION), stated(FLUIDS), ON_OXYGEN),
        ),
        Row(3, "hypotension on a pressor; oxygen of 40 % or more", some(ANY_PRESSOR, OXYGEN_40)),
        Row(4, "life-threatening, urgent intervention", stated("life-threatening CRS")),
    ),
    minds_cause=True,
    notes=(
        *NOTES[:2],
        "more than one pressor is grade 3 unless stated as life-threatening (ours)",
        *NOTES[3:5],
    ),
)
TABLE = Prepared(scale=SCALE, complete=complete, further=FURTHER)
