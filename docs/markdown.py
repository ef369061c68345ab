"""Markdown from plain values: a page with its heading, a table with its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

MADE = "<!-- made from the code: `make docs` writes it again -->"


def page(title: str, *parts: Iterable[str]) -> str:
    """A whole page; each part is a run of lines, and an empty line stands between two parts."""
    blocks = ["\n".join(lines) for lines in ([f"# {title}"], [MADE], *parts)]
    return "\n\n".join(blocks) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; a cell may hold any text on one line."""
    yield _row(heads)
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield _row(row)


def _row(cells: Sequence[str]) -> str:
    # A bar would end the cell.
    safe = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return "| " + " | ".join(safe) + " |"
