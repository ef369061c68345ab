"""Which rows of one outcome count some of the same patients."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from reinfuse.errors import Finding
from reinfuse.evidence.rules import tell
from reinfuse.evidence.sharing import relate_cohorts
from reinfuse.evidence.study import Study


def find_overlaps(studies: Iterable[Study], where: str) -> Iterator[Finding]:
    """A note for each two rows with one outcome whose patients are partly the same."""
    listed = tuple(studies)
    known = {study.cohort for study in listed}
    for study in listed:
        for name in study.overlaps:
            if name == study.cohort:
                what, fix = f"{study.id} overlaps with its own cohort", "name other cohorts only"
                about = (study.id,)
                yield tell("overlaps-itself", what, where=where, fix=fix, about=about)
            elif name not in known:
                yield tell(
                    "overlap-outside-table",
                    f"{study.id} overlaps with {name}, which the table does not hold",
                    where=where,
                    fix="nothing, if that cohort is not meant to be in the table",
                    about=(study.id,),
                )
    for one, other in _pairs(listed):
        yield tell(
            "overlapping-cohorts",
            f"{one.id} and {other.id} count some of the same patients for {one.outcome}",
            where=where,
            fix="use one of them as a target, and never pool them",
            about=(one.id, other.id),
        )


def _pairs(listed: tuple[Study, ...]) -> Iterator[tuple[Study, Study]]:
    """Pairs of one outcome that share patients, in the order of the table."""
    related = relate_cohorts(listed)
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, study in enumerate(listed):
        rows[study.outcome, study.cohort].append(place)
    for place, study in enumerate(listed):
        later = sorted(
            other
            for cohort in related[study.cohort]
            for other in rows.get((study.outcome, cohort), ())
            if other > place
        )
        yield from ((study, listed[other]) for other in later)
