"""The nonparametric bootstrap: subjects drawn with replacement, the fit repeated from where it was.

Every replicate has as many subjects as the data, so that all of them run in the compiled code of
the fit itself. Finished replicates are kept in a file, if one is named.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse import __version__
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.problem import with_dtype
from reinfuse.estimation.population.result import PopulationFit
from reinfuse.estimation.population.saem import SEGMENT, Phases, advance, start
from reinfuse.estimation.population.structure import Arrays, Population
from reinfuse.estimation.population.uncertainty.drawn import from_draws
from reinfuse.estimation.population.uncertainty.result import Uncertainty
from reinfuse.estimation.population.vector import pack

REPLICATES = 200
# Rounds to move away from the fit's numbers, then rounds that are averaged.
_MOVING, _AVERAGED = 50, 150
_FEWEST = 2


def bootstrap(
    fit: PopulationFit,
    *,
    seed: int,
    replicates: int = REPLICATES,
    keep: Path | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> Uncertainty:
    """Percentile intervals over refits of resampled subjects.

    Replicate r depends on the seed and r alone. `keep` names a file from which an interrupted run
    goes on. `watch` is told replicates done and of how many.
    Source: Efron 1979, doi:10.1214/aos/1176344552; in population models, Thai 2014,
    doi:10.1007/s10928-013-9343-z.
    """
    ledger = _Ledger(keep, fit, seed)
    arrays = with_dtype(fit.problem, fit.precision)
    done = ledger.rows
    for number in range(len(done), replicates):
        ledger.add(_replicate(fit, arrays, jax.random.fold_in(jax.random.key(seed), number)))
        if watch is not None:
            watch(number + 1, replicates)
    rows = np.asarray(done[:replicates])
    finite = np.isfinite(rows).all(1)
    notes = [f"{replicates} replicates, {int((~finite).sum())} of them left the finite numbers"]
    if finite.sum() < _FEWEST:
        raise ValueError("no two replicates gave finite numbers")
    return from_draws(
        fit.problem.structure, fit.problem.assays, fit.population, rows[finite],
        method="bootstrap", notes=tuple(notes),
    )  # fmt: skip


def resampled(arrays: Arrays, places: Array) -> Arrays:
    """The arrays with subjects chosen by their places."""
    return Arrays(*(jax.tree.map(lambda one: one[..., places], part) for part in arrays))


def _replicate(fit: PopulationFit, arrays: Arrays, key: Array) -> np.ndarray:
    """The vector of one replicate's population."""
    drawing, running = jax.random.split(key)
    subjects = len(fit.problem.subjects)
    mine = resampled(arrays, jax.random.randint(drawing, (subjects,), 0, subjects))
    structure = fit.problem.structure
    begin = Population(*(jnp.asarray(part, fit.precision) for part in fit.population))
    state = start(structure, mine, begin, key=running, chains=fit.chains)
    total = _MOVING + _AVERAGED
    phases = Phases(jnp.asarray(_MOVING), jnp.asarray(total))
    for _ in range(0, total, SEGMENT):
        state, _passed = advance(structure, mine, state, phases, chains=fit.chains)
    found = Population(*(jnp.asarray(part, jnp.float64) for part in state.population))
    return np.asarray(pack(structure, found))


class _Ledger:
    """Finished replicates, one a line, on the disk if a file is named."""

    def __init__(self, path: Path | None, fit: PopulationFit, seed: int) -> None:
        text = f"{__version__} {fit.problem.model} {fit.chains} {fit.precision} {seed}"
        digest = hashlib.sha256(text.encode())
        for part in (*fit.population, *jax.tree.leaves(fit.problem.arrays)):
            digest.update(np.asarray(part).tobytes())
        self.path, self.key = path, digest.hexdigest()
        self.rows: list[list[float]] = self._read()

    def _read(self) -> list[list[float]]:
        if self.path is None or not self.path.is_file():
            return []
        head, _, rest = self.path.read_text(encoding="utf-8").partition("\n")
        if head != self.key:
            return []
        # A line that was cut short is not whole JSON; it and all after it are made again.
        rows = []
        for line in rest.splitlines():
            try:
                rows.append(json.loads(line))
            except ValueError:
                break
        return rows

    def add(self, row: np.ndarray) -> None:
        """Keep one more; the file is written beside its place and moved there."""
        self.rows.append([float(one) for one in row])
        if self.path is None:
            return
        lines = [self.key, *(json.dumps(one) for one in self.rows)]
        aside = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        aside.write_text("\n".join(lines) + "\n", encoding="utf-8")
        aside.replace(self.path)
