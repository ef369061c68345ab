"""What Lugano, LYRIC, PERCIST and the five-point scale ask of scans, as marks of a chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.following.deauville import Suggestion, suggest
from reinfuse.imaging.following.followed import Followed, Look, State, TimePoint
from reinfuse.imaging.following.left_in_place import Left
from reinfuse.imaging.following.propagating import united
from reinfuse.imaging.following.references import References
from reinfuse.imaging.measures import InSlice, NoInSlice, Uptake, measure
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Mark, MarkValue

PET, CT = "PET", "CT"
BODY_WEIGHT = ("SUV", "SUVbw")
MM2_PER_CM2, MM_PER_CM = 100.0, 10.0
MOST_TARGETS = 6  # of Lugano 2014


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionNumbers:
    """The numbers of one lesion in one scan.

    `suv_max` is of what is drawn, or else of what is left in its place (`drawn` is then false, and
    all else None but for a size on CT); None where that may be a neighbour's. `sul_peak` is the
    highest mean over 1 mL, None without a factor from SUV to SUL, and where it is not of the lesion
    itself; `tlg_ml` is SUV x mL. `in_slice` says by its name whether it is a Lugano
    size or the extent of uptake. A lesion that merged with another carries no numbers of its own.
    """

    lesion: str
    time_point: str
    day: int
    state: State
    drawn: bool
    suv_max: float | None = None
    sul_peak: float | None = None
    tlg_ml: float | None = None
    volume_ml: float | None = None
    in_slice: InSlice | NoInSlice | None = None

    @property
    def product_cm2(self) -> float | None:
        """LDi x SDi (PPD), cm2; None where it was not measured."""
        found = self.in_slice
        return found.product_mm2 / MM2_PER_CM2 if isinstance(found, InSlice) else None


def numbers_of(
    followed: Followed,
    *,
    sul_per_suv: Mapping[str, float] | None = None,
    on_ct: Mapping[tuple[str, str], InSlice] | None = None,
) -> tuple[LesionNumbers, ...]:
    """The numbers of all lesions in all scans, lesion by lesion.

    `sul_per_suv` is lean mass over weight for each scan by name. `on_ct` are sizes that were
    measured on CT, by name of lesion and scan; without one the size is the extent of uptake. Scans
    in another uptake than SUV by body weight are an error: criteria would take it for that.
    """
    for time_point in followed.time_points:
        if time_point.suv.unit not in BODY_WEIGHT:
            raise ReinfuseError(
                f"the scan is in {time_point.suv.unit}, and criteria ask for SUV by body weight",
                where=time_point.name,
                fix="follow lesions in SUVbw; `sul_per_suv` makes SULpeak of it",
            )
    found = []
    for track in followed.tracks:
        for time_point, look in zip(followed.time_points, track.looks, strict=True):
            factor = (sul_per_suv or {}).get(time_point.name)
            size = (on_ct or {}).get((track.name, time_point.name))
            found.append(_numbers(track.name, look, time_point, factor, size))
    return tuple(found)


def products_sum_cm2(numbers: Sequence[LesionNumbers], targets: Sequence[str]) -> float | None:
    """The sum of the products (SPD) of the target lesions of one scan, cm2, six at most.

    None where a target was not measured: nobody adds up what is not known.
    """
    chosen = [one.product_cm2 for one in numbers if one.lesion in set(targets[:MOST_TARGETS])]
    known = [one for one in chosen if one is not None]
    return sum(known) if known and len(known) == len(targets[:MOST_TARGETS]) else None


def suggestions(
    numbers: Sequence[LesionNumbers], references: Sequence[References]
) -> dict[str, Suggestion]:
    """The five-point score that the hottest lesion of each scan suggests, by name of the scan.

    Scans without both references, or without a lesion looked at, have none.
    """
    found = {}
    for one in references:
        hot = [
            row.suv_max
            for row in numbers
            if row.time_point == one.time_point
            and row.suv_max is not None
            and row.state is not State.EARLIER
        ]
        if hot and one.liver is not None and one.mediastinum is not None:
            found[one.time_point] = suggest(
                lesion=max(hot), mediastinum=one.mediastinum.max, liver=one.liver.max
            )
    return found


def marks_of(
    numbers: Sequence[LesionNumbers],
    references: Sequence[References] = (),
    *,
    sul_per_suv: Mapping[str, float] | None = None,
) -> tuple[Mark, ...]:
    """The marks that criteria of response read, in SUV, SUL, g and cm.

    A lesion below the threshold has its SUVmax and no status: that it is absent, a person says.
    Extents of uptake are no Lugano sizes and are left out; glycolysis is of SUV by body weight.
    """
    days = {one.time_point: one.day for one in numbers}
    found = [mark for one in numbers for mark in _of_lesion(one)]
    for scan in references:
        factor = (sul_per_suv or {}).get(scan.time_point)
        if scan.time_point in days:
            found += _of_references(scan, days[scan.time_point], factor)
    return tuple(sorted(found, key=lambda mark: mark.day))


def _numbers(
    name: str,
    look: Look,
    time_point: TimePoint,
    factor: float | None,
    size: InSlice | None,
) -> LesionNumbers:
    own = bool(look.lesions) and look.state is not State.MERGED
    if not own:
        left = look.left if isinstance(look.left, Left) else None
        return LesionNumbers(
            lesion=name,
            time_point=look.time_point,
            day=look.day,
            state=look.state,
            drawn=False,
            suv_max=None if left is None or left.may_be_neighbours else left.max,
            in_slice=size,
        )
    found = measure(time_point.suv, united(look.lesions))
    uptake = found.uptake if isinstance(found.uptake, Uptake) else None
    return LesionNumbers(
        lesion=name,
        time_point=look.time_point,
        day=look.day,
        state=look.state,
        drawn=True,
        suv_max=uptake.max if uptake else None,
        sul_peak=sul_peak_of(uptake, factor),
        tlg_ml=uptake.tlg_ml if uptake else None,
        volume_ml=found.volume_ml,
        in_slice=size if size is not None else found.in_slice,
    )


def sul_peak_of(uptake: Uptake | None, factor: float | None) -> float | None:
    """SULpeak of what is drawn; None without uptake or factor, or where it comes from outside."""
    if uptake is None or factor is None or uptake.peak_from_outside:
        return None
    return uptake.peak_global * factor


def _of_lesion(one: LesionNumbers) -> Iterator[Mark]:
    if one.state in (State.EARLIER, State.NOT_SCANNED):
        return
    if one.suv_max is not None:
        yield _mark("lesion SUVmax", one, Quantity(one.suv_max, "{SUV}"))
    if one.sul_peak is not None:
        yield _mark("lesion SULpeak", one, Quantity(one.sul_peak, "{SUV}"))
    if one.drawn:
        yield _mark("lesion status", one, "present")
    if one.state is State.NEW:
        yield _mark("lesion role", one, "new")
        yield _mark("new lesion", one, value=True)
    if one.tlg_ml is not None:
        yield _mark("TLG", one, Quantity(one.tlg_ml, "g"))
    yield from _sizes(one)


def _sizes(one: LesionNumbers) -> Iterator[Mark]:
    size = one.in_slice
    if not isinstance(size, InSlice) or not size.name.startswith("Lugano"):
        return
    for item, mm in (
        ("lesion longest diameter", size.longest_mm),
        ("lesion shortest diameter", size.perpendicular_mm),
    ):
        yield _mark(item, one, Quantity(mm / MM_PER_CM, "cm"), method=CT)


def _mark(item: str, one: LesionNumbers, value: MarkValue, method: str = PET) -> Mark:
    return Mark(
        item=item,
        day=one.day,
        value=value,
        site=one.lesion,
        method=method,
        ref=f"{one.lesion}, {one.time_point}",
    )


def _of_references(scan: References, day: int, factor: float | None) -> Iterator[Mark]:
    rows: list[tuple[str, float]] = []
    if scan.mediastinum is not None:
        rows.append(("mediastinum SUVmax", scan.mediastinum.max))
    if scan.liver is not None:
        rows.append(("liver SUVmax", scan.liver.max))
        if factor is not None:
            rows.append(("liver SULmean", scan.liver.mean * factor))
            rows.append(("liver SUL SD", scan.liver.deviation * factor))
    for item, value in rows:
        yield Mark(
            item=item, day=day, value=Quantity(value, "{SUV}"), method=PET, ref=scan.time_point
        )
