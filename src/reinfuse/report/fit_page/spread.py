"""Random effects: how they scatter, and what they go along with."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import numpy as np

from reinfuse.estimation.population.checking import (
    Association,
    FitCheck,
    NormalTests,
    RandomEffects,
)
from reinfuse.report.charts.axis import linear_axis
from reinfuse.report.charts.drawing import Spec
from reinfuse.report.charts.palette import MUTED, infusion_colour
from reinfuse.report.charts.small_plane import Plane, draw_sheet, seats
from reinfuse.report.charts.values import Chart, Drawable, NoChart, Table
from reinfuse.report.fit_page.thinning import thinned

COLUMNS, HEIGHT_PX = 3, 120.0
BARS = 17
REACH = 3.5
MOST_PANELS = 12
CERTAIN = 0.0001
_NORMAL = statistics.NormalDist()


def draw_effects(check: FitCheck) -> Drawable:
    """Histograms of random effects at the mode over their SD, with the normal curve."""
    effects = check.effects
    drawn = [row for row in range(len(effects.parameters)) if effects.omega[row] > 0]
    title, name = "Random effects of subjects", "effects"
    if not drawn:
        return NoChart(name=name, title=title, why="No parameter varies between patients.")
    places, height = seats(len(drawn), columns=COLUMNS, height=HEIGHT_PX, first=6.0)
    description = (
        f"{len(drawn)} histograms of random effects divided by their estimated SD, with the"
        " standard normal curve that they would follow without shrinkage."
    )
    return Chart(
        name=name,
        title=title,
        svg=draw_sheet(_histograms(effects, drawn, places), height=height, name=name, title=title,
                       description=description),
        description=description,
        table=_table(effects),
        notes=(
            "At the mode of each subject. Shrinkage narrows a histogram; from about 30 % on, plots"
            " of random effects can mislead (Savic and Karlsson 2009,"
            " doi:10.1208/s12248-009-9133-0).",
        ),
    )  # fmt: skip


def _histograms(
    effects: RandomEffects, drawn: list[int], places: list[tuple[float, float, float]]
) -> Iterator[Spec]:
    grid = np.linspace(-REACH, REACH, 61).tolist()
    x = linear_axis([-REACH, REACH], "eta / omega", room=0.0)
    for row, (left, top, width) in zip(drawn, places, strict=True):
        ratio = np.clip(effects.mode[row] / effects.omega[row], -REACH, REACH)
        heights, edges = np.histogram(ratio, BARS, (-REACH, REACH))
        density = heights / ratio.size / (edges[1] - edges[0])
        y = linear_axis([0.0, 1.2 * max(0.4, float(density.max()))], "", most=3, room=0.0)
        plane = Plane(left=left, top=top, width=width, height=HEIGHT_PX, x=x, y=y,
                      title=effects.parameters[row])  # fmt: skip
        yield from plane.frame()
        yield from plane.boxes(
            [(float(edges[one]), 0.0, float(edges[one + 1]), float(density[one]))
             for one in range(BARS)], colour=infusion_colour(0), opacity=0.4,
        )  # fmt: skip
        yield from plane.line([(one, _NORMAL.pdf(one)) for one in grid], colour=MUTED)
        yield from plane.note(f"shrinkage {100 * effects.shrinkage[row].by_sd:.0f} %")


def _table(effects: RandomEffects) -> Table:
    rows = []
    for row, one in enumerate(effects.shrinkage):
        tests = effects.tests[row]
        words = (
            [f"{tests.mean:.3f}", f"{tests.p_mean:.3g}", f"{tests.skewness:.2f}",
             f"{tests.p_shape:.3g}"]
            if isinstance(tests, NormalTests) else [tests.why, "", "", ""]
        )  # fmt: skip
        rows.append((
            one.parameter, f"{one.omega:.3f}", f"{100 * one.by_sd:.1f} %",
            f"{100 * one.by_variance:.1f} %", f"{100 * one.by_sd_of_means:.1f} %",
            f"{100 * one.by_variance_of_means:.1f} %", *words,
        ))  # fmt: skip
    return Table(
        ("Parameter", "omega (SD)", "Shrinkage of modes, by SD", "Shrinkage of modes, by variance",
         "Shrinkage of means, by SD", "Shrinkage of means, by variance", "Mean of eta / omega",
         "p of mean 0", "Skewness", "p of normal shape"), tuple(rows),
    )  # fmt: skip


def draw_covariates(check: FitCheck) -> Drawable:
    """Random effects against covariates, those with the smallest p first."""
    title, name = "Random effects against covariates", "covariates"
    found = check.effects.associations
    tried = sorted((one for one in found if isinstance(one, Association)), key=lambda one: one.p)
    if not tried:
        why = "The data have no covariate." if not found else (
            "No covariate can be set against a random effect: "
            + "; ".join(sorted({f"{one.covariate}: {one.why}" for one in found
                                if not isinstance(one, Association)})) + "."
        )  # fmt: skip
        return NoChart(name=name, title=title, why=why)
    drawn = tried[:MOST_PANELS]
    places, height = seats(len(drawn), columns=COLUMNS, height=HEIGHT_PX, first=6.0)
    description = (
        f"{len(drawn)} of {len(tried)} pairs of a random effect and a covariate: points with a"
        " straight line for numbers, one column of points and its mean for each category."
    )
    rows = [
        (one.parameter, one.covariate, _kind(one), f"{one.statistic:.3f}", p_words(one.p),
         str(one.count)) if isinstance(one, Association)
        else (one.parameter, one.covariate, "not tried", one.why, "", "")
        for one in sorted(found, key=lambda one: one.p if isinstance(one, Association) else 2.0)
    ]  # fmt: skip
    return Chart(
        name=name,
        title=title,
        svg=draw_sheet(_scatters(check, drawn, places), height=height, name=name, title=title,
                       description=description),
        description=description,
        table=Table(("Parameter", "Covariate", "Measure", "Value", "p, exploratory", "Subjects"),
                    tuple(rows)),
        notes=(
            "Exploratory: p-values are not corrected for how many pairs were tried, and shrinkage"
            " distorts them. A covariate as it was at the start.",
        ),
    )  # fmt: skip


def _kind(one: Association) -> str:
    return "correlation r" if one.numeric else "share of variance between categories (ANOVA)"


def p_words(p: float) -> str:
    """A p-value, not smaller than it can be trusted."""
    return f"< {CERTAIN:g}" if p < CERTAIN else f"{p:.2g}"


def _scatters(
    check: FitCheck, drawn: list[Association], places: list[tuple[float, float, float]]
) -> Iterator[Spec]:
    effects = check.effects
    for one, (left, top, width) in zip(drawn, places, strict=True):
        values = effects.mode[effects.parameters.index(one.parameter)]
        known = [place for place, value in enumerate(one.values) if value is not None]
        y = linear_axis(values[known].tolist(), f"eta {one.parameter}", most=4)
        kinds = sorted({one.values[place] for place in known}, key=str)
        if one.numeric:
            across = [float(one.values[place]) for place in known]  # type: ignore[arg-type] # numbers
            x = linear_axis(across, one.covariate, most=4)
        else:
            across = [float(kinds.index(one.values[place])) for place in known]
            x = linear_axis([-0.5, len(kinds) - 0.5], one.covariate, room=0.0)
        plane = Plane(left=left, top=top, width=width, height=HEIGHT_PX, x=x, y=y,
                      show_x=one.numeric)  # fmt: skip
        yield from plane.frame()
        yield from plane.level(0.0)
        ups = values[known].tolist()
        kept = thinned(len(known), 300)
        yield from plane.dots([(across[at], ups[at]) for at in kept], colour=infusion_colour(0))
        if one.numeric:
            slope, middle = np.polyfit(across, ups, 1)
            yield from plane.line([(at, middle + slope * at) for at in (min(across), max(across))],
                                  colour=infusion_colour(1))  # fmt: skip
            sign = f"r = {one.statistic:.2f}, p {_equal(one.p)}"
        else:
            yield from _means(plane, across, ups, [str(kind) for kind in kinds], one.covariate)
            sign = f"p {_equal(one.p)}"
        yield from plane.note(sign)


def _equal(p: float) -> str:
    words = p_words(p)
    return words if words.startswith("<") else f"= {words}"


def _means(
    plane: Plane, across: list[float], ups: list[float], kinds: list[str], covariate: str
) -> Iterator[Spec]:
    from reinfuse.report.charts.marks import texts

    for number, kind in enumerate(kinds):
        mine = [up for at, up in zip(across, ups, strict=True) if at == number]
        mean = statistics.fmean(mine)
        yield from plane.rules([(number - 0.3, mean, number + 0.3, mean)],
                               colour=infusion_colour(1), width=2.0)  # fmt: skip
        x, y = plane.at(float(number), plane.y.low)
        yield from texts([{"x": x, "y": y + 11, "text": kind[:12]}], align="center", size=11)
    middle = plane.left + plane.width / 2
    yield from texts([{"x": middle, "y": plane.top + plane.height + 27, "text": covariate}],
                     align="center", size=11)  # fmt: skip
