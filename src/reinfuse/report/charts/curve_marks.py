"""The marks of the CAR-T curves: bands, points, possible days, limits and their labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reinfuse.report.charts.curve_inputs import Bands, InfusionCurve, Measured, NotDetected
from reinfuse.report.charts.curve_labels import dash_of, key_rows, label_layers
from reinfuse.report.charts.curve_plane import Plane
from reinfuse.report.charts.drawing import Frame, Spec, layer
from reinfuse.report.charts.key import key_layers
from reinfuse.report.charts.level_scale import LevelScale
from reinfuse.report.charts.marks import day_channel, pixel, points, raw, segments
from reinfuse.report.charts.palette import PAPER, infusion_colour, infusion_shape

POINT_AREA, CAP_PX = 90, 10.0
# On a bar wider than this no point stands: its middle would be read as the day.
WIDEST_WITH_POINT_DAYS = 31.0


def curve_layers(
    curves: Sequence[InfusionCurve],
    *,
    scale: LevelScale,
    axis: str,
    frame: Frame,
    last_day: float,
) -> Spec:
    """All layers, those of the bands undermost."""
    plane = Plane(frame=frame, scale=scale, last_day=last_day)
    day = day_channel("Day since infusion", 0.0, last_day)
    level = scale.channel(axis)
    layers: list[Spec] = []
    for place, curve in enumerate(curves):
        if curve.bands is not None:
            layers += _band_layers(curve.bands, place, plane, day, level)
    for place, curve in enumerate(curves):
        if curve.bands is None:
            layers.append(_thin_line(curve, place, plane))
    strokes = [_strokes(curve, plane) for curve in curves]
    halo: Spec = {"type": "rule", "color": PAPER, "strokeWidth": 5, "opacity": 0.8}
    layers.append(segments(halo, [one for own in strokes for one in own]))
    for place, (curve, own) in enumerate(zip(curves, strokes, strict=True)):
        colour = infusion_colour(place)
        layers.append(segments({"type": "rule", "color": colour, "strokeWidth": 2}, own))
        mark: Spec = {"size": POINT_AREA, "strokeWidth": 2, "stroke": colour}
        layers.append(points(mark, _spots(curve, place, plane)))
    layers += label_layers(curves, plane)
    layers += key_layers(key_rows(curves), frame)
    if not any(curve.bands for curve in curves):  # the axes come with the first layer that has them
        layers.insert(0, _bare_axes(day, level))
    return {"layer": layers}


def _band_layers(bands: Bands, place: int, plane: Plane, day: Spec, level: Spec) -> Iterator[Spec]:
    put = plane.scale.place
    rows: list[Spec] = [
        {
            "day": on,
            "low90": put(bands.low_90[k]),
            "low50": put(bands.low_50[k]),
            "mid": put(bands.median[k]),
            "high50": put(bands.high_50[k]),
            "high90": put(bands.high_90[k]),
        }
        for k, on in enumerate(bands.days)
        if on <= plane.last_day
    ]
    colour, x = infusion_colour(place), {**day, "field": "day"}
    for low, high, opacity in (("low90", "high90", 0.15), ("low50", "high50", 0.27)):
        mark: Spec = {"type": "area", "color": colour, "opacity": opacity}
        yield layer(mark, rows, x=x, y={**level, "field": low}, y2={"field": high})
    line: Spec = {"type": "line", "color": colour, "strokeWidth": 2,
                  "strokeDash": dash_of(place)}  # fmt: skip
    yield layer(line, rows, x=x, y={**level, "field": "mid"})


def _bare_axes(day: Spec, level: Spec) -> Spec:
    return layer({"type": "point", "opacity": 0}, [{"x": 0, "y": 0}],
                 x={**day, "field": "x"}, y={**level, "field": "y"})  # fmt: skip


def _thin_line(curve: InfusionCurve, place: int, plane: Plane) -> Spec:
    """Neighbouring samples joined, where no curve was fitted; a limit ends the line."""
    rows: list[Spec] = []
    run = 0
    for point in plane.seen(curve):
        if isinstance(point, Measured) and point.days[0] == point.days[1]:
            x, y = plane.x(point.days[0]), plane.y(point.level)
            rows.append({"x": x, "y": y, "run": run})
        else:
            run += 1
    line: Spec = {"type": "line", "color": infusion_colour(place), "strokeWidth": 1,
                  "strokeDash": dash_of(place)}  # fmt: skip
    return layer(line, rows, x=pixel("x"), y=pixel("y"), detail=raw("run"))


def _strokes(curve: InfusionCurve, plane: Plane) -> list[Spec]:
    """Bars of possible days, and arrows of limits."""
    strokes: list[Spec] = []
    for point in plane.seen(curve):
        level = point.level if isinstance(point, Measured) else point.limit[1]
        left, right, y = plane.x(point.days[0]), plane.x(point.days[1]), plane.y(level)
        if left < right:
            strokes += _bar(left, right, y, open_end=point.days[1] > plane.last_day)
        if isinstance(point, NotDetected):
            middle = (left + right) / 2
            strokes.append({"x": middle, "x2": middle, "y": y, "y2": plane.foot(point)})
            strokes.append({"x": middle - 6, "x2": middle + 6, "y": y, "y2": y})
    return strokes


def _spots(curve: InfusionCurve, place: int, plane: Plane) -> list[Spec]:
    """Points, hollow on a bar (the level is known, the day is not), and heads of arrows."""
    colour, shape = infusion_colour(place), infusion_shape(place)
    spots: list[Spec] = []
    for point in plane.seen(curve):
        middle = (plane.x(point.days[0]) + plane.x(point.days[1])) / 2
        wide = point.days[1] - point.days[0]
        if isinstance(point, NotDetected):
            foot = plane.foot(point)
            spots.append({"x": middle, "y": foot, "shape": "triangle-down", "fill": colour})
        elif wide <= WIDEST_WITH_POINT_DAYS:
            fill = PAPER if wide else colour
            spots.append({"x": middle, "y": plane.y(point.level), "shape": shape, "fill": fill})
    return spots


def _bar(left: float, right: float, y: float, *, open_end: bool) -> list[Spec]:
    half = CAP_PX / 2
    strokes: list[Spec] = [{"x": left, "x2": right, "y": y, "y2": y}]
    for end in (left,) if open_end else (left, right):
        strokes.append({"x": end, "x2": end, "y": y - half, "y2": y + half})
    if open_end:  # an arrow head: the bar goes on beyond the plot
        strokes += [{"x": right - half, "x2": right, "y": y + up, "y2": y} for up in (-half, half)]
    return strokes
