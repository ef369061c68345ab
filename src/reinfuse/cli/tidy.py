"""Grades as a tidy table: one row per patient, day 0 and criterion."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from reinfuse.grading import Grade

GRADE_COLUMNS = (
    "patient", "subject", "topic", "criterion", "when", "low", "high", "as_published", "reported",
    "trust", "onset_day", "peak_day", "resolved_day", "episodes", "because", "missing", "source",
)  # fmt: skip
_FORMULA = ("=", "@", "+", "-")
_NUMBER = re.compile(r"[+-]\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def grade_row(patient: str, grade: Grade) -> list[str]:
    """One grade as cells; an empty cell is nothing recorded, or nothing that follows."""
    first = grade.episodes[0] if grade.episodes else None
    peak = max(grade.episodes, key=lambda one: _height(grade, one.peak), default=None)
    last = grade.episodes[-1] if grade.episodes else None
    cells = (
        patient,
        grade.subject,
        grade.topic,
        grade.criterion.name,
        grade.when,
        grade.low,
        grade.high,
        grade.published,
        grade.reported,
        grade.trust,
        first.onset if first else None,
        peak.peak_day if peak else None,
        last.resolved if last else None,
        len(grade.episodes),
        "; ".join(reason.text for reason in grade.because),
        "; ".join(grade.missing),
        grade.criterion.source,
    )
    return [_written(cell) for cell in cells]


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as CSV text that a spreadsheet opens as it stands."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(map(guarded, rows))
    return stream.getvalue()


def guarded(row: Sequence[str]) -> list[str]:
    """The cells with a quote mark before what a spreadsheet would take for a formula."""
    return [_plain(cell) for cell in row]


def _written(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.6g}"
    return "" if cell is None else str(cell)


def _plain(cell: str) -> str:
    risky = cell.lstrip()[:1] in _FORMULA and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if risky else cell


def _height(grade: Grade, level: object) -> float:
    levels = grade.criterion.levels
    return levels.index(level) if level in levels else 0.0
