"""The criteria of lesions, in the order in which the catalogue lists them."""

from reinfuse.grading.lesions.lugano_entry import (
    DEAUVILLE_ENTRY,
    LUGANO_CT_ENTRY,
    LUGANO_ENTRY,
    LUGANO_PET_ENTRY,
    LYRIC_ENTRY,
)
from reinfuse.grading.lesions.percist_entry import PERCIST_ENTRY
from reinfuse.grading.lesions.recist_entry import RECIST_CONFIRMED_ENTRY, RECIST_ENTRY
from reinfuse.grading.rules.entry import Entry

CRITERIA: tuple[Entry, ...] = (
    LUGANO_ENTRY,
    LUGANO_PET_ENTRY,
    LUGANO_CT_ENTRY,
    LYRIC_ENTRY,
    DEAUVILLE_ENTRY,
    RECIST_ENTRY,
    RECIST_CONFIRMED_ENTRY,
    PERCIST_ENTRY,
)
