"""The CSV text of a table, such that reading it gives the same observations again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file.tables import COLUMNS, FORMULA, WORDS, read_table
from reinfuse.exchange.course_file.text import Unreadable, check_text
from reinfuse.record import Course, Observation, Table
from reinfuse.timeline import FromEvent


def table_rows(course: Course, file: str) -> tuple[Observation, ...]:
    """The observations that a CSV table of the course holds, in their order."""
    return tuple(entry for entry in course.observations if entry.table == file)


def write_table(table: Table, observations: Sequence[Observation]) -> str:
    """The CSV text of a table's observations, with the columns that they use.

    Raises ReinfuseError if a row could not hold its observation.
    """
    rows = [_cells(entry) for entry in observations]
    used = [name for name in COLUMNS if any(row[name] for row in rows)] or ["day", "analyte"]
    out = io.StringIO()
    writer = csv.DictWriter(out, used, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    text = _checked(out.getvalue(), table.file)
    again = read_table(text, table).observations
    if again != tuple(observations):
        pairs = zip(observations, (*again, *([None] * len(rows))), strict=False)
        lost = next(number for number, (one, other) in enumerate(pairs, start=2) if one != other)
        raise ReinfuseError(
            "a table cannot hold this observation as it is",
            where=f"{table.file} row {lost}",
            fix="keep it in the course file, with `table` left empty",
        )
    return text


def _checked(text: str, file: str) -> str:
    try:
        return check_text(text, file)
    except Unreadable as error:
        told = error.findings[0]
        raise ReinfuseError(told.what, where=told.where, fix="take it out of the text") from None


def _cells(entry: Observation) -> dict[str, str]:
    clue = entry.when.start.clues[0] if entry.when.start.clues else ""
    counted = isinstance(clue, FromEvent)
    minute = entry.when.start.minute
    value, unit = entry.value, entry.value.unit if entry.value is not None else ""
    cells = {
        "day": f"{clue.low:.0f}" if isinstance(clue, FromEvent) else "",
        "date": "" if counted else str(clue),
        "time": "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}",
        "analyte": _guarded(entry.analyte),
        "value": str(value).removesuffix(f" {unit}") if value is not None else "",
        "unit": unit,
        "result": entry.result.value if entry.result is not None else "",
        "limit": str(entry.limit) if entry.limit is not None else "",
        "events": "" if entry.events is None else str(entry.events),
        "peak": "yes" if entry.peak else "",
    }
    return cells | {name: _guarded(getattr(entry, name) or "") for name in WORDS}


def _guarded(text: str) -> str:
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text
