"""Whether ALL involves the testes."""

from __future__ import annotations

from reinfuse.grading.chart.listed import listed
from reinfuse.grading.grade import Criterion
from reinfuse.grading.rules.condition import every, one_of, some, stated
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.source import Source, Standing

SCALE = Scale(
    criterion=Criterion(
        name="testicular involvement",
        title="Testicular involvement of ALL",
        levels=("not involved", "involved"),
        family="leukemia",
        source=Source(cite="pediatric ALL protocols", standing=Standing.RECALLED),
    ),
    otherwise="not involved",
    rows=(
        Row(
            "involved",
            "enlarged on one or both sides and confirmed by examination or ultrasound, or "
            "leukemia in a biopsy",
            some(
                every(
                    one_of("testicular enlargement", "unilateral", "bilateral"),
                    stated("testicular involvement confirmed"),
                ),
                one_of("testicular biopsy", "positive"),
            ),
        ),
    ),
    notes=(
        "where a biopsy decided against it, chart the involvement as not confirmed (ours)",
        "when it is looked at again differs from trial to trial",
    ),
)
TESTIS = listed(SCALE, topic="testicular involvement")
