"""Every descriptor: one table, from which headings, units, documents and tests are made."""

from __future__ import annotations

from reinfuse.kinetics.descriptors.cell_descriptors import CELLS, DETAIL
from reinfuse.kinetics.descriptors.drug_descriptors import DRUG
from reinfuse.kinetics.descriptors.table import Descriptor
from reinfuse.kinetics.descriptors.window_descriptors import windows

DESCRIPTORS: tuple[Descriptor, ...] = (*CELLS, *windows(), *DETAIL, *DRUG)
