"""CAR-T cells after each infusion, one over the other: measured points and curves with bands."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from reinfuse.report.charts.curve_inputs import Bands, InfusionCurve, Measured, NotDetected
from reinfuse.report.charts.curve_marks import curve_layers
from reinfuse.report.charts.drawing import framed, render_svg
from reinfuse.report.charts.level_scale import LevelScale, log_scale, percent_scale
from reinfuse.report.charts.values import Chart, NoChart, Table
from reinfuse.report.charts.words import days_shown, shown

TITLE = "CAR-T cells in blood after each infusion"
TABLE_DAYS = (0, 3, 7, 10, 14, 21, 28, 40, 60, 90, 120)


def draw_curves(
    curves: Sequence[InfusionCurve],
    *,
    unit: str = "%",
    denominator: str | None = None,
    last_day: float = 120.0,
    name: str = "car-t-curves",
) -> Chart | NoChart:
    """All infusions on days since their own day 0; percentages on a logit scale.

    `denominator` is what a percentage is a percentage of; None means that nobody stated it.
    """
    if not any(curve.points or curve.bands for curve in curves):
        return NoChart(name=name, title=TITLE, why="No level of CAR-T cells is recorded.")
    points = [point for curve in curves for point in curve.points]
    levels = [point.level for point in points if isinstance(point, Measured)]
    scale = percent_scale(levels) if unit == "%" else log_scale(_spread(curves), unit)
    gate = f"of {denominator}" if denominator else "of a gate that is not stated"
    axis = f"CAR-T cells, {unit} {gate if unit == '%' else ''}".strip() + f" ({scale.name})"
    frame = framed(height=340, left=66, top=58, right=24, bottom=46)
    description = _described(curves, unit)
    body = curve_layers(curves, scale=scale, axis=axis, frame=frame, last_day=last_day)
    return Chart(
        name=name,
        title=TITLE,
        svg=render_svg(body, frame, name=name, title=TITLE, description=description),
        description=description,
        table=Table(("Infusion", "Day", "What", f"Level, {unit}", "50 % band", "90 % band"),
                    tuple(_rows(curves, scale, last_day))),
        notes=tuple(_notes(curves, denominator, scale, last_day)),
    )  # fmt: skip


def _spread(curves: Sequence[InfusionCurve]) -> list[float]:
    """Levels that a scale must hold: every measured one, every limit, the middle of each curve."""
    found: list[float] = []
    for curve in curves:
        for point in curve.points:
            found += [point.level] if isinstance(point, Measured) else list(point.limit)
        found += list(curve.bands.median) if curve.bands and not curve.points else []
    return found


def _described(curves: Sequence[InfusionCurve], unit: str) -> str:
    parts = []
    for curve in curves:
        said = "; ".join(_point_words(point, unit) for point in curve.points) or "nothing measured"
        fitted = "" if curve.bands else ", no curve fitted"
        parts.append(f"{curve.label}: {said}{fitted}.")
    return " ".join(parts)


def _point_words(point: Measured | NotDetected, unit: str) -> str:
    day = days_shown(*point.days)
    if isinstance(point, Measured):
        words = f" ({point.words})" if point.words else ""
        return f"{shown(point.level)} {unit} on {day}{words}"
    return f"not detected on {day}, {_limit_words(point, unit)}"


def _limit_words(point: NotDetected, unit: str) -> str:
    low, high = (shown(limit) for limit in point.limit)
    if point.stated:
        return f"below the limit of {high} {unit}"
    return f"limit not stated, {low} to {high} {unit} assumed"


def _rows(
    curves: Sequence[InfusionCurve], scale: LevelScale, last_day: float
) -> Iterable[tuple[str, ...]]:
    for curve in curves:
        for point in curve.points:
            day = days_shown(*point.days)
            if isinstance(point, Measured):
                what = f"measured, {point.words}" if point.words else "measured"
                yield curve.label, day, what, shown(point.level), "", ""
            else:
                below = f"< {shown(point.limit[1])}"
                what = f"not detected{'' if point.stated else '; limit assumed'}"
                yield curve.label, day, what, below, "", ""
        if curve.bands is not None:
            yield from _band_rows(curve.label, curve.bands, scale, last_day)


def _band_rows(
    label: str, bands: Bands, scale: LevelScale, last_day: float
) -> Iterable[tuple[str, ...]]:
    for place, day in enumerate(bands.days):
        if day in TABLE_DAYS and day <= last_day:
            halves = _range_words(bands.low_50[place], bands.high_50[place], scale)
            most = _range_words(bands.low_90[place], bands.high_90[place], scale)
            middle = _level_words(bands.median[place], scale)
            yield label, f"day {day:g}", "curve, median", middle, halves, most


def _range_words(low: float, high: float, scale: LevelScale) -> str:
    return f"{_level_words(low, scale)} to {_level_words(high, scale)}"


def _level_words(level: float, scale: LevelScale) -> str:
    """Two digits, and no number below the scale: nobody could measure it."""
    return shown(level, 2) if level >= scale.low else f"< {shown(scale.low)}"


def _notes(
    curves: Sequence[InfusionCurve], denominator: str | None, scale: LevelScale, last_day: float
) -> Iterable[str]:
    unit = scale.unit
    if unit == "%" and denominator is None:
        yield (
            "Percentages of a gate that is not stated: two curves may be compared in shape, not "
            "in numbers of cells; near 100 % a percentage says little."
        )
    points = [point for curve in curves for point in curve.points]
    if any(isinstance(point, NotDetected) and not point.stated for point in points):
        yield (
            "Not detected means below a limit that is not stated, not gone. The arrow spans the "
            "limits that are assumed."
        )
    if any(point.days[0] != point.days[1] for point in points):
        yield "A bar spans the days on which a sample can have been drawn."
    if any(p.days[0] > last_day or p.days[1] < 0.0 for p in points):
        yield f"Samples before day 0 or after day {last_day:g} stand in the table only."
    if any(curve.bands is None and len(curve.points) > 1 for curve in curves):
        yield "A thin line joins samples; no curve was fitted to them."
    lowest = min((min(c.bands.low_90) for c in curves if c.bands), default=math.inf)
    if lowest < scale.low:
        yield f"Bands go on below {shown(scale.low)} {unit}, where the drawing ends."
