"""One lane of the picture: its name, its rows, and every event as something that can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from reinfuse.report.timeline.anchors import Anchor, usual_day_0
from reinfuse.report.timeline.blocks import LANE_PAD, ROW, Block, Row, anchor_of
from reinfuse.report.timeline.details import Detail
from reinfuse.report.timeline.glyphs import (
    draw_badge,
    draw_between_looks,
    draw_glyph,
    draw_strip,
    draw_times,
)
from reinfuse.report.timeline.marks import Marks
from reinfuse.report.timeline.paper import (
    GRID,
    GUTTER,
    HEADING,
    LEFT,
    MUTED,
    NAME,
    RIGHT,
    SMALL,
    draw,
    shortened,
    text_width,
    write,
)
from reinfuse.report.timeline.rows import Seated
from reinfuse.report.timeline.strips import Strip
from reinfuse.report.timeline.vocabulary import Lane


def draw_lane(
    svg: Element, block: Block, marks: Marks, details: Mapping[str, Detail], top: float
) -> None:
    """A lane with its name, its rows and every event in it."""
    count = sum(len(one.mark.told) for row in block.rows for one in row.seated)
    count += sum(len(row.strip.told) for row in block.rows if row.strip)
    words = f"{block.lane}, {count} {'event' if count == 1 else 'events'}"
    group = draw(svg, "g", class_="tl-lane", role="group", aria_label=words)
    names = draw(group, "g", aria_hidden="true")
    draw(names, "line", x1=0.0, x2=RIGHT, y1=top, y2=top, stroke=GRID)
    title_y = top + LANE_PAD + (23.0 if block.lane is Lane.CELLS else 12.5)
    write(names, block.lane, 4.0, title_y, font_size=NAME, font_weight="700")
    y = top + LANE_PAD + block.row_height / 2 + (ROW if block.titled_apart else 0.0)
    drawn: list[tuple[Seated, float]] = []
    for row in block.rows:
        if row.name:
            _name_row(names, row, y + 4)
        if row.strip is not None:
            _draw_strip_row(group, row.strip, details, y)
        draw_between_looks(names, row.seated, y)
        drawn += [(seated, y) for seated in row.seated]
        y += block.row_height
    # In the order of the days, row by row where rows have names: so the keyboard steps.
    for seated, y in sorted(drawn, key=lambda one: (one[0].mark.told[0].row, one[0].mark.seat)):
        _draw_mark(group, seated, marks, details, y)


def _name_row(names: Element, row: Row, y: float) -> None:
    count = f" ({len(row.strip.told)})" if row.strip else ""
    room = GUTTER - 14 - text_width(count, SMALL)
    write(names, shortened(row.name, room, SMALL) + count, 14.0, y, fill=MUTED)


def _draw_mark(
    group: Element, seated: Seated, marks: Marks, details: Mapping[str, Detail], y: float
) -> None:
    mark, first = seated.mark, seated.mark.told[0]
    half = 22.0 if first.lane is Lane.CELLS else 8.5
    link = _link(group, [details[one.entry.id] for one in mark.told], marks.axis.anchors)
    draw(link, "rect", class_="tl-hit", x=seated.left, y=y - half, rx=3.0, fill="#ffffff",
         fill_opacity="0", width=seated.right - seated.left, height=2 * half)  # fmt: skip
    anchor = anchor_of(first, marks)
    end = {"text_anchor": seated.label_end}
    if anchor is not None:
        draw_badge(link, mark, anchor.badge, anchor.infusion, y)
        write(link, anchor.name, seated.label_x, y - 9, font_size=HEADING, font_weight="700", **end)
        for number, line in enumerate(mark.label.split("\n")):
            write(link, line, seated.label_x, y + 6 + 13 * number, **end)
        return
    draw_times(link, mark, y)
    draw_glyph(link, first.shape, mark.seat, y, mark.colour, mark.exact)
    write(link, mark.label, seated.label_x, y + 4, **end)


def _draw_strip_row(group: Element, strip: Strip, details: Mapping[str, Detail], y: float) -> None:
    first, last = details[strip.told[0].entry.id], details[strip.told[-1].entry.id]
    link = draw(group, "a", href=f"#event-{first.id}", class_="tl-event")
    extent = f"{len(strip.told)} entries, {first.dates} to {last.dates}"
    words = f"{first.lane}: {strip.name}, {extent}"
    link.attrib |= {"aria-label": words, "data-what": words}
    draw(link, "rect", class_="tl-hit", x=LEFT, y=y - 9, width=RIGHT - LEFT, height=18.0, rx=3.0,
         fill="#ffffff", fill_opacity="0")  # fmt: skip
    draw_strip(link, strip, y)


def _link(group: Element, details: list[Detail], anchors: tuple[Anchor, ...]) -> Element:
    """One event that can be reached and read: what, when by each day 0, and by the calendar.

    The script says the same of whichever anchor is chosen.
    """
    first = details[0]
    link = draw(group, "a", href=f"#event-{first.id}", class_="tl-event")
    what = f"{first.lane}: {'; '.join(one.what for one in details)}"
    chosen = usual_day_0(anchors)
    days = ""
    if chosen is not None:
        days = f" From {chosen.name.lower()}: {first.days[anchors.index(chosen)]}."
    link.set("aria-label", f"{what}.{days} Calendar: {first.dates}.")
    link.set("data-what", what)
    link.set("data-dates", first.dates)
    link.set("data-days", "|".join(first.days))
    return link
