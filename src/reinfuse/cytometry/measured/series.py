"""Results over the days after an infusion, and what drifted between a patient's tubes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from reinfuse.cytometry.measured.gathering import Gathered
from reinfuse.cytometry.measured.values import Series, SeriesPoint, ShareResult, TubeMeasured
from reinfuse.cytometry.placing.drift import Kind, drift
from reinfuse.cytometry.placing.tubes import TubeAt
from reinfuse.cytometry.strategy.panel import Tube
from reinfuse.cytometry.strategy.values import Strategy
from reinfuse.errors import Finding

# Our own choices: beads of one instrument vary by about a tenth from day to day, a hundredth of a
# logicle scale; four spreads of that are a third more or less light, which moves a gate.
DRIFT_SPREADS = 4.0
DRIFT_FLOOR = 0.01


class OfTube(Protocol):
    """Something of one tube."""

    @property
    def tube(self) -> Tube:
        """What the panel says of it."""


T = TypeVar("T", bound=OfTube)


def in_time(found: Iterable[T]) -> tuple[T, ...]:
    """By infusion and day; what has no day comes last, in the order given."""

    def moment(one: OfTube) -> tuple[float, float]:
        day, infusion = one.tube.day, one.tube.infusion
        last = math.inf
        return (last if infusion is None else infusion, last if day is None else day)

    return tuple(sorted(found, key=moment))


def series_of(tubes: Sequence[TubeMeasured], strategy: Strategy) -> tuple[Series, ...]:
    """Each share of the strategy after each infusion, from the tubes whose day is known."""
    infusions = dict.fromkeys(one.tube.infusion for one in tubes if one.tube.day is not None)
    found = [
        Series(name=wanted.name, infusion=infusion, points=_points(tubes, wanted.name, infusion))
        for wanted in strategy.results
        for infusion in infusions
    ]
    return tuple(one for one in found if one.points)


def _points(
    tubes: Sequence[TubeMeasured], name: str, infusion: int | None
) -> tuple[SeriesPoint, ...]:
    return tuple(
        SeriesPoint(day=one.tube.day, file=one.file, sha256=one.sha256, result=result)
        for one in tubes
        if one.tube.day is not None and one.tube.infusion == infusion
        for result in one.results
        if isinstance(result, ShareResult) and result.wanted.name == name
    )


def drift_of(samples: Sequence[Gathered]) -> tuple[Finding, ...]:
    """What moved between tubes, of which there must be four; nothing is told of fewer."""
    days = _days(samples)
    tubes = [
        TubeAt(file=one.sample.file, day=day, positions=one.positions)
        for one, day in zip(samples, days, strict=True)
        if one.positions
    ]
    notes = drift(tubes, limit=DRIFT_SPREADS, floor=DRIFT_FLOOR) if tubes else ()
    return tuple(note.finding for note in notes if note.kind is not Kind.UNKNOWN)


def _days(samples: Sequence[Gathered]) -> list[float]:
    """Days that are all of one count: dates, else days after one infusion, else the order."""
    dates = [one.acquired.day for one in samples]
    if all(day is not None for day in dates):
        return [float(day.toordinal()) for day in dates if day is not None]
    days = [one.tube.day for one in samples]
    if len({one.tube.infusion for one in samples}) == 1 and None not in days:
        return [day for day in days if day is not None]
    return [float(place) for place in range(len(samples))]
