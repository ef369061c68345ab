"""NIfTI files: read as they say, written so that they are read back."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.nifti import read_nifti, write_nifti
from reinfuse.imaging.volume import Grid

SHAPE = (2, 3, 4)


def oblique() -> Grid:
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(3, 3)))[0]
    steps = np.diag([3.0, 2.0, 1.5]) @ turn
    return Grid(shape=SHAPE, origin=np.array([-30.0, 12.5, 7.0]), steps=steps)


def written(folder: Path, kind: str = "i2") -> bytearray:
    path = folder / "written.nii"
    write_nifti(path, np.arange(24).reshape(SHAPE).astype(kind), oblique())
    return bytearray(path.read_bytes())


def packed(whole: bytearray, form: str, at: int, *values: float) -> bytearray:
    struct.pack_into(form, whole, at, *values)
    return whole


@pytest.mark.parametrize("name", ["mask.nii", "mask.nii.gz"])
@pytest.mark.parametrize("kind", ["?", "u1", "i2", "i4", "f4", "f8", "u2", "i8"])
def test_what_is_written_is_read_back(tmp_path: Path, name: str, kind: str) -> None:
    values = (np.arange(24).reshape(SHAPE) % 5).astype(kind)
    write_nifti(tmp_path / name, values, oblique())
    read = read_nifti(tmp_path / name)
    assert np.array_equal(read.values, values)
    assert read.grid.same_as(oblique(), within=1e-4)
    assert np.array_equal(read.mask, values > 0.5)


def test_the_same_values_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.nii.gz", "b.nii.gz"):
        write_nifti(tmp_path / name, np.ones(SHAPE, np.uint8), oblique())
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()


def test_places_count_to_the_left_and_the_back(tmp_path: Path) -> None:
    # NIfTI's +x and +y are right and front: a file that says so lies at -x, -y of DICOM.
    affine = (2.0, 0, 0, 10.0, 0, 2.0, 0, 20.0, 0, 0, 3.0, 30.0)
    whole = packed(written(tmp_path), "<12f", 280, *affine)
    (tmp_path / "a.nii").write_bytes(whole)
    read = read_nifti(tmp_path / "a.nii")
    assert read.grid.millimetres([1, 1, 1]).tolist() == [-12.0, -22.0, 33.0]
    assert read.values[1, 2, 3] == 23


def test_a_place_as_quaternion_is_the_same_place(tmp_path: Path) -> None:
    # A quarter turn about z: columns lead to the front, rows to the left (as NIfTI has them).
    half = np.sqrt(0.5)
    whole = packed(written(tmp_path), "<2h", 252, 1, 0)
    packed(whole, "<8f", 76, 1.0, 1.5, 2.0, 3.0, 0, 0, 0, 0)
    packed(whole, "<6f", 256, 0.0, 0.0, half, 1.0, 2.0, 3.0)
    (tmp_path / "a.nii").write_bytes(whole)
    grid = read_nifti(tmp_path / "a.nii").grid
    assert np.allclose(grid.steps, [[0, 0, 3.0], [2.0, 0, 0], [0, -1.5, 0]], atol=1e-6)
    assert np.allclose(grid.origin, [-1.0, -2.0, 3.0])
    packed(whole, "<f", 76, -1.0)
    (tmp_path / "a.nii").write_bytes(whole)
    assert np.allclose(read_nifti(tmp_path / "a.nii").grid.steps[0], [0, 0, -3.0])


def test_the_other_order_of_bytes_is_read(tmp_path: Path) -> None:
    little = written(tmp_path)
    big = bytearray(little)
    for form, at in (("i", 0), ("8h", 40), ("2h", 70), ("8f", 76), ("3f", 108), ("2h", 252),
                     ("12f", 280), ("24h", 352)):  # fmt: skip
        struct.pack_into(">" + form, big, at, *struct.unpack_from("<" + form, little, at))
    (tmp_path / "big.nii").write_bytes(big)
    read = read_nifti(tmp_path / "big.nii")
    assert read.values.ravel().tolist() == list(range(24))
    assert read.grid.same_as(oblique(), within=1e-4)


def test_values_are_scaled_as_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "a.nii").write_bytes(packed(written(tmp_path), "<2f", 112, 0.5, -1.0))
    assert np.array_equal(read_nifti(tmp_path / "a.nii").values.ravel(), np.arange(24) * 0.5 - 1)


def test_what_is_no_number_belongs_to_no_mask(tmp_path: Path) -> None:
    values = np.full(SHAPE, np.nan, np.float32)
    values[0, 0, 0], values[0, 0, 1] = 1.0, 0.4
    write_nifti(tmp_path / "a.nii", values, oblique())
    assert read_nifti(tmp_path / "a.nii").mask.sum() == 1


Injury = Callable[[bytearray], bytes | bytearray]
REFUSED: dict[str, tuple[Injury, str]] = {
    "empty": (lambda _: b"", "the file has 0 bytes, fewer than a header"),
    "no NIfTI": (lambda whole: bytes(len(whole)), "this is no NIfTI-1 file"),
    "NIfTI-2": (lambda whole: packed(whole, "<i", 0, 540), "NIfTI-2"),
    "a pair": (lambda whole: whole[:344] + b"ni1\0" + whole[348:], "two files"),
    "cut": (lambda whole: whole[:380], "the voxels need 48 bytes, and there are 28"),
    "no place": (lambda whole: packed(whole, "<2h", 252, 0, 0), "neither sform nor qform"),
    "flat": (lambda whole: packed(whole, "<12f", 280, *[0.0] * 12), "spans no volume"),
    "not finite": (lambda whole: packed(whole, "<f", 280, np.nan), "cannot be"),
    "a type of colours": (lambda whole: packed(whole, "<h", 70, 128), "type 128 are not read"),
    "several volumes": (lambda whole: packed(whole, "<5h", 40, 4, 4, 3, 2, 7), "one volume"),
    "huge": (lambda whole: packed(whole, "<4h", 40, 3, 32000, 32000, 32000), "more than the"),
    "negative": (lambda whole: packed(whole, "<4h", 40, 3, -4, 3, 2), "one volume"),
    "an offset before the end": (lambda whole: packed(whole, "<f", 108, 8.0), "vox_offset"),
    "damaged gzip": (lambda whole: gzip.compress(whole)[:60] + b"\xff" * 40, "gzip|fewer|need"),
    "slope not finite": (lambda whole: packed(whole, "<f", 112, np.inf), "scl_slope"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, case: str) -> None:
    injure, words = REFUSED[case]
    (tmp_path / "mask.nii").write_bytes(injure(written(tmp_path)))
    with pytest.raises(ReinfuseError, match=words) as caught:
        read_nifti(tmp_path / "mask.nii")
    assert caught.value.where == "mask.nii"
    assert caught.value.fix


def test_a_packed_bomb_is_not_unpacked_further_than_its_voxels(tmp_path: Path) -> None:
    whole = gzip.compress(bytes(written(tmp_path)) + bytes(1 << 26))
    (tmp_path / "mask.nii.gz").write_bytes(whole)
    assert read_nifti(tmp_path / "mask.nii.gz").values.size == 24


def test_values_that_do_not_fit_their_grid_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match=r"shape \(2, 2, 2\) and type uint8"):
        write_nifti(tmp_path / "a.nii", np.ones((2, 2, 2), np.uint8), oblique())
    assert not list(tmp_path.iterdir())
