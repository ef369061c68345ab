"""The picture: calendar above, lanes of marks, rulers of days below."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from reinfuse.report.timeline.anchors import Anchor
from reinfuse.report.timeline.blocks import Block, lane_block
from reinfuse.report.timeline.details import Detail
from reinfuse.report.timeline.glyphs import draw_fades
from reinfuse.report.timeline.key import KEY_HEIGHT, draw_key
from reinfuse.report.timeline.lane import draw_lane
from reinfuse.report.timeline.marks import Marks
from reinfuse.report.timeline.paper import FONT, INK, LEFT, MUTED, PALE, RIGHT, WIDTH, draw, write
from reinfuse.report.timeline.rulers import (
    draw_anchor_dates,
    draw_calendar,
    draw_chosen_days,
    draw_own_days,
)
from reinfuse.report.timeline.vocabulary import Lane

_TOP = 34.0  # months stand above
_RULERS = 46.0


def draw_picture(marks: Marks, details: Mapping[str, Detail], chosen: Anchor | None) -> Element:
    """The SVG of a course, with `chosen` as day 0."""
    blocks = [block for lane in Lane if (block := lane_block(lane, marks)).rows]
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "tl-picture"})
    svg.attrib |= {"role": "group", "aria-labelledby": "tl-title tl-desc", "font-family": FONT}
    draw(svg, "title", id="tl-title").text = f"Timeline: {marks.axis.course.title}"
    draw(svg, "desc", id="tl-desc").text = _description(marks, blocks)
    defs = draw(svg, "defs")
    draw_fades(defs, sorted({mark.colour for mark in marks.marks}))
    ground = draw(svg, "g", aria_hidden="true")
    dates_height = draw_anchor_dates(draw(svg, "g", aria_hidden="true"), marks, _TOP)
    top = _TOP + dates_height + 6
    bottom = top + sum(block.height for block in blocks)
    _draw_ground(ground, marks, top, bottom)
    y = top
    for block in blocks:
        draw_lane(svg, block, marks, details, y)
        y += block.height
    _draw_rulers(svg, marks, chosen, bottom)
    height = bottom + (_RULERS if marks.axis.anchors else 14.0)
    draw_key(draw(svg, "g", aria_hidden="true"), height)
    height += KEY_HEIGHT
    svg.set("viewBox", f"0 0 {WIDTH:g} {height:g}")
    svg.set("width", f"{WIDTH:g}")
    svg.set("height", f"{height:g}")
    return svg


def _description(marks: Marks, blocks: list[Block]) -> str:
    events = sum(len(mark.told) for mark in marks.marks)
    events += sum(len(strip.told) for _, strip in marks.strips)
    lanes = ", ".join(block.lane.lower() for block in blocks)
    return (
        f"{events} events in {len(blocks)} lanes: {lanes}. Days near each infusion and transplant"
        " are drawn wide, the months between narrow. Every event leads to its row in the table."
    )


def _draw_ground(ground: Element, marks: Marks, top: float, bottom: float) -> None:
    """Pale bands where time is compressed, a line at each day 0, a zigzag at each change."""
    for segment in marks.scale.segments:
        if not segment.dense and marks.axis.anchors:
            draw(ground, "rect", x=segment.left, y=top, width=segment.width, height=bottom - top,
                 fill=PALE)  # fmt: skip
    for anchor in marks.axis.anchors:
        x = marks.scale.x(anchor.place)
        draw(ground, "line", x1=x, x2=x, y1=_TOP, y2=bottom + 6, stroke=anchor.colour, opacity=0.45,
             stroke_width=1.5)  # fmt: skip
    draw_calendar(ground, marks, 17.0)
    for y in (_TOP - 8, bottom):
        _draw_axis(ground, marks, y)


def _draw_axis(ground: Element, marks: Marks, y: float) -> None:
    draw(ground, "line", x1=LEFT, x2=RIGHT, y1=y, y2=y, stroke=MUTED, stroke_width=1.0)
    for x in marks.scale.breaks():
        draw(ground, "rect", x=x - 4, y=y - 2, width=8.0, height=4.0, fill="#ffffff")
        draw(ground, "path", d=f"M{x - 5:.1f},{y:g}l2.5,-5l5,10l2.5,-5", fill="none", stroke=INK,
             stroke_width=1.2)  # fmt: skip


def _draw_rulers(svg: Element, marks: Marks, chosen: Anchor | None, y: float) -> None:
    if chosen is None:
        return
    rulers = draw(svg, "g", aria_hidden="true")
    write(rulers, "Days from each day 0", 4.0, y + 20, fill=MUTED)
    draw_own_days(rulers, marks, y + 20)
    for anchor in marks.axis.anchors:
        group = draw(rulers, "g", class_="tl-days", data_anchor=anchor.id)
        if anchor is not chosen:
            group.set("display", "none")
        write(group, f"Days from {anchor.name.lower()}", 4.0, y + 37, font_weight="700")
        draw_chosen_days(group, marks, anchor, y + 37)
