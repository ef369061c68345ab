"""Goodness of fit: observed against predicted, and weighted residuals over time and prediction."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from reinfuse.estimation.population.checking import FitCheck, Residuals, residual_groups
from reinfuse.report.charts.axis import linear_axis, log_axis, time_axis
from reinfuse.report.charts.drawing import Spec
from reinfuse.report.charts.key import Entry
from reinfuse.report.charts.palette import MUTED, infusion_colour, infusion_shape
from reinfuse.report.charts.small_plane import Plane, draw_sheet, key_above, seats
from reinfuse.report.charts.values import Chart, Table
from reinfuse.report.charts.words import shown
from reinfuse.report.fit_page.thinning import MOST_ROWS, thinned, thinned_words, usual

HEIGHT_PX = 190.0
KEY_PX = 26.0
TWO_SD = 1.96
MOST_RESIDUAL = 6.0


def draw_gof(check: FitCheck) -> Chart:
    """Six panels, with the measurements or their summary as the table."""
    residuals, data = check.residuals, check.design.data
    places, height = seats(6, columns=2, height=HEIGHT_PX, first=KEY_PX)
    clock = check.vpcs[0].clock if check.vpcs else "time"
    time = f"{clock.capitalize()} ({data.time_unit})"
    drawn = thinned(residuals.count)
    planes = _planes(residuals, places, time, data.time_unit)
    beyond = int(residuals.beyond.sum())
    title = "Predictions and residuals"
    description = (
        f"Six panels of {residuals.count} measurements. Upper two: observed level against the"
        " prediction of the population and of the individual, with the line of identity. Lower"
        " four: weighted residuals of the individual (IWRES) and conditional weighted residuals"
        f" (CWRES) over time and prediction, with lines at 0 and ±1.96. {beyond} measurements"
        " beyond a limit stand at the limit as open triangles and have no residual."
    )
    layers = _layers(check, planes, drawn)
    return Chart(
        name="gof",
        title=title,
        svg=draw_sheet(layers, height=height, name="gof", title=title, description=description),
        description=description,
        table=_table(check),
        notes=(
            "Individual predictions are at the mode of each subject's random effects.",
            f"Residuals beyond ±{MOST_RESIDUAL:g} stand at the edge of their panel."
            if _far(residuals) else "No residual lies beyond ±6.",
            *_of_limits(beyond),
            *thinned_words(residuals.count),
        ),
    )  # fmt: skip


def _of_limits(beyond: int) -> tuple[str, ...]:
    if not beyond:
        return ()
    return (
        "Where many measurements lie below the limit, the residuals of the others lie above 0 by"
        " that alone: judge such times by the share below the limit and by NPDE.",
    )


def _far(residuals: Residuals) -> bool:
    known = ~residuals.beyond
    worst = np.abs(np.concatenate([residuals.iwres[known], residuals.cwres[known], [0.0]]))
    return bool(worst.max() > MOST_RESIDUAL)


def _planes(
    residuals: Residuals, places: list[tuple[float, float, float]], time: str, unit: str
) -> list[Plane]:
    shown_levels = np.where(residuals.beyond, residuals.limit, residuals.observed)
    positive = bool((shown_levels > 0).mean() > 0.5)  # noqa: PLR2004 # most of them
    levels = log_axis if positive else linear_axis
    observed = levels(shown_levels.tolist(), "Observed")
    population = levels(usual(residuals.pred).tolist(), "Predicted, population")
    individual = levels(usual(residuals.ipred_mode).tolist(), "Predicted, individual")
    known = ~residuals.beyond
    spread = [min(float(np.abs(values[known]).max(initial=3.0)), MOST_RESIDUAL)
              for values in (residuals.iwres, residuals.cwres)]  # fmt: skip
    iwres, cwres = (linear_axis([-one, one], words)
                    for one, words in zip(spread, ("IWRES", "CWRES"), strict=True))  # fmt: skip
    times = time_axis(residuals.time.tolist(), time, unit=unit)
    pairs = ((population, observed), (individual, observed), (times, iwres), (individual, iwres),
             (times, cwres), (population, cwres))  # fmt: skip
    return [
        Plane(left=left, top=top, width=width, height=HEIGHT_PX, x=x, y=y)
        for (left, top, width), (x, y) in zip(places, pairs, strict=True)
    ]


def _layers(check: FitCheck, planes: list[Plane], drawn: np.ndarray) -> Iterator[Spec]:
    residuals, assays = check.residuals, check.fit.problem.assays
    for plane in planes:
        yield from plane.frame()
    for plane in planes[:2]:
        low = max(plane.x.low, plane.y.low)
        high = min(plane.x.high, plane.y.high)
        yield from plane.line([(low, low), (high, high)], colour=MUTED)
    for plane in planes[2:]:
        yield from plane.level(0.0, dash="")
        for edge in (-TWO_SD, TWO_SD):
            yield from plane.level(edge)
    against = (residuals.pred, residuals.ipred_mode, residuals.time, residuals.ipred_mode,
               residuals.time, residuals.pred)  # fmt: skip
    ups = (residuals.observed, residuals.observed, residuals.iwres, residuals.iwres,
           residuals.cwres, residuals.cwres)  # fmt: skip
    for assay in range(len(assays)):
        mine = drawn[(residuals.assay[drawn] == assay)]
        colour, shape = infusion_colour(assay), infusion_shape(assay)
        for number, (plane, x, y) in enumerate(zip(planes, against, ups, strict=True)):
            known = mine[~residuals.beyond[mine]]
            yield from plane.dots(
                list(zip(x[known].tolist(), y[known].tolist(), strict=True)),
                colour=colour, shape=shape,
            )  # fmt: skip
            if number < 2:  # noqa: PLR2004 # the panels of levels
                hidden = mine[residuals.beyond[mine]]
                yield from plane.dots(
                    list(zip(x[hidden].tolist(), residuals.limit[hidden].tolist(), strict=True)),
                    colour=colour, shape="triangle-down", hollow=True, size=26, opacity=0.8,
                )  # fmt: skip
    yield from key_above([_key(assays, beyond=bool(residuals.beyond.any()))], KEY_PX)


def _key(assays: tuple[str, ...], *, beyond: bool) -> list[Entry]:
    entries = [
        Entry("point", label or "measurement", colour=infusion_colour(place),
              shape=infusion_shape(place), fill=infusion_colour(place))
        for place, label in enumerate(assays if len(assays) > 1 else ("",))
    ]  # fmt: skip
    if beyond:
        entries.append(Entry("point", "beyond a limit, drawn at it", colour=MUTED,
                             shape="triangle-down", fill="#ffffff"))  # fmt: skip
    return entries


def _table(check: FitCheck) -> Table:
    residuals, assays = check.residuals, check.fit.problem.assays
    if residuals.count > MOST_ROWS:
        rows = [
            (assays[one.assay] or "1", f"{shown(one.low)} to {shown(one.high)}", str(one.count),
             str(one.beyond), number(one.mean_iwres), number(one.sd_iwres),
             number(one.mean_cwres), number(one.sd_cwres))
            for one in residual_groups(residuals)
        ]  # fmt: skip
        return Table(("Assay", "Time", "Measurements", "Beyond a limit", "Mean IWRES",
                      "SD IWRES", "Mean CWRES", "SD CWRES"), tuple(rows))  # fmt: skip
    names = check.fit.problem.subjects
    return Table(
        ("ID", "Row", "Assay", "Time", "Observed", "Predicted, population",
         "Predicted, individual (mode)", "Predicted, individual (mean)", "IWRES", "CWRES"),
        tuple(
            (names[residuals.subject[one]], str(residuals.row[one]),
             assays[residuals.assay[one]] or "1", shown(float(residuals.time[one])),
             observed_words(float(residuals.observed[one]), float(residuals.limit[one])),
             shown(float(residuals.pred[one])), shown(float(residuals.ipred_mode[one])),
             shown(float(residuals.ipred_mean[one])), number(residuals.iwres[one]),
             number(residuals.cwres[one]))
            for one in range(residuals.count)
        ),
    )  # fmt: skip


def observed_words(value: float, limit: float) -> str:
    """A level, or on which side of its limit it lies."""
    if math.isinf(value):
        return f"< {shown(limit)}" if value < 0 else f"> {shown(limit)}"
    return shown(value)


def number(value: float) -> str:
    """A residual as text; a dash where there is none."""
    return "–" if math.isnan(value) else f"{value:.2f}"
