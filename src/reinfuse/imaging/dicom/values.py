"""The values of a series: each slice decoded when it is asked for, by its own slope."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reinfuse.imaging.dicom.image import PIXEL_DATA, Image
from reinfuse.imaging.dicom.opening import guarded
from reinfuse.imaging.dicom.refusal import refuse
from reinfuse.imaging.dicom.series import Series
from reinfuse.imaging.dicom.structure import DEFLATED, RLE, walk
from reinfuse.imaging.volume import Volume

WORKERS = 4  # copying out of files waits for the disk; more than a few gain nothing
UNITS = {"BQML": "Bq/mL", "GML": "g/mL", "CM2ML": "cm2/mL", "CNTS": "counts"}

Slice = NDArray[np.float32]


def read_volume(series: Series) -> Volume:
    """The series as a volume, float32: Hounsfield units for CT, what `Units` says for PET.

    ReinfuseError where a file has changed or cannot be decoded.
    """
    values = np.empty(series.grid.shape, dtype=np.float32)
    if series.places is not None:
        for row, one in zip(values, _resampled(series), strict=True):
            row[:] = one
        return Volume(values=values, grid=series.grid, unit=_unit(series))
    # Run lengths are undone by Python itself, which threads do not speed up.
    packed = any(one.stored.syntax == RLE for one in series.images)
    with ThreadPoolExecutor(1 if packed else WORKERS) as pool:
        for _ in pool.map(_into, values, series.images):
            pass
    return Volume(values=values, grid=series.grid, unit=_unit(series))


def read_slice(image: Image) -> Slice:
    """One slice, `"rows columns"`: stored values times its own slope, plus its intercept."""
    values = np.empty((image.stored.rows, image.stored.columns), dtype=np.float32)
    _into(values, image)
    return values


def read_stored(image: Image) -> NDArray[np.integer]:
    """The stored whole numbers of one slice, `"rows columns"`."""
    stored = image.stored
    content = image.source.read()
    if stored.syntax == DEFLATED:
        content = walk(content, image.source.name).content
    kind = np.dtype(f"{'<' if stored.little else '>'}{'i' if stored.signed else 'u'}"
                    f"{stored.bits // 8}")  # fmt: skip
    if stored.syntax == RLE:
        return _unrolled(content, image)
    need = stored.rows * stored.columns
    if stored.pixels.at + need * kind.itemsize > len(content):
        raise refuse(image.source.name, "the file has changed since it was read", tag=PIXEL_DATA)
    flat = np.frombuffer(content, dtype=kind, count=need, offset=stored.pixels.at)
    return _used(flat.reshape(stored.rows, stored.columns), stored.bits - stored.used)


def _used(values: NDArray[np.integer], spare: int) -> NDArray[np.integer]:
    """Only the bits that count: above them, old scanners keep overlays."""
    if not spare:
        return values
    native = values.astype(values.dtype.newbyteorder("="))
    return (native << spare) >> spare


def _into(values: Slice, image: Image) -> None:
    """Write a slice into `values`; float32 holds 16 bits and their slope to 1 in 10^7."""
    np.multiply(read_stored(image), np.float32(image.slope), out=values, casting="unsafe")
    if image.intercept:
        values += np.float32(image.intercept)


def _unrolled(content: bytes, image: Image) -> NDArray[np.integer]:
    """Run-length encoded pixels, by pydicom's decoder, which needs NumPy alone."""
    from pydicom.encaps import encapsulate, generate_frames  # noqa: PLC0415 - quick start
    from pydicom.pixels.decoders.base import get_decoder  # noqa: PLC0415
    from pydicom.uid import RLELossless  # noqa: PLC0415

    stored = image.stored
    # The decoder's options are of many types, and its own stubs ask for one.
    options: dict[str, Any] = {
        "rows": stored.rows,
        "columns": stored.columns,
        "samples_per_pixel": 1,
        "bits_allocated": stored.bits,
        "bits_stored": stored.used,
        "number_of_frames": 1,
        "photometric_interpretation": "MONOCHROME2",
        "pixel_keyword": "PixelData",
        "pixel_representation": int(stored.signed),
    }
    with guarded(image.source.name, PIXEL_DATA):
        frame = next(generate_frames(content[stored.pixels.at :], number_of_frames=1))
        _refuse_bomb(frame, image)
        packed = encapsulate([frame], has_bot=False)
        values, _ = get_decoder(RLELossless).as_array(packed, **options)
        values = values.reshape(stored.rows, stored.columns)
    return _used(values, stored.bits - stored.used)


def _refuse_bomb(frame: bytes, image: Image) -> None:
    """Honest run-length encoding is at most one byte in 128 longer than what it encodes."""
    stored = image.stored
    if len(frame) > 2 * stored.rows * stored.columns * stored.bits // 8 + 64:
        raise refuse(image.source.name, "the pixels are longer than they can be", tag=PIXEL_DATA)


def _resampled(series: Series) -> Iterator[Slice]:
    """Slices on even steps, each between the two images that it lies between."""
    kept: dict[int, Slice] = {}
    assert series.places is not None
    for at in series.places:
        low = min(int(at), len(series.images) - 2)
        for one in (low, low + 1):
            if one not in kept:
                kept[one] = read_slice(series.images[one])
        kept = {one: values for one, values in kept.items() if one >= low}
        share = np.float32(at - low)
        yield (1 - share) * kept[low] + share * kept[low + 1]


def _unit(series: Series) -> str:
    if series.facts is None:
        return "HU"
    return UNITS.get(series.facts.units, series.facts.units)
