"""Sizes by the CT criteria of Lugano 2014: what is normal, what grew, what is new."""

from __future__ import annotations

from reinfuse.grading.lesions.roles import Selection
from reinfuse.grading.lesions.series import (
    NODE,
    SPLEEN,
    Imaging,
    Lesion,
    Size,
    Visit,
    size_of,
    value_of,
)
from reinfuse.grading.lesions.truths import (
    UNKNOWN,
    above,
    all_of,
    any_of,
    at_least,
    at_most,
    below,
    minus,
    negated,
    product,
    scaled,
    smallest,
    total,
)
from reinfuse.grading.rules.finding import Span, exactly
from reinfuse.grading.rules.judge import Truth

MOST_TARGETS = 6
NODE_CM, EXTRANODAL_CM = 1.5, 1.0  # longest diameter: what is abnormal lies above it
LEFT_AT_PARTIAL, TIMES_AT_PROGRESSION = 0.5, 1.5  # of the product of the two axes
SMALL_CM, RISE_OF_SMALL_CM, RISE_CM = 2.0, 0.5, 1.0
SPLEEN_CM, SPLEEN_RISE_CM, OF_SPLEEN_EXCESS = 13.0, 2.0, 0.5


def size(visit: Visit, lesion: Lesion) -> Size:
    """The two axes of a lesion in cm."""
    return size_of(visit, lesion.name, "cm")


def product_of(visit: Visit, lesion: Lesion) -> Span:
    """The product of the two axes of a lesion, in square centimetres."""
    found = size(visit, lesion)
    return product(found.longest, found.shortest)


def products_sum(visit: Visit, lesions: tuple[Lesion, ...]) -> Span:
    """The sum of the products of some lesions; one not measured leaves it open upward."""
    return total(product_of(visit, lesion) for lesion in lesions)


def measurable(lesion: Lesion, found: Size) -> Truth:
    """Whether a lesion may be a target: a node above 1.5 cm, any other above 1.0 cm."""
    return None if lesion.kind is None else above(found.longest, _least(lesion))


def normal(lesion: Lesion, visit: Visit) -> Truth:
    """Whether nothing abnormal is left: a node of 1.5 cm at most, any other lesion gone."""
    found = size(visit, lesion)
    small = at_most(found.longest, NODE_CM)
    if lesion.kind == NODE:
        return small
    if lesion.kind is None and found.gone is not True:
        return False if small is False else None
    return found.gone


def grown(imaging: Imaging, lesion: Lesion, place: int) -> Truth:
    """Whether a lesion progressed by its own size at the visit at a place of the series.

    It must be above 1.5 cm, its product half again the smallest before, and one axis longer than
    its smallest by 0.5 cm, or by 1.0 cm where the smallest longest diameter was above 2 cm. One
    that had gone is back once it is as large as a new lesion must be.
    """
    before = (imaging.baseline, *imaging.visits[:place])
    now = size(imaging.visits[place], lesion)
    longest = smallest(size(visit, lesion).longest for visit in before)
    shortest = smallest(size(visit, lesion).shortest for visit in before)
    area = smallest(product_of(visit, lesion) for visit in before)
    half_again = at_least(product(now.longest, now.shortest), scaled(area, TIMES_AT_PROGRESSION))
    grew = all_of((above(now.longest, NODE_CM), half_again, _longer(now, longest, shortest)))
    had_gone = at_most(longest, 0.0)
    returned = all_of((had_gone, _large_as_new(lesion, now)))
    return any_of((grew, returned))


def counts_as_new(lesion: Lesion, visit: Visit) -> Truth:
    """Whether a lesion found after baseline counts by its size.

    A node counts above 1.5 cm. Any other counts above 1.0 cm; a smaller one only if a reader
    calls it surely lymphoma, so that its size alone leaves it open.
    """
    found = size(visit, lesion)
    if found.gone is True:
        return False
    large = _large_as_new(lesion, found)
    return large if lesion.kind == NODE or large else None


def spleen_normal(visit: Visit) -> Truth:
    """Whether the spleen is 13 cm long at most."""
    return at_most(spleen(visit), SPLEEN_CM)


def spleen_grown(baseline: Visit, visit: Visit) -> Truth:
    """Whether the spleen progressed from baseline.

    An enlarged spleen must grow by more than half of its excess over 13 cm (15 cm: to above
    16 cm), one that was not enlarged by 2 cm.
    """
    before, now = spleen(baseline), spleen(visit)
    large = above(before, SPLEEN_CM)
    excess = minus(before, exactly(SPLEEN_CM))
    more = above(minus(now, before), scaled(excess, OF_SPLEEN_EXCESS))
    from_normal = at_least(minus(now, before), SPLEEN_RISE_CM)
    return any_of((all_of((large, more)), all_of((negated(large), from_normal))))


def spleen_fallen(baseline: Visit, visit: Visit) -> Truth:
    """Whether an enlarged spleen lost more than half of its excess over 13 cm."""
    before, now = spleen(baseline), spleen(visit)
    excess = minus(before, exactly(SPLEEN_CM))
    left = below(minus(now, exactly(SPLEEN_CM)), scaled(excess, OF_SPLEEN_EXCESS))
    return any_of((at_most(before, SPLEEN_CM), left))


def spleen(visit: Visit) -> Span:
    """The length of the spleen in cm."""
    found = value_of(visit, SPLEEN, "cm")
    return UNKNOWN if found is None else found


def _longer(now: Size, longest: Span, shortest: Span) -> Truth:
    rises = (minus(now.longest, longest), minus(now.shortest, shortest))
    much = any_of(at_least(rise, RISE_CM) for rise in rises)
    some = any_of(at_least(rise, RISE_OF_SMALL_CM) for rise in rises)
    return any_of((much, all_of((at_most(longest, SMALL_CM), some))))


def _large_as_new(lesion: Lesion, found: Size) -> Truth:
    if lesion.kind is not None:
        return above(found.longest, _least(lesion))
    ends = (above(found.longest, NODE_CM), above(found.longest, EXTRANODAL_CM))
    return ends[0] if ends[0] == ends[1] else None


def _least(lesion: Lesion) -> float:
    return NODE_CM if lesion.kind == NODE else EXTRANODAL_CM


SELECTION = Selection(
    most=MOST_TARGETS,
    per_organ=None,
    unit="cm",
    measurable=measurable,
    extent=lambda lesion, found: found.longest,
)
