"""ASTCT ICANS 2019 from the age of 12 on: the ICE score and the neurological signs."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.grading.rules.condition import at_most, below, every, one_of
from reinfuse.grading.rules.scale import Part, Row, Scale
from reinfuse.grading.toxicity.icans_signs import ICANS_2019, NOTES, SIGNS, rows
from reinfuse.grading.toxicity.ice import (
    NOT_TESTABLE,
    POINTS,
    SCORE,
    UNAROUSABLE,
    WAKEFULNESS,
    with_ice,
)
from reinfuse.grading.toxicity.prepared import Prepared

ICE = Part(
    name="ICE domain",
    rows=(
        Row(1, "ICE 7 to 9", below(SCORE, 10, "{score}")),
        Row(2, "ICE 3 to 6", below(SCORE, 7, "{score}")),
        Row(3, "ICE 0 to 2", below(SCORE, 3, "{score}")),
        Row(
            4,
            "ICE 0 because unarousable",
            every(at_most(SCORE, 0, "{score}"), one_of(WAKEFULNESS, UNAROUSABLE)),
        ),
    ),
)

SCALE = Scale(
    criterion=replace(
        ICANS_2019,
        name="ASTCT-ICANS-2019 ICE",
        title="Neurotoxicity (ICANS) from the age of 12 on, ASTCT 2019",
    ),
    parts=(ICE, *SIGNS),
    rows=rows(ICE),
    minds_cause=True,
    notes=(
        *NOTES,
        "an ICE of 0 in somebody awake is grade 3, in somebody unarousable grade 4",
        "an ICE of 10 in somebody awake is grade 0, in somebody who wakes to voice grade 2 (ours)",
        "of an ICE score with parts not charted every total that they allow stays possible (ours)",
        "the ten points of CARTOX-10 are others and are not taken for it",
    ),
)
TABLE = Prepared(scale=SCALE, complete=with_ice, further=(*POINTS, NOT_TESTABLE), cause="ICANS")
