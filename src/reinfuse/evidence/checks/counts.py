"""Whether the counts, percentages and the quote of one row can be so together.

Rounding can only be judged on the digits as printed, so these checks look at the text of cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reinfuse.errors import Finding
from reinfuse.evidence.checks.cells import Row, wrong
from reinfuse.evidence.columns import PERCENTS, SIZES
from reinfuse.evidence.study import Counted, Counts, Measure

#: Above this, a denominator is a misprint. Our own choice: a 2025 preprint counts "155,365
#: patients" in a meta-analysis of CAR-T, and no CAR-T series comes near.
MOST_PATIENTS = 100_000

WHOLE_PERCENT = 100
ARMS = (("events", "n"), ("events_control", "n_control"), ("events_2", "n_2"))

_FRACTION = re.compile(r"(?<![\d.])([0-9]{1,12})\s*/\s*([0-9]{1,12})(?![\d.])")
_QUOTED_PERCENT = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s*%")


def check_size(row: Row, where: str) -> Iterator[Finding]:
    """Denominators that nobody has."""
    for column in SIZES:
        if not row[column]:
            continue
        n = int(row[column])
        if n == 0:
            fix = f"leave {column} empty if it was not printed"
            yield wrong(row, where, "nobody", f"{column} is 0", fix)
        if n > MOST_PATIENTS:
            what = f"{column} is {n:,}: no CAR-T cohort has more than {MOST_PATIENTS:,}"
            yield wrong(row, where, "implausible-n", what, "look the denominator up again")


def check_events(row: Row, where: str) -> Iterator[Finding]:
    """Events against their denominator, in each arm and in the second reading."""
    for events, n in ARMS:
        if row[events] and not row[n]:
            fix = f"give {n}, or leave {events} empty"
            what = f"{events} is given without {n}"
            yield wrong(row, where, "events-without-n", what, fix)
        if row[events] and row[n] and int(row[events]) > int(row[n]):
            what = f"{row[events]} events among {row[n]} cannot be"
            yield wrong(row, where, "more-events-than-n", what, "look both numbers up again")
    if bool(row["events"]) == (row["counts"] == Counts.NONE):
        what = f"counts says {row['counts']!r} and events is {row['events'] or 'empty'}"
        fix = f"events are empty exactly when counts is {Counts.NONE.value!r}"
        yield wrong(row, where, "counts-disagree", what, fix)


def check_percent(row: Row, where: str) -> Iterator[Finding]:
    """Percentages against each other and against the counts."""
    low, high = (float(row[column]) if row[column] else None for column in PERCENTS)
    yield from _check_estimated(row, where)
    if any(percent is not None and percent > WHOLE_PERCENT for percent in (low, high)):
        yield wrong(row, where, "percent-above-100", "a percentage is above 100", "look it up")
    if low is not None and high is not None and low > high:
        what = f"percent_low {low:g} is above percent_high {high:g}"
        yield wrong(row, where, "percent-reversed", what, "swap them, or look them up again")
    events, n = int(row["events"] or 0), int(row["n"] or 0)
    if not row["events"] or not 0 <= events <= n or n == 0 or _fits(row, events, n):
        return
    printed = row["percent_low"] or row["percent_high"]
    if row["percent_low"] and row["percent_high"] and _reaches(row, events, n):
        printed = row["percent_high"]
    if _fits(row, n - events, n):
        what = f"{printed} % is {n - events}/{n}, those without the event, not {events}/{n}"
        fix = "see which of the two was printed, and enter that one"
        yield wrong(row, where, "events-swapped", what, fix)
        return
    what = f"{events}/{n} is {WHOLE_PERCENT * events / n:.2f} %, not {printed} % as printed"
    fix = "look up count and percentage; a cut-off percentage belongs in the note"
    yield wrong(row, where, "percent-disagrees", what, fix)


def check_quote(row: Row, where: str) -> Iterator[Finding]:
    """The numbers of the quote against those of the row."""
    held = {(row[events], row[n]) for events, n in ARMS}
    for events, n in _FRACTION.findall(row["quote_of_number"]):
        if (str(int(events)), str(int(n))) not in {(_plain(x), _plain(m)) for x, m in held}:
            what = f"the quote says {events}/{n}, the row {row['events']}/{row['n']}"
            yield wrong(row, where, "quote-disagrees", what, "look the count up again")
    percents = _QUOTED_PERCENT.findall(row["quote_of_number"])
    one_printed = row["percent_low"] and row["percent_low"] == row["percent_high"]
    if one_printed and len(percents) == 1 and float(percents[0]) != float(row["percent_low"]):
        what = f"the quote says {percents[0]} %, the row {row['percent_low']} %"
        yield wrong(row, where, "quote-disagrees", what, "look the percentage up again")


def check_counted(row: Row, where: str) -> Iterator[Finding]:
    """What a reader must know of counts that can be so."""
    if row["counted"] != Counted.PATIENT:
        what = f"{row['n'] or 'the denominator'} counts {row['counted']}s, not patients"
        fix = "say so wherever the number is shown, and never pool it with patients"
        yield wrong(row, where, "counts-no-patients", what, fix)
    if row["pooled_of"]:
        what = f"the number was made of {row['pooled_of']} series"
        fix = "never pool it with cohorts: its series may be among them"
        yield wrong(row, where, "pooled-already", what, fix)
    if row["counts"] != Counts.DERIVED:
        return
    n = int(row["n"])
    what = f"{row['events']}/{n} was worked out from a percentage"
    yield wrong(row, where, "derived-count", what, "look the count up in the paper")
    printed = row["percent_low"] and row["percent_high"]
    fitting = [x for x in range(n + 1) if _fits(row, x, n)] if printed else []
    if len(fitting) > 1:
        what = f"{row['percent_low']} % of {n} is any of {fitting[0]} to {fitting[-1]}"
        yield wrong(row, where, "derived-ambiguous", what, "look the count up in the paper")


def _check_estimated(row: Row, where: str) -> Iterator[Finding]:
    """An estimate in percent against the counts; a pooled one need not be their share."""
    if row["measure"] != Measure.PERCENT or row["pooled_of"] or not row["estimate"]:
        return
    events, n = int(row["events"] or 0), int(row["n"] or 0)
    if row["events"] and n:
        share = WHOLE_PERCENT * events / n
        if abs(share - float(row["estimate"])) > half_a_digit(row["estimate"]):
            what = f"{events}/{n} is {share:.2f} %, and the estimate {row['estimate']} %"
            yield wrong(row, where, "percent-disagrees", what, "look up count and percentage")


def _fits(row: Row, events: int, n: int) -> bool:
    """Whether the share may be printed as the percentages are, or lies between them."""
    share = WHOLE_PERCENT * events / n
    low, high = row["percent_low"], row["percent_high"]
    below = low and share < float(low) - half_a_digit(low)
    return not below and not (high and share > float(high) + half_a_digit(high))


def _reaches(row: Row, events: int, n: int) -> bool:
    low = row["percent_low"]
    return WHOLE_PERCENT * events / n >= float(low) - half_a_digit(low)


def _plain(number: str) -> str:
    return str(int(number)) if number else ""


def half_a_digit(printed: str) -> float:
    """Half a unit of the last printed digit, with room for binary fractions."""
    decimals = len(printed.partition(".")[2])
    return 0.5 * 10.0**-decimals + 1e-9
