"""One DICOM object that holds masks, opened safely; its values asked for one at a time.

A value that is not as the standard has it is refused with the file's bare name and the tag. What
could tell who the patient is stays here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom.naming import shown
from reinfuse.imaging.dicom.opening import guarded, open_dataset, short_hash
from reinfuse.imaging.dicom.refusal import refuse
from reinfuse.imaging.dicom.sources import Source
from reinfuse.imaging.dicom.structure import EXPLICIT, IMPLICIT
from reinfuse.imaging.volume import Floats

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

IDENTITY = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "OtherPatientIDs",
    "AccessionNumber",
    "InstitutionName",
    "ReferringPhysicianName",
)
SHORTEST_NAME = 3  # shorter parts of a name occur in other words
PIXEL_DATA = 0x7FE00010
FARTHEST_MM = 1e5
LARGEST = 1e9  # of any other number


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opened:
    """A file called `name` and its elements, whose lengths hold."""

    name: str
    header: Dataset = field(repr=False)

    @property
    def sop_class(self) -> str:
        """What kind of object this is, as a UID of the standard."""
        return text(self.header, "SOPClassUID")

    @property
    def plain(self) -> bool:
        """Whether pixel data are neither compressed nor in big-endian order."""
        return str(self.header.file_meta.TransferSyntaxUID) in (IMPLICIT, EXPLICIT)

    def pixels(self, needed: int) -> bytes:
        """At least `needed` bytes of plain pixel data; refused where there are fewer."""
        found = self.header.get_item(PIXEL_DATA) if PIXEL_DATA in self.header else None
        data = found.value if found is not None else b""
        if not isinstance(data, bytes) or len(data) < needed:
            held = len(data) if isinstance(data, bytes) else 0
            raise refuse(
                self.name,
                f"there are {held} bytes of pixels, and rows, columns and frames ask for {needed}",
                tag=PIXEL_DATA,
            )
        return data


def open_object(file: Path | Source) -> Opened:
    """The DICOM object in a file; ReinfuseError where there is none or it is damaged."""
    if isinstance(file, Path):
        if not file.is_file():
            raise refuse(shown(file.name), "there is no such file", fix="name a DICOM file")
        file = Source(name=shown(file.name), size=file.stat().st_size, path=file)
    return Opened(name=file.name, header=open_dataset(file))


def text(item: Dataset, keyword: str) -> str:
    """A value as text without outer blanks; empty where it is missing or damaged."""
    try:
        found = _value(item, keyword)
    except ReinfuseError:
        return ""
    return "" if found is None else str(found).strip("\0 ")


def items(item: Dataset, keyword: str, name: str) -> list[Dataset]:
    """The items of a sequence; none where it is missing."""
    found = _value(item, keyword, name)
    if found is None:
        return []
    if isinstance(found, (str, bytes, int, float)):
        raise refuse(name, "this should be a sequence", tag=_tag(keyword))
    return list(found)


def numbers(item: Dataset, keyword: str, name: str, count: int) -> Floats:
    """Exactly `count` numbers, none of them absurdly large."""
    found = _value(item, keyword, name)
    try:
        values = np.atleast_1d(np.asarray(found, np.float64))
    except (TypeError, ValueError):
        values = np.asarray([], np.float64)
    if values.shape != (count,) or not (np.abs(values) <= LARGEST).all():
        raise refuse(name, f"{count} number(s) should stand here", tag=_tag(keyword))
    return values


def whole(item: Dataset, keyword: str, name: str) -> int:
    """One number that is whole and above zero."""
    found = float(numbers(item, keyword, name, 1)[0])
    if found < 1 or found != int(found):
        raise refuse(name, f"{found:g} stands where a count should", tag=_tag(keyword))
    return int(found)


def coordinates(item: Dataset, keyword: str, name: str) -> Floats:
    """A long list of coordinates in mm, read off the bytes at once."""
    tag = _tag(keyword)
    raw = item.get_item(tag) if tag in item else None
    value: Any = None if raw is None else raw.value  # bytes, or what pydicom has made of them
    try:
        words = value.split(b"\\") if isinstance(value, bytes) else list(value or ())
        found = np.asarray([float(word) for word in words if word not in (b"", b" ")], np.float64)
    except (TypeError, ValueError):
        raise refuse(name, "a coordinate is not a number", tag=tag) from None
    if not (np.abs(found) <= FARTHEST_MM).all():
        raise refuse(name, f"a coordinate is farther than {FARTHEST_MM:g} mm", tag=tag)
    return found


def without_identity(words: str, instead: str, header: Dataset) -> str:
    """A label, or `instead` of it when it repeats something that tells who the patient is."""
    folded = words.casefold()
    for keyword in IDENTITY:
        whose = text(header, keyword).casefold()
        parts = whose.replace("^", " ").replace("=", " ").replace("\\", " ").split()
        if any(len(part) >= SHORTEST_NAME and part in folded for part in parts):
            return instead
    return words or instead


def hashed(uid: str) -> str:
    """What stands for a UID in what is kept; empty for none."""
    return short_hash(uid) if uid else ""


def _value(item: Dataset, keyword: str, name: str = "") -> Any:  # noqa: ANN401 - what it holds
    with guarded(name, _tag(keyword)):
        return item.get(keyword)


def _tag(keyword: str) -> int:
    from pydicom.datadict import tag_for_keyword  # noqa: PLC0415 - quick start without pydicom

    return tag_for_keyword(keyword) or 0
