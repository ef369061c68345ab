"""What is wrong in a table, by row, kept small enough for a file that is wrong in every row."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from reinfuse.errors import Finding, Severity

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of problem: its rule, how much it matters, what to do about it."""

    rule: str
    title: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Rows:
    """Findings by row of a file; each is made only when somebody looks at it."""

    file: str
    _rows: array[int] = field(default_factory=lambda: array("i"))
    _said: list[tuple[Sort, str, str]] = field(default_factory=list)
    _seen: dict[tuple[Sort, str, str], tuple[Sort, str, str]] = field(default_factory=dict)

    def add(self, row: int, sort: Sort, what: str, fix: str = "") -> None:
        """Note one finding; the same words are kept once."""
        said = (sort, what, fix)
        self._rows.append(row)
        self._said.append(self._seen.setdefault(said, said))

    def __len__(self) -> int:
        """How many findings there are."""
        return len(self._rows)

    def __iter__(self) -> Iterator[Finding]:
        """Every finding, in order of the rows; row 0 is the file as a whole."""
        for place in sorted(range(len(self._rows)), key=self._rows.__getitem__):
            sort, what, fix = self._said[place]
            row = self._rows[place]
            where = f"{self.file} row {row}" if row else self.file
            yield Finding(severity=sort.severity, rule=sort.rule, what=what, where=where, fix=fix)

    def counts(self) -> dict[str, int]:
        """How many findings there are of each sort, by its title, the commonest first."""
        found: dict[str, int] = {}
        for sort, _, _ in self._said:
            found[sort.title] = found.get(sort.title, 0) + 1
        return dict(sorted(found.items(), key=lambda one: -one[1]))

    def message(self) -> str:
        """The first findings, and how many there are of each sort."""
        lines = [
            f"{one.where}: {one.what}" + (f" -> {one.fix}" if one.fix else "")
            for one, _ in zip(self, range(SHOWN), strict=False)
        ]
        if len(self) > SHOWN:
            lines.append(f"{len(self)} in all, of which the first {SHOWN} are shown:")
            lines += [f"  {title}: {count}" for title, count in self.counts().items()]
        return "\n".join(lines)
