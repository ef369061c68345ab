"""One time point read: a folder or zip of DICOM as uptake, with CT where it can be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.dicom import Found, Series, read_folder, read_volume
from reinfuse.imaging.following.pyramid import coarser
from reinfuse.imaging.following.registering import ROUNDS
from reinfuse.imaging.measured.boxes import Boxes, WantedScan
from reinfuse.imaging.suv import Provenance, suv_of
from reinfuse.imaging.volume import Volume


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scan:
    """One PET as uptake: `key` and `sha256` are hashes of its series and of its files.

    `ct` is as coarse as registration looks at it, None where nothing is to be registered or no CT
    fits. `date` is for order alone and leaves this room in no form.
    """

    wanted: WantedScan
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
    those of lesions are folders. Others are called `scan 2` by their place: folders are often
    called by their patient. Raises ReinfuseError where names do not fit.
    """
    scans = list(boxes.scans)
    if not scans:
        looked = dict.fromkeys(name for lesion in boxes.lesions for name in lesion.places)
        scans = [WantedScan(name=name, folder=name) for name in looked]
    by_folder = {one.folder: one for one in scans}
    found: list[tuple[Path, WantedScan]] = []
    for number, path in enumerate(folders, start=1):
        bare = path.resolve().name
        own = by_folder.get(bare)
        if own is None and path.suffix.casefold() == ".zip":
            own = by_folder.get(path.stem)
        found.append((path, own or WantedScan(name=f"scan {number}", folder=bare)))
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


def read_scan(path: Path, wanted: WantedScan, *, with_ct: bool) -> Scan | Failed:
    """The uptake of one time point; Failed where it cannot be had."""
    try:
        found = read_folder(path)
        series = found.one("PT")
        suv = suv_of(series, overrides=wanted.overrides)
        ct, told = _ct(found, series) if with_ct else (None, ())
    except ReinfuseError as problem:
        return Failed(scan=wanted.name, what=problem.what, where=problem.where, fix=problem.fix)
    except OSError as problem:
        what = f"it cannot be read: {problem.strerror or 'the system says no'}"
        return Failed(scan=wanted.name, what=what, where="", fix="check the name and the rights")
    facts = series.facts
    moment = None if facts is None else facts.series_time
    return Scan(
        wanted=wanted,
        key=series.key,
        sha256=series.sha256,
        suv=suv.volume,
        ct=ct,
        provenance=suv.provenance,
        date=None if moment is None else moment.day,
        findings=(*found.findings, *series.findings, *suv.provenance.findings, *told),
    )


def _ct(found: Found, pet: Series) -> tuple[Volume | None, tuple[Finding, ...]]:
    """The CT of the same frame of reference with most images; a note where there is none."""
    fitting = [one for one in found.ct if one.frame == pet.frame and one.frame]
    if fitting:
        return coarser(read_volume(fitting[0]), ROUNDS[-1][0]), ()
    what = "no CT in the frame of reference of the PET: registered by uptake"
    return None, (Finding(severity=Severity.NOTE, rule="petct-no-ct", what=what),)
