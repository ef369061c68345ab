"""ASTCT CRS 2019 at one instant: fever, with the worse of hypotension and hypoxia."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.grading.chart.findings import OnDay
from reinfuse.grading.crs import ASTCT_CRS_2019
from reinfuse.grading.crs_signs import FEVER_CEL, LOW_FLOW_L_PER_MIN
from reinfuse.grading.rules.condition import (
    above,
    at_least,
    every,
    one_of,
    some,
    stated,
)
from reinfuse.grading.rules.scale import Part, Row, Scale
from reinfuse.grading.toxicity.implied import with_airway, with_oxygen, with_pressure
from reinfuse.grading.toxicity.prepared import Prepared
from reinfuse.grading.toxicity.words import (
    AIRWAY,
    DEVICE,
    FAMILY,
    FLOW,
    FLUIDS,
    HIGH_FLOW,
    HYPOTENSION,
    LOW_FLOW,
    OTHER_PRESSORS,
    PRESSURE,
    SATURATION,
    SUPPORT,
    SUPPRESSED,
    SYSTOLIC,
    TEMPERATURE,
    TREATMENTS,
    VASOPRESSIN,
    VENTILATOR,
)

FEVER = at_least(TEMPERATURE, FEVER_CEL, "Cel")
POSITIVE_PRESSURE = (*PRESSURE, VENTILATOR)

PRESSURE_PART = Part(
    name="hypotension column",
    rows=(
        Row(2, "low pressure without vasopressor", some(stated(HYPOTENSION), stated(FLUIDS))),
        Row(
            3,
            "one vasopressor, with or without vasopressin",
            some(at_least(OTHER_PRESSORS, 1, "1"), stated(VASOPRESSIN)),
        ),
        Row(4, "two or more, vasopressin not counted", at_least(OTHER_PRESSORS, 2, "1")),
    ),
)
OXYGEN_PART = Part(
    name="hypoxia column",
    rows=(
        Row(2, "low-flow nasal cannula or blow-by, up to 6 L/min", one_of(DEVICE, *SUPPORT)),
        Row(
            3,
            "high-flow cannula (above 6 L/min), face mask, non-rebreather or Venturi mask",
            some(
                one_of(DEVICE, *HIGH_FLOW, *POSITIVE_PRESSURE),
                every(one_of(DEVICE, *LOW_FLOW), above(FLOW, LOW_FLOW_L_PER_MIN, "L/min")),
            ),
        ),
        Row(
            4,
            "positive pressure: CPAP, BiPAP, ventilation",
            one_of(DEVICE, *POSITIVE_PRESSURE),
        ),
    ),
)


def _either(level: int, words: str) -> Row:
    parts = (at_least(part.name, level, "1") for part in (PRESSURE_PART, OXYGEN_PART))
    return Row(level, words, some(*parts))


SCALE = Scale(
    criterion=replace(ASTCT_CRS_2019, family=FAMILY),
    opens=some(FEVER, stated(SUPPRESSED)),
    parts=(PRESSURE_PART, OXYGEN_PART),
    rows=(
        Row(1, "fever alone", FEVER),
        _either(2, "the worse column is 2"),
        _either(3, "the worse column is 3"),
        _either(4, "the worse column is 4"),
    ),
    minds_cause=True,
    notes=(
        "fever is asked for when CRS begins; from the first antipyretic, tocilizumab or "
        "corticosteroid at or after that on it is not, until fever, hypotension and oxygen are "
        "all gone",
        "vasopressin beside another vasopressor is not counted; alone it is one vasopressor (ours)",
        "an inotrope is no vasopressor; it is told and changes no grade (ours)",
        "organ toxicity does not change the grade (recalled)",
        "intubation for airway protection alone is no support (recalled); where nobody said what "
        "a ventilator was for, both stay possible (ours)",
        "a systolic pressure below 90 mmHg from the age of 10 on is hypotension; in a younger "
        "child, and above that number, only the sign tells (ours)",
        "a saturation below 90 % without stated support leaves 2 to 4 (ours)",
        "any flow above 6 L/min is high flow, whatever the device (ours)",
        "an assessed day without fever, hypotension and oxygen is 24 hours without any: what "
        "follows is a new episode and needs fever anew (ours)",
        "a dose before any fever leaves open whether fever was masked: 0 to the worse column "
        "(ours)",
        "support that was there before, such as CPAP at home, is charted as put down to it (ours)",
    ),
)


def complete(on: OnDay) -> OnDay:
    """The day with the hypotension and the support that its numbers imply."""
    return with_oxygen(with_airway(with_pressure(on)))


TABLE = Prepared(
    scale=SCALE,
    complete=complete,
    further=("age", SYSTOLIC, SATURATION, AIRWAY, "inotrope", *TREATMENTS),
)
