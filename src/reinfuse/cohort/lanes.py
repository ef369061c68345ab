"""The lanes of a swimmer plot: how long each patient is known, and what happened by when."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.cohort.graded import GradeColumns
from reinfuse.cohort.members import Member
from reinfuse.grading.endpoints import Happening, What

SEVERE = 3
TOXICITIES = ("CRS", "ICANS")
SEVERE_BY = {"ASTCT-CRS-2019": "CRS", "ASTCT-ICANS-2019": "ICANS"}
_SHOWN = {
    What.REMISSION: "remission",
    What.RELAPSE: "relapse",
    What.TRANSPLANT: "transplant",
    What.DEATH: "death",
}
_INFUSION = "infusion"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneEvent:
    """Something on a lane; `days` are the first and last day on which it can have been."""

    kind: str
    days: tuple[float, float]
    words: str = ""

    @property
    def place(self) -> float:
        """Where it is drawn: its latest day, for that is when it is sure."""
        return self.days[1] if math.isfinite(self.days[1]) else self.days[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One patient: how long they are known, whether they were alive then, what happened."""

    patient: str
    last_day: float
    alive: bool | None
    events: tuple[LaneEvent, ...] = ()


def lane_of(member: Member, day_0: str, toxicities: Sequence[LaneEvent] = ()) -> Lane:
    """The lane of one patient; `day_0` says what stands on its day 0.

    `toxicities` are severe toxicities known from elsewhere than the member's own grades.
    """
    history = member.history
    events = sorted((*_events(member, day_0), *toxicities), key=lambda event: event.place)
    death = next(iter(history.of(What.DEATH)), None)
    seen = 0.0
    if history.seen is not None:
        seen = history.seen.high if math.isfinite(history.seen.high) else history.seen.low
    known = [seen, *(event.place for event in events if math.isfinite(event.place))]
    return Lane(
        patient=member.name,
        last_day=max(0.0, *known),
        alive=False if death is not None else (True if history.seen is not None else None),
        events=tuple(events),
    )


def severe_in_columns(graded: GradeColumns) -> dict[int, list[LaneEvent]]:
    """Peaks of grade 3 or more by place of the patient, of the criteria whose words say so."""
    found: dict[int, list[LaneEvent]] = {}
    for place, criterion in enumerate(graded.criteria):
        if criterion.name in SEVERE_BY:
            severe = (graded.criterion == place) & (graded.low >= SEVERE)
            for line in np.flatnonzero(severe & ~np.isnan(graded.peak_day)):
                day = float(graded.peak_day[line])
                words = f"{SEVERE_BY[criterion.name]} grade {graded.level(int(line), graded.low)}"
                event = LaneEvent(kind="toxicity", days=(day, day), words=words)
                found.setdefault(int(graded.patient[line]), []).append(event)
    return found


def _events(member: Member, day_0: str) -> Iterator[LaneEvent]:
    yield LaneEvent(kind="transplant" if day_0 == "transplant" else _INFUSION, days=(0.0, 0.0))
    remissions = member.history.of(What.REMISSION)[:1]
    for one in member.history.happenings:
        if one.what in _SHOWN and (one.what is not What.REMISSION or one in remissions):
            yield _event(one, _SHOWN[one.what])
        elif one.what is What.NEW_THERAPY and _INFUSION in one.ref:
            yield _event(one, _INFUSION)
    for grade in member.grades:
        if grade.topic in TOXICITIES:
            for episode in grade.episodes:
                if isinstance(episode.peak, int) and episode.peak >= SEVERE:
                    day = float(episode.peak_day)
                    words = f"{grade.topic} grade {episode.peak}"
                    yield LaneEvent(kind="toxicity", days=(day, day), words=words)


def _event(one: Happening, kind: str) -> LaneEvent:
    words = f"{one.what} ({one.detail})" if one.detail else ""
    return LaneEvent(kind=kind, days=(one.days.low, one.days.high), words=words)
