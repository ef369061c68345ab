"""The table twin of the picture: every event, with its days by each day 0 and by the calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement

from reinfuse.report.timeline.anchors import Anchor
from reinfuse.report.timeline.details import Detail
from reinfuse.report.timeline.marks import Marks


def make_table(marks: Marks, details: Mapping[str, Detail]) -> Element:
    """All events in the order in which they are drawn; those without a time come last."""
    frame = Element("div", {"class": "tl-table", "role": "region", "tabindex": "0"})
    frame.set("aria-label", "All events of the course")
    table = SubElement(frame, "table")
    SubElement(table, "caption").text = "All events, by the earliest day each can have been"
    _head(table, marks.axis.anchors)
    body = SubElement(table, "tbody")
    for detail in _in_order(marks, details):
        _row(body, detail)
    return frame


def _in_order(marks: Marks, details: Mapping[str, Detail]) -> Sequence[Detail]:
    def key(detail: Detail) -> tuple[float, float, int]:
        start = marks.spans[detail.id].start
        first = max(start.low, -1e9) if start.low > float("-inf") else start.high
        return first, start.high, -1 if detail.minute is None else detail.minute

    return sorted(details.values(), key=key)


def _head(table: Element, anchors: tuple[Anchor, ...]) -> None:
    row = SubElement(SubElement(table, "thead"), "tr")
    days = [f"From {anchor.name.lower()}" for anchor in anchors]
    for name in ("Event", *days, "Calendar", "Lane", "Source"):
        SubElement(row, "th", {"scope": "col"}).text = name


def _row(body: Element, detail: Detail) -> None:
    row = SubElement(body, "tr", {"id": f"event-{detail.id}"})
    if detail.from_table:
        row.set("class", "tl-from-table")
    head = SubElement(row, "th", {"scope": "row"})
    head.text = detail.what
    if detail.note:
        SubElement(head, "small").text = detail.note
    for text in (*detail.days, detail.dates, detail.lane, detail.source):
        SubElement(row, "td").text = text
