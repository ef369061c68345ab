"""What a folder of DICOM files holds: series of slices, structure sets, and what was not read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.dicom.image import Image
from reinfuse.imaging.dicom.sources import Source
from reinfuse.imaging.suv.facts import PetFacts
from reinfuse.imaging.volume import Grid

WORDS = {"PT": "PET", "CT": "CT"}
ATTENUATION = "ATTN"  # as (0028,0051) CorrectedImage calls it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """A PET (`PT`) or CT series on one grid; its values stay in the files until asked for.

    `key` and `frame` are hashes of the UIDs of the series and of its frame of reference, `patient`
    is that of the patient's number, or name, for comparison alone; empty where there is neither.
    `sha256` is taken over the SHA-256 of the files, in the order of the slices. `places` is None
    where the images lie on the grid; for a resampled series see `geometry.Placed`. The facts of
    a resampled series are those of the nearest image, slice by slice.
    """

    modality: str
    key: str
    frame: str
    grid: Grid
    images: tuple[Image, ...] = field(repr=False)
    places: NDArray[np.float64] | None
    facts: PetFacts | None
    sha256: str
    findings: tuple[Finding, ...] = ()
    patient: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A structure set (`RTSTRUCT`) or segmentation (`SEG`), checked and not yet interpreted.

    `frame` is the hash of the frame of reference, where the file says one at its top.
    """

    modality: str
    source: Source
    sha256: str
    frame: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A series that stands among others and could not be read, and why."""

    modality: str
    key: str
    problem: ReinfuseError = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Files that are neither PET, CT, structure set nor segmentation: how many, of what kind."""

    kind: str
    files: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """Everything a folder holds of one patient."""

    series: tuple[Series, ...]
    structures: tuple[Stored, ...]
    segmentations: tuple[Stored, ...]
    refused: tuple[Refused, ...]
    others: tuple[Other, ...]
    findings: tuple[Finding, ...]

    @property
    def pet(self) -> tuple[Series, ...]:
        """The PET series, largest first."""
        return tuple(one for one in self.series if one.modality == "PT")

    @property
    def ct(self) -> tuple[Series, ...]:
        """The CT series, largest first."""
        return tuple(one for one in self.series if one.modality == "CT")

    def one(self, modality: str) -> Series:
        """The only series of a modality, `PT` or `CT`; ReinfuseError for none or several.

        Of several PET series the one corrected for attenuation is taken, with a note, where all
        others say that they are not.
        """
        matching = [one for one in self.series if one.modality == modality]
        if len(matching) == 1:
            return matching[0]
        called = WORDS.get(modality, modality)
        if not matching:
            raise ReinfuseError(
                f"there is no {called} series",
                where="the folder",
                fix=f"name a folder with a {called} series of one image for each slice",
            )
        corrected = [one for one in matching if _is_corrected(one)]
        if len(corrected) == 1 and all(_is_corrected(one) is not None for one in matching):
            return _taken(corrected[0], len(matching) - 1)
        raise ReinfuseError(
            f"there are {len(matching)} {called} series: {', '.join(map(_shown, matching))}",
            where="the folder",
            fix="keep one in the folder: attenuation-corrected, of the whole body",
        )


def _is_corrected(one: Series) -> bool | None:
    """Whether a PET series is corrected for attenuation; None where it does not say."""
    if one.facts is None or one.facts.corrections is None:
        return None
    return ATTENUATION in one.facts.corrections


def _taken(one: Series, others: int) -> Series:
    """The corrected series, with a note that says of what it was taken."""
    left = "1 other series" if others == 1 else f"{others} other series"
    note = Finding(
        severity=Severity.NOTE,
        rule="dicom-corrected-taken",
        what=f"{_shown(one)}, was taken; by (0028,0051) CorrectedImage {left} of PET in the folder "
        f"{'is' if others == 1 else 'are'} not",
        where="the folder",
        fix="keep one in the folder, if another was meant",
    )
    return replace(one, findings=(*one.findings, note))


def _shown(one: Series) -> str:
    """A series by its hash, how many images it has, and whether attenuation is corrected."""
    called = f"{one.key} of {len(one.images)} images"
    if one.modality != "PT":
        return called
    words = {True: "corrected", False: "not corrected", None: "not said to be corrected"}
    return f"{called} {words[_is_corrected(one)]} for attenuation"
