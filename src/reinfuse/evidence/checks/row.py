"""Every check of one row, unreadable cells first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from reinfuse.errors import Finding
from reinfuse.evidence.checks.cells import Row, check_needed, check_numbers, check_words
from reinfuse.evidence.checks.counts import (
    check_counted,
    check_events,
    check_percent,
    check_quote,
    check_size,
)
from reinfuse.evidence.checks.effects import (
    check_agreement,
    check_estimate,
    check_limits,
    check_spread,
)
from reinfuse.evidence.checks.reported import check_readers, check_source
from reinfuse.evidence.rules import RULES

_Check = Callable[[Row, str], Iterator[Finding]]
_READABLE: tuple[_Check, ...] = (check_needed, check_words, check_numbers)
_POSSIBLE: tuple[_Check, ...] = (
    *(check_size, check_events, check_percent, check_quote),
    *(check_estimate, check_limits, check_spread, check_readers),
)
_TOLD: tuple[_Check, ...] = (check_counted, check_agreement)


def check_row(row: Row, where: str, *, today: date | None = None) -> tuple[Finding, ...]:
    """Everything wrong with one row.

    A row with cells that cannot be read is not asked what its numbers mean, and one that cannot
    be so is not asked how sure it is. `row` has a cell for every column of `COLUMNS`.
    """
    found = tuple(finding for check in _READABLE for finding in check(row, where))
    if found:
        return found
    found = tuple(finding for check in _POSSIBLE for finding in check(row, where))
    found = (*found, *check_source(row, where, today=today))
    if any(refuses(finding) for finding in found):
        return found
    return (*found, *(finding for check in _TOLD for finding in check(row, where)))


def refuses(finding: Finding) -> bool:
    """Whether a finding costs the row."""
    return RULES[finding.rule].refuses
