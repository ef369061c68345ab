"""What a reader must know of lesions that were drawn, followed, or left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.following import Followed, NotFollowed, Registered, Unregistered
from reinfuse.imaging.measured.boxes import Boxes, WantedLesion
from reinfuse.imaging.measured.drawing import Attempts
from reinfuse.imaging.measured.scanning import Scan
from reinfuse.imaging.measures import Measured, Uptake


def one_twice(
    lesions: Sequence[WantedLesion], scans: Sequence[Scan], attempts: Attempts
) -> Iterator[Finding]:
    """Lesions of one scan that share their hottest voxel are one lesion under several names."""
    for scan in scans:
        known: dict[tuple[float, float, float], str] = {}
        for lesion in lesions:
            found = attempts.get((lesion.name, scan.name))
            if not isinstance(found, Measured) or not isinstance(found.uptake, Uptake):
                continue
            other = known.setdefault(found.uptake.hottest_mm, lesion.name)
            if other != lesion.name:
                yield Finding(
                    severity=Severity.CONTRADICTION,
                    rule="petct-one-lesion-twice",
                    what=f"{other} and {lesion.name} have the same hottest voxel",
                    where=scan.name,
                    fix="narrow their boxes, or leave one out",
                )


def not_accepted(boxes: Boxes) -> Iterator[Finding]:
    """That lesions wait for a person."""
    names = [one.name for one in boxes.lesions if not one.accepted]
    if names:
        one = len(names) == 1
        what = (
            f"{len(names)} of the lesions in the boxes {'is' if one else 'are'} not accepted and "
            f"{'was' if one else 'were'} not measured"
        )
        fix = f"write `accepted: true` if {'it is a lesion' if one else 'they are lesions'}"
        yield _noted(Severity.NOTE, "petct-not-accepted", what, boxes.file, fix)


def of_following(
    followed: Followed | NotFollowed | None, registered: Mapping[str, Registered | Unregistered]
) -> Iterator[Finding]:
    """What registering and following have to tell, or why nothing was followed."""
    if isinstance(followed, Followed):
        yield from followed.findings
        return
    # Without lesions the motion carried references alone, and is told of all the same.
    for one in registered.values():
        yield from one.findings if isinstance(one, Registered) else ()
    if followed is not None:
        what = f"lesions could not be followed: {followed.why}"
        fix = "draw every lesion in every scan, or leave this scan out"
        yield _noted(Severity.ERROR, "petct-not-followed", what, followed.time_point, fix)


def _noted(severity: Severity, rule: str, what: str, where: str, fix: str) -> Finding:
    return Finding(severity=severity, rule=rule, what=what, where=where, fix=fix)
