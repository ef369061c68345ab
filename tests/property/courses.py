"""Draws whole courses: every section, odd words, odd ids, limits, tables, true references."""

from __future__ import annotations

from dataclasses import dataclass, is_dataclass, replace
from typing import Any, TypeVar

from hypothesis import strategies as st

from reinfuse.exchange.course_file.shapes import Shape, shapes_of
from reinfuse.exchange.course_file.tables import WORDS
from reinfuse.quantity import Limit, Quantity, units
from reinfuse.record import Citation, Course, Kind, Marker, Observation, Result, Table
from reinfuse.timeline import FromEvent, Moment, When, read_when

Record = TypeVar("Record")
UNITS = sorted({unit.code for unit in units().values()})
LETTERS = "abcXYZ"
ODD = "0123 -_.:,;#&*!|>'\"%@`{}[]()?<=+~/\\\n\t\u00a0\u200b\u2028\ufeff\x07éμ×字\U0001f600"

words = st.one_of(
    st.sampled_from(["no", "null", "2", "1e3", "- a", "a: b", "a #b", "'", '"', "yes", "~", "<<"]),
    st.text(st.sampled_from(LETTERS + ODD), max_size=12),
    st.text(max_size=12),
).filter(lambda text: text.strip() != "")  # fmt: skip
cell_letters = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
cell_words = (
    st.text(st.sampled_from("abc =+-@',;\"\n") | cell_letters, max_size=10)
    .map(str.strip)
    .filter(lambda text: text != "")
)
ids = st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{0,11}", fullmatch=True)
quantities = st.builds(
    Quantity,
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(UNITS),
    st.sampled_from(Limit),
)
dates = st.dates().map(str)
partial_dates = st.one_of(dates, dates.map(lambda day: day[:7]), dates.map(lambda day: day[:4]))


def clues(known: list[str]) -> st.SearchStrategy[str]:
    """One clue of a time as a person writes it."""
    days = st.integers(-999_999, 999_999)
    date_clues = [
        partial_dates,
        st.tuples(dates, dates).map(lambda pair: "..".join(sorted(pair))),
        partial_dates.map("about {}".format),
        partial_dates.map("on or after {}".format),
        partial_dates.map("on or before {}".format),
    ]
    if not known:
        return st.one_of(date_clues)
    name = st.sampled_from(known)
    count = st.one_of(st.integers(0, 99_999), st.sampled_from([0.5, 1.25, 12.0625]))
    unit = st.sampled_from(["day", "weeks", "month", "years"])
    return st.one_of(
        *date_clues,
        st.builds("{} day {}".format, name, days),
        st.tuples(name, days, st.integers(0, 99)).filter(lambda it: it[1] + it[2] <= 999_999)
        .map(lambda it: f"{it[0]} day {it[1]}..{it[1] + it[2]}"),
        st.builds("on or after {} day {}".format, name, days),
        st.builds("{} {} {} {}".format, name, st.sampled_from("+-"), count, unit),
        st.builds("{} + {} {} ± {} days".format, name, count, unit, st.integers(0, 99)),
        st.builds("about {}".format, name),
        st.builds("{} {}".format, st.sampled_from(["after", "before", "with"]), name),
    )  # fmt: skip


def times(known: list[str]) -> st.SearchStrategy[When]:
    """A moment, a period, or nothing stated."""
    several = st.lists(clues(known), min_size=1, max_size=3).map(", ".join)
    clock = st.sampled_from(["", "", " 00:00", " 9:05", " 23:59"])
    moments = st.builds("{}{}".format, several, clock)
    texts = st.one_of(
        st.just("not stated"),
        moments,
        moments.map("from {}".format),
        st.builds("{} to {}".format, moments, moments),
        moments.map("{} to ongoing".format),
    )
    return texts.map(read_when)


@dataclass
class _Names:
    """The ids that may stand in each field that names something."""

    entries: list[str]
    fields: dict[tuple[str, str], list[str]]
    citations: list[str]

    def sources(self) -> st.SearchStrategy[tuple[str, ...]]:
        if not self.citations:
            return st.just(())
        one = st.builds("{}{}".format, st.sampled_from(self.citations), words.map(":{}".format))
        return st.lists(one, max_size=2).map(tuple)


