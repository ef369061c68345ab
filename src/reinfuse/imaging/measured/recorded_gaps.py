"""What a course does not hold of the looks of a scan, or not in its place, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.measured.looking import NOT_DRAWN
from reinfuse.imaging.measured.recorded_order import placed
from reinfuse.imaging.measured.results import Results
from reinfuse.record import Course, Lesion


def not_recorded(results: Results) -> Iterator[Finding]:
    """Looks with uptake in their place that are neither drawn nor below a threshold."""
    for lesion in results.lesions:
        for look in lesion.looks:
            hot = look.measured is None and look.left is not None and look.state == NOT_DRAWN
            if hot and (lesion.wanted.name, look.scan) not in results.on_ct:
                yield Finding(
                    severity=Severity.GAP,
                    rule="petct-not-recorded",
                    what=f"{look.words}; neither drawn nor below its threshold, it is not put into "
                    "the course",
                    where=f"{lesion.wanted.name}, {look.scan}",
                    fix="draw it with a box or a seed, or write the look by hand",
                )


def out_of_order(course: Course, lesions: Sequence[Lesion]) -> Iterator[Finding]:
    """The looks whose place among those of the course is not known, though their day is."""
    _, unsure = placed(course, lesions)
    for look in (look for lesion in lesions for look in lesion.looks):
        if look.id in unsure and look.when.stated:
            yield Finding(
                severity=Severity.GAP,
                rule="petct-order-unknown",
                what="whether it was before or after a look that the course has is not known",
                where=look.id,
                fix="give that look of the course a day, or put the looks in order by hand",
            )
