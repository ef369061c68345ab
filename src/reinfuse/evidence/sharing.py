"""Which rows of a study table speak of the same patients.

Two rows share patients when they are of one cohort, when one names the other's cohort among its
overlaps, or when one cohort is a part of the other. Two parts of one whole need not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from reinfuse.evidence.outcomes import fold
from reinfuse.evidence.study import Study

Related = Mapping[str, frozenset[str]]


def relate_cohorts(studies: Iterable[Study]) -> dict[str, frozenset[str]]:
    """For each cohort, itself and every cohort that shares patients with it."""
    listed = tuple(studies)
    found: dict[str, set[str]] = defaultdict(set)
    parents = {study.cohort: study.part_of for study in listed if study.part_of}
    for study in listed:
        for name in (study.cohort, *study.overlaps, *wholes_of(study.cohort, parents)):
            found[study.cohort].add(name)
            found[name].add(study.cohort)
    return {cohort: frozenset(others) for cohort, others in found.items()}


def wholes_of(cohort: str, parents: Mapping[str, str]) -> Iterator[str]:
    """The cohort it is a part of, the one that is a part of, and so on; a circle ends it."""
    seen = {cohort}
    whole = parents.get(cohort)
    while whole is not None and whole not in seen:
        yield whole
        seen.add(whole)
        whole = parents.get(whole)


def share(one: Study, other: Study, related: Related) -> bool:
    """Whether two rows count some of the same patients, by what the table says of their cohorts."""
    return other.cohort in related.get(one.cohort, frozenset()) or are_one(one, other)


def are_one(one: Study, other: Study) -> bool:
    """Whether two rows look like one result entered twice under two names of the cohort.

    One publication may report many cohorts, and two of them the same counts: different names are
    believed unless everything that the rows say of outcome, patients and numbers is the same.
    """
    return fingerprint(one) is not None and fingerprint(one) == fingerprint(other)


def fingerprint(study: Study) -> tuple[object, ...] | None:
    """What two entries of one result have in common; `None` where there is no number."""
    alike = result_of(study)
    if alike is None:
        return None
    told = (study.label, study.population, study.outcome_definition, study.scale, study.follow_up)
    return (*alike, *(None if word is None else fold(word) for word in told), study.more)


def result_of(study: Study) -> tuple[object, ...] | None:
    """The outcome, numbers, source and kind of patients of a row; `None` without a number."""
    if not study.is_counted and study.estimate is None and study.mean is None:
        return None
    return (
        *(study.outcome.casefold(), study.source.doi.casefold() or study.source.cite.casefold()),
        *(study.events, study.n, study.estimate, study.low, study.high, study.mean),
        *(study.disease, study.site, study.infusion, study.counted, study.measure),
        *(study.product, study.age_group, study.costimulation),
    )
