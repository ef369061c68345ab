"""What criteria of response make of measured lesions, as far as the numbers go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from reinfuse.cli.columns import width
from reinfuse.grading import Grade
from reinfuse.grading.catalogue import criterion_named
from reinfuse.record.chart import Chart

if TYPE_CHECKING:
    from reinfuse.imaging.measured.response import Response

MOST_MISSING = 2


def grades_of(response: Response) -> tuple[Grade, ...]:
    """The grades of the criteria that PET/CT is for, as `reinfuse grade marks.csv` gives them.

    A criterion for which nothing was charted gives none.
    """
    from reinfuse.imaging.measured.response_marks import CRITERIA

    chart = response.chart
    if not isinstance(chart, Chart):
        return ()
    graded = (criterion_named(name).grade(chart) for name in CRITERIA)
    return tuple(grade for grade in graded if grade.evaluable)


def grade_lines(grades: Sequence[Grade]) -> Iterator[str]:
    """A line for each criterion: its interval, how much it rests on, what would settle it."""
    if not grades:
        return
    yield "response as far as numbers go: what is gone, new or a target, a person says"
    for grade in grades:
        recalled = ", recalled" if criterion_named(grade.criterion.name).by_choice else ""
        when = f", {grade.when}" if grade.when else ""
        line = f"{grade.criterion.name}{recalled}{when}: {grade.shown()} ({_rests_on(grade)})"
        yield from wrap(line, width(), initial_indent="  ", subsequent_indent="    ")


def _rests_on(grade: Grade) -> str:
    count = len(grade.because)
    reasons = f"{count} reason{'' if count == 1 else 's'}"
    more = len(grade.missing) - MOST_MISSING
    missing = ", ".join(grade.missing[:MOST_MISSING]) + (f" and {more} more" if more > 0 else "")
    return f"{reasons}; missing: {missing}" if missing else reasons
