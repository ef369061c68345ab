"""What the record says of the infusion that is replayed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.mechanistic.windows import windows_of
from reinfuse.record import Course, Origin, clock_of
from reinfuse.timeline import DayRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """An infusion with what an option can be at odds with.

    `origin` is that of its product, None where the record has no such product; `earlier` are the
    origins of products given before. `transplanted` says whether a transplant from a donor came
    before, by the order of the record. `begins` is the day on which the model begins, counted from
    the infusion.
    """

    infusion: str
    origin: Origin | None
    earlier: tuple[Origin, ...]
    transplanted: bool
    begins: float


def infusions_in_order(course: Course) -> tuple[str, ...]:
    """Ids of the infusions by time, of parts of one dose the first; ReinfuseError if none."""
    if not course.infusions:
        raise ReinfuseError("the course has no infusion to replay", fix="add one under `infusions`")
    return tuple(window.infusion for window in windows_of(course))


def replayed(course: Course, infusion: str) -> Replayed:
    """What the record says of an infusion."""
    clock = clock_of(course)
    products = {product.id: product.origin for product in course.products}
    windows = windows_of(course)
    ordered = [window.infusion for window in windows]
    given = {item.id: products.get(item.product) for item in course.infusions}
    before = ordered[: ordered.index(infusion)]
    return Replayed(
        infusion=infusion,
        origin=given[infusion],
        earlier=tuple(origin for one in before if (origin := given[one]) is not None),
        transplanted=any(
            item.kind.startswith("allo") and _middle(clock.days(item.id, infusion)) < 0
            for item in course.transplants
        ),
        begins=windows[ordered.index(infusion)].first_day,
    )


def _middle(days: DayRange) -> float:
    """The middle of a range of days; an open side counts as the other side, and none as 0."""
    low, high = days.low, days.high
    sides = [side for side in (low, high) if math.isfinite(side)]
    return sum(sides) / len(sides) if sides else 0.0
