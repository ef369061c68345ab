"""A scale that counts only after a remission was reached, judged on each day of a chart."""

from __future__ import annotations

from functools import partial

from reinfuse.grading.chart.daily import Assessment, grade_of
from reinfuse.grading.chart.findings import OnDay, Sheet, assessed_days, findings_on
from reinfuse.grading.grade import Grade
from reinfuse.grading.leukemia.looks import FIRST_DAY, last_day, of_marrow
from reinfuse.grading.rules.entry import Entry, printed_table
from reinfuse.grading.rules.finding import name_in
from reinfuse.grading.rules.scale import Scale, assess
from reinfuse.record.chart import Chart

REACHED, PARTLY_REACHED = "complete remission reached", "partial response reached"
TOPIC = "relapse"
EVER = 10**6
NOTE = (
    "a remission counts from the day on which it was charted as reached; what was charted on or "
    "before that day is no relapse; nor is one of before day 0 or after the next infusion or "
    "transplant (ours)"
)


def relapse_entry(rule: Scale, *, days: int = 1, variants: tuple[str, ...] = ()) -> Entry:
    """The entry of a rule on relapse; findings of the last `days` days make one assessment."""
    return Entry(
        criterion=rule.criterion,
        topic=TOPIC,
        items=tuple(dict.fromkeys(map(name_in, rule.keys()))),
        grade=partial(grade_after_remission, rule, days),
        table=printed_table(rule),
        notes=(*rule.notes, NOTE),
        variants=variants,
    )


def grade_after_remission(rule: Scale, days: int, chart: Chart) -> Grade:
    """The worst of a rule over the days of a chart, with the days on which it held.

    Whether a remission was reached before stays open where nobody charted it. The findings of
    `days` days are taken together, but none from before the remission.
    """
    sheet = Sheet.of(of_marrow(chart))
    last = int(min(last_day(chart), EVER))
    states = (REACHED, PARTLY_REACHED)
    asked = rule.keys()
    keys = [key for key in asked if key not in states]
    found = []
    for day in assessed_days(sheet, keys, FIRST_DAY, last):
        begun = _first_day(sheet, REACHED)
        pooled = days if begun is None or begun >= day else min(days, day - begun)
        on = findings_on(sheet, keys, day, pool_days=pooled)
        findings = dict(on.findings)
        for state in states:
            reached = _reached_before(sheet, state, day)
            if reached is not None:
                findings[state] = reached
        known = OnDay(findings, on.marks)
        found.append(Assessment(day, assess(rule, findings), known))
    none = rule.otherwise
    return grade_of(rule.criterion, chart.subject, tuple(found), topic=TOPIC, none=none)


def _reached_before(sheet: Sheet, state: str, day: int) -> bool | None:
    """Whether a remission was charted as reached before a day; None where nobody says so."""
    marks = sheet.by_key.get(state, ())
    begun = _first_day(sheet, state)
    if begun is not None:
        return begun < day
    return False if any(mark.day >= day for mark in marks) else None


def _first_day(sheet: Sheet, state: str) -> int | None:
    """The first day from day 0 on: a remission of an earlier treatment says nothing here."""
    days = (int(mark.day // 1) for mark in sheet.by_key.get(state, ()) if mark.value is True)
    return next((day for day in days if day >= 0), None)
