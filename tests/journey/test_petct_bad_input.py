"""Bad DICOM through `reinfuse petct`: one message with file and tag, soon, in little memory."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian

from reinfuse.imaging.twin import write_twin
from reinfuse.imaging.twin.scans import founding_scans
from studies._dicom_files import CANARIES, HOSPITAL, NUMBER, PATIENT, content

FOLDER = "zzyzxova_quirina"  # as archives call a folder, by its patient
DAMAGED = "0040.dcm"
WORK_S, WALL_S, MEMORY_KIB = 5.0, 30.0, 1 << 20
# A process between, since the memory of one that was just forked counts as its child's.
LAUNCHER = """
import json, resource, subprocess, sys, time
began = time.monotonic()
code = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
kib = used.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
found = {"code": code, "wall": time.monotonic() - began, "kib": kib,
         "work": used.ru_utime + used.ru_stime}
open(sys.argv[1], "w").write(json.dumps(found))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended, what it said, and what it used."""

    code: int
    out: str
    err: str
    wall: float
    work: float
    kib: int


def in_every_file(change: Callable[[Dataset], None]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        for path in folder.iterdir():
            data = pydicom.dcmread(path)
            change(data)
            data.save_as(path)

    return spoil


def in_one_file(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / DAMAGED
        path.write_bytes(change(path.read_bytes()))

    return spoil


def set_in_one(**changes: object) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        data = pydicom.dcmread(folder / DAMAGED)
        for keyword, value in changes.items():
            setattr(data, keyword, value)
        (folder / DAMAGED).write_bytes(content(data))

    return spoil


def without_weight(data: Dataset) -> None:
    del data.PatientWeight


def without_dose(data: Dataset) -> None:
    del data.RadiopharmaceuticalInformationSequence[0].RadionuclideTotalDose


def with_unknown_units(data: Dataset) -> None:
    data.Units = "FURLONG"


def without_a_slice(folder: Path) -> None:
    (folder / DAMAGED).unlink()


def deflate_bomb(folder: Path) -> None:
    """More zeros than are inflated behind the head of a deflated file."""
    data = pydicom.dcmread(folder / DAMAGED)
    whole = content(data, DeflatedExplicitVRLittleEndian)
    head = 144 + int.from_bytes(whole[140:144], "little")
    engine = zlib.compressobj(1, wbits=-15)
    packed = b"".join(engine.compress(bytes(1 << 20)) for _ in range(130)) + engine.flush()
    (folder / DAMAGED).write_bytes(whole[:head] + packed)


def nested(whole: bytes) -> bytes:
    """Sequences in sequences that never end, in front of the pixels."""
    one = b"\x40\x00\x75\x02SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    at = whole.index(b"\x28\x00\x02\x00US")
    return whole[:at] + one * 5000 + whole[at:]


CASES: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "missing weight": (
        in_every_file(without_weight), ("PET series", "(0010,1030) PatientWeight", "missing"),
    ),
    "missing dose": (
        in_every_file(without_dose),
        ("PET series", "(0018,1074) RadionuclideTotalDose", "missing"),
    ),
    "unknown units": (
        in_every_file(with_unknown_units),
        ("PET series", "(0054,1001) Units", "no unit of the standard"),
    ),
    "one slice missing": (
        without_a_slice,
        ("1 slice is missing: from 0041.dcm to 0039.dcm", "(0020,0032) ImagePositionPatient"),
    ),
    "two patients in a folder": (
        set_in_one(PatientID=f"{NUMBER}-2"),
        ("there are files of 2 patients", "(0010,0020) PatientID"),
    ),
    "0-byte file": (in_one_file(lambda _: b""), (DAMAGED, "the file has 0 bytes")),
    "truncated in the pixels": (
        in_one_file(lambda whole: whole[:-1000]),
        (f"{DAMAGED} (7FE0,0010) PixelData", "the element says 8192 bytes, and 7192 are left"),
    ),
    "truncated in the header": (
        in_one_file(lambda whole: whole[: whole.index(b"\x28\x00\x10\x00US") + 3]),
        (f"{DAMAGED} (0028,0004) PhotometricInterpretation", "the file ends"),
    ),
    "lying Rows and Columns": (
        set_in_one(Rows=65535, Columns=65535),
        (f"{DAMAGED} (0028,0010) Rows", "65535 x 65535 pixels"),
    ),
    "lying Rows": (
        set_in_one(Rows=640),
        (f"{DAMAGED} (7FE0,0010) PixelData", "640 x 64 x 16 bits are 81920 bytes"),
    ),
    "deflate bomb": (
        deflate_bomb,
        (f"{DAMAGED} (0002,0010) TransferSyntaxUID", "what was deflated has more than 134217728"),
    ),
    "deeply nested sequences": (
        in_one_file(nested),
        (f"{DAMAGED} (0040,0275) RequestAttributesSequence", "more than 24 deep"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PET of the twin, with a name and numbers that nobody may see again."""
    folder = tmp_path_factory.mktemp("sound")
    write_twin(folder, seed=11, scans=founding_scans()[:1])
    pet = folder / "before" / "PET"

    def named(data: Dataset) -> None:
        data.PatientName, data.PatientID, data.InstitutionName = PATIENT, NUMBER, HOSPITAL

    in_every_file(named)(pet)
    return pet


def petct(folder: Path) -> Ran:
    """The command in a process of its own, from the folder above the scan."""
    used = folder / "used.json"
    command = [sys.executable, "-m", "reinfuse", "petct", FOLDER, "-o", "out"]
    said = subprocess.run(
        [sys.executable, "-c", LAUNCHER, str(used), *command],
        cwd=folder, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return Ran(out=said.stdout, err=said.stderr, **json.loads(used.read_text(encoding="utf-8")))


def check_use(ran: Ran) -> None:
    assert ran.kib < MEMORY_KIB
    # Work and not the clock alone: other work on the machine must not fail this one.
    assert ran.work < WORK_S
    assert ran.wall < WALL_S


def check_nobody_is_named(folder: Path, ran: Ran) -> None:
    written = [path.read_text("utf-8") for path in (folder / "out").glob("*") if path.is_file()]
    for text in (ran.out, ran.err, *written):
        assert not [one for one in CANARIES if one in text.lower()]


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_told_with_file_and_tag(case: str, sound: Path, tmp_path: Path) -> None:
    spoil, words = CASES[case]
    shutil.copytree(sound, tmp_path / FOLDER)
    spoil(tmp_path / FOLDER)
    ran = petct(tmp_path)
    assert ran.code == 2, ran.err
    assert ran.err.count("reinfuse: ") == 1, ran.err
    assert "fix:" in ran.err
    assert not [one for one in words if one not in ran.err], ran.err
    assert "Traceback" not in ran.out + ran.err
    check_nobody_is_named(tmp_path, ran)
    check_use(ran)


def test_the_same_files_unspoilt_are_measured(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path / FOLDER)
    ran = petct(tmp_path)
    assert ran.code == 0, ran.err
    assert "3 candidates" in ran.out
    check_nobody_is_named(tmp_path, ran)
