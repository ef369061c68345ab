"""A scale or score as an entry of the catalogue, graded day by day."""

from __future__ import annotations

from functools import partial

from reinfuse.grading.chart.daily import grade_days
from reinfuse.grading.rules.entry import Entry, printed_table
from reinfuse.grading.rules.finding import name_in
from reinfuse.grading.rules.scale import Scale
from reinfuse.grading.rules.score import Score


def listed(
    rule: Scale | Score,
    *,
    topic: str,
    first: int = 0,
    last: int = 10**6,
    variants: tuple[str, ...] = (),
) -> Entry:
    """The entry of a rule whose peak over day `first` to `last` is the grade of a chart."""
    return Entry(
        criterion=rule.criterion,
        topic=topic,
        items=tuple(dict.fromkeys(map(name_in, rule.keys()))),
        grade=partial(grade_days, rule, topic=topic, first=first, last=last),
        table=printed_table(rule),
        notes=rule.notes,
        variants=variants,
        rule=rule,
    )
