"""What can be asked of a study table: its outcomes, and how many cohorts tell of each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from reinfuse.errors import ReinfuseError
from reinfuse.evidence.study import Study
from reinfuse.source import Standing

MOST_NAMED = 5
_ALIKE = 0.4  # of 1: low, since a wrong guess costs a reader one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One outcome: its rows, and among those with counts the cohorts and what was counted.

    `cohorts` and `counted_n` leave out recalled rows and what was pooled already. Patients of
    overlapping cohorts are counted in each, so `counted_n` is no number of people.
    """

    name: str
    rows: int
    cohorts: int
    counted_n: int


def list_outcomes(studies: Iterable[Study]) -> tuple[Outcome, ...]:
    """Every outcome of the table, the one with most cohorts first, then by name."""
    rows: dict[str, list[Study]] = {}
    for study in studies:
        rows.setdefault(study.outcome, []).append(study)
    found = (_outcome(name, held) for name, held in rows.items())
    return tuple(sorted(found, key=lambda one: (-one.cohorts, -one.rows, one.name)))


def find_outcome(studies: Iterable[Study], name: str) -> str:
    """The outcome as the table writes it, in any case; raises with the nearest ones."""
    outcomes = list_outcomes(studies)
    folded = {fold(one.name): one.name for one in reversed(outcomes)}
    if fold(name) in folded:
        return folded[fold(name)]
    if not outcomes:
        raise ReinfuseError("the table has no row to choose from", fix="give a table with rows")
    words = [one for one in outcomes if fold(name) in fold(one.name)]
    alike = difflib.get_close_matches(fold(name), list(folded), n=MOST_NAMED, cutoff=_ALIKE)
    by_name = {one.name: one for one in outcomes}
    near = dict.fromkeys([*words, *(by_name[folded[one]] for one in alike)]) or outcomes
    told = "; ".join(f"{one.name} ({_said(one)})" for one in list(near)[:MOST_NAMED])
    raise ReinfuseError(f"no row has the outcome {name!r}", fix=f"the nearest are: {told}")


def fold(text: str) -> str:
    """A word in the form in which words are compared: no case, one space, one way to write it."""
    return " ".join(text.casefold().replace("leukaemia", "leukemia").split())


def _said(one: Outcome) -> str:
    return f"{one.cohorts} cohort{'' if one.cohorts == 1 else 's'} with counts"


def _outcome(name: str, held: list[Study]) -> Outcome:
    counted = [
        study
        for study in held
        if study.is_counted
        and study.pooled_of is None
        and study.source.standing is not Standing.RECALLED
    ]
    return Outcome(
        name=name,
        rows=len(held),
        cohorts=len({study.cohort for study in counted}),
        counted_n=sum(study.n or 0 for study in counted),
    )
