"""What reading makes of ten thousand damaged course files: read, refused in words, or escaped.

Each file is a piece of an example with one to three injuries. Nothing may escape: every damaged
file is either still a course or is answered with problems, soon.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random  # noqa: TID251  # hypothesis hands one out and steers it

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from reinfuse.exchange.course_file import read_course_text

HOME = Path(__file__).resolve().parents[1]
INPUTS: tuple[str, ...] = (
    "studies/course_file_fuzz.py",
    "examples/*.yaml",
    "src/reinfuse/errors.py",
    "src/reinfuse/exchange/course_file/*.py",
    "src/reinfuse/quantity/*",
    "src/reinfuse/timeline/*.py",
    "src/reinfuse/record/*.py",
)
HEADER: tuple[str, ...] = ("chunk", "files", "read", "refused", "escaped", "slower_than_2_s")
FILES = 500
SLOW_SECONDS = 2.0
PIECE_LINES = 60
# Where what a field names is looked for, and the shortest entry there.
STUBS = {"source": "citations", "donor": "donors", "product": "products", "lesion": "lesions",
         "removes": "lesions"}  # fmt: skip
STUB = {
    "citations": "  - {{id: {}, cite: C}}\n",
    "donors": "  - {{id: {}}}\n",
    "products": "  - {{id: {}, origin: autologous}}\n",
    "lesions": "  - {{id: {}, site: S}}\n",
    "procedures": "  - {{id: {}, what: W}}\n",
    "signs": "  - {{id: {}, what: W}}\n",
}
# Fragments that mean something to YAML, to a number, to a time, or to nobody.
TOKENS = (
    *("&a", "*a", "!!python/object:os.system", "!", "<<: ", "? ", "---\n", "...\n", "%YAML 1.1\n"),
    *("[", "]", "{", "}", ",", ": ", ":", "- ", "#", "|", ">", "'", '"', "\\", "\t", "\n", "\r"),
    *("\0", "\x07", "\x85", "\xa0", "\u2028", "\ufeff", "\ud800", "\U0001f600", "\u202e", "²", "٣"),
    *("> 5 %", "< ", "1e400", "nan", "inf", "-0", "9" * 400, "1,5", "5 %%", "x10^9/L", "± 3 days"),
    *("day 99999999999", "2021-02-30", "0000-00-00", " to ", "from ", "about ", "24:61", "null"),
    *("infusion-1", "with diagnosis", "after ", "../x.csv", "yes", "~", "[]", "{}", "=", "@", "`"),
)


def chunks() -> Sequence[str]:
    """Twenty parts of five hundred files."""
    return tuple(f"{number:02d}" for number in range(1, 21))


def run(chunk: str) -> list[tuple[object, ...]]:
    """How the files of one part were answered."""
    return [(chunk, *counts(int(chunk), FILES))]


def counts(start: int, files: int) -> tuple[int, int, int, int, int]:
    """Files made by hypothesis, and how many were read, refused, escaped and slow."""
    pieces = [piece for path in sorted(HOME.glob("examples/*.yaml")) for piece in cut(path)]
    answers: Counter[str] = Counter()

    @seed(start)
    @settings(
        max_examples=files,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
        deadline=None,
    )
    @given(st.randoms(use_true_random=False))
    def answer(chance: Random) -> None:
        answers.update(how_answered(damage(chance, chance.choice(pieces))))

    answer()
    return files, answers["read"], answers["refused"], answers["escaped"], answers["slow"]


def how_answered(text: str) -> list[str]:
    """`read`, `refused` with words for every problem, or `escaped`; and `slow` beside it."""
    began = time.process_time()
    try:
        reading = read_course_text(text, "c.yaml", HOME / "examples")
    except Exception:  # whatever gets out is what this study counts
        return ["escaped"]
    slow = ["slow"] if time.process_time() - began > SLOW_SECONDS else []
    if reading.course is not None and not reading.problems:
        return ["read", *slow]
    told = reading.problems and all(one.what and one.fix for one in reading.problems)
    return ["refused" if reading.course is None and told else "silent", *slow]


def cut(path: Path) -> list[str]:
    """The sections of an example, sixty lines of each at most, every one a course by itself."""
    text = path.read_text(encoding="utf-8")
    sections = re.split(r"(?m)^(?=[a-z])", text)
    pieces = []
    for section in sections:
        if section.startswith(("title", "kind", "#")) or not section:
            continue
        lines = section.splitlines(keepends=True)
        entries = [number for number, line in enumerate(lines) if line.startswith("  - ")]
        end = len(lines)
        if end > PIECE_LINES and entries:
            end = max(number for number in entries if number <= PIECE_LINES)
        pieces.append(complete("title: T\nkind: invented example\n" + "".join(lines[:end])))
    return pieces


def complete(piece: str) -> str:
    """The piece with a stub for every name that stands outside it, so that it reads as it is."""
    stubs: dict[str, set[str]] = {}
    for told in read_course_text(piece, "c.yaml", HOME / "examples").problems:
        match = re.search(r"^`(\w+)` of .* names `([^`]+)`, which is no", told.what)
        if match:
            place = STUBS.get(match[1], "procedures")
            own = f"\n{place}:" in piece
            stubs.setdefault("signs" if own else place, set()).add(match[2])
    for section, names in sorted(stubs.items()):
        piece += f"{section}:\n" + "".join(STUB[section].format(name) for name in sorted(names))
    told_still = read_course_text(piece, "c.yaml", HOME / "examples").problems
    if told_still:
        raise ValueError(f"a piece is no course before it is damaged: {told_still[0]}")
    return piece


def damage(chance: Random, text: str) -> str:
    """The text after one to three injuries."""
    for _ in range(chance.randint(1, 3)):
        text = chance.choice(INJURIES)(chance, text)
    return text


def _flip(chance: Random, text: str) -> str:
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data.decode("utf-8", "replace") or "x"


def _lines(chance: Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    deed = chance.randrange(3)
    if deed == 0:
        del lines[one]
    elif deed == 1:
        lines.insert(two, lines[one])
    else:
        lines[one], lines[two] = lines[two], lines[one]
    return "".join(lines) or "x"


def _token(chance: Random, text: str) -> str:
    place = chance.randrange(len(text))
    end = min(len(text), place + chance.choice((0, 0, 1, 5)))
    return text[:place] + chance.choice(TOKENS) + text[end:]


def _value(chance: Random, text: str) -> str:
    places = [match.end() for match in re.finditer(r": ", text)]
    if not places:
        return _token(chance, text)
    place = chance.choice(places)
    end = text.find("\n", place) if chance.random() < 0.5 else place
    return text[:place] + chance.choice(TOKENS) + text[max(end, place) :]


def _truncate(chance: Random, text: str) -> str:
    return text[: chance.randrange(1, len(text) + 1)]


def _misspell(chance: Random, text: str) -> str:
    keys = list(re.finditer(r"\b[a-z_]+(?=:)", text))
    if not keys:
        return text
    key = chance.choice(keys)
    place = chance.randrange(key.start(), key.end())
    return text[:place] + chance.choice("abcxyz_ ") + text[place + chance.randrange(2) :]


def _indent(chance: Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    place = chance.randrange(len(lines))
    margin = chance.choice((" ", "  ", "\t", "\xa0", "      "))
    lines[place] = margin + lines[place] if chance.random() < 0.7 else lines[place].lstrip()
    return "".join(lines) or "x"


INJURIES: tuple[Callable[[Random, str], str], ...] = (
    _flip, _lines, _token, _value, _truncate, _misspell, _indent,
)  # fmt: skip
