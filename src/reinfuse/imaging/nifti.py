"""NIfTI-1 files of one volume: masks and values on a grid, read and written.

Only what places and holds voxels is read; free text, which may name a patient, is passed over.

Source: the NIfTI-1 header of 2007, nifti.nimh.nih.gov, fields in the order of its nifti1.h.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.volume import Floats, Grid, Mask

HEADER_BYTES = 348
DATA_AT = 352
NIFTI_2_BYTES = 540
MAGIC, PAIR_MAGIC = b"n+1\0", b"ni1\0"
GZIP = b"\x1f\x8b"
MOST_BYTES = 1 << 29  # of voxels: a CT of the whole body in float32
MOST_OFFSET = 1 << 20  # of the voxels: beyond the header lie extensions, which are passed over
KINDS = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4",
         1024: "i8", 1280: "u8"}  # fmt: skip
UNIT_MM = {0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001}  # unknown, metre, millimetre, micrometre
FARTHEST_MM = 1e5
FLATTEST_ML = 1e-9  # of a voxel: less, and the directions do not span a volume
LPS = np.diag([-1.0, -1.0, 1.0])  # NIfTI counts to the right and the front (RAS)
WRITE_AGAIN = "write it again as NIfTI-1 (.nii or .nii.gz) with its place (sform)"

# Of any type that a file may hold.
Values = NDArray[np.number[Any]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nifti:
    """The voxels of a file, `"z y x"`, as it scales them, and where they lie, in LPS."""

    values: Values
    grid: Grid

    @property
    def mask(self) -> Mask:
        """What is more than a half; of shares, where a voxel belongs for the most part."""
        return np.asarray(self.values > 0.5, np.bool_)  # noqa: PLR2004 - a half


def read_nifti(path: Path) -> Nifti:
    """The volume of a `.nii` or `.nii.gz` file.

    The place is taken from the sform, else from the qform. ReinfuseError where there is neither,
    where there are several volumes, and where the file is damaged.
    """
    name = Path(path).name
    opened = _Bytes.of(Path(path), name)
    header = opened.take(DATA_AT)
    order = _order(header, name)
    shape = _shape(header, order, name)
    code = int(_unpack(order, header, "h", 70)[0])
    slope, shift = _unpack(order, header, "ff", 112)
    if code not in KINDS:
        raise _refuse(name, f"values of type {code} are not read")
    offset = _unpack(order, header, "f", 108)[0]
    if not DATA_AT <= offset <= MOST_OFFSET or offset != int(offset):
        raise _refuse(name, "vox_offset does not say where the voxels begin")
    kind = np.dtype(order + KINDS[code])
    size = shape[0] * shape[1] * shape[2] * kind.itemsize
    if size > MOST_BYTES:
        raise _refuse(
            name, f"the voxels need {size} bytes, more than the {MOST_BYTES} that are read"
        )
    grid = _grid(header, order, shape, name)
    content = opened.take(int(offset) + size)
    if len(content) < int(offset) + size:
        what = f"the voxels need {size} bytes, and there are {max(len(content) - int(offset), 0)}"
        raise _refuse(name, what, fix="the file is truncated: copy it again")
    values: Values = np.frombuffer(content, kind, offset=int(offset), count=size // kind.itemsize)
    values = values.reshape(shape).astype(kind.newbyteorder("="))
    return Nifti(values=_scaled(values, slope, shift, name), grid=grid)


def _scaled(values: Values, slope: float, shift: float, name: str) -> Values:
    """A slope of 0 says that nothing is scaled."""
    if not np.isfinite([slope, shift]).all():
        raise _refuse(name, "scl_slope or scl_inter is not finite")
    if slope == 0.0 or (slope == 1.0 and shift == 0.0):
        return values
    with np.errstate(all="ignore"):
        return np.asarray(values, np.float64) * slope + shift


def write_nifti(path: Path, values: Values, grid: Grid) -> None:
    """Write values, `"z y x"`, or a mask, on their grid; packed where the name ends in `.gz`.

    The same values give the same bytes.
    """
    array = np.ascontiguousarray(values)
    if array.dtype == np.bool_:
        array = array.astype(np.uint8)
    code = next((code for code, kind in KINDS.items() if np.dtype("<" + kind) == array.dtype), 0)
    if array.shape != grid.shape or not code:
        raise ReinfuseError(
            f"values of shape {array.shape} and type {array.dtype} cannot be written on a grid of "
            f"shape {grid.shape}",
            where=Path(path).name,
            fix="give whole numbers, float32 or float64 of the shape of the grid",
        )
    planes, rows, columns = grid.shape
    affine = np.column_stack([LPS @ grid.steps[::-1].T, LPS @ grid.origin])
    header = bytearray(DATA_AT)
    struct.pack_into("<i", header, 0, HEADER_BYTES)
    struct.pack_into("<8h", header, 40, 3, columns, rows, planes, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, code, 8 * array.dtype.itemsize)
    struct.pack_into("<8f", header, 76, 1.0, *grid.spacing[::-1], 0.0, 0.0, 0.0, 0.0)
    struct.pack_into("<3f", header, 108, DATA_AT, 1.0, 0.0)
    header[123] = 2  # millimetres
    struct.pack_into("<2h", header, 252, 0, 1)  # no qform; an sform of the scanner's own place
    struct.pack_into("<12f", header, 280, *affine.ravel())
    header[344:348] = MAGIC
    content = bytes(header) + array.astype(array.dtype.newbyteorder("<")).tobytes()
    packed = Path(path).name.endswith(".gz")
    Path(path).write_bytes(gzip.compress(content, mtime=0) if packed else content)


@dataclass(slots=True)
class _Bytes:
    """The first bytes of a file, unpacked no further than is asked for."""

    raw: bytes
    name: str
    packed: bool

    @staticmethod
    def of(path: Path, name: str) -> _Bytes:
        try:
            with path.open("rb") as file:
                raw = file.read(MOST_OFFSET + MOST_BYTES)
        except OSError as error:
            raise _refuse(name, f"the file cannot be read: {error.strerror}") from None
        return _Bytes(raw=raw, name=name, packed=raw[:2] == GZIP)

    def take(self, most: int) -> bytes:
        if not self.packed:
            return self.raw[:most]
        engine = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        try:
            return engine.decompress(self.raw, most)
        except zlib.error:
            raise _refuse(self.name, "what was packed (gzip) is damaged") from None


def _order(header: bytes, name: str) -> str:
    """The order of bytes, `<` or `>`, which the first number shows."""
    if len(header) < HEADER_BYTES:
        raise _refuse(name, f"the file has {len(header)} bytes, fewer than a header")
    for order in "<>":
        length = _unpack(order, header, "i", 0)[0]
        if length == NIFTI_2_BYTES:
            raise _refuse(name, "this is NIfTI-2, which is not read")
        if length == HEADER_BYTES:
            magic = header[344:348]
            if magic == PAIR_MAGIC:
                raise _refuse(name, "header and voxels are two files (.hdr and .img)")
            if magic != MAGIC:
                break
            return order
    raise _refuse(name, "this is no NIfTI-1 file")


def _shape(header: bytes, order: str, name: str) -> tuple[int, int, int]:
    dim = [int(one) for one in _unpack(order, header, "8h", 40)]
    if not 3 <= dim[0] <= 7:  # noqa: PLR2004 - three of space, four others
        raise _refuse(name, f"the file has {dim[0]} dimensions, and a volume has 3")
    sizes = dim[1 : dim[0] + 1]
    if min(sizes) < 1 or any(one != 1 for one in sizes[3:]):
        raise _refuse(name, f"the dimensions {sizes} are not those of one volume")
    return sizes[2], sizes[1], sizes[0]


def _grid(header: bytes, order: str, shape: tuple[int, int, int], name: str) -> Grid:
    qform, sform = _unpack(order, header, "2h", 252)
    if sform > 0:
        affine = np.array(_unpack(order, header, "12f", 280), np.float64).reshape(3, 4)
    elif qform > 0:
        affine = _from_quaternion(header, order)
    else:
        raise _refuse(name, "neither sform nor qform says where the volume lies")
    unit = UNIT_MM.get(header[123] & 7)
    if unit is None or not np.isfinite(affine).all():
        raise _refuse(name, "the place (sform or qform) or its unit cannot be")
    affine = LPS @ affine * unit
    steps, origin = affine[:, :3].T[::-1].copy(), affine[:, 3].copy()
    grid = Grid(shape=shape, origin=origin, steps=steps)
    if grid.voxel_ml < FLATTEST_ML or np.abs(affine).max() > FARTHEST_MM:
        raise _refuse(name, "the place (sform or qform) spans no volume near a patient")
    return grid


def _from_quaternion(header: bytes, order: str) -> Floats:
    """The affine of a qform: a rotation, the widths of voxels, and a place."""
    b, c, d = (float(one) for one in _unpack(order, header, "3f", 256))
    widths = np.array(_unpack(order, header, "4f", 76), np.float64)
    a = float(np.sqrt(max(0.0, 1.0 - (b * b + c * c + d * d))))
    rotation = np.array([
        [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
        [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
        [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
    ])  # fmt: skip
    scaled = rotation * widths[1:4]
    # The first width holds the hand of the axes, -1 where they are mirrored.
    scaled[:, 2] *= -1.0 if widths[0] < 0 else 1.0
    return np.column_stack([scaled, np.array(_unpack(order, header, "3f", 268), np.float64)])


def _unpack(order: str, header: bytes, form: str, at: int) -> tuple[float, ...]:
    return struct.unpack_from(order + form, header, at)


def _refuse(name: str, what: str, *, fix: str = WRITE_AGAIN) -> ReinfuseError:
    return ReinfuseError(what, where=name, fix=fix)
