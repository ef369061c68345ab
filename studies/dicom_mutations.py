"""What reading makes of two thousand damaged DICOM and NIfTI files: read, refused, or escaped.

Each file is a whole one with one to three injuries, alone or as one slice of a series of three.
Nothing may escape: every damaged file is either still values, or is answered with a reason; soon,
in little memory, and without the patient, hospital or UIDs that each of them carries.
"""

from __future__ import annotations

import tempfile
import time
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom import open_dataset, read_folder, read_volume
from reinfuse.imaging.nifti import read_nifti, write_nifti
from reinfuse.imaging.volume import Grid
from studies._dicom_files import CANARIES, content, ct_slice, pet_slice, structure_set

INPUTS: tuple[str, ...] = (
    "studies/_dicom_files.py",
    "src/reinfuse/errors.py",
    "src/reinfuse/imaging/dicom/*.py",
    "src/reinfuse/imaging/nifti.py",
    "src/reinfuse/imaging/suv/facts.py",
    "src/reinfuse/imaging/volume.py",
)
HEADER: tuple[str, ...] = (
    "chunk", "files", "read", "refused", "escaped", "silent", "named", "slower_than_5_s",
    "over_1_GiB",
)  # fmt: skip
FILES = 200
SLOW_SECONDS = 5.0
MUCH_MEMORY = 1 << 30
IMPLICIT, BIG, DEFLATED, RLE, JPEG = (
    "1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.4.70",
)  # fmt: skip
# What a value, a tag or a length may be made to say.
HOSTILE = (
    b"\xff\xff\xff\xff", b"\xfe\xff\xff\xff", b"\xff\xff", b"\x00\x00", b"\x01\x00",
    b"\x00\x00\x00\x80", b"\xfe\xff\x00\xe0\xff\xff\xff\xff", b"\xfe\xff\x0d\xe0\x00\x00\x00\x00",
    b"\xfe\xff\xdd\xe0\x00\x00\x00\x00", b"\xe0\x7f\x10\x00", b"SQ\x00\x00\xff\xff\xff\xff",
    b"UN\x00\x00\xff\xff\xff\xff", b"nan", b"inf ", b"-1", b"1e400", b"1e-320", b"9" * 16,
    b"\\\\\\\\", b"0\\0", b"-0", b"\xff\xfe\xfd", b"PT", b"CT", b"SEG ", b"99999999", b"250000",
    b"20259999", b"CNTS", b"NONE", b" " * 8, b"65535", b"1.2.840.10008.1.2.1.99",
)  # fmt: skip
Chance = np.random.Generator
Injury = Callable[[Chance, bytearray], None]


def chunks() -> Sequence[str]:
    """Ten parts of two hundred files."""
    return tuple(f"{number:02d}" for number in range(1, 11))


def run(chunk: str) -> list[tuple[object, ...]]:
    """How the files of one part were answered."""
    return [(chunk, *counts(int(chunk), FILES))]


def counts(start: int, files: int) -> tuple[int, ...]:
    """How many files were made, and what became of them, in the order of `HEADER`."""
    chance = np.random.default_rng(start)
    answers: Counter[str] = Counter()
    bases = whole_files()
    beside = {at: content(pet_slice(at)) for at in (0, 2)}
    tracemalloc.start()
    try:
        for _ in range(files):
            name, base = bases[chance.integers(len(bases))]
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / name).write_bytes(damage(chance, base))
                if name.endswith("dcm") and chance.random() < 0.5:
                    for at, own in beside.items():
                        (Path(folder) / f"image{at}.dcm").write_bytes(own)
                answers.update(how_answered(Path(folder), name))
    finally:
        tracemalloc.stop()
    kinds = ("read", "refused", "escaped", "silent", "named", "slow", "large")
    return files, *(answers[kind] for kind in kinds)


def how_answered(folder: Path, name: str) -> list[str]:
    """`read`, `refused` or `escaped`; and beside it `silent`, `named`, `slow` and `large`."""
    tracemalloc.reset_peak()
    began = time.process_time()
    said: list[str] = []
    try:
        said = _read(folder, name)
        answer = ["read"]
    except ReinfuseError as error:
        answer = ["refused"]
        said = [str(error)]
        if not (error.what and error.where and error.fix):
            answer.append("silent")
    except Exception:  # whatever gets out is what this study counts
        answer = ["escaped"]
    if any(canary in one.lower() for one in said for canary in CANARIES):
        answer.append("named")
    if time.process_time() - began > SLOW_SECONDS:
        answer.append("slow")
    if tracemalloc.get_traced_memory()[1] > MUCH_MEMORY:
        answer.append("large")
    return answer


