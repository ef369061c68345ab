"""The figures of a tube: one for each picture, with its words and its table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from reinfuse.cytometry.measured.values import TubeMeasured
from reinfuse.cytometry.pictures import GatePicture
from reinfuse.cytometry.placing.values import Placed, Standing
from reinfuse.report.charts.values import Chart, Table
from reinfuse.report.charts.words import listed, shown
from reinfuse.report.flow_page.controls import Beside, controls_beside, key_of
from reinfuse.report.flow_page.density import draw_density, few
from reinfuse.report.flow_page.histogram import draw_histogram
from reinfuse.report.flow_page.inputs import FlowTubeInputs
from reinfuse.report.flow_page.labels import Namer
from reinfuse.report.flow_page.moves import border_words, markers_of, move_words, signed
from reinfuse.report.flow_page.plot import HEIGHT_PX, Named
from reinfuse.report.flow_page.window import linear_words
from reinfuse.report.forecast.sheet import as_text, new_sheet

PERCENT = 100.0
MOST_NAMED = 3
HEADERS = ("Gate and border", "Events", "% of parent", "Border, linear", "Template, linear",
           "Shift on the scale")  # fmt: skip


def gate_charts(inputs: FlowTubeInputs) -> tuple[Chart, ...]:
    """A figure for each picture, in the order of the gates; none without pictures.

    A control that a result rests on is drawn in the same histogram, or as a figure of its own
    behind a gate of two dimensions.
    """
    if inputs.pictures is None:
        return ()
    beside = controls_beside(inputs, Namer(inputs.labels))
    found: list[Chart] = []
    for number, picture in enumerate(inputs.pictures.pictures, start=1):
        control = beside.get(key_of(picture))
        found.append(_chart(picture, f"gate-{number}", inputs.tube, control))
        if control is not None and picture.y is not None:
            found.append(_control_chart(control, f"gate-{number}-control"))
    return tuple(found)


def percent_of(count: int, of: int) -> str:
    """A count as a percentage, or a dash where there is nothing to count in."""
    return f"{shown(PERCENT * count / of)} %" if of else "–"


def _chart(
    picture: GatePicture,
    name: str,
    tube: TubeMeasured,
    control: Beside | None,
) -> Chart:
    title = _title(picture)
    description = _description(picture, control)
    svg = new_sheet(height=HEIGHT_PX, name=name, title=title, description=description)
    gates = _named(picture)
    notes: list[str] = []
    if picture.y is None:
        draw_histogram(svg, picture, gates, control.picture if control else None)
        if control is not None:
            notes.append(
                f"Line alone: {control.words}; {control.picture.parent_count:,} events in the"
                " parent, drawn for as many as here."
            )
    else:
        draw_density(svg, picture, gates)
    notes += _notes(picture, tube.placed, markers_of(tube))
    return Chart(
        name=name,
        title=title,
        svg=as_text(svg),
        description=description,
        table=Table(HEADERS, tuple(_rows(picture, tube))),
        notes=tuple(notes),
    )


def _control_chart(control: Beside, name: str) -> Chart:
    picture = control.picture
    title = f"{_title(picture)}, in the control"
    description = f"{control.words}. {_description(picture, None)}"
    svg = new_sheet(height=HEIGHT_PX, name=name, title=title, description=description)
    draw_density(svg, picture, _named(picture))
    rows = tuple(
        (one.name, f"{one.count:,}", percent_of(one.count, picture.parent_count))
        for one in picture.outlines
    )
    return Chart(
        name=name,
        title=title,
        svg=as_text(svg),
        description=description,
        table=Table(HEADERS[:3], rows),
        notes=(f"{control.words}, behind the borders of this tube.",),
    )


def _named(picture: GatePicture) -> list[Named]:
    """Each gate with its name and share; what repeats the parent's name is left out."""
    prefix = f"{picture.parent} "
    return [
        Named(one, one.name.removeprefix(prefix), percent_of(one.count, picture.parent_count))
        for one in picture.outlines
    ]


def _title(picture: GatePicture) -> str:
    names = picture.names
    short = names if len(names) <= MOST_NAMED else (*names[:2], f"{len(names) - 2} more")
    return f"{listed(short)} in {picture.parent or 'all events'}"


def _description(picture: GatePicture, control: Beside | None) -> str:
    across = picture.x.title if picture.y is None else f"{picture.x.title} and {picture.y.title}"
    kind = "Histogram" if picture.y is None else "Density"
    gates = "; ".join(
        f"{one.name} holds {one.count:,} ({percent_of(one.count, picture.parent_count)})"
        for one in picture.outlines
    )
    beside = f" With it the control: {control.words}." if control else ""
    said = (
        f"{kind} of {picture.parent_count:,} events of {picture.parent or 'the tube'} on {across}"
    )
    return f"{said}. {gates}.{_densest(picture)}{beside}"


def _densest(picture: GatePicture) -> str:
    """Where most events lie, by the nearest number at each ruler."""
    if not picture.counts.any():
        return " There are no events."
    place = np.unravel_index(int(picture.counts.argmax()), picture.counts.shape)
    said = []
    for ruler, step in zip((picture.x, picture.y), reversed(place), strict=False):
        if ruler is not None and ruler.ticks:
            at = ruler.low + (int(step) + 0.5) * ruler.step
            near = min(ruler.ticks, key=lambda tick: abs(tick.place - at))
            said.append(f"{ruler.title} {linear_words(near.linear)}")
    return f" Most events lie near {' and '.join(said)}." if said else ""


def _notes(
    picture: GatePicture, placed: Mapping[str, Placed], markers: Mapping[str, str]
) -> Iterator[str]:
    if picture.y is not None and not few(picture):
        yield f"Darkest: {int(picture.counts.max()):,} events in a step."
    if picture.placeless:
        yield f"{picture.placeless:,} events have no place on these rulers and are not drawn."
    # Gates that share a border moved with it: told once.
    moves: dict[str, None] = {}
    for name in picture.names:
        one = placed.get(name)
        if one is not None and one.unfit:
            moves[f"{name}: the template, for {one.unfit}."] = None
        for move in one.moves if one is not None else ():
            moves[move_words(move, markers)] = None
    yield from moves


def _rows(picture: GatePicture, tube: TubeMeasured) -> Iterator[tuple[str, ...]]:
    markers = markers_of(tube)
    for one in picture.outlines:
        counted = (f"{one.count:,}", percent_of(one.count, picture.parent_count))
        moves = tube.placed[one.name].moves if one.name in tube.placed else ()
        if not moves:
            yield one.name, *counted, "as in the strategy", "", "not moved"
        for move in moves:
            yield (
                f"{one.name}: {border_words(move, markers)}",
                *counted,
                linear_words(move.now.linear),
                linear_words(move.was.linear),
                signed(move.shift) if move.standing is Standing.MOVED else str(move.standing),
            )
