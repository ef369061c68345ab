"""A folder, a file or a zip of DICOM files, read into series of one patient."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.dicom.geometry import Placed, place
from reinfuse.imaging.dicom.image import (
    FRAME,
    IMAGE_TYPE,
    MODALITY,
    SOP_CLASS,
    TAGS,
    Image,
    read_image,
)
from reinfuse.imaging.dicom.opening import (
    PATIENT_ID,
    PATIENT_NAME,
    Fields,
    Opened,
    open_file,
    short_hash,
)
from reinfuse.imaging.dicom.pet import gather_facts
from reinfuse.imaging.dicom.refusal import listed, refuse, tell
from reinfuse.imaging.dicom.series import WORDS, Found, Other, Refused, Series, Stored
from reinfuse.imaging.dicom.sources import Source, gather
from reinfuse.imaging.suv.facts import PetFacts

MOST_PROBLEMS = 3
SYNTHETIC_RULE = "dicom-synthetic"
DIRECTORY, SECONDARY = "1.2.840.10008.1.3.10", "1.2.840.10008.5.1.4.1.1.7"
BY_CLASS = {
    "1.2.840.10008.5.1.4.1.1.128": "PT", "1.2.840.10008.5.1.4.1.1.2": "CT",
    "1.2.840.10008.5.1.4.1.1.481.3": "RTSTRUCT", "1.2.840.10008.5.1.4.1.1.66.4": "SEG",
}  # fmt: skip
# Other modalities that are told by name; what else stands there may be anything.
TOLD = frozenset({
    "CR", "DOC", "DX", "KO", "MG", "MR", "NM", "OT", "PR", "PT", "CT", "REG", "RTDOSE", "RTPLAN",
    "RTRECORD", "RWV", "SC", "SR", "US", "XA",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One file: an image, a stored object, or another `kind`; and whose it is, as a hash."""

    kind: str
    patient: str = ""
    image: Image | None = None
    stored: Stored | None = None


def read_folder(path: Path, *, resample: bool = False) -> Found:
    """The series, structure sets and segmentations below a folder, in one file, or in a zip.

    ReinfuseError where a file is damaged, where there are two patients, or where nothing can be
    read of PET or of CT although there is some. With `resample`, slices at irregular steps are
    put on even ones, linearly along their normal, and told. Nothing that identifies the patient
    is kept.
    """
    sources = gather(Path(path))
    read = _read_all(sources, alone=len(sources) == 1)
    if not any(one.kind != "not DICOM" for one in read):
        raise refuse("the folder", "there is no DICOM file", fix="name a folder with DICOM files")
    patient = _only_patient(read)
    images = [one.image for one in read if one.image is not None]
    groups, kinds, findings = _group(images)
    series: list[Series] = []
    refused: list[Refused] = []
    for group in groups:
        try:
            series.append(_assemble(group, patient=patient, resample=resample))
        except ReinfuseError as problem:
            refused.append(
                Refused(modality=group[0].modality, key=group[0].series, problem=problem)
            )
    for one in refused:
        # A scout that is no volume may stand beside a CT; a PET that is none may not stand alone.
        if not any(other.modality == one.modality for other in series):
            raise one.problem
        findings.append(
            tell(
                Severity.GAP,
                "dicom-series-refused",
                one.problem.what,
                where=one.problem.where,
                fix=one.problem.fix,
            )
        )
    kinds.update(one.kind for one in read if one.image is None and one.stored is None)
    stored = [one.stored for one in read if one.stored is not None]
    return Found(
        series=tuple(sorted(series, key=lambda one: (one.modality != "PT", -len(one.images)))),
        structures=tuple(one for one in stored if one.modality == "RTSTRUCT"),
        segmentations=tuple(one for one in stored if one.modality == "SEG"),
        refused=tuple(refused),
        others=tuple(Other(kind=kind, files=count) for kind, count in sorted(kinds.items())),
        findings=tuple(findings),
    )


def _read_all(sources: Iterable[Source], *, alone: bool) -> list[_Read]:
    """Every file; ReinfuseError for the first that is damaged, which tells of the others."""
    read: list[_Read] = []
    problems: list[ReinfuseError] = []
    for source in sources:
        try:
            opened = open_file(source, TAGS)
            if opened is None and alone:
                raise refuse(source.name, "the file is not DICOM", fix="name a DICOM file")
            read.append(_Read(kind="not DICOM") if opened is None else _read_one(opened))
        except ReinfuseError as problem:
            problems.append(problem)
            if len(problems) == MOST_PROBLEMS:
                break
    if len(problems) > 1:
        first = problems[0]
        more = listed([one.where for one in problems[1:]])
        raise ReinfuseError(
            f"{first.what}; other files are damaged too: {more}", where=first.where, fix=first.fix
        )
    if problems:
        raise problems[0]
    return read


