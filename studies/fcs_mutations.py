"""What reading makes of ten thousand damaged FCS files: read, refused in words, or escaped.

Each file is a whole one with one to three injuries. Nothing may escape: every damaged file is
either still events, with a word where there are none, or is answered with a reason; soon, in
little memory, and without the name of the operator that each of them carries.
"""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from reinfuse.cytometry.fcs import read_fcs, write_fcs
from reinfuse.cytometry.sample import Channel, Sample, Spill
from reinfuse.errors import ReinfuseError
from studies._fcs_files import fcs_bytes, list_keywords

HOME = Path(__file__).resolve().parents[1]
INPUTS: tuple[str, ...] = (
    "studies/fcs_mutations.py",
    "studies/_fcs_files.py",
    "tests/judge/fcs_files/*.fcs",
    "src/reinfuse/errors.py",
    "src/reinfuse/cytometry/sample.py",
    "src/reinfuse/cytometry/fcs/*.py",
)
HEADER: tuple[str, ...] = (
    "chunk", "files", "read", "refused", "escaped", "silent", "named", "slower_than_5_s",
    "over_1_GiB",
)  # fmt: skip
FILES = 500
SLOW_SECONDS = 5.0
MUCH_MEMORY = 1 << 30
OPERATOR = "Zzyzxova"
EVENTS = 40
# What a keyword or a place may be made to say.
HOSTILE = (
    b"0", b"1", b"-1", b"3", b"7", b"58", b"99999999", b"2147483648", b"4294967296",
    b"1000000000000", b"9" * 18, b"9" * 400, b"1e9", b"1e300", b"-1e300", b"nan", b"inf", b"",
    b" ", b"\xff\xfe", b"L", b"C", b"I", b"F", b"D", b"A", b"1,2", b"4,3,2,1", b"3,4,1,2", b"4,0",
    b"400,1", b"0,0,0", b"64", b"24", b"10", b"0.0000001", b"2,a,b,1,0,0,1", b"1000,a", b"//",
)  # fmt: skip
Chance = np.random.Generator
Injury = Callable[[Chance, bytearray], None]


def chunks() -> Sequence[str]:
    """Twenty parts of five hundred files."""
    return tuple(f"{number:02d}" for number in range(1, 21))


def run(chunk: str) -> list[tuple[object, ...]]:
    """How the files of one part were answered."""
    return [(chunk, *counts(int(chunk), FILES))]


def counts(start: int, files: int) -> tuple[int, ...]:
    """How many files were made, and what became of them, in the order of `HEADER`."""
    chance = np.random.default_rng(start)
    answers: Counter[str] = Counter()
    bases = whole_files()
    tracemalloc.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(files):
                path = Path(folder) / "tube.fcs"
                path.write_bytes(damage(chance, bases[chance.integers(len(bases))]))
                answers.update(how_answered(path))
    finally:
        tracemalloc.stop()
    kinds = ("read", "refused", "escaped", "silent", "named", "slow", "large")
    return files, *(answers[kind] for kind in kinds)


def how_answered(path: Path) -> list[str]:
    """`read`, `refused` or `escaped`; and beside it `silent`, `named`, `slow` and `large`."""
    tracemalloc.reset_peak()
    began = time.process_time()
    said: list[str] = []
    try:
        samples = read_fcs(path)
        answer = ["read"]
        said = [f"{told.what} {told.fix}" for one in samples for told in one.findings]
        if not samples or any(not one.count and not one.findings for one in samples):
            answer.append("silent")
    except ReinfuseError as error:
        answer = ["refused"]
        said = [str(error)]
        if not (error.what and error.where and error.fix):
            answer.append("silent")
    except Exception:  # whatever gets out is what this study counts
        answer = ["escaped"]
    if any(OPERATOR[:4] in one for one in said):
        answer.append("named")
    if time.process_time() - began > SLOW_SECONDS:
        answer.append("slow")
    if tracemalloc.get_traced_memory()[1] > MUCH_MEMORY:
        answer.append("large")
    return answer


def whole_files() -> list[bytes]:
    """Files of every kind that are read as they are; a real one among them."""
    real = [path.read_bytes() for path in sorted(HOME.glob("tests/judge/fcs_files/*.fcs"))]
    return [*real[:4], *(_written(type_) for type_ in ("<f4", "<f8")), *_integers(), _supplied()]


