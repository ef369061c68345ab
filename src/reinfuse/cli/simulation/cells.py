"""Cells of a table, CSV or Parquet, with the row that each stands in."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reinfuse.cli.simulation.problems import MOST_SHOWN


@dataclass(frozen=True, slots=True)
class Numbers:
    """A table of numbers, `"rows columns"`; `rows` are their numbers in the file."""

    header: tuple[str, ...]
    values: NDArray[np.float64]
    rows: NDArray[np.int64]


def numbers_in(path: Path, problems: list[str]) -> Numbers | None:
    """The table of a file; what is wrong with it is added to `problems`, cell by cell."""
    if path.suffix.casefold() == ".parquet":
        return _of_parquet(path, problems)
    lines = rows_in(path, problems)
    if lines is None:
        return None
    header, rows = lines
    values, places = [], []
    for place, row in rows:
        try:
            found = [number_in(cell) for cell in row]
        except ValueError:
            found = []
            for name, cell in zip(header, row, strict=True):
                _tell_if_no_number(f"{path.name} row {place}, {name}", cell, problems)
        if found:
            values.append(found)
            places.append(place)
        if len(problems) > MOST_SHOWN:
            break
    return Numbers(header, np.asarray(values, np.float64), np.asarray(places, np.int64))


def rows_in(
    path: Path, problems: list[str]
) -> tuple[tuple[str, ...], list[tuple[int, list[str]]]] | None:
    """Header and rows of a CSV file, each row with its number; the header is row 1."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [(place, row) for place, row in enumerate(csv.reader(file), 1) if any(row)]
    except OSError as error:
        problems.append(f"{path.name} cannot be read: {error.strerror}")
        return None
    except (UnicodeDecodeError, csv.Error):
        problems.append(f"{path.name} is not a table: give CSV in UTF-8")
        return None
    if len(lines) < 2:  # noqa: PLR2004 # a header and a row
        problems.append(f"{path.name} holds no row: give a header, then a line for each row")
        return None
    header = tuple(cell.strip() for cell in lines[0][1])
    problems += _of_header(path, header)
    rows = []
    for place, row in lines[1:]:
        if len(row) == len(header):
            rows.append((place, row))
        else:
            problems.append(
                f"{path.name} row {place}: {len(row)} cells where the header has {len(header)}"
            )
    return header, rows


def number_in(cell: str) -> float:
    """The finite number of a cell; ValueError for anything else."""
    number = float(cell)
    # Python reads 1_0 as ten, which nobody means in a table.
    if not math.isfinite(number) or "_" in cell:
        raise ValueError
    return number


def _of_header(path: Path, header: Sequence[str]) -> Iterator[str]:
    twice = sorted({name for name in header if header.count(name) > 1})
    yield from (f"{path.name}: column {name!r} stands there twice" for name in twice)


def _tell_if_no_number(where: str, cell: str, problems: list[str]) -> None:
    try:
        number_in(cell)
    except ValueError:
        problems.append(f"{where}: {cell.strip()!r} is not a number" if cell.strip()
                        else f"{where}: the cell is empty")  # fmt: skip


def _of_parquet(path: Path, problems: list[str]) -> Numbers | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except FileNotFoundError as error:
        problems.append(f"{path.name} cannot be read: {error.strerror or 'there is no such file'}")
        return None
    except (OSError, pa.ArrowException):
        problems.append(f"{path.name} is not a Parquet file that can be read")
        return None
    header = tuple(table.column_names)
    problems += _of_header(path, header)
    if not table.num_rows or not header:
        problems.append(f"{path.name} holds no row")
        return None
    columns = []
    for name, column in zip(header, table.columns, strict=True):
        kind = column.type
        if not (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
            problems.append(f"{path.name}: column {name!r} holds {kind}, not numbers")
            continue
        values = column.to_numpy().astype(np.float64)
        for row in np.flatnonzero(~np.isfinite(values))[: MOST_SHOWN + 1].tolist():
            problems.append(f"{path.name} row {row + 1}, {name}: no number")
        columns.append(values)
    if len(columns) < len(header):
        return None
    return Numbers(header, np.stack(columns, 1), np.arange(1, table.num_rows + 1))
