"""Every lesion over time: when it was seen, how large it was, what had become of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reinfuse.quantity import Quantity
from reinfuse.record import Change, Course, Entry, Lesion, LesionLook
from reinfuse.synopsis.moments import Place, ordered, place_of, told
from reinfuse.synopsis.vocabulary import group_site

AXES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionPoint:
    """One look at a lesion; `axes_cm` as measured, `volume_ml` where three axes are known.

    `change` is the record's word for what became of it; None where it has none.
    """

    entry: str
    place: Place
    told: str
    modality: str | None
    axes_cm: tuple[float, ...]
    volume_ml: float | None
    change: Change | None
    suv_max: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionSeries:
    """The looks at one lesion, in the order in which they were taken as far as it is known."""

    lesion: str
    site: str
    group: str
    looks: tuple[LesionPoint, ...]


def ellipsoid_volume_ml(axes: tuple[Quantity, ...]) -> float | None:
    """The volume of an ellipsoid, pi/6 times its three axes; None unless all three are known."""
    if len(axes) != AXES or not all(axis.exact and axis.fits("cm") for axis in axes):
        return None
    return math.pi / 6 * math.prod(axis.to("cm").value for axis in axes)


def lesion_series(course: Course) -> tuple[LesionSeries, ...]:
    """All lesions with their looks; an operation that took one away is a look of its own."""
    return tuple(
        LesionSeries(
            lesion=lesion.id,
            site=lesion.site,
            group=group_site(lesion.site),
            looks=tuple(
                _point(course, look) if isinstance(look, LesionLook) else _removal(course, look)
                for look in ordered(course, [*lesion.looks, *_removing(course, lesion)])
            ),
        )
        for lesion in course.lesions
    )


def _point(course: Course, look: LesionLook) -> LesionPoint:
    return LesionPoint(
        entry=look.id,
        place=place_of(course, look),
        told=told(course, look),
        modality=look.modality,
        axes_cm=tuple(axis.to("cm").value for axis in look.axes if axis.fits("cm")),
        volume_ml=ellipsoid_volume_ml(look.axes),
        change=look.change,
        suv_max=look.suv_max.value if look.suv_max is not None else None,
    )


def _removing(course: Course, lesion: Lesion) -> list[Entry]:
    """The operations that took it away, where no look says so itself."""
    if any(look.change is Change.REMOVED for look in lesion.looks):
        return []
    return [item for item in course.procedures if item.removes == lesion.id]


def _removal(course: Course, item: Entry) -> LesionPoint:
    return LesionPoint(
        entry=item.id,
        place=place_of(course, item),
        told=told(course, item),
        modality="operation",
        axes_cm=(),
        volume_ml=None,
        change=Change.REMOVED,
        suv_max=None,
    )
