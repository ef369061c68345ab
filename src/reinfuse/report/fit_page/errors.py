"""Prediction distribution errors: against a normal, over time, over prediction."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator

import numpy as np

from reinfuse.estimation.population.checking import FitCheck, NormalTests
from reinfuse.report.charts.axis import Axis, linear_axis, log_axis, time_axis
from reinfuse.report.charts.drawing import Spec
from reinfuse.report.charts.key import Entry
from reinfuse.report.charts.palette import MUTED, PAPER, infusion_colour
from reinfuse.report.charts.small_plane import Plane, draw_sheet, key_above, seats
from reinfuse.report.charts.values import Chart, Table
from reinfuse.report.charts.words import shown
from reinfuse.report.fit_page.thinning import MOST_ROWS, thinned, thinned_words, usual

HEIGHT_PX, KEY_PX = 190.0, 26.0
BARS = 24
REACH = 3.6
TWO_SD = 1.96
_NORMAL = statistics.NormalDist()


def draw_npde(check: FitCheck) -> Chart:
    """Four panels of NPDE, with the tests as a note and the errors (or deciles) as the table."""
    places, height = seats(4, columns=2, height=HEIGHT_PX, first=KEY_PX)
    title = "Normalised prediction distribution errors (NPDE)"
    values = check.npde.npde[check.design.present]
    description = (
        f"Four panels of {values.size} errors: their quantiles against those of a standard"
        " normal, their histogram with the normal curve, and their scatter over time and over the"
        " population's prediction, with lines at 0 and ±1.96."
    )
    layers = _layers(check, places)
    return Chart(
        name="npde",
        title=title,
        svg=draw_sheet(layers, height=height, name="npde", title=title, description=description),
        description=description,
        table=_table(check),
        notes=(*_tests(check), *thinned_words(values.size)),
    )


def _tests(check: FitCheck) -> Iterator[str]:
    tests = check.npde_tests
    if isinstance(tests, NormalTests):
        yield (
            f"Mean {round(tests.mean, 3) + 0.0:.3f} (p = {tests.p_mean:.3g}, Wilcoxon), variance"
            f" {tests.variance:.3f} (p = {tests.p_variance:.3g}, chi-squared), shape"
            f" p = {tests.p_shape:.3g} ({tests.shape_test}); all three p = {tests.overall:.3g}"
            f" (Bonferroni). {check.npde.replicates} replicates, seed {check.npde.seed}."
        )
    else:
        yield f"Not tested: {tests.why}."
    beyond = int(check.npde.beyond.sum())
    if beyond:
        yield (
            f"{beyond} measurements beyond a limit are drawn at random within the part of their"
            " predictive distribution beyond it, and so are the replicates (open marks)."
        )


def _layers(check: FitCheck, places: list[tuple[float, float, float]]) -> Iterator[Spec]:
    residuals = check.residuals
    cells = check.design.present.T
    errors = check.npde.npde.T[cells]  # in the order of the residuals
    beyond = check.npde.beyond.T[cells]
    reach = linear_axis([-REACH, REACH], "NPDE", room=0.02)
    data = check.design.data
    clock = check.vpcs[0].clock if check.vpcs else "time"
    times = time_axis(residuals.time.tolist(), f"{clock.capitalize()} ({data.time_unit})",
                      unit=data.time_unit)  # fmt: skip
    inner = usual(residuals.pred).tolist()
    levels = log_axis(inner, "Predicted, population") if min(inner) > 0 else linear_axis(
        inner, "Predicted, population")  # fmt: skip
    theory = linear_axis([-REACH, REACH], "Standard normal", room=0.02)
    tallest, bars = _bars(errors)
    counts = linear_axis([0.0, tallest], "Density", room=0.0, most=4)
    planes = [_plane(place, x, y) for place, (x, y) in zip(
        places, ((theory, reach), (reach, counts), (times, reach), (levels, reach)), strict=True
    )]  # fmt: skip
    for plane in planes:
        yield from plane.frame()
    yield from _quantiles(planes[0], errors)
    yield from planes[1].boxes(bars, colour=infusion_colour(0), opacity=0.35)
    grid = np.linspace(-REACH, REACH, 61).tolist()
    yield from planes[1].line([(one, _NORMAL.pdf(one)) for one in grid], colour=MUTED)
    drawn = thinned(errors.size)
    for plane, x in zip(planes[2:], (residuals.time, residuals.pred), strict=True):
        yield from plane.level(0.0, dash="")
        for edge in (-TWO_SD, TWO_SD):
            yield from plane.level(edge)
        for hidden in (False, True):
            mine = drawn[beyond[drawn] == hidden]
            yield from plane.dots(
                list(zip(x[mine].tolist(), errors[mine].tolist(), strict=True)),
                colour=infusion_colour(0), hollow=hidden,
            )  # fmt: skip
    entries = [Entry("point", "measured", colour=infusion_colour(0), shape="circle",
                     fill=infusion_colour(0))]  # fmt: skip
    if beyond.any():
        entries.append(Entry("point", "drawn beyond its limit", colour=infusion_colour(0),
                             shape="circle", fill=PAPER))  # fmt: skip
    yield from key_above([entries], KEY_PX)


def _plane(place: tuple[float, float, float], x: Axis, y: Axis) -> Plane:
    left, top, width = place
    return Plane(left=left, top=top, width=width, height=HEIGHT_PX, x=x, y=y)


def _bars(errors: np.ndarray) -> tuple[float, list[tuple[float, float, float, float]]]:
    heights, edges = np.histogram(np.clip(errors, -REACH, REACH), BARS, (-REACH, REACH))
    density = heights / max(errors.size, 1) / (edges[1] - edges[0])
    boxes = [(float(edges[one]), 0.0, float(edges[one + 1]), float(density[one]))
             for one in range(BARS)]  # fmt: skip
    return max(float(density.max()), 0.42) * 1.05, boxes


def _quantiles(plane: Plane, errors: np.ndarray) -> Iterator[Spec]:
    yield from plane.line([(-REACH, -REACH), (REACH, REACH)], colour=MUTED)
    ordered = np.sort(errors)
    drawn = thinned(ordered.size, 300)
    pairs = [(_NORMAL.inv_cdf((one + 0.5) / ordered.size), float(ordered[one])) for one in drawn]
    yield from plane.dots(pairs, colour=infusion_colour(0))


def _table(check: FitCheck) -> Table:
    residuals = check.residuals
    cells = check.design.present.T
    errors, pd = check.npde.npde.T[cells], check.npde.pd.T[cells]
    if residuals.count > MOST_ROWS:
        shares = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]
        return Table(
            ("Quantile", "NPDE", "Standard normal"),
            tuple((f"{100 * share:g} %", f"{np.quantile(errors, share):.3f}",
                   f"{_NORMAL.inv_cdf(share):.3f}") for share in shares),
        )  # fmt: skip
    names = check.fit.problem.subjects
    return Table(
        ("ID", "Time", "pd", "NPDE", "Drawn beyond its limit"),
        tuple(
            (names[residuals.subject[one]], shown(float(residuals.time[one])), f"{pd[one]:.3f}",
             "–" if math.isnan(errors[one]) else f"{errors[one]:.3f}",
             "yes" if residuals.beyond[one] else "no")
            for one in range(residuals.count)
        ),
    )  # fmt: skip
