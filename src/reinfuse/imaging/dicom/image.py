"""One image of a PET or CT series: its place, how it is stored, and what it says of the scan.

What identifies a patient is turned into hashes here; it goes no further.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from reinfuse.imaging.dicom.opening import PATIENT_ID, PATIENT_NAME, Fields, Opened, short_hash
from reinfuse.imaging.dicom.pet import PET_TAGS, PetImage, read_pet
from reinfuse.imaging.dicom.refusal import SEND_AGAIN, refuse
from reinfuse.imaging.dicom.sources import Source
from reinfuse.imaging.dicom.structure import NATIVE, RLE, Pixels

SYNTHETIC = "SYNTHETIC"
IMAGE_TYPE, SOP_CLASS, SOP_INSTANCE, MODALITY = 0x00080008, 0x00080016, 0x00080018, 0x00080060
THICKNESS, BETWEEN = 0x00180050, 0x00180088
SERIES, NUMBER, POSITION, ORIENTATION, FRAME = (
    0x0020000E, 0x00200013, 0x00200032, 0x00200037, 0x00200052,
)  # fmt: skip
SAMPLES, PHOTOMETRIC, FRAMES, ROWS, COLUMNS, SPACING = (
    0x00280002, 0x00280004, 0x00280008, 0x00280010, 0x00280011, 0x00280030,
)  # fmt: skip
ALLOCATED, STORED_BITS, SIGNED, BURNED_IN = 0x00280100, 0x00280101, 0x00280103, 0x00280301
INTERCEPT, SLOPE = 0x00281052, 0x00281053
PIXEL_DATA = 0x7FE00010

TAGS = frozenset({
    IMAGE_TYPE, SOP_CLASS, SOP_INSTANCE, MODALITY, PATIENT_NAME, PATIENT_ID, THICKNESS, BETWEEN,
    SERIES, NUMBER, POSITION, ORIENTATION, FRAME, SAMPLES, PHOTOMETRIC, FRAMES, ROWS, COLUMNS,
    SPACING, ALLOCATED, STORED_BITS, SIGNED, BURNED_IN, INTERCEPT, SLOPE, *PET_TAGS,
})  # fmt: skip

MOST_PIXELS = 4096 * 4096
FARTHEST_MM = 1e5
STEEPEST = 1e20
SQUARE = 1e-3  # how far from 1 and from a right angle the directions may be
SMALLEST_MM, LARGEST_MM = 0.01, 100.0  # of a pixel
RLE_EXPANDS = 64  # PackBits makes 128 bytes of two
ENHANCED = frozenset({
    "1.2.840.10008.5.1.4.1.1.130", "1.2.840.10008.5.1.4.1.1.128.1",
    "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """How the pixels of an image are written: `bits` of which `used` count."""

    rows: int
    columns: int
    bits: int
    used: int
    signed: bool
    little: bool
    syntax: str
    pixels: Pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One slice. `position` is the centre of its first pixel, mm; `rows_lead` and `columns_lead`
    are the directions, LPS, of rising row and column numbers; `spacing` is mm from row to row and
    from column to column. `series`, `frame` and `instance` are hashes of UIDs.
    `synthetic` is what the image type says, as that of our own twin does.
    """

    source: Source
    sha256: str
    modality: str
    series: str
    frame: str
    instance: str
    position: tuple[float, float, float]
    columns_lead: tuple[float, float, float]
    rows_lead: tuple[float, float, float]
    spacing: tuple[float, float]
    thickness: float | None
    stored: Stored = field(repr=False)
    slope: float
    intercept: float
    burned_in: bool
    synthetic: bool
    pet: PetImage | None = field(repr=False)

    @property
    def geometry(self) -> tuple[object, ...]:
        """What the images of one volume share."""
        lead = (round(one, 3) + 0.0 for one in (*self.columns_lead, *self.rows_lead))
        spacing = (round(one, 4) for one in self.spacing)
        return (self.frame, self.stored.rows, self.stored.columns, *lead, *spacing)


def read_image(opened: Opened, modality: str) -> Image:
    """The image of an opened file; ReinfuseError, with the tag, for what is missing or wrong."""
    fields = opened.fields
    _refuse_frames(fields)
    stored = _read_stored(opened)
    columns_lead, rows_lead = _directions(fields)
    x, y, z = _exactly(fields, POSITION, 3)
    if max(abs(one) for one in (x, y, z)) > FARTHEST_MM:
        raise refuse(fields.name, f"the place is farther than {FARTHEST_MM:g} mm", tag=POSITION)
    row_step, column_step = _exactly(fields, SPACING, 2)
    if not all(SMALLEST_MM <= one <= LARGEST_MM for one in (row_step, column_step)):
        raise refuse(
            fields.name, f"a pixel is not {SMALLEST_MM} to {LARGEST_MM:g} mm wide", tag=SPACING
        )
    slope, intercept = _line(fields)
    return Image(
        source=opened.source,
        sha256=opened.sha256,
        modality=modality,
        series=short_hash(_named(fields, SERIES)),
        frame=short_hash(fields.text(FRAME)),
        instance=short_hash(fields.text(SOP_INSTANCE)),
        position=(x, y, z),
        columns_lead=columns_lead,
        rows_lead=rows_lead,
        spacing=(row_step, column_step),
        thickness=fields.number(BETWEEN) or fields.number(THICKNESS),
        stored=stored,
        slope=slope,
        intercept=intercept,
        burned_in=fields.text(BURNED_IN).upper() == "YES",
        synthetic=SYNTHETIC in fields.texts(IMAGE_TYPE),
        pet=read_pet(fields) if modality == "PT" else None,
    )


