"""Where a relapse of ALL is: marrow, outside it, or both, by the BFM or the COG marrow rule."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.leukemia.after_remission import REACHED
from reinfuse.grading.leukemia.looks import MARROW
from reinfuse.grading.rules.condition import at_least, every, one_of, stated
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.source import Source, Standing

NONE, MRD_ONLY, ISOLATED = "no relapse", "MRD only", "isolated extramedullary"
SUBMICROSCOPIC = "isolated EM, submicroscopic marrow +"
MARROW_ONLY, COMBINED = "marrow", "combined"
LEVELS = (NONE, MRD_ONLY, ISOLATED, SUBMICROSCOPIC, MARROW_ONLY, COMBINED)
SAME_RELAPSE_DAYS = 31  # findings of a month belong to one relapse (ours)

OUTSIDE = stated("extramedullary disease")
MRD_POSITIVE = at_least("MRD", 0.01, "%")


def _class(name: str, percent: int, source: Source) -> Scale:
    involved = at_least(MARROW, percent, "%")
    return Scale(
        criterion=Criterion(
            name=f"relapse class {name}",
            title=f"Where a relapse of ALL is, by {percent} % of the marrow ({name})",
            levels=LEVELS,
            family="leukemia",
            source=source,
        ),
        otherwise=NONE,
        opens=stated(REACHED),
        rows=(
            Row(
                MRD_ONLY,
                f"MRD ≥ 0.01 % with marrow blasts < {percent} %, nothing elsewhere",
                MRD_POSITIVE,
                standing=Standing.OURS,
            ),
            Row(ISOLATED, f"disease elsewhere with marrow blasts < {percent} %", OUTSIDE),
            Row(
                SUBMICROSCOPIC,
                "the same with MRD ≥ 0.01 % in the marrow",
                every(OUTSIDE, MRD_POSITIVE),
            ),
            Row(
                MARROW_ONLY,
                f"marrow blasts ≥ {percent} %, nothing elsewhere",
                involved,
                standing=Standing.RECALLED,
            ),
            Row(
                COMBINED,
                f"disease elsewhere and marrow blasts ≥ {percent} %",
                every(OUTSIDE, involved),
                standing=Standing.RECALLED,
            ),
        ),
        notes=(
            "the last row that holds counts",
            f"findings of {SAME_RELAPSE_DAYS} days belong to one relapse, none from before the "
            "remission (ours)",
            "one sample is enough for `MRD only` here; protocols may ask for a second (ours)",
        ),
    )


CLASS_BFM = _class(
    "BFM",
    5,
    Source(
        cite="Blood 2007;110:4022",
        place="definition of isolated extramedullary relapse",
        standing=Standing.SECONDARY,
    ),
)
CLASS_COG = _class(
    "COG",
    25,
    Source(cite="COG relapse trials", place="definition", standing=Standing.RECALLED),
)
ANTIGEN = Scale(
    criterion=Criterion(
        name="antigen at relapse",
        title="CD19 on the leukemia at relapse, and change of lineage",
        levels=("CD19+", "CD19 dim or partial", "CD19-", "lineage switch"),
        family="leukemia",
        source=Source(cite="marker as recorded", standing=Standing.OURS),
    ),
    otherwise="CD19+",
    rows=(
        Row("CD19+", "CD19 there", one_of("CD19 on leukemia", "positive")),
        Row(
            "CD19 dim or partial",
            "CD19 weak, or on a part of the cells",
            one_of("CD19 on leukemia", "dim or partial"),
        ),
        Row("CD19-", "CD19 gone", one_of("CD19 on leukemia", "negative")),
        Row("lineage switch", "another lineage than B", stated("lineage switch")),
    ),
    notes=("read it beside B-cell aplasia: a relapse within aplasia is mostly without CD19",),
)
