"""The best overall response of a series of visits, with confirmation or without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

CR, PR, SD, NON_CR_NON_PD, PD, NE = "CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"
RESPONSES = (CR, PR, SD, NON_CR_NON_PD, PD, NE)
# Above so many ways in which open visits may have gone, the widest bounds are given (ours).
_MOST_WAYS = 4096

Response = tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BestRule:
    """What a best response asks for.

    `confirm_days` is the least time to the confirming visit, None where none is asked for;
    `stable_days` the least time from day 0 for stable disease; `gaps` how many visits that were
    not evaluable, `pauses` how many of stable disease may lie before the confirming one.
    """

    confirm_days: int | None = None
    stable_days: int = 42
    gaps: int = 1
    pauses: int = 0


def best_overall(visits: Sequence[Response], rule: BestRule) -> str | None:
    """The best response up to the first progression; None without a visit.

    `visits` are days with their response, in order of time. With confirmation, a response that
    was not confirmed counts as stable disease if it came late enough, else as not evaluable.

    Source: RECIST 1.1, best overall response; the details of confirmation as in the published
    test data of admiralonco.
    """
    counted = tuple(_up_to_progression(visits))
    found = [_counts_as(counted, place, rule) for place in range(len(counted))]
    return min(found, key=RESPONSES.index) if found else None


def best_bounds(
    visits: Sequence[tuple[int, tuple[str, ...]]], rule: BestRule
) -> tuple[str, str] | None:
    """The best and the worst that the best response can be, each visit with what it can be."""
    if not visits:
        return None
    if prod(len(levels) for _, levels in visits) > _MOST_WAYS:
        best = min((level for _, levels in visits for level in levels), key=RESPONSES.index)
        return best, NE
    days = [day for day, _ in visits]
    ways = product(*(levels for _, levels in visits))
    found = {best_overall(tuple(zip(days, way, strict=True)), rule) for way in ways}
    ranked = sorted((level for level in found if level is not None), key=RESPONSES.index)
    return ranked[0], ranked[-1]


def _up_to_progression(visits: Sequence[Response]) -> Iterator[Response]:
    for visit in visits:
        yield visit
        if visit[1] == PD:
            return


def _counts_as(visits: tuple[Response, ...], place: int, rule: BestRule) -> str:
    day, level = visits[place]
    if level == CR and _confirmed(visits, place, rule, (CR,)):
        return CR
    if level == PR and _confirmed(visits, place, rule, (CR, PR)):
        return PR
    if level in (PD, NE):
        return level
    if day < rule.stable_days:
        return NE
    return NON_CR_NON_PD if level == NON_CR_NON_PD else SD


def _confirmed(
    visits: tuple[Response, ...], place: int, rule: BestRule, by: tuple[str, ...]
) -> bool:
    if rule.confirm_days is None:
        return True
    until = next(
        (
            later for later in range(place + 1, len(visits))
            if visits[later][1] in by and visits[later][0] >= visits[place][0] + rule.confirm_days
        ),
        None,
    )  # fmt: skip
    if until is None:
        return False
    between = [level for _, level in visits[place + 1 : until + 1]]
    pauses = rule.pauses if by == (CR, PR) else 0
    allowed = {*by, NE, SD} if pauses else {*by, NE}
    kept = set(between) <= allowed
    few = between.count(NE) <= rule.gaps and between.count(SD) <= pauses
    return kept and few and not _falls_back(between)


def _falls_back(between: list[str]) -> bool:
    """Whether a partial response follows a complete one, which contradicts it."""
    return CR in between and PR in between[between.index(CR) :]
