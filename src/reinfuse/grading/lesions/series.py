"""The lesions of a chart and what each visit says of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reinfuse.grading.chart.findings import finding_of
from reinfuse.grading.lesions.truths import NOTHING, UNKNOWN
from reinfuse.grading.rules.finding import Span, exactly
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.vocabulary import items

LONGEST, SHORTEST = "lesion longest diameter", "lesion shortest diameter"
KIND, ROLE, ORGAN, STATUS = "lesion kind", "lesion role", "lesion organ", "lesion status"
NEW_LESION, SPLEEN, MARROW = "new lesion", "spleen length", "marrow lymphoma"
SCORE, UPTAKE_CHANGE, SUV_MAX = "Deauville score", "uptake change", "lesion SUVmax"
SUL_PEAK, TLG, MARROW_UPTAKE = "lesion SULpeak", "TLG", "marrow uptake"

NODE, EXTRANODAL = "node", "extranodal"
TARGET, NON_TARGET, NEW = "target", "non-target", "new"
ABSENT, TOO_SMALL, PRESENT = "absent", "too small to measure", "present"
WORSE_SURELY = "unequivocal progression"

SAME_VISIT_DAYS = 3  # scans so close together are one visit (ours)
TOO_SMALL_MM = 5.0  # what RECIST 1.1 and Lugano 2014 write for a lesion too small to measure
# A lesion that is seen is more than nothing, however small: "below 5 mm" is never "gone".
_SEEN = 1e-6
_NAMELESS = (LONGEST, SHORTEST, SUL_PEAK)  # what a single lesion without a name may carry
_OF_A_LESION = (
    LONGEST,
    SHORTEST,
    KIND,
    ROLE,
    ORGAN,
    STATUS,
    SCORE,
    UPTAKE_CHANGE,
    SUV_MAX,
    SUL_PEAK,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """One lesion by the name that its marks carry as site; None is not recorded."""

    name: str
    kind: str | None = None
    role: str | None = None
    organ: str | None = None


Place = tuple[str, str | None]  # an item and a site; None for all sites


@dataclass(frozen=True, slots=True)
class Visit:
    """The marks of one visit; `day` is that of the first, `held` finds them by item and site."""

    day: int
    marks: tuple[Mark, ...]
    held: Mapping[Place, tuple[Mark, ...]]

    @classmethod
    def on(cls, day: int, marks: Iterable[Mark]) -> Visit:
        """The visit of a day with its marks looked up by item and site."""
        kept = tuple(marks)
        held: dict[Place, list[Mark]] = {}
        for mark in kept:
            for site in (mark.site or "", None):
                held.setdefault((mark.item, site), []).append(mark)
        return cls(day, kept, {place: tuple(found) for place, found in held.items()})

    def of(self, item: str, site: str | None = None) -> tuple[Mark, ...]:
        """The marks of an item, of one site if it is given."""
        return self.held.get((item, site), ())

    def words(self, item: str, site: str | None = None) -> frozenset[str]:
        """The words charted of an item."""
        return frozenset(_word(mark) for mark in self.of(item, site))


@dataclass(frozen=True, slots=True, kw_only=True)
class Imaging:
    """The lesions of one subject, the visit before day 0 and those after it.

    `baseline` is the last visit on or before day 0; without one nothing is known of it.
    """

    subject: str
    lesions: tuple[Lesion, ...]
    baseline: Visit
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """What a visit says of the two axes of a lesion, in one unit; unknown is 0 to infinity."""

    longest: Span
    shortest: Span

    @property
    def exact(self) -> bool:
        """Whether both axes are known."""
        return self.longest.exact and self.shortest.exact

    @property
    def gone(self) -> bool | None:
        """Whether nothing is left of the lesion."""
        if self.longest.high == 0:
            return True
        return False if self.longest.low > 0 else None


def imaging_of(chart: Chart, opening: tuple[str, ...], *, pet: bool) -> Imaging:
    """The imaging of a chart by PET or by another method.

    `opening` are the items that make a visit. A mark without a method serves both. Marks within
    three days are one visit, never across day 0.
    """
    marks = tuple(mark for mark in chart.marks if _by_method(mark, pet=pet))
    days: list[int] = []
    for mark in marks:
        day = math.floor(mark.day)
        if mark.item in opening and not any(_same_visit(first, day) for first in days):
            days.append(day)
    visits = [
        Visit.on(day, (mark for mark in marks if _same_visit(day, math.floor(mark.day))))
        for day in days
    ]
    before = [visit for visit in visits if visit.day <= 0]
    return Imaging(
        subject=chart.subject,
        lesions=_lesions(chart),
        baseline=before[-1] if before else Visit.on(0, ()),
        visits=tuple(visit for visit in visits if visit.day > 0),
    )


def size_of(visit: Visit, lesion: str, unit: str) -> Size:
    """The two axes of a lesion at a visit.

    Absent is 0 x 0, too small to measure 5 x 5 mm; a value below a limit is more than nothing.
    One axis bounds the other. Where a word and a size disagree, both stay possible.
    """
    longest, shortest = (
        value_of(visit, LONGEST, unit, lesion),
        value_of(visit, SHORTEST, unit, lesion),
    )
    worded = _worded(visit.words(STATUS, lesion), unit)
    if longest is None and shortest is None:
        return worded
    if longest is not None and shortest is not None:
        ends = sorted((longest, shortest), key=lambda span: span.high)
        found = Size(ends[1], ends[0])
    elif longest is not None:
        found = Size(longest, Span(min(longest.low, _SEEN), longest.high))
    else:
        least = shortest or NOTHING
        found = Size(Span(least.low, 0.0 if least.high == 0 else math.inf), least)
    if worded.gone is True:
        return Size(found.longest.with_(NOTHING), found.shortest.with_(NOTHING))
    return found


def value_of(visit: Visit, item: str, unit: str, site: str | None = None) -> Span | None:
    """The number of an item at a visit, the largest of several; None if it was not recorded."""
    spans = [
        _seen_span(mark, unit) for mark in visit.of(item, site)
        if isinstance(mark.value, Quantity) and items()[item].takes(mark.value.unit)
    ]  # fmt: skip
    return max(spans, key=lambda span: span.high) if spans else None


def _seen_span(mark: Mark, unit: str) -> Span:
    found = finding_of(items()[mark.item], mark, unit)
    if not isinstance(found, Span):
        return UNKNOWN
    bounded = isinstance(mark.value, Quantity) and not mark.value.exact
    return Span(_SEEN, found.high) if bounded and found.low == 0 else found


def _worded(words: frozenset[str], unit: str) -> Size:
    """The size that the word of a reader stands for."""
    if ABSENT in words and len(words) == 1:
        return Size(NOTHING, NOTHING)
    if TOO_SMALL in words and len(words) == 1:
        least = exactly(items()[LONGEST].converted(TOO_SMALL_MM, "mm", unit))
        return Size(least, least)
    if words and ABSENT not in words:
        return Size(Span(_SEEN, math.inf), Span(_SEEN, math.inf))
    return Size(UNKNOWN, UNKNOWN)


def _lesions(chart: Chart) -> tuple[Lesion, ...]:
    names = dict.fromkeys(
        mark.site or "" for mark in chart.marks
        if mark.item in _OF_A_LESION or (mark.item == NEW_LESION and mark.site)
    )  # fmt: skip
    return tuple(
        Lesion(
            name=name,
            kind=_last_word(chart, KIND, name),
            role=_last_word(chart, ROLE, name) or _said_new(chart, name),
            organ=_last_word(chart, ORGAN, name),
        )
        for name in names
        if not (name == "" and not any(mark.item in _NAMELESS for mark in _at(chart, name)))
    )


def _said_new(chart: Chart, name: str) -> str | None:
    marks = [mark for mark in chart.of_item(NEW_LESION) if (mark.site or "") == name]
    return NEW if any(mark.value is True for mark in marks) else None


def _at(chart: Chart, name: str) -> tuple[Mark, ...]:
    return tuple(mark for mark in chart.marks if (mark.site or "") == name)


def _last_word(chart: Chart, item: str, name: str) -> str | None:
    found = [_word(mark) for mark in chart.of_item(item) if (mark.site or "") == name]
    return found[-1] if found else None


def _word(mark: Mark) -> str:
    """The word of a mark; a number such as a score is read as its digits."""
    return f"{mark.value.value:g}" if isinstance(mark.value, Quantity) else str(mark.value)


def _by_method(mark: Mark, *, pet: bool) -> bool:
    method = (mark.method or "").casefold()
    if not method:
        return True
    return "pet" in method if pet else method not in ("pet", "fdg-pet", "fdg pet")


def _same_visit(first: int, day: int) -> bool:
    return first <= day <= first + SAME_VISIT_DAYS and (first <= 0) == (day <= 0)
