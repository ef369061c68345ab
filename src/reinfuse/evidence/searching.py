"""Rows of the study table by words, wherever in a row they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from reinfuse.evidence.outcomes import fold
from reinfuse.evidence.studies import shipped_studies
from reinfuse.evidence.study import Study

#: A word in these fields says more than the same word in a note. The weights are ours.
WEIGHTS = {"id": 8, "cohort": 4, "label": 4, "outcome": 4, "source": 4, "disease": 2, "site": 2}


#: Keys of other cohorts: a row is not found by the name of what it shares patients with.
UNSEARCHED = ("overlaps",)


def search(query: str, studies: Iterable[Study] | None = None) -> tuple[Study, ...]:
    """The rows with every word of the query, best first; with any of them if none has all.

    A word is found at the start of a word of the row, in any case: `fabri` finds Fabrizio. Without
    words every row is found, in the order of the table. `studies` are by default the shipped ones.
    """
    listed = tuple(shipped_studies() if studies is None else studies)
    wanted = tuple(dict.fromkeys(fold(query).split()))
    if not wanted:
        return listed
    scored = [(_score(study, wanted), study) for study in listed]
    most = max((found for (found, _), _ in scored), default=0)
    if most == 0:
        return ()
    # All words, or the rows that have as many of them as any row has.
    best = [(weight, study) for (found, weight), study in scored if found == most]
    return tuple(study for _, study in sorted(best, key=lambda pair: -pair[0]))


def _score(study: Study, wanted: tuple[str, ...]) -> tuple[int, int]:
    """How many of the words the row has, and how much their places weigh."""
    found, weight = set[str](), 0
    for field in fields(study):
        if field.name in UNSEARCHED:
            continue
        text = fold(str(getattr(study, field.name) or ""))
        for word in wanted:
            if _starts_a_word(word, text):
                found.add(word)
                weight += WEIGHTS.get(field.name, 1)
    return len(found), weight


def _starts_a_word(word: str, text: str) -> bool:
    at = text.find(word)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(word, at + 1)
    return at >= 0
