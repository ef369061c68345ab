"""The founding case by brute force: prior draws weighted by their likelihood, and nothing else.

`PYTHONPATH=src:. python tests/judge/kinetics_brute_force/brute_force.py > expected.csv` writes the
kept table; a test runs the same function with fewer draws.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from reinfuse.kinetics import Below, CurveData, Level, PeakSeen, curve_priors, curve_problem

FOUNDING = {
    "infusion 1": CurveData(
        label="infusion 1",
        points=(
            PeakSeen(percent=37.1, day=None),
            Below(day=(40.0, 40.0), limit_percent=None),
        ),
    ),
    "infusion 2": CurveData(
        label="infusion 2",
        points=(
            PeakSeen(percent=78.1, day=(14.0, 14.0)),
            Level(percent=6.7, day=(85.0, 98.0)),
        ),
    ),
}
HEADER = ("infusion", "what", "parameter", "value", "standard_error")
Row = tuple[str, str, str, float, float]


def brute_force(label: str, *, batches: int, per_batch: int, seed: int) -> list[Row]:
    """Log evidence, and mean and SD of every parameter on its normal scale, with their errors."""
    problem = curve_problem(FOUNDING[label], curve_priors())
    sums = []
    for rng in np.random.default_rng(seed).spawn(batches):
        draws = problem.sample_prior(rng, per_batch)
        weights = np.exp(problem.log_likelihood(draws))
        sums.append([weights.sum(), *(weights @ draws), *(weights @ draws**2)])
    table = np.array(sums)
    evidence, error = _jackknife(table, lambda s: np.log(s[:1] / (batches * per_batch)))
    # Leaving a batch out changes the number of draws too; on the log scale a constant.
    rows: list[Row] = [(label, "log evidence", "", float(evidence[0]), float(error[0]))]
    count = len(problem.names)

    def moments(s: NDArray[np.float64]) -> NDArray[np.float64]:
        mean = s[1 : count + 1] / s[0]
        return np.concatenate([mean, np.sqrt(s[count + 1 :] / s[0] - mean**2)])

    values, errors = _jackknife(table, moments)
    for column, name in enumerate(problem.names):
        rows.append((label, "mean", name, float(values[column]), float(errors[column])))
        rows.append(
            (label, "sd", name, float(values[count + column]), float(errors[count + column]))
        )
    return rows


def _jackknife(
    table: NDArray[np.float64], function: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A function of the sums over batches, and its standard error by leaving out one batch."""
    total, batches = table.sum(axis=0), len(table)
    left_out = np.array([function(total - row) for row in table])
    error = np.sqrt((batches - 1) / batches * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    return function(total), error


if __name__ == "__main__":
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(HEADER)
    for infusion in FOUNDING:
        for row in brute_force(infusion, batches=800, per_batch=20_000, seed=20290101):
            out.writerow([*row[:3], f"{row[3]:.5f}", f"{row[4]:.5f}"])
