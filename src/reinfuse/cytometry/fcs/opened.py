"""An FCS file that is open: its bytes by place, and the words for what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BufferedReader

from reinfuse.errors import Finding, ReinfuseError, Severity

MOST_LISTED = 5
EXPORT_AGAIN = "export the tube again from the acquisition software as FCS 3.0 or 3.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file of `size` bytes; `name` is its bare name, and `start` where its data set begins."""

    file: BufferedReader
    size: int
    name: str
    start: int = 0

    @property
    def room(self) -> int:
        """How many bytes there are from the beginning of the data set."""
        return self.size - self.start

    def read(self, begin: int, count: int) -> bytes:
        """At most `count` bytes from `begin`, which counts from the beginning of the data set."""
        begin, count = max(begin, 0), min(count, self.room - begin)
        if count <= 0:
            return b""
        self.file.seek(self.start + begin)
        return self.file.read(count)

    def refuse(self, what: str, *, fix: str = EXPORT_AGAIN) -> ReinfuseError:
        """An error about this file."""
        return ReinfuseError(what, where=self.name, fix=fix)

    def tell(self, severity: Severity, rule: str, what: str, *, fix: str = "") -> Finding:
        """A finding about this file."""
        return Finding(severity=severity, rule=rule, what=what, where=self.name, fix=fix)


def listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - MOST_LISTED
    return ", ".join(names[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")
