"""Who is simulated: numbers, parameters and doses of patients, in whatever pieces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reinfuse.cli.simulation.cells import number_in, numbers_in, rows_in
from reinfuse.cli.simulation.problems import MOST_SHOWN, unknown
from reinfuse.engine.language import Model
from reinfuse.engine.schedule import Doses
from reinfuse.engine.variation import varied

EVERYONE = "all"
DOSE_COLUMNS = ("patient", "time", "state", "amount")
_PATIENT = "patient"
_LARGEST_NUMBER = 2**53 - 1  # a table's numbers are read in 64 bits, which tell no more apart


@dataclass(frozen=True, slots=True)
class Rows:
    """Parameters by patient from a table, `"patients names"`."""

    names: tuple[str, ...]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patients:
    """All patients; `numbers` go by place, `doses` by place too, -1 being everyone."""

    count: int
    numbers: NDArray[np.int64]
    rows: Rows | None
    fixed: Mapping[str, float]
    spread: Mapping[str, float]
    seed: int
    doses: Doses

    def parameters(self, model: Model, first: int, last: int) -> NDArray[np.float64]:
        """Parameters of patients `first` to `last - 1`, which do not depend on the others."""
        usual = np.tile([one.value for one in model.parameters], (last - first, 1))
        place = model.parameter_names.index
        for name, value in self.fixed.items():
            usual[:, place(name)] = value
        if self.rows is not None:
            usual[:, [place(name) for name in self.rows.names]] = self.rows.values[first:last]
        return varied(model, usual, self.spread, seed=self.seed, first=first)

    def dosed(self, first: int, last: int) -> Doses:
        """Doses of these patients, counted from the first of them."""
        own = self.doses.patients
        chosen = np.flatnonzero((own >= first) & (own < last))
        everyones = np.flatnonzero(own < 0)
        size = last - first
        rows = np.concatenate([chosen, np.tile(everyones, size)])
        return Doses(
            patients=np.concatenate(
                [own[chosen] - first, np.repeat(np.arange(size), len(everyones))]
            ),
            times=self.doses.times[rows],
            states=tuple(self.doses.states[row] for row in rows.tolist()),
            amounts=self.doses.amounts[rows],
        )


def rows_of(path: Path, model: Model, problems: list[str]) -> tuple[Rows, NDArray[np.int64]] | None:
    """Parameters and numbers of patients from a table; what is wrong is added to `problems`."""
    before = len(problems)
    table = numbers_in(path, problems)
    if table is None:
        return None
    known = model.parameter_names
    names = tuple(name for name in table.header if name != _PATIENT or name in known)
    problems += [
        f"{path.name}: {unknown('parameter', name, known)}" for name in names if name not in known
    ]
    if len(problems) > before:
        return None
    numbers = np.arange(1, len(table.values) + 1)
    if _PATIENT in table.header and _PATIENT not in known:
        column = table.values[:, table.header.index(_PATIENT)]
        with np.errstate(invalid="ignore"):  # what is too large is told just below
            numbers = column.astype(np.int64)
        odd = np.flatnonzero((column != numbers) | (column < 0) | (column > _LARGEST_NUMBER))
        problems += [
            f"{path.name} row {table.rows[row]}: patient {column[row]:g} is not a whole number from"
            f" 0 to {_LARGEST_NUMBER}"
            for row in odd[: MOST_SHOWN + 1].tolist()
        ]
        _, firsts = np.unique(column, return_index=True)
        again = np.setdiff1d(np.arange(len(column)), firsts)
        problems += [
            f"{path.name} row {table.rows[row]}: patient {column[row]:g} is there already"
            for row in again[: MOST_SHOWN + 1].tolist()
        ]
    columns = [table.header.index(name) for name in names]
    return Rows(names, np.ascontiguousarray(table.values[:, columns])), numbers


def doses_of(path: Path, model: Model, numbers: NDArray[np.int64], problems: list[str]) -> Doses:
    """The doses of a table; what is wrong is added to `problems`, by row."""
    lines = rows_in(path, problems)
    if lines is None:
        return Doses()
    header, rows = lines
    if set(header) != set(DOSE_COLUMNS) or len(header) != len(DOSE_COLUMNS):
        problems.append(f"{path.name}: its columns must be {','.join(DOSE_COLUMNS)}")
        return Doses()
    place = {number: at for at, number in enumerate(numbers.tolist())}
    found: list[tuple[int, float, str, float]] = []
    for row, cells in rows:
        said = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        wrong = _wrong_dose(said, model, place)
        problems += [f"{path.name} row {row}: {words}" for words in wrong]
        if len(problems) > MOST_SHOWN:
            break
        if not wrong:
            who = -1 if said[_PATIENT] == EVERYONE else place[int(said[_PATIENT])]
            found.append((who, float(said["time"]), said["state"], float(said["amount"])))
    return Doses(
        patients=np.asarray([one[0] for one in found], np.int64),
        times=np.asarray([one[1] for one in found], np.float64),
        states=tuple(one[2] for one in found),
        amounts=np.asarray([one[3] for one in found], np.float64),
    )


def _number(digits: str) -> int:
    """The number of a patient; -1 where there are more digits than a number may have."""
    return int(digits) if len(digits) <= len(str(_LARGEST_NUMBER)) else -1


def _wrong_dose(said: Mapping[str, str], model: Model, place: Mapping[int, int]) -> list[str]:
    wrong = []
    who = said[_PATIENT]
    if who != EVERYONE and not (who.isascii() and who.isdigit() and _number(who) in place):
        wrong.append(f"there is no patient {who!r}")
    for name in ("time", "amount"):
        try:
            number = number_in(said[name])
        except ValueError:
            wrong.append(f"{name} {said[name]!r} is not a number")
            continue
        if name == "time" and number < model.start:
            wrong.append(f"time {number:g} is before the start of the model, {model.start:g}")
    if said["state"] not in model.state_names:
        wrong.append(unknown("state", said["state"], model.state_names))
    return wrong
