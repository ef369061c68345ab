"""Lesions over time: a row each, with its size where one was given and the word where not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from reinfuse.report.charts.drawing import render_svg
from reinfuse.report.charts.lesion_inputs import BELOW, LesionLook, LesionRow
from reinfuse.report.charts.lesion_lines import LINES_ROW_PX, lines_body
from reinfuse.report.charts.lesion_rows import ROW_PX, Days, lesion_frame, one_told, rows_body
from reinfuse.report.charts.values import Chart, NoChart, Table
from reinfuse.report.charts.words import days_shown, shown

TITLE = "Lesions outside the marrow over time"


def draw_lesions(
    rows: Sequence[LesionRow],
    *,
    anchor: str,
    size: str,
    unit: str,
    events: Sequence[tuple[float, str]] = (),
    name: str = "lesions",
) -> Chart | NoChart:
    """Each lesion at each look, on days from `anchor` (such as `infusion 2`).

    `size` says what a size is, such as `ellipsoid volume`, in `unit`. `events` are days with
    words. With two sizes of one lesion or more, sizes stand as heights on one scale; else as
    areas. A look without a size has no place on a scale, and stands as a mark with its word.
    """
    if not any(row.looks for row in rows):
        return NoChart(name=name, title=TITLE, why="No lesion outside the marrow is recorded.")
    repeated = any(sum(look.size is not None for look in row.looks) > 1 for row in rows)
    days = _days(rows, events)
    frame = lesion_frame(rows, days, LINES_ROW_PX if repeated else ROW_PX)
    draw = lines_body if repeated else rows_body
    body = draw(rows, frame=frame, days=days, axis=f"Day since {anchor}", unit=unit)
    description = " ".join(_described(row, unit) for row in rows)
    sized = f"{size.capitalize()}, {unit}"
    headers = ("Lesion", f"Days since {anchor}", "Seen by", sized, "Change")
    return Chart(
        name=name,
        title=TITLE,
        svg=render_svg(body, frame, name=name, title=TITLE, description=description),
        description=description,
        table=Table(headers, tuple(_table_rows(rows))),
        notes=tuple(_notes(rows, size=size, unit=unit, repeated=repeated)),
    )


def _days(rows: Sequence[LesionRow], events: Sequence[tuple[float, str]]) -> Days:
    """From the first look to the last, with room; open ends count from their known side."""
    known = [
        day for row in rows for look in row.looks for day in look.days if math.isfinite(day)
    ] + [day for day, _ in events]
    low, high = min(known, default=0.0), max(known, default=1.0)
    room = max(0.06 * (high - low), 7.0)
    return Days(low - room, high + room, tuple(sorted(events)))


def _described(row: LesionRow, unit: str) -> str:
    looks = "; ".join(f"{_look_words(look, unit)}, {days_shown(*look.days)}" for look in row.looks)
    return f"{row.site}: {looks or 'no look recorded'}."


def _look_words(look: LesionLook, unit: str) -> str:
    size = f"{shown(look.size)} {unit}" if look.size is not None else ""
    return ", ".join(part for part in (look.change, size) if part) or "seen, size not stated"


def _table_rows(rows: Sequence[LesionRow]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        for look in row.looks:
            size = "not stated" if look.size is None else shown(look.size)
            size = "not measured" if look.size is None and look.change == BELOW else size
            size = "" if look.change in ("resolved", "removed", "not reassessed") else size
            change = look.change or "not stated"
            yield row.site, days_shown(*look.days), look.seen_by or "not stated", size, change


def _notes(rows: Sequence[LesionRow], *, size: str, unit: str, repeated: bool) -> Iterator[str]:
    looks = [look for row in rows for look in row.looks]
    if any(look.size is not None for look in looks):
        how = "heights, on one scale from 0" if repeated else "areas of the discs"
        yield f"Sizes ({size}, {unit}) are {how}."
    if any(look.size is None and look.change in ("new", "reduced", "increased") for look in looks):
        yield "A triangle or a small disc is a word of the report; no size is given for that look."
    if any(look.change == BELOW for look in looks):
        yield "A hollow triangle is below the threshold it was drawn by: neither gone nor measured."
    if any(look.days[0] != look.days[1] for look in looks):
        yield "A bar spans the days on which a look can have been; an arrow head leaves them open."
    if any(one_told(*pair) for row in rows for pair in pairwise(row.looks)):
        yield "Words side by side share one range of days; how far apart they lie is not known."
    if any(look.change == "removed" for look in looks):
        yield "Removed is not resolved: it says nothing of what a treatment did to the lesion."
