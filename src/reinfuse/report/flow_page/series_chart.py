"""Results over the days after an infusion as charts: values, intervals and limits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.cytometry.measured.values import Measured, Series, SeriesPoint
from reinfuse.cytometry.numbers.concentration import PerMicrolitre
from reinfuse.cytometry.numbers.limits import Limits
from reinfuse.cytometry.numbers.measured import State
from reinfuse.report.charts.axis import linear_axis, log_axis
from reinfuse.report.charts.drawing import WIDTH_PX, Spec
from reinfuse.report.charts.key import Entry
from reinfuse.report.charts.palette import MUTED, PAPER, WARNING, infusion_colour
from reinfuse.report.charts.small_plane import Plane, draw_sheet, key_above
from reinfuse.report.charts.values import Chart, Table
from reinfuse.report.charts.words import shown
from reinfuse.report.flow_page.results import per_ul_words, value_words

KEY_PX, PLOT_PX, BELOW_PX = 48.0, 230.0, 44.0
LIMIT_PX = 22.0  # wider than the mark of a value, which may stand upon its limit
PERCENT = 100.0
HOLLOW = {State.NOT_QUANTIFIABLE, State.BELOW_DETECTION, State.NOT_DETECTED, State.COUNTED}
SHAPES = {
    State.QUANTIFIED: "circle",
    State.NOT_QUANTIFIABLE: "circle",
    State.BELOW_DETECTION: "triangle-up",
    State.NOT_DETECTED: "triangle-down",
    State.COUNTED: "square",
    State.NOT_EVALUABLE: "cross",
}
HEADERS = ("Day", "Says", "Interval", "State", "LoD", "LLOQ", "Counted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One tube in a chart; all numbers in the unit of the chart, nan where there is none.

    `said` is what may be quoted and `counted` what was counted, in words.
    """

    day: float
    said: str
    counted: str
    value: float
    low: float
    high: float
    detection: float
    quantification: float
    state: State


def series_charts(measured: Measured) -> tuple[Chart, ...]:
    """Percent and, where counts were given, cells per microlitre, for each series that is named.

    A series is named where the record has a name for it; the others stand on the tubes' pages.
    """
    found = []
    main = [one for one in measured.series if one.points[0].result.wanted.analyte]
    for number, series in enumerate(main, start=1):
        of = series.points[0].result.measured.assay.of
        found.append(_chart(series, [_percent(one) for one in series.points],
                            name=f"series-{number}", unit=f"% of {of}"))  # fmt: skip
        per_ul = [_per_ul(one) for one in series.points]
        known = [one for one in per_ul if one is not None]
        if known:
            found.append(_chart(series, known, name=f"series-{number}-ul", unit="cells/µL"))
    return tuple(found)


def _percent(point: SeriesPoint) -> Mark:
    measured = point.result.measured
    quantity = measured.quantity
    limits = measured.limits if isinstance(measured.limits, Limits) else None
    return Mark(
        day=point.day,
        said=value_words(measured),
        counted=_counted(point),
        value=PERCENT * measured.value if quantity is None else quantity.value,
        low=PERCENT * measured.low,
        high=PERCENT * measured.high,
        detection=math.nan if limits is None else limits.detection_percent,
        quantification=math.nan if limits is None else limits.quantification_percent,
        state=measured.state,
    )


def _per_ul(point: SeriesPoint) -> Mark | None:
    per_ul = point.result.per_ul
    if not isinstance(per_ul, PerMicrolitre):
        return None
    quantity = per_ul.quantity
    return Mark(
        day=point.day,
        said=per_ul_words(per_ul)[0],
        counted=_counted(point),
        value=per_ul.value if quantity is None else quantity.value,
        low=per_ul.interval.low,
        high=per_ul.interval.high,
        detection=math.nan if per_ul.detection is None else per_ul.detection,
        quantification=math.nan,
        state=per_ul.measured.state,
    )


def _counted(point: SeriesPoint) -> str:
    share = point.result.measured.share
    return f"{share.k:,} of {share.n:,}"


