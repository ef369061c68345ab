"""Response of ALL as the CIBMTR forms manual defines it."""

from __future__ import annotations

from reinfuse.grading.chart.findings import Sheet, findings_on
from reinfuse.grading.grade import Criterion
from reinfuse.grading.leukemia.looks import MARROW, Look
from reinfuse.grading.leukemia.response import ResponseSet
from reinfuse.grading.rules.condition import (
    at_least,
    below,
    every,
    no,
    some,
    stated,
)
from reinfuse.grading.rules.finding import Findings, exactly
from reinfuse.grading.rules.judge import holds
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

CR, CRI, NOT_IN_REMISSION = "CR", "CRi", "not in remission"
MATURATION = "normal marrow maturation"
OUTSIDE = stated("extramedullary disease")
TRANSFUSED = stated("transfusion in the last 4 weeks")

SCALE = Scale(
    criterion=Criterion(
        name="CIBMTR response",
        title="Response of ALL, CIBMTR forms manual",
        levels=(CR, CRI, NOT_IN_REMISSION),
        family="leukemia",
        source=Source(
            cite="CIBMTR forms instruction manual",
            place="ALL response criteria",
            standing=Standing.SECONDARY,
        ),
    ),
    otherwise=CR,
    rows=(
        Row(
            CR,
            "marrow blasts < 5 %, normal maturation, no disease elsewhere, neutrophils ≥ 1.0, "
            "platelets ≥ 100, no transfusions",
            every(
                below(MARROW, 5, "%"),
                stated(MATURATION),
                no(OUTSIDE),
                at_least("neutrophils", 1.0, "10*9/L"),
                at_least("platelets", 100, "10*9/L"),
                no(TRANSFUSED),
            ),
        ),
        Row(
            CRI,
            "CR but for the counts or transfusions",
            some(
                below("neutrophils", 1.0, "10*9/L"),
                below("platelets", 100, "10*9/L"),
                TRANSFUSED,
            ),
            standing=Standing.RECALLED,
        ),
        Row(
            NOT_IN_REMISSION,
            "marrow blasts ≥ 5 %, maturation not normal, or disease elsewhere",
            some(at_least(MARROW, 5, "%"), no(stated(MATURATION)), OUTSIDE),
        ),
    ),
    notes=(
        "MRD does not count: a remission with MRD is a remission",
        "a remission lasts at least four weeks: see `CIBMTR remission of 4 weeks`",
        "without a marrow, a child in CR before the transplant is in CR with donor chimerism "
        "≥ 95 %, no disease elsewhere, the counts, and 4 weeks without transfusions: the "
        "published grade follows this rule, the interval does not rest on it",
        "a child is younger than 18 years (ours)",
    ),
)

# What stands in for the marrow after the transplant of a child, as charted on the day itself.
OF_THE_DAY = every(below("age", 18, "a"), at_least("donor chimerism", 95, "%"))
CHIMERISM, AGE = "donor chimerism", "age"
TRANSPLANT, REACHED = "transplant", "complete remission reached"


def without_marrow(chart: Chart, look: Look) -> Findings:
    """The findings as the manual completes them after the transplant of a child."""
    findings = look.on.findings
    on = findings_on(Sheet.of(chart), (AGE, CHIMERISM), look.day)
    if MARROW in findings or not holds(OF_THE_DAY, on.findings):
        return findings
    if not _transplanted_in_remission(chart, look.day):
        return findings
    return {MATURATION: True, **findings, MARROW: exactly(0.0)}


def _transplanted_in_remission(chart: Chart, day: int) -> bool:
    done = [mark.day for mark in chart.of_item(TRANSPLANT) if mark.value is True]
    done = [at for at in done if at <= day]
    return bool(done) and any(
        mark.value is True and mark.day <= done[-1] for mark in chart.of_item(REACHED)
    )


CIBMTR = ResponseSet(
    scale=SCALE,
    remission=(CR, CRI),
    filled=without_marrow,
    also=(AGE, CHIMERISM, TRANSPLANT, REACHED),
)
