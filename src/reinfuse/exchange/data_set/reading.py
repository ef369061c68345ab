"""Reads a data set in the column spellings of NONMEM, Monolix and ADPC/ADPPK."""

from __future__ import annotations

import csv
import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from reinfuse.errors import Finding, Severity
from reinfuse.exchange.data_set.building import COLUMN, DECIDED, Building
from reinfuse.exchange.data_set.header import Header, read_header
from reinfuse.exchange.data_set.occasions import INFUSIONS, ONE
from reinfuse.exchange.data_set.rows import Block, SubjectRows
from reinfuse.exchange.data_set.told import HEAD, WHOLE, Place, Sort, Told, visible
from reinfuse.record.data_set import DataSet

FILE = Sort("data-file", "the file cannot be read")
EMPTY = Sort("data-empty", "no rows")
SHAPE = Sort("data-shape", "the row does not fit the header")
COMMENTED = Sort("data-comment", "a row that begins with #", Severity.NOTE)
_COMMENT = "#"
_BLOCK_ROWS = 2000
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CSV_UTF_8 = "save it as UTF-8; a spreadsheet calls that `CSV UTF-8`"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: a data set, or every problem for which there is none.

    `problems` and `notes` are in the order of the rows; of one sort the first 500 are listed and
    a last finding counts the others. `errors` is how many problems there are in all.
    """

    data: DataSet | None
    problems: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    errors: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """How a file is to be read."""

    columns: Mapping[str, str] | None
    occasions: str | None
    logarithms: bool
    covariates: Sequence[str] | None
    time_unit: str | None


def read_data_set(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    occasions: str | None = None,
    logarithms: bool = False,
    covariates: Sequence[str] | None = None,
    time_unit: str | None = None,
) -> Reading:
    """Read a data set.

    `columns` says which header of the file is which column, such as {"ID": "Subject"}.
    `occasions` is `infusions` (each dose begins one), `one`, or a header; without it a column OCC
    decides, else each dose where no subject has more than four. `logarithms` says that values and
    limits are natural logarithms. `covariates` names the headers that are read as such; without
    it all that have no other meaning are. `time_unit` is a UCUM code, `d` where the file is silent.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        told = Told(path.name)
        told.add(FILE, WHOLE, f"the file cannot be opened: {error.strerror}", "check its name")
        return _refused(told)
    return read_data_set_bytes(
        content,
        path.name,
        columns=columns,
        occasions=occasions,
        logarithms=logarithms,
        covariates=covariates,
        time_unit=time_unit,
    )


def read_data_set_bytes(
    content: bytes,
    name: str,
    *,
    columns: Mapping[str, str] | None = None,
    occasions: str | None = None,
    logarithms: bool = False,
    covariates: Sequence[str] | None = None,
    time_unit: str | None = None,
) -> Reading:
    """Read the bytes of a data set as `read_data_set` does; `name` stands in the findings."""
    told = Told(name)
    text = _decoded(content, told)
    if text is None:
        return _refused(told)
    wanted = _Wanted(
        columns=columns,
        occasions=occasions,
        logarithms=logarithms,
        covariates=covariates,
        time_unit=time_unit,
    )
    return _read(text, told, wanted)


def _refused(told: Told) -> Reading:
    return Reading(None, told.problems(), told.notes(), told.errors)


def _decoded(content: bytes, told: Told) -> str | None:
    if content.startswith(_UTF_16_MARKS) or b"\0" in content:
        what = "the file is not UTF-8: it is UTF-16, or no text at all"
        told.add(FILE, HEAD, what, _CSV_UTF_8)
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        what = f"the file is not UTF-8: byte {content[error.start]:#04x} is most likely Latin-1"
        told.add(FILE, Place(row), what, _CSV_UTF_8)
        return None


