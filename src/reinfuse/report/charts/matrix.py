"""Time points by sites as a table: what each site showed each time, as symbol and word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from reinfuse.report.charts.values import notes_html


class State(StrEnum):
    """What a site showed. `NOT_ASSESSED` is the word for nothing recorded; it is never negative."""

    POSITIVE = "positive"
    INCREASED = "increased"
    STABLE = "stable"
    REDUCED = "reduced"
    BELOW = "below threshold"
    RESOLVED = "resolved"
    REMISSION = "remission"
    REMOVED = "removed"
    NEGATIVE = "negative"
    NOT_ASSESSED = "not assessed"


SYMBOLS = {
    State.POSITIVE: "●",
    State.INCREASED: "▲",
    State.STABLE: "■",
    State.REDUCED: "▼",
    State.BELOW: "▽",
    State.RESOLVED: "✓",
    State.REMISSION: "◇",
    State.REMOVED: "✕",
    State.NEGATIVE: "○",
    State.NOT_ASSESSED: "–",
}


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A state, with what a reader needs beside it, such as `16 % blasts` or `limit not stated`."""

    state: State
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A row per time point and a column per site; every row has a cell for every column."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[MatrixCell, ...]], ...]
    notes: tuple[str, ...] = ()

    def html(self) -> str:
        """A `<figure>` with a table; the table is the drawing."""
        head = "".join(f'<th scope="col">{escape(one)}</th>' for one in self.columns)
        body = "".join(
            f'<tr><th scope="row">{escape(time)}</th>{_cells(cells)}</tr>'
            for time, cells in self.rows
        )
        return (
            f'<figure class="chart matrix" id="chart-{self.name}">'
            f"<figcaption>{escape(self.title)}</figcaption>"
            f'<div class="chart-table" role="group" tabindex="0" '
            f'aria-label="Table: {escape(self.title)}">'
            f'<table><caption class="chart-unseen">{escape(self.title)}</caption>'
            f'<thead><tr><th scope="col">Time</th>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
            f"{notes_html(self.notes)}</figure>"
        )

    def __html__(self) -> str:
        """The same, for templates that escape."""
        return self.html()


def _cells(cells: Sequence[MatrixCell]) -> str:
    return "".join(_cell(cell) for cell in cells)


def _cell(cell: MatrixCell) -> str:
    kind = cell.state.replace(" ", "-")
    words = f'<span class="chart-beside">{escape(cell.words)}</span>' if cell.words else ""
    return (
        f'<td class="state-{kind}"><span aria-hidden="true">{SYMBOLS[cell.state]}</span> '
        f"{cell.state}{words}</td>"
    )
