"""Solutions far tighter than what is compared with them, kept between runs."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from benchmarks.engine_peer import NoPeer, peer
from benchmarks.engine_peers.turns import Asked, Numbers, Problem
from benchmarks.timing import HOME

KEPT = HOME / ".cache" / "benchmarks"


def tight_solution(
    problem: Problem, folder: Path, interpreters: tuple[str, ...], asked: Asked
) -> Numbers:
    """States, `"patients times states"`, by SciPy's LSODA, in the first interpreter that can.

    Rates are compiled where numba is there, and Python where not.
    """
    file = KEPT / f"{_key(problem, asked)}.npy"
    if file.is_file():
        return np.load(file)
    reasons = []
    for interpreter in interpreters:
        for way in ("compiled", "python"):
            try:
                with peer(interpreter, "scipy_lsoda.py", str(folder)) as ready:
                    solved = ready.solved(asked._replace(way=way))
            except NoPeer as reason:
                reasons.append(str(reason))
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            np.save(file, solved)
            return solved
    raise SystemExit(f"errors need a tight solution by SciPy; {'; '.join(reasons)}")


def log_errors(cells: np.ndarray, tight: Numbers, found: Numbers) -> Numbers:
    """The worst of each patient in powers of ten, over times and states.

    Of `cells` the difference of log10 (cells + 1000), well below what an assay sees; of the rest
    the error relative to the size plus 0.001, over ln 10.
    """
    counted = np.abs(np.log10(np.maximum(found, 0) + 1e3) - np.log10(np.maximum(tight, 0) + 1e3))
    rest = relative_part(tight, found) / np.log(10.0)
    return np.where(cells, counted, rest).max((-1, -2))


def relative_errors(tight: Numbers, found: Numbers) -> Numbers:
    """The worst of each patient, relative to the size plus 0.001, over times and states."""
    return relative_part(tight, found).max((-1, -2))


def relative_part(tight: Numbers, found: Numbers) -> Numbers:
    """Errors relative to the size plus 0.001."""
    return np.abs(found - tight) / (np.abs(tight) + 1e-3)


def _key(problem: Problem, asked: Asked) -> str:
    digest = hashlib.sha256(f"{problem.rates} {asked.patients} {asked.rtol} {asked.scale}".encode())
    for array in problem[:8]:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:32]
