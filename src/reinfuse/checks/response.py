"""Responses against the blood counts and against one another's measurements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from reinfuse.checks.case import Case, listed, name_of, number_in
from reinfuse.errors import Finding, Severity
from reinfuse.quantity import Limit
from reinfuse.record import Assessment, Entry, FollowUp, Observation, Result, Topic
from reinfuse.timeline import Ending, InOrder, Side

# CR asks for platelets of 100 and neutrophils of 1.0 x 10^9/L, CRh for 50 and 0.5.
# Source: ELN 2024 (Gökbuget, Blood 143:1891) and CIBMTR, read in secondary sources; CRh recalled.
CR_COUNTS = {"platelets": 100.0, "neutrophils": 1.0}
CRH_COUNTS = {"platelets": 50.0, "neutrophils": 0.5}
BLOOD = (None, "blood", "peripheral blood")
# A count speaks for a response on the same day, give or take a week (ours).
COUNTS_WITHIN_DAYS = 7

BURDEN = ("blasts", "MRD")
# Two measures further apart than this are told to the reader (ours), once there is disease that
# morphology can see: below 5 % blasts may be normal ones, so a lower MRD is no disagreement.
MOST_RATIO = 3.0
SEEN_BY_MORPHOLOGY = 5.0

_CR = re.compile(r"^(cr|complete (remission|response))(?![a-z])", re.IGNORECASE)


def find_responses_against_counts(case: Case) -> Iterator[Finding]:
    """A complete response, or no evidence of disease, while blood counts are low."""
    for item in case.course.assessments:
        if item.topic is Topic.RESPONSE and is_complete(item.value):
            yield from _against_counts(case, item, f"{item.value} is reported by {item.id}")
    for seen in case.course.follow_up:
        said = (seen.disease or "").casefold()
        if is_complete(said) or said == "no evidence of disease":
            yield from _against_counts(case, seen, f"{seen.disease} is reported by {seen.id}")


def is_complete(verdict: str) -> bool:
    """Whether a reported response is a CR, and neither CRi nor CRh."""
    return _CR.match(verdict) is not None


def find_measures_far_apart(case: Case) -> Iterator[Finding]:
    """Two measures of the leukemia in one sample that are far apart."""
    for one, other in combinations(list(case.measured(*BURDEN)), 2):
        if not _same_sample(one, other):
            continue
        first, second = number_in(one.value, "%"), number_in(other.value, "%")
        if first is None or second is None:
            continue
        low, high = sorted((first, second))
        if high < SEEN_BY_MORPHOLOGY or high <= MOST_RATIO * low:
            continue
        times = f"{high / low:.1f}-fold" if low > 0 else "without measure"
        yield Finding(
            severity=Severity.CONTRADICTION,
            rule="measures-far-apart",
            what=f"{_measured(one)} and {_measured(other)} of the same sample are {times} apart "
            f"(told from {MOST_RATIO:g}-fold on, our threshold): both are kept",
            where=case.where(one.id, other.id),
            fix="look up method, denominator and sample of each",
            about=(one.id, other.id),
        )


def _against_counts(case: Case, said: Assessment | FollowUp, told: str) -> Iterator[Finding]:
    low = [item for item in case.measured(*CR_COUNTS) if _is_low(item) and _at(case, item, said)]
    fine = [
        item for item in case.measured(*CR_COUNTS) if _is_fine(item) and _near(case, item, said)
    ]
    cleared = {name_of(item) for item in fine}
    low = [item for item in low if name_of(item) not in cleared]
    if not low:
        return
    counts = listed(dict.fromkeys(_count(item) for item in _told_by_number(low)))
    about = (said.id, *(item.id for item in low))
    sure = isinstance(said, Assessment)
    yield Finding(
        severity=Severity.CONTRADICTION if sure else Severity.AMBIGUITY,
        rule="response-against-counts",
        what=f"{told} while {counts}: by counts this is {_best(low)} at best",
        where=case.where(*about),
        fix="record neutrophils and platelets of that day, and name the criteria of the response",
        about=about,
    )


def _is_low(item: Observation) -> bool:
    if item.site not in BLOOD:
        return False
    if item.value is None:
        return item.result is Result.DECREASED
    value = item.value
    if value.dimension != "cells per volume" or value.limit in (Limit.ABOVE, Limit.AT_LEAST):
        return False
    return value.to("10*9/L").value < CR_COUNTS[name_of(item)]


def _is_fine(item: Observation) -> bool:
    number = number_in(item.value, "10*9/L")
    return number is not None and number >= CR_COUNTS[name_of(item)]


def _at(case: Case, count: Observation, said: Entry) -> bool:
    """Whether a low count can stand for the day of the response."""
    if count.when.ending is not Ending.SAME:
        return case.may_overlap(count, said)
    apart = case.apart(count, said)
    early, late = apart.low <= COUNTS_WITHIN_DAYS, apart.high >= -COUNTS_WITHIN_DAYS
    return apart.bounded and early and late


def _near(case: Case, count: Observation, said: Entry) -> bool:
    return case.surely_within(count, said, COUNTS_WITHIN_DAYS)


def _best(low: list[Observation]) -> str:
    """CRh needs counts that a number may already rule out."""
    for item in low:
        number = number_in(item.value, "10*9/L")
        if number is not None and number <= CRH_COUNTS[name_of(item)]:
            return "CRi"
    return "CRi or CRh"


def _told_by_number(low: list[Observation]) -> list[Observation]:
    """Where a count is given as a number, the word for it adds nothing."""
    numbered = {name_of(item) for item in low if item.value is not None}
    return [item for item in low if item.value is not None or name_of(item) not in numbered]


def _count(item: Observation) -> str:
    number = f" are {item.value.shown()}" if item.value is not None else " are low"
    return f"{name_of(item)}{number}"


def _same_sample(one: Observation, other: Observation) -> bool:
    if one.site != other.site or (one.analyte, one.method) == (other.analyte, other.method):
        return False
    if one.occasion is not None and one.occasion == other.occasion:
        return True
    return _is_with(one, other) or _is_with(other, one)


def _is_with(entry: Observation, other: Observation) -> bool:
    clues = entry.when.start.clues
    return any(
        isinstance(c, InOrder) and c.side is Side.WITH and c.event == other.id for c in clues
    )


def _measured(item: Observation) -> str:
    value = item.value.shown() if item.value is not None else ""
    method = f" by {item.method}" if item.method else ""
    return f"{name_of(item)} {value}{method}"
