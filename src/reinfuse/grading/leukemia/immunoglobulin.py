"""Hypogammaglobulinaemia after B-cell depletion, by the IgG in the serum."""

from __future__ import annotations

from reinfuse.grading.chart.listed import listed
from reinfuse.grading.grade import Criterion
from reinfuse.grading.rules.condition import at_most, below
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.source import Source, Standing

TOPIC = "hypogammaglobulinaemia"
REVIEW = "PMC11272770 table 1"
REPLACED = "immunoglobulin that is replaced lifts the IgG: a trough then says little"

HILL_2019 = Scale(
    criterion=Criterion(
        name="hypogammaglobulinaemia Hill-2019",
        title="Hypogammaglobulinaemia around CAR-T",
        levels=("none", "moderate", "severe"),
        family="B cells",
        source=Source(
            cite="Hill 2019, Blood Reviews", place=f"as in {REVIEW}", standing=Standing.SECONDARY
        ),
    ),
    otherwise="none",
    rows=(
        Row("moderate", "IgG 4 to 6 g/L (400 to 600 mg/dL)", at_most("IgG", 6, "g/L")),
        Row("severe", "IgG ≤ 4 g/L (400 mg/dL)", at_most("IgG", 4, "g/L")),
    ),
    notes=(REPLACED, "children have limits by age, which this does not know"),
)
HCT_GUIDELINE = Scale(
    criterion=Criterion(
        name="hypogammaglobulinaemia below 4 g/L",
        title="Hypogammaglobulinaemia, cut of the transplant guidelines",
        levels=("none", "severe"),
        family="B cells",
        source=Source(
            cite="transplant guidelines", place=f"as in {REVIEW}", standing=Standing.SECONDARY
        ),
    ),
    otherwise="none",
    rows=(Row("severe", "IgG < 4 g/L (400 mg/dL)", below("IgG", 4, "g/L")),),
    notes=(REPLACED, "exactly 4 g/L is none here, and severe by Hill 2019"),
)
IMMUNOGLOBULIN = (
    listed(HILL_2019, topic=TOPIC, variants=(HCT_GUIDELINE.criterion.name,)),
    listed(HCT_GUIDELINE, topic=TOPIC, variants=(HILL_2019.criterion.name,)),
)
