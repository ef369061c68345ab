"""Spill matrices in text files, as FlowJo, Cytobank and spreadsheets write them."""

from __future__ import annotations

import csv
import math
from os import PathLike
from pathlib import Path

import numpy as np

from reinfuse.cytometry.opening import text_of
from reinfuse.cytometry.sample import Spill
from reinfuse.errors import ReinfuseError

MARKER = " :: "  # FlowJo writes `APC-A :: CD19`
PERCENT = 100.0
LARGEST_FILE = 5_000_000  # bytes; a spectral matrix has some ten thousand
FIX = "give a CSV or TSV file: a line of detectors, then a line of shares for each dye"


def read_spill(path: str | PathLike[str]) -> Spill:
    """The spill matrix of a CSV or TSV file.

    The first line names the detectors. Lines may begin with a name each: the detector that the
    dye belongs to, in any order, or a dye. Shares may be in percent, with 100 on the diagonal.
    ReinfuseError names the line that cannot be read.
    """
    path = Path(path)
    head, *lines = _cells(path)
    named = any(not _is_number(line[0]) for line in lines[:1])
    channels = tuple(head[1:] if named and len(head) == len(lines[0]) else head)
    bodies = [line[1:] if named else line for line in lines]
    if not bodies:
        raise ReinfuseError("there is no spill matrix in the file", where=path.name, fix=FIX)
    rows = [
        _numbers(body, len(channels), f"{path.name}, row {row}")
        for row, body in enumerate(bodies, start=1)
    ]
    names = [line[0] for line in lines] if named else list(channels[: len(rows)])
    if len(set(names)) != len(rows) or len(rows) > len(channels):
        raise ReinfuseError(
            f"the spill matrix has {len(rows)} rows for {len(channels)} detectors",
            where=path.name,
            fix=FIX,
        )
    return _spill(channels, names, np.array(rows), path.name)


def _spill(channels: tuple[str, ...], names: list[str], matrix: np.ndarray, where: str) -> Spill:
    if set(names) <= set(channels):
        order = sorted(range(len(names)), key=lambda row: channels.index(names[row]))
        names, matrix = [names[row] for row in order], matrix[order]
        own = [channels.index(name) for name in names]
    else:
        own = list(range(len(names)))
    # A Spill keeps the detectors that dyes belong to first, in the order of the dyes.
    columns = own + [column for column in range(len(channels)) if column not in own]
    channels, matrix = tuple(channels[column] for column in columns), matrix[:, columns]
    if np.all(np.diagonal(matrix) == PERCENT):
        matrix = matrix / PERCENT
    off = [name for name, share in zip(names, np.diagonal(matrix), strict=True) if share != 1.0]
    if off:
        raise ReinfuseError(
            f"a dye must give 1 (or 100 %) to its own detector: not so for {', '.join(off)}",
            where=where,
            fix="divide each row by its value on the diagonal, and check the order of the rows",
        )
    dyes = () if tuple(names) == channels[: len(names)] else tuple(names)
    return Spill(channels=channels, dyes=dyes, matrix=np.ascontiguousarray(matrix))


def _cells(path: Path) -> list[list[str]]:
    """The cells of all lines that hold any."""
    text = text_of(path, most=LARGEST_FILE, fix=FIX).lstrip("#")
    first = text.lstrip().partition("\n")[0]
    delimiter = next((mark for mark in "\t;" if mark in first), ",")
    rows = csv.reader(text.splitlines(), delimiter=delimiter)
    try:
        cells = [[cell.partition(MARKER)[0].strip() for cell in row] for row in rows]
    except csv.Error:
        raise ReinfuseError("the file is no table", where=path.name, fix=FIX) from None
    filled = [row for row in cells if any(row)]
    if not filled:
        raise ReinfuseError("the spill matrix is empty", where=path.name, fix=FIX)
    if delimiter != ",":  # then a comma is a decimal one
        filled[1:] = [[row[0], *(cell.replace(",", ".") for cell in row[1:])] for row in filled[1:]]
    return filled


def _numbers(cells: list[str], count: int, where: str) -> list[float]:
    if len(cells) != count:
        raise ReinfuseError(
            f"there are {len(cells)} shares for {count} detectors", where=where, fix=FIX
        )
    wrong = [cell for cell in cells if not _is_number(cell)]
    if wrong:
        raise ReinfuseError(f"{wrong[0] or 'nothing'} is no share", where=where, fix=FIX)
    return [float(cell) for cell in cells]


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False
