"""From folders to results: scans read, registered, lesions drawn, measured, and followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.following import (
    Followed,
    NotFollowed,
    Registered,
    TimePoint,
    Unregistered,
    follow,
)
from reinfuse.imaging.following.references import References
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.lesions import NoLesion
from reinfuse.imaging.measured.boxes import Boxes, WantedLesion, WantedScan
from reinfuse.imaging.measured.by_liver import with_doubted_liver
from reinfuse.imaging.measured.days import Ordered, in_order
from reinfuse.imaging.measured.drawing import Attempts, Drawn, draw_all
from reinfuse.imaging.measured.listing import list_candidates
from reinfuse.imaging.measured.looking import Refused, look_at, with_refusal
from reinfuse.imaging.measured.may_be import with_hints
from reinfuse.imaging.measured.references import read_all, to_be_carried
from reinfuse.imaging.measured.registered import Progress, motions_of, register_all
from reinfuse.imaging.measured.results import Lesion, Look, Results
from reinfuse.imaging.measured.scanning import Failed, Scan, named, read_scan
from reinfuse.imaging.measured.sizes import on_ct_alone
from reinfuse.imaging.measured.telling import not_accepted, of_following, one_twice
from reinfuse.imaging.measures import InSlice
from reinfuse.imaging.suv.body import BODY_WEIGHT, Normaliser


def measure_scans(
    folders: Sequence[Path],
    boxes: Boxes,
    *,
    seed: int,
    normaliser: Normaliser = BODY_WEIGHT,
    infusions: Mapping[int, date] = MappingProxyType({}),
    progress: Progress = lambda _step: None,
) -> Results:
    """Measure the lesions of `boxes` in PET/CT scans, one folder or zip for each time point.

    A scan that cannot be read is told in `failed`, and the others are measured. Without lesions,
    candidates are listed. `seed` is that of the registration, which is made once for every scan
    after the first, where something is to be carried from scan to scan. `infusions` are dates by
    number, from which a scan without `day` counts by the date in its files. Raises ReinfuseError
    where folders and boxes do not fit, or the order in time is not known.
    """
    pairs = named(folders, boxes)
    lesions = [one for one in boxes.lesions if one.accepted]
    carried = len(pairs) > 1 and (bool(lesions) or to_be_carried([one for _, one in pairs]))
    read, failed = _read(pairs, carried, normaliser, progress)
    ordered = in_order(read, infusions)
    scans = ordered.scans
    registered = register_all(scans, seed=seed, progress=progress) if carried else {}
    references = read_all(scans, motions_of(scans, registered))
    drawn = draw_all(lesions, scans, references, boxes, progress=progress)
    drawn = on_ct_alone(drawn, lesions, scans, boxes.folder)
    followed = _followed(ordered, drawn.attempts, registered, seed) if lesions else None
    listed = {
        scan.name: list_candidates(scan, boxes.psf_mm, progress=progress)
        for scan in (() if boxes.lesions else scans)
    }
    return Results(
        boxes=boxes,
        scans=scans,
        days=ordered.days,
        days_from_infusion=ordered.from_infusion,
        lesions=tuple(
            Lesion(wanted=one, looks=_looks(one, scans, references, drawn, followed))
            for one in lesions
        ),
        candidates={name: found for name, (found, _) in listed.items()},
        registrations={
            name: one for name, one in registered.items() if isinstance(one, Registered)
        },
        failed=failed,
        findings=(
            *ordered.findings,
            *of_following(followed, registered),
            *(finding for one in references for finding in one.findings),
            *one_twice(lesions, scans, drawn.attempts),
            *not_accepted(boxes),
            *(finding for _, told in listed.values() for finding in told),
        ),
        normaliser=normaliser,
        followed=followed,
        references=references,
        on_ct={key: one for key, one in drawn.sizes.items() if isinstance(one, InSlice)},
        left_out=tuple(one for one in boxes.lesions if not one.accepted),
    )


def _read(
    pairs: Sequence[tuple[Path, WantedScan]],
    with_ct: bool,
    normaliser: Normaliser,
    progress: Progress,
) -> tuple[tuple[Scan, ...], tuple[Failed, ...]]:
    found: list[Scan | Failed] = []
    for path, wanted in pairs:
        progress(f"reading {wanted.name}")
        found.append(read_scan(path, wanted, with_ct=with_ct, normaliser=normaliser))
    return (
        tuple(one for one in found if isinstance(one, Scan)),
        tuple(one for one in found if isinstance(one, Failed)),
    )


def _followed(
    ordered: Ordered,
    attempts: Attempts,
    registered: Mapping[str, Registered | Unregistered],
    seed: int,
) -> Followed | NotFollowed | None:
    scans = ordered.scans
    if not scans:
        return None
    points = [
        TimePoint(
            name=scan.name,
            day=ordered.days[scan.name],
            suv=scan.suv,
            ct=scan.ct,
            lesions=tuple(_drawn_in(scan.name, attempts)),
        )
        for scan in scans
    ]
    try:
        given = [registered[scan.name] for scan in scans[1:]]
        return follow(points, seed=seed, registrations=given)
    except ReinfuseError as problem:
        # What was drawn is measured all the same.
        return NotFollowed(time_point=", ".join(scan.name for scan in scans), why=problem.what)


def _drawn_in(scan: str, attempts: Attempts) -> list[Delineated]:
    return [
        one.lesion
        for (_, name), one in attempts.items()
        if name == scan and not isinstance(one, (NoLesion, Refused))
    ]


def _looks(
    lesion: WantedLesion,
    scans: Sequence[Scan],
    references: Sequence[References],
    drawn: Drawn,
    followed: Followed | NotFollowed | None,
) -> tuple[Look, ...]:
    looks: list[Look] = []
    for scan, held in zip(scans, references, strict=True):
        attempt = drawn.attempts.get((lesion.name, scan.name))
        on_ct = drawn.sizes.get((lesion.name, scan.name))
        look = look_at(lesion.name, scan.name, attempt, followed, looks)
        look = with_hints(look, lesion.name, scan)
        look = with_doubted_liver(look, lesion, held)
        looks.append(with_refusal(look, lesion.name, on_ct) if isinstance(on_ct, Refused) else look)
    return tuple(looks)
