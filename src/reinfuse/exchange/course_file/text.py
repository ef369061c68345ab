"""The text of a file, if it is small enough and is text at all."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from reinfuse.errors import Finding, Severity

# Nine times the founding case; the costliest text of this size is read in about two seconds.
LARGEST_COURSE_BYTES = 250_000
LARGEST_TABLE_BYTES = 20_000_000
MOST_PROBLEMS = 100
ECHOED = 40
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE_AS_TEXT = "save it as plain text, UTF-8"


class Unreadable(Exception):
    """There is no course in the file at all; carries the findings that say why."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings


def problem(what: str, where: str, fix: str, rule: str = "course-file") -> Finding:
    """A reason for which the file cannot be used."""
    return Finding(severity=Severity.ERROR, rule=rule, what=what, where=where, fix=fix)


def shortened(text: str) -> str:
    """What a message may repeat of a text that somebody wrote: one line, 40 characters at most."""
    line = "".join(letter if letter.isprintable() else " " for letter in text[: ECHOED + 1])
    return line if len(line) <= ECHOED else line[: ECHOED - 3] + "..."


def read_text(path: Path, largest: int = LARGEST_COURSE_BYTES) -> str:
    """The text of a file that is small enough and is text; raises Unreadable."""
    data = _read_bytes(path, largest)
    if data.startswith(_UTF_16):
        raise Unreadable(problem("the file is UTF-16 text, not UTF-8", path.name, _SAVE_AS_TEXT))
    if b"\0" in data:
        what = "the file is not text: it holds zero bytes"
        raise Unreadable(problem(what, path.name, _SAVE_AS_TEXT))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = "the file is not UTF-8 text"
        raise Unreadable(problem(what, f"{path.name} line {line}", _SAVE_AS_TEXT)) from None
    return check_text(text, path.name)


def check_text(text: str, name: str) -> str:
    """The text as it came, if every character in it is one that text has; raises Unreadable."""
    strange = _NO_TEXT.search(text)
    if strange is None:
        return text
    line = text.count("\n", 0, strange.start()) + 1
    what = f"the line holds a control character (U+{ord(strange[0]):04X})"
    fix = "delete it; it may not show in your editor"
    raise Unreadable(problem(what, f"{name} line {line}", fix))


def _read_bytes(path: Path, largest: int) -> bytes:
    try:
        kind = path.stat()
        if not stat.S_ISREG(kind.st_mode):
            # A pipe or a device would be waited for, perhaps for ever.
            what = "this is a folder" if stat.S_ISDIR(kind.st_mode) else "this is not a file"
            raise Unreadable(problem(what, path.name, "name the course file itself"))
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be a file's"
        what = f"the file cannot be opened: {reason}"
        fix = "check the name and the folder"
        raise Unreadable(problem(what, shortened(path.name), fix)) from None
    if len(data) > largest:
        raise too_long(max(kind.st_size, len(data)), largest, path.name)
    return data


def too_long(size: int, largest: int, name: str) -> Unreadable:
    """The refusal of a text that would take too long to read."""
    what = f"the file has {size / 1000:.0f} kB, and {largest / 1000:.0f} kB is the most"
    fix = "split it in two"
    if largest == LARGEST_COURSE_BYTES:
        fix = "long series belong in a CSV file beside the course: see `tables`"
    return Unreadable(problem(what, name, fix))
