"""A swimmer plot: a lane for each patient from day 0, with what happened on it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.cohort.lanes import Lane, LaneEvent
from reinfuse.report.charts.drawing import Frame, Spec, framed, layer, render_svg
from reinfuse.report.charts.key import Entry, key_layers
from reinfuse.report.charts.marks import day_channel, points, segments, texts
from reinfuse.report.charts.palette import INK, MUTED, PAPER, TRANSPLANT, text_width
from reinfuse.report.charts.values import Chart, NoChart, Table
from reinfuse.report.charts.words import days_shown

TITLE = "Every patient from day 0"
LANE_PX, BAR_PX, TOP_PX, BOTTOM_PX, RIGHT_PX = 26.0, 6.0, 58.0, 48.0, 34.0
LEFT_LEAST_PX, LEFT_MOST_PX, NAME_ROOM_PX = 90.0, 240.0, 24.0
LANE, REMISSION = "#cfd6de", "#7fb3a0"
ROOM = 0.03
MOST_LANES = 200


@dataclass(frozen=True, slots=True)
class LaneKind:
    """How one kind of event stands on a lane."""

    words: str
    shape: str
    fill: str


KINDS = {
    "infusion": LaneKind("CAR-T infusion", "triangle-up", "#3b6fb6"),
    "transplant": LaneKind("transplant", "diamond", TRANSPLANT),
    "remission": LaneKind("first remission seen", "circle", PAPER),
    "relapse": LaneKind("relapse", "square", "#c4572e"),
    "toxicity": LaneKind("CRS or ICANS of grade 3 or more", "triangle-down", "#c02f8a"),
    "death": LaneKind("death", "cross", INK),
}


def draw_swimmer(lanes: Sequence[Lane], *, anchor: str, name: str = "swimmer") -> Chart | NoChart:
    """A lane for each patient, the longest known first; `anchor` says what day 0 is.

    An arrow at the end of a lane is a patient last seen alive; a lane without one ends with what
    is recorded. With more than 200 patients only the first 200 lanes are drawn; the table holds
    all.
    """
    if not lanes:
        return NoChart(name=name, title=TITLE, why=f"No patient has {anchor} to count from.")
    ordered = sorted(lanes, key=lambda lane: (-lane.last_day, lane.patient))
    drawn = ordered[:MOST_LANES]
    first, last = _days(drawn)
    longest = max(text_width(lane.patient) for lane in drawn)
    left = min(max(LEFT_LEAST_PX, longest + NAME_ROOM_PX), LEFT_MOST_PX)
    frame = framed(
        height=LANE_PX * len(drawn), left=left, top=TOP_PX, right=RIGHT_PX, bottom=BOTTOM_PX
    )
    description = " ".join(_described(lane) for lane in ordered)
    body: Spec = {"layer": list(_layers(drawn, frame, first, last, anchor))}
    return Chart(
        name=name,
        title=TITLE,
        svg=render_svg(body, frame, name=name, title=TITLE, description=description),
        description=description,
        table=Table(
            ("Patient", "Known to day", "Alive then", "What happened"),
            tuple(_row(lane) for lane in ordered),
        ),
        notes=tuple(_notes(ordered)),
    )


def _days(lanes: Sequence[Lane]) -> tuple[float, float]:
    placed = [event.place for lane in lanes for event in lane.events]
    low = min([0.0, *(day for day in placed if math.isfinite(day))])
    high = max([1.0, *(lane.last_day for lane in lanes), *(d for d in placed if math.isfinite(d))])
    room = ROOM * (high - low)
    return low - room, high + room


def _layers(
    lanes: Sequence[Lane], frame: Frame, first: float, last: float, anchor: str
) -> Iterator[Spec]:
    def px(day: float) -> float:
        return frame.width * (day - first) / (last - first)

    axis = {**day_channel(f"Day since {anchor}", first, last), "field": "x"}
    yield layer({"type": "point", "opacity": 0}, [{"x": first}], x=axis)
    middles = {lane.patient: LANE_PX * (number + 0.5) for number, lane in enumerate(lanes)}
    bars = [
        {
            "x": px(0.0), "x2": px(lane.last_day),
            "y": middles[lane.patient] - BAR_PX, "y2": middles[lane.patient] + BAR_PX,
        }
        for lane in lanes
    ]  # fmt: skip
    yield segments({"type": "rect", "color": LANE}, bars)
    alive: list[Spec] = [
        {"x": px(lane.last_day) + 6, "y": middles[lane.patient], "shape": "triangle-right",
         "fill": MUTED}
        for lane in lanes if lane.alive
    ]  # fmt: skip
    yield points({"size": 60, "stroke": MUTED}, alive)
    spots = [
        {"x": px(event.place), "y": middles[lane.patient], "shape": KINDS[event.kind].shape,
         "fill": KINDS[event.kind].fill}
        for lane in lanes for event in lane.events if math.isfinite(event.place)
    ]  # fmt: skip
    yield points({"size": 80, "stroke": INK, "strokeWidth": 1.2}, spots)
    names = [
        {"x": -10, "y": middles[lane.patient], "text": _fitted(lane.patient)} for lane in lanes
    ]
    yield from texts(names, align="right")
    yield from key_layers(_key(lanes), frame)


def _fitted(name: str) -> str:
    """A long code by its beginning and its end, which tell it from others; the table has it all."""
    most = int((LEFT_MOST_PX - NAME_ROOM_PX) / text_width("0"))
    half = (most - 1) // 2
    return name if len(name) <= most else f"{name[:half]}…{name[-half:]}"


def _key(lanes: Sequence[Lane]) -> list[list[Entry]]:
    used = {event.kind for lane in lanes for event in lane.events}
    entries = [
        Entry("point", kind.words, colour=INK, shape=kind.shape, fill=kind.fill)
        for name, kind in KINDS.items()
        if name in used
    ]
    if any(lane.alive for lane in lanes):
        entries.append(Entry("point", "last seen alive", shape="triangle-right", fill=MUTED))
    half = -(-len(entries) // 2)
    return [entries[:half], entries[half:]] if len(entries) > half else [entries]


def _described(lane: Lane) -> str:
    happened = "; ".join(_event_words(event) for event in lane.events)
    return f"{lane.patient}: known to day {lane.last_day:g}, {_fate(lane)}. {happened}".rstrip()


def _row(lane: Lane) -> tuple[str, ...]:
    happened = "; ".join(_event_words(event) for event in lane.events)
    return lane.patient, f"{lane.last_day:g}", _fate(lane), happened


def _fate(lane: Lane) -> str:
    return {True: "alive", False: "dead", None: "not stated"}[lane.alive]


def _event_words(event: LaneEvent) -> str:
    words = event.words or KINDS[event.kind].words
    return f"{words}, {days_shown(*event.days)}"


def _notes(lanes: Sequence[Lane]) -> Iterator[str]:
    if any(event.days[0] != event.days[1] for lane in lanes for event in lane.events):
        yield "An event of uncertain time stands on the last day on which it can have been."
    if len(lanes) > MOST_LANES:
        yield f"Drawn are the {MOST_LANES} patients known longest; the table holds all."
    if any(lane.alive is None for lane in lanes):
        yield "A lane without arrow or cross ends with the last day that anything was recorded."