SECTIONS = tuple(
    shape.name
    for shape in shapes_of(Course)
    if shape.many and is_dataclass(shape.kind) and shape.name not in ("tables", "citations")
)
KINDS = {shape.name: shape.kind for shape in shapes_of(Course)}
WITHOUT_TIME = ("donors", "products", "lesions", "claims", "not_stated", "opinions", "figures")


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """A course that a file can hold."""
    fresh = iter(draw(st.lists(ids, min_size=40, max_size=40, unique=True)))
    counts = {name: draw(st.integers(0, 2)) for name in SECTIONS}
    counts["products"] = max(counts["products"], min(counts["infusions"], 1))
    named = {name: [next(fresh) for _ in range(count)] for name, count in counts.items()}
    entries = [
        ident for name, found in named.items() if name not in WITHOUT_TIME for ident in found
    ]
    citations = tuple(
        Citation(id=next(fresh), cite=draw(words)) for _ in range(draw(st.integers(0, 2)))
    )
    lesions = named["lesions"]
    everything = [ident for name in SECTIONS for ident in named[name]
                  if name not in ("not_stated", "opinions", "figures")]  # fmt: skip
    names = _Names(
        entries,
        {
            ("Product", "donor"): named["donors"],
            ("Transplant", "donor"): named["donors"],
            ("Infusion", "product"): named["products"],
            ("Regimen", "of"): entries + lesions,
            ("Assessment", "of"): entries + lesions,
            ("Procedure", "removes"): lesions,
            ("Pathology", "lesion"): lesions,
            ("NotStated", "about"): everything,
        },
        [citation.id for citation in citations],
    )
    values: dict[str, Any] = {
        name: tuple(draw(records(KINDS[name], ident, names)) for ident in named[name])
        for name in SECTIONS
    }
    course = Course(
        title=draw(words),
        kind=draw(st.sampled_from(Kind)),
        question=draw(st.none() | words),
        patient=draw(records(KINDS["patient"], "p", names)),
        diagnosis=draw(st.none() | records(KINDS["diagnosis"], next(fresh), names)),
        citations=citations,
        **values,
    )
    return draw(with_table(course, names))


@st.composite
def records(draw: st.DrawFn, kind: type[Record], ident: str, names: _Names) -> Record:
    """One record of a kind, with every field drawn or left out."""
    values: dict[str, Any] = {}
    for shape in shapes_of(kind):
        if shape.name == "id":
            values["id"] = ident
        elif shape.required or draw(st.booleans()):
            value = draw(field(shape, kind, ident, names))
            if value is not None:
                values[shape.name] = value
    return kind(**values)


def field(shape: Shape, kind: type[Any], ident: str, names: _Names) -> st.SearchStrategy[Any]:
    """What may stand in one field."""
    known = names.fields.get((kind.__name__, shape.name))
    if known is not None:
        one: st.SearchStrategy[Any] = st.sampled_from(known) if known else st.none()
        return st.lists(one, max_size=2).map(tuple) if shape.many and known else (
            st.just(()) if shape.many else one)  # fmt: skip
    if shape.name == "source":
        return names.sources()
    if shape.kind is Marker:
        return st.lists(records(Marker, "", names), max_size=3).map(tuple)
    if shape.many and is_dataclass(shape.kind) and shape.kind not in (Quantity, When):
        return st.integers(0, 2).flatmap(
            lambda count: st.tuples(
                *(records(shape.kind, f"{ident}.{shape.name}.{n}", names) for n in range(count))
            )
        )
    one = value(shape, [name for name in names.entries if name != ident])
    return st.lists(one, max_size=3).map(tuple) if shape.many else one


def value(shape: Shape, known: list[str]) -> st.SearchStrategy[Any]:
    """One plain value of a field."""
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: words,
        int: st.integers(-(10**12) + 1, 10**12 - 1),
        bool: st.booleans(),
        Quantity: quantities,
        When: times(known),
    }
    return plain[shape.kind] if shape.kind in plain else st.sampled_from(shape.kind)


@st.composite
def with_table(draw: st.DrawFn, course: Course, names: _Names) -> Course:
    """The course, perhaps with a CSV table beside it."""
    if not draw(st.booleans()):
        return course
    anchor = draw(st.sampled_from(names.entries)) if names.entries else None
    table = Table(file="table-1.csv", anchor=anchor, source=draw(names.sources()))
    rows = [
        draw(table_rows(table, f"table-1.{number}")) for number in range(2, draw(st.integers(2, 6)))
    ]
    return replace(course, tables=(table,), observations=(*course.observations, *rows))


@st.composite
def table_rows(draw: st.DrawFn, table: Table, ident: str) -> Observation:
    """One observation as a row of a table can hold it."""
    minute = draw(st.none() | st.integers(0, 1439))
    if table.anchor is not None and draw(st.booleans()):
        day = draw(st.integers(-999_999, 999_999))
        clue: Any = FromEvent(table.anchor, day, day, f"{table.anchor} day {day}")
    else:
        clue = read_when(draw(clues([]))).start.clues[0]
    amount = draw(st.none() | quantities)
    return Observation(
        id=ident,
        when=When(Moment((clue,), minute)),
        analyte=draw(cell_words),
        value=amount,
        result=draw(
            st.sampled_from(Result) if amount is None else st.none() | st.sampled_from(Result)
        ),
        limit=draw(st.none() | quantities),
        events=draw(st.none() | st.integers(0, 10**9)),
        peak=draw(st.booleans()),
        table=table.file,
        source=table.source,
        **{name: draw(cell_words) for name in WORDS if draw(st.booleans())},
    )
