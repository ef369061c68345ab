"""Words nearly spelled like those that the program knows, which it would pass over in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from reinfuse.checks.case import Case
from reinfuse.checks.values import MEASURE_OF_SIGN
from reinfuse.errors import Finding, Severity
from reinfuse.grading.icans import AWAKE, SIGN_GRADE
from reinfuse.grading.window import is_own_cause
from reinfuse.record.plausible import analyte_named, likely_meant

# The signs that a grade is made of.
SIGNS = (*MEASURE_OF_SIGN, "vasopressor", *SIGN_GRADE, AWAKE)
# Causes that leave a sign inside the grades, as people write them.
CAUSES = {
    "crs": "CRS",
    "cytokine release": "CRS",
    "cytokine release syndrome": "CRS",
    "cytokine storm": "CRS",
    "icans": "ICANS",
    "neurotoxicity": "ICANS",
    "neurological toxicity": "ICANS",
}
# How alike two words are before one is taken for a slip of the other: `hypotensive` is 0.82 of
# `hypotension`, but `nephrotoxicity` 0.89 of `neurotoxicity` (ours).
_ALIKE_SIGN, _ALIKE_CAUSE, _ALIKE_ACRONYM = 0.8, 0.9, 0.88
_ACRONYM = 5
# What makes another thing of a sign that is spelled alike: hypertension, intraocular pressure.
_OTHER = re.compile(r"\bhyper|ocular|\bno\b|\bnot\b|\bwithout\b|^arousable")


def find_likely_misspellings(case: Case) -> Iterator[Finding]:
    """An unknown analyte, sign or cause that is nearly spelled like one that is known."""
    analytes = _grouped((item.analyte, item.id) for item in case.course.observations)
    for name, ids in analytes.items():
        meant = None if analyte_named(name) else likely_meant(name)
        if meant is not None:
            yield _told(case, "analyte", name, meant.name, ids)
    for name, ids in _grouped((item.what, item.id) for item in case.course.signs).items():
        sign = _sign_meant(name)
        if sign is not None:
            yield _told(case, "sign that a grade looks at", name, sign, ids)
    for name, ids in _grouped(_causes(case)).items():
        cause = _cause_meant(name)
        if cause is not None:
            yield _told(case, "cause that a grade looks at", name, cause, ids)


def _causes(case: Case) -> Iterator[tuple[str, str]]:
    caused = [(item.attributed_to, item.id) for item in case.course.observations]
    caused += [(item.attributed_to, item.id) for item in case.course.signs]
    yield from ((cause, ident) for cause, ident in caused if cause is not None)


def _grouped(named: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, ident in named:
        found.setdefault(name, []).append(ident)
    return found


def _sign_meant(name: str) -> str | None:
    word = _folded(name)
    if word in SIGNS or _OTHER.search(word):
        return None
    near = get_close_matches(word, SIGNS, n=1, cutoff=_ALIKE_SIGN)
    return near[0] if near else None


def _cause_meant(name: str) -> str | None:
    word = _folded(name)
    if is_own_cause(name) or _OTHER.search(word):
        return None
    short = len(word) <= _ACRONYM
    near = [known for known in CAUSES if short and sorted(known) == sorted(word)]
    cutoff = _ALIKE_ACRONYM if short else _ALIKE_CAUSE
    near += get_close_matches(word, CAUSES, n=1, cutoff=cutoff)
    return CAUSES[near[0]] if near else None


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _told(case: Case, kind: str, name: str, meant: str, ids: list[str]) -> Finding:
    return Finding(
        severity=Severity.NOTE,
        rule="likely-misspelling",
        what=f"no {kind} is called “{name}”; “{meant}” is",
        where=case.where(*ids),
        fix=f"write {meant}, or leave it if it is something else",
        about=tuple(ids),
    )
