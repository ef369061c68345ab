"""Long series in a CSV file beside the course: one observation a row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.exchange.course_file.text import MOST_PROBLEMS, problem, shortened
from reinfuse.exchange.course_file.values import YES_OR_NO, read_choice, read_count
from reinfuse.quantity import Quantity
from reinfuse.record import Observation, Result, Table
from reinfuse.timeline import NOT_STATED, Ending, FromEvent, Moment, When, read_when

Value = TypeVar("Value")
# Every column a table may have, with what it holds, in the order in which we write them.
COLUMNS = {
    "day": "whole days from day 0 of the table's `anchor`, such as -4",
    "date": "a time as in the course file, where there is no day",
    "time": "time of day, such as 14:30",
    "site": "bone marrow, blood, cerebrospinal fluid, left eye, ...",
    "analyte": "what was measured; every row needs it",
    "value": "the number, or `< 50` for a value below a limit",
    "unit": "its unit; or leave the column out and write the unit after each number",
    "result": "a word where no number is given",
    "limit": "limit of detection of the assay",
    "method": "flow cytometry, morphology, PCR, ...",
    "denominator": "what a percentage is a percentage of",
    "events": "how many cells or reads were looked at",
    "gated_free_of": "an antigen the gating does not rely on",
    "peak": "yes if it is the highest value of a series that is not given",
    "occasion": "a name shared by results of the same sample or visit",
    "device": "of oxygen: nasal cannula, high-flow cannula, face mask, CPAP, ventilator",
    "attributed_to": "the cause it was put down to",
    "note": "a remark for the reader",
}
WORDS = ("site", "method", "denominator", "gated_free_of", "occasion", "device",
         "attributed_to", "note")  # fmt: skip
# A spreadsheet would run text that begins with one of these; an apostrophe keeps it text.
FORMULA = ("=", "+", "-", "@")
MOST_ROWS = 200_000
MOST_CELLS = 100
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_DAY = re.compile(r"[+-]?[0-9]{1,6}")
_RESULTS = {result.value: result for result in Result}


@dataclass(frozen=True, slots=True)
class Rows:
    """The observations of a table, with what is wrong in it by row."""

    observations: tuple[Observation, ...]
    problems: tuple[Finding, ...]


def read_table(text: str, table: Table) -> Rows:
    """Read a table; row 1 is the header, `day` counts from the table's anchor.

    Columns may stand in any order; those that are not used may be left out.
    """
    found: list[Observation] = []
    problems: list[Finding] = []
    stem = table.file.removesuffix(".csv")
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        problems += _header(names, table)
        if problems:
            return Rows((), tuple(problems))
        for cells in reader:
            # A row of empty cells is what a spreadsheet leaves of a deleted row.
            if not any(cells):
                continue
            where = f"{table.file} row {reader.line_num}"
            try:
                found.append(_observation(names, cells, table, f"{stem}.{len(found) + 2}"))
            except ReinfuseError as error:
                problems.append(problem(error.what, where, error.fix))
            if len(found) > MOST_ROWS:
                what = f"the table has more than {MOST_ROWS} rows"
                problems.append(problem(what, where, "split it into two tables"))
            if len(problems) >= MOST_PROBLEMS or len(found) > MOST_ROWS:
                break
    except csv.Error as error:
        where = f"{table.file} row {reader.line_num}"
        problems.append(problem(*_csv_words(str(error), where)))
    return Rows(tuple(found), tuple(problems))


def _csv_words(said: str, where: str) -> tuple[str, str, str]:
    if "unexpected end of data" in said:
        what = "a quotation mark was opened and is not closed before the end of the table"
        return what, where, "look for the first row with an odd number of quotation marks"
    if "expected after" in said:
        return "text follows a closing quotation mark", where, 'write a quotation mark twice: ""'
    if "field larger" in said:
        return "a cell is too long", where, "look for a quotation mark that is not closed"
    return "this is not CSV", where, "save it as CSV, UTF-8, with commas"


def _header(names: list[str], table: Table) -> Iterator[Finding]:
    where = f"{table.file} row 1"
    columns = f"its columns are {', '.join(COLUMNS)}"
    if not any(names):
        yield problem("the table is empty", where, columns)
        return
    if len(names) > MOST_CELLS:
        yield problem(f"the table has {len(names)} columns", where, columns)
        return
    for mark, said in ((";", "semicolons"), ("\t", "tabs")):
        if any(mark in name for name in names):
            what = f"the columns are separated by {said}, not by commas"
            yield problem(what, where, "save it as CSV with commas, and decimal points in numbers")
            return
    yield from _columns(names, where, columns)
    if "day" in names and table.anchor is None:
        fix = "write `anchor: infusion-1` beside `file` in the course"
        yield problem("a column `day` needs to know which day 0", where, fix)


def _columns(names: list[str], where: str, columns: str) -> Iterator[Finding]:
    for name in dict.fromkeys(names):
        if name not in COLUMNS:
            yield problem(f"unknown column {shortened(name)!r}", where, columns)
        elif names.count(name) > 1:
            yield problem(f"the column `{name}` stands twice", where, "keep one of the two")
    for needed in (("analyte",), ("day", "date")):
        if not {*needed} & {*names}:
            named = " or ".join(f"`{name}`" for name in needed)
            yield problem(f"the table has no column {named}", where, "add it")


def _observation(names: list[str], cells: list[str], table: Table, ident: str) -> Observation:
    """The observation of one row; raises ReinfuseError."""
    if len(cells) > len(names):
        fix = "put a text with a comma in quotes; write 1.5, not 1,5"
        raise ReinfuseError(f"the row has {len(cells)} cells under {len(names)} columns", fix=fix)
    cell = dict.fromkeys(COLUMNS, "") | {
        name: text.strip() for name, text in zip(names, cells, strict=False)
    }
    if not cell["analyte"]:
        raise ReinfuseError("`analyte` is empty", fix="say what was measured")
    value, limit = _amount("value", cell), _amount("limit", cell)
    result = _read("result", cell, lambda text: read_choice(text, _RESULTS))
    if value is None and result is None and not cell["device"]:
        fix = "leave the row out if nothing was measured"
        raise ReinfuseError("the row has neither `value` nor `result`", fix=fix)
    return Observation(
        id=ident,
        when=_when(cell, table),
        analyte=_unguarded(cell["analyte"]),
        value=value,
        result=result,
        limit=limit,
        events=_read("events", cell, lambda text: read_count(text, COLUMNS["events"])),
        peak=_read("peak", cell, lambda text: read_choice(text, YES_OR_NO)) or False,
        table=table.file,
        source=table.source,
        **{name: _unguarded(cell[name]) for name in WORDS if cell[name]},
    )


def _when(cell: dict[str, str], table: Table) -> When:
    day, date = cell["day"], cell["date"]
    minute = _minute(cell["time"])
    if day:
        if date:
            fix = "keep the one you are surer of"
            raise ReinfuseError("the row has both `day` and `date`", fix=fix)
        if not _DAY.fullmatch(day):
            fix = "whole days from day 0, such as -4"
            raise ReinfuseError(f"`day`: {shortened(day)!r} is not a day", fix=fix)
        number, anchor = int(day), table.anchor or ""
        return When(Moment((FromEvent(anchor, number, number, f"{anchor} day {number}"),), minute))
    if not date:
        raise ReinfuseError("the row has neither `day` nor `date`", fix="give one of the two")
    when = _read("date", cell, read_when) or NOT_STATED
    if when.ending is not Ending.SAME or len(when.start.clues) != 1 or when.events():
        fix = "write a date, such as 2021-09-29 or 2021-02"
        raise ReinfuseError(f"`date`: {shortened(date)!r} is not a date", fix=fix)
    return When(Moment(when.start.clues, minute if cell["time"] else when.start.minute))


def _amount(column: str, cell: dict[str, str]) -> Quantity | None:
    unit = cell["unit"] or None
    return _read(column, cell, lambda text: Quantity.parse(text, unit))


def _read(column: str, cell: dict[str, str], read: Callable[[str], Value]) -> Value | None:
    """What a cell holds, or None where it is empty; raises ReinfuseError."""
    if not cell[column]:
        return None
    try:
        return read(cell[column])
    except ReinfuseError as error:
        raise ReinfuseError(f"`{column}`: {error.what}", fix=error.fix) from None


def _minute(clock: str) -> int | None:
    if not clock:
        return None
    match = _CLOCK.fullmatch(clock)
    if match is None:
        raise ReinfuseError(f"`time`: {shortened(clock)!r} is not a time of day", fix="write 14:30")
    return int(match[1]) * 60 + int(match[2])


def _unguarded(text: str) -> str:
    """The text without the apostrophe that kept a spreadsheet from taking it for a formula."""
    return text[1:] if text[0] == "'" and text.lstrip("'").startswith(FORMULA) else text
