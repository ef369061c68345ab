"""From results to pictures: what is shown of each scan, and which lesions are marked where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse.imaging.dicom import SYNTHETIC_RULE
from reinfuse.imaging.following import Followed, State
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.lesions.body import BODY_SUV
from reinfuse.imaging.measured import Look, Results, Scan
from reinfuse.imaging.measured.looking import NOT_DRAWN
from reinfuse.imaging.measures import Uptake
from reinfuse.imaging.pictures.outlines import section, silhouette
from reinfuse.imaging.pictures.planes import MOST_SLICES, Slice, coronal_slices
from reinfuse.imaging.pictures.sampling import (
    Window,
    plane_of,
    raster_of,
    seen_on,
    window_of,
)
from reinfuse.imaging.pictures.values import Kind, Mark, Point, ScanPicture, Seen, View
from reinfuse.imaging.suv.body import Normaliser

# Ours: the uptake from which everything is darkest. The same in all scans of all patients, so that
# pictures can be held beside each other.
HIGH, HIGH_LEAN, HIGH_SURFACE = 7.0, 5.0, 2.0
CT_LOW, CT_HIGH, AIR = -160.0, 240.0, -1000.0  # soft tissue, Hounsfield units
MOST_CANDIDATES = 12  # that are marked, in the order of their list
IN_PLACE = (str(State.BELOW), NOT_DRAWN)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Shown:
    """A lesion that is marked: what was drawn of it, or the place where it lay."""

    name: str
    seen: Seen
    outline: Delineated
    words: str


def pictures_of(results: Results) -> tuple[ScanPicture, ...]:
    """A projection and coronal slices of each scan, with its lesions marked, in order of time.

    Every scan is shown as the patient lay in it. A lesion that is not drawn is marked where it lay,
    with what is left there. Where no lesions were asked for, candidates are marked.
    """
    return tuple(_picture(scan, results) for scan in results.scans)


def high_of(normaliser: Normaliser) -> float:
    """The uptake from which everything has the last shade."""
    if normaliser.is_surface:
        return HIGH_SURFACE
    return HIGH_LEAN if normaliser.suv_type.startswith("LBM") else HIGH


def _picture(scan: Scan, results: Results) -> ScanPicture:
    shown = tuple(_shown(scan, results))
    high = high_of(scan.provenance.normaliser)
    outlines = [one.outline for one in shown]
    # Of the window as tissue is of the window of SUV by weight.
    window = window_of(scan.suv, outlines, least=BODY_SUV * high / HIGH)
    only_candidates = all(one.seen is Seen.CANDIDATE for one in shown)
    middle = Slice(round((window.low[1] + window.high[1]) / 2, 1), frozenset())
    slices = coronal_slices(outlines, most=1 if only_candidates else MOST_SLICES) or (middle,)
    return ScanPicture(
        scan=scan.name,
        day=results.days[scan.name],
        infusion=scan.wanted.infusion,
        sha256=scan.sha256,
        unit=scan.suv.unit,
        high=high,
        views=(
            _projection(scan, window, shown, high),
            *(_coronal(scan, window, shown, high, one) for one in slices),
        ),
        synthetic=any(one.rule == SYNTHETIC_RULE for one in scan.findings),
    )


def _projection(scan: Scan, window: Window, shown: tuple[_Shown, ...], high: float) -> View:
    grid = window.grid()
    return View(
        kind=Kind.PROJECTION,
        depth_mm=None,
        uptake=raster_of(
            seen_on(scan.suv, grid, outside=0.0).max(axis=1), grid, low=0.0, high=high
        ),
        ct=None,
        marks=tuple(_mark(one, *silhouette(one.outline)) for one in shown),
    )


def _coronal(scan: Scan, window: Window, shown: tuple[_Shown, ...], high: float, at: Slice) -> View:
    grid = plane_of(window.grid(), at.depth_mm)
    uptake = seen_on(scan.suv, grid, outside=0.0)[:, 0, :]
    ct = None
    if scan.ct is not None:
        density = seen_on(scan.ct, grid, outside=AIR)[:, 0, :]
        ct = raster_of(density, grid, low=CT_LOW, high=CT_HIGH)
    return View(
        kind=Kind.CORONAL,
        depth_mm=at.depth_mm,
        uptake=raster_of(uptake, grid, low=0.0, high=high),
        ct=ct,
        marks=tuple(_cut(shown, at)),
    )


def _cut(shown: tuple[_Shown, ...], at: Slice) -> Iterator[Mark]:
    """What a slice cuts: uptake wherever it is seen, an empty place where it is shown well."""
    for number, one in enumerate(shown):
        found = section(one.outline, at.depth_mm)
        if found is not None and (one.seen is not Seen.LEFT or number in at.shows):
            yield _mark(one, *found)


def _mark(one: _Shown, outlines: tuple[tuple[Point, ...], ...], at: Point) -> Mark:
    return Mark(lesion=one.name, seen=one.seen, at=at, outlines=outlines, words=one.words)


def _shown(scan: Scan, results: Results) -> Iterator[_Shown]:
    for lesion in results.lesions:
        name = lesion.wanted.name
        for look in lesion.looks:
            if look.scan == scan.name:
                yield from _of_look(name, look, scan, results)
    for candidate in results.candidates.get(scan.name, ())[:MOST_CANDIDATES]:
        yield _Shown(
            name=f"candidate {candidate.number}",
            seen=Seen.CANDIDATE,
            outline=candidate.drawn,
            words=_max(scan, "", candidate.hottest),
        )


def _of_look(name: str, look: Look, scan: Scan, results: Results) -> Iterator[_Shown]:
    measured = look.measured
    if measured is not None:
        uptake = measured.uptake
        words = _max(scan, "", uptake.max) if isinstance(uptake, Uptake) else ""
        yield _Shown(name=name, seen=Seen.DRAWN, outline=measured.lesion, words=words)
        return
    place = _place(name, look, results)
    if place is None:
        return
    words = NOT_DRAWN if look.left is None else _max(scan, " left", look.left.max)
    yield _Shown(name=name, seen=Seen.LEFT, outline=place, words=words)


def _place(name: str, look: Look, results: Results) -> Delineated | None:
    """Where it lay; nowhere in a scan that is older than the lesion."""
    if look.state not in IN_PLACE or not isinstance(results.followed, Followed):
        return None
    places = (
        seen.place
        for track in results.followed.tracks
        if track.name == name
        for seen in track.looks
        if seen.time_point == look.scan and seen.state is State.BELOW
    )
    return next(places, None)


def _max(scan: Scan, more: str, value: float) -> str:
    """Such as `SUVmax 12.4` or `SUVbsa max left 0.26`, which is smaller by its unit."""
    unit = scan.suv.short_unit
    if scan.provenance.normaliser.is_surface:
        return f"{unit} max{more} {value:.2f}"
    return f"{unit}max{more} {value:.1f}"
