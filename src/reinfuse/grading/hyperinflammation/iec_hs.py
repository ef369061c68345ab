"""The IEC-HS pattern: hyperinflammation like HLH after immune effector cells, met or not met."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.grading.chart.listed import listed
from reinfuse.grading.grade import Criterion
from reinfuse.grading.rules.condition import (
    Condition,
    below,
    compared,
    count_of,
    every,
    no,
    some,
    stated,
)
from reinfuse.grading.rules.entry import Entry, PrintedRow
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.source import Source, Standing

NOT_MET, MET = "pattern not met", "pattern met"

HINES_2023 = Source(
    cite="Hines 2023, Transplant Cell Ther 29:438.e1",
    doi="10.1016/j.jtct.2023.03.006",
    place="table of criteria",
    standing=Standing.RECALLED,
)

IEC_HS = Criterion(
    name="IEC-HS-2023",
    title="HLH-like syndrome after immune effector cells: criteria pattern",
    levels=(NOT_MET, MET),
    source=HINES_2023,
    family="hyperinflammation",
)

FERRITIN = some(
    compared("ferritin", ">", 2, "ferritin upper limit of normal", "ng/mL"),
    compared("ferritin", ">", 2, "ferritin baseline", "ng/mL"),
    stated("rapidly rising ferritin"),
)

LOW_FIBRINOGEN = some(
    below("fibrinogen", 150, "mg/dL"),
    compared("fibrinogen", "<", 1, "fibrinogen lower limit of normal", "g/L"),
)

# What supports the picture and is not counted; printed so that a reader can tick it off.
SUPPORTING = (
    "LDH above the upper limit of normal",
    "PT, aPTT or INR raised",
    "direct bilirubin raised",
    "new splenomegaly",
    "fever, new or persistent",
    "neurotoxicity",
    "lung infiltrate, hypoxia or oedema",
    "new renal insufficiency",
    "fasting triglycerides > 265 mg/dL",
)


def raised(enzyme: str) -> Condition:
    """Above 5 × its limit of normal, or 5 × its baseline where that was abnormal."""
    limit, baseline = f"{enzyme} upper limit of normal", f"{enzyme} baseline"
    # A baseline above the limit makes the second bound the higher one, so both together say
    # what the table says, and an enzyme below the first needs no baseline.
    return every(
        compared(enzyme, ">", 5, limit, "U/L"),
        some(
            no(compared(baseline, ">", 1, limit, "U/L")),
            compared(enzyme, ">", 5, baseline, "U/L"),
        ),
    )


def iec_hs(min_other: int = 1) -> Scale:
    """The pattern with so many findings asked for beside the ferritin.

    Source: Hines 2023, which states no count: `min_other` is our own choice.
    """
    others = (
        some(raised("ALT"), raised("AST")),
        LOW_FIBRINOGEN,
        stated("hemophagocytosis"),
        stated("new or worsening cytopenia"),
    )
    return Scale(
        criterion=IEC_HS,
        otherwise=NOT_MET,
        rows=(
            Row(
                MET,
                f"high or fast rising ferritin with at least {min_other} of: transaminases, low "
                "fibrinogen, hemophagocytosis, cytopenia",
                every(FERRITIN, count_of(min_other, *others)),
            ),
        ),
        pool_days=3,
        minds_cause=True,
        notes=(
            f"at least {min_other} finding beside the ferritin: the consensus prints no number "
            "(ours)",
            "findings of one day and the two before are read together: they are said to cluster "
            "within about 72 h (ours)",
            "a pattern, not a diagnosis: infection and progression must have been excluded, and "
            "the syndrome stands apart from CRS and ICANS",
            "what somebody put down to another cause does not count",
        ),
    )


PATTERN = iec_hs()


def pattern_entry() -> Entry:
    """The pattern as the catalogue lists it, with the supporting features under its table."""
    entry = listed(
        PATTERN,
        topic="IEC-HS pattern",
        variants=("CARTOX-HLH-2018", "HLH-2004", "HScore-2014"),
    )
    ticks = tuple(PrintedRow(part="supporting", level="", words=words) for words in SUPPORTING)
    return replace(entry, table=(*entry.table, *ticks))
