"""What was asked of `reinfuse simulate`, checked as a whole before anything is computed."""

from __future__ import annotations

import hashlib
import json
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reinfuse import __version__
from reinfuse.cli.commands.simulate_fit import sha256_of
from reinfuse.cli.outputs import check_outputs
from reinfuse.cli.parser_simulate import MANY
from reinfuse.cli.simulation.cells import number_in
from reinfuse.cli.simulation.patients import EVERYONE, Patients, Rows, doses_of, rows_of
from reinfuse.cli.simulation.problems import refuse, unknown
from reinfuse.cli.simulation.times import times_in, usual_times
from reinfuse.engine.language import Model, read_model_file
from reinfuse.engine.schedule import Doses
from reinfuse.engine.simulate import Settings, only_plainly
from reinfuse.engine.variation import can_vary
from reinfuse.errors import ReinfuseError

TABLE_KINDS = (".parquet", ".csv")
OWN_COLUMNS = ("patient", "time", "status")
_FINEST_OF_32 = 1e-6  # below, rounding of 32-bit numbers is larger than the error asked for


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A simulation that can be begun; `outputs` are names with units."""

    model: Model
    file: str
    sha256: str
    read: Mapping[str, str]  # hashes of the tables, by option
    patients: Patients
    times: tuple[float, ...]
    outputs: tuple[tuple[str, str], ...]
    settings: Settings
    table: Path | None
    summary: Path | None
    notes: tuple[str, ...]

    @property
    def waits(self) -> bool:
        """Whether events wait, or have a priority, which only the plain solver knows."""
        return only_plainly(self.model)

    @cached_property
    def key(self) -> str:
        """What the numbers follow from, hashed: parts of another key are begun anew."""
        chosen = self.settings
        said = {
            "reinfuse": __version__, "model": self.sha256, "read": dict(self.read),
            "patients": self.patients.count, "fixed": dict(self.patients.fixed),
            "spread": dict(self.patients.spread), "seed": self.patients.seed, "times": self.times,
            "rtol": chosen.rtol, "bits": chosen.bits, "most steps": chosen.most_steps,
            "states": chosen.states, "table": self.table is not None,
        }  # fmt: skip
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def plan_of(options: Namespace) -> Plan:
    """The plan that options ask for; raises ReinfuseError with every problem of them."""
    model = read_model_file(options.model)
    problems: list[str] = []
    notes: list[str] = []
    rows, numbers = _who(options, model, problems)
    table, summary = _written(options, len(numbers), problems, notes)
    fixed = _fixed(options.set or (), model, rows, problems)
    spread = _spread(options.vary or (), model, fixed, rows, problems, notes)
    doses = Doses()
    if options.doses is not None and (rows is not None or options.parameters is None):
        doses = doses_of(options.doses, model, numbers, problems)
    times = _times(options, model, problems, notes)
    outputs = _outputs(options, model, problems)
    if options.bits == 32 and options.rtol < _FINEST_OF_32:  # noqa: PLR2004 # bits
        problems.append(f"--rtol {options.rtol:g} needs --bits 64: 32 bits hold no such error")
    refuse(problems)
    if len(numbers) > 1 and rows is None and not spread and not len(doses.patients):
        notes.append("nothing varies: all patients are alike (--vary, --parameters, --doses)")
    tables = {"parameters": options.parameters, "doses": options.doses}
    return Plan(
        model=model, file=options.model.name, sha256=sha256_of(options.model),
        read={name: sha256_of(path) for name, path in tables.items() if path is not None},
        patients=Patients(
            count=len(numbers), numbers=numbers, rows=rows, fixed=fixed, spread=spread,
            seed=options.seed, doses=doses,
        ),
        times=times, outputs=outputs,
        settings=Settings(
            rtol=options.rtol, bits=options.bits, most_steps=options.most_steps,
            threads=options.threads, states=options.states,
        ),
        table=table, summary=summary, notes=tuple(notes),
    )  # fmt: skip


def _written(
    options: Namespace, patients: int, problems: list[str], notes: list[str]
) -> tuple[Path | None, Path | None]:
    table, summary = options.out, options.summary
    if table is not None and table.suffix.casefold() not in TABLE_KINDS:
        problems.append(f"--out {table.name}: name a file that ends with .parquet or .csv")
    if summary is not None and summary.suffix.casefold() != ".csv":
        problems.append(f"--summary {summary.name}: name a file that ends with .csv")
    if table is None and summary is None and patients > MANY:
        summary = Path(f"{options.model.stem}-summary.csv")
        notes.append("no output was named: quantiles by time are written")
    elif table is None and summary is None and not options.json:
        problems.append("no output was asked for: name one with --out or --summary, or take --json")
    read = [options.model, *(path for path in (options.parameters, options.doses) if path)]
    try:
        check_outputs((table, summary), read)
    except ReinfuseError as error:
        problems.append(f"{error.what}: {error.fix}")
    return table, summary


def _who(
    options: Namespace, model: Model, problems: list[str]
) -> tuple[Rows | None, NDArray[np.int64]]:
    one = np.ones(1, np.int64)
    if options.parameters is None:
        return None, np.arange(1, (options.patients or 1) + 1)
    if options.patients is not None:
        problems.append("give --patients or --parameters: a table has a row for each patient")
    found = rows_of(options.parameters, model, problems)
    return found or (None, one)


def _fixed(
    said: Sequence[str], model: Model, rows: Rows | None, problems: list[str]
) -> dict[str, float]:
    found: dict[str, float] = {}
    named = {one.name: one for one in model.parameters}
    for name, value in _assigned(said, "--set", problems):
        if name not in named:
            problems.append(f"--set: {unknown('parameter', name, named)}")
        elif name in found or (rows is not None and name in rows.names):
            problems.append(f"--set: {name} is given twice")
        elif not named[name].low <= value <= named[name].high:
            problems.append(
                f"--set {name}={value:g}: the model holds from {named[name].low:g} to"
                f" {named[name].high:g}"
            )
        else:
            found[name] = value
    return found


def _spread(
    said: Sequence[str], model: Model, fixed: Mapping[str, float], rows: Rows | None,
    problems: list[str], notes: list[str],
) -> dict[str, float]:  # fmt: skip
    found: dict[str, float] = {}
    named = {one.name: one for one in model.parameters}
    in_table = () if rows is None else rows.names
    for name, cv in _assigned(said, "--vary", problems):
        if name not in named and name != EVERYONE:
            problems.append(f"--vary: {unknown('parameter', name, named)}")
        elif name in found:
            problems.append(f"--vary: {name} is given twice")
        elif name in in_table:
            problems.append(f"--vary: {name} is given by the table of --parameters")
        elif cv < 0:
            problems.append(f"--vary {name}={cv:g}: a coefficient of variation is not below 0")
        else:
            found[name] = cv
    if EVERYONE in found and EVERYONE not in named:
        cv = found.pop(EVERYONE)
        open_ = [one for one in model.parameters if one.name not in found.keys() | set(in_table)]
        left = [one.name for one in open_ if not can_vary(one, fixed.get(one.name, one.value))]
        found |= {one.name: cv for one in open_ if one.name not in left}
        if left and cv > 0:
            notes.append(f"not varied, being 0 or at an end of their range: {', '.join(left)}")
    return {name: found[name] for name in model.parameter_names if found.get(name)}


def _assigned(said: Sequence[str], option: str, problems: list[str]) -> list[tuple[str, float]]:
    found = []
    for part in (part.strip() for text in said for part in text.split(",")):
        name, equals, value = part.partition("=")
        try:
            found.append((name.strip(), number_in(value)))
        except ValueError:
            problems.append(
                f"{option} {part}: {value.strip()!r} is not a number" if equals and value.strip()
                else f"{option} {part!r} is not a name with a number: write {option} NAME=0.3"
            )  # fmt: skip
    return found


def _times(
    options: Namespace, model: Model, problems: list[str], notes: list[str]
) -> tuple[float, ...]:
    if options.times is None:
        times = usual_times(model, options.until, problems)
        if times:
            notes.append(
                f"{len(times)} times from {times[0]:g} to {times[-1]:g} {model.time_unit}, as"
                " --times names none"
            )
        return times
    if options.until is not None:
        problems.append("--until is the end of a grid that --times replaces: give one of them")
    return times_in(options.times, model, problems)


def _outputs(options: Namespace, model: Model, problems: list[str]) -> tuple[tuple[str, str], ...]:
    shown = model.states if options.states or not model.observables else model.observables
    problems += [
        f"the output {one.name} has the name of a column of the table: rename it in the model"
        for one in shown if one.name in OWN_COLUMNS and options.out is not None
    ]  # fmt: skip
    return tuple((one.name, one.unit) for one in shown)
