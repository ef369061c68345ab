"""The lesions of a window, and what each look at them says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse import record
from reinfuse.estimation.mechanistic.observed import Change, Kind, Observed
from reinfuse.estimation.mechanistic.reading_days import Frame, Placed, place
from reinfuse.estimation.mechanistic.remarks import Remark
from reinfuse.estimation.mechanistic.window import Lesion
from reinfuse.record import LesionLook, Purpose
from reinfuse.synopsis.lesions import ellipsoid_volume_ml
from reinfuse.synopsis.moments import gap, likely_day, ordered, surely_before

_NOT_THERE = (record.Change.RESOLVED, record.Change.REMOVED)
_BELOW = "below threshold: neither seen nor gone, so no term of the fit says either"
_GROWN = (record.Change.INCREASED, record.Change.NEW)
_BY_HAND = ("histology", "operation", "pathology", "cytology")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesions:
    """The lesions of a window with what was seen of them, and what is to be said of it."""

    lesions: tuple[Lesion, ...]
    observed: tuple[Observed, ...]
    left_out: tuple[Remark, ...]
    assumed: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A look of the window on its days."""

    look: LesionLook
    days: tuple[float, float]


def read_lesions(frame: Frame) -> Lesions:
    """Lesions that were there at the infusion or were found in its window.

    One that was removed before is none of them, whatever was found in what was removed.
    """
    lesions: list[Lesion] = []
    observed: list[Observed] = []
    left_out: list[Remark] = []
    assumed: list[Remark] = []
    for lesion in frame.course.lesions:
        looks, unused, clipped = _looks(frame, lesion)
        left_out += unused
        if not _there(frame, lesion, looks):
            left_out += _why_none(frame, lesion)
            continue
        number = len(lesions) + 1
        seen, sizes_left = _observed(number, looks)
        unseen = _not_yet_seen(frame, lesion, number, looks)
        lesions.append(_lesion(lesion, number, seen))
        observed += (*unseen, *seen)
        left_out += sizes_left
        assumed += clipped
        assumed += _taken(frame, lesion, looks, unseen)
    return Lesions(
        lesions=tuple(lesions),
        observed=tuple(observed),
        left_out=tuple(left_out),
        assumed=tuple(assumed),
    )


def _looks(
    frame: Frame, lesion: record.Lesion
) -> tuple[list[_Look], list[Remark], tuple[Remark, ...]]:
    """The looks of the window, those that are left out, and what was assumed of days."""
    found: list[_Look] = []
    left_out: list[Remark] = []
    clipped: list[Remark] = []
    gone_by = _state_before(frame, lesion) is record.Change.REMOVED
    for look in ordered(frame.course, lesion.looks):
        if gone_by and (look.modality in _BY_HAND or look.change is record.Change.REMOVED):
            continue
        placed = place(frame, look)
        treated = _treated(frame, lesion, look)
        if isinstance(placed, Remark):
            left_out.append(placed)
        elif isinstance(placed, Placed) and treated:
            left_out.append(Remark(entry=look.id, why=treated))
        elif isinstance(placed, Placed) and look.change is record.Change.BELOW:
            left_out.append(Remark(entry=look.id, why=_BELOW))
        elif isinstance(placed, Placed):
            found.append(_Look(look=look, days=placed.days))
            clipped += placed.assumed
    return found, left_out, tuple(clipped)


def _treated(frame: Frame, lesion: record.Lesion, look: LesionLook) -> str:
    """Why a look says nothing of CAR-T cells: the lesion was irradiated or removed before."""
    for item in frame.course.regimens:
        local = item.purpose is Purpose.RADIOTHERAPY and item.of in (lesion.id, None)
        if local and item.when.stated and gap(frame.course, item, look).high > 0:
            return f"taken after {item.id}, or can have been, which the model does not hold"
    for removal in _removals(frame, lesion):
        if removal is not look and surely_before(frame.course, removal, look):
            return f"taken after {removal.id} removed the lesion"
    return ""


def _removals(frame: Frame, lesion: record.Lesion) -> list[record.Entry]:
    looks = [look for look in lesion.looks if look.change is record.Change.REMOVED]
    done = [item for item in frame.course.procedures if item.removes == lesion.id]
    return [*looks, *done]


def _state_before(frame: Frame, lesion: record.Lesion) -> record.Change | None:
    """The last state before the infusion, as far as the order is known; None if never seen.

    What was removed stays so until imaging or examination sees it again. A look below threshold
    says neither, and leaves it as it was.
    """
    at = likely_day(frame.course, frame.infusion)
    entries: list[record.Entry] = [*lesion.looks]
    if not any(look.change is record.Change.REMOVED for look in lesion.looks):
        entries += _removals(frame, lesion)
    state: record.Change | None = None
    for entry in ordered(frame.course, entries):
        if likely_day(frame.course, entry) > at:
            break
        if not isinstance(entry, LesionLook):
            state = record.Change.REMOVED
        elif entry.change is record.Change.BELOW:
            continue
        elif state is not record.Change.REMOVED or entry.modality not in _BY_HAND:
            state = entry.change or record.Change.STABLE
    return state


