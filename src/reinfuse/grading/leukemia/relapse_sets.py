"""Relapse of ALL after a remission, by four published definitions that differ."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.leukemia.after_remission import PARTLY_REACHED, REACHED
from reinfuse.grading.leukemia.eliana import ELIANA_SOURCE
from reinfuse.grading.leukemia.looks import MARROW
from reinfuse.grading.leukemia.nci_2010 import NCI_2010_SOURCE
from reinfuse.grading.rules.condition import Condition, above, at_least, every, some, stated
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.source import Source, Standing

NO_RELAPSE, RELAPSE = "no relapse", "relapse"
OUTSIDE = stated("extramedullary disease")
IN_REMISSION = stated(REACHED)
TESTS, SECOND_TESTS = "other tests with 1 % blasts", "tests with 1 % blasts in second marrow"


def _definition(
    name: str, source: Source, words: str, when: Condition, *, notes: tuple[str, ...] = ()
) -> Scale:
    return Scale(
        criterion=Criterion(
            name=f"{name} relapse",
            title=f"Relapse of ALL, {name}",
            levels=(NO_RELAPSE, RELAPSE),
            family="leukemia",
            source=source,
        ),
        otherwise=NO_RELAPSE,
        rows=(Row(RELAPSE, words, when),),
        notes=notes,
    )


ELIANA_RELAPSE = _definition(
    "ELIANA",
    ELIANA_SOURCE,
    "after CR or CRi: blood blasts ≥ 1 %, marrow blasts ≥ 5 %, or disease elsewhere",
    every(
        IN_REMISSION,
        some(at_least("blood blasts", 1, "%"), at_least(MARROW, 5, "%"), OUTSIDE),
    ),
)
NCCN_RELAPSE = _definition(
    "NCCN",
    Source(cite="NCCN guideline ALL", place="response criteria", standing=Standing.RECALLED),
    "after CR: blasts > 5 % in blood or marrow, or disease elsewhere",
    every(
        IN_REMISSION,
        some(above("blood blasts", 5, "%"), above(MARROW, 5, "%"), OUTSIDE),
    ),
)
NCI_2010_RELAPSE = _definition(
    "NCI-2010",
    NCI_2010_SOURCE,
    "lymphoid blasts again after CR: in the blood, elsewhere, or ≥ 25 % of the marrow; after PR: "
    "> 25 % of the marrow",
    some(
        every(
            IN_REMISSION,
            stated("lymphoid blasts confirmed"),
            some(above("blood blasts", 0, "%"), at_least(MARROW, 25, "%"), OUTSIDE),
        ),
        every(stated(PARTLY_REACHED), above(MARROW, 25, "%")),
    ),
    notes=(
        "confirmed means morphology with flow cytometry, PCR of receptor or fusion genes, or "
        "cytogenetics",
        "the 25 % stand for the marrow; in the blood any confirmed blast counts (ours)",
    ),
)
PONTE_DI_LEGNO_RELAPSE = _definition(
    "Ponte-di-Legno-2022",
    Source(
        cite="Buchmann 2022",
        doi="10.1182/blood.2021012328",
        place="table of relapse criteria with MRD",
        standing=Standing.SECONDARY,
    ),
    "after CR: MRD ≥ 25 %; 5 to < 25 % and one other test; 1 to < 5 % and two other tests; else "
    "two tests of a second marrow; or disease elsewhere",
    every(
        IN_REMISSION,
        some(
            at_least("MRD", 25, "%"),
            every(at_least("MRD", 5, "%"), at_least(TESTS, 1, "{tests}")),
            every(at_least("MRD", 1, "%"), at_least(TESTS, 2, "{tests}")),
            every(at_least("MRD", 1, "%"), at_least(SECOND_TESTS, 2, "{tests}")),
            OUTSIDE,
        ),
    ),
    notes=(
        "another test is flow cytometry, PCR or sequencing of the clone, a fusion, the karyotype "
        "or FISH, with at least 1 % blasts",
        "tests of a second marrow are charted on the day of the marrow that they confirm (ours)",
        "for children; this is the table for marrows with an MRD",
    ),
)
DEFINITIONS = (ELIANA_RELAPSE, NCCN_RELAPSE, NCI_2010_RELAPSE, PONTE_DI_LEGNO_RELAPSE)
