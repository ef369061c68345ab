"""The looks at a course's lesions as marks of a chart, each under the lesion's own name."""

from __future__ import annotations

import math
from collections.abc import Iterator

from reinfuse.quantity import Quantity
from reinfuse.record import (
    Change,
    Course,
    Infusion,
    Lesion,
    LesionLook,
    Transplant,
    days_of,
)
from reinfuse.record.chart import Mark, MarkValue

_GONE = (Change.RESOLVED,)
_NO_STATUS = (Change.REMOVED, Change.BELOW)


def lesion_marks(course: Course, anchor: Infusion | Transplant) -> Iterator[Mark]:
    """What was seen of each lesion on certain days; a lesion that was cut out is not gone.

    One below the threshold it was drawn by has its SUVmax and no status: neither of the two is
    known of it.

    The longest of the axes given is the longest diameter, the shortest of them the shortest: the
    plane in which they were measured is not recorded.
    """
    for lesion in course.lesions:
        for look in lesion.looks:
            days = days_of(course, look, anchor.id)
            if math.isfinite(days.low) and days.exact:
                for item, value in _seen(lesion, look):
                    yield Mark(
                        item=item,
                        day=days.low,
                        value=value,
                        site=lesion.id,
                        method=look.modality,
                        ref=look.id,
                    )


def _seen(lesion: Lesion, look: LesionLook) -> Iterator[tuple[str, MarkValue]]:
    axes = sorted((axis.to("cm") for axis in look.axes), key=lambda axis: axis.value)
    if axes:
        yield "lesion longest diameter", axes[-1]
        if len(axes) > 1:
            yield "lesion shortest diameter", axes[0]
    if look.change in _GONE:
        yield "lesion status", "absent"
    elif look.change not in _NO_STATUS:
        yield "lesion status", "present"
    if look.change is Change.NEW and lesion.looks[0] is not look:
        yield "new lesion", True
    if look.suv_max is not None:
        yield "lesion SUVmax", Quantity(look.suv_max.value, "{SUV}", look.suv_max.limit)
    if look.deauville is not None:
        yield "Deauville score", str(look.deauville)
