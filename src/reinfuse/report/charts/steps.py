"""Survival and cumulative incidence as steps, with the numbers at risk under their own times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from reinfuse.report.charts.drawing import Frame, Spec, framed, layer, render_svg
from reinfuse.report.charts.key import Entry, key_layers
from reinfuse.report.charts.marks import day_channel, day_ticks, segments, texts
from reinfuse.report.charts.palette import INFUSIONS, MUTED
from reinfuse.report.charts.values import Chart, NoChart, Table
from reinfuse.report.charts.words import shown

LEFT_PX, RIGHT_PX, TOP_PX, PLOT_PX, AXIS_PX, RISK_PX = 150.0, 24.0, 40.0, 230.0, 62.0, 18.0
BAND = 0.16
MOST_TICKS = 8
PERCENT = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """One curve: from `days[k]` on it stands at `percent[k]`, between `low[k]` and `high[k]`.

    `censored` are days on which somebody was last seen; `at_risk` gives, for a day, how many
    were still at risk and how many had had the event by then.
    """

    label: str
    days: tuple[float, ...]
    percent: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    censored: tuple[float, ...] = ()
    at_risk: dict[float, tuple[int, int]] = field(default_factory=dict)
    patients: int = 0


def risk_days(last: float) -> tuple[float, ...]:
    """The days under which numbers at risk stand, for a plot that ends at `last`."""
    return tuple(day for day in day_ticks(0.0, last, MOST_TICKS) if day >= 0)


def draw_steps(
    curves: Sequence[Steps], *, name: str, title: str, axis: str, why: str = "",
    notes: tuple[str, ...] = (),
) -> Chart | NoChart:  # fmt: skip
    """Curves of one endpoint; `axis` says from what day 0 time is counted."""
    drawn = [curve for curve in curves if curve.days and curve.patients]
    if not drawn:
        return NoChart(name=name, title=title, why=why or "No patient can be counted.")
    last = max(max(curve.days) for curve in drawn) or 1.0
    frame = framed(
        height=PLOT_PX, left=LEFT_PX, top=TOP_PX + 20.0 * (len(drawn) > 1), right=RIGHT_PX,
        bottom=AXIS_PX + RISK_PX * (len(drawn) + 1),
    )  # fmt: skip
    description = " ".join(_described(curve) for curve in drawn)
    body: Spec = {"layer": list(_layers(drawn, frame, last, axis))}
    return Chart(
        name=name,
        title=title,
        svg=render_svg(body, frame, name=name, title=title, description=description),
        description=description,
        table=Table(
            ("Curve", "Day", "Per cent", "95 % interval", "At risk", "Events by then"),
            tuple(row for curve in drawn for row in _rows(curve)),
        ),
        notes=notes,
    )


def _layers(curves: Sequence[Steps], frame: Frame, last: float, axis: str) -> Iterator[Spec]:
    def px(day: float) -> float:
        return frame.width * day / last

    def py(percent: float) -> float:
        return frame.height * (1.0 - percent / 100.0)

    across = {**day_channel(axis, 0.0, last, MOST_TICKS), "field": "x"}
    yield layer({"type": "point", "opacity": 0}, [{"x": 0.0}], x=across)
    grid: list[Spec] = [{"x": 0, "x2": frame.width, "y": py(one), "y2": py(one)} for one in PERCENT]
    yield segments({"type": "rule", "color": "#d9dee5"}, grid)
    yield from texts([{"x": -8, "y": py(one), "text": f"{one} %"} for one in PERCENT],
                     align="right")  # fmt: skip
    for place, curve in enumerate(curves):
        colour = INFUSIONS[place % len(INFUSIONS)]
        yield from _curve(curve, colour, px, py, last)
    if len(curves) > 1:
        entries = [
            Entry("line", curve.label, colour=INFUSIONS[place % len(INFUSIONS)])
            for place, curve in enumerate(curves)
        ]
        yield from key_layers([entries], frame)
    yield from _risk(curves, frame, last, px)


def _curve(
    curve: Steps,
    colour: str,
    px: Callable[[float], float],
    py: Callable[[float], float],
    last: float,
) -> Iterator[Spec]:
    at = [*curve.days, last]
    if curve.low:
        bands = [
            {"x": px(at[k]), "x2": px(at[k + 1]), "y": py(curve.low[k]), "y2": py(curve.high[k])}
            for k in range(len(curve.days))
        ]
        yield segments({"type": "rect", "color": colour, "opacity": BAND}, bands)
    flat = [
        {"x": px(at[k]), "x2": px(at[k + 1]), "y": py(curve.percent[k]), "y2": py(curve.percent[k])}
        for k in range(len(curve.days))
    ]
    risers = [
        {"x": px(at[k]), "x2": px(at[k]), "y": py(curve.percent[k - 1]), "y2": py(curve.percent[k])}
        for k in range(1, len(curve.days))
    ]
    yield segments({"type": "rule", "color": colour, "strokeWidth": 2}, [*flat, *risers])
    ticks = [
        {"x": px(day), "x2": px(day), "y": py(_at(curve, day)) - 5, "y2": py(_at(curve, day)) + 5}
        for day in curve.censored
    ]
    yield segments({"type": "rule", "color": colour, "strokeWidth": 1.2}, ticks)


def _at(curve: Steps, day: float) -> float:
    place = sum(one <= day for one in curve.days) - 1
    return curve.percent[max(place, 0)]


def _risk(
    curves: Sequence[Steps], frame: Frame, last: float, px: Callable[[float], float]
) -> Iterator[Spec]:
    top = frame.height + AXIS_PX
    heads = [{"x": -frame.left + 8, "y": top - 4, "text": "at risk (events by then)"}]
    yield from texts(heads, colour=MUTED, size=11)
    for row, curve in enumerate(curves):
        y = top + RISK_PX * (row + 0.75)
        label = curve.label if len(curves) > 1 else "patients"
        yield from texts([{"x": -frame.left + 8, "y": y, "text": label}], size=11)
        cells = [
            {"x": px(day), "y": y, "text": f"{risk} ({events})"}
            for day, (risk, events) in curve.at_risk.items()
            if day <= last
        ]
        yield from texts(cells, align="center", size=11)


def _rows(curve: Steps) -> Iterator[tuple[str, ...]]:
    for place, day in enumerate(curve.days):
        interval = ""
        if curve.low:
            interval = f"{shown(curve.low[place])} to {shown(curve.high[place])}"
        yield curve.label, f"{day:g}", shown(curve.percent[place]), interval, "", ""
    for day, (risk, events) in curve.at_risk.items():
        yield curve.label, f"{day:g}", "", "", str(risk), str(events)


def _described(curve: Steps) -> str:
    return (
        f"{curve.label}: {curve.patients} patients; {shown(curve.percent[-1])} per cent from day"
        f" {curve.days[-1]:g} on."
    )
