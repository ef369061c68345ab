"""What is said under pictures of scans, and what a screen reader says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reinfuse.imaging.pictures import Figures, ScanPicture, Seen, View
from reinfuse.report.charts.words import shown

HASH_DIGITS = 12
HEADERS = ("Lesion", "Picture", "Marked", "Uptake", "x, z in mm (LPS)")


def day_words(day: int) -> str:
    """Such as `day −12`."""
    return f"day {day}".replace("-", "−")


def short_unit(unit: str) -> str:
    """A unit without its formula, which stands in the notes: `SUL` for `SUL (James, 128)`."""
    return unit.partition(" (")[0]


def view_words(view: View) -> str:
    """What a picture is."""
    if view.depth_mm is None:
        return "Maximum-intensity projection"
    return "Coronal slice, PET over CT" if view.ct is not None else "Coronal slice, PET"


def description_of(scan: ScanPicture, days_from: str) -> str:
    """A scan in words: its pictures, and what is marked in each."""
    views = "; ".join(_view_said(view) for view in scan.views)
    return f"PET/CT on {day_words(scan.day)} from {days_from}, as {scan.unit}: {views}."


def rows_of(scan: ScanPicture) -> Iterator[tuple[str, ...]]:
    """Every mark of every picture, under `HEADERS`."""
    for view in scan.views:
        for mark in view.marks:
            x, z = (f"{one:.0f}".replace("-", "−") for one in mark.at)
            depth = "" if view.depth_mm is None else f", y {view.depth_mm:.0f} mm"
            kind = f"{view.kind}{depth}".replace("-", "−") if depth else str(view.kind)
            yield mark.lesion, kind, str(mark.seen), mark.words, f"{x}, {z}"


def notes_of(scan: ScanPicture, unnamed: tuple[str, ...] = ()) -> Iterator[str]:
    """The PET that a scan rests on, and what its pictures do not show."""
    marks = [mark for view in scan.views for mark in view.marks]
    sliced = {mark.lesion for view in scan.views[1:] for mark in view.marks}
    yield f"PET {scan.sha256[:HASH_DIGITS]}"
    if not marks:
        yield "No lesion is marked in this scan."
    unsliced = dict.fromkeys(one.lesion for one in marks if one.lesion not in sliced)
    if unsliced and len(scan.views) > 1:
        yield f"In no slice that is shown: {', '.join(unsliced)}."
    if unnamed:
        yield f"Without an arrow, for want of room: {', '.join(unnamed)}."


def pictures_notes(figures: Figures) -> tuple[str, ...]:
    """What a reader must know to read the pictures of all scans rightly."""
    return tuple(_all_notes(figures.scans))


def _view_said(view: View) -> str:
    said = view_words(view).lower().replace("pet", "PET").replace("ct", "CT")
    marks = ", ".join(f"{one.lesion} ({one.seen}, {one.words})" for one in view.marks)
    return f"{said} with {marks or 'nothing marked'}"


def _all_notes(scans: Sequence[ScanPicture]) -> Iterator[str]:
    first = scans[0]
    yield (
        f"One window for all scans: {first.unit} 0 to {shown(first.high)} (ours), all above as"
        " dark or as light as the end. One length for all: 10 cm."
    )
    yield "Seen from the front: R is the patient's right. Every scan as the patient lay in it."
    marks = [mark for scan in scans for view in scan.views for mark in view.marks]
    if any(one.seen is Seen.DRAWN for one in marks):
        yield "Solid line: the border that was drawn, where the slice cuts it."
    if any(one.seen is Seen.LEFT for one in marks):
        yield (
            "Dashed line: the place where a lesion lay, carried over from another scan. Nothing is"
            " drawn there; what is left is written beside, and it is not called gone."
        )
    if any(one.seen is Seen.CANDIDATE for one in marks):
        yield "Dashed line: a candidate. Nobody has accepted it as a lesion."
    if any(view.ct is not None for scan in scans for view in scan.views):
        yield "CT from −160 to 240 HU, in voxels of about 4 mm."
    yield "Pictures have shades 4 mm apart; numbers are those of the voxels."
