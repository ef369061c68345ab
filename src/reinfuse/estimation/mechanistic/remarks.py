"""What is said beside the numbers: which entries were left out, and what was taken for granted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MOST_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A reason, and the entry of the record that it is about; an empty entry is none.

    `beyond` marks what lies after the end of a window, and can belong to a later one.
    """

    entry: str
    why: str
    beyond: bool = False


def sentences(remarks: Iterable[Remark]) -> tuple[str, ...]:
    """One sentence for each reason, with the entries that it is about in front."""
    grouped: dict[str, list[str]] = {}
    for remark in remarks:
        entries = grouped.setdefault(remark.why, [])
        if remark.entry and remark.entry not in entries:
            entries.append(remark.entry)
    return tuple(f"{_named(entries)}{why}" for why, entries in grouped.items())


def _named(entries: list[str]) -> str:
    if not entries:
        return ""
    if len(entries) <= MOST_NAMED:
        return f"{', '.join(entries)}: "
    return f"{entries[0]} and {len(entries) - 1} more: "
