"""Every criterion on leukemia and B cells, in the order in which a reader expects them."""

from reinfuse.grading.chart.listed import listed
from reinfuse.grading.leukemia.after_remission import relapse_entry
from reinfuse.grading.leukemia.b_cells import B_CELLS
from reinfuse.grading.leukemia.cibmtr import CIBMTR
from reinfuse.grading.leukemia.cns import CNS
from reinfuse.grading.leukemia.durations import DURATIONS
from reinfuse.grading.leukemia.eliana import ELIANA
from reinfuse.grading.leukemia.eln_2024 import ELN_2024
from reinfuse.grading.leukemia.fusion_transcript import FUSION_TRANSCRIPT
from reinfuse.grading.leukemia.hepatitis_b import HEPATITIS_B
from reinfuse.grading.leukemia.immunoglobulin import IMMUNOGLOBULIN
from reinfuse.grading.leukemia.mrd_classes import MRD_CLASSES
from reinfuse.grading.leukemia.nci_2010 import NCI_2010
from reinfuse.grading.leukemia.relapse_class import (
    ANTIGEN,
    CLASS_BFM,
    CLASS_COG,
    SAME_RELAPSE_DAYS,
)
from reinfuse.grading.leukemia.relapse_sets import DEFINITIONS
from reinfuse.grading.leukemia.remission import remission_entry
from reinfuse.grading.leukemia.response import ResponseSet, response_entry
from reinfuse.grading.leukemia.testis import TESTIS
from reinfuse.grading.rules.entry import Entry
from reinfuse.grading.rules.scale import Scale


def _others(of: Scale, among: tuple[Scale, ...]) -> tuple[str, ...]:
    return tuple(one.criterion.name for one in among if one is not of)


_SETS: tuple[ResponseSet, ...] = (ELN_2024, CIBMTR, NCI_2010, ELIANA)
_TABLES = tuple(one.scale for one in _SETS)
_CLASSES = (CLASS_BFM, CLASS_COG)

CRITERIA: tuple[Entry, ...] = (
    *(response_entry(one, variants=_others(one.scale, _TABLES)) for one in _SETS),
    *(remission_entry(one) for one in DURATIONS),
    *(relapse_entry(one, variants=_others(one, DEFINITIONS)) for one in DEFINITIONS),
    *(
        relapse_entry(one, days=SAME_RELAPSE_DAYS, variants=_others(one, _CLASSES))
        for one in _CLASSES
    ),
    listed(ANTIGEN, topic="antigen at relapse"),
    MRD_CLASSES,
    FUSION_TRANSCRIPT,
    CNS,
    TESTIS,
    *B_CELLS,
    *IMMUNOGLOBULIN,
    *HEPATITIS_B,
)
