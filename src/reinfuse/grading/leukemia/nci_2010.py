"""Response of ALL by the NCI workshop on relapse after transplantation, 2010."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.leukemia.looks import MARROW
from reinfuse.grading.leukemia.response import ResponseSet, as_recorded
from reinfuse.grading.rules.condition import (
    above,
    at_least,
    below,
    compared,
    every,
    no,
    one_of,
    some,
    stated,
)
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.source import Source, Standing

CR, CRI, PR, SD, PD = "CR", "CRi", "PR", "SD", "PD"
NCI_2010_SOURCE = Source(
    cite="NCI workshop 2010",
    doi="10.1016/j.bbmt.2010.06.008",
    place="table 4a",
    standing=Standing.SECONDARY,
)
BEFORE, COUNT, COUNT_BEFORE = (
    "marrow blasts before treatment",
    "blood blast count",
    "blood blast count before treatment",
)
OUTSIDE = stated("extramedullary disease")
CHANGE = "change of extramedullary disease"
LOW_COUNTS = some(below("neutrophils", 1.0, "10*9/L"), below("platelets", 100, "10*9/L"))
LEUKEMIA_LEFT = some(
    at_least(MARROW, 5, "%"),
    above(COUNT, 0, "10*9/L"),
    OUTSIDE,
    no(stated("normal marrow maturation")),
)
NOT_HALVED = some(
    above(MARROW, 25, "%"),
    no(compared(MARROW, "≤", 0.5, BEFORE, "%")),
    every(above(COUNT, 0, "10*9/L"), no(compared(COUNT, "≤", 0.5, COUNT_BEFORE, "10*9/L"))),
    every(OUTSIDE, no(one_of(CHANGE, "at least halved"))),
)
GROWN = some(
    every(at_least(MARROW, 5, "%"), compared(MARROW, "≥", 1.25, BEFORE, "%")),
    every(above(COUNT, 0, "10*9/L"), compared(COUNT, "≥", 1.25, COUNT_BEFORE, "10*9/L")),
    every(OUTSIDE, one_of(CHANGE, "at least a quarter larger", "new")),
)

SCALE = Scale(
    criterion=Criterion(
        name="NCI-2010 response",
        title="Response of ALL, NCI transplant workshop 2010",
        levels=(CR, CRI, PR, SD, PD),
        family="leukemia",
        source=NCI_2010_SOURCE,
    ),
    otherwise=CR,
    rows=(
        Row(
            CR,
            "marrow blasts < 5 % with all three lines, none in the blood, no disease elsewhere, "
            "neutrophils ≥ 1.0, platelets ≥ 100",
            every(no(LEUKEMIA_LEFT), no(LOW_COUNTS)),
        ),
        Row(CRI, "CR but for the counts", LOW_COUNTS),
        Row(
            PR,
            "marrow, blood and other disease at least halved, marrow blasts ≤ 25 %, counts of CR",
            LEUKEMIA_LEFT,
        ),
        Row(SD, "neither CR, PR nor PD", every(LEUKEMIA_LEFT, some(NOT_HALVED, LOW_COUNTS))),
        Row(PD, "blasts or other disease up by a quarter, or new disease elsewhere", GROWN),
    ),
    notes=(
        "a remission lasts at least four weeks: see `NCI-2010 remission of 4 weeks`",
        "a rise of the marrow counts as progression from 5 % on (ours)",
    ),
)
NCI_2010 = ResponseSet(scale=SCALE, remission=(CR, CRI), filled=as_recorded)
