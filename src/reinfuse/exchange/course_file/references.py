"""Whether the names in a course file stand for something in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from reinfuse.errors import Finding
from reinfuse.exchange.course_file.shapes import Kind
from reinfuse.exchange.course_file.text import problem, shortened
from reinfuse.record import Citation, Claim, Course, Donor, Entry, Lesion, Observation, Product

_MANY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What every id of a file names, and on which line.

    `guessed` are ids in parts of the file that could not be read: nothing is said about them.
    """

    file: str
    lines: Mapping[str, int]
    kinds: Mapping[str, Kind]
    guessed: frozenset[str] = frozenset()

    def of(self, *wanted: Kind) -> set[str]:
        """The ids of everything of these kinds."""
        return {ident for ident, kind in self.kinds.items() if issubclass(kind, wanted)}

    def place(self, owner: str) -> str:
        """Where something stands, by its id."""
        return f"{self.file} line {self.lines[owner]}" if owner in self.lines else self.file


@dataclass(frozen=True, slots=True)
class _Use:
    """A name, as `field` of `owner` uses it, and the ids it may be."""

    owner: str
    field: str
    name: str | None
    known: set[str]


def check_references(course: Course, names: Names) -> Iterator[Finding]:
    """One problem for each name that nothing in the course bears."""
    for use in (*_times(course, names), *_parts(course, names)):
        if use.name is None or use.name in use.known or use.name in names.guessed:
            continue
        what = f"`{use.field}` of `{shortened(use.owner)}` names `{shortened(use.name)}`"
        if use.name == use.owner and use.field == "when":
            told = (f"{what}, which is itself", "tell its time by a date or by another entry")
        elif use.name in names.kinds:
            is_a = names.kinds[use.name].__name__.lower()
            article = "an" if is_a[0] in "aeiou" else "a"
            told = (f"{what}, which is {article} {is_a} and does not fit here", _fix(use))
        else:
            told = (f"{what}, which is not in the file", _fix(use))
        yield problem(told[0], names.place(use.owner), told[1])
    yield from _sources(course, names)


def _fix(use: _Use) -> str:
    known = sorted(use.known - {use.owner})
    # Comparing spellings with thousands of ids would take longer than reading the file.
    near = get_close_matches((use.name or "")[:80], known, n=1) if len(known) < _MANY else []
    if near:
        return f"did you mean `{near[0]}`?"
    return "correct the name, or give what it speaks of that id"


def _times(course: Course, names: Names) -> Iterator[_Use]:
    entries = names.of(Entry)
    for entry in course.entries():
        if isinstance(entry, Observation) and entry.table:
            continue
        for event in entry.when.events():
            known = entries - {entry.id} if event == entry.id else entries
            yield _Use(entry.id, "when", event, known)
    for regimen in course.regimens:
        for drug in regimen.drugs:
            for event in drug.when.events():
                yield _Use(regimen.id, "when", event, entries)
    for table in course.tables:
        yield _Use(table.file, "anchor", table.anchor, entries)


def _parts(course: Course, names: Names) -> Iterator[_Use]:
    yield from _cells(course, names)
    lesions, meant = names.of(Lesion), names.of(Entry, Lesion)
    for regimen in course.regimens:
        yield _Use(regimen.id, "of", regimen.of, meant)
    for assessment in course.assessments:
        yield _Use(assessment.id, "of", assessment.of, meant)
    for procedure in course.procedures:
        yield _Use(procedure.id, "removes", procedure.removes, lesions)
    for specimen in course.pathology:
        yield _Use(specimen.id, "lesion", specimen.lesion, lesions)
    everything = set(names.kinds)
    for number, gap in enumerate(course.not_stated, start=1):
        for name in gap.about:
            yield _Use(f"not_stated {number}", "about", name, everything)


def _cells(course: Course, names: Names) -> Iterator[_Use]:
    donors, products = names.of(Donor), names.of(Product)
    for product in course.products:
        yield _Use(product.id, "donor", product.donor, donors)
    for transplant in course.transplants:
        yield _Use(transplant.id, "donor", transplant.donor, donors)
    for infusion in course.infusions:
        yield _Use(infusion.id, "product", infusion.product, products)


def sourced(course: Course) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every part of the course that names a source: (a name for the part, its sources)."""
    for _, part, sources in _all_sources(course):
        yield part, sources


def _sources(course: Course, names: Names) -> Iterator[Finding]:
    citations = names.of(Citation)
    told: set[tuple[str, str]] = set()
    for owner, part, sources in _all_sources(course):
        for source in sources:
            document = source.partition(":")[0]
            if document in citations or document in names.guessed or (owner, document) in told:
                continue
            told.add((owner, document))
            what = f"`source` of {shortened(part)} names `{shortened(document)}`"
            what += ", which is no citation of the file"
            yield problem(what, names.place(owner), "add it to `citations`, or correct the name")


def _all_sources(course: Course) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every part that names a source: (id of what it stands in, a name for the part, sources)."""
    yield "", "patient", course.patient.source
    for regimen in course.regimens:
        for drug in regimen.drugs:
            yield regimen.id, f"{regimen.id}: {drug.name}", drug.source
    for entry in course.entries():
        if not (isinstance(entry, Observation) and entry.table):
            yield entry.id, f"{type(entry).__name__.lower()} {entry.id}", entry.source
    parts: list[Product | Donor | Lesion | Claim]
    parts = [*course.products, *course.donors, *course.lesions, *course.claims]
    for item in parts:
        yield item.id, f"{type(item).__name__.lower()} {item.id}", item.source
    yield from _unnamed_sources(course)


def _unnamed_sources(course: Course) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for gap in course.not_stated:
        yield "", f"not stated: {gap.subject}", gap.source
    for opinion in course.opinions:
        yield "", f"opinion: {opinion.subject}", opinion.source
    for figure in course.figures:
        yield "", figure.name, figure.source
    for table in course.tables:
        yield "", f"table {table.file}", table.source
