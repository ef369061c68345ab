"""Segments of a DICOM segmentation as masks, on the voxels they were drawn on.

Source: DICOM PS3.3 A.51, C.8.20 (Segmentation); PS3.3 C.7.6.16 (functional groups).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reinfuse.imaging.dicom.refusal import refuse
from reinfuse.imaging.dicom.sources import Source
from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.masks.frames import Frames, frames_of
from reinfuse.imaging.masks.opening import (
    Opened,
    hashed,
    items,
    numbers,
    open_object,
    text,
    whole,
    without_identity,
)
from reinfuse.imaging.masks.placing import trimmed
from reinfuse.imaging.volume import Mask

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
LABEL_MAP = "1.2.840.10008.5.1.4.1.1.66.7"
MOST_VOXELS = 1 << 29  # of all masks of a file, a byte each
MOST_SEGMENTS = 1024
Piece = tuple[int, int, int, Mask]  # slice, first row, first column, "rows columns"
PLAIN = "save the segmentation without compression (Explicit VR Little Endian)"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segment:
    """A segment: its number, what was segmented and how, and its voxels.

    `mask` is None where no frame holds any voxel of it.
    """

    number: int
    label: str
    category: str
    kind: str
    algorithm: str
    mask: Delineated | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segmentation:
    """The segments of a file. `frame` is the hash of its frame of reference."""

    where: str
    frame: str
    segments: tuple[Segment, ...]

    @property
    def masks(self) -> tuple[Delineated, ...]:
        """The masks of all segments that have voxels."""
        return tuple(one.mask for one in self.segments if one.mask is not None)


def read_segmentation(file: Path | Source, *, at_least: float = 0.5) -> Segmentation:
    """All segments; ReinfuseError where the file cannot be read.

    Of a fractional segmentation a voxel belongs to a segment when its share of the maximal
    fractional value is `at_least` that.
    """
    return segmentation_of(open_object(file), at_least=at_least)


def segmentation_of(opened: Opened, *, at_least: float = 0.5) -> Segmentation:
    """All segments of an opened segmentation."""
    name, header = opened.name, opened.header
    if opened.sop_class not in (SEGMENTATION, LABEL_MAP):
        raise refuse(
            name,
            "this is not a segmentation",
            tag=0x00080016,
            fix="name the file of modality SEG",
        )
    if not opened.plain:
        raise refuse(name, "the frames are compressed or big-endian", tag=0x00020010, fix=PLAIN)
    frames = frames_of(opened)
    described = {
        whole(item, "SegmentNumber", name): item
        for item in items(header, "SegmentSequence", name)
        # A label map may describe its background, number 0.
        if text(item, "SegmentNumber") != "0"
    }
    if len(described) > MOST_SEGMENTS:
        raise refuse(name, f"there are more than {MOST_SEGMENTS} segments", fix="split it")
    pieces = _pieces(opened, frames, at_least, set(described))
    segments = []
    for number, item in described.items():
        label = without_identity(text(item, "SegmentLabel"), f"segment {number}", header)
        segments.append(
            Segment(
                number=number,
                label=label,
                category=_meaning(item, "SegmentedPropertyCategoryCodeSequence", name),
                kind=_meaning(item, "SegmentedPropertyTypeCodeSequence", name),
                algorithm=text(item, "SegmentAlgorithmType"),
                mask=_joined(pieces[number], frames, label, name),
            )
        )
    return Segmentation(
        where=name, frame=hashed(text(header, "FrameOfReferenceUID")), segments=tuple(segments)
    )


def _pieces(
    opened: Opened, frames: Frames, at_least: float, known: set[int]
) -> dict[int, list[Piece]]:
    """What each segment has on each slice, cut to what it holds."""
    name = opened.name
    pieces: dict[int, list[Piece]] = {number: [] for number in known}
    held = 0
    for number, height, mask in _slices(opened, frames, at_least):
        if number not in pieces:
            raise refuse(name, f"a frame shows segment {number}, which is not described",
                         tag=0x0062000B)  # fmt: skip
        corner, part = trimmed((0, 0, 0), mask[None])
        if part.size:
            pieces[number].append((height, corner[1], corner[2], part[0]))
            held += part.size
        if held > MOST_VOXELS:
            raise refuse(name, f"the masks have more than {MOST_VOXELS} voxels", fix="split it")
    return pieces


def _slices(
    opened: Opened, frames: Frames, at_least: float
) -> Iterator[tuple[int, int, NDArray[np.bool_]]]:
    """Segment, index of the slice, and `"rows columns"` of each frame."""
    name, header = opened.name, opened.header
    bits = whole(header, "BitsAllocated", name)
    kind = text(header, "SegmentationType")
    size = frames.rows * frames.columns
    expected = {"BINARY": (1,), "FRACTIONAL": (8,), "LABELMAP": (8, 16)}
    if bits not in expected.get(kind, ()):
        raise refuse(name, f"segmentations of type {kind or 'unknown'} with {bits} bits a voxel "
                     "are not read", tag=0x00620001, fix=PLAIN)  # fmt: skip
    data = np.frombuffer(opened.pixels(-(-size * len(frames.heights) * bits // 8)), np.uint8)
    most = float(numbers(header, "MaximumFractionalValue", name, 1)[0]) if (
        kind == "FRACTIONAL"
    ) else 1.0  # fmt: skip
    for order, height in enumerate(frames.heights):
        if bits == 1:
            # Frames follow each other without padding, so one may begin within a byte.
            first, last = order * size, (order + 1) * size
            plain = np.unpackbits(data[first // 8 : -(-last // 8)], bitorder="little")
            values = plain[first % 8 : first % 8 + size]
        else:
            wide = np.uint8 if bits == 8 else np.dtype("<u2")  # noqa: PLR2004 - bits of a byte
            values = data[order * size * bits // 8 : (order + 1) * size * bits // 8].view(wide)
        plane = values.reshape(frames.rows, frames.columns)
        if kind == "LABELMAP":
            for number in np.unique(plane[plane > 0]):
                yield int(number), height, plane == number
        else:
            segment = frames.segments[order]
            yield segment, height, plane >= at_least * most if kind == "FRACTIONAL" else plane > 0


def _joined(pieces: list[Piece], frames: Frames, label: str, name: str) -> Delineated | None:
    if not pieces:
        return None
    low = np.min([(height, row, column) for height, row, column, _ in pieces], axis=0)
    high = np.max(
        [(height + 1, row + part.shape[0], column + part.shape[1])
         for height, row, column, part in pieces], axis=0,
    )  # fmt: skip
    if float(np.prod((high - low).astype(float))) > MOST_VOXELS:
        raise refuse(name, f"the box of a segment has more than {MOST_VOXELS} voxels",
                     tag=0x00200032)  # fmt: skip
    mask = np.zeros(tuple(high - low), np.bool_)
    for height, row, column, part in pieces:
        top, left = row - low[1], column - low[2]
        mask[height - low[0], top : top + part.shape[0], left : left + part.shape[1]] |= part
    first, second, third = (int(one) for one in low)
    return Delineated(
        label=label,
        grid=frames.grid,
        corner=(first, second, third),
        mask=mask,
        method=Method(name="segments of a DICOM segmentation"),
    )


def _meaning(item: Dataset, keyword: str, name: str) -> str:
    found = items(item, keyword, name)
    return text(found[0], "CodeMeaning") if found else ""
