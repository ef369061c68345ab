"""Charts of patients with acute GVHD whose organs have given stages."""

from __future__ import annotations

import math

from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.grade import Grade
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark

Values = dict[str, tuple[float, str] | bool | str]

MAGIC, KEYSTONE = "MAGIC-aGVHD-2016", "Glucksberg-Keystone-1995"
CAHN, IBMTR = "Glucksberg-Cahn", "IBMTR-index"
ADULT: Values = {"weight": (70, "kg")}
CHILD: Values = {"weight": (20, "kg")}
QUIET_GUT: Values = {"severe abdominal pain": False, "grossly bloody stool": False}


def mark(item: str, value: tuple[float, str] | bool | str, day: float = 10) -> Mark:
    return Mark(item=item, day=day, value=Quantity(*value) if isinstance(value, tuple) else value)


def chart_of(values: Values, *more: Mark) -> Chart:
    return Chart.of("patient", (*(mark(item, value) for item, value in values.items()), *more))


def graded(name: str, values: Values, *more: Mark) -> Grade:
    return criterion_named(name).grade(chart_of(values, *more))


def stages(grade: Grade) -> dict[str, str]:
    """What the reasons say of each organ: {"skin": "2", "liver": "0 to 4"}."""
    found = (reason.text.partition(" (day") for reason in grade.because)
    pairs = (text.partition(" stage ") for text, _, _ in found)
    return {organ: stage for organ, sign, stage in pairs if sign}


def just_under(value: float) -> float:
    return math.nextafter(value, -math.inf)


def just_over(value: float) -> float:
    return math.nextafter(value, math.inf)


SKIN: tuple[Values, ...] = (
    {"skin rash body surface": (0, "%")},
    {"skin rash body surface": (10, "%")},
    {"skin rash body surface": (30, "%")},
    {"skin rash body surface": (60, "%"), "erythroderma with bullae": False},
    {
        "skin rash body surface": (60, "%"),
        "erythroderma with bullae": True,
        "desquamation body surface": (6, "%"),
    },
)
LIVER: tuple[Values, ...] = tuple(
    {"bilirubin": (value, "mg/dL")} for value in (1.0, 2.5, 5.0, 10.0, 20.0)
)
UPPER: tuple[Values, ...] = tuple(
    {"persistent upper GI symptoms": there} for there in (False, True)
)
LOWER: tuple[Values, ...] = (
    *({"stool volume": (value, "mL/d"), **QUIET_GUT} for value in (100, 600, 1200, 2000)),
    {"stool volume": (100, "mL/d"), "severe abdominal pain": True, "grossly bloody stool": False},
)


def on_stages(skin: int, liver: int, upper: int, lower: int) -> Values:
    return {**ADULT, **SKIN[skin], **LIVER[liver], **UPPER[upper], **LOWER[lower]}
