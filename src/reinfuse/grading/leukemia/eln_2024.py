"""Response of adult ALL by the European LeukemiaNet 2024."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.leukemia.looks import MARROW, Look
from reinfuse.grading.leukemia.response import ResponseSet
from reinfuse.grading.rules.condition import (
    above,
    at_least,
    at_most,
    below,
    compared,
    every,
    no,
    some,
    stated,
)
from reinfuse.grading.rules.finding import ELSEWHERE, Findings
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

CR, CRI, MLFS, PR, FAILURE = "CR", "CRi", "MLFS", "PR", "failure"

RED_CELLS = stated("red cell transfusion in the last 4 weeks")
OUTSIDE = stated("extramedullary disease")
HIGH_MRD = at_least("MRD", 1, "%")
REMISSION = some(
    below(MARROW, 5, "%"),
    every(at_most(MARROW, 25, "%"), below("MRD", 1, "%")),
)
LOW_NEUTROPHILS = at_most("neutrophils", 1.0, "10*9/L")
LOW_PLATELETS = at_most("platelets", 100, "10*9/L")
SHORT_COUNTS = some(LOW_NEUTROPHILS, LOW_PLATELETS, RED_CELLS)
HALVED = compared(MARROW, "≤", 0.5, "marrow blasts before treatment", "%")

SCALE = Scale(
    criterion=Criterion(
        name="ELN-2024 response",
        title="Response of adult ALL, European LeukemiaNet 2024",
        levels=(CR, CRI, MLFS, PR, FAILURE),
        family="leukemia",
        source=Source(
            cite="Gökbuget 2024",
            place="Blood 143:1891, table of response criteria",
            standing=Standing.SECONDARY,
        ),
    ),
    otherwise=CR,
    rows=(
        Row(
            CR,
            "marrow blasts < 5 %, no disease elsewhere, neutrophils > 1.0, platelets > 100, "
            "no red cell transfusions; MRD < 1 % if available",
            every(
                REMISSION,
                no(OUTSIDE),
                no(HIGH_MRD),
                above("neutrophils", 1.0, "10*9/L"),
                above("platelets", 100, "10*9/L"),
                no(RED_CELLS),
            ),
        ),
        Row(CRI, "CR but for platelets or neutrophils", SHORT_COUNTS),
        Row(
            MLFS,
            "marrow blasts < 5 %, no disease elsewhere; neither count has recovered",
            every(below("neutrophils", 1.0, "10*9/L"), below("platelets", 100, "10*9/L")),
        ),
        Row(
            PR,
            "counts of CR; marrow blasts 5 to 25 %, at least halved; CR if MRD < 1 %",
            no(REMISSION),
        ),
        Row(
            FAILURE,
            "leukemia left in the blood",
            above("blood blasts", 0, "%"),
            standing=Standing.OURS,
        ),
        Row(
            FAILURE,
            "none of the above, or MRD ≥ 1 %",
            some(
                OUTSIDE,
                HIGH_MRD,
                every(no(REMISSION), some(above(MARROW, 25, "%"), no(HALVED), SHORT_COUNTS)),
            ),
        ),
    ),
    notes=(
        "the last row that holds counts: disease elsewhere, then blood, marrow, counts, MRD",
        "exactly 1.0 or 100 is not above it, so CRi (ours: the table prints > for CR, < for CRi)",
        "`or` in CRi means one of the two: with both counts low it is MLFS, a row that would "
        "else never be met (ours)",
        "four weeks without red cells is what independence of transfusions is taken for (ours)",
        "with an MRD, marrow blasts of 5 to 25 % are CR (< 1 %) or failure (≥ 1 %): PR is left for "
        "those without one",
        "MRD counts if available: the published grade leaves out an MRD that was not recorded",
    ),
)


def without_mrd(_chart: Chart, look: Look) -> Findings:
    """The findings as the table takes them: an MRD that is not available is not asked for."""
    findings = look.on.findings
    return findings if "MRD" in findings else {**findings, "MRD": ELSEWHERE}


ELN_2024 = ResponseSet(scale=SCALE, remission=(CR, CRI, MLFS), filled=without_mrd)
