"""What a day of a chart says without writing it: low pressure, oxygen support, pressor doses."""

from __future__ import annotations

import math
from collections.abc import Mapping

from reinfuse.grading.chart.findings import OnDay
from reinfuse.grading.crs_signs import (
    ADULT_PRESSURE_YEARS,
    LOW_FLOW_L_PER_MIN,
    LOW_SATURATION_PERCENT,
    LOW_SYSTOLIC_MMHG,
)
from reinfuse.grading.rules.condition import Condition, at_least, below, every, some, stated
from reinfuse.grading.rules.finding import Finding, Span
from reinfuse.grading.rules.judge import holds
from reinfuse.grading.toxicity.words import (
    AIRWAY,
    DEVICE,
    FLOW,
    HIGH_DOSE,
    HYPOTENSION,
    LOW_FLOW,
    NO_DEVICE,
    OTHER_PRESSORS,
    SATURATION,
    SUPPORT,
    SYSTOLIC,
    VENTILATOR,
)
from reinfuse.record.chart import Chart

# The consensus prints no pressure: below the adult cut in an adult is hypotension (ours). What a
# child's number means depends on age, and a number above the cut on the usual pressure.
LOW_PRESSURE = every(
    at_least("age", ADULT_PRESSURE_YEARS, "a"), below(SYSTOLIC, LOW_SYSTOLIC_MMHG, "mm[Hg]")
)
LOW_SATURATION = below(SATURATION, LOW_SATURATION_PERCENT, "%")
ROOM_AIR_PERCENT = 21.0

EQUIVALENT = "norepinephrine equivalent"
# What a rate counts in norepinephrine, ug/min; dopamine in ug/kg/min (VASST, recalled).
EQUIVALENTS = {
    "norepinephrine rate": 1.0,
    "epinephrine rate": 1.0,
    "dopamine rate": 0.5,
    "phenylephrine rate": 0.1,
}
AT_RATE = at_least("hours at vasopressor rate", 3, "h")
BY_RATE = (
    at_least("norepinephrine rate", 20, "ug/min"),
    at_least("dopamine rate", 10, "ug/kg/min"),
    at_least("phenylephrine rate", 200, "ug/min"),
    at_least("epinephrine rate", 10, "ug/min"),
    every(stated("vasopressin"), at_least(EQUIVALENT, 10, "ug/min")),
    at_least(EQUIVALENT, 20, "ug/min"),
)
BY_WEIGHT = (
    at_least("norepinephrine rate by weight", 0.2, "ug/kg/min"),
    at_least("epinephrine rate by weight", 0.1, "ug/kg/min"),
)
HIGH_RATE = every(AT_RATE, some(*BY_RATE))
HIGH_RATE_PENN = every(AT_RATE, some(*BY_RATE, *BY_WEIGHT))

_ANY_SUPPORT = frozenset(SUPPORT)
_ANY_HIGH_FLOW = _ANY_SUPPORT - frozenset(LOW_FLOW)


def with_pressure(on: OnDay, low_pressure: Condition = LOW_PRESSURE) -> OnDay:
    """The day with hypotension where its systolic pressure is low; put down elsewhere it stays so.

    A number that is not low leaves hypotension open: the usual pressure may be far above it.
    """
    known = on.findings.get(HYPOTENSION)
    if known in (None, False) and holds(low_pressure, on.findings):
        return _with(on, {HYPOTENSION: True}, SYSTOLIC)
    return on


def with_airway(on: OnDay) -> OnDay:
    """The day with a ventilator that only keeps the airway open as no support of oxygen.

    Where nobody said what it was for, both stay possible.
    """
    device, for_airway = on.findings.get(DEVICE), on.findings.get(AIRWAY)
    ventilated = isinstance(device, frozenset) and device == {VENTILATOR}
    if not ventilated or for_airway is False:
        return on
    meant = {NO_DEVICE} if for_airway is True else {NO_DEVICE, VENTILATOR}
    return _with(on, {DEVICE: frozenset(meant)}, DEVICE)


