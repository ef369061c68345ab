"""`reinfuse criteria`: every criterion with source and standing, or the table of one."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from textwrap import wrap

from reinfuse.cli.columns import columns, width
from reinfuse.cli.plain import json_text
from reinfuse.errors import ReinfuseError
from reinfuse.grading import Level
from reinfuse.grading.catalogue import catalogue, criterion_named
from reinfuse.grading.rules.entry import Entry, PrintedRow
from reinfuse.record.vocabulary import Item, items

MOST_LEVELS = 12


def run(options: Namespace) -> int:
    """Print the list of criteria, or one criterion as its table."""
    if options.name is not None:
        if options.family is not None:
            raise ReinfuseError("a criterion is named, and --family too", fix="give one of the two")
        entry = criterion_named(options.name)
        if options.json:
            print(json_text(_whole(entry)))
        else:
            print("\n".join(_table(entry)))
        return 0
    entries = _chosen(options.family)
    if options.json:
        print(json_text({"criteria": [_head(entry) for entry in entries]}))
    else:
        print("\n".join(_list(entries)))
    return 0


def _chosen(family: str | None) -> list[Entry]:
    entries = list(catalogue().values())
    if family is None:
        return entries
    wanted = family.casefold()
    found = [entry for entry in entries if wanted in entry.criterion.family.casefold()]
    if not found:
        families = dict.fromkeys(entry.criterion.family for entry in entries)
        raise ReinfuseError(
            f"no criterion belongs to a family called {family!r}",
            fix=f"the families are {', '.join(families)}",
        )
    return found


def _list(entries: list[Entry]) -> Iterator[str]:
    families = dict.fromkeys(entry.criterion.family for entry in entries)
    for family in families:
        rows = [_listed(entry) for entry in entries if entry.criterion.family == family]
        yield from columns((family, "grades", "standing"), rows)
        yield ""
    recalled = sum(entry.by_choice for entry in entries)
    yield from wrap(
        f"{len(entries)} criteria. `reinfuse criteria NAME` prints the table of one.", width()
    )
    if recalled:
        yield from wrap(
            f"{recalled} of them are recalled, not read in a source: they are used only when"
            " named with --criterion.",
            width(),
        )


def _listed(entry: Entry) -> list[str]:
    criterion = entry.criterion
    return [criterion.name, criterion.title, str(criterion.source.standing)]


def _table(entry: Entry) -> Iterator[str]:
    criterion = entry.criterion
    yield f"{criterion.name} · {criterion.title}"
    yield from _lines("source", str(criterion.source))
    if entry.by_choice:
        yield from _lines("standing", "recalled: used only when named with --criterion")
    if criterion.levels:
        yield from _lines("levels", _levels(criterion.levels))
    if entry.variants:
        yield from _lines("not to be mixed with", ", ".join(entry.variants))
    yield ""
    if entry.table:
        yield from columns(
            ("part", "level", "in words", "asks for"), [_row(row) for row in entry.table]
        )
        yield ""
    for note in entry.notes:
        yield from _lines("note", note)
    yield ""
    known = [items()[name] for name in entry.items if name in items()]
    rows = [[item.name, _takes(item), ", ".join(item.aliases)] for item in known]
    if rows:
        yield from columns(("item", "value", "also read as"), rows)


def _levels(levels: Sequence[Level]) -> str:
    """The levels; a long run of numbers is told by its ends."""
    if len(levels) <= MOST_LEVELS:
        return ", ".join(map(str, levels))
    words = [level for level in levels if isinstance(level, str)]
    numbers = [level for level in levels if not isinstance(level, str)]
    return f"{', '.join(words)}; days {min(numbers)} to {max(numbers)}"


def _row(row: PrintedRow) -> list[str]:
    standing = f" [{row.standing}]" if row.standing is not None else ""
    return [row.part, row.level, f"{row.words}{standing}", row.asks]


def _takes(item: Item) -> str:
    if item.units:
        return f"number in {' or '.join(item.units)}"
    return " | ".join(item.words) if item.words else str(item.kind)


def _lines(name: str, text: str) -> list[str]:
    return wrap(f"{name}: {text}", width(), initial_indent="  ", subsequent_indent="    ")


def _head(entry: Entry) -> dict[str, object]:
    source = entry.criterion.source
    return {
        "name": entry.criterion.name,
        "title": entry.criterion.title,
        "family": entry.criterion.family,
        "levels": list(entry.criterion.levels),
        "source": str(source),
        "standing": str(source.standing),
        "by_choice": entry.by_choice,
        "items": list(entry.items),
        "variants": list(entry.variants),
    }


def _whole(entry: Entry) -> dict[str, object]:
    table = [
        {
            "part": row.part,
            "level": row.level,
            "words": row.words,
            "asks": row.asks,
            "standing": None if row.standing is None else str(row.standing),
        }
        for row in entry.table
    ]
    return {**_head(entry), "table": table, "notes": list(entry.notes)}
