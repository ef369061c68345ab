"""The CARTOX criteria of CAR-T related HLH: very high ferritin with two organ findings."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.rules.condition import (
    Condition,
    above,
    at_least,
    compared,
    count_of,
    every,
    some,
    stated,
)
from reinfuse.grading.rules.scale import Part, Row, Scale
from reinfuse.source import Source, Standing

NOT_MET, MET = "criteria not met", "criteria met"

CARTOX_HLH = Criterion(
    name="CARTOX-HLH-2018",
    title="HLH after CAR-T cells by CARTOX",
    levels=(NOT_MET, MET),
    source=Source(
        cite="Neelapu 2018, Nat Rev Clin Oncol 15:47",
        doi="10.1038/nrclinonc.2017.148",
        place="criteria of CAR-T related HLH",
        standing=Standing.SECONDARY,
    ),
    family="hyperinflammation",
)


def organ(name: str) -> Row:
    """The organ was graded 3 or higher."""
    return Row(
        1, f"{name} toxicity of grade 3 or higher", at_least(f"{name} toxicity grade", 3, "1")
    )


def found(name: str) -> Condition:
    """The part of this name has a finding."""
    return at_least(name, 1, "1")


# Grade 3 of the liver in CTCAE 4.03 where nobody graded it.
LIVER_BY_VALUES = some(
    compared("bilirubin", ">", 3, "bilirubin upper limit of normal", "mg/dL"),
    compared("ALT", ">", 5, "ALT upper limit of normal", "U/L"),
    compared("AST", ">", 5, "AST upper limit of normal", "U/L"),
)

LIVER, KIDNEY, LUNG = "liver finding", "kidney finding", "lung finding"

RULE = Scale(
    criterion=CARTOX_HLH,
    otherwise=NOT_MET,
    parts=(
        Part(
            name=LIVER,
            rows=(organ("liver"),),
            instead=(
                Row(
                    1,
                    "bilirubin above 3 × or ALT or AST above 5 × the upper limit of normal",
                    LIVER_BY_VALUES,
                    Standing.RECALLED,
                ),
            ),
        ),
        Part(name=KIDNEY, rows=(organ("kidney"),)),
        Part(name=LUNG, rows=(organ("lung"),)),
    ),
    rows=(
        Row(
            MET,
            "ferritin above 10,000 ng/mL with two of: liver, kidney, lung, hemophagocytosis",
            every(
                above("ferritin", 10_000, "ng/mL"),
                count_of(2, found(LIVER), found(KIDNEY), found(LUNG), stated("hemophagocytosis")),
            ),
        ),
    ),
    pool_days=5,
    minds_cause=True,
    notes=(
        "asked of the CRS phase, typically the first five days: findings of five days are read "
        "together, and the phase itself is left to the reader (ours)",
        "kidney means oliguria or creatinine, lung means oedema, each of grade 3 or higher",
        "what somebody put down to another cause does not count",
    ),
)
