"""Low blood counts by CTCAE version 5."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib import resources

from reinfuse.grading.grade import Criterion, Grade, Reason, Trust
from reinfuse.grading.names import is_blood, measures
from reinfuse.grading.numbers import range_in
from reinfuse.record import Course, Observation, Result, dates_of
from reinfuse.source import Source, Standing

CTCAE_5 = Criterion(
    name="CTCAE-5.0",
    title="Laboratory toxicity, CTCAE 5.0",
    levels=(0, 1, 2, 3, 4),
    source=Source(
        cite="NCI CTCAE 5.0",
        place="as carried by pharmaverse/admiral ncictcaev5.json",
        standing=Standing.PORT,
    ),
)


@dataclass(frozen=True, slots=True)
class CountRow:
    """One row of the table: a value below `floors[g - 1]` and down to `floors[g]` is grade g + 1.

    The lower limit of normal opens grade 1; `floors` are the lower bounds of grades 1, 2, 3, 4.
    `surely_normal` is above every lower limit of normal in use (ours).
    """

    analyte: str
    term: str
    unit: str
    floors: tuple[float, ...]
    surely_normal: float


@cache
def count_rows() -> dict[str, CountRow]:
    """The CTCAE rows of low counts, by analyte."""
    text = resources.files(__package__).joinpath("ctcae.csv").read_text(encoding="utf-8")
    rows = {}
    for row in csv.DictReader(text.splitlines()):
        floors = tuple(float(row[f"grade{grade}"]) for grade in range(1, 5) if row[f"grade{grade}"])
        normal = float(row["surely_normal"])
        rows[row["analyte"]] = CountRow(row["analyte"], row["term"], row["unit"], floors, normal)
    return rows


def count_grade(row: CountRow, value: float, lower_normal: float | None = None) -> tuple[int, int]:
    """The grades that a value allows; without a lower limit of normal 0 and 1 are not told apart.

    A value on the printed bound of two grades belongs to the milder one: `< 75 - 50` leaves 75 in
    grade 1. Above the highest lower limit that laboratories use it is grade 0 (ours).
    """
    for grade, floor in enumerate(row.floors, start=1):
        if value >= floor:
            if grade > 1:
                return grade, grade
            if lower_normal is None:
                return (0, 0) if value >= row.surely_normal else (0, 1)
            return (1, 1) if value < lower_normal else (0, 0)
    return len(row.floors), len(row.floors)


def grade_counts(course: Course) -> tuple[Grade, ...]:
    """Grade the worst and the last value of each blood count.

    Source: CTCAE 5.0, blood and laboratory investigations.
    """
    found: list[Grade] = []
    for analyte, row in count_rows().items():
        series = [
            item for item in course.observations if measures(item, analyte) and is_blood(item.site)
        ]
        valued = [item for item in series if range_in(item.value, row.unit) is not None]
        if valued:
            worst = min(valued, key=lambda item: range_in(item.value, row.unit) or (0.0, 0.0))
            last = max(valued, key=lambda item: _place(course, item))
            found += [_grade(row, item) for item in {worst.id: worst, last.id: last}.values()]
        found += [_by_word(row, item) for item in series if item.result is Result.DECREASED]
    return tuple(found)


def _place(course: Course, item: Observation) -> tuple[float, float, int]:
    days = dates_of(course, item)
    return days.low, days.high, item.when.start.minute or 0


def _grade(row: CountRow, item: Observation) -> Grade:
    low_value, high_value = range_in(item.value, row.unit) or (0.0, math.inf)
    low, high = count_grade(row, high_value)[0], count_grade(row, low_value)[1]
    missing = ("lower limit of normal",) if (low, high) == (0, 1) else ()
    shown = item.value.shown() if item.value is not None else ""
    return _made(row, item, low, high, f"{row.analyte} {shown}", missing)


def _by_word(row: CountRow, item: Observation) -> Grade:
    text = f"{row.analyte} {item.result}, no number"
    return _made(row, item, 1, len(row.floors), text, ("the value",))


def _made(
    row: CountRow, item: Observation, low: int, high: int, text: str, missing: tuple[str, ...]
) -> Grade:
    return Grade(
        criterion=CTCAE_5,
        topic=f"{row.analyte} (CTCAE)",
        subject=item.id,
        when=str(item.when),
        low=low,
        high=high,
        trust=Trust.DERIVED if low == high else Trust.BOUNDED,
        because=(Reason(text=text, entries=(item.id,)),),
        missing=missing,
    )
