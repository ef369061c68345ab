"""Pooled cohorts beside those that a course cites, and the course's own answer beside both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import Counted, Infusion, Selection, Study, select, shipped_studies
from reinfuse.grading import Grade
from reinfuse.pooling.comparing import place_answer
from reinfuse.pooling.inverse_variance import Method
from reinfuse.pooling.summary import FEW_STUDIES, Pooling, summarise_studies
from reinfuse.record import Course
from reinfuse.report.charts.forest_pooled import draw_pooled_forest
from reinfuse.report.charts.forest_pooled_rows import OwnRow
from reinfuse.report.charts.values import Drawable
from reinfuse.report.pool_page.answers import method_lines, pooled_rows, reading
from reinfuse.report.pool_page.cited import Alone, fair_pools, outside_marrow, who
from reinfuse.report.pool_page.cohorts import cohort_rows
from reinfuse.report.pool_page.own_answer import OwnAnswer, Said, own_answers
from reinfuse.report.pool_page.words import answer_sentence

_METHODS = 4  # with few cohorts three priors and likelihood; `reinfuse pool` shows all
_ORDER = (Infusion.FIRST, Infusion.SECOND)
_LESIONS, _FIRST = "extramedullary CR", "CR or CRi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One outcome: cohorts and what they come to, in words and as a chart, and one patient."""

    heading: str
    answer: str
    words: tuple[str, ...]
    own: tuple[str, ...]
    chart: Drawable


@lru_cache(maxsize=64)
def _pooled(outcome: str, studies: tuple[Study, ...]) -> Pooling:
    """The same rows come to the same numbers, whichever course cites them."""
    return summarise_studies(outcome, studies)


def literature_values(course: Course, grades: Sequence[Grade]) -> Mapping[str, object]:
    """What the template shows below the cohorts that the course cites; nothing if it cites none."""
    studies = shipped_studies()
    pools, alone = fair_pools(course, studies)
    beside = [
        _beside(course, grades, one.selection, cited=one.cited, name=f"pooled-{place}")
        for place, one in enumerate(pools, start=1)
    ]
    if course.claims:
        beside += _answered(course, grades, studies)
    return {"beside": beside, "alone": _grouped(alone)}


def _answered(
    course: Course, grades: Sequence[Grade], studies: Sequence[Study]
) -> Iterator[Beside]:
    """Outcomes that nobody cited and that the course's own grades settle."""
    settled = {
        outcome: [one for one in own_answers(course, grades, outcome) if one.said is not Said.OPEN]
        for outcome in (_FIRST, _LESIONS)
    }
    if any(one.number == 1 for one in settled[_FIRST]):
        given = _given(course, 0)
        told = "" if "costimulation" in given else (
            "Which costimulation the first product of this course had is not stated; the cohorts"
            " are those of 4-1BB products, of which the table has most."
        )  # fmt: skip
        found = _selected(
            studies, _FIRST, disease="B-ALL", infusion="first", product=given.get("product"),
            costimulation=given.get("costimulation", "4-1BB"), mixing=("definition",),
        )  # fmt: skip
        if found is not None:
            yield _beside(course, grades, found, cited=(), name="pooled-first", more=told)
    if settled[_LESIONS] and (found := _selected(studies, _LESIONS)) is not None:
        yield _beside(course, grades, found, cited=(), name="pooled-lesions")


def _selected(
    studies: Sequence[Study],
    outcome: str,
    *,
    disease: str | None = None,
    infusion: str | None = None,
    product: str | None = None,
    costimulation: str | None = None,
    mixing: tuple[str, ...] = (),
) -> Selection | None:
    """Rows of the outcome, or None where the table has no cohort like this course."""
    try:
        return select(
            studies, outcome, disease=disease, infusion=infusion, product=product,
            costimulation=costimulation, mixing=mixing,
        )  # fmt: skip
    except ReinfuseError:
        return None


def _given(course: Course, place: int) -> dict[str, str]:
    """Origin and costimulation of the product of an infusion, as far as they are stated."""
    wanted = course.infusions[place].product
    product = next((one for one in course.products if one.id == wanted), None)
    if product is None:
        return {}
    stated = {"product": product.origin, "costimulation": product.costimulation}
    return {key: str(word) for key, word in stated.items() if word}


