"""The table of patients read back as columns, arm by arm."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.trials.design import Design, Endpoint
from reinfuse.trials.running.rows import columns_of, header_of

Floats = NDArray[np.float64]

_YES = "yes"
_NOT_NUMBERS = ("patient", "arm", "solved")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmTable:
    """The lines of one arm: `patients` counts from 1 and rises; `columns` are numbers by name."""

    patients: NDArray[np.int64]
    solved: NDArray[np.bool_]
    columns: Mapping[str, Floats]

    def of(self, endpoint: Endpoint) -> tuple[Floats, ...]:
        """The columns of an endpoint, in the order of `columns_of`."""
        return tuple(self.columns[name] for name in columns_of(endpoint))


def tables_of(design: Design, parts: Iterable[bytes]) -> dict[str, ArmTable]:
    """The arms of the joined parts, by name; of text no more than one part is held."""
    header = header_of(design)
    found: dict[str, list[ArmTable]] = {arm.name: [_table(header, [])] for arm in design.arms}
    place = header.index("arm")
    for part in parts:
        lines: dict[str, list[list[str]]] = {}
        for line in csv.reader(part.decode().splitlines()):
            lines.setdefault(line[place], []).append(line)
        for name, own in lines.items():
            found[name].append(_table(header, own))
    return {name: _joined(own) for name, own in found.items()}


def _table(header: tuple[str, ...], lines: list[list[str]]) -> ArmTable:
    columns = dict(zip(header, zip(*lines, strict=True), strict=True)) if lines else {}
    empty: tuple[str, ...] = ()
    numbers = {
        name: np.array(
            [float(cell) if cell else np.nan for cell in columns.get(name, empty)], np.float64
        )
        for name in header
        if name not in _NOT_NUMBERS
    }
    return ArmTable(
        patients=np.array(columns.get("patient", empty), np.int64),
        solved=np.array([cell == _YES for cell in columns.get("solved", empty)], bool),
        columns=numbers,
    )


def _joined(parts: Sequence[ArmTable]) -> ArmTable:
    return ArmTable(
        patients=np.concatenate([part.patients for part in parts]),
        solved=np.concatenate([part.solved for part in parts]),
        columns={
            name: np.concatenate([part.columns[name] for part in parts])
            for name in parts[0].columns
        },
    )
