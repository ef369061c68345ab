"""What a chart is to its reader: a drawing, its words, and its table; or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

# A table with more rows is folded on the page and left out of its print.
MOST_PRINTED = 48


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a drawing as text; the first cell of a row is its heading."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def html(self, caption: str) -> str:
        """A `<table>` with a caption and headings that a screen reader can follow."""
        head = "".join(f'<th scope="col">{escape(one)}</th>' for one in self.headers)
        body = "".join(f"<tr>{_cells(row)}</tr>" for row in self.rows)
        return (
            f"<table><caption>{escape(caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One drawing. `name` is unique in a page; `svg` comes from `render_svg` and is safe as it is.

    `description` says in words what is seen; `notes` what a reader must know to read it rightly.
    """

    name: str
    title: str
    svg: str
    description: str
    table: Table
    notes: tuple[str, ...] = ()

    def html(self) -> str:
        """A `<figure>`: title, drawing, notes, and under it the table, folded."""
        dense = ' class="chart-dense"' if len(self.table.rows) > MOST_PRINTED else ""
        return (
            f'<figure class="chart" id="chart-{self.name}">'
            f"<figcaption>{escape(self.title)}</figcaption>"
            f'<div class="chart-drawing">{self.svg}</div>'
            f"{notes_html(self.notes)}"
            f"<details{dense}><summary>Table: {escape(self.title)}</summary>"
            f"{_scrolled(self.table.html(self.title), self.title)}</details></figure>"
        )

    def __html__(self) -> str:
        """The same, for templates that escape."""
        return self.html()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoChart:
    """Why nothing is drawn, and what was said in words where numbers would have stood."""

    name: str
    title: str
    why: str
    reported: tuple[str, ...] = ()

    def html(self) -> str:
        """A `<figure>` without a drawing: title, reason, what was reported."""
        said = "".join(f"<li>{escape(one)}</li>" for one in self.reported)
        return (
            f'<figure class="chart no-chart" id="chart-{self.name}">'
            f"<figcaption>{escape(self.title)}</figcaption>"
            f"<p>{escape(self.why)}</p>{f'<ul>{said}</ul>' if said else ''}</figure>"
        )

    def __html__(self) -> str:
        """The same, for templates that escape."""
        return self.html()


Drawable = Chart | NoChart


def notes_html(notes: tuple[str, ...]) -> str:
    """A list of notes, or nothing."""
    items = "".join(f"<li>{escape(one)}</li>" for one in notes)
    return f'<ul class="chart-notes">{items}</ul>' if items else ""


def _cells(row: tuple[str, ...]) -> str:
    first, *others = row
    cells = "".join(f"<td>{escape(one)}</td>" for one in others)
    return f'<th scope="row">{escape(first)}</th>{cells}'


def _scrolled(table: str, label: str) -> str:
    """A wide table scrolls by itself; `tabindex` lets a keyboard do it."""
    return (
        f'<div class="chart-table" role="group" tabindex="0" '
        f'aria-label="Table: {escape(label)}">{table}</div>'
    )
