"""Lesions followed through scans: registered, matched, and measured where they are not drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.following.followed import (
    Followed,
    Look,
    NotFollowed,
    State,
    TimePoint,
    Track,
)
from reinfuse.imaging.following.left_in_place import (
    ABOVE_BACKGROUND,
    Left,
    NothingLeft,
    measure_left,
)
from reinfuse.imaging.following.matching import Matches, match
from reinfuse.imaging.following.propagating import OutOfScan, propagate, united
from reinfuse.imaging.following.registering import Registered, Unregistered, register
from reinfuse.imaging.following.rigid import Rigid, at_rest
from reinfuse.imaging.lesion import Delineated

FAR_MM = 8.0  # from where it was expected, from which a match is told to be looked at (ours)


def follow(
    time_points: Sequence[TimePoint],
    *,
    seed: int,
    registrations: Sequence[Registered | Unregistered] | None = None,
) -> Followed | NotFollowed:
    """Follow lesions through scans in order of time.

    Every scan is registered with the first, by CT where both have one. Each lesion is expected
    where it was last drawn. One that is not drawn is measured in the place where it lay: below the
    threshold is not gone. `registrations` are used in place of our own, one for each scan after
    the first. Scans out of order, or lesions on other voxels than their scan, are an error.
    """
    _check(time_points)
    found = registrations if registrations is not None else _registered(time_points, seed)
    motions, usable = [at_rest()], list[Registered]()
    for time_point, one in zip(time_points[1:], found, strict=True):
        if isinstance(one, Unregistered):
            return NotFollowed(time_point=time_point.name, why=one.why)
        usable.append(one)
        motions.append(one.motion)
    known: list[_Known] = []
    for number, time_point in enumerate(time_points):
        _look(known, time_point, number, motions)
    for lesion in known:
        _look_back(lesion, time_points, motions)
    tracks = tuple(
        Track(name=lesion.name, looks=tuple(lesion.looks[at] for at in range(len(time_points))))
        for lesion in known
    )
    told = [finding for motion in usable for finding in motion.findings]
    told += [finding for track in tracks for finding in _told(track)]
    return Followed(
        time_points=tuple(time_points),
        tracks=tracks,
        registrations=tuple(usable),
        findings=tuple(told),
    )


@dataclass(slots=True, kw_only=True, eq=False)
class _Known:
    """A lesion while it is followed: where it was last drawn, first drawn, and its looks."""

    name: str
    last: Delineated
    last_at: int
    first: Delineated
    first_at: int
    looks: dict[int, Look] = field(default_factory=dict)


def _registered(time_points: Sequence[TimePoint], seed: int) -> list[Registered | Unregistered]:
    first = time_points[0]
    found = list[Registered | Unregistered]()
    for other in time_points[1:]:
        if first.ct is not None and other.ct is not None:
            found.append(register(first.ct, other.ct, seed=seed))
        else:
            found.append(register(first.suv, other.suv, seed=seed))
    return found


def _look(
    known: list[_Known], time_point: TimePoint, number: int, motions: Sequence[Rigid]
) -> None:
    """Add what a scan shows of every known lesion, and those that are new."""
    places = [_carried(one.last, one.last_at, number, time_point, motions) for one in known]
    expected = [one if isinstance(one, Delineated) else None for one in places]
    matches = match(expected, time_point.lesions)
    for row, (one, place) in enumerate(zip(known, places, strict=True)):
        look = _of_known(one, row, place, matches, time_point)
        one.looks[number] = look
        if look.lesions and look.state is not State.MERGED:
            one.last, one.last_at = united(look.lesions), number
    taken = {one.name for one in known}
    for column in matches.new:
        lesion = time_point.lesions[column]
        name = _free(lesion.label, taken)
        taken.add(name)
        state = State.NEW if number else State.DRAWN
        look = _drawn(time_point, state, (lesion,))
        known.append(
            _Known(
                name=name,
                last=lesion,
                last_at=number,
                first=lesion,
                first_at=number,
                looks={number: look},
            )
        )


def _of_known(
    one: _Known,
    row: int,
    place: Delineated | OutOfScan,
    matches: Matches,
    time_point: TimePoint,
) -> Look:
    if row in matches.own:
        columns = (matches.own[row], *matches.pieces.get(row, ()))
        lesions = tuple(time_point.lesions[column] for column in columns)
        before = one.looks[max(one.looks)].state
        state = State.RETURNED if before is State.BELOW else State.DRAWN
        state = State.SPLIT if len(lesions) > 1 else state
        return _drawn(time_point, state, lesions, matches.gaps_mm[row])
    if row in matches.merged:
        return _drawn(time_point, State.MERGED, (time_point.lesions[matches.merged[row]],))
    return _not_drawn(State.BELOW, place, time_point)


def _look_back(one: _Known, time_points: Sequence[TimePoint], motions: Sequence[Rigid]) -> None:
    """Add what the scans before a lesion was first drawn show in its place."""
    for number in range(one.first_at):
        time_point = time_points[number]
        place = _carried(one.first, one.first_at, number, time_point, motions)
        one.looks[number] = _not_drawn(State.EARLIER, place, time_point)


def _carried(
    lesion: Delineated, start: int, end: int, time_point: TimePoint, motions: Sequence[Rigid]
) -> Delineated | OutOfScan:
    motion = motions[start].inverse.then(motions[end])
    return propagate(lesion, time_point.suv.grid, motion)


def _drawn(
    time_point: TimePoint,
    state: State,
    lesions: tuple[Delineated, ...],
    gap_mm: float | None = None,
) -> Look:
    return Look(
        time_point=time_point.name,
        day=time_point.day,
        state=state,
        lesions=lesions,
        gap_mm=gap_mm,
    )


def _not_drawn(state: State, place: Delineated | OutOfScan, time_point: TimePoint) -> Look:
    if isinstance(place, OutOfScan):
        why = f"{place.share:.0%} of its place lies in this scan"
        return Look(
            time_point=time_point.name,
            day=time_point.day,
            state=State.NOT_SCANNED,
            left=NothingLeft(why=why),
        )
    return Look(
        time_point=time_point.name,
        day=time_point.day,
        state=state,
        place=place,
        left=measure_left(time_point.suv, place, time_point.lesions),
    )


def _told(track: Track) -> list[Finding]:
    found = []
    for look in track.looks:
        where = f"{track.name}, {look.time_point}"
        if look.gap_mm is not None and look.gap_mm > FAR_MM:
            found.append(
                Finding(
                    severity=Severity.AMBIGUITY,
                    rule="lesion-matched-far",
                    what=f"matched {look.gap_mm:.0f} mm from where it was expected",
                    where=where,
                    fix="look whether it is the same lesion or a new one",
                )
            )
        left = look.left if look.state is State.BELOW else None
        if isinstance(left, Left) and left.ratio is not None and left.ratio >= ABOVE_BACKGROUND:
            border = ", at the border of its place: it may be a neighbour's"
            found.append(
                Finding(
                    severity=Severity.NOTE,
                    rule="lesion-uptake-left",
                    what=f"{left.words}{border if left.may_be_neighbours else ''}",
                    where=where,
                    fix="look before calling it gone",
                )
            )
    return found


def _check(time_points: Sequence[TimePoint]) -> None:
    if not time_points:
        raise ReinfuseError("there is no scan to follow lesions through", fix="give one at least")
    days = [one.day for one in time_points]
    if any(later <= earlier for earlier, later in pairwise(days)):
        raise ReinfuseError(
            f"the scans are of days {', '.join(map(str, days))}",
            fix="put them in order of time, one a day",
        )
    units = sorted({one.suv.unit for one in time_points})
    if len(units) > 1:
        raise ReinfuseError(
            f"the scans are in {' and '.join(units)}", fix="give all in the same uptake value"
        )
    for one in time_points:
        for lesion in one.lesions:
            if not lesion.grid.same_as(one.suv.grid) or not lesion.mask.any():
                raise ReinfuseError(
                    f"lesion {lesion.label!r} does not lie on the voxels of its scan",
                    where=one.name,
                    fix="draw it on the PET it belongs to",
                )


def _free(label: str, taken: set[str]) -> str:
    """The label, with a number behind it where another lesion has it."""
    number, name = 1, label
    while name in taken:
        number += 1
        name = f"{label} ({number})"
    return name
