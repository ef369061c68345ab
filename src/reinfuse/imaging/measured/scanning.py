"""One time point read: a folder or zip of DICOM as uptake, with CT where it can be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.dicom import Found, Series, read_folder, read_volume
from reinfuse.imaging.following.pyramid import coarser
from reinfuse.imaging.following.registering import ROUNDS
from reinfuse.imaging.measured.boxes import Boxes, WantedScan
from reinfuse.imaging.suv import Normaliser, Provenance, provenance_of, suv_of
from reinfuse.imaging.suv.body import BODY_WEIGHT
from reinfuse.imaging.volume import Volume

VOXEL_MM = (0.5, 10.0)  # ours: from small scanners of the head to the first of the whole body


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scan:
    """One PET as uptake, and its `series`; `key` and `sha256` are hashes of it and of its files.

    `ct_series` is the CT of the same frame of reference, None where no CT fits; `ct` are its values
    as coarse as registration looks at them, None where nothing is to be registered. `date` is for
    order and days alone and leaves this room in no form.
    """

    wanted: WantedScan
    series: Series
    ct_series: Series | None
    key: str
    sha256: str
    suv: Volume
    ct: Volume | None
    provenance: Provenance
    date: date | None
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """What the boxes call it."""
        return self.wanted.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A scan that gave nothing, and why."""

    scan: str
    what: str
    where: str
    fix: str


def named(folders: Sequence[Path], boxes: Boxes) -> tuple[tuple[Path, WantedScan], ...]:
    """Every folder with what the boxes say of it.

    A folder is meant by its bare name, a zip also without its ending. Where boxes list no scans,
    those of lesions are folders. Others are called `scan 2` by their place among `folders`, and
    boxes may call them so again: folders are often called by their patient. Raises ReinfuseError
    where names do not fit.
    """
    scans = list(boxes.scans)
    if not scans:
        looked = dict.fromkeys(name for lesion in boxes.lesions for name in lesion.places)
        scans = [WantedScan(name=name, folder=name) for name in looked]
    matched = [_by_folder(path, scans) for path in folders]
    by_place = {one.name: one for one in scans if one.folder == one.name and one not in matched}
    found: list[tuple[Path, WantedScan]] = []
    for number, (path, own) in enumerate(zip(folders, matched, strict=True), start=1):
        placed = f"scan {number}"
        unnamed = WantedScan(name=placed, folder=path.resolve().name)
        found.append((path, own or by_place.get(placed, unnamed)))
    names = [one.name for _, one in found]
    twins = sorted({one for one in names if names.count(one) > 1})
    if twins:
        what = f"two folders are the scan {twins[0]}"
        raise ReinfuseError(what, fix="give each time point once, and each folder its own name")
    absent = [one.name for one in scans if one.name not in names]
    if absent:
        raise ReinfuseError(
            f"no folder was given for {', '.join(absent)}",
            where=boxes.file,
            fix="name its folder on the command line, or call it by `folder` in the boxes",
        )
    return tuple(found)


def _by_folder(path: Path, scans: Sequence[WantedScan]) -> WantedScan | None:
    """The scan that is called as a folder or zip is; None where none is."""
    by_folder = {one.folder: one for one in scans}
    own = by_folder.get(path.resolve().name)
    return by_folder.get(path.stem) if own is None and path.suffix.casefold() == ".zip" else own


def read_scan(
    path: Path, wanted: WantedScan, *, with_ct: bool, normaliser: Normaliser = BODY_WEIGHT
) -> Scan | Failed:
    """The uptake of one time point; Failed where it cannot be had.

    `with_ct` reads the CT as well, as registration looks at it.
    """
    try:
        found = read_folder(path, resample=wanted.resample)
        series = found.one("PT")
        suv = suv_of(series, normalise=normaliser.key, overrides=wanted.overrides)
        fitting = _fitting(found, series)
        ct, told = _ct(fitting) if with_ct else (None, ())
    except ReinfuseError as problem:
        return Failed(scan=wanted.name, what=problem.what, where=problem.where, fix=problem.fix)
    except OSError as problem:
        what = f"it cannot be read: {problem.strerror or 'the system says no'}"
        return Failed(scan=wanted.name, what=what, where="", fix="check the name and the rights")
    facts = series.facts
    moment = None if facts is None else facts.series_time
    return Scan(
        wanted=wanted,
        series=series,
        ct_series=fitting,
        key=series.key,
        sha256=series.sha256,
        suv=replace(suv.volume, per_suvbw=_per_suvbw(series, wanted, suv.provenance)),
        ct=ct,
        provenance=suv.provenance,
        date=None if moment is None else moment.day,
        findings=(
            *found.findings,
            *series.findings,
            *_voxels(series),
            *suv.provenance.findings,
            *told,
        ),
    )


def _voxels(series: Series) -> tuple[Finding, ...]:
    """Whether the voxels are as large as those of a scanner for people."""
    edges = series.grid.spacing
    low, high = VOXEL_MM
    if low <= edges.min() and edges.max() <= high:
        return ()
    what = f"voxels of {' x '.join(f'{mm:.3g}' for mm in edges)} mm, outside {low:g} to {high:g} mm"
    return (
        Finding(
            severity=Severity.AMBIGUITY,
            rule="petct-voxel-size",
            what=f"{what} (ours): every size rests on them",
            where=f"PET series {series.key}",
            fix="check (0028,0030) PixelSpacing and the places of the slices",
        ),
    )


def _per_suvbw(series: Series, wanted: WantedScan, known: Provenance) -> float | None:
    """What an SUVbw of 1 is by another normaliser; None where the files do not tell."""
    if series.facts is None or known.normaliser is BODY_WEIGHT:
        return None
    try:
        weight = provenance_of(series.facts, normalise=BODY_WEIGHT.key, overrides=wanted.overrides)
    except ReinfuseError:
        return None
    return known.factors[0] / weight.factors[0]


def _fitting(found: Found, pet: Series) -> Series | None:
    """The CT of the same frame of reference with most images."""
    return next((one for one in found.ct if one.frame == pet.frame and one.frame), None)


def _ct(fitting: Series | None) -> tuple[Volume | None, tuple[Finding, ...]]:
    """The CT as registration looks at it; a note where there is none."""
    if fitting is not None:
        return coarser(read_volume(fitting), ROUNDS[-1][0]), ()
    what = "no CT in the frame of reference of the PET: registered by uptake"
    return None, (Finding(severity=Severity.NOTE, rule="petct-no-ct", what=what),)
