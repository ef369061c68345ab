"""How sure it is that a symptom is acute GVHD, by the MAGIC consortium 2016."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.grading.chart.listed import listed
from reinfuse.grading.grade import Criterion
from reinfuse.grading.gvhd.magic import MAGIC, TOPIC
from reinfuse.grading.rules.condition import every, no, one_of, some, stated
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.source import Standing

CONFIDENCE = Criterion(
    name="MAGIC-aGVHD-2016-confidence",
    title="Acute GVHD, MAGIC 2016: confidence in the diagnosis",
    levels=("negative", "possible", "probable", "confirmed"),
    family="GVHD",
    source=replace(MAGIC.source, place="confidence levels", standing=Standing.RECALLED),
)
_TREATED = stated("acute GVHD treatment")
RULE = Scale(
    criterion=CONFIDENCE,
    otherwise="negative",
    opens=no(one_of("GVHD pathology", "another diagnosis")),
    rows=(
        Row(
            "possible",
            "GVHD may explain it, and no treatment for GVHD was begun",
            some(stated("acute GVHD in differential diagnosis"), _TREATED),
        ),
        Row("probable", "GVHD is most likely, as the treatment begun for it shows", _TREATED),
        Row(
            "confirmed",
            "pathology shows GVHD beyond doubt, and treatment was begun",
            every(_TREATED, one_of("GVHD pathology", "GVHD")),
        ),
    ),
    notes=(
        "A biopsy without GVHD is inconclusive; only one that shows another diagnosis speaks "
        "against it.",
        "Pathology is not asked for below confirmed.",
    ),
)
ENTRY = listed(RULE, topic=TOPIC)