def _written(type_: str) -> bytes:
    """Two data sets with a spill matrix, as this package writes them."""
    names = ("FSC-A", "CD3 PE", "CD19 APC", "Time")
    sample = Sample(
        file="made",
        sha256="",
        version="3.1",
        channels=tuple(Channel(name=name, marker=name, range=1024.0) for name in names),
        events=np.random.default_rng(1).uniform(0, 1000, (4, EVENTS)).astype(type_),
        keywords={"$OP": OPERATOR, "$TIMESTEP": "0.01", "$CYT": "Aria"},
        spill=Spill(channels=names[1:3], matrix=np.array([[1.0, 0.1], [0.02, 1.0]])),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tube.fcs"
        write_fcs(path, sample, sample)
        return path.read_bytes()


def _integers() -> list[bytes]:
    files = []
    for version, widths in (("2.0", (16, 16, 16)), ("3.0", (24, 24)), ("3.1", (8, 16, 32, 64))):
        data = np.random.default_rng(2).bytes(EVENTS * sum(widths) // 8)
        more = {"_OP": OPERATOR, "_P2E": "4,1", "_P1G": "2", "_P1R": "200", "_BYTEORD": "4,3,2,1"}
        keywords = list_keywords("I", widths, EVENTS, **more)
        files.append(fcs_bytes(keywords, data, version=version, delimiter="\\"))
    return files


def _supplied() -> bytes:
    """A file with a supplemental TEXT after DATA."""
    more = f"/$OP/{OPERATOR}/SPILL/2,FL1-A,FL2-A,1,0.1,0.2,1/$COM/a//b/".encode()
    data = np.ones((EVENTS, 2), dtype="<f4").tobytes()
    begin = 4096 + len(data)
    places = {"_BEGINSTEXT": str(begin), "_ENDSTEXT": str(begin + len(more) - 1)}
    return fcs_bytes(list_keywords("F", (32, 32), EVENTS, **places), data) + more


def damage(chance: Chance, content: bytes) -> bytes:
    """The file after one to three injuries."""
    file = bytearray(content)
    for _ in range(chance.integers(1, 4)):
        INJURIES[chance.integers(len(INJURIES))](chance, file)
    return bytes(file)


def _flip(chance: Chance, file: bytearray) -> None:
    for _ in range(chance.integers(1, 9)):
        if file:
            # Three in four fall where the keywords are.
            most = min(len(file), 6000) if chance.random() < 0.75 else len(file)
            file[chance.integers(most)] ^= 1 << int(chance.integers(8))


def _header(chance: Chance, file: bytearray) -> None:
    at = int(chance.choice([0, 3, 10, 18, 26, 34]))
    said = HOSTILE[chance.integers(len(HOSTILE))][:8].rjust(8)
    file[at : at + len(said)] = said


def _cut(chance: Chance, file: bytearray) -> None:
    del file[int(chance.integers(len(file) + 1)) :]


def _value(chance: Chance, file: bytearray) -> None:
    spans = _values(file)
    if spans:
        begin, end = spans[chance.integers(len(spans))]
        said = HOSTILE[chance.integers(len(HOSTILE))]
        # Every second one keeps all places as they were.
        file[begin:end] = said[: end - begin].rjust(end - begin) if chance.random() < 0.5 else said


def _swap(chance: Chance, file: bytearray) -> None:
    spans = _values(file)
    if len(spans) > 1:
        first, second = sorted(chance.choice(len(spans), 2, replace=False))
        (a, b), (c, d) = spans[first], spans[second]
        file[a:d] = file[c:d] + file[b:c] + file[a:b]


def _delimiter(chance: Chance, file: bytearray) -> None:
    places = [at for at, byte in enumerate(file[58:6000], start=58) if byte == file[58]]
    if places:
        at = places[chance.integers(len(places))]
        deed = chance.integers(4)
        if deed == 0:
            del file[at]
        elif deed == 1:
            file.insert(at, file[58])
        elif deed == 2:
            file[at] = int(chance.integers(256))
        else:
            file[58] = int(chance.integers(256))


def _piece(chance: Chance, file: bytearray) -> None:
    begin, end, to = sorted(int(at) for at in chance.integers(len(file) + 1, size=3))
    file[to:to] = file[begin:end] if chance.random() < 0.7 else chance.bytes(end - begin)


def _values(file: bytearray) -> list[tuple[int, int]]:
    """Where the pieces between delimiters begin and end: keywords and values alike."""
    if len(file) <= 58:
        return []
    at = [place for place, byte in enumerate(file[58:6000], start=58) if byte == file[58]]
    return [(begin + 1, end) for begin, end in pairwise(at)]


INJURIES: tuple[Injury, ...] = (_flip, _header, _cut, _value, _value, _swap, _delimiter, _piece)