def without_airway_ventilator(chart: Chart) -> Chart:
    """The chart without a ventilator that only keeps the airway open, where it hides other support.

    Of several devices of one day the worst counts, so the cannula of that day would be lost.
    """
    for_airway = {mark.day // 1 for mark in chart.of_item(AIRWAY) if mark.value is True}
    others = {mark.day // 1 for mark in chart.of_item(DEVICE) if mark.value != VENTILATOR}
    hidden = for_airway & others
    if not hidden:
        return chart
    kept = (
        mark
        for mark in chart.marks
        if mark.item != DEVICE or mark.value != VENTILATOR or mark.day // 1 not in hidden
    )
    return Chart(chart.subject, tuple(kept))


def with_oxygen(on: OnDay) -> OnDay:
    """The day with what flow, inspired oxygen and saturation say of an unstated device.

    A flow comes from some device, one above 6 L/min from one that counts as high flow; a flow of
    0 comes from none. A low saturation on no support asks for some (ours): which is not known.
    """
    unsaid = _unsaid(on)
    flow, inspired = on.findings.get(FLOW), on.findings.get("inspired oxygen")
    if unsaid and isinstance(flow, Span):
        if flow.low > 0:
            high = flow.low > LOW_FLOW_L_PER_MIN
            on = _with(on, {DEVICE: _ANY_HIGH_FLOW if high else _ANY_SUPPORT}, FLOW)
        elif flow.high == 0:
            on = _with(on, {DEVICE: frozenset({NO_DEVICE})}, FLOW)
    elif unsaid and isinstance(inspired, Span) and inspired.low > ROOM_AIR_PERCENT:
        on = _with(on, {DEVICE: _ANY_SUPPORT}, "inspired oxygen")
    if holds(LOW_SATURATION, on.findings) and _no_support(on.findings):
        return _with(on, {DEVICE: _ANY_SUPPORT}, SATURATION)
    return on


def _unsaid(on: OnDay) -> bool:
    """Whether no device was charted, or none, which oxygen that was given contradicts."""
    if DEVICE not in on.findings:
        return True
    mark = on.marks.get(DEVICE)
    none = on.findings[DEVICE] == frozenset({NO_DEVICE})
    return none and mark is not None and mark.value == NO_DEVICE


def _no_support(findings: Mapping[str, Finding]) -> bool:
    device = findings.get(DEVICE)
    if device is None:
        return True
    return isinstance(device, frozenset) and device == {NO_DEVICE}


def with_doses(on: OnDay, high_rate: Condition = HIGH_RATE) -> OnDay:
    """The day with a high-dose vasopressor where its rates say so, or say that it was none."""
    on = _with_equivalent(on)
    stated_one = on.findings.get(HIGH_DOSE)
    by_rate = holds(high_rate, on.findings)
    if by_rate is not None and (stated_one is None or (by_rate and stated_one is False)):
        on = _with(on, {HIGH_DOSE: by_rate}, *EQUIVALENTS)
    if OTHER_PRESSORS in on.findings:
        return on
    rates = [on.findings.get(name) for name in EQUIVALENTS]
    running = sum(isinstance(rate, Span) and rate.low > 0 for rate in rates)
    least = max(running, int(on.findings.get(HIGH_DOSE) is True))
    return _with(on, {OTHER_PRESSORS: Span(least, math.inf)}, *EQUIVALENTS) if least else on


def _with_equivalent(on: OnDay) -> OnDay:
    if EQUIVALENT in on.findings:
        return on
    low = high = 0.0
    for name, factor in EQUIVALENTS.items():
        rate = on.findings.get(name)
        known = rate if isinstance(rate, Span) else Span(0.0, math.inf)
        # A rate that counts as itself is not rounded: 19.9999 stays below 20.
        span = known if factor == 1 else known.times(factor)
        low, high = low + span.low, high + span.high
    return _with(on, {EQUIVALENT: Span(low, high)}, *EQUIVALENTS) if low or high == 0 else on


def _with(on: OnDay, found: Mapping[str, Finding], *seen_in: str) -> OnDay:
    """The day with further findings, each resting on the first of the marks that it is seen in."""
    mark = next((on.marks[name] for name in seen_in if name in on.marks), None)
    marks = dict.fromkeys(found, mark) if mark is not None else {}
    return OnDay({**on.findings, **found}, {**on.marks, **marks})