def _beside(
    course: Course,
    grades: Sequence[Grade],
    selection: Selection,
    *,
    cited: tuple[str, ...],
    name: str,
    more: str = "",
) -> Beside:
    outcome, chosen = selection.outcomes[0], selection.chosen
    pooled = _pooled(outcome, chosen)
    if cited:
        labels = (one.label if one.id in cited else f"{one.label} (not cited)" for one in chosen)
        pooled = replace(pooled, labels=tuple(labels))
    own = _own(course, grades, outcome, chosen[0])
    lines = method_lines(pooled)
    by = reading(pooled)
    settled = [one for one in own if one.said is not Said.OPEN]
    chart = draw_pooled_forest(
        cohort_rows(pooled, chosen, by, method=Method.REML),
        pooled_rows(lines[:_METHODS] if pooled.k <= FEW_STUDIES else lines[:1] + lines[-1:], by),
        by.ruler([0.0, 1.0]),
        name=name,
        title="Cohorts, and what they come to" if pooled.k > 1 else "One cohort",
        own=[_row(one) for one in settled],
    )
    return Beside(
        heading=f"{outcome}: {who(chosen) or 'all cohorts of the table'}",
        answer=answer_sentence(pooled, lines),
        words=tuple(_words(pooled, selection, more)),
        own=tuple(_told(course, one, chosen[0], pooled) for one in own) or _not_graded(outcome),
        chart=chart,
    )


def _own(course: Course, grades: Sequence[Grade], outcome: str, study: Study) -> list[OwnAnswer]:
    """The answers of infusions of the same number as that of the cohorts, if any were graded.

    Beside cohorts with disease outside the marrow stand infusions after which such disease was
    looked at, of whatever number: `_unlike` says so.
    """
    outside = outside_marrow(study)
    answers = [
        one for one in own_answers(course, grades, outcome) if not (outside and one.by_marrow)
    ]
    if study.infusion is None:
        return answers
    same = [one for one in answers if one.number == _ORDER.index(study.infusion) + 1]
    return same or (answers if outside else [])


def _row(one: OwnAnswer) -> OwnRow:
    return OwnRow(
        label=f"One patient, infusion {one.number}",
        told=f"{one.said} ({one.when})",
        place=100.0 if one.said is Said.YES else 0.0,
    )


def _words(pooled: Pooling, selection: Selection, more: str) -> Iterator[str]:
    said = pooled.words if pooled.k > 1 else ()
    yield from said
    if more:
        yield more
    sites = tuple(dict.fromkeys(one.site for one in selection.chosen if one.site))
    told = [f"site differs: {'; '.join(sites)}"] if len(sites) > 1 else []
    units = {one.counted for one in selection.chosen}
    # Rows that differ in this are told among the findings.
    if len(units) == 1 and Counted.PATIENT not in units:
        told.append(f"counted are {units.pop()}s, not patients")
    told += [one.what for one in selection.findings if one.rule != "no-target"]
    if told:
        yield f"Mind: {'; '.join(told)}."
    left = len(selection.left_out)
    if left:
        yield (
            f"{left} other row{'s' if left > 1 else ''} of this outcome left out, for sharing"
            " patients, for being recalled, or for not being asked for: `reinfuse pool` lists them."
        )


def _told(course: Course, one: OwnAnswer, study: Study, pooled: Pooling) -> str:
    origin = _given(course, one.number - 1).get("product", "product not stated")
    told = f"This course, one patient, infusion {one.number} ({origin}): {one.said} ({one.told})."
    if one.said is Said.OPEN:
        return f"{told} Nothing is placed beside the cohorts."
    other = _unlike(one, origin, study)
    leading = pooled.leading
    if leading is None:
        return f"{told}{other} One patient beside one cohort: neither bears the other out."
    placed = place_answer(one.said is Said.YES, leading, level=pooled.level)
    share = placed.expected if one.said is Said.YES else 1 - placed.expected
    return (
        f"{told}{other} In a further cohort like those above, {100 * share:.0f} of 100 patients "
        f"are expected to answer {one.said}; one patient cannot contradict a rate."
    )


def _unlike(one: OwnAnswer, origin: str, study: Study) -> str:
    """In what the course is another case than the cohorts."""
    parts = []
    if study.product and study.product != origin:
        parts.append(f"product {origin}, in the cohorts {study.product}")
    if study.infusion and _ORDER.index(study.infusion) + 1 != one.number:
        parts.append(f"infusion {one.number}, in the cohorts the {study.infusion}")
    return f" Another case than the cohorts: {'; '.join(parts)}." if parts else ""


def _not_graded(outcome: str) -> tuple[str, ...]:
    return (
        f"This course: nothing graded in the first months after such an infusion says {outcome} or"
        " not, so that no patient is placed beside the cohorts.",
    )


def _grouped(alone: Sequence[Alone]) -> tuple[tuple[str, str], ...]:
    """Rows that are left alone for one reason, on one line."""
    found: dict[str, list[str]] = {}
    for one in alone:
        found.setdefault(one.why, []).append(f"{one.study.label} ({one.study.outcome})")
    return tuple(("; ".join(names), why) for why, names in found.items())
