"""The ICE score of a day: as charted, or as a span from the parts that were charted."""

from __future__ import annotations

from collections.abc import Mapping

from reinfuse.grading.chart.findings import OnDay
from reinfuse.grading.rules.finding import ELSEWHERE, Finding, Span, exactly

SCORE, WAKEFULNESS = "ICE score", "wakefulness"
NOT_TESTABLE = "ICE not testable because unarousable"
# Lee 2019 Table 4: year, month, city, hospital; three objects; one command; one sentence;
# counting backwards from 100 by ten.
POINTS = {
    "ICE orientation": 4.0,
    "ICE naming": 3.0,
    "ICE command": 1.0,
    "ICE writing": 1.0,
    "ICE attention": 1.0,
}
AWAKE, TO_VOICE, TO_TOUCH, UNAROUSABLE = "spontaneous", "to voice", "to touch", "unarousable"
AROUSABLE = frozenset({AWAKE, TO_VOICE, TO_TOUCH})


def with_ice(on: OnDay) -> OnDay:
    """The day with its ICE score from the parts, and with what being untestable says.

    A total that was charted stands. A part that was not charted can have any of its points.
    What was put down to another cause, such as sedation, is not evaluable: it is left open.
    """
    on = _without_other_causes(on)
    findings: dict[str, Finding] = dict(on.findings)
    marks = dict(on.marks)
    total = _total(findings)
    if SCORE not in findings and total is not None:
        findings[SCORE] = total
        marks[SCORE] = next(on.marks[name] for name in POINTS if name in on.marks)
    untestable = findings.get(NOT_TESTABLE)
    if untestable is True:
        findings.setdefault(SCORE, exactly(0.0))
    if isinstance(untestable, bool) and WAKEFULNESS not in findings:
        findings[WAKEFULNESS] = frozenset({UNAROUSABLE}) if untestable else AROUSABLE
        marks[WAKEFULNESS] = on.marks[NOT_TESTABLE]
    return OnDay(findings, marks)


def _total(findings: Mapping[str, Finding]) -> Span | None:
    parts = {name: findings[name] for name in POINTS if name in findings}
    spans = {name: span for name, span in parts.items() if isinstance(span, Span)}
    if not spans:
        return None
    low = sum(span.low for span in spans.values())
    open_points = sum(points for name, points in POINTS.items() if name not in spans)
    most = sum(min(span.high, POINTS[name]) for name, span in spans.items())
    return Span(low, most + open_points)


def _without_other_causes(on: OnDay) -> OnDay:
    tested = {SCORE, WAKEFULNESS, NOT_TESTABLE, "CAPD score", *POINTS}
    findings = {
        name: found
        for name, found in on.findings.items()
        if found is not ELSEWHERE or name not in tested
    }
    return OnDay(findings, {name: on.marks[name] for name in findings if name in on.marks})
