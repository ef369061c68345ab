"""A series of daily grades: how levels are ordered, and the episodes they make."""

from __future__ import annotations

from collections.abc import Iterable

from reinfuse.grading.grade import Criterion, DayGrade, Episode, Level


def rank(criterion: Criterion, level: Level) -> float:
    """Where a level stands: by its place in the criterion, or by its number."""
    if level in criterion.levels:
        return criterion.levels.index(level)
    return float(level)


def episodes(
    criterion: Criterion, series: Iterable[DayGrade], none: Level = 0
) -> tuple[Episode, ...]:
    """The runs of days surely above `none`; a day surely at `none` ends a run (ours).

    A day that was not assessed, or whose grade is open, ends nothing.
    """
    found: list[Episode] = []
    running: Episode | None = None
    floor = rank(criterion, none)
    for day in series:
        low, high = rank(criterion, day.low), rank(criterion, day.high)
        if low > floor:
            if running is None:
                running = Episode(onset=day.day, peak=day.low, peak_day=day.day, resolved=None)
            elif low > rank(criterion, running.peak):
                running = Episode(
                    onset=running.onset, peak=day.low, peak_day=day.day, resolved=None
                )
        elif high <= floor and running is not None:
            found.append(_ended(running, day.day))
            running = None
    return (*found, running) if running is not None else tuple(found)


def _ended(episode: Episode, day: int) -> Episode:
    return Episode(onset=episode.onset, peak=episode.peak, peak_day=episode.peak_day, resolved=day)
