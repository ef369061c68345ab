"""What a folder of DICOM files holds: series of slices, structure sets, and what was not read."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.imaging.dicom.image import Image
from reinfuse.imaging.dicom.sources import Source
from reinfuse.imaging.suv.facts import PetFacts
from reinfuse.imaging.volume import Grid

WORDS = {"PT": "PET", "CT": "CT"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """A PET (`PT`) or CT series on one grid; its values stay in the files until asked for.

    `key` and `frame` are hashes of the UIDs of the series and of its frame of reference.
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
        """The only series of a modality, `PT` or `CT`; ReinfuseError for none or several."""
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
        raise ReinfuseError(
            f"there are {len(matching)} {called} series, of "
            f"{', '.join(str(len(one.images)) for one in matching)} images",
            where="the folder",
            fix="keep one in the folder: attenuation-corrected, of the whole body",
        )
