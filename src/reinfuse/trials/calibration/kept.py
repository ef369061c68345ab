"""What the model said at each draw, kept line by line, so that an interrupted run goes on."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from reinfuse import __version__
from reinfuse.evidence import Target
from reinfuse.mechanism.equations import model_text
from reinfuse.mechanism.sign_rules import shipped_rules
from reinfuse.trials.calibration.counted import Counted
from reinfuse.trials.calibration.found import Found
from reinfuse.trials.calibration.settings import extras
from reinfuse.trials.calibration.unknowns import unknowns

Work = Callable[[], Found]
_AT_ONCE = 2  # works, each of which has threads of its own for a part of the time


@dataclass(slots=True)
class Kept:
    """Lines of a file beside a page, each a draw; without a file nothing is kept.

    Draws come in the same order in every run of the same key; a file of another key is begun
    anew.
    """

    path: Path | None
    key: str
    _lines: list[Found] = field(default_factory=list)
    _next: int = 0

    def __post_init__(self) -> None:
        """Recall what an earlier run left."""
        if self.path is None:
            return
        if not self.path.is_file() or not self._recalled(self.path):
            self.path.write_text(self._head(), encoding="utf-8")

    def ask(self, works: Sequence[Work], watch: Callable[[int], None]) -> list[Found]:
        """What was kept in these places, and what the works give now for the rest.

        `watch` is told how many are done.
        """
        first, self._next = self._next, self._next + len(works)
        found = self._lines[first : self._next]
        watch(len(found))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            try:
                for one in pool.map(lambda work: work(), works[len(found) :]):
                    self._keep(one)
                    found.append(one)
                    watch(len(found))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return found

    def _keep(self, found: Found) -> None:
        self._lines.append(found)
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(_line(found))

    def _head(self) -> str:
        return f"{json.dumps({'key': self.key})}\n"

    def _recalled(self, path: Path) -> bool:
        """Whether the file is of this key; a last line that was cut off goes."""
        content = path.read_bytes()
        whole = content.rfind(b"\n") + 1
        head, *lines = content[:whole].decode(errors="replace").splitlines() or [""]
        if f"{head}\n" != self._head():
            return False
        os.truncate(path, whole)
        self._lines = [_read(line) for line in lines]
        return True


def key_of(targets: Iterable[Target], **plan: int) -> str:
    """What the lines of a run follow from, as a hash."""
    parts = [
        __version__, json.dumps(plan, sort_keys=True), repr(tuple(targets)), repr(unknowns()),
        repr([(one.name, one.shipped) for one in unknowns()]), repr(sorted(extras().items())),
        repr(sorted(shipped_rules().values.items())), model_text(2),
    ]  # fmt: skip
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _line(found: Found) -> str:
    plain = {
        name: [one.events, one.n] if isinstance(one, Counted) else _plain(one)
        for name, one in found.items()
    }
    return f"{json.dumps(plain, separators=(',', ':'))}\n"


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _read(line: str) -> Found:
    return {
        name: Counted(*one) if isinstance(one, list) else math.nan if one is None else one
        for name, one in json.loads(line).items()
    }
