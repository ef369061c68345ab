"""`reinfuse show`: the course as a list by day."""

from __future__ import annotations

from argparse import Namespace

from reinfuse.cli.columns import columns
from reinfuse.cli.loading import Loaded, load
from reinfuse.cli.plain import Plain, document
from reinfuse.errors import ReinfuseError
from reinfuse.record import Entry, clock_of, in_words
from reinfuse.timeline import in_dates

_NO_MINUTE = -1  # on one day, what has no time of day stands before what has one


def run(options: Namespace) -> int:
    """List every entry with its day from the chosen day 0, its time of day and its date."""
    loaded = load(options.course)
    anchors = [entry.id for entry in loaded.course.anchors()]
    if not anchors:
        raise ReinfuseError(
            "the course has no infusion and no transplant to count days from",
            where=loaded.file,
            fix="add one under `infusions`",
        )
    day0 = options.day0 or anchors[-1]
    if day0 not in anchors:
        raise ReinfuseError(f"{day0!r} is no day 0", fix=f"one of: {', '.join(anchors)}")
    rows = sorted(_rows(loaded, day0), key=lambda row: row["sort"])
    if options.json:
        for row in rows:
            del row["sort"]
        print(document(loaded, day0=day0, events=rows))
        return 0
    cells = [(row["days"], row["dates"], row["id"], row["what"]) for row in rows]
    for line in columns((f"from {day0}", "date", "entry", "what"), cells):
        print(line)
    return 0


def _rows(loaded: Loaded, day0: str) -> list[Plain]:
    course, clock = loaded.course, clock_of(loaded.course)
    found: list[Plain] = []
    for entry in course.entries():
        if not clock.knows(entry.id):
            continue
        days, dates = clock.days(entry.id, day0), clock.dates(entry.id)
        # What has only one bound stands by that bound; what has none stands last.
        known = days.low if days.low > float("-inf") else days.high
        found.append(
            {
                "sort": (known == float("inf"), known, days.high, _minute(entry)),
                "id": entry.id,
                "kind": type(entry).__name__.lower(),
                "days": f"{days}{_clock(entry)}",
                "low": _bound(days.low),
                "high": _bound(days.high),
                "dates": in_dates(dates),
                "what": in_words(course, entry),
                "source": list(entry.source),
            }
        )
    tables = [_table_row(loaded, table.file) for table in course.tables]
    return [*found, *tables]


def _table_row(loaded: Loaded, file: str) -> Plain:
    held: list[Entry] = [entry for entry in loaded.course.observations if entry.table == file]
    return {
        "sort": (True, float("inf"), float("inf"), _NO_MINUTE),
        "id": file,
        "kind": "table",
        "days": "",
        "low": None,
        "high": None,
        "dates": "",
        "what": f"{len(held)} measurements",
        "source": [],
    }


def _minute(entry: Entry) -> int:
    minute = entry.when.start.minute
    return _NO_MINUTE if minute is None else minute


def _clock(entry: Entry) -> str:
    minute = entry.when.start.minute
    return "" if minute is None else f" {minute // 60:02d}:{minute % 60:02d}"


def _bound(value: float) -> int | None:
    return int(value) if abs(value) != float("inf") else None
