"""Series of a course around one infusion: cytokines, blood counts, vital signs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.quantity import Limit, shown_number
from reinfuse.record import Course, Infusion, Purpose
from reinfuse.report.charts.drawing import render_svg
from reinfuse.report.charts.palette import infusion_colour, infusion_shape
from reinfuse.report.charts.panels import Sheet, panels_body, panels_frame
from reinfuse.report.charts.series import (
    MINUTES_A_DAY,
    Given,
    Panel,
    Sample,
    collect_panels,
    reported_words,
    treatments,
)
from reinfuse.report.charts.values import Chart, NoChart, Table
from reinfuse.report.charts.words import listed, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of chart: its analytes in their order, its days, the treatments that are ruled.

    `joined_days` is the longest gap a line crosses; `log` names what has a logarithmic scale.
    """

    name: str
    title: str
    analytes: tuple[str, ...]
    log: frozenset[str]
    first: float
    last: float
    joined_days: float
    purposes: tuple[Purpose, ...]


_ANTICYTOKINE = (Purpose.CRS_TREATMENT, Purpose.ICANS_TREATMENT)
_CYTOKINES = (
    *("IL-6", "IL-10", "IFN-gamma", "TNF-alpha", "IL-2", "IL-8", "IL-15", "IL-1 beta", "MCP-1"),
    *("GM-CSF", "soluble IL-2 receptor", "ferritin", "C-reactive protein"),
)
CYTOKINES = Kind(
    name="cytokines",
    title="Cytokines and ferritin",
    analytes=_CYTOKINES,
    log=frozenset(_CYTOKINES),
    first=-7.0,
    last=42.0,
    joined_days=3.0,
    purposes=_ANTICYTOKINE,
)
COUNTS = Kind(
    name="counts",
    title="Blood counts",
    analytes=("neutrophils", "platelets", "hemoglobin"),
    log=frozenset({"neutrophils", "platelets"}),
    first=-7.0,
    last=120.0,
    joined_days=7.0,
    purposes=(*_ANTICYTOKINE, Purpose.GROWTH_FACTOR, Purpose.THROMBOPOIETIN),
)
VITALS = Kind(
    name="vitals",
    title="Vital signs",
    analytes=("temperature", "systolic blood pressure", "oxygen saturation", "oxygen flow"),
    log=frozenset(),
    first=-2.0,
    last=28.0,
    joined_days=1.0,
    purposes=(*_ANTICYTOKINE, Purpose.VASOPRESSOR, Purpose.FLUIDS, Purpose.ANTIPYRETIC),
)


def draw_series(course: Course, infusion: Infusion, kind: Kind) -> Chart | NoChart:
    """Panels of what was measured around an infusion, or what was said where nothing was."""
    place = course.infusions.index(infusion)
    name = f"{kind.name}-{place + 1}"
    title = f"{kind.title}, infusion {place + 1}"
    window = {"first": kind.first, "last": kind.last}
    panels = collect_panels(course, infusion, kind.analytes, **window)
    if not panels:
        return _nothing(course, infusion, kind, name=name, title=title)
    given = treatments(course, infusion, kind.purposes, **window)
    first, last = _extent(panels, kind)
    sheet = Sheet(
        first=first,
        last=last,
        colour=infusion_colour(place),
        shape=infusion_shape(place),
        joined_days=kind.joined_days,
        log=kind.log,
        infused=(infusion.when.start.minute or 0) / MINUTES_A_DAY,
    )
    seen = tuple(one for one in given if first <= one.low_day <= last)
    frame, body = panels_frame(panels, seen, sheet), panels_body(panels, seen, sheet)
    description = _described(panels, seen)
    return Chart(
        name=name,
        title=title,
        svg=render_svg(body, frame, name=name, title=title, description=description),
        description=description,
        table=Table(("Analyte", "Day", "Value", "Unit"), tuple(_rows(panels, given))),
        notes=tuple(_notes(panels, kind, seen)),
    )


