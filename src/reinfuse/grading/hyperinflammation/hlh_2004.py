"""The HLH-2004 criteria: five of eight findings, or a gene defect."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.rules.condition import (
    at_least,
    at_most,
    below,
    count_of,
    every,
    one_of,
    some,
    stated,
)
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.source import Source, Standing

NOT_MET, MET = "criteria not met", "criteria met"

HLH_2004 = Criterion(
    name="HLH-2004",
    title="Hemophagocytic lymphohistiocytosis, HLH-2004",
    levels=(NOT_MET, MET),
    source=Source(
        cite="Henter 2007, Pediatr Blood Cancer 48:124",
        doi="10.1002/pbc.21039",
        place="diagnostic guidelines",
        standing=Standing.SECONDARY,
    ),
    family="hyperinflammation",
)

LOW_HEMOGLOBIN = some(
    below("hemoglobin", 9, "g/dL"),
    # An age of 0 completed years may be eleven months, so the four weeks are asked for by name.
    every(
        below("hemoglobin", 10, "g/dL"),
        below("age", 1, "a"),
        stated("under 4 weeks of age"),
    ),
)

CYTOPENIAS = count_of(
    2,
    LOW_HEMOGLOBIN,
    below("platelets", 100, "10*9/L"),
    below("neutrophils", 1, "10*9/L"),
)

FAT_OR_FIBRINOGEN = some(
    at_least("triglycerides", 265, "mg/dL"),
    at_most("fibrinogen", 1.5, "g/L"),
)

FINDINGS = (
    at_least("temperature", 38.5, "Cel"),
    stated("splenomegaly"),
    CYTOPENIAS,
    FAT_OR_FIBRINOGEN,
    stated("hemophagocytosis"),
    one_of("NK cell activity", "low", "absent"),
    at_least("ferritin", 500, "ng/mL"),
    at_least("soluble IL-2 receptor", 2400, "U/mL"),
)

RULE = Scale(
    criterion=HLH_2004,
    otherwise=NOT_MET,
    rows=(
        Row(MET, "five of the eight findings", count_of(5, *FINDINGS)),
        Row(MET, "a gene defect that makes HLH", stated("HLH gene defect")),
    ),
    pool_days=7,
    notes=(
        "cytopenias count once, when two lineages are low; triglycerides and fibrinogen count "
        "once together",
        "triglycerides are asked for fasting: 265 mg/dL, printed beside 3.0 mmol/L; the mg/dL "
        "bound decides, which is 2.994 mmol/L, the same for values with two decimals (ours)",
        "findings of one week are read together (ours)",
        "a finding counts whatever it was put down to: infection and leukemia trigger HLH too",
    ),
)
