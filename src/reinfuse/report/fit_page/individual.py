"""Curves of single subjects: measurements, the population's curve and their own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from reinfuse.estimation.population.checking import FitCheck, SubjectCurve
from reinfuse.report.charts.axis import Axis, linear_axis, log_axis, time_axis
from reinfuse.report.charts.drawing import Spec
from reinfuse.report.charts.key import Entry
from reinfuse.report.charts.palette import MUTED, PAPER, infusion_colour
from reinfuse.report.charts.small_plane import Plane, draw_sheet, key_above, seats
from reinfuse.report.charts.values import Chart, Drawable, NoChart, Table
from reinfuse.report.charts.words import shown
from reinfuse.report.fit_page.gof import observed_words

COLUMNS = 4
HEIGHT_PX = 84.0
KEY_PX = 26.0
DECADES = 7.0  # of levels that are drawn at most


def draw_individual(check: FitCheck) -> list[Drawable]:
    """One chart for each assay that has curves."""
    found: list[Drawable] = []
    for assay, label in enumerate(check.fit.problem.assays):
        curves = [one for one in check.curves if one.assay == assay]
        several = len(check.fit.problem.assays) > 1
        title = f"Curves of single subjects{f': {label}' if several else ''}"
        name = f"individual-{assay + 1}"
        if not curves:
            found.append(NoChart(name=name, title=title, why="No subject has this assay."))
            continue
        found.append(_chart(check, curves, name, title))
    return found


def _chart(check: FitCheck, curves: Sequence[SubjectCurve], name: str, title: str) -> Chart:
    subjects = len(check.fit.problem.subjects)
    data = check.design.data
    unit = data.assays[curves[0].assay].unit
    places, height = seats(len(curves), columns=COLUMNS, height=HEIGHT_PX, left=74.0, gap=24.0,
                           below=8.0, first=KEY_PX)  # fmt: skip
    x = time_axis(np.concatenate([one.measured_at for one in curves]).tolist(),
                  f"Time ({data.time_unit})", unit=data.time_unit, most=4)  # fmt: skip
    y = _levels(curves, f"Level ({unit})" if unit else "Level")
    planes = [
        Plane(left=left, top=top, width=width, height=HEIGHT_PX, x=x, y=y, title=_short(one.name),
              show_x=number + COLUMNS >= len(curves), show_y=number % COLUMNS == 0)
        for number, ((left, top, width), one) in enumerate(zip(places, curves, strict=True))
    ]  # fmt: skip
    description = (
        f"{len(curves)} of {subjects} subjects, each in a panel: measurements as points (beyond"
        " a limit as open triangles at it), the curve of the population dashed, and the"
        " subject's own curve solid."
    )
    return Chart(
        name=name,
        title=title,
        svg=draw_sheet(_layers(planes, curves), height=height + 40.0, name=name, title=title,
                       description=description),
        description=description,
        table=_table(check, curves),
        notes=(
            f"{len(curves)} of {subjects} subjects are drawn, evenly over the file."
            if len(curves) < subjects else "Every subject is drawn.",
            "The subject's own curve is at the mode of its random effects.",
        ),
    )  # fmt: skip


def _levels(curves: Sequence[SubjectCurve], title: str) -> Axis:
    measured = np.concatenate([
        np.where(np.isfinite(one.observed), one.observed, one.limit) for one in curves
    ])  # fmt: skip
    lines = np.concatenate([one.individual for one in curves])
    above = measured[measured > 0]
    if above.size * 2 < measured.size:
        return linear_axis([*measured.tolist(), *lines.tolist()], title, most=4)
    top = max(float(above.max()), float(np.nanmax(lines)))
    floor = max(float(above.min()) / 2.0, top / 10.0**DECADES)
    return log_axis([floor, top], title, most=4)


def _layers(planes: Sequence[Plane], curves: Sequence[SubjectCurve]) -> Iterator[Spec]:
    colour = infusion_colour(0)
    for plane, one in zip(planes, curves, strict=True):
        yield from plane.frame()
        low = plane.y.low
        for values, line, dash in ((one.population, MUTED, "4 3"), (one.individual, colour, "")):
            inside = [
                (time, level if level >= low else math.nan)
                for time, level in zip(one.time.tolist(), values.tolist(), strict=True)
            ]
            yield from plane.line(inside, colour=line, width=1.3, dash=dash)
        known = np.isfinite(one.observed)
        yield from plane.dots(
            list(zip(one.measured_at[known].tolist(), one.observed[known].tolist(), strict=True)),
            colour=infusion_colour(1), size=16, opacity=0.9,
        )  # fmt: skip
        yield from plane.dots(
            list(zip(one.measured_at[~known].tolist(), one.limit[~known].tolist(), strict=True)),
            colour=infusion_colour(1), shape="triangle-down", hollow=True, size=26, opacity=0.9,
        )  # fmt: skip
    yield from key_above([[
        Entry("line", "own curve", colour=colour),
        Entry("line", "population", dash=[4, 3]),
        Entry("point", "measured", colour=infusion_colour(1), shape="circle",
              fill=infusion_colour(1)),
        Entry("point", "beyond a limit", colour=infusion_colour(1), shape="triangle-down",
              fill=PAPER),
    ]], KEY_PX)  # fmt: skip


def _table(check: FitCheck, curves: Sequence[SubjectCurve]) -> Table:
    residuals = check.residuals
    drawn = {one.subject: one.name for one in curves}
    mine = np.flatnonzero(
        np.isin(residuals.subject, list(drawn)) & (residuals.assay == curves[0].assay)
    )
    return Table(
        ("ID", "Time", "Observed", "Predicted, population", "Predicted, individual"),
        tuple(
            (drawn[int(residuals.subject[one])], shown(float(residuals.time[one])),
             observed_words(float(residuals.observed[one]), float(residuals.limit[one])),
             shown(float(residuals.pred[one])), shown(float(residuals.ipred_mode[one])))
            for one in mine
        ),
    )  # fmt: skip


def _short(name: str) -> str:
    return f"ID {name if len(name) <= 16 else f'{name[:15]}…'}"  # noqa: PLR2004 # a panel's width
