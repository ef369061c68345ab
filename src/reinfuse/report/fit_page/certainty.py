"""How estimates hang together, and how far each subject's likelihood can be trusted."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from reinfuse.estimation.population.checking import FitCheck
from reinfuse.estimation.population.importance import WORST_SHAPE
from reinfuse.report.charts.axis import linear_axis
from reinfuse.report.charts.drawing import WIDTH_PX, Spec
from reinfuse.report.charts.marks import segments, texts
from reinfuse.report.charts.palette import INK, infusion_colour
from reinfuse.report.charts.small_plane import Plane, draw_sheet
from reinfuse.report.charts.values import Chart, Drawable, NoChart, Table
from reinfuse.report.fit_page.thinning import thinned, thinned_words

LEFT_PX, TOP_PX, MOST_CELL_PX = 190.0, 14.0, 44.0
MOST_NUMBERS = 24
USUAL_BOUND = 1000.0  # of the condition number
WORST_LISTED = 30
K_HEIGHT_PX = 170.0


def draw_correlation(check: FitCheck) -> Drawable:
    """The correlations of estimates as a lower triangle of squares with their numbers."""
    title, name = "Correlation of estimates", "correlation"
    certainty = check.certainty
    if certainty is None:
        return NoChart(
            name=name, title=title,
            why="Standard errors were not computed, so neither were correlations nor the condition"
            " number.",
        )  # fmt: skip
    names, matrix = certainty.names, np.asarray(certainty.correlation)
    rows = tuple(
        (one, *(f"{matrix[row, column]:.2f}" if column <= row else "" for column in
                range(len(names))))
        for row, one in enumerate(names)
    )  # fmt: skip
    table = Table(("Estimate", *names), rows)
    condition = condition_words(certainty.condition)
    kept = min(len(names), MOST_NUMBERS)
    cell = min(MOST_CELL_PX, (WIDTH_PX - LEFT_PX - 12.0) / kept)
    description = f"Correlations of {kept} estimates, blue above 0 and red below. {condition}"
    notes = [condition]
    if kept < len(names):
        notes.append(f"The first {kept} of {len(names)} estimates are drawn; the table has all.")
    return Chart(
        name=name,
        title=title,
        svg=draw_sheet(_squares(names[:kept], matrix, cell), height=TOP_PX + kept * cell + 12.0,
                       name=name, title=title, description=description),
        description=description,
        table=table,
        notes=tuple(notes),
    )  # fmt: skip


def condition_words(condition: float) -> str:
    """The condition number with what it means."""
    if not math.isfinite(condition):
        return "The condition number is infinite: some combination of numbers is not fixed."
    judged = (
        "above 1000, which speaks of too many parameters"
        if condition > USUAL_BOUND
        else ("below 1000, the usual bound")
    )
    return f"Condition number of the correlation matrix: {condition:.3g} ({judged})."


def _squares(names: tuple[str, ...], matrix: np.ndarray, cell: float) -> Iterator[Spec]:
    yield from texts(
        [{"x": LEFT_PX - 8, "y": TOP_PX + (row + 0.5) * cell, "text": one[:26]}
         for row, one in enumerate(names)], align="right", size=11,
    )  # fmt: skip
    small = cell < 30.0  # noqa: PLR2004 # two digits no longer fit
    for row in range(len(names)):
        for column in range(row + 1):
            value = float(matrix[row, column])
            left, top = LEFT_PX + column * cell, TOP_PX + row * cell
            colour = infusion_colour(0) if value > 0 else infusion_colour(1)
            box: Spec = {"x": left + 1, "x2": left + cell - 1, "y": top + 1, "y2": top + cell - 1}
            strength = 0.06 + 0.44 * abs(value)
            yield segments({"type": "rect", "color": colour, "opacity": strength}, [box])
            if not small:
                number = "1" if row == column else _short(value)
                yield from texts([{"x": left + cell / 2, "y": top + cell / 2, "text": number}],
                                 align="center", size=10, colour=INK)  # fmt: skip


def _short(value: float) -> str:
    """Two digits, without a 0 in front and without a sign where there is none."""
    return f"{round(value, 2) + 0.0:.2f}".replace("0.", ".", 1)


def draw_likelihood(check: FitCheck) -> Chart:
    """Pareto k of every subject, with the bound above which a contribution is not trusted."""
    likelihood, names = check.fit.likelihood, check.fit.problem.subjects
    shapes = np.where(np.isfinite(likelihood.shapes), likelihood.shapes, 0.0)
    bad = int((shapes > WORST_SHAPE).sum())
    title, name = "Likelihood by subject", "pareto"
    description = (
        f"Pareto k of the importance weights of {len(names)} subjects; {bad} lie above"
        f" {WORST_SHAPE:g}."
    )
    x = linear_axis([1.0, float(len(names))], "Subject, in the order of the file")
    y = linear_axis([min(0.0, float(shapes.min())), max(1.0, float(shapes.max()))], "Pareto k")
    plane = Plane(left=62.0, top=16.0, width=WIDTH_PX - 76.0, height=K_HEIGHT_PX, x=x, y=y)
    return Chart(
        name=name,
        title=title,
        svg=draw_sheet(_shapes(plane, shapes), height=K_HEIGHT_PX + 64.0, name=name, title=title,
                       description=description),
        description=description,
        table=_likelihoods(check, shapes),
        notes=(
            f"Above {WORST_SHAPE:g} a subject's contribution, and with it its Monte Carlo error,"
            " cannot be trusted (Vehtari 2024).",
            *thinned_words(len(names), of="subjects"),
        ),
    )  # fmt: skip


def _shapes(plane: Plane, shapes: np.ndarray) -> Iterator[Spec]:
    yield from plane.frame()
    yield from plane.level(WORST_SHAPE, colour=infusion_colour(1))
    worst = np.flatnonzero(shapes > WORST_SHAPE)[:200]
    for places, colour, size in ((thinned(shapes.size), infusion_colour(0), 16),
                                 (worst, infusion_colour(1), 40)):  # fmt: skip
        yield from plane.dots(
            [(float(one + 1), float(shapes[one])) for one in places], colour=colour, size=size,
            opacity=0.8,
        )  # fmt: skip


def _likelihoods(check: FitCheck, shapes: np.ndarray) -> Table:
    likelihood, names = check.fit.likelihood, check.fit.problem.subjects
    present = check.design.present
    beyond = np.isinf(check.design.observed)
    order = np.argsort(-shapes, kind="stable")[:WORST_LISTED]
    return Table(
        ("ID (highest k first)", "Measurements", "Beyond a limit", "-2 ln L", "Pareto k",
         "To be trusted", "Mode found"),
        tuple(
            (names[one], str(int(present[:, one].sum())), str(int(beyond[:, one].sum())),
             f"{likelihood.subjects[one]:.2f}", f"{shapes[one]:.2f}",
             "no" if shapes[one] > WORST_SHAPE else "yes",
             "yes" if check.modes.arrived[one] else "no")
            for one in order
        ),
    )  # fmt: skip
