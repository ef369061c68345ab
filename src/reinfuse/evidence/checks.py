"""One check per thing that can be wrong with a study table.

Every check yields findings and stops nothing: a reader is told all of them at once. Checks of one
row look at its text cells, because rounding can only be judged on the digits as printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations

from reinfuse.errors import Finding, Severity
from reinfuse.evidence.study import Counted, Counts, Infusion, Study
from reinfuse.source import Standing

Row = Mapping[str, str]

#: Above this, a denominator is a misprint. Our own choice: a 2025 preprint counts "155,365
#: patients" in a meta-analysis of CAR-T, and no CAR-T series comes near.
MOST_PATIENTS = 100_000

NEEDED = ("id", "cohort", "label", "outcome", "quote_of_number")
WORDS = {
    "standing": tuple(Standing),
    "counted": tuple(Counted),
    "counts": tuple(Counts),
    "infusion": ("", *Infusion),
}
WHOLE_NUMBERS = ("events", "n")
PERCENTS = ("percent_low", "percent_high")
WHOLE_PERCENT = 100

_FRACTION = re.compile(r"(?<![\d.])(\d+)\s*/\s*(\d+)(?![\d.])")


def check_row(row: Row, where: str) -> tuple[Finding, ...]:
    """Everything wrong with one row, the first kind of problem first."""
    unreadable = tuple(finding for check in _READABLE for finding in check(row, where))
    if unreadable:
        return unreadable
    return tuple(finding for check in _POSSIBLE for finding in check(row, where))


def find_overlaps(studies: Iterable[Study], where: str) -> Iterator[Finding]:
    """A note for each two rows with one outcome whose patients are partly the same."""
    listed = tuple(studies)
    known = {study.cohort for study in listed}
    for study in listed:
        for name in study.overlaps:
            if name not in known:
                yield Finding(
                    severity=Severity.NOTE,
                    rule="overlap-outside-table",
                    what=f"{study.id} overlaps with {name}, which the table does not hold",
                    where=where,
                    fix="nothing, if that cohort is not meant to be in the table",
                    about=(study.id,),
                )
    for one, other in combinations(listed, 2):
        shared = one.cohort == other.cohort or _names(one, other) or _names(other, one)
        if one.outcome == other.outcome and shared:
            yield Finding(
                severity=Severity.NOTE,
                rule="overlapping-cohorts",
                what=f"{one.id} and {other.id} count some of the same patients for {one.outcome}",
                where=where,
                fix="use one of them as a target, and never pool them",
                about=(one.id, other.id),
            )


def _names(one: Study, other: Study) -> bool:
    return other.cohort in one.overlaps


def _wrong(row: Row, where: str, rule: str, what: str, fix: str) -> Finding:
    about = (row["id"],) if row["id"] else ()
    return Finding(severity=Severity.ERROR, rule=rule, what=what, where=where, fix=fix, about=about)


def _check_needed(row: Row, where: str) -> Iterator[Finding]:
    for column in NEEDED:
        if not row[column]:
            yield _wrong(row, where, "missing-cell", f"{column} is empty", f"fill in {column}")


def _check_source(row: Row, where: str) -> Iterator[Finding]:
    if not row["cite"]:
        fix = "say who published it, such as Fabrizio 2022"
        yield _wrong(row, where, "missing-source", "the row has no source", fix)


def _check_words(row: Row, where: str) -> Iterator[Finding]:
    for column, allowed in WORDS.items():
        if row[column] not in allowed:
            fix = "write one of: " + ", ".join(word or "(empty)" for word in allowed)
            what = f"{column} {row[column]!r} is not known"
            yield _wrong(row, where, f"unknown-{column}", what, fix)


def _check_numbers(row: Row, where: str) -> Iterator[Finding]:
    for column in WHOLE_NUMBERS:
        if row[column] and not (row[column].isascii() and row[column].isdigit()):
            what = f"{column} {row[column]!r} is not a whole number"
            yield _wrong(row, where, "not-a-number", what, "write 12, or leave it empty")
    for column in PERCENTS:
        if row[column] and not re.fullmatch(r"[0-9]+(\.[0-9]+)?", row[column]):
            what = f"{column} {row[column]!r} is not a percentage"
            yield _wrong(row, where, "not-a-number", what, "write 87.5 as printed, without %")


def _check_size(row: Row, where: str) -> Iterator[Finding]:
    if not row["n"]:
        return
    n = int(row["n"])
    if n == 0:
        yield _wrong(row, where, "nobody", "n is 0", "leave n and events empty if not printed")
    if n > MOST_PATIENTS:
        what = f"n is {n:,}: no CAR-T cohort has more than {MOST_PATIENTS:,}"
        yield _wrong(row, where, "implausible-n", what, "look the denominator up again")


def _check_events(row: Row, where: str) -> Iterator[Finding]:
    if row["events"] and not row["n"]:
        fix = "give n, or leave events empty"
        yield _wrong(row, where, "events-without-n", "events are given without n", fix)
    if row["events"] and row["n"] and int(row["events"]) > int(row["n"]):
        what = f"{row['events']} events among {row['n']} cannot be"
        yield _wrong(row, where, "more-events-than-n", what, "look both numbers up again")
    if bool(row["events"]) == (row["counts"] == Counts.NONE):
        what = f"counts says {row['counts']!r} and events is {row['events'] or 'empty'}"
        fix = f"events are empty exactly when counts is {Counts.NONE.value!r}"
        yield _wrong(row, where, "counts-disagree", what, fix)


def _check_percent(row: Row, where: str) -> Iterator[Finding]:
    low, high = (float(row[c]) if row[c] else None for c in PERCENTS)
    if any(p is not None and p > WHOLE_PERCENT for p in (low, high)):
        yield _wrong(row, where, "percent-above-100", "a percentage is above 100", "look it up")
    if low is not None and high is not None and low > high:
        what = f"percent_low {low:g} is above percent_high {high:g}"
        yield _wrong(row, where, "percent-reversed", what, "swap them, or look them up again")
    if not row["events"] or int(row["n"] or 0) == 0:
        return
    share = WHOLE_PERCENT * int(row["events"]) / int(row["n"])
    below = low is not None and share < low - _half_a_digit(row["percent_low"])
    above = high is not None and share > high + _half_a_digit(row["percent_high"])
    if below or above:
        printed = row["percent_low"] if below else row["percent_high"]
        what = f"{row['events']}/{row['n']} is {share:.2f} %, not {printed} % as printed"
        fix = "look up count and percentage; a cut-off percentage belongs in the note"
        yield _wrong(row, where, "percent-disagrees", what, fix)


def _check_quote(row: Row, where: str) -> Iterator[Finding]:
    for events, n in _FRACTION.findall(row["quote_of_number"]):
        if (int(events), int(n)) != (int(row["events"] or -1), int(row["n"] or -1)):
            what = f"the quote says {events}/{n}, the row {row['events']}/{row['n']}"
            yield _wrong(row, where, "quote-disagrees", what, "look the count up again")


def _half_a_digit(printed: str) -> float:
    """Half a unit of the last printed digit, with room for binary fractions."""
    decimals = len(printed.partition(".")[2])
    return 0.5 * 10.0**-decimals + 1e-9


_Check = Callable[[Row, str], Iterator[Finding]]
_READABLE: tuple[_Check, ...] = (_check_needed, _check_source, _check_words, _check_numbers)
_POSSIBLE: tuple[_Check, ...] = (_check_size, _check_events, _check_percent, _check_quote)
