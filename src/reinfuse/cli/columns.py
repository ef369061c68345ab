"""A readable table for a terminal: columns that fit, long cells wrapped."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence

NARROWEST = 8
WIDEST_TERMINAL = 140


def columns(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; the last columns give way first when the terminal is narrow."""
    wanted = [
        max([len(header), *(len(row[place]) for row in rows)])
        for place, header in enumerate(headers)
    ]
    widths = _fit(wanted, width() - 2 * (len(headers) - 1))
    yield from _wrapped(headers, widths)
    yield _line(["-" * size for size in widths], widths)
    for row in rows:
        yield from _wrapped(row, widths)


def width() -> int:
    """How many characters a line may have."""
    return min(shutil.get_terminal_size((110, 24)).columns, WIDEST_TERMINAL)


def _fit(wanted: list[int], room: int) -> list[int]:
    widths = list(wanted)
    while sum(widths) > room:
        widest = max(range(len(widths)), key=lambda place: (widths[place], place))
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _wrapped(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    cells = [textwrap.wrap(cell, size) or [""] for cell, size in zip(row, widths, strict=True)]
    for place in range(max(len(cell) for cell in cells)):
        yield _line([cell[place] if place < len(cell) else "" for cell in cells], widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(size) for cell, size in zip(cells, widths, strict=True)).rstrip()