def _line(fields: Fields) -> tuple[float, float]:
    """Slope and intercept, which float32 must be able to hold."""
    slope, intercept = fields.number(SLOPE), fields.number(INTERCEPT) or 0.0
    if not slope:
        raise refuse(fields.name, "the slope is missing or 0", tag=SLOPE, fix=SEND_AGAIN)
    if not 1 / STEEPEST < abs(slope) < STEEPEST or abs(intercept) > STEEPEST:
        raise refuse(fields.name, "slope or intercept is beyond all measure", tag=SLOPE)
    return slope, intercept


def _refuse_frames(fields: Fields) -> None:
    if fields.text(SOP_CLASS) in ENHANCED or (fields.whole(FRAMES) or 1) != 1:
        raise refuse(
            fields.name,
            "this is a multi-frame (enhanced) image, which is not read",
            tag=FRAMES,
            fix="export the series as classic PET or CT images, one file for each slice",
        )


def _read_stored(opened: Opened) -> Stored:
    fields, skeleton = opened.fields, opened.skeleton
    _refuse_syntax(skeleton.syntax, fields.name)
    rows, columns = _counted(fields, ROWS), _counted(fields, COLUMNS)
    if rows * columns > MOST_PIXELS:
        what = f"the image says that it has {rows} x {columns} pixels, which is not read"
        raise refuse(fields.name, what, tag=ROWS)
    if (fields.whole(SAMPLES) or 1) != 1 or not fields.text(PHOTOMETRIC).startswith("MONOCHROME"):
        raise refuse(fields.name, "the image has colours, not values", tag=PHOTOMETRIC)
    bits = _counted(fields, ALLOCATED)
    used = fields.whole(STORED_BITS) or bits
    if bits not in (8, 16, 32) or not 1 <= used <= bits:
        what = f"{used} bits in {bits} are not read, only up to all of 8, 16 or 32"
        raise refuse(fields.name, what, tag=ALLOCATED)
    signed = fields.whole(SIGNED)
    if signed not in (0, 1):
        raise refuse(fields.name, "it does not say whether values have a sign", tag=SIGNED)
    pixels = skeleton.pixels
    if pixels is None or pixels.tag != PIXEL_DATA:
        tag = PIXEL_DATA if pixels is None else pixels.tag
        what = "there are no pixels" if pixels is None else "pixels as floats are not read"
        raise refuse(fields.name, what, tag=tag, fix=SEND_AGAIN)
    _refuse_length(opened, pixels, rows * columns * bits // 8, f"{rows} x {columns} x {bits} bits")
    return Stored(
        rows=rows,
        columns=columns,
        bits=bits,
        used=used,
        signed=signed == 1,
        little=skeleton.little,
        syntax=skeleton.syntax,
        pixels=pixels,
    )


def _refuse_length(opened: Opened, pixels: Pixels, need: int, said: str) -> None:
    """Rows and columns that lie are found before anything of their size is made."""
    name = opened.fields.name
    if pixels.length is None:
        held = len(opened.skeleton.content) - pixels.at
        if opened.skeleton.syntax != RLE or held * RLE_EXPANDS < need:
            raise refuse(name, f"the pixels cannot be {said}: {held} bytes", tag=PIXEL_DATA)
        return
    if opened.skeleton.syntax == RLE or pixels.length not in (need, need + need % 2):
        what = f"{said} are {need} bytes, and the pixels have {pixels.length}"
        raise refuse(name, what, tag=PIXEL_DATA)


def _refuse_syntax(syntax: str, name: str) -> None:
    if syntax in NATIVE or syntax == RLE:
        return
    from pydicom._uid_dict import UID_dictionary  # noqa: PLC0415 - quick start without pydicom

    known = UID_dictionary.get(syntax)
    what = known[0] if known else "a transfer syntax that is not known"
    raise refuse(
        name,
        f"the pixels are written as {what}, which is not read",
        tag=0x00020010,
        fix="export the series uncompressed (Explicit VR Little Endian)",
    )


def _directions(fields: Fields) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    values = np.array(_exactly(fields, ORIENTATION, 6)).reshape(2, 3)
    if np.abs(values).max() > 1 + SQUARE or np.abs(values @ values.T - np.eye(2)).max() > SQUARE:
        raise refuse(
            fields.name, "rows and columns are not at right angles, of length 1", tag=ORIENTATION
        )
    first, second = (values / np.linalg.norm(values, axis=1)[:, None]).tolist()
    return (first[0], first[1], first[2]), (second[0], second[1], second[2])


def _exactly(fields: Fields, tag: int, count: int) -> tuple[float, ...]:
    values = fields.numbers(tag)
    if len(values) != count:
        what = f"{count} numbers are needed, and there are {len(values)}"
        raise refuse(fields.name, what, tag=tag, fix=SEND_AGAIN)
    return values


def _counted(fields: Fields, tag: int) -> int:
    value = fields.whole(tag)
    if not value or value < 0:
        raise refuse(fields.name, "a number above 0 is needed", tag=tag)
    return value


def _named(fields: Fields, tag: int) -> str:
    text = fields.text(tag)
    if not text:
        raise refuse(fields.name, "it does not say to which series it belongs", tag=tag)
    return text
