"""Every lesion in every scan: drawn or taken from a mask, measured, and sized on CT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.following.references import References
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.lesions import Holes, NoLesion, OverLiver, Region, Rule, delineate
from reinfuse.imaging.measured.boxes import AnyRule, Boxes, WantedLesion, WantedMask
from reinfuse.imaging.measured.looking import Attempt, Refused
from reinfuse.imaging.measured.mask_doubts import doubts_of_mask
from reinfuse.imaging.measured.masks_in import MaskFiles, size_on_ct
from reinfuse.imaging.measured.registered import Progress
from reinfuse.imaging.measured.scanning import Scan
from reinfuse.imaging.measures import InSlice, measure

# Ours: an ordinary scan has 1e7 voxels, and 400 MB of numbers are as much as a box may take.
MOST_VOXELS = 50_000_000
# Voxels of a lesion times voxels in 1 mL (ours): 2 mm voxels reach it with 64 litres.
MOST_PEAK = 1e9

Attempts = Mapping[tuple[str, str], Attempt]
Sizes = Mapping[tuple[str, str], InSlice | Refused]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """What became of every lesion on PET, and its size on CT, by name of lesion and scan."""

    attempts: Attempts
    sizes: Sizes


def draw_all(
    lesions: Sequence[WantedLesion],
    scans: Sequence[Scan],
    references: Sequence[References],
    boxes: Boxes,
    *,
    progress: Progress,
) -> Drawn:
    """Every lesion in every scan where a person said a place; `references` are those of the scans.

    One that cannot be drawn does not hinder the others.
    """
    attempts: dict[tuple[str, str], Attempt] = {}
    sizes: dict[tuple[str, str], InSlice | Refused] = {}
    masks = MaskFiles(folder=boxes.folder)
    for lesion in lesions:
        for scan, reference in zip(scans, references, strict=True):
            place, key = lesion.places.get(scan.name), (lesion.name, scan.name)
            if place is None:
                continue
            progress(f"measuring {lesion.name} in {scan.name}")
            if place.on_pet:
                attempts[key] = _attempt(lesion, scan, reference, masks, psf_mm=boxes.psf_mm)
            if place.ct is not None:
                sizes[key] = _size(lesion, scan, place.ct, masks)
    return Drawn(attempts=attempts, sizes=sizes)


def _attempt(
    lesion: WantedLesion,
    scan: Scan,
    references: References,
    masks: MaskFiles,
    *,
    psf_mm: float | None,
) -> Attempt:
    """The lesion where it was said to be; why not is an answer, so that others go on."""
    try:
        drawn = _drawn(lesion, scan, references, masks, psf_mm)
        if isinstance(drawn, NoLesion):
            return drawn
        _refuse_too_fine(drawn)
        return measure(scan.suv, drawn, psf_mm=psf_mm)
    except ReinfuseError as problem:
        return Refused(what=problem.what, fix=problem.fix)


def _size(
    lesion: WantedLesion, scan: Scan, wanted: WantedMask, masks: MaskFiles
) -> InSlice | Refused:
    """The size of its mask on the CT, or why there is none."""
    if scan.ct_series is None:
        return Refused(
            what="its mask on the CT: there is no CT in the frame of reference of the PET",
            fix="put the CT of this scan into its folder",
        )
    try:
        return size_on_ct(masks.on(wanted, scan.ct_series, label=lesion.name))
    except ReinfuseError as problem:
        return Refused(what=problem.what, fix=problem.fix)


def _drawn(
    lesion: WantedLesion,
    scan: Scan,
    references: References,
    masks: MaskFiles,
    psf_mm: float | None,
) -> Delineated | NoLesion:
    place = lesion.places[scan.name]
    if place.mask is not None:
        drawn = masks.on(place.mask, scan.series, label=lesion.name)
        doubts = doubts_of_mask(drawn, place.mask.file)
        return replace(drawn, guards=(*drawn.guards, *doubts))
    region = place.region(scan.suv)
    _refuse_too_large(region.clipped(scan.suv.grid.shape))
    return delineate(
        scan.suv,
        region,
        _known(place.rule or lesion.rule, references),
        label=lesion.name,
        psf_mm=psf_mm,
        holes=Holes.FILLED if lesion.fill_holes else Holes.KEPT,
    )


def _refuse_too_large(region: Region) -> None:
    voxels = prod(region.shape)
    if voxels > MOST_VOXELS:
        raise ReinfuseError(
            f"its box holds {voxels:,} voxels, more than {MOST_VOXELS:,} (ours)",
            fix="narrow the box, or give the seed a shorter `reach_mm`",
        )


def _refuse_too_fine(drawn: Delineated) -> None:
    """For SUVpeak a sphere of 1 mL is laid about every voxel, which fine voxels make endless."""
    voxels, in_a_ml = np.count_nonzero(drawn.mask), 1.0 / drawn.grid.voxel_ml
    if voxels * max(1.0, in_a_ml) > MOST_PEAK:
        raise ReinfuseError(
            f"it has {voxels:,} voxels, and 1 mL holds {in_a_ml:,.0f}: too fine to be measured "
            f"(more than {MOST_PEAK:,.0f} multiplied, ours)",
            fix="check (0028,0030) PixelSpacing, or narrow the box",
        )


def _known(rule: AnyRule, references: References) -> Rule:
    """A rule that needs the liver, with that of this scan."""
    if not isinstance(rule, OverLiver):
        return rule
    if references.liver is None:
        raise ReinfuseError(
            f"its border is {rule.name}, and no liver is known in this scan",
            fix="write `liver: [x, y, z]` for this scan, or for an earlier one",
        )
    return rule.of(references.liver.mean, references.liver.deviation)
