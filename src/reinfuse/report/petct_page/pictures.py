"""The figure of each scan: a projection and coronal slices, with an arrow at every lesion."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from reinfuse.imaging.pictures import Figures, Kind, Mark, ScanPicture, Seen, View
from reinfuse.report.charts.palette import INFUSIONS, INK, MUTED, PAPER
from reinfuse.report.charts.values import Chart, Table
from reinfuse.report.charts.words import shown
from reinfuse.report.forecast.sheet import (
    SMALL_PX,
    TINY_PX,
    as_text,
    new_sheet,
    rules,
    words,
)
from reinfuse.report.petct_page.frame import Frame, Placed, frame_of, placed_in
from reinfuse.report.petct_page.picture_words import (
    HEADERS,
    day_words,
    description_of,
    notes_of,
    rows_of,
    short_unit,
    view_words,
)
from reinfuse.report.petct_page.seats import LINE_PX, Seat, arrow_of, seats_of
from reinfuse.report.petct_page.shades import (
    CT_BESIDE,
    ct_address,
    grey_address,
    scale_address,
    warm_address,
)
from reinfuse.report.timeline.paper import draw

HEAD_PX, FOOT_PX, GAP_PX = 36.0, 44.0, 10.0
SCALE_PX, UNIT_PX, BAR_MM = 96.0, 58.0, 100.0
OUTLINE, HALO = INFUSIONS[0], 0.9
DASHES = "4 2.5"


def scan_charts(figures: Figures, prefix: str = "petct") -> tuple[Chart, ...]:
    """A figure for each scan, all to one scale and with one window, in order of time."""
    frame = frame_of(figures.scans)
    return tuple(
        _chart(scan, frame, figures.days_from, f"{prefix}-scan-{number}")
        for number, scan in enumerate(figures.scans, start=1)
    )


def _chart(scan: ScanPicture, frame: Frame, days_from: str, name: str) -> Chart:
    title = (
        f"{day_words(scan.day).capitalize()}: {scan.scan}{', SYNTHETIC' if scan.synthetic else ''}"
    )
    description = description_of(scan, days_from)
    block = HEAD_PX + frame.height + FOOT_PX
    height = len(scan.views) * (block + GAP_PX) - GAP_PX
    svg = new_sheet(height=height, name=name, title=title, description=description)
    unnamed: list[str] = []
    for number, view in enumerate(scan.views):
        unnamed += _draw_view(svg, view, scan, frame, number * (block + GAP_PX))
    return Chart(
        name=name,
        title=title,
        svg=as_text(svg),
        description=description,
        table=Table(HEADERS, tuple(rows_of(scan))),
        notes=tuple(notes_of(scan, tuple(dict.fromkeys(unnamed)))),
    )


def _draw_view(svg: Element, view: View, scan: ScanPicture, frame: Frame, top: float) -> list[str]:
    """Draw one picture; the lesions in it that there is no room to name."""
    placed = placed_in(frame, view.uptake, top + HEAD_PX)
    title = f"SYNTHETIC: {view_words(view)}" if scan.synthetic else view_words(view)
    words(svg, title, frame.middle, top + 10, text_anchor="middle", font_weight="600",
          font_size=SMALL_PX)  # fmt: skip
    for letter, x in (("R", placed.left + 5), ("L", placed.left + placed.width - 5)):
        words(svg, letter, x, top + HEAD_PX - 8, text_anchor="middle", fill=MUTED,
              font_size=SMALL_PX)  # fmt: skip
    for href in _images(view):
        draw(svg, "image", href=href, x=placed.left, y=placed.top, width=placed.width,
             height=placed.height, preserveAspectRatio="none")  # fmt: skip
    draw(svg, "rect", x=placed.left, y=placed.top, width=placed.width, height=placed.height,
         fill="none", stroke=MUTED, stroke_width=0.6)  # fmt: skip
    for mark in view.marks:
        _outline(svg, mark, view, placed)
    seats = seats_of(view.marks, placed)
    for seat in seats:
        _arrow(svg, seat, placed)
    _foot(svg, view, scan, frame, top + HEAD_PX + frame.height)
    named = {seat.mark.lesion for seat in seats}
    return [mark.lesion for mark in view.marks if mark.lesion not in named]


def _images(view: View) -> tuple[str, ...]:
    if view.ct is None:
        return (grey_address(view.uptake),)
    return ct_address(view.ct), warm_address(view.uptake)


def _outline(svg: Element, mark: Mark, view: View, placed: Placed) -> None:
    """The border of a lesion on a slice; the place where one lay, dashed, on both."""
    if mark.seen is not Seen.LEFT and view.kind is Kind.PROJECTION:
        return
    look = {"stroke_dasharray": DASHES} if mark.seen is not Seen.DRAWN else {}
    for line in mark.outlines:
        points = "L".join(f"{x:.1f} {y:.1f}" for x, y in (placed.at(one) for one in line))
        draw(svg, "path", d=f"M{points}Z", fill="none", stroke=PAPER, stroke_width=3.2,
             opacity=HALO)  # fmt: skip
        draw(svg, "path", d=f"M{points}Z", fill="none", stroke=OUTLINE, stroke_width=1.5, **look)


def _arrow(svg: Element, seat: Seat, placed: Placed) -> None:
    start, tip = arrow_of(seat, placed)
    head = _head(start, tip)
    for colour, width in ((PAPER, 4.0), (INK, 1.3)):
        rules(svg, [(start, tip)], stroke=colour, stroke_width=width, stroke_linecap="round")
        draw(svg, "path", d=head, fill=colour, stroke=colour, stroke_width=width - 1.0,
             stroke_linejoin="round")  # fmt: skip
    anchor = "end" if seat.at_left else "start"
    bold = [(line, "600") for line in seat.names] + [(line, "400") for line in seat.uptake]
    for number, (line, weight) in enumerate(bold):
        words(svg, line, seat.x, seat.top + LINE_PX * (number + 0.5), text_anchor=anchor,
              font_size=TINY_PX, font_weight=weight)  # fmt: skip


def _head(start: tuple[float, float], tip: tuple[float, float]) -> str:
    """A triangle whose corner is the tip."""
    x, y = start[0] - tip[0], start[1] - tip[1]
    length = max((x * x + y * y) ** 0.5, 1e-6)
    x, y = 6.5 * x / length, 6.5 * y / length
    sides = [(tip[0] + x - one * y, tip[1] + y + one * x) for one in (0.4, -0.4)]
    corners = "L".join(f"{a:.1f} {b:.1f}" for a, b in (tip, *sides))
    return f"M{corners}Z"


def _foot(svg: Element, view: View, scan: ScanPicture, frame: Frame, top: float) -> None:
    """The scale of uptake, and a bar of ten centimetres."""
    left, y = max(frame.middle - SCALE_PX - 8, UNIT_PX), top + 12
    if view.ct is not None:
        draw(svg, "rect", x=left, y=y, width=SCALE_PX, height=8, fill=CT_BESIDE)
    draw(svg, "image", href=scale_address(over_ct=view.ct is not None), x=left, y=y,
         width=SCALE_PX, height=8, preserveAspectRatio="none")  # fmt: skip
    draw(svg, "rect", x=left, y=y, width=SCALE_PX, height=8, fill="none", stroke=MUTED,
         stroke_width=0.6)  # fmt: skip
    words(svg, short_unit(scan.unit), left - 6, y + 4, text_anchor="end", font_size=TINY_PX)
    for share in (0.0, 0.5, 1.0):
        text = f"{'≥ ' if share == 1.0 else ''}{shown(share * scan.high)}"
        x = left + share * SCALE_PX
        rules(svg, [((x, y + 8), (x, y + 11))], stroke=MUTED, stroke_width=1.0)
        words(svg, text, x, y + 19, text_anchor="middle", font_size=TINY_PX)
    bar, start = BAR_MM * frame.px_per_mm, left + SCALE_PX + 34
    ends = [((x, y), (x, y + 8)) for x in (start, start + bar)]
    rules(svg, [((start, y + 4), (start + bar, y + 4)), *ends], stroke=INK, stroke_width=1.6)
    words(svg, "10 cm", start + bar / 2, y + 19, text_anchor="middle", font_size=TINY_PX)
