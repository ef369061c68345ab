"""ASTCT ICANS 2019 below the age of 12: the CAPD score and the neurological signs."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.grading.chart.findings import OnDay
from reinfuse.grading.icans import CAPD_HIGH
from reinfuse.grading.rules.condition import above, at_least, at_most
from reinfuse.grading.rules.judge import holds
from reinfuse.grading.rules.scale import Part, Row, Scale
from reinfuse.grading.toxicity.icans_signs import ICANS_2019, NOTES, SIGNS, rows
from reinfuse.grading.toxicity.ice import NOT_TESTABLE, with_ice
from reinfuse.grading.toxicity.prepared import Prepared

SCORE = "CAPD score"
# Too deep to be scored: only to physical stimulation, or not at all.
TOO_DEEP = at_most("RASS", -4, "{score}")

CAPD = Part(
    name="CAPD domain",
    rows=(
        Row(1, "CAPD 1 to 8", above(SCORE, 0, "{score}")),
        Row(3, "CAPD 9 or more", at_least(SCORE, CAPD_HIGH, "{score}")),
    ),
)

SCALE = Scale(
    criterion=replace(
        ICANS_2019,
        name="ASTCT-ICANS-2019 child",
        title="Neurotoxicity (ICANS) below the age of 12, ASTCT 2019",
    ),
    parts=(CAPD, *SIGNS),
    rows=rows(CAPD),
    minds_cause=True,
    notes=(
        *NOTES,
        "a CAPD of 1 to 8 is grade 1 in a child who wakes by itself, 2 in one who wakes to voice",
        "a CAPD of 0 in a child who is awake is grade 0 (ours)",
        "CAPD is not scored at RASS -4 or -5: it is left open then",
        "with delayed development 9 and more counts only as a change from before: chart a usual "
        "score as put down to that",
    ),
)


def complete(on: OnDay) -> OnDay:
    """The day with what being untestable says, and without a score that sedation forbids."""
    on = with_ice(on)
    if not holds(TOO_DEEP, on.findings):
        return on
    findings = {name: found for name, found in on.findings.items() if name != SCORE}
    return OnDay(findings, {name: mark for name, mark in on.marks.items() if name != SCORE})


TABLE = Prepared(scale=SCALE, complete=complete, further=("RASS", NOT_TESTABLE), cause="ICANS")
