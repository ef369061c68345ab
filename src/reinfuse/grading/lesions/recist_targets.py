"""The sum of diameters of RECIST 1.1: what goes into it, and when it fell, rose or is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse.grading.lesions.roles import Selection
from reinfuse.grading.lesions.series import NODE, Imaging, Lesion, Size, Visit, size_of
from reinfuse.grading.lesions.truths import (
    all_of,
    any_of,
    at_least,
    at_most,
    below,
    minus,
    negated,
    scaled,
    smallest,
    total,
)
from reinfuse.grading.rules.finding import Span
from reinfuse.grading.rules.judge import Truth

MOST_TARGETS, MOST_PER_ORGAN = 5, 2
LEAST_LONGEST_MM, LEAST_NODE_MM, NORMAL_NODE_MM = 10.0, 15.0, 10.0
LEFT_AT_PARTIAL, TIMES_AT_PROGRESSION, RISE_MM = 0.70, 1.20, 5.0


@dataclass(frozen=True, slots=True)
class Sums:
    """The sum of the targets at a visit, at baseline, and the smallest before the visit, in mm."""

    now: Span
    baseline: Span
    nadir: Span

    @property
    def exact(self) -> bool:
        """Whether all three are known."""
        return self.now.exact and self.baseline.exact and self.nadir.exact


def diameter(lesion: Lesion, visit: Visit) -> Span:
    """What a lesion adds to the sum: a node its short axis, any other its longest diameter."""
    return _extent(lesion, size_of(visit, lesion.name, "mm"))


def measurable(lesion: Lesion, size: Size) -> Truth:
    """Whether a lesion may be a target: a node from 15 mm short axis, any other from 10 mm."""
    if lesion.kind is None:
        return None
    least = LEAST_NODE_MM if lesion.kind == NODE else LEAST_LONGEST_MM
    return at_least(_extent(lesion, size), least)


def sums_at(imaging: Imaging, targets: tuple[Lesion, ...], place: int) -> Sums:
    """The sums that a visit of the series is judged by; the baseline counts as a nadir too."""
    baseline = _sum_at(imaging.baseline, targets)
    earlier = (_sum_at(visit, targets) for visit in imaging.visits[:place])
    return Sums(_sum_at(imaging.visits[place], targets), baseline, smallest((baseline, *earlier)))


def fallen(sums: Sums) -> Truth:
    """Whether the sum fell by 30 % at least from baseline."""
    return at_most(sums.now, scaled(sums.baseline, LEFT_AT_PARTIAL))


def grown(sums: Sums) -> Truth:
    """Whether the sum rose by a fifth and by 5 mm from its smallest."""
    fifth = at_least(sums.now, scaled(sums.nadir, TIMES_AT_PROGRESSION))
    return all_of((fifth, at_least(minus(sums.now, sums.nadir), RISE_MM)))


def normal(lesion: Lesion, visit: Visit) -> Truth:
    """Whether nothing is left: a node is below 10 mm short axis, any other lesion gone."""
    size = size_of(visit, lesion.name, "mm")
    small = below(size.shortest, NORMAL_NODE_MM)
    if lesion.kind == NODE:
        return small
    if lesion.kind is None and size.gone is not True:
        return False if small is False else None
    return size.gone


def all_normal(visit: Visit, targets: tuple[Lesion, ...]) -> Truth:
    """Whether nothing is left of any target."""
    return all_of(normal(lesion, visit) for lesion in targets)


def back(imaging: Imaging, targets: tuple[Lesion, ...], place: int) -> Truth:
    """Whether a target that is no node is there again after a visit at which all were gone."""
    now = imaging.visits[place]
    again = any_of(_there(lesion, now) for lesion in targets if lesion.kind != NODE)
    before = any_of(_all_gone_before(imaging, targets, place))
    return all_of((again, before))


def _there(lesion: Lesion, visit: Visit) -> Truth:
    gone = size_of(visit, lesion.name, "mm").gone
    return None if lesion.kind is None and gone is False else negated(gone)


def _all_gone_before(imaging: Imaging, targets: tuple[Lesion, ...], place: int) -> Iterator[Truth]:
    for visit in imaging.visits[:place]:
        yield all_normal(visit, targets)


def _sum_at(visit: Visit, targets: tuple[Lesion, ...]) -> Span:
    return total(diameter(lesion, visit) for lesion in targets)


def _extent(lesion: Lesion, size: Size) -> Span:
    if lesion.kind is None:
        return size.shortest.with_(size.longest)
    return size.shortest if lesion.kind == NODE else size.longest


SELECTION = Selection(
    most=MOST_TARGETS,
    per_organ=MOST_PER_ORGAN,
    unit="mm",
    measurable=measurable,
    extent=_extent,
)
