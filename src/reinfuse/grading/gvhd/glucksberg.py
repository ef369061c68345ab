"""Acute GVHD by the modified Glucksberg grades and by the IBMTR index, on the same organ stages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from reinfuse.grading.chart.listed import listed
from reinfuse.grading.grade import Criterion, Grade
from reinfuse.grading.gvhd.cause import blamed_on_gvhd
from reinfuse.grading.gvhd.implied import with_implied
from reinfuse.grading.gvhd.magic import LIVER, MAGIC, SKIN, TOPIC, stage
from reinfuse.grading.gvhd.staged import grade_staged
from reinfuse.grading.rules.condition import (
    Condition,
    above,
    at_least,
    below,
    every,
    some,
    stated,
)
from reinfuse.grading.rules.entry import Entry
from reinfuse.grading.rules.scale import Part, Row, Scale
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

GUT = "gut stage"
_READ_IN = "as printed on bloodref.com, acute GVHD grade"
KEYSTONE = Criterion(
    name="Glucksberg-Keystone-1995",
    title="Acute GVHD, Glucksberg grades as modified at Keystone 1994",
    levels=(0, "I", "II", "III", "IV"),
    family="GVHD",
    source=Source(cite="Przepiorka 1995", place=_READ_IN, standing=Standing.SECONDARY),
)
CAHN = Criterion(
    name="Glucksberg-Cahn",
    title="Acute GVHD, Glucksberg grades with gut stage 4 and poor performance as grade IV",
    levels=(0, "I", "II", "III", "IV"),
    family="GVHD",
    source=Source(cite="Cahn 2005", place=_READ_IN, standing=Standing.SECONDARY),
)
IBMTR = Criterion(
    name="IBMTR-index",
    title="Acute GVHD, IBMTR severity index",
    levels=(0, "A", "B", "C", "D"),
    family="GVHD",
    source=Source(cite="Rowlings 1997", place=_READ_IN, standing=Standing.SECONDARY),
)

PARTS = (
    Part(
        name=SKIN,
        rows=(
            Row(1, "rash on less than 25 % of the body", above("skin rash body surface", 0, "%")),
            Row(2, "rash on 25 to 50 %", at_least("skin rash body surface", 25, "%")),
            Row(
                3,
                "rash on more than 50 %, or generalized erythroderma",
                above("skin rash body surface", 50, "%"),
            ),
            Row(
                4,
                "generalized erythroderma with bullae",
                every(
                    above("skin rash body surface", 50, "%"),
                    stated("erythroderma with bullae"),
                ),
            ),
        ),
    ),
    Part(
        name=LIVER,
        rows=(
            Row(1, "bilirubin 2 to 3 mg/dL", at_least("bilirubin", 2, "mg/dL")),
            Row(2, "bilirubin 3.1 to 6 mg/dL", above("bilirubin", 3, "mg/dL")),
            Row(3, "bilirubin 6.1 to 15 mg/dL", above("bilirubin", 6, "mg/dL")),
            Row(4, "bilirubin above 15 mg/dL", above("bilirubin", 15, "mg/dL")),
        ),
    ),
    Part(
        name=GUT,
        rows=(
            Row(
                1,
                "stool above 500 mL a day, or persistent nausea with GVHD in the biopsy",
                some(
                    above("stool volume", 500, "mL/d"),
                    every(
                        stated("persistent upper GI symptoms"), stated("GVHD in upper GI biopsy")
                    ),
                ),
            ),
            Row(2, "stool above 1000 mL a day", above("stool volume", 1000, "mL/d")),
            Row(3, "stool above 1500 mL a day", above("stool volume", 1500, "mL/d")),
            Row(
                4,
                "severe abdominal pain with or without ileus",
                stated("severe abdominal pain"),
            ),
        ),
    ),
)
_NOTES = (
    "Volumes are those of an adult.",
    "The old step down by one where another cause of a raised bilirubin is documented is not "
    "taken (ours).",
    "Generalized erythroderma counts by its surface, above half of the body (ours).",
    "What lies between two printed figures belongs to the worse stage (ours).",
    "A sign put down wholly to another cause does not count, save a raised bilirubin (ours).",
)
_I = Row("I", "skin 1 or 2 alone", stage(SKIN, 1))
_II = Row("II", "skin 3, liver 1 or gut 1", some(stage(SKIN, 3), stage(LIVER, 1), stage(GUT, 1)))
_III_FROM = some(stage(LIVER, 2), stage(GUT, 2))


def _any(least: int) -> Condition:
    return some(*(stage(organ, least) for organ in (SKIN, LIVER, GUT)))


KEYSTONE_RULE = Scale(
    criterion=KEYSTONE,
    parts=PARTS,
    rows=(
        _I,
        _II,
        Row("III", "liver 2 or 3, or gut 2 to 4", _III_FROM),
        Row("IV", "skin 4 or liver 4", some(stage(SKIN, 4), stage(LIVER, 4)), Standing.RECALLED),
    ),
    minds_cause=True,
    notes=_NOTES,
)
CAHN_RULE = Scale(
    criterion=CAHN,
    parts=PARTS,
    rows=(
        _I,
        _II,
        Row("III", "liver 2 to 4, or gut 2 or 3", _III_FROM),
        Row(
            "IV",
            "skin 4, gut 4, or Karnofsky score below 30",
            some(
                stage(SKIN, 4),
                stage(GUT, 4),
                every(below("Karnofsky score", 30, "{score}"), _any(1)),
            ),
        ),
    ),
    minds_cause=True,
    notes=(
        *_NOTES,
        "A Karnofsky score below 30 counts where at least one organ has a stage (ours).",
        "Grades I and II are those of Keystone 1995 (ours).",
    ),
)
IBMTR_RULE = Scale(
    criterion=IBMTR,
    parts=PARTS,
    rows=(
        Row("A", "skin 1 alone", stage(SKIN, 1)),
        Row(
            "B",
            "no organ worse than 2",
            some(stage(SKIN, 2), stage(LIVER, 1), stage(GUT, 1)),
        ),
        Row("C", "no organ worse than 3", _any(3)),
        Row("D", "any organ 4", _any(4)),
    ),
    minds_cause=True,
    notes=(*_NOTES, "Organ stages are those of Keystone 1995 (ours)."),
)


def _grade(rule: Scale, chart: Chart) -> Grade:
    seen = with_implied(blamed_on_gvhd(chart, whatever_the_cause=("bilirubin",)))
    return grade_staged(rule, seen, topic=TOPIC)


def _entry(rule: Scale) -> Entry:
    names = (MAGIC.name, KEYSTONE.name, CAHN.name, IBMTR.name)
    others = tuple(name for name in names if name != rule.criterion.name)
    graded: Callable[[Chart], Grade] = partial(_grade, rule)
    return replace(listed(rule, topic=TOPIC, variants=others), grade=graded)


ENTRIES = tuple(map(_entry, (KEYSTONE_RULE, CAHN_RULE, IBMTR_RULE)))
