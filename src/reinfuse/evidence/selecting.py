"""Choosing the rows of one outcome that may stand together, and saying why the others may not.

No two rows that are chosen count the same patients. Rows that differ in how the outcome was
graded, counted or defined, or in the costimulation of the product, are not chosen together unless
the caller says that they may be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.evidence.mixing import check_mixing, find_cautions
from reinfuse.evidence.outcomes import find_outcome, fold
from reinfuse.evidence.sharing import fingerprint, relate_cohorts
from reinfuse.evidence.study import Study
from reinfuse.source import Standing

Words = str | Sequence[str] | None

#: What rows can be chosen by, each with its field of `Study`.
FILTERS = ("site", "disease", "product", "infusion", "age_group", "costimulation", "counted")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A row of the outcome that was not chosen, and why."""

    study: Study
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The rows of `outcomes` that were chosen, those left out, and what a reader must be told.

    `chosen` and `left_out` are in the order of the table. `narrowed` is what was asked for beside
    the outcome, `mixing` what the caller allowed to differ.
    """

    outcomes: tuple[str, ...]
    chosen: tuple[Study, ...]
    left_out: tuple[LeftOut, ...]
    findings: tuple[Finding, ...]
    narrowed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    mixing: tuple[str, ...] = ()


def select(  # noqa: PLR0913  # one word for each column that rows are chosen by
    studies: Iterable[Study],
    outcome: Words,
    *,
    site: Words = None,
    disease: Words = None,
    product: Words = None,
    infusion: Words = None,
    age_group: Words = None,
    costimulation: Words = None,
    counted: Words = None,
    measure: Words = None,
    with_recalled: bool = False,
    mixing: Sequence[str] = (),
) -> Selection:
    """The rows of an outcome that may be pooled; each word may be several, any of which will do.

    A row that does not say what is asked for is left out. Rows with counts come before rows with
    an estimate only, unless `measure` asks for these. Of rows that share patients the one with
    the larger denominator is chosen. Recalled numbers are left out unless asked for, and what was
    itself made of several series always is. Outcomes that are named together may stand together.

    Raises ReinfuseError for an outcome or a word that the table does not have, when no row is
    left, and when the rows left differ in what `mixing` does not name (`mixing.KINDS`).
    """
    listed = tuple(studies)
    names = tuple(dict.fromkeys(find_outcome(listed, one) for one in _words(outcome)))
    given = (site, disease, product, infusion, age_group, costimulation, counted)
    narrowed = tuple(
        (field, tuple(map(str, _words(words))))
        for field, words in zip((*FILTERS, "measure"), (*given, measure), strict=True)
        if words is not None
    )
    rows = tuple(study for study in listed if study.outcome in names)
    left: dict[int, str] = {}
    for place, study in enumerate(rows):
        why = _unasked(study, narrowed) or _unfit(study, with_recalled=with_recalled)
        if why:
            left[place] = why
    _leave_uncounted(rows, left)
    _leave_shared(rows, left, listed)
    chosen = tuple(study for place, study in enumerate(rows) if place not in left)
    left_out = tuple(LeftOut(study=rows[place], why=left[place]) for place in sorted(left))
    if not chosen:
        raise _nothing(names, rows, left_out, narrowed)
    return Selection(
        outcomes=names,
        chosen=chosen,
        left_out=left_out,
        findings=(*check_mixing(chosen, mixing), *find_cautions(chosen)),
        narrowed=narrowed,
        mixing=tuple(mixing),
    )


def _words(words: Words) -> tuple[str, ...]:
    if words is None:
        raise ReinfuseError("no outcome was asked for", fix="name one, such as CR")
    return (words,) if isinstance(words, str) else tuple(words)


def _unasked(study: Study, narrowed: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    """Why the row is not what was asked for, or nothing."""
    for field, words in narrowed:
        value = getattr(study, field)
        if value is None:
            return f"its {_spoken(field)} is not stated"
        if fold(str(value)) not in {fold(word) for word in words}:
            return f"its {_spoken(field)} is {value}, not {' or '.join(words)}"
    return ""


def _unfit(study: Study, *, with_recalled: bool) -> str:
    """Why no number of the row can be pooled, or nothing."""
    if study.pooled_of is not None:
        return f"it was itself made of {study.pooled_of} series"
    if study.source.standing is Standing.RECALLED and not with_recalled:
        return "its numbers were recalled, not read"
    if not study.is_counted and not study.has_effect:
        return "no counts were printed" if study.estimate is None else "its spread was not printed"
    return ""


def _leave_uncounted(rows: Sequence[Study], left: dict[int, str]) -> None:
    """Where some rows have counts, leave those out that have an estimate only."""
    open_places = [place for place in range(len(rows)) if place not in left]
    if any(rows[place].is_counted for place in open_places):
        for place in open_places:
            if not rows[place].is_counted:
                left[place] = "it gives an estimate, and others have counts"


def _leave_shared(rows: Sequence[Study], left: dict[int, str], listed: Sequence[Study]) -> None:
    """Go from the largest row down and leave out what shares patients with one already taken."""
    related = relate_cohorts(listed)
    open_places = [place for place in range(len(rows)) if place not in left]
    taken: dict[str, Study] = {}  # by cohort
    marks: dict[tuple[object, ...], Study] = {}
    for place in sorted(open_places, key=lambda place: (-(rows[place].n or 0), place)):
        study = rows[place]
        sharing = [taken[cohort] for cohort in related[study.cohort] if cohort in taken]
        mark = fingerprint(study)
        if mark in marks:
            sharing.append(marks[mark])
        first = max(sharing, key=lambda one: (one.n or 0, one.id), default=None)
        if first is None:
            taken[study.cohort] = study
            if mark is not None:
                marks[mark] = study
        else:
            size = "larger" if (first.n or 0) > (study.n or 0) else "no smaller, and comes first"
            left[place] = f"it shares patients with {first.id}, which is {size}"


def _nothing(
    names: Sequence[str],
    rows: Sequence[Study],
    left_out: Sequence[LeftOut],
    narrowed: Sequence[tuple[str, tuple[str, ...]]],
) -> ReinfuseError:
    for field, words in narrowed:
        held = sorted({str(v) for row in rows if (v := getattr(row, field)) is not None})
        if not {fold(one) for one in held} & {fold(word) for word in words}:
            return ReinfuseError(
                f"no row of {' or '.join(names)} has the {_spoken(field)} {' or '.join(words)}",
                fix=f"choose from: {', '.join(held)}" if held else f"ask without {field}",
            )
    told = "; ".join(_reasons(left_out))
    return ReinfuseError(
        f"of {len(rows)} rows of {' or '.join(names)} none can be pooled: {told}",
        fix="ask for less, or say with_recalled if recalled numbers will do",
    )


def _reasons(left_out: Sequence[LeftOut]) -> Iterator[str]:
    yield from (f"{one.study.id}: {one.why}" for one in left_out)


def _spoken(field: str) -> str:
    return "unit of counting" if field == "counted" else field.replace("_", " ")
