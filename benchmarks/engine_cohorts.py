"""The two contests: 25 states with doses against five peers, 8 states against the quickest."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.engine_contest import Contest, Other, Ours
from benchmarks.engine_peers.turns import Asked
from benchmarks.engine_problem import (
    eight_state_problem,
    eight_state_rows,
    reference_problem,
    reference_rows,
    write_problem,
)
from benchmarks.engine_solutions import log_errors, relative_errors, tight_solution
from reinfuse.engine.simulate import Settings

# Relative tolerance, and what it multiplies the absolute ones by.
_TOLERANCES = ((1e-4, 1.0), (1e-6, 0.01))


class Size(NamedTuple):
    """How much is done; `interpreter` is that of the peers."""

    interpreter: str
    turns: int
    compared: int  # patients of 25 states that all solve
    repeated: int  # how often they are repeated for a turn of ours
    cohorts: tuple[int, ...]  # patients of 8 states


class Titled(NamedTuple):
    """A contest and what stands above its table."""

    title: str
    contest: Contest


@contextmanager
def reference_contest(size: Size) -> Iterator[Titled]:
    """25 states at two tolerances; peers find their patients until it is left."""
    model, rows = reference_rows(size.compared)
    problem = reference_problem(model, rows)
    cells = np.array([state.unit == "cells" for state in model.states])
    ours = [
        Ours(
            f"reinfuse, {bits} bits, {rtol:.0e}", model, np.tile(rows, (size.repeated, 1)),
            problem.times,
            Settings(rtol=rtol, tolerance_scale=scale, bits=bits, threads=1, states=True),
        )
        for rtol, scale in _TOLERANCES
        for bits in (64, 32)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_problem(problem, folder)
        tight = tight_solution(
            problem, folder, (size.interpreter, sys.executable), Asked(size.compared, 1e-10, 1e-7)
        )
        yield Titled(
            f"25 states, {len(problem.times)} times, 7 doses or events, the same {size.compared} "
            f"patients for all (for ours {size.repeated} times over)",
            Contest(
                ours=ours, others=_reference_peers(size.compared), interpreter=size.interpreter,
                folder=folder, error=partial(log_errors, cells, tight), turns=size.turns,
            ),
        )  # fmt: skip


@contextmanager
def eight_state_contest(size: Size, patients: int) -> Iterator[Titled]:
    """8 states at one tolerance; errors are known of the smallest cohort."""
    model, rows = eight_state_rows(patients)
    known = eight_state_problem(model, rows[: size.cohorts[0]])
    chosen = Settings(rtol=1e-6, tolerance_scale=0.01, threads=1, states=True)
    ours = [
        Ours(f"reinfuse, {bits} bits", model, rows, known.times, replace(chosen, bits=bits))
        for bits in (64, 32)
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_problem(known, folder)
        tight = tight_solution(
            known, folder, (size.interpreter, sys.executable), Asked(size.cohorts[0], 1e-10, 1e-4)
        )
        write_problem(eight_state_problem(model, rows), folder)
        yield Titled(
            f"8 states, {len(known.times)} times, rtol 1e-6, atol 1e-8, {patients:,} patients; "
            f"errors of the first {len(tight):,}",
            Contest(
                ours=ours,
                others=[Other("numbalsoda LSODA", "numba_lsoda.py", Asked(patients, 1e-6, 0.01))],
                interpreter=size.interpreter, folder=folder, turns=size.turns,
                error=lambda found: relative_errors(tight, found[: len(tight)]),
            ),
        )  # fmt: skip


def _reference_peers(patients: int) -> list[Other]:
    lsoda = [
        Other(
            f"SciPy LSODA, {words} rates, {rtol:.0e}", "scipy_lsoda.py",
            Asked(patients, rtol, scale, way),
        )
        for way, words in (("python", "Python"), ("compiled", "numba"))
        for rtol, scale in _TOLERANCES
    ]  # fmt: skip
    machine = [
        Other(f"numbalsoda LSODA, {rtol:.0e}", "numba_lsoda.py", Asked(patients, rtol, scale))
        for rtol, scale in _TOLERANCES
    ]
    cvode = [
        Other(
            f"libRoadRunner CVODE, {rtol:.0e}/1e-08", "roadrunner_cvode.py",
            Asked(patients, rtol, 1e-8),
        )
        for rtol in (1e-6, 1e-8)
    ]  # fmt: skip
    vmap = [
        Other(f"diffrax vmap {way}, 1e-04", "diffrax_vmap.py", Asked(patients, 1e-4, 1.0, way))
        for way in ("Tsit5", "Kvaerno3")
    ]
    return [*lsoda, *machine, *cvode, *vmap]
