"""Sizes on CT that were drawn on the CT: an outline of uptake is no size that Lugano asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.masks import drawn_on
from reinfuse.imaging.measured.boxes import Place, WantedLesion
from reinfuse.imaging.measured.drawing import Drawn
from reinfuse.imaging.measured.looking import Refused
from reinfuse.imaging.measured.scanning import Scan

DRAW_ON_CT = "draw it on the CT, and name that file by `ct`"


def on_ct_alone(
    drawn: Drawn, lesions: Sequence[WantedLesion], scans: Sequence[Scan], folder: Path | None
) -> Drawn:
    """What was drawn, without those sizes on CT whose masks were drawn on the PET.

    PET and CT of a scan share their frame of reference, so that a mask fits either of them; what
    speaks is the series that its file names, or its voxels. `folder` is where the boxes lie.
    """
    known: dict[tuple[str, str], str] = {}
    sizes = dict(drawn.sizes)
    for lesion in lesions:
        for scan in scans:
            place = lesion.places.get(scan.name)
            if place is None or (lesion.name, scan.name) not in sizes:
                continue
            why = _of_pet(place, scan, folder, known)
            if why:
                told = Refused(what=f"its mask on the CT: {why}", fix=DRAW_ON_CT)
                sizes[lesion.name, scan.name] = told
    return replace(drawn, sizes=sizes)


def _of_pet(
    place: Place, scan: Scan, folder: Path | None, known: dict[tuple[str, str], str]
) -> str:
    """What says that a mask was drawn on the PET; nothing where nothing does."""
    if place.ct is None or scan.ct_series is None:
        return ""
    if place.ct == place.mask:
        return "it is the mask on the PET once more"
    key = place.ct.file, scan.name
    if key not in known:
        path = (folder or Path()) / place.ct.file
        try:
            on_pet = drawn_on(path, scan.series, rather_than=scan.ct_series)
        except (ReinfuseError, OSError):
            on_pet = False  # what cannot be read gave no size, and has been refused for that
        known[key] = "it was drawn on the PET" if on_pet else ""
    return known[key]