def _chart(series: Series, marks: Sequence[Mark], *, name: str, unit: str) -> Chart:
    infusion = "the infusion" if series.infusion is None else f"infusion {series.infusion}"
    title = f"{series.name} after {infusion}, {unit}"
    plane = _plane(marks, infusion, unit)
    colour = infusion_colour(0 if series.infusion is None else series.infusion - 1)
    description = " ".join(
        f"Day {one.day:g}: {one.said}, {one.state}, interval {shown(one.low)} to"
        f" {shown(one.high)}." for one in marks
    )  # fmt: skip
    height = KEY_PX + PLOT_PX + BELOW_PX
    layers = _layers(plane, marks, colour)
    return Chart(
        name=name,
        title=title,
        svg=draw_sheet(layers, height=height, name=name, title=title, description=description),
        description=description,
        table=Table(HEADERS, tuple(_table(marks))),
        notes=tuple(_notes(marks, series)),
    )


def _plane(marks: Sequence[Mark], infusion: str, unit: str) -> Plane:
    heights = [
        number
        for one in marks
        for number in (one.value, one.low, one.high, one.detection, one.quantification)
        if math.isfinite(number)
    ]
    x = linear_axis([0.0, *(one.day for one in marks)], f"Days after {infusion}", most=10)
    # An interval that begins at 0 ends at the axis, and does not stretch it.
    y = log_axis(heights, unit)
    return Plane(left=78.0, top=KEY_PX, width=WIDTH_PX - 96.0, height=PLOT_PX, x=x, y=y)


def _layers(plane: Plane, marks: Sequence[Mark], colour: str) -> Iterator[Spec]:
    yield from plane.frame()
    yield from _limits(plane, [(one.day, one.quantification) for one in marks], colour=MUTED,
                       dash="2 3")  # fmt: skip
    yield from _limits(plane, [(one.day, one.detection) for one in marks], colour=WARNING,
                       dash="6 3")  # fmt: skip
    low = plane.y.low
    yield from plane.rules([(one.day, max(one.low, low), one.day, one.high) for one in marks],
                           colour=colour, width=1.6)  # fmt: skip
    for state in State:
        there = [(one.day, one.value) for one in marks if one.state is state]
        yield from plane.dots(there, colour=colour, shape=SHAPES[state], size=75,
                              hollow=state in HOLLOW, opacity=1.0)  # fmt: skip
    yield from key_above(_key(marks, colour), KEY_PX)


def _limits(
    plane: Plane, limits: Sequence[tuple[float, float]], *, colour: str, dash: str
) -> Iterator[Spec]:
    """A limit as a short line at each day: it is of one tube, and nothing is known between two."""
    half = (plane.x.high - plane.x.low) * LIMIT_PX / plane.width / 2
    known = [(day, limit) for day, limit in limits if math.isfinite(limit)]
    yield from plane.rules([(day - half, limit, day + half, limit) for day, limit in known],
                           colour=colour, width=1.6, dash=dash)  # fmt: skip


def _key(marks: Sequence[Mark], colour: str) -> list[list[Entry]]:
    states = [state for state in State if any(one.state is state for one in marks)]
    entries = [
        Entry("point", str(state), colour, SHAPES[state], fill=PAPER if state in HOLLOW else colour)
        for state in states
    ]
    lines = [Entry("line", "LoD", WARNING, dash=[6, 3])]
    if any(math.isfinite(one.quantification) for one in marks):
        lines.append(Entry("line", "LLOQ", MUTED, dash=[2, 3]))
    known = any(math.isfinite(one.detection) for one in marks)
    return [entries[:3], [*entries[3:], *(lines if known else [])]]


def _table(marks: Sequence[Mark]) -> Iterator[tuple[str, ...]]:
    for one in marks:
        yield (
            f"{one.day:g}", one.said, f"{shown(one.low)} to {shown(one.high)}",
            str(one.state), _or_none(one.detection), _or_none(one.quantification), one.counted,
        )  # fmt: skip


def _or_none(number: float) -> str:
    return shown(number) if math.isfinite(number) else "not known"


def _notes(marks: Sequence[Mark], series: Series) -> Iterator[str]:
    level = series.points[0].result.measured.share.interval.level
    yield f"Bars are {PERCENT * level:g} % intervals; the axis is logarithmic."
    if any(math.isfinite(one.detection) for one in marks):
        yield "A short line is a limit of the tube of that day; between days none is known."
    if any(one.low < one.high and one.low == 0 for one in marks):
        yield "A bar that reaches the axis begins at 0."
    if any(one.state in HOLLOW for one in marks):
        yield "A hollow mark is a limit to be quoted, and no number; bars say where it may lie."
    if any(one.state is State.NOT_EVALUABLE for one in marks):
        yield "A cross is a count that cannot be judged; it must not be read as a level."
