"""Where the numbers of a fit went, round by round."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from reinfuse.estimation.population.checking import FitCheck, Trace, traces_of
from reinfuse.report.charts.axis import linear_axis
from reinfuse.report.charts.drawing import Spec
from reinfuse.report.charts.palette import infusion_colour
from reinfuse.report.charts.small_plane import Plane, draw_sheet, seats
from reinfuse.report.charts.values import Chart, Drawable, NoChart, Table
from reinfuse.report.charts.words import shown

COLUMNS, HEIGHT_PX = 4, 74.0
TITLE, NAME = "Where the numbers went", "traces"


def draw_traces(check: FitCheck) -> Drawable:
    """Small panels, one for each number, with a line where averaging began."""
    traces = traces_of(check.fit)
    if not traces or traces[0].of == 0:
        return NoChart(name=NAME, title=TITLE, why="The file of this fit holds no trace.")
    places, height = seats(len(traces), columns=COLUMNS, height=HEIGHT_PX, left=62.0, gap=58.0,
                           below=10.0, first=6.0)  # fmt: skip
    description = (
        f"{len(traces)} panels over {traces[0].of} rounds; an upright line at round"
        f" {check.fit.burn}, where averaging began."
    )
    return Chart(
        name=NAME,
        title=TITLE,
        svg=draw_sheet(_layers(traces, places, check.fit.burn), height=height + 40.0, name=NAME,
                       title=TITLE, description=description),
        description=description,
        table=Table(
            ("Number", "At the start", "Where averaging began", "At the end",
             "Moved in the second half of averaging"),
            tuple(_row(one, check.fit.burn) for one in traces),
        ),
        notes=(
            f"Averaging began with round {check.fit.burn} of the {traces[0].of} that were kept.",
            f"{len(check.fit.starts)} starting points led to -2LL of"
            f" {', '.join(map(_score, sorted(check.fit.starts)))} after a short run."
            if check.fit.starts else "One starting point was used.",
        ),
    )  # fmt: skip


def _score(minus_2ll: float) -> str:
    return f"{minus_2ll:.1f}" if math.isfinite(minus_2ll) else "nothing finite"


def _layers(
    traces: Sequence[Trace], places: list[tuple[float, float, float]], burn: int
) -> Iterator[Spec]:
    x = linear_axis([0.0, float(traces[0].of)], "Round", most=3, room=0.0)
    for number, (one, (left, top, width)) in enumerate(zip(traces, places, strict=True)):
        y = linear_axis(one.values.tolist(), "", most=3, room=0.06)
        plane = Plane(left=left, top=top, width=width, height=HEIGHT_PX, x=x, y=y,
                      title=_short(one.name),
                      show_x=number + COLUMNS >= len(traces))  # fmt: skip
        yield from plane.frame()
        yield from plane.rules([(float(burn), y.low, float(burn), y.high)],
                               colour=infusion_colour(1), dash="3 2")  # fmt: skip
        yield from plane.line(
            list(zip(one.rounds.astype(float).tolist(), one.values.tolist(), strict=True)),
            colour=infusion_colour(0), width=1.1,
        )  # fmt: skip


def _row(one: Trace, burn: int) -> tuple[str, ...]:
    near = int(abs(one.rounds - burn).argmin())
    return (one.name, shown(float(one.values[0])), shown(float(one.values[near])),
            shown(float(one.values[-1])), f"{100 * one.moved:.2f} %")  # fmt: skip


def _short(name: str) -> str:
    short = name.replace("between infusions", "IOV").replace("ln likelihood at the latents", "ln L")
    return short if len(short) <= 22 else f"{short[:21]}…"  # noqa: PLR2004 # a panel's width
