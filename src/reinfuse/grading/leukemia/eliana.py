"""Response of ALL as the ELIANA trial of tisagenlecleucel counted it."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.leukemia.looks import MARROW
from reinfuse.grading.leukemia.response import ResponseSet, as_recorded
from reinfuse.grading.rules.condition import (
    above,
    at_least,
    at_most,
    below,
    every,
    no,
    some,
    stated,
)
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.source import Source, Standing

CR, CRI, NO_RESPONSE = "CR", "CRi", "no response"
ELIANA_SOURCE = Source(
    cite="Maude 2018",
    doi="10.1056/NEJMoa1709866",
    place="response definitions of the protocol",
    standing=Standing.RECALLED,
)
OUTSIDE = stated("extramedullary disease")
TRANSFUSED = stated("platelet transfusion in the last 7 days")

SCALE = Scale(
    criterion=Criterion(
        name="ELIANA response",
        title="Response of ALL, as in the ELIANA trial",
        levels=(CR, CRI, NO_RESPONSE),
        family="leukemia",
        source=ELIANA_SOURCE,
    ),
    otherwise=CR,
    rows=(
        Row(
            CR,
            "marrow blasts < 5 %, blood blasts < 1 %, no disease elsewhere, neutrophils > 1.0, "
            "platelets > 100 without transfusion for 7 days",
            every(
                below(MARROW, 5, "%"),
                below("blood blasts", 1, "%"),
                no(OUTSIDE),
                above("neutrophils", 1.0, "10*9/L"),
                above("platelets", 100, "10*9/L"),
                no(TRANSFUSED),
            ),
        ),
        Row(
            CRI,
            "CR but for the counts",
            some(
                at_most("neutrophils", 1.0, "10*9/L"),
                at_most("platelets", 100, "10*9/L"),
                TRANSFUSED,
            ),
        ),
        Row(
            NO_RESPONSE,
            "marrow blasts ≥ 5 %, blood blasts ≥ 1 %, or disease elsewhere",
            some(at_least(MARROW, 5, "%"), at_least("blood blasts", 1, "%"), OUTSIDE),
        ),
    ),
    notes=(
        "the trial counts CR and CRi within 3 months, maintained for 28 days: see "
        "`ELIANA remission maintained 28 days`",
    ),
)
ELIANA = ResponseSet(scale=SCALE, remission=(CR, CRI), filled=as_recorded)
