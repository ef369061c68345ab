"""One criterion as the catalogue lists it: what it needs, how a chart is graded, how it reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reinfuse.grading.grade import Criterion, Grade
from reinfuse.grading.rules.printed import in_words
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.grading.rules.score import Score
from reinfuse.record.chart import Chart
from reinfuse.source import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRow:
    """One line of a criterion as a reader sees it.

    `part` is the organ, domain or line that it belongs to; `asks` what is computed, in words.
    """

    part: str
    level: str
    words: str
    asks: str = ""
    standing: Standing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A criterion that a chart can be graded by.

    `items` are the names of the vocabulary that it looks at; `variants` names other criteria of
    the same thing, never to be mixed; `rule` is the table as data where it is one. With
    `from_transplant` its day 0 is a transplant, and a chart that counts from an infusion is not
    for it; `part_of` names the criterion that chooses this one for the patients whom it fits.
    """

    criterion: Criterion
    topic: str
    items: tuple[str, ...]
    grade: Callable[[Chart], Grade]
    table: tuple[PrintedRow, ...]
    notes: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    rule: Scale | Score | None = None
    from_transplant: bool = False
    part_of: str = ""

    @property
    def by_choice(self) -> bool:
        """Whether it is used only when asked for: its table was recalled, not read."""
        return self.criterion.source.standing is Standing.RECALLED


def printed_table(rule: Scale | Score) -> tuple[PrintedRow, ...]:
    """The lines of a rule, parts first, in reading order."""
    if isinstance(rule, Score):
        return tuple(
            PrintedRow(
                part=line.name,
                level=f"{tier.points:+d}",
                words=tier.words,
                asks=in_words(tier.when),
            )
            for line in rule.lines
            for tier in line.tiers
        )
    found = [_printed(part.name, row) for part in rule.parts for row in part.rows]
    found += [_printed(f"{part.name} (or)", row) for part in rule.parts for row in part.instead]
    return (*found, *(_printed("", row) for row in rule.rows))


def _printed(part: str, row: Row) -> PrintedRow:
    return PrintedRow(
        part=part,
        level=str(row.level),
        words=row.words,
        asks=in_words(row.when),
        standing=row.standing,
    )
