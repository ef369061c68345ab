"""The occasion of every row: a column's, or the number of infusions up to it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from reinfuse.errors import Severity
from reinfuse.exchange.data_set.cells import Unread, cell_of, missing
from reinfuse.exchange.data_set.doses import Given
from reinfuse.exchange.data_set.rows import SubjectRows
from reinfuse.exchange.data_set.told import Sort, Told, visible

OCCASION = Sort("data-occasion", "an occasion that cannot be read")
JUMP = Sort("data-occasion-jump", "an occasion that is left out", Severity.AMBIGUITY)
INFUSIONS, ONE = "infusions", "one"
# More doses than this are no infusions of cells that each begin a course of their own.
MOST_INFUSIONS = 4
MOST_OCCASIONS = 1000


@dataclass(slots=True)
class Occasions:
    """How the rows of a file are told apart by occasion; `words` once a text was met."""

    told: Told
    words: dict[str, int] = field(default_factory=dict)
    in_words: bool | None = None

    def of_rows(self, rows: SubjectRows, wanted: Collection[int]) -> dict[int, int]:
        """The occasion of some rows by a column; 1 where it cannot be read, which is told."""
        texts = rows.texts("OCC") or ()
        found: dict[int, int] = {}
        last = 0
        for at in sorted(wanted):
            number = self._number(rows, texts[at], at)
            if number is None:
                found[at] = max(last, 1)
                continue
            if number < last:
                name = rows.header.spelled("OCC")
                what = f"{name} goes back from {last} to {number}"
                self.told.add(OCCASION, rows.place(at), what, "count them in the order of time")
            elif number > last + 1 and not self.in_words:
                what = f"the occasions go from {last} to {number}" if last else ""
                what = what or f"the first occasion is {number}"
                self.told.add(JUMP, rows.place(at), what, "1 follows the first infusion")
            found[at] = last = number
        return found

    def _number(self, rows: SubjectRows, text: str, at: int) -> int | None:
        if missing(text):
            what = f"{rows.header.spelled('OCC')} is missing"
            self.told.add(OCCASION, rows.place(at), what, "write the number of the occasion")
            return None
        cell = cell_of(text)
        if self.in_words is None:
            self.in_words = isinstance(cell, Unread)
        if self.in_words:
            return self.words.setdefault(text.strip(), len(self.words) + 1)
        if isinstance(cell, float) and 1 <= cell <= MOST_OCCASIONS and cell.is_integer():
            return int(cell)
        what = f"{rows.header.spelled('OCC')} is {visible(text.strip())!r}"
        self.told.add(OCCASION, rows.place(at), what, "write 1, 2, 3")
        return None


def by_infusions(doses: Sequence[Given], times: Sequence[tuple[float, int]]) -> list[int]:
    """The occasion at each time and row: how many doses came up to it, and at least 1.

    A sample at the time of a dose belongs to it only if its row comes later.
    """
    keys = [(one.time, one.at) for one in doses]
    return [max(1, bisect_right(keys, key)) for key in times]


def many_doses(doses: Sequence[Given]) -> bool:
    """Whether a subject has more doses than there are infusions of cells."""
    return len(doses) > MOST_INFUSIONS