def _read(folder: Path, name: str) -> list[str]:
    """Read everything, values included; what was said on the way, and what is kept in words."""
    if name.endswith((".nii", ".nii.gz")):
        return [repr(read_nifti(folder / name).mask.sum())]
    found = read_folder(folder / name if name.endswith("zip") else folder)
    for series in found.series:
        read_volume(series)
    for stored in (*found.structures, *found.segmentations):
        open_dataset(stored.source)
    return [repr(found), *(repr(one.facts) for one in found.series)]


def whole_files() -> list[tuple[str, bytes]]:
    """Files of every kind that are read as they are, with their names."""
    pet = [content(pet_slice(1), syntax) for syntax in ("1.2.840.10008.1.2.1", IMPLICIT, BIG)]
    pet += [content(pet_slice(1), syntax) for syntax in (DEFLATED, RLE)]
    images = [*pet, content(ct_slice(1)), content(structure_set(), IMPLICIT)]
    zipped = BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for at in range(3):
            archive.writestr(f"a/{at}.dcm", content(pet_slice(at)))
    with tempfile.TemporaryDirectory() as folder:
        grid = Grid(shape=(2, 3, 4), origin=np.zeros(3), steps=np.diag([3.0, 2.0, 2.0])[:, ::-1])
        masks = []
        for name in ("mask.nii", "mask.nii.gz"):
            write_nifti(Path(folder) / name, np.ones((2, 3, 4), np.int16), grid)
            masks.append((name, (Path(folder) / name).read_bytes()))
    return [*(("image1.dcm", one) for one in images), ("scan.zip", zipped.getvalue()), *masks]


def damage(chance: Chance, whole: bytes) -> bytes:
    """The file after one to three injuries."""
    file = bytearray(whole)
    for _ in range(chance.integers(1, 4)):
        INJURIES[chance.integers(len(INJURIES))](chance, file)
    return bytes(file)


def _flip(chance: Chance, file: bytearray) -> None:
    for _ in range(chance.integers(1, 9)):
        if file:
            file[chance.integers(len(file))] ^= 1 << int(chance.integers(8))


def _say(chance: Chance, file: bytearray) -> None:
    said = HOSTILE[chance.integers(len(HOSTILE))]
    at = int(chance.integers(len(file) + 1))
    # Every second one keeps all places as they were.
    file[at : at + (len(said) if chance.random() < 0.5 else 0)] = said


def _length(chance: Chance, file: bytearray) -> None:
    """Make an element of a sensitive tag say something else."""
    tags = (b"\x28\x00\x10\x00", b"\x28\x00\x11\x00", b"\x28\x00\x08\x00", b"\xe0\x7f\x10\x00",
            b"\x28\x00\x00\x01", b"\x54\x00\x16\x00", b"\x20\x00\x32\x00", b"\x10\x00\x30\x10",
            b"\x28\x00\x53\x10", b"\x02\x00\x10\x00")  # fmt: skip
    at = file.find(tags[chance.integers(len(tags))])
    if at >= 0:
        said = HOSTILE[chance.integers(len(HOSTILE))]
        begin = at + int(chance.choice([0, 4, 6, 8, 12]))
        file[begin : begin + len(said)] = said


def _cut(chance: Chance, file: bytearray) -> None:
    del file[int(chance.integers(len(file) + 1)) :]


def _piece(chance: Chance, file: bytearray) -> None:
    begin, end, to = sorted(int(at) for at in chance.integers(len(file) + 1, size=3))
    file[to:to] = file[begin:end] if chance.random() < 0.7 else chance.bytes(end - begin)


def _lose(chance: Chance, file: bytearray) -> None:
    at = int(chance.integers(len(file) + 1))
    del file[at : at + int(chance.integers(1, 40))]


def _nest(chance: Chance, file: bytearray) -> None:
    """Open sequences that never end, in front of the image's own attributes."""
    at = file.find(b"\x28\x00\x02\x00")
    one = b"\x40\x00\x75\x02SQ\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    if at >= 0:
        file[at:at] = one * int(chance.choice([1, 3, 30, 3000]))


INJURIES: tuple[Injury, ...] = (_flip, _flip, _say, _length, _length, _cut, _piece, _lose, _nest)
