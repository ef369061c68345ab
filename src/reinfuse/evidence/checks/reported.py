"""Where a row comes from: citation, DOI, follow-up, standing, and who read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from reinfuse.errors import Finding
from reinfuse.evidence.checks.cells import Row, wrong
from reinfuse.source import Standing

#: Nothing was published about CAR-T before. Our own choice, and generous.
EARLIEST_YEAR = 1990

_DOI = re.compile(r"10\.\d{4,9}/\S+")
# A four-digit number of patients in a citation, "(n = 2095)", is no year.
_YEAR = re.compile(r"(?<![\d.=])(?<!= )(1[0-9]{3}|2[0-9]{3})(?![\d.,]?\d| patients)")
_SPELLED = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_UNIT = "days?|weeks?|months?|years?|d|wk|mo|y|hours?|h"
_TIME = re.compile(
    rf"\b(\d+(\.\d+)?|{_SPELLED})[ -]?({_UNIT})\b|\b({_UNIT}) ?(\d+|{_SPELLED})\b"
    r"|\bbest response\b|\bdischarge\b|\blast (visit|follow-up)\b|\bD\+?\d+\b",
    re.IGNORECASE,
)


def check_source(row: Row, where: str, *, today: date | None) -> Iterator[Finding]:
    """DOI, year, follow-up and standing; without `today` no year is too late."""
    if row["doi"] and not _DOI.fullmatch(row["doi"]):
        fix = "write it bare, such as 10.1182/bloodadvances.2021005564"
        yield wrong(row, where, "doi-malformed", f"the DOI is written {row['doi']!r}", fix)
    for year in map(int, _YEAR.findall(row["cite"])):
        if year < EARLIEST_YEAR or (today is not None and year > today.year):
            what = f"the year of publication is {year}"
            yield wrong(row, where, "citation-year", what, "look the citation up again")
    if row["follow_up"] and not _TIME.search(row["follow_up"]):
        what = f"the follow-up {row['follow_up']!r} has no length of time"
        yield wrong(row, where, "follow-up-unreadable", what, "write 28 days, or day 28")
    if row["standing"] == Standing.RECALLED:
        what = "the number was recalled, not read"
        yield wrong(row, where, "recalled", what, "read it in the paper")


def check_readers(row: Row, where: str) -> Iterator[Finding]:
    """Two readers of one number: whether there are two, and whether they agree."""
    one, two = row["reader_1"], row["reader_2"]
    if bool(one) != bool(two):
        what, fix = "one reader read this number", "let somebody else read it in the paper"
        yield wrong(row, where, "one-reader", what, fix)
    if one and one.casefold() == two.casefold():
        fix = "let somebody else read it in the paper"
        yield wrong(row, where, "same-reader", "both readers have one name", fix)
    read_again = bool(row["events_2"] or row["n_2"])
    if (two and row["events"] and not read_again) or (read_again and not two):
        what = "a second reading and a second reader go together"
        yield wrong(row, where, "reader-without-name", what, "give both, or neither")
    if not read_again:
        return
    for first, second in (("events", "events_2"), ("n", "n_2")):
        if (int(row[first]) if row[first] else None) != (int(row[second]) if row[second] else None):
            what = f"{first} was read as {row[first] or 'nothing'} and {row[second] or 'nothing'}"
            yield wrong(row, where, "readers-disagree", what, "look it up together")
