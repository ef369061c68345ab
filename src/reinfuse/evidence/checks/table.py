"""What no single row can show: everything that is found by holding rows against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from reinfuse.errors import Finding
from reinfuse.evidence.checks.cohorts import (
    find_descriptions,
    find_family_faults,
    find_other_names,
    find_responses_at_a_site,
    find_sums,
)
from reinfuse.evidence.checks.identity import find_duplicates, find_spellings
from reinfuse.evidence.checks.overlaps import find_overlaps
from reinfuse.evidence.mixing import find_mixing
from reinfuse.evidence.rules import tell
from reinfuse.evidence.study import Study

#: Outcomes with a grade, which mean little without the scale.
GRADED = ("CRS", "neurotoxicity", "ICANS")


def check_table(studies: Sequence[Study]) -> Iterator[Finding]:
    """Every finding about rows that were read, by the ids in `about`; none costs a row."""
    yield from find_duplicates(studies)
    yield from find_spellings(studies)
    yield from find_overlaps(studies, "")
    yield from find_family_faults(studies)
    yield from find_sums(studies)
    yield from find_descriptions(studies)
    yield from find_other_names(studies)
    yield from find_responses_at_a_site(studies)
    yield from _without_scale(studies)
    for outcome, rows in _by_outcome(studies).items():
        for finding in find_mixing(rows):
            yield tell(
                finding.rule,
                f"{outcome}: {finding.what}",
                fix=finding.fix,
                about=finding.about,
            )


def _without_scale(studies: Sequence[Study]) -> Iterator[Finding]:
    for study in studies:
        if study.outcome.startswith(GRADED) and study.scale is None:
            what = f"{study.id}: {study.outcome} without the scale it was graded by"
            fix = "look up whether it was Penn, Lee 2014, ASTCT or CTCAE"
            yield tell("scale-not-stated", what, fix=fix, about=(study.id,))


def _by_outcome(studies: Sequence[Study]) -> dict[str, list[Study]]:
    found: dict[str, list[Study]] = defaultdict(list)
    for study in studies:
        found[study.outcome].append(study)
    return found
