"""The samples of one subject, each with its level, assay and unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import cast

from reinfuse.errors import Severity
from reinfuse.exchange.data_set.assays import Assays
from reinfuse.exchange.data_set.cells import Cell, Unread, missing
from reinfuse.exchange.data_set.kinds import RowKind
from reinfuse.exchange.data_set.levels import Level, NoLevel, Said, below_by, level_of
from reinfuse.exchange.data_set.rows import SubjectRows
from reinfuse.exchange.data_set.told import Sort
from reinfuse.record.data_set import Sample

LIMIT = Sort("data-limit", "a limit that does not fit its value")
DOUBT = Sort("data-limit-doubt", "a limit that was decided on", Severity.AMBIGUITY)
ABSENT = Sort("data-no-value", "a sample without a value", Severity.NOTE)
LEFT_OUT = Sort("data-mdv", "a value left out by MDV", Severity.NOTE)
_SAMPLE = int(RowKind.SAMPLE)  # a plain number compares three times as fast
_SPEAKING = ("CENS", "LIMIT", "LLOQ", "ULOQ", "BLQ", "TEXT", "MDV")


@dataclass(frozen=True, slots=True)
class Dated:
    """The rows of one subject with what each is, its time and its occasion."""

    rows: SubjectRows
    kinds: Sequence[int]
    times: Sequence[float | None]
    occasions: Sequence[int]


def samples_of(dated: Dated, assays: Assays, *, logarithms: bool) -> tuple[Sample, ...]:
    """The samples in the order of the rows; what cannot be read has been told."""
    rows = dated.rows
    place_of = _assay_in(rows, assays)
    found: list[Sample] = []
    columns = (rows.rows, dated.kinds, dated.times, dated.occasions, rows.cells("DV"), _clear(rows))
    for at, (row, kind, time, occasion, value, clear) in enumerate(zip(*columns, strict=True)):
        if kind != _SAMPLE or time is None:
            continue
        if clear:
            level: Level | None = None
        else:
            level = _level(rows, at, value, logarithms=logarithms)
            if level is None:
                continue
        assay = place_of(at)
        if assay is None:
            continue
        if level is None:
            number = cast("float", value)  # what is clear is a number
            found.append(Sample(time=time, value=number, assay=assay, occasion=occasion, row=row))
        else:
            found.append(_sample(level, time, assay, occasion, row))
    return tuple(found)


def _sample(level: Level, time: float, assay: int, occasion: int, row: int) -> Sample:
    return Sample(
        time=time,
        value=level.value,
        low=level.low,
        high=level.high,
        assay=assay,
        occasion=occasion,
        row=row,
    )


def _clear(rows: SubjectRows) -> Sequence[bool]:
    """Where nothing in a row speaks against a number that stands in it."""
    if not any(rows.has(name) for name in _SPEAKING):
        return [isinstance(value, float) for value in rows.cells("DV")]
    cens, mdv, lower, upper = (
        rows.numbers(name) if rows.has(name) else repeat(None)
        for name in ("CENS", "MDV", "LLOQ", "ULOQ")
    )
    flags = _flags(rows)
    return [
        not (censored or left_out or flag)
        and isinstance(value, float)
        and (low is None or low <= value)
        and (high is None or high >= value)
        for value, censored, left_out, low, high, flag in zip(
            rows.cells("DV"), cens, mdv, lower, upper, flags, strict=False
        )
    ]


def _flags(rows: SubjectRows) -> Iterable[bool]:
    if not (rows.has("BLQ") or rows.has("TEXT")):
        return repeat(False)
    pairs = zip(rows.cells("BLQ"), rows.cells("TEXT"), strict=True)
    return [below_by(flag, text) is not None for flag, text in pairs]


def _level(rows: SubjectRows, at: int, value: Cell, *, logarithms: bool) -> Level | None:
    said = Said(
        dv=None if isinstance(value, Unread) else value,
        cens=_number(rows, "CENS", at),
        limit=_number(rows, "LIMIT", at),
        lloq=_number(rows, "LLOQ", at),
        uloq=_number(rows, "ULOQ", at),
        below=below_by(rows.cell("BLQ", at), rows.cell("TEXT", at)),
        logarithms=logarithms,
    )
    if rows.cell("MDV", at) and not (said.below is not None and said.dv is None):
        if said.dv:
            rows.told.add(LEFT_OUT, rows.place(at), "MDV says to leave the value out")
        return None
    level = level_of(said)
    if isinstance(level, NoLevel):
        told_before = level.absent and not missing(rows.text("DV", at))
        if not told_before:
            rows.told.add(ABSENT if level.absent else LIMIT, rows.place(at), level.what, level.fix)
        return None
    if level.doubt:
        rows.told.add(DOUBT, rows.place(at), level.doubt, level.fix)
    return level


def _number(rows: SubjectRows, name: str, at: int) -> float | None:
    cell = rows.cell(name, at)
    return cell if isinstance(cell, float) else None


def _assay_in(rows: SubjectRows, assays: Assays) -> Callable[[int], int | None]:
    """What gives the assay of a row by its place; None, and told, where none is named."""
    if not (rows.has("DVID") or rows.has("UNIT")):
        only = assays.only()
        return lambda at: only
    labels, units = rows.texts("DVID"), rows.texts("UNIT")
    column = rows.header.spelled("DVID") if rows.has("DVID") else ""

    def place_of(at: int) -> int | None:
        if labels is None:
            found: int | None = assays.only()
        else:
            found = assays.place(labels[at], partial(rows.place, at), column)
        if found is not None and units is not None:
            assays.note_unit(found, units[at], partial(rows.place, at))
        return found

    return place_of
