"""What is wrong or doubtful in a data set, by row, kept small for a file wrong in every row."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from reinfuse.errors import Finding, Severity
from reinfuse.quantity.unit import shortened

MOST_KEPT = 500  # of each sort; the others are counted
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # what a terminal would obey


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of finding: its rule, what it is in words, and how much it matters."""

    rule: str
    words: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands: row 0 is the file as a whole, row 1 its header."""

    row: int = 0
    name: str | None = None  # the label of the subject


WHOLE = Place()
HEAD = Place(1)


@dataclass(slots=True)
class Told:
    """Findings as they are met; of each sort the first are kept and all are counted."""

    file: str
    found: list[tuple[int, Finding]] = field(default_factory=list)
    counts: Counter[Sort] = field(default_factory=Counter)
    errors: int = 0  # how many findings say that the file cannot be used
    wrong: set[str] = field(default_factory=set)  # the subjects that they name

    def add(self, sort: Sort, place: Place, what: str, fix: str = "") -> None:
        """Note one finding."""
        self.counts[sort] += 1
        if sort.severity is Severity.ERROR:
            self.errors += 1
            self.wrong |= set() if place.name is None else {place.name}
        if self.counts[sort] > MOST_KEPT:
            return
        where = f"{self.file} row {place.row}" if place.row else self.file
        if place.name is not None:
            where += f", ID {visible(place.name)}"
        finding = Finding(severity=sort.severity, rule=sort.rule, what=what, where=where, fix=fix)
        self.found.append((place.row, finding))

    def problems(self) -> tuple[Finding, ...]:
        """The errors in the order of the rows; the last ones count what was not kept."""
        return self._listed(errors=True)

    def notes(self) -> tuple[Finding, ...]:
        """What is doubtful, or was decided in reading, in the order of the rows."""
        return self._listed(errors=False)

    def _listed(self, *, errors: bool) -> tuple[Finding, ...]:
        def wanted(severity: Severity) -> bool:
            return (severity is Severity.ERROR) is errors

        kept = sorted((one for one in self.found if wanted(one[1].severity)), key=lambda it: it[0])
        more = tuple(
            Finding(
                severity=sort.severity,
                rule=sort.rule,
                what=f"{sort.words}: {count - MOST_KEPT} more rows",
                where=self.file,
            )
            for sort, count in self.counts.items()
            if count > MOST_KEPT and wanted(sort.severity)
        )
        return (*(finding for _, finding in kept), *more)


def visible(text: str) -> str:
    """A text of a file as a message may show it: short, and nothing that a terminal obeys."""
    return shortened(_CONTROL.sub("?", text))
