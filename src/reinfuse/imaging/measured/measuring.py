"""From folders to results: scans read, lesions drawn, measured, and followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.following import Followed, NotFollowed, TimePoint, follow
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.lesions import Holes, NoLesion, delineate, find_candidates
from reinfuse.imaging.measured.boxes import Boxes, WantedLesion
from reinfuse.imaging.measured.looking import Attempt, Refused, look_at
from reinfuse.imaging.measured.results import Lesion, Look, Results
from reinfuse.imaging.measured.scanning import Failed, Scan, named, read_scan
from reinfuse.imaging.measures import Measured, Uptake, measure

Progress = Callable[[str], None]


def measure_scans(
    folders: Sequence[Path],
    boxes: Boxes,
    *,
    seed: int,
    progress: Progress = lambda _step: None,
) -> Results:
    """Measure the lesions of `boxes` in PET/CT scans, one folder or zip for each time point.

    A scan that cannot be read is told in `failed`, and the others are measured. Without lesions,
    candidates are listed. `seed` is that of the registration, which is made where more than one
    scan is read. Raises ReinfuseError where folders and boxes do not fit, or the order in time is
    not known.
    """
    pairs = named(folders, boxes)
    following = bool(boxes.lesions) and len(pairs) > 1
    read: list[Scan] = []
    failed: list[Failed] = []
    for path, wanted in pairs:
        progress(f"reading {wanted.name}")
        one = read_scan(path, wanted, with_ct=following)
        if isinstance(one, Failed):
            failed.append(one)
        else:
            read.append(one)
    scans, days, from_infusion = _in_order(read)
    attempts = {
        (lesion.name, scan.name): _attempt(lesion, scan, boxes.psf_mm, progress)
        for lesion in boxes.lesions
        for scan in scans
        if scan.name in lesion.places
    }
    followed = _followed(scans, days, attempts, seed, progress) if boxes.lesions else None
    candidates = {}
    for scan in scans if not boxes.lesions else ():
        progress(f"looking for candidates in {scan.name}")
        candidates[scan.name] = find_candidates(scan.suv, psf_mm=boxes.psf_mm)
    through = followed if isinstance(followed, Followed) else None
    later = [scan.name for scan in scans[1:]]
    return Results(
        boxes=boxes,
        scans=scans,
        days=days,
        days_from_infusion=from_infusion,
        lesions=tuple(
            Lesion(wanted=one, looks=_looks(one, scans, attempts, followed))
            for one in boxes.lesions
        ),
        candidates=candidates,
        registrations=dict(zip(later, through.registrations, strict=True)) if through else {},
        failed=tuple(failed),
        findings=(
            *(through.findings if through else _not_followed(followed)),
            *_one_twice(boxes, scans, attempts),
        ),
    )


def _in_order(read: Sequence[Scan]) -> tuple[tuple[Scan, ...], dict[str, int], bool]:
    """The scans by time, each one's day, and whether days count from the infusion."""
    stated = {one.name: one.wanted.day for one in read if one.wanted.day is not None}
    dates = {one.name: one.date.toordinal() for one in read if one.date is not None}
    if len(stated) == len(read):
        days, from_infusion = stated, True
    elif len(dates) == len(read):
        first = min(dates.values())
        days, from_infusion = {name: day - first for name, day in dates.items()}, False
    elif len(read) == 1:
        days, from_infusion = {read[0].name: 0}, False
    else:
        unknown = [one.name for one in read if one.name not in stated]
        raise ReinfuseError(
            f"the day of {', '.join(unknown)} is not known, and not every file has a date",
            fix="write `day` for every scan under `scans` in the boxes",
        )
    if len(set(days.values())) < len(days):
        raise ReinfuseError(
            "two scans are of one day", fix="write `day` for every scan, or leave one out"
        )
    return tuple(sorted(read, key=lambda one: days[one.name])), days, from_infusion


def _attempt(lesion: WantedLesion, scan: Scan, psf_mm: float | None, progress: Progress) -> Attempt:
    """One lesion drawn and measured where it was said to be."""
    progress(f"measuring {lesion.name} in {scan.name}")
    place = lesion.places[scan.name]
    try:
        drawn = delineate(
            scan.suv,
            place.region(scan.suv),
            place.rule or lesion.rule,
            label=lesion.name,
            psf_mm=psf_mm,
            holes=Holes.FILLED if lesion.fill_holes else Holes.KEPT,
        )
        if isinstance(drawn, NoLesion):
            return drawn
        return measure(scan.suv, drawn, psf_mm=psf_mm)
    except ReinfuseError as problem:
        return Refused(what=problem.what, fix=problem.fix)


def _followed(
    scans: Sequence[Scan],
    days: Mapping[str, int],
    attempts: Mapping[tuple[str, str], Attempt],
    seed: int,
    progress: Progress,
) -> Followed | NotFollowed | None:
    if not scans:
        return None
    if len(scans) > 1:
        progress(f"registering {len(scans)} scans")
    points = [
        TimePoint(
            name=scan.name,
            day=days[scan.name],
            suv=scan.suv,
            ct=scan.ct,
            lesions=tuple(_drawn_in(scan.name, attempts)),
        )
        for scan in scans
    ]
    try:
        return follow(points, seed=seed)
    except ReinfuseError as problem:
        # What was drawn is measured all the same.
        return NotFollowed(time_point=", ".join(scan.name for scan in scans), why=problem.what)


def _drawn_in(scan: str, attempts: Mapping[tuple[str, str], Attempt]) -> list[Delineated]:
    return [
        one.lesion
        for (_, name), one in attempts.items()
        if name == scan and not isinstance(one, (NoLesion, Refused))
    ]


def _looks(
    lesion: WantedLesion,
    scans: Sequence[Scan],
    attempts: Mapping[tuple[str, str], Attempt],
    followed: Followed | NotFollowed | None,
) -> tuple[Look, ...]:
    looks: list[Look] = []
    for scan in scans:
        attempt = attempts.get((lesion.name, scan.name))
        looks.append(look_at(lesion.name, scan.name, attempt, followed, looks))
    return tuple(looks)


def _one_twice(
    boxes: Boxes, scans: Sequence[Scan], attempts: Mapping[tuple[str, str], Attempt]
) -> Iterator[Finding]:
    """Lesions of one scan that share their hottest voxel are one lesion under several names."""
    for scan in scans:
        known: dict[tuple[float, float, float], str] = {}
        for lesion in boxes.lesions:
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


def _not_followed(followed: Followed | NotFollowed | None) -> tuple[Finding, ...]:
    if not isinstance(followed, NotFollowed):
        return ()
    return (
        Finding(
            severity=Severity.ERROR,
            rule="petct-not-followed",
            what=f"lesions could not be followed: {followed.why}",
            where=followed.time_point,
            fix="draw every lesion in every scan, or leave this scan out",
        ),
    )
