"""Reference pages of the criteria: a list, and for each family its tables with their edges."""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Iterator

from docs.markdown import page, table
from reinfuse import grading
from reinfuse.grading import Criterion
from reinfuse.grading.catalogue import catalogue
from reinfuse.grading.rules.condition import Compare, Condition, Every, Fixed, Not, Some
from reinfuse.grading.rules.entry import Entry
from reinfuse.grading.rules.finding import exactly, key_of, unit_in
from reinfuse.grading.rules.scale import Scale, Verdict, assess
from reinfuse.grading.rules.score import Score, add_up
from reinfuse.quantity import Quantity
from reinfuse.record.vocabulary import Item, items
from reinfuse.source import Standing

MOST_LEVELS = 12
FOLDER = "docs/reference/criteria"


def criteria_page() -> str:
    """Every published set of criteria, with source, standing and the page of its table."""
    listed = [
        (
            f"[`{entry.criterion.name}`](criteria/{_slug(entry.criterion.family)}.md)",
            entry.criterion.title,
            _levels(entry.criterion),
            str(entry.criterion.source),
        )
        for entry in catalogue().values()
    ]
    of_course = (
        (f"`{one.name}`", one.title, _levels(one), str(one.source)) for one in criteria_in_use()
    )
    return page(
        "Criteria",
        (
            "A grade is an interval between two levels of one of these criteria. Levels run from",
            "best to worst, or from the lowest grade to the highest. In brackets behind each",
            "source stands how it reached us. A recalled criterion is used only when it is named",
            "with `--criterion`.",
        ),
        ("## Of a chart", "", "A table of many patients, or the certain days of a course."),
        table(("criterion", "title", "levels", "source"), listed),
        ("## Of a course", "", "Times may be uncertain; what is said only in words counts too."),
        table(("criterion", "title", "levels", "source"), of_course),
        ("## Standings", "", "How a published value reached us."),
        [f"- {standing}" for standing in Standing],
    )


def criteria_in_use() -> tuple[Criterion, ...]:
    """The criteria that the modules of `reinfuse.grading` hold, by module and place in it."""
    found: dict[str, Criterion] = {}
    modules = (one for one in pkgutil.iter_modules(grading.__path__) if not one.ispkg)
    for module in sorted(one.name for one in modules):
        held = vars(importlib.import_module(f"{grading.__name__}.{module}")).values()
        found.update({one.name: one for one in held if isinstance(one, Criterion)})
    return tuple(found.values())


def family_pages() -> dict[str, Callable[[], str]]:
    """One page for each family of criteria, by its place."""
    families = dict.fromkeys(entry.criterion.family for entry in catalogue().values())
    return {f"{FOLDER}/{_slug(name)}.md": _page_maker(name) for name in families}


def vocabulary_page() -> str:
    """Every item that a table may name, with the values that it takes."""
    known = sorted(items().values(), key=lambda item: (item.family, item.name))
    return page(
        "Items of a table",
        (
            "The column `item` of a long table holds one of these names, whatever its case, or one",
            "of the spellings behind it; a number needs one of the units. An item that lasts holds",
            "until it is recorded anew. LOINC codes are those seen in a public terminology file.",
        ),
        table(
            ("item", "value", "worse", "lasts", "also read as", "LOINC"),
            (
                (
                    item.name,
                    _takes(item),
                    str(item.worse),
                    "yes" if item.lasting else "",
                    ", ".join(item.aliases),
                    item.loinc or "",
                )
                for item in known
            ),
        ),
    )


def _page_maker(family: str) -> Callable[[], str]:
    def make() -> str:
        entries = [one for one in catalogue().values() if one.criterion.family == family]
        parts = [part for entry in entries for part in _parts(entry)]
        intro = (
            "Each criterion as a table, what each line asks for, and what a value at, just under",
            "and just over each of its numbers says when nothing else is known.",
        )
        return page(f"Criteria: {family}", intro, *parts)

    return make


def _parts(entry: Entry) -> Iterator[list[str]]:
    criterion = entry.criterion
    head = [f"## {criterion.name}", "", f"{criterion.title}. Source: {criterion.source}."]
    if entry.variants:
        head += ["", f"Not to be mixed with {', '.join(f'`{name}`' for name in entry.variants)}."]
    yield head
    rows = (
        (
            row.part,
            row.level,
            f"{row.words} [{row.standing}]" if row.standing else row.words,
            row.asks,
        )
        for row in entry.table
    )
    if entry.table:
        yield list(table(("part", "level", "in words", "asks for"), rows))
    if entry.notes:
        yield [f"- {note}" for note in entry.notes]
    edges = list(_edges(entry.rule)) if entry.rule is not None else []
    if edges:
        yield list(table(("item", "just under", "at", "just over"), edges))


def _edges(rule: Scale | Score) -> Iterator[tuple[str, str, str, str]]:
    seen = set()
    for atom in _numbers(rule):
        right = atom.right
        known = items().get(atom.left.item)
        if not isinstance(right, Fixed) or known is None:
            continue
        key = key_of(atom.left.item, atom.left.unit)
        at = known.converted(right.value, right.unit, unit_in(key))
        if (key, at) in seen:
            continue
        seen.add((key, at))
        around = (math.nextafter(at, -math.inf), at, math.nextafter(at, math.inf))
        said = [_said(_verdict(rule, key, value)) for value in around]
        yield (f"{atom.left.item} {Quantity(right.value, right.unit).shown()}", *said)


def _verdict(rule: Scale | Score, key: str, value: float) -> Verdict:
    findings = {key: exactly(value)}
    return assess(rule, findings) if isinstance(rule, Scale) else add_up(rule, findings)


def _said(verdict: Verdict) -> str:
    return f"{verdict.low}" if verdict.exact else f"{verdict.low} to {verdict.high}"


def _numbers(rule: Scale | Score) -> Iterator[Compare]:
    if isinstance(rule, Score):
        for line in rule.lines:
            for tier in line.tiers:
                yield from _compares(tier.when)
        return
    if rule.opens is not None:
        yield from _compares(rule.opens)
    for part in rule.parts:
        for row in (*part.rows, *part.instead):
            yield from _compares(row.when)
    for row in rule.rows:
        yield from _compares(row.when)


def _compares(condition: Condition) -> Iterator[Compare]:
    match condition:
        case Compare():
            yield condition
        case Every(parts) | Some(parts, _):
            for part in parts:
                yield from _compares(part)
        case Not(part):
            yield from _compares(part)


def _levels(criterion: Criterion) -> str:
    if len(criterion.levels) > MOST_LEVELS:
        words = [level for level in criterion.levels if isinstance(level, str)]
        return f"{', '.join(words)}, or a day"
    return ", ".join(map(str, criterion.levels)) if criterion.levels else "a number"


def _takes(item: Item) -> str:
    if item.units:
        return f"number in {' or '.join(item.units)}"
    return " or ".join(item.words) if item.words else str(item.kind)


def _slug(family: str) -> str:
    return "-".join(family.casefold().split())
