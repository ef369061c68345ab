"""Which rows of the study table may be pooled beside a cohort that a course cites.

Same outcome with no other definition, same disease, product, infusion and way of counting, the
same side of the marrow; no patient twice, nothing recalled. What is left alone says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import Selection, Study, select
from reinfuse.record import Course

_SAME = ("outcome", "disease", "product", "infusion", "counted")
_UNLESS_SILENT = ("outcome_definition", "costimulation", "scale")
_FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Fair:
    """Rows that may be pooled; `cited` are the ids of those that the course cites."""

    selection: Selection
    cited: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """A cited row that is not pooled, and why."""

    study: Study
    why: str


def cited_studies(course: Course, studies: Sequence[Study]) -> tuple[Study, ...]:
    """The rows that claims of the course name, in the order of the table."""
    cited = {claim.study for claim in course.claims}
    return tuple(one for one in studies if one.id in cited or (one.fact and one.fact in cited))


def fair_pools(
    course: Course, studies: Sequence[Study]
) -> tuple[tuple[Fair, ...], tuple[Alone, ...]]:
    """What may be pooled with each cited row that has counts, and the rows that stay alone."""
    pools: list[Fair] = []
    alone: list[Alone] = []
    cited = cited_studies(course, studies)
    for study in cited:
        if any(study.id in one.cited for one in pools):
            continue
        if not study.is_counted:
            alone.append(Alone(study=study, why="no counts were printed"))
            continue
        found = _around(study, studies)
        if isinstance(found, str):
            alone.append(Alone(study=study, why=found))
            continue
        ids = {one.id for one in found.chosen}
        pools.append(Fair(selection=found, cited=tuple(o.id for o in cited if o.id in ids)))
    return tuple(pools), tuple(alone)


def _around(study: Study, studies: Sequence[Study]) -> Selection | str:
    """The rows that may stand with this one, or why none may."""
    kin = [one for one in studies if _alike(one, study)]
    try:
        found = select(kin, study.outcome)
    except ReinfuseError as error:
        return error.what
    if study not in found.chosen:
        return next(one.why for one in found.left_out if one.study is study)
    if len(found.chosen) < _FEWEST:
        return (
            "no other cohort of the table counts this outcome in such patients without sharing "
            "some of them"
        )
    return found


def _alike(one: Study, study: Study) -> bool:
    same = all(getattr(one, field) == getattr(study, field) for field in _SAME)
    unless = all(
        None in (mine := getattr(one, field), theirs := getattr(study, field)) or mine == theirs
        for field in _UNLESS_SILENT
    )
    return same and unless and outside_marrow(one) == outside_marrow(study)


def outside_marrow(study: Study) -> bool:
    """Whether the row is about disease outside the marrow."""
    return study.site is not None and study.site != "marrow"


def who(studies: Sequence[Study]) -> str:
    """What the rows have in common, in words: `B-ALL, autologous, first infusion, ...`."""
    return ", ".join(_who(studies[0]))


def _who(study: Study) -> Iterator[str]:
    if study.disease:
        yield study.disease
    if study.product:
        yield study.product
    if study.infusion:
        yield f"{study.infusion} infusion"
    if outside_marrow(study):
        yield "disease outside the marrow"