def _there(frame: Frame, lesion: record.Lesion, looks: list[_Look]) -> bool:
    before = _state_before(frame, lesion)
    if before is not None and before not in _NOT_THERE:
        return True
    return any(one.look.change not in _NOT_THERE and one.days[1] > 0 for one in looks)


def _why_none(frame: Frame, lesion: record.Lesion) -> Iterator[Remark]:
    before = _state_before(frame, lesion)
    if before is record.Change.REMOVED:
        why = "removed before the infusion as far as is told, so no lesion of the window"
        yield Remark(entry=lesion.id, why=why)
    if before is record.Change.RESOLVED:
        why = "resolved before the infusion, so no lesion of the window"
        yield Remark(entry=lesion.id, why=why)


def _observed(number: int, looks: list[_Look]) -> tuple[list[Observed], list[Remark]]:
    found: list[Observed] = []
    left_out: list[Remark] = []
    compares = False  # whether what is smaller than at the look before is smaller than at first
    for one in looks:
        look = one.look
        gone = look.change is record.Change.RESOLVED
        if look.change is record.Change.REMOVED:
            left_out.append(Remark(entry=look.id, why="removed then; what is left is not told"))
            continue
        volume = None if gone else ellipsoid_volume_ml(look.axes)
        if look.axes and volume is None:
            why = (
                "resolved, so that what is left of the mass is not taken for leukemia"
                if gone
                else "no volume: it takes three axes with a number each"
            )
            left_out.append(Remark(entry=look.id, why=why))
        if volume:
            found.append(_seen(one, number, volume=volume))
        else:
            found.append(_seen(one, number, change=_change(look, compares=compares)))
        first = len(found) == 1
        compares = first or (compares and look.change not in _GROWN)
    return found, left_out


def _change(look: LesionLook, *, compares: bool) -> Change:
    if look.change is record.Change.RESOLVED:
        return Change.GONE
    reduced = look.change is record.Change.REDUCED and compares
    return Change.REDUCED if reduced else Change.PRESENT


def _seen(
    one: _Look, number: int, *, volume: float | None = None, change: Change | None = None
) -> Observed:
    return Observed(
        kind=Kind.LESION_CHANGE if volume is None else Kind.LESION_VOLUME,
        days=one.days,
        value=volume,
        change=change,
        lesion=number,
        entries=(one.look.id,),
    )


def _not_yet_seen(
    frame: Frame, lesion: record.Lesion, number: int, looks: list[_Look]
) -> list[Observed]:
    """A lesion called new was not seen when the same modality looked at others before."""
    if not looks or looks[0].look is not lesion.looks[0]:
        return []
    first = looks[0]
    if first.look.change is not record.Change.NEW or first.look.modality in (None, *_BY_HAND):
        return []
    days: dict[tuple[float, float], list[str]] = {}
    for other in frame.course.lesions:
        for look in other.looks:
            if other is lesion or look.modality != first.look.modality:
                continue
            if not surely_before(frame.course, look, first.look):
                continue
            placed = place(frame, look)
            if isinstance(placed, Placed) and placed.days[1] < first.days[0]:
                days.setdefault(placed.days, []).append(look.id)
    return [
        Observed(
            kind=Kind.LESION_CHANGE, days=when, change=Change.GONE, lesion=number,
            entries=tuple(entries),
        )
        for when, entries in sorted(days.items())
    ]  # fmt: skip


def _lesion(lesion: record.Lesion, number: int, seen: list[Observed]) -> Lesion:
    first = next((one for one in seen if one.value is not None and one.days[0] <= 0), None)
    return Lesion(
        number=number,
        site=lesion.site,
        entry=lesion.id,
        volume=first.value if first else None,
        volume_days=first.days if first else None,
    )


def _taken(
    frame: Frame, lesion: record.Lesion, looks: list[_Look], unseen: list[Observed]
) -> Iterator[Remark]:
    if not any(one.days[0] <= 0 for one in looks) and _state_before(frame, lesion) is not None:
        yield Remark(entry=lesion.id, why="taken to be there still, as it was when last seen")
    if any(ellipsoid_volume_ml(one.look.axes) for one in looks):
        yield Remark(entry=lesion.id, why="volume is that of an ellipsoid with the axes given")
    for one in unseen:
        why = f"not seen in {', '.join(one.entries)}, since it was called new afterwards"
        yield Remark(entry=lesion.id, why=why)