def _read(text: str, told: Told, wanted: _Wanted) -> Reading:
    stream = StringIO(text, newline="")
    by_header = None if wanted.occasions in (None, INFUSIONS, ONE) else wanted.occasions
    header = read_header(
        stream.readline().strip("\r\n"), told, wanted.columns, by_header, wanted.covariates
    )
    if header is None:
        return _refused(told)
    building = Building(
        told=told,
        occasions=_occasions(header, wanted.occasions),
        logarithms=wanted.logarithms,
        time_unit=wanted.time_unit,
    )
    plain = text.isascii() and "_" not in text
    with _no_collection():
        for one in _subjects(_cut(stream, header.separator, told), header, told, plain):
            building.add(one)
    return _whole(building, header)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Time without a search for garbage: all that reading makes is kept, and there is much of it.

    It would take a fifth of the time of a large file.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _whole(building: Building, header: Header) -> Reading:
    told = building.told
    if not building.subjects and not told.errors:
        told.add(EMPTY, WHOLE, "the file holds no sample", "add a row for each measurement")
    if told.errors:
        return _refused(told)
    data = building.data_set(told.file)
    if "DOSE" in header.places and any(one.doses for one in data.subjects):
        what = f"{visible(header.spelled('DOSE'))} is read as one dose at time 0"
        told.add(DECIDED, WHOLE, what, "--columns AMT=... where doses have rows of their own")
    if header.unused:
        named = ", ".join(map(visible, header.unused))
        told.add(DECIDED, WHOLE, f"columns that are not used: {named}")
    return Reading(data, (), told.notes())


def _occasions(header: Header, wanted: str | None) -> str | None:
    if wanted in (INFUSIONS, ONE):
        return wanted
    return COLUMN if "OCC" in header.places else None


def _subjects(
    records: Iterable[tuple[int, list[str]]], header: Header, told: Told, plain: bool
) -> Iterator[SubjectRows]:
    """The rows of each subject; those of many subjects are read together, which is quicker."""
    width, place = len(header.headers), header.places["ID"]
    rows, group = list[int](), list[list[str]]()
    label, starts = "", list[tuple[str, int]]()
    for number, cells in records:
        # The first test is quick and lets through nearly every row of nearly every file.
        if (len(cells) != width or not cells[0] or cells[0][0] == _COMMENT) and not _fits(
            cells, width, Place(number), told
        ):
            continue
        named = cells[place]
        if named != label or not rows:
            if not rows or named.strip() != label.strip():
                if len(rows) >= _BLOCK_ROWS:
                    yield from _of_block(Block(rows, _columns(group), header, told, plain), starts)
                    rows, group, starts = [], [], []
                starts.append((named.strip(), len(rows)))
            label = named
        rows.append(number)
        group.append(cells)
    if rows:
        yield from _of_block(Block(rows, _columns(group), header, told, plain), starts)


def _columns(group: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    return list(zip(*group, strict=True))


def _of_block(block: Block, starts: Sequence[tuple[str, int]]) -> Iterator[SubjectRows]:
    stops = (*(start for _, start in starts[1:]), len(block.rows))
    for (label, start), stop in zip(starts, stops, strict=True):
        yield SubjectRows(label, block, start, stop)


def _fits(cells: list[str], width: int, place: Place, told: Told) -> bool:
    """Whether a row is to be read; empty cells behind it are cut off."""
    if not any(cells):
        return False  # what a spreadsheet leaves of a deleted row
    if cells[0].startswith(_COMMENT):
        told.add(COMMENTED, place, "the row begins with #: left out")
        return False
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    if len(cells) == width:
        return True
    what = f"the row has {len(cells)} cells under {width} columns"
    told.add(SHAPE, place, what, "put a text with a separator in quotes; write 1.5, not 1,5")
    return False


def _cut(stream: StringIO, separator: str | None, told: Told) -> Iterator[tuple[int, list[str]]]:
    """The cells of every row after the header, with its number."""
    if separator is None:
        for number, line in enumerate(stream, start=2):
            yield number, line.split()
        return
    rows = csv.reader(stream, delimiter=separator, strict=True, skipinitialspace=True)
    number = 1
    while True:
        try:
            for cells in rows:
                number += 1
                yield number, cells
            return
        except csv.Error:
            number += 1
            what = "the quotation marks of the row do not pair"
            fix = 'look for an odd quotation mark; inside a text write it twice: ""'
            told.add(SHAPE, Place(number), what, fix)