def _read_one(opened: Opened) -> _Read:
    fields = opened.fields
    class_ = fields.text(SOP_CLASS)
    if class_ == DIRECTORY:
        return _Read(kind="DICOMDIR")
    patient = fields.text(PATIENT_ID) or fields.text(PATIENT_NAME)
    whose = short_hash(patient.upper()) if patient else ""
    modality = fields.text(MODALITY).upper() or BY_CLASS.get(class_, "")
    if modality in ("RTSTRUCT", "SEG"):
        frame = fields.text(FRAME)
        stored = Stored(
            modality=modality,
            source=opened.source,
            sha256=opened.sha256,
            frame=short_hash(frame) if frame else "",
        )
        return _Read(kind=modality, patient=whose, stored=stored)
    if modality not in WORDS or class_ == SECONDARY or _is_scout(fields):
        kind = modality if modality in TOLD else "unknown"
        return _Read(kind=kind, patient=whose)
    return _Read(kind=modality, patient=whose, image=read_image(opened, modality))


def _is_scout(fields: Fields) -> bool:
    return "LOCALIZER" in fields.texts(IMAGE_TYPE)


def _only_patient(read: list[_Read]) -> str:
    """Whose the files are, as a hash; empty where none says it; refused where there are two."""
    patients = {one.patient for one in read if one.patient}
    if len(patients) > 1:
        raise refuse(
            "the folder",
            f"there are files of {len(patients)} patients",
            tag=PATIENT_ID,
            fix="keep the files of one patient in a folder",
        )
    return next(iter(patients), "")


def _group(images: list[Image]) -> tuple[list[tuple[Image, ...]], Counter[str], list[Finding]]:
    """Images by series and geometry; what is left over of a series, or there twice, is told."""
    by_content = {one.sha256: one for one in images}
    findings: list[Finding] = []
    kinds: Counter[str] = Counter()
    if len(by_content) < len(images):
        twice = len(images) - len(by_content)
        findings.append(
            tell(
                Severity.NOTE,
                "dicom-twice",
                f"{twice} files are there twice, byte by byte",
                where="the folder",
            )
        )
    series: defaultdict[tuple[str, str], defaultdict[tuple[object, ...], list[Image]]]
    series = defaultdict(lambda: defaultdict(list))
    for one in by_content.values():
        series[one.modality, one.series][one.geometry].append(one)
    groups: list[tuple[Image, ...]] = []
    for (modality, key), geometries in series.items():
        # Turning projections, scouts and captures lie in a series of slices one by one.
        single = [own for own in geometries.values() if len(own) == 1 and len(geometries) > 1]
        if single:
            kinds[modality] += len(single)
            names = listed([own[0].source.name for own in single])
            what = f"{len(single)} images lie otherwise than their series, and were left out"
            findings.append(
                tell(
                    Severity.CONTRADICTION,
                    "dicom-other-geometry",
                    f"{what}: {names}",
                    where=f"{WORDS[modality]} series {key}",
                )
            )
        groups += [tuple(own) for own in geometries.values() if own not in single]
    return groups, kinds, findings


def _assemble(images: tuple[Image, ...], *, patient: str, resample: bool) -> Series:
    first = images[0]
    called = f"{WORDS[first.modality]} series {first.series}"
    placed = place(images, called=called, resample=resample)
    digest = hashlib.sha256("".join(one.sha256 for one in placed.images).encode())
    return Series(
        modality=first.modality,
        key=first.series,
        frame=first.frame,
        grid=placed.grid,
        images=placed.images,
        places=placed.places,
        facts=_facts(placed, called),
        sha256=digest.hexdigest(),
        findings=(*placed.findings, *_told(placed.images, called)),
        patient=patient,
    )


def _facts(placed: Placed, called: str) -> PetFacts | None:
    images = placed.images
    if placed.places is not None:
        images = tuple(images[one] for one in np.rint(placed.places).astype(int))
    pet = tuple(one.pet for one in images if one.pet is not None)
    if not pet:
        return None
    return gather_facts(
        pet,
        slopes=tuple(one.slope for one in images),
        intercepts=tuple(one.intercept for one in images),
        where=called,
    )


def _told(images: tuple[Image, ...], called: str) -> list[Finding]:
    found: list[Finding] = []
    if any(one.burned_in for one in images):
        what = "the images say that text is burned in, which may name the patient"
        found.append(
            tell(
                Severity.CONTRADICTION,
                "dicom-burned-in",
                what,
                where=called,
                fix="look at the pictures before anybody else does",
            )
        )
    if any(one.synthetic for one in images):
        what = "the files say that they are synthetic, of nobody"
        found.append(tell(Severity.NOTE, SYNTHETIC_RULE, what, where=called))
    if any(one.pet is not None and one.pet.tracers > 1 for one in images):
        what = "more than one tracer is named; the first is taken"
        found.append(tell(Severity.AMBIGUITY, "dicom-tracers", what, where=called))
    if images[0].modality == "PT" and any(one.intercept for one in images):
        what = "an intercept is not 0, as it must be for PET; it was added"
        found.append(tell(Severity.CONTRADICTION, "dicom-intercept", what, where=called))
    return found
