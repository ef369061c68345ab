"""Ours and others on the same patients, by turns: medians, errors, ratios of neighbouring turns."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.engine_peer import NoPeer, peer
from benchmarks.engine_peers.turns import Asked, Numbers
from reinfuse.engine.language import Model
from reinfuse.engine.simulate import Settings, simulate

Error = Callable[[Numbers], Numbers]  # of states, by patient


@dataclass(frozen=True, slots=True)
class Ours:
    """Our solver with one thread; `rows` are timed, the first of them are compared."""

    name: str
    model: Model
    rows: Numbers
    times: Numbers
    settings: Settings

    def seconds(self) -> float:
        """Seconds of the processor for one patient, all of `simulate` included."""
        began = time.process_time()
        simulate(self.model, self.rows, self.times, settings=self.settings)
        return (time.process_time() - began) / len(self.rows)

    def solved(self, patients: int) -> Numbers:
        """States, `"patients times states"`, of the first patients."""
        rows = self.rows[:patients]
        found = simulate(self.model, rows, self.times, settings=self.settings)
        if found.failures():
            raise SystemExit("\n".join(found.failures()))
        return found.outputs.astype(np.float64)


@dataclass(frozen=True, slots=True)
class Other:
    """A peer: its program in `engine_peers`, and what it is asked."""

    name: str
    script: str
    asked: Asked


@dataclass(frozen=True, slots=True)
class Row:
    """What a table says of one solver; `ratios` are its seconds over ours, `why` it has none."""

    name: str
    seconds: float = float("nan")
    errors: Numbers | None = None
    ratios: tuple[float, ...] = ()
    why: str = ""

    def cells(self, ours: int) -> tuple[str, ...]:
        """Name, patients per second, worst error, 95th percentile, median, ratios to ours."""
        ratios = [f"{ratio:.{0 if ratio >= 20 else 1}f}" for ratio in self.ratios]
        ratios += [""] * (ours - len(ratios))
        if self.errors is None:
            return (self.name, self.why.replace("|", "/"), "", "", "", *ratios)
        shown = (self.errors.max(), np.quantile(self.errors, 0.95), np.median(self.errors))
        speed = f"{1 / self.seconds:,.{0 if self.seconds < 0.1 else 1}f}"
        return (self.name, speed, *(f"{error:.1e}" for error in shown), *ratios)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Who takes turns, how often, and how an error is counted; peers find patients in `folder`."""

    ours: Sequence[Ours]
    others: Sequence[Other]
    interpreter: str
    folder: Path
    error: Error
    turns: int

    def rows(self) -> Iterator[Row]:
        """Ours, then the others."""
        compared = self.others[0].asked.patients
        errors = [self.error(one.solved(compared)) for one in self.ours]
        mine: list[list[float]] = [[one.seconds()] for one in self.ours]
        theirs = []
        for other in self.others:
            print(f"  {other.name} ...", file=sys.stderr, flush=True)
            try:
                theirs.append(self._against(other, mine))
            except NoPeer as reason:
                theirs.append(Row(other.name, why=str(reason)))
        for one, seconds, far in zip(self.ours, mine, errors, strict=True):
            yield Row(one.name, median(seconds), far)
        yield from theirs

    def _against(self, other: Other, mine: list[list[float]]) -> Row:
        """One peer; every one of ours has a turn before each of its own, added to `mine`."""
        asked, its, ratios = other.asked, [], []
        with peer(self.interpreter, other.script, str(self.folder)) as ready:
            found = ready.solved(asked)
            for _ in range(self.turns):
                own = [one.seconds() for one in self.ours]
                its.append(ready.turn(asked).cpu / asked.patients)
                ratios.append([its[-1] / seconds for seconds in own])
                for seconds, kept in zip(own, mine, strict=True):
                    kept.append(seconds)
        middle = tuple(float(ratio) for ratio in np.median(ratios, axis=0))
        return Row(other.name, median(its), self.error(found), middle)
