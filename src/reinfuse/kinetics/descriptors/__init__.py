"""Descriptors of cell kinetics: non-compartmental numbers made for cells, for many at once."""

from __future__ import annotations

from reinfuse.kinetics.descriptors.described import (
    DEFAULT,
    DRUG_DEFAULT,
    Described,
    describe,
    descriptors_named,
)
from reinfuse.kinetics.descriptors.listed import DESCRIPTORS
from reinfuse.kinetics.descriptors.of_data_set import profiles_of
from reinfuse.kinetics.descriptors.profiles import (
    Profiles,
    Sampled,
    UnusableProfiles,
    profiles_from_arrays,
)
from reinfuse.kinetics.descriptors.ratios import Ratio, ratios_of
from reinfuse.kinetics.descriptors.reasons import Column, Note, NotEstimable, Reason
from reinfuse.kinetics.descriptors.rules import (
    ANY_SPAN,
    BLQ_RULES,
    AreaMethod,
    BlqRule,
    Given,
    Route,
    Rules,
    TerminalRule,
    area_method,
    blq_rule,
)
from reinfuse.kinetics.descriptors.summary import Summary, summaries
from reinfuse.kinetics.descriptors.table import (
    Descriptor,
    Family,
    Unit,
    above,
    area_between,
)

__all__ = [
    "ANY_SPAN",
    "BLQ_RULES",
    "DEFAULT",
    "DESCRIPTORS",
    "DRUG_DEFAULT",
    "AreaMethod",
    "BlqRule",
    "Column",
    "Described",
    "Descriptor",
    "Family",
    "Given",
    "NotEstimable",
    "Note",
    "Profiles",
    "Ratio",
    "Reason",
    "Route",
    "Rules",
    "Sampled",
    "Summary",
    "TerminalRule",
    "Unit",
    "UnusableProfiles",
    "above",
    "area_between",
    "area_method",
    "blq_rule",
    "describe",
    "descriptors_named",
    "profiles_from_arrays",
    "profiles_of",
    "ratios_of",
    "summaries",
]
