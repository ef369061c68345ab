"""Acute GVHD by the MAGIC consortium 2016: the stage of each organ, the overall grade."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.grading.chart.listed import listed
from reinfuse.grading.grade import Criterion, Grade
from reinfuse.grading.gvhd.cause import blamed_on_gvhd
from reinfuse.grading.gvhd.implied import with_implied
from reinfuse.grading.gvhd.staged import grade_staged
from reinfuse.grading.gvhd.stool import ADULT_ABOVE_KG
from reinfuse.grading.rules.condition import (
    Condition,
    above,
    at_least,
    at_most,
    every,
    some,
    stated,
)
from reinfuse.grading.rules.finding import Findings
from reinfuse.grading.rules.scale import Part, Row, Scale, assess
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

TOPIC = "acute GVHD"
SKIN, LIVER, UPPER, LOWER = "skin stage", "liver stage", "upper GI stage", "lower GI stage"
EPISODES = "liquid stool episodes"
VOLUMES = ("stool volume", "stool volume per weight")
MAGIC = Criterion(
    name="MAGIC-aGVHD-2016",
    title="Acute GVHD, MAGIC 2016: organ stages and overall grade",
    levels=(0, "I", "II", "III", "IV"),
    family="GVHD",
    source=Source(
        cite="Harris 2016",
        doi="10.1016/j.bbmt.2015.09.001",
        place="Table 1 as adapted in NBK577669; overall grade as in GvHDtrackR",
        standing=Standing.SECONDARY,
    ),
)


def _of_age(adult: Condition, child: Condition) -> Condition:
    """The figure for more than 50 kg, or that for a child."""
    return some(
        every(above("weight", ADULT_ABOVE_KG, "kg"), adult),
        every(at_most("weight", ADULT_ABOVE_KG, "kg"), child),
    )


def _volume(adult_ml: float, child_ml_per_kg: float) -> Condition:
    return _of_age(
        above("stool volume", adult_ml, "mL/d"),
        above("stool volume per weight", child_ml_per_kg, "mL/kg/d"),
    )


def _often(adult: float, child: float) -> Condition:
    return _of_age(above(EPISODES, adult, "/d"), above(EPISODES, child, "/d"))


_GUT_4 = Row(
    4,
    "severe abdominal pain with or without ileus, or grossly bloody stool, whatever the volume",
    some(stated("severe abdominal pain"), stated("grossly bloody stool")),
)
_SKIN = Part(
    name=SKIN,
    rows=(
        Row(1, "rash on less than 25 % of the body", above("skin rash body surface", 0, "%")),
        Row(2, "rash on 25 to 50 %", at_least("skin rash body surface", 25, "%")),
        Row(3, "rash on more than 50 %", above("skin rash body surface", 50, "%")),
        Row(
            4,
            "generalized erythroderma with bullae and more than 5 % desquamated",
            every(
                above("skin rash body surface", 50, "%"),
                stated("erythroderma with bullae"),
                above("desquamation body surface", 5, "%"),
            ),
        ),
    ),
)
_LIVER = Part(
    name=LIVER,
    rows=(
        Row(1, "bilirubin 2 to 3 mg/dL", at_least("bilirubin", 2, "mg/dL")),
        Row(2, "bilirubin 3.1 to 6 mg/dL", above("bilirubin", 3, "mg/dL")),
        Row(3, "bilirubin 6.1 to 15 mg/dL", above("bilirubin", 6, "mg/dL")),
        Row(4, "bilirubin above 15 mg/dL", above("bilirubin", 15, "mg/dL")),
    ),
)
_UPPER = Part(
    name=UPPER,
    rows=(
        Row(1, "persistent nausea, vomiting or anorexia", stated("persistent upper GI symptoms")),
    ),
)
_LOWER = Part(
    name=LOWER,
    rows=(
        Row(
            1,
            "500 to 999 mL a day; child 10 to 19.9 mL/kg",
            _of_age(
                at_least("stool volume", 500, "mL/d"),
                at_least("stool volume per weight", 10, "mL/kg/d"),
            ),
        ),
        Row(2, "1000 to 1500 mL a day; child 20 to 30 mL/kg", _volume(999, 19.9)),
        Row(3, "more than 1500 mL a day; child more than 30 mL/kg", _volume(1500, 30)),
        _GUT_4,
    ),
    instead=(
        Row(
            1,
            "3 or 4 liquid stools a day; child 4 to 6",
            _of_age(at_least(EPISODES, 3, "/d"), at_least(EPISODES, 4, "/d")),
        ),
        Row(2, "5 to 7 liquid stools a day; child 7 to 10", _often(4, 6)),
        Row(3, "more than 7 liquid stools a day; child more than 10", _often(7, 10)),
        _GUT_4,
    ),
)


def stage(organ: str, least: int) -> Condition:
    """The organ is at this stage or worse."""
    return at_least(organ, least, "1")


RULE = Scale(
    criterion=MAGIC,
    parts=(_SKIN, _LIVER, _UPPER, _LOWER),
    rows=(
        Row("I", "skin 1 or 2 alone", stage(SKIN, 1), Standing.PORT),
        Row(
            "II",
            "skin 3, liver 1, upper GI 1 or lower GI 1",
            some(stage(SKIN, 3), stage(LIVER, 1), stage(UPPER, 1), stage(LOWER, 1)),
            Standing.PORT,
        ),
        Row(
            "III",
            "liver 2 or 3, or lower GI 2 or 3",
            some(stage(LIVER, 2), stage(LOWER, 2)),
            Standing.PORT,
        ),
        Row(
            "IV",
            "skin 4, liver 4 or lower GI 4",
            some(stage(SKIN, 4), stage(LIVER, 4), stage(LOWER, 4)),
            Standing.PORT,
        ),
    ),
    minds_cause=True,
    notes=(
        "Rash is active erythema only.",
        "Adult volumes and counts hold above 50 kg.",
        "Only liquid stool counts: half of what was mixed with urine; an episode nobody measured "
        "as 200 mL, in a child 3 mL/kg.",
        "At onset the highest day of the three before diagnosis is staged, later the mean of three "
        "days; the chart holds the amount to be staged.",
        "Persistent is three days of nausea, of anorexia with weight loss, or of two vomits a day "
        "(abstract only; the paper is remembered as two days of vomiting).",
        "Severe pain is pain that made somebody start or raise an opioid and that limits what the "
        "patient can do.",
        "Flecks or streaks of blood from another cause are not bloody stool.",
        "A positive biopsy gives no stage: below 500 mL the lower gut stays at 0.",
        "The liver is not staged down for another cause of a raised bilirubin.",
        "What lies between two printed figures belongs to the worse stage (ours).",
        "Bilirubin in umol/L is divided by 17.1.",
        "Where volume and episodes disagree the bounds hold both and the volume is taken as "
        "published (ours).",
        "A rash, a stool or a symptom put down wholly to another cause does not count (ours).",
    ),
)


def grade_magic(chart: Chart) -> Grade:
    """The peak MAGIC grade of a chart with the organ stages of that day.

    Source: Harris 2016, doi:10.1016/j.bbmt.2015.09.001, Table 1, read in NBK577669.
    """
    seen = with_implied(blamed_on_gvhd(chart, whatever_the_cause=("bilirubin",)))
    return grade_staged(RULE, seen, topic=TOPIC, ways=_volume_or_episodes)


def _volume_or_episodes(findings: Findings) -> tuple[Findings, ...]:
    """The findings by volume and by episodes where both were charted, the volume first.

    The episodes go first where they alone tell the stage.
    """
    if EPISODES not in findings or not any(key in findings for key in VOLUMES):
        return (findings,)
    by_volume = {key: found for key, found in findings.items() if key != EPISODES}
    by_episodes = {key: found for key, found in findings.items() if key not in VOLUMES}
    ways = (by_volume, by_episodes)
    return tuple(sorted(ways, key=lambda way: not assess(RULE, way).stages[LOWER].exact))


ENTRY = replace(
    listed(
        RULE, topic=TOPIC, variants=("Glucksberg-Keystone-1995", "Glucksberg-Cahn", "IBMTR-index")
    ),
    grade=grade_magic,
)
