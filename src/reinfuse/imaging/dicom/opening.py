"""A DICOM file opened: its attributes by tag, read so that nothing but our own error gets out."""

from __future__ import annotations

import hashlib
import logging
import math
import re
import struct
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom.refusal import refuse
from reinfuse.imaging.dicom.sources import Source
from reinfuse.imaging.dicom.structure import DEFLATED, EXPLICIT, Skeleton, is_dicom, walk

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement, RawDataElement
    from pydicom.dataset import Dataset

PATIENT_NAME, PATIENT_ID = 0x00100010, 0x00100020
SHORTEST_NAME = 3  # shorter parts occur in other words
NEAR = 76  # a tag, a length, and a name of 64 bytes
EARLY = 1 << 16  # bytes within which the patient is named
HASH_DIGITS = 16
MOST_TEXT = 4096
MOST_SEQUENCE = 1 << 16
BINARY = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d"}


def short_hash(text: str) -> str:
    """What stands for a UID or a patient's number: 16 digits that tell two apart, and no more."""
    return hashlib.sha256(text.strip().encode("utf-8", "replace")).hexdigest()[:HASH_DIGITS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Attributes of a data set, or of an item of a sequence, of the file called `name`.

    `written` are its elements by tag as pydicom found them, with raw values.
    """

    name: str
    little: bool
    data: Dataset = field(repr=False)
    written: Mapping[int, RawDataElement | DataElement] = field(repr=False)

    def text(self, tag: int) -> str:
        """The value as text, without padding; empty where there is none."""
        return self.texts(tag)[0]

    def texts(self, tag: int) -> tuple[str, ...]:
        """The values as text; one empty text where there is none."""
        value = self._value(tag)
        if isinstance(value, bytes):
            value = value[:MOST_TEXT].decode("latin-1").split("\\")
        elif isinstance(value, str) or not isinstance(value, Sequence):
            value = ["" if value is None else str(value)]
        return tuple(str(one).strip("\0 \t\r\n") for one in value) or ("",)

    def number(self, tag: int) -> float | None:
        """A finite number; None where nothing is written; ReinfuseError for anything else."""
        values = self.numbers(tag)
        return values[0] if values else None

    def numbers(self, tag: int) -> tuple[float, ...]:
        """Finite numbers, as many as are written; ReinfuseError where one is none."""
        packed = self._binary(tag)
        if packed is not None:
            values = packed
        else:
            texts = self.texts(tag)
            if texts == ("",):
                return ()
            try:
                values = tuple(float(one) for one in texts)
            except ValueError:
                raise refuse(self.name, "the value is no number", tag=tag) from None
        if not all(math.isfinite(one) for one in values):
            raise refuse(self.name, "the value is not a finite number", tag=tag)
        return values

    def whole(self, tag: int) -> int | None:
        """A whole number; None where nothing is written."""
        value = self.number(tag)
        if value is None:
            return None
        if value != int(value):
            raise refuse(self.name, "the value is no whole number", tag=tag)
        return int(value)

    def items(self, tag: int) -> tuple[Fields, ...]:
        """The items of a sequence; none where it is not there."""
        value = self._value(tag)
        if isinstance(value, bytes) and len(value) > MOST_SEQUENCE:
            raise refuse(self.name, f"the sequence has more than {MOST_SEQUENCE} bytes", tag=tag)
        with guarded(self.name, tag):
            from pydicom.sequence import Sequence as Items  # noqa: PLC0415 - loaded by now

            found = self.data[tag].value if tag in self.data else None
            if not isinstance(found, Items):
                return ()
            return tuple(_fields(self.name, one, little=self.little) for one in found)

    def _value(self, tag: int) -> object:
        """The raw value: bytes as a rule, as nothing has asked pydicom to convert it."""
        element = self.written.get(tag)
        return None if element is None else element.value

    def _binary(self, tag: int) -> tuple[float, ...] | None:
        """Numbers that are written in binary; None where they are written as text."""
        value = self._value(tag)
        kind = BINARY.get(self._kind(tag))
        if kind is None or not isinstance(value, bytes):
            return None
        size = struct.calcsize("<" + kind)
        count = min(len(value), MOST_TEXT) // size
        order = "<" if self.little else ">"
        return tuple(float(one) for one in struct.unpack_from(f"{order}{count}{kind}", value))

    def _kind(self, tag: int) -> str:
        element = self.written.get(tag)
        if element is not None and element.VR and element.VR != "UN":
            return str(element.VR)
        from pydicom._dicom_dict import DicomDictionary  # noqa: PLC0415 - loaded by now

        return str(DicomDictionary.get(tag, ("",))[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file whose skeleton holds, with the attributes that were asked for."""

    source: Source
    sha256: str
    skeleton: Skeleton = field(repr=False)
    fields: Fields = field(repr=False)


def open_file(source: Source, tags: frozenset[int]) -> Opened | None:
    """A file opened, with those of `tags` that it has; None where it is not DICOM.

    ReinfuseError, which names file and tag, where it is damaged.
    """
    content = source.read()
    if not content:
        raise refuse(source.name, "the file has 0 bytes")
    if not is_dicom(content):
        return None
    sha256 = hashlib.sha256(content).hexdigest()
    # A counter may be a patient's number all the same.
    withheld = source.place
    if _names_patient(source.name, content):
        source = replace(source, name=withheld)
    skeleton = walk(content, source.name)
    if skeleton.syntax == DEFLATED and _names_patient(source.name, skeleton.content):
        source = replace(source, name=withheld)
    data = _parse(skeleton, skeleton.only(tags), source.name)
    fields = _fields(source.name, data, little=skeleton.little)
    return Opened(source=source, sha256=sha256, skeleton=skeleton, fields=fields)


def open_dataset(source: Source) -> Dataset:
    """The whole file as pydicom reads it, identity included: for structure sets, segmentations,
    and the images that a segmentation is written for.

    ReinfuseError where it is damaged. What pydicom converts late may still fail: read its
    attributes within `guarded`.
    """
    from pydicom.dataset import FileMetaDataset  # noqa: PLC0415 - quick start without pydicom
    from pydicom.uid import UID  # noqa: PLC0415

    content = source.read()
    if not is_dicom(content):
        raise refuse(source.name, "the file is not DICOM")
    skeleton = walk(content, source.name)
    data = _parse(skeleton, skeleton.content[skeleton.begin :], source.name)
    with guarded(source.name):
        data.file_meta = FileMetaDataset()
        # What was deflated has been inflated.
        syntax = EXPLICIT if skeleton.syntax == DEFLATED else skeleton.syntax
        data.file_meta.TransferSyntaxUID = UID(syntax)
    return data


def place_of(tag: bytes, content: bytes) -> int:
    """Where a tag first stands, or -1: `bytes.find` is slow among the zeros of pixels."""
    values = np.frombuffer(content, np.uint8)
    starts = max(0, values.size - len(tag) + 1)
    here = np.ones(starts, np.bool_)
    for shift, byte in enumerate(tag):
        here &= values[shift : shift + starts] == byte
    return int(here.argmax()) if here.any() else -1


@contextmanager
def guarded(name: str, tag: int | None = None) -> Iterator[None]:
    """What goes wrong within, whatever it is, becomes our error about the file.

    What pydicom would warn of and log is not said: its words quote values, and those may be names.
    Warnings are the whole process's, so that this is not for threads.
    """
    log = logging.getLogger("pydicom")
    before, log.disabled = log.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ReinfuseError:
        raise
    except Exception:  # pydicom raises whatever Python does
        raise refuse(name, "what is written here cannot be read", tag=tag) from None
    finally:
        log.disabled = before


def _fields(name: str, data: Dataset, *, little: bool) -> Fields:
    # Plain numbers as keys: pydicom's own tags compare slowly, and a slice is asked for 60.
    written = {int(tag): element for tag, element in data.items()}
    return Fields(name=name, little=little, data=data, written=written)


def _names_patient(name: str, content: bytes) -> bool:
    """Whether a part of a file's name stands near where it holds the patient's name or number.

    Bytes are looked at and not attributes, so that a file too damaged to be read is asked too.
    """
    parts = [one.encode() for one in re.split(r"[\W_]+", name.lower()) if len(one) >= SHORTEST_NAME]
    for tag in (b"\x10\0\x10\0", b"\x10\0\x20\0", b"\0\x10\0\x10", b"\0\x10\0\x20"):
        at = place_of(tag, content[:EARLY])
        near = content[at + 4 : at + NEAR].lower() if at >= 0 else b""
        if any(one in near for one in parts):
            return True
    return False


def _parse(skeleton: Skeleton, body: bytes, name: str) -> Dataset:
    from pydicom.filereader import read_dataset  # noqa: PLC0415 - quick start without pydicom

    with guarded(name):
        return read_dataset(BytesIO(body), skeleton.implicit, skeleton.little)
