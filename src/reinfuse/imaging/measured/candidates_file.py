"""The candidates of scans as a boxes file that a person completes: accept, name, or leave."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from reinfuse.imaging.lesions import Candidate
from reinfuse.imaging.lesions.background import SHELL_MM
from reinfuse.imaging.lesions.hot_spot import Connection, Holes, HotSpot, find_hot_spot
from reinfuse.imaging.lesions.region import PICKS, Region, index_of
from reinfuse.imaging.measured.boxes import WantedScan, slug
from reinfuse.imaging.measured.boxes_reading import LARGEST_BYTES
from reinfuse.imaging.measured.boxes_told import LONGEST_NAME
from reinfuse.imaging.measured.results import Results
from reinfuse.imaging.measured.scanning import Scan
from reinfuse.imaging.suv import Overrides
from reinfuse.imaging.volume import Floats

METHOD = "SUV 4"  # what candidates are drawn by; a lesion drawn by it is the candidate again
SITE = "not named yet"
ROOM_BYTES = 1_000  # below the largest file that is read, for the last words
HEAD = """\
# Candidates: uptake that may be a lesion. None is accepted, and none is measured until it is.
# For each one that is a lesion write `accepted: true`, its name and its site, and take the others
# out or leave them. Under one name a lesion may have a look in every scan.
# `scan 1`, `scan 2` are the folders in the order of the command line, so give them in the same
# order again, or write `folder: NAME` beside the name. Places are in mm, in LPS.
"""


def boxes_of_candidates(results: Results) -> str:
    """A boxes file (YAML) with every candidate as a lesion that nobody has accepted yet.

    Each look has a box around the candidate and its hottest voxel as seed, so that accepting it
    draws it again; what else it may be stands in comments. What was said of scans is kept, also of
    those that could not be read. Folders are named only where a person wrote them, since they are
    often called by their patient, and times of day stand without their date. Candidates beyond
    what a boxes file may hold are left out, and the last line says how many.
    """
    lines = [HEAD.rstrip("\n")]
    if results.boxes.psf_mm is not None:
        lines.append(f"psf_mm: {results.boxes.psf_mm:g}")
    lines.append(f"method: {METHOD}")
    scans = _scans(results)
    lines.append("scans:" if scans else "scans: []")
    stated = {one.name for one in results.boxes.scans}
    lines += (f"  - {{{', '.join(_of_scan(one, by_person=one.name in stated))}}}" for one in scans)
    found = [(scan, one) for scan in results.scans for one in results.candidates.get(scan.name, ())]
    lines.append("lesions:" if found else "lesions: []")
    size, left = len("\n".join(lines).encode()), len(found)
    taken: set[str] = set()
    for at, (scan, one) in enumerate(found, start=1):
        name = _name(one, scan, at, taken)
        taken.add(slug(name))
        entry = tuple(_of_candidate(one, scan, name))
        size += len("\n".join(entry).encode()) + 1
        if size > LARGEST_BYTES - ROOM_BYTES:
            lines.append(f"# {left} more candidates are left out: the file would be too large")
            break
        lines += entry
        left -= 1
    return "\n".join(lines) + "\n"


def _scans(results: Results) -> tuple[WantedScan, ...]:
    """Those that were read, in order of time with their days, then what else a person named."""
    read = tuple(scan.wanted for scan in results.scans)
    known = {one.name for one in read}
    return (*read, *(one for one in results.boxes.scans if one.name not in known))


def _of_scan(wanted: WantedScan, *, by_person: bool) -> Iterator[str]:
    yield f"name: {_text(wanted.name)}"
    if by_person and wanted.folder != wanted.name:
        yield f"folder: {_text(wanted.folder)}"
    if wanted.day is not None:
        yield f"day: {wanted.day}"
    if wanted.infusion is not None:
        yield f"infusion: {wanted.infusion}"
    for organ, place in (("liver", wanted.liver), ("mediastinum", wanted.mediastinum)):
        if place is not None:
            yield f"{organ}: [{', '.join(f'{mm:g}' for mm in place)}]"
    if wanted.of_body:
        yield "from: body"
    yield from _of_overrides(wanted.overrides)


def _of_overrides(used: Overrides) -> Iterator[str]:
    numbers = (
        ("dose_mbq", None if used.dose_bq is None else used.dose_bq / 1e6),
        ("weight_kg", used.weight_kg),
        ("height_cm", used.height_cm),
        ("half_life_s", used.half_life_s),
    )
    yield from (f"{key}: {value:.9g}" for key, value in numbers if value is not None)
    for key, moment in (("injection", used.injection), ("reference", used.reference)):
        if moment is not None:
            minutes, seconds = divmod(int(moment.second), 60)
            yield f"{key}: '{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}'"


def _name(one: Candidate, scan: Scan, at: int, taken: set[str]) -> str:
    """Scan and number; only a count where ids would be alike, as of scans `a b` and `a-b`."""
    number = f" {one.number}"
    name = scan.name[: LONGEST_NAME - len(number)] + number
    while slug(name) in taken:
        name, at = f"candidate {at}", at + 1
    return name


def _of_candidate(one: Candidate, scan: Scan, name: str) -> Iterator[str]:
    first, last = _corners(one, scan)
    top = scan.suv.grid.millimetres(_hottest(one, scan))
    unit = scan.suv.short_unit
    yield f"  # {one.ml:.3g} mL, {unit}max {one.hottest:.3g}, {unit}mean {one.mean:.3g}"
    for hint in one.hints:
        yield f"  # it may also be {hint.organ}: {hint.why}"
    yield f"  - name: {_text(name)}"
    yield f"    site: {SITE}"
    yield "    accepted: false"
    yield "    looks:"
    yield (
        f"      {_text(scan.name)}: {{box: [{_point(first)}, {_point(last)}], seed: {_point(top)}}}"
    )


def _corners(one: Candidate, scan: Scan) -> tuple[Floats, Floats]:
    """Two corners, mm, of a box around a candidate, which shows its surroundings as well.

    So the border does not run into the edge of the box, also by another method. Where something
    hotter lies so near that the seed would climb to it, the box is as narrow as it has to be.
    """
    grid = one.drawn.grid
    end = (a + size for a, size in zip(one.drawn.corner, one.drawn.mask.shape, strict=True))
    tight = Region(low=one.drawn.corner, high=index_of(end), seed=index_of(_hottest(one, scan)))
    wide, near = tight.grown(SHELL_MM[1], grid), tight.padded(1).clipped(grid.shape)
    region = next((one for one in (wide, near, tight) if _leads_home(one, scan)), near)
    low, high = np.asarray(region.low, np.float64), np.asarray(region.high, np.float64) - 1
    ends = (low - 0.4, high + 0.4)
    corners = grid.millimetres([[ends[k][at] for at, k in enumerate(pick)] for pick in PICKS])
    return corners.min(axis=0), corners.max(axis=0)


def _leads_home(region: Region, scan: Scan) -> bool:
    """Whether the seed of a region leads to itself, and to no neighbour."""
    spot = find_hot_spot(scan.suv, region, connection=Connection.FACES, holes=Holes.KEPT)
    return isinstance(spot, HotSpot) and spot.top == region.seed


def _hottest(one: Candidate, scan: Scan) -> Floats:
    inner = np.argwhere(one.drawn.mask) + np.asarray(one.drawn.corner)
    return np.asarray(inner[int(scan.suv.values[tuple(inner.T)].argmax())], np.float64)


def _point(millimetres: Floats) -> str:
    return f"[{', '.join(f'{mm + 0.0:.1f}' for mm in millimetres)}]"


def _text(name: str) -> str:
    """A name in double quotes, as YAML and JSON both read it."""
    return json.dumps(name, ensure_ascii=False)
