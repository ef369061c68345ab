"""Whether chronic GVHD can be diagnosed, by the NIH consensus 2014."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.grading.chart.listed import listed
from reinfuse.grading.grade import Criterion
from reinfuse.grading.gvhd.nih import NIH_SOURCE, TOPIC, VISIT_DAYS
from reinfuse.grading.rules.condition import every, some, stated
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.source import Standing

RULE = Scale(
    criterion=Criterion(
        name="NIH-2014-cGVHD-diagnosis",
        title="Chronic GVHD, NIH 2014: diagnosis",
        levels=("not met", "met"),
        family="GVHD",
        source=replace(NIH_SOURCE, place="diagnosis", standing=Standing.RECALLED),
    ),
    otherwise="not met",
    rows=(
        Row(
            "met",
            "a diagnostic sign, or a distinctive sign with a test that confirms it",
            some(
                stated("diagnostic sign of chronic GVHD"),
                every(
                    stated("distinctive sign of chronic GVHD"),
                    stated("confirmatory test of chronic GVHD"),
                ),
            ),
        ),
    ),
    pool_days=VISIT_DAYS,
    notes=(
        "The time since transplant is no criterion; there is no rule of day 100.",
        "The test is a biopsy or another test of the same or another organ.",
        "Signs and test count together where they stand within 28 days (ours).",
    ),
)
ENTRY = listed(RULE, topic=TOPIC)
