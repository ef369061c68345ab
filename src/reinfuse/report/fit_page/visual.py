"""A visual predictive check: quantiles over bands, and under them the share below the limit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from reinfuse.estimation.population.checking import QUANTILES, Vpc, VpcPanel
from reinfuse.report.charts.axis import Axis, linear_axis, log_axis, time_axis
from reinfuse.report.charts.drawing import WIDTH_PX, Spec
from reinfuse.report.charts.key import Entry
from reinfuse.report.charts.palette import MUTED, PAPER, infusion_colour
from reinfuse.report.charts.small_plane import Plane, draw_sheet, key_above
from reinfuse.report.charts.values import Chart, Table
from reinfuse.report.charts.words import shown
from reinfuse.report.fit_page.thinning import thinned, thinned_words, usual

LEFT_PX, RIGHT_PX, KEY_PX = 74.0, 14.0, 48.0
QUANTILES_PX, SHARES_PX, BETWEEN_PX, BELOW_PX = 270.0, 110.0, 30.0, 44.0
MIDDLE, OUTER = infusion_colour(0), infusion_colour(1)
COLOURS = (OUTER, MIDDLE, OUTER)
BAND_OPACITY = 0.22
PERCENT = 100.0
Box = tuple[float, float, float, float]


def draw_vpc(vpc: Vpc, *, name: str) -> list[Chart]:
    """One chart for each panel of a check."""
    return [
        _chart(vpc, panel, f"{name}-{number}") for number, panel in enumerate(vpc.panels, start=1)
    ]


def vpc_title(vpc: Vpc) -> str:
    """What the check is called."""
    kind = "Prediction-corrected visual" if vpc.asked.corrected else "Visual"
    return f"{kind} predictive check"


def _chart(vpc: Vpc, panel: VpcPanel, name: str) -> Chart:
    label = f": {panel.panel.label}" if panel.panel.label else ""
    title = f"{_quantity(vpc, panel)}{label}"
    planes = _planes(vpc, panel)
    bottom = planes[-1].top + planes[-1].height + BELOW_PX
    description = (
        f"{len(panel.bins)} bins of time. Lines with points: 5, 50 and 95 % of what was observed;"
        f" bands: 95 % of {vpc.replicates} replicates for each of them. Below: the share of"
        " measurements below their limit, observed and in the replicates. A quantile below the"
        " limit is marked there as a triangle and has no value."
    )
    return Chart(
        name=name,
        title=title,
        svg=draw_sheet(_layers(vpc, panel, planes), height=bottom, name=name, title=title,
                       description=description),
        description=description,
        table=_table(panel),
        notes=tuple(_notes(vpc, panel)),
    )  # fmt: skip


def _quantity(vpc: Vpc, panel: VpcPanel) -> str:
    corrected = "Prediction-corrected quantiles" if vpc.asked.corrected else "Quantiles"
    return f"{corrected} over time{' and the share below the limit' * _limited(panel)}"


def _planes(vpc: Vpc, panel: VpcPanel) -> list[Plane]:
    width = WIDTH_PX - LEFT_PX - RIGHT_PX
    x = time_axis(
        panel.time.tolist(), f"{vpc.clock.capitalize()} ({vpc.time_unit})", unit=vpc.time_unit,
        most=10,
    )  # fmt: skip
    unit = panel.panel.unit
    words = "Level, prediction-corrected" if vpc.asked.corrected else "Level"
    y = _levels(panel, f"{words} ({unit})" if unit else words)
    upper = Plane(left=LEFT_PX, top=KEY_PX, width=width, height=QUANTILES_PX, x=x, y=y,
                  show_x=not _limited(panel))  # fmt: skip
    if not _limited(panel):
        return [upper]
    both = np.concatenate([panel.below, panel.below_simulated[2], panel.above,
                           panel.above_simulated[2]])  # fmt: skip
    shares = linear_axis([0.0, min(1.0, float(both.max()) * 1.1) * PERCENT], "Below the limit (%)",
                         most=4, room=0.0)  # fmt: skip
    return [upper, Plane(left=LEFT_PX, top=KEY_PX + QUANTILES_PX + BETWEEN_PX, width=width,
                         height=SHARES_PX, x=x, y=shares)]  # fmt: skip


def _limited(panel: VpcPanel) -> bool:
    return bool((panel.below > 0).any() or (panel.below_simulated > 0).any())


def _levels(panel: VpcPanel, title: str) -> Axis:
    values = np.concatenate([
        panel.observed.ravel(), panel.simulated.ravel(), panel.limit, usual(panel.value, 0.005)
    ])  # fmt: skip
    finite = values[np.isfinite(values)]
    if (finite > 0).mean() > 0.5:  # noqa: PLR2004 # most of them
        return log_axis(finite.tolist(), title)
    return linear_axis(finite.tolist(), title)


def _layers(vpc: Vpc, panel: VpcPanel, planes: list[Plane]) -> Iterator[Spec]:
    upper = planes[0]
    yield from upper.frame()
    edges = _edges(upper.x, [one.middle for one in panel.bins])
    for number in range(len(QUANTILES)):
        yield from _band(upper, panel, edges, number)
    yield from _points(upper, panel)
    yield from upper.rules(
        [(low, limit, high, limit)
         for (low, high), limit in zip(edges, panel.limit.tolist(), strict=True)
         if math.isfinite(limit)], colour=MUTED, dash="2 2",
    )  # fmt: skip
    for number in range(len(QUANTILES)):
        yield from _observed(upper, panel, number)
    if len(planes) > 1:
        yield from _shares(planes[1], panel, edges)
    yield from key_above(_key(vpc, panel), KEY_PX)


def _edges(x: Axis, middles: list[float]) -> list[tuple[float, float]]:
    """From where to where each bin is drawn: half way to its neighbours, as they stand."""
    shares = [x.share(one) for one in middles]
    halves = [(one + other) / 2 for one, other in pairwise(shares)]
    first = max(0.0, shares[0] - (halves[0] - shares[0])) if halves else 0.0
    last = min(1.0, shares[-1] + (shares[-1] - halves[-1])) if halves else 1.0
    ends = [first, *halves, last]
    return [(_value(x, low), _value(x, high)) for low, high in pairwise(ends)]


def _value(x: Axis, share: float) -> float:
    """The value that stands at this share of an axis, by bisection."""
    low, high = x.low, x.high
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if x.share(middle) < share else (low, middle)
    return (low + high) / 2


def _band(
    plane: Plane, panel: VpcPanel, edges: list[tuple[float, float]], number: int
) -> Iterator[Spec]:
    boxes: list[Box] = []
    middles: list[Box] = []
    for place, (left, right) in enumerate(edges):
        low, middle, high = panel.simulated[number, :, place].tolist()
        if math.isinf(high) and high < 0:
            continue  # every replicate lies below the limit
        floor = panel.limit[place] if math.isinf(low) else low
        boxes.append((left, float(floor), right, high))
        if math.isfinite(middle):
            middles.append((left, middle, right, middle))
    yield from plane.boxes(boxes, colour=COLOURS[number], opacity=BAND_OPACITY)
    yield from plane.rules(middles, colour=COLOURS[number], width=1.0)


def _observed(plane: Plane, panel: VpcPanel, number: int) -> Iterator[Spec]:
    colour = COLOURS[number]
    values = [
        (one.middle, value)
        for one, value in zip(panel.bins, panel.observed[number].tolist(), strict=True)
    ]
    yield from plane.line(values, colour=colour, width=2.0, dash="" if number == 1 else "6 3")
    known = [one for one in values if math.isfinite(one[1])]
    yield from plane.dots(known, colour=colour, size=34, opacity=1.0)
    hidden = [
        (one.middle, limit)
        for one, limit, value in zip(
            panel.bins, panel.limit.tolist(), panel.observed[number].tolist(), strict=True
        )
        if value == -math.inf
    ]
    yield from plane.dots(hidden, colour=colour, shape="triangle-down", hollow=True, size=60,
                          opacity=1.0)  # fmt: skip


def _points(plane: Plane, panel: VpcPanel) -> Iterator[Spec]:
    known = np.flatnonzero(np.isfinite(panel.value))
    drawn = known[thinned(known.size)]
    yield from plane.dots(
        list(zip(panel.time[drawn].tolist(), panel.value[drawn].tolist(), strict=True)),
        colour=MUTED, size=7, opacity=0.35,
    )  # fmt: skip


def _shares(plane: Plane, panel: VpcPanel, edges: list[tuple[float, float]]) -> Iterator[Spec]:
    yield from plane.frame()
    low, middle, high = (PERCENT * one for one in panel.below_simulated)
    boxes = [
        (left, float(low[place]), right, float(high[place]))
        for place, (left, right) in enumerate(edges)
    ]
    yield from plane.boxes(boxes, colour=MIDDLE, opacity=BAND_OPACITY)
    yield from plane.rules(
        [(left, float(middle[place]), right, float(middle[place]))
         for place, (left, right) in enumerate(edges)], colour=MIDDLE, width=1.0,
    )  # fmt: skip
    values = [(one.middle, float(PERCENT * share))
              for one, share in zip(panel.bins, panel.below, strict=True)]  # fmt: skip
    yield from plane.line(values, colour=MIDDLE, width=2.0)
    yield from plane.dots(values, colour=MIDDLE, size=34, opacity=1.0)


def _key(vpc: Vpc, panel: VpcPanel) -> list[list[Entry]]:
    first = [
        Entry("line", "observed median", colour=MIDDLE, shape="circle"),
        Entry("line", "observed 5 and 95 %", colour=OUTER, shape="circle", dash=[6, 3]),
        Entry("pale", "95 % of replicates", colour=MIDDLE),
        Entry("pale", "the same", colour=OUTER),
    ]
    second = [Entry("point", "measured", shape="circle", fill=MUTED)]
    if _limited(panel):
        second += [
            Entry("line", "limit (the highest of the bin)", dash=[2, 2]),
            Entry("point", "quantile below the limit", colour=OUTER, shape="triangle-down",
                  fill=PAPER),
        ]  # fmt: skip
    return [first, second]


def _notes(vpc: Vpc, panel: VpcPanel) -> Iterator[str]:
    yield (
        f"{vpc.replicates} replicates of {vpc.subjects} subjects by the same times, doses and"
        f" limits; seed {vpc.seed}. The thin line in a band is the replicates' median."
    )
    if _limited(panel):
        yield (
            "Measurements below a limit rank lowest, in the data as in every replicate. A band"
            " whose lower end lies below the limit is drawn down to the limit."
        )
    if vpc.asked.corrected:
        yield (
            "Each value is moved by the ratio of its bin's median prediction to its own"
            " (Bergstrand 2011, doi:10.1208/s12248-011-9255-z); limits move with it."
        )
    if (panel.above > 0).any():
        yield "Measurements above an upper limit rank highest; the table has their share."
    yield from vpc.notes
    yield from thinned_words(int(np.isfinite(panel.value).sum()))


def _table(panel: VpcPanel) -> Table:
    headers = ["Time", "Measurements", "Limit"]
    for share in QUANTILES:
        words = f"{PERCENT * share:g} %"
        headers += [f"Observed {words}", f"Replicates {words} (95 %)"]
    headers += ["Below the limit, observed", "Below the limit, replicates (95 %)"]
    upper = bool((panel.above > 0).any())
    headers += ["Above the upper limit, observed", "Replicates (95 %)"] if upper else []
    return Table(tuple(headers), tuple(_row(panel, place, upper=upper)
                                       for place in range(len(panel.bins))))  # fmt: skip


def _row(panel: VpcPanel, place: int, *, upper: bool) -> tuple[str, ...]:
    one = panel.bins[place]
    time = shown(one.low) if one.low == one.high else f"{shown(one.low)} to {shown(one.high)}"
    limit = float(panel.limit[place])
    cells = [time, str(one.cells.size), shown(limit) if math.isfinite(limit) else "none"]
    for number in range(len(QUANTILES)):
        low, middle, high = panel.simulated[number, :, place].tolist()
        cells += [level_words(float(panel.observed[number, place])),
                  f"{level_words(middle)} ({level_words(low)} to {level_words(high)})"]  # fmt: skip
    cells += _share_cells(panel.below, panel.below_simulated, place)
    cells += _share_cells(panel.above, panel.above_simulated, place) if upper else []
    return tuple(cells)


def _share_cells(observed: np.ndarray, simulated: np.ndarray, place: int) -> list[str]:
    low, middle, high = (f"{PERCENT * one:.1f}" for one in simulated[:, place])
    return [f"{PERCENT * observed[place]:.1f} %", f"{middle} % ({low} to {high})"]


def level_words(value: float) -> str:
    """A level, or that it lies beyond the limit."""
    if math.isinf(value):
        return "below the limit" if value < 0 else "above the limit"
    return shown(value)
