"""Burden by site as the table that the charts draw."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.record import Course
from reinfuse.report.charts import Matrix, MatrixCell, State
from reinfuse.synopsis import Burden, Cell, SiteState, burden_by_site

_STATES = {
    SiteState.POSITIVE: State.POSITIVE,
    SiteState.NEGATIVE: State.NEGATIVE,
    SiteState.REDUCED: State.REDUCED,
    SiteState.BELOW: State.BELOW,
    SiteState.RESOLVED: State.RESOLVED,
    SiteState.REMOVED: State.REMOVED,
    SiteState.REMISSION: State.REMISSION,
    SiteState.NOT_ASSESSED: State.NOT_ASSESSED,
}


def burden_matrix(course: Course) -> Matrix:
    """Time points by sites; a site nobody looked at is `not assessed` and never negative."""
    burden = burden_by_site(course)
    rows = []
    for place, time in enumerate(burden.times):
        name = f"{time.label}: {time.event}" if time.event else time.label
        cells = [burden.at(site, place) for site in burden.sites]
        shown = (MatrixCell(_STATES[cell.state], _words(cell, time.label)) for cell in cells)
        rows.append((name, tuple(shown)))
    return Matrix(
        name="burden",
        title="Burden by site",
        columns=burden.sites,
        rows=tuple(rows),
        notes=tuple(_notes(burden)),
    )


def _notes(burden: Burden) -> Iterator[str]:
    yield "Removed is not resolved, and not assessed is not negative."
    if any(cell.state is SiteState.BELOW for cell in burden.cells):
        yield "Below threshold is neither gone nor measured: uptake is left in its place."


def _words(cell: Cell, row: str) -> str:
    """What stands beside the state, with its own time where that of the row is another."""
    own = f" ({cell.told})" if cell.told and cell.told != row else ""
    return f"{cell.text}{own}" if cell.entries else ""
