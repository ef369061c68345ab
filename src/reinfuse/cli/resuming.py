"""Rows that are written part by part, so that an interrupted run goes on where it stopped."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reinfuse import __version__

Part = tuple[int, Iterable[Sequence[str]]]  # how many patients are done with it, and its rows


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The rows written so far beside `output`, each part followed by how many patients it ends.

    `key` says what the rows were made from; rows of another key are begun anew.
    """

    output: Path
    key: str

    @classmethod
    def of(cls, output: Path, *made_from: str) -> Unfinished:
        """What belongs to an output and to what it is made from, with this version."""
        text = "\n".join((__version__, *made_from))
        return cls(output, hashlib.sha256(text.encode()).hexdigest())

    @property
    def path(self) -> Path:
        """Where the rows lie until they are all there."""
        return self.output.with_name(f".{self.output.name}.unfinished")

    def done(self) -> int:
        """How many patients are done; rows after the last whole part are cut off."""
        if not self.path.is_file():
            return 0
        kept, patients = 0, 0
        with self.path.open("rb") as file:
            if file.readline().decode(errors="replace").strip() != self._head():
                return 0
            kept = file.tell()
            for line in iter(file.readline, b""):
                if line.startswith(_MARK) and line.endswith(b"\n"):
                    kept, patients = file.tell(), int(line[len(_MARK) :])
        os.truncate(self.path, kept)
        return patients

    def finish(
        self, header: Sequence[str], parts: Iterable[Part], write: Callable[[str], None]
    ) -> int:
        """Append the parts, then hand the whole table to `write`; how many rows it has.

        Each part is on the disk before the next is made. The unfinished rows go once all is
        written.
        """
        if not self.path.is_file() or self.done() == 0:
            self.path.write_text(f"{self._head()}\n", encoding="utf-8")
        with self.path.open("a", encoding="utf-8", newline="") as file:
            for patients, rows in parts:
                csv.writer(file, lineterminator="\n").writerows(rows)
                file.write(f"{_MARK.decode()}{patients}\n")
                file.flush()
                os.fsync(file.fileno())
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerow(header)
        lines = list(self._rows())
        write(stream.getvalue() + "".join(lines))
        self.path.unlink()
        return len(lines)

    def _rows(self) -> Iterator[str]:
        with self.path.open(encoding="utf-8", newline="") as file:
            next(file)
            for line in file:
                if not line.startswith(_MARK.decode()):
                    yield line

    def _head(self) -> str:
        return f"unfinished rows of {self.key}"


# No patient code begins so: it would be the first cell of a row.
_MARK = b"\x1fpatients done: "
