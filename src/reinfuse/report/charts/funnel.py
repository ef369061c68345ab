"""Cohorts by effect and standard error: a funnel when they scatter by chance alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from reinfuse.report.charts.drawing import Spec, framed, render_svg
from reinfuse.report.charts.key import Entry, key_layers
from reinfuse.report.charts.palette import INFUSIONS, INK, MUTED
from reinfuse.report.charts.plane import Plane, Ruler, plain_ruler
from reinfuse.report.charts.values import Chart, NoChart, Table
from reinfuse.report.charts.words import shown

LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX, PLOT_PX = 76.0, 28.0, 34.0, 48.0, 300.0
FUNNEL, IMAGE = "#c9d6ea", INFUSIONS[1]
#: Two-sided p at which areas around `null` change, darkest first, with their greys. The three are
#: those of Peters 2008, doi:10.1016/j.jclinepi.2007.11.010 (recalled); the greys are ours.
CONTOURS = ((0.01, "#eef1f5"), (0.05, "#dde3ea"), (0.10, "#c8d0da"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelPoint:
    """One cohort: its effect `x` where it stands on the ruler, its standard error, its words.

    A mirror image by trim and fill is no cohort: nobody saw it.
    """

    label: str
    x: float
    se: float
    told: str
    mirror_image: bool = False


def draw_funnel(
    cohorts: Sequence[FunnelPoint],
    ruler: Ruler,
    *,
    middle: float,
    name: str = "funnel",
    title: str = "Funnel",
    level: float = 0.95,
    null: float | None = None,
    notes: tuple[str, ...] = (),
) -> Chart | NoChart:
    """Effects below, standard errors upward to 0, and the pseudo-interval around `middle`.

    With `null`, grey areas say how small a p a cohort there has against no effect.
    """
    if not cohorts:
        return NoChart(name=name, title=title, why="No cohort has a standard error.")
    errors = plain_ruler([one.se for one in cohorts], "Standard error", zero=True, falling=True)
    frame = framed(height=PLOT_PX, left=LEFT_PX, top=TOP_PX, right=RIGHT_PX, bottom=BOTTOM_PX)
    plane = Plane(left=0.0, top=0.0, width=frame.width, height=frame.height, x=ruler, y=errors)
    quantile = NormalDist().inv_cdf((1 + level) / 2)
    outside = [one for one in cohorts if _outside(one, middle, quantile)]
    images = sum(one.mirror_image for one in cohorts)
    description = (
        f"{len(cohorts) - images} cohorts and {images} mirror images, by effect and standard "
        f"error; {len(outside)} lie outside the {100 * level:g} % pseudo-interval."
    )
    layers = [
        *(_contours(plane, null) if null is not None else _funnel(plane, middle, quantile)),
        *plane.frame(),
        *_marks(plane, cohorts, middle, quantile, filled=null is None),
        *key_layers([_key(null is not None, images > 0, level)], frame, above=4.0),
    ]
    return Chart(
        name=name,
        title=title,
        svg=render_svg({"layer": layers}, frame, name=name, title=title, description=description),
        description=description,
        table=Table(
            ("Cohort", "Effect", "Standard error", "Pseudo-interval", "Seen"),
            tuple(
                (one.label, one.told, shown(one.se),
                 "outside" if _outside(one, middle, quantile) else "inside",
                 "no: mirror image" if one.mirror_image else "yes")
                for one in cohorts
            ),
        ),
        notes=notes,
    )  # fmt: skip


def _outside(one: FunnelPoint, middle: float, quantile: float) -> bool:
    return abs(one.x - middle) > quantile * one.se


def _edge(plane: Plane, at: float, reach: float) -> list[tuple[float, float]]:
    """The straight line at + reach x standard error, cut where it leaves the plot."""
    assert plane.y is not None
    last = plane.y.high
    if reach:
        end = plane.x.high if reach > 0 else plane.x.low
        last = min(last, max((end - at) / reach, 0.0))
    return [(at, 0.0), (at + reach * last, last)]


def _funnel(plane: Plane, middle: float, quantile: float) -> Iterator[Spec]:
    yield from _between(plane, middle, quantile, FUNNEL)


def _contours(plane: Plane, null: float) -> Iterator[Spec]:
    """From the widest area, of the smallest p, to the narrowest."""
    for p, colour in CONTOURS:
        yield from _between(plane, null, NormalDist().inv_cdf(1 - p / 2), colour)


def _between(plane: Plane, at: float, reach: float, colour: str) -> Iterator[Spec]:
    assert plane.y is not None
    steps = [plane.y.high * k / 60 for k in range(61)]
    low = [(max(at - reach * se, plane.x.low), se) for se in steps]
    high = [(min(at + reach * se, plane.x.high), se) for se in steps]
    yield from plane.area(low, high, colour=colour, opacity=0.55)


def _marks(
    plane: Plane, cohorts: Sequence[FunnelPoint], middle: float, quantile: float, *, filled: bool
) -> Iterator[Spec]:
    assert plane.y is not None
    yield from plane.line([(middle, 0.0), (middle, plane.y.high)], colour=MUTED, dash="4 3")
    dash = "" if filled else "4 3"
    for reach in (-quantile, quantile):
        yield from plane.line(_edge(plane, middle, reach), colour=MUTED, width=1.1, dash=dash)
    seen = [(one.x, one.se) for one in cohorts if not one.mirror_image]
    images = [(one.x, one.se) for one in cohorts if one.mirror_image]
    size = 46 if len(cohorts) < 100 else 14  # noqa: PLR2004 (many marks would hide each other)
    yield from plane.dots(seen, colour=INK, size=size)
    yield from plane.dots(images, colour=IMAGE, size=size, hollow=True, shape="diamond")


def _key(contoured: bool, imaged: bool, level: float) -> tuple[Entry, ...]:
    found = [Entry("point", "cohort", colour=INK, shape="circle", fill=INK)]
    if imaged:
        found.append(Entry("point", "mirror image, not seen", colour=IMAGE, shape="diamond",
                           fill="#ffffff"))  # fmt: skip
    if contoured:
        found.append(Entry("dark", "p above 0.10, 0.05, 0.01", colour=MUTED))
    found.append(Entry("line", f"{100 * level:g} % pseudo-interval", colour=MUTED,
                       dash=[4, 3] if contoured else [1, 0]))  # fmt: skip
    return tuple(found)
