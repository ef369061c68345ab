"""The course timeline as a self-contained piece of a page, and the same events as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from xml.etree.ElementTree import Element, SubElement, tostring

from reinfuse.record import Course
from reinfuse.report.timeline.anchors import Anchor, usual_day_0
from reinfuse.report.timeline.details import Detail, details_of
from reinfuse.report.timeline.marks import Marks, gather_marks
from reinfuse.report.timeline.picture import draw_picture
from reinfuse.report.timeline.table import make_table

_HINT = (
    "Point at an event, or reach the events with Tab: Left and Right step within a lane, Up and"
    " Down between lanes."
)


@dataclass(frozen=True, slots=True)
class TimelineView:
    """The picture of a course and its twin in words.

    `html` is a figure that needs nothing from outside; its marks lead to the rows of
    `table_html`, which belongs on the same page. `css` and `script` go into the page once;
    without the script, and on paper, the last infusion is day 0.
    """

    html: str
    table_html: str
    css: str
    script: str


def draw_timeline(course: Course) -> TimelineView:
    """The timeline of a course."""
    marks = gather_marks(course)
    details = details_of(marks)
    folder = files("reinfuse.report.timeline")
    return TimelineView(
        html=_html(_figure(marks, details)),
        table_html=_html(make_table(marks, details)),
        css=folder.joinpath("timeline.css").read_text(encoding="utf-8"),
        script=folder.joinpath("timeline.js").read_text(encoding="utf-8"),
    )


def _figure(marks: Marks, details: Mapping[str, Detail]) -> Element:
    chosen = usual_day_0(marks.axis.anchors)
    figure = Element("figure", {"class": "tl", "aria-label": "Course timeline"})
    if chosen is not None:
        _buttons(figure, marks.axis.anchors, chosen)
    figure.append(draw_picture(marks, details, chosen))
    detail = SubElement(figure, "p", {"class": "tl-detail", "role": "status"})
    detail.text = _HINT
    if marks.untimed:
        _without_time(figure, marks, details)
    return figure


def _buttons(figure: Element, anchors: tuple[Anchor, ...], chosen: Anchor) -> None:
    bar = SubElement(figure, "div", {"class": "tl-anchors", "role": "group"})
    bar.set("aria-label", "Day 0")
    SubElement(bar, "span", {"aria-hidden": "true"}).text = "Count days from"
    for anchor in anchors:
        pressed = "true" if anchor is chosen else "false"
        button = SubElement(bar, "button", {"type": "button", "aria-pressed": pressed})
        button.set("data-anchor", anchor.id)
        button.text = anchor.name


def _without_time(figure: Element, marks: Marks, details: Mapping[str, Detail]) -> None:
    line = SubElement(figure, "p", {"class": "tl-untimed"})
    line.text = "Time not stated: "
    for number, told in enumerate(marks.untimed):
        link = SubElement(line, "a", {"href": f"#event-{told.entry.id}"})
        link.text = details[told.entry.id].what
        link.tail = "." if number + 1 == len(marks.untimed) else "; "


def _html(element: Element) -> str:
    # As XML, every < is escaped in attributes too; no tag may be left unclosed in HTML.
    return tostring(element, encoding="unicode", short_empty_elements=False)