def _nothing(course: Course, infusion: Infusion, kind: Kind, *, name: str, title: str) -> NoChart:
    said = reported_words(course, infusion, kind.analytes, first=kind.first, last=kind.last)
    folded = [analyte.casefold() for analyte in kind.analytes]
    figures = tuple(
        f"{figure.name}: {figure.shows}; its numbers are not printed"
        for figure in course.figures
        if not figure.numbers_printed and any(one in figure.shows.casefold() for one in folded)
    )
    window = f"day {kind.first:g} and day {kind.last:g}".replace("-", "−")
    return NoChart(
        name=name,
        title=title,
        why=f"Nothing to draw: no value with a number is recorded between {window}.",
        reported=(*said, *figures),
    )


def _extent(panels: Sequence[Panel], kind: Kind) -> tuple[float, float]:
    """The days that hold a value, with a day of room; day 0 is always among them."""
    days = [day for panel in panels for one in panel.samples for day in (one.low_day, one.moment)]
    ends = [one.high_day for panel in panels for one in panel.samples]
    return max(kind.first, min(0.0, *days) - 1.0), min(kind.last, max(7.0, *days, *ends)) + 1.0


def _described(panels: Sequence[Panel], given: Sequence[Given]) -> str:
    parts = []
    for panel in panels:
        exact = [one for one in panel.samples if one.limit is Limit.EXACT]
        if not exact:
            parts.append(f"{panel.analyte}: beyond a limit every time.")
            continue
        if len(exact) == 1:
            parts.append(f"{panel.analyte}: {shown(exact[0].value)} {panel.unit}, {exact[0].when}.")
            continue
        low = min(exact, key=lambda one: one.value)
        high = max(exact, key=lambda one: one.value)
        parts.append(
            f"{panel.analyte}: {len(panel.samples)} values, from {shown(low.value)} on {low.when}"
            f" to {shown(high.value)} {panel.unit} on {high.when}."
        )
    drugs = listed(tuple(f"{one.words} ({one.when})" for one in given))
    return " ".join([*parts, *([f"Given: {drugs}."] if drugs else [])])


def _rows(panels: Sequence[Panel], given: Sequence[Given]) -> Iterator[tuple[str, ...]]:
    for panel in panels:
        for one in panel.samples:
            yield panel.analyte, one.when, _value_words(one), panel.unit
    for treatment in given:
        yield "given", treatment.when, treatment.words, ""


def _value_words(one: Sample) -> str:
    sign = {"<=": "≤ ", ">=": "≥ "}.get(one.limit.value, f"{one.limit.value} ".lstrip())
    return f"{sign}{shown_number(one.value)}"


def _notes(panels: Sequence[Panel], kind: Kind, given: Sequence[Given]) -> Iterator[str]:
    samples = [one for panel in panels for one in panel.samples]
    apart = f"{kind.joined_days:g} day{'s' if kind.joined_days > 1 else ''}"
    yield f"Values more than {apart} apart are not joined: nothing is recorded between them."
    if kind.log & {panel.analyte for panel in panels}:
        log = listed(tuple(panel.analyte for panel in panels if panel.analyte in kind.log))
        yield f"Logarithmic scale: {log}."
    if any(one.limit is not Limit.EXACT for one in samples):
        yield "A hollow triangle is a limit: the value lies beyond it, on the side it points to."
    on_log = [one for panel in panels if panel.analyte in kind.log for one in panel.samples]
    if any(one.value <= 0 for one in on_log):
        yield "A value of 0 stands as a hollow triangle at the lower edge of a logarithmic scale."
    if any(not one.exact_day for one in samples):
        yield "A hollow point on a bar: the day is one of those the bar spans."
    if given:
        known = all(one.minute is not None for one in given)
        more = "" if known else "; at the start of the day where no time of day is recorded"
        yield f"Dashed: when a treatment began{more}."
