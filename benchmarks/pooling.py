"""Pooling: a thousand cohorts by counts, the page of them, and inverse variance beside a peer.

R's metafor, which pools counts in the same way, was not to be had: the likelihood of counts is set
beside a slow plain twin. statsmodels is no part of this project: name a Python that has it in
`REINFUSE_STATSMODELS_PYTHON`.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.timing import HOME, alternate, describe_machine, run_program
from reinfuse.pooling.effects import Effects, effects_given
from reinfuse.pooling.glmm import pool_rates
from reinfuse.pooling.inverse_variance import Method, Pooled, pool
from reinfuse.pooling.rates_pooled import PooledRates
from reinfuse.pooling.summary import summarise_outcome

PEER = "REINFUSE_STATSMODELS_PYTHON"
COHORTS = 1000
TURNS = 5
SEED = 20_261_201
# The worked example: complete response of extramedullary disease in three series.
THREE = ((7, 14, 10), (18, 18, 15))
SIZES = (13, 1000)
POOL_HEADS = ("what", "wall", "peak memory")
TWIN_WITHIN = 1e-4  # of log odds, and of tau2 relative
PEER_WITHIN = 1e-3  # of tau2: the peer stops its iterations at 1e-5, absolute
_SEEN = 1.02
_REACH, _POINTS = 9.0, 721  # of the plain twin, in standard deviations


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohorts:
    """Invented counts; both arrays have the axis (cohorts)."""

    events: NDArray[np.int64]
    n: NDArray[np.int64]


def invented_cohorts(k: int = COHORTS, seed: int = SEED) -> Cohorts:
    """Cohorts of 10 to 60 patients around 20 %, with a spread of 0.8 log odds: many are empty."""
    chance = np.random.default_rng(seed)
    n = chance.integers(10, 61, size=k)
    log_odds = np.log(0.25) + 0.8 * chance.standard_normal(k)
    return Cohorts(events=chance.binomial(n, 1 / (1 + np.exp(-log_odds))), n=n)


def pool_plainly(cohorts: Cohorts) -> tuple[float, float]:
    """mu and tau2 by a trapezoid that adapts to nothing, and a search that knows no slope."""
    u = np.linspace(-_REACH, _REACH, _POINTS)
    events, n = cohorts.events[:, None], cohorts.n[:, None]

    def height(at: NDArray[np.float64]) -> float:
        log_odds = at[0] + np.exp(at[1]) * u
        inner = events * log_odds - n * np.logaddexp(0.0, log_odds) - 0.5 * u**2
        return -float(np.logaddexp.reduce(inner, axis=1).sum())

    found = minimize(
        height, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9}
    )
    return float(found.x[0]), float(np.exp(2 * found.x[1]))


def time_counts(turns: int = TURNS) -> Iterator[str]:
    """Rows of counts: ours and the twin in turns; fails where they part."""
    cohorts = invented_cohorts()
    ours = pool_rates(cohorts.events.tolist(), cohorts.n.tolist())
    if not isinstance(ours, PooledRates):
        raise SystemExit("the invented cohorts were not pooled")
    mu, tau2 = pool_plainly(cohorts)
    if abs(mu - ours.b) > TWIN_WITHIN or abs(tau2 / ours.tau2 - 1) > TWIN_WITHIN:
        raise SystemExit(f"mu {ours.b} and {mu}, tau2 {ours.tau2} and {tau2}: they part")
    took = alternate(
        {
            "ours": lambda: pool_rates(cohorts.events.tolist(), cohorts.n.tolist()),
            "twin": lambda: pool_plainly(cohorts),
        },
        turns,
    )
    yield f"| {COHORTS} cohorts by counts, with the interval of tau | {took['ours']:.2f} s | - |"
    yield f"| the plain twin: the same two numbers, and no interval | {took['twin']:.2f} s | - |"
    whole = alternate({"three": lambda: summarise_outcome("CR", *THREE)}, turns)
    yield f"| three cohorts by eight methods, three priors | {whole['three']:.2f} s | - |"


def time_command(turns: int = 3) -> Iterator[str]:
    """Rows of the command, each run a fresh process."""
    program = (sys.executable, "-m", "reinfuse")
    with tempfile.TemporaryDirectory() as folder:
        table, page = Path(folder, "studies.csv"), Path(folder, "page.html")
        write_table(table, invented_cohorts())
        runs = {
            "`reinfuse evidence`": ("evidence",),
            "`reinfuse pool`, 2 shipped cohorts": (
                *("pool", "--outcome", "CR", "--infusion", "second", "--counted", "patient"),
            ),
            f"`reinfuse pool`, {COHORTS} cohorts": ("pool", str(table)),
            f"`reinfuse pool`, {COHORTS} cohorts, with the page": (
                *("pool", str(table), "-o", str(page)),
            ),
        }
        for name, words in runs.items():
            ran = [run_program((*program, *words)) for _ in range(turns)]
            seconds = median(one.seconds for one in ran)
            yield f"| {name} | {seconds:.1f} s | {_peak(max(one.peak_mb for one in ran))} |"


def _peak(peak_mb: float) -> str:
    """A new process begins with the memory of the one that starts it: less cannot be seen."""
    unit = 1e6 if sys.platform == "darwin" else 1e3
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return f"{peak_mb:.0f} MB" if peak_mb > _SEEN * own else f"below {own:.0f} MB"


def time_pooling() -> list[str]:
    """Every row that needs no peer, for `python -m benchmarks`."""
    return [*time_counts(), *time_command()]


def write_table(path: Path, cohorts: Cohorts) -> None:
    """A table of studies as a person would write it."""
    heads = ("id", "cohort", "label", "outcome", "events", "n", "counted", "counts", "cite",
             "standing", "quote_of_number")  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        for place, (x, m) in enumerate(zip(cohorts.events, cohorts.n, strict=True), start=1):
            name = f"invented-{place}"
            writer.writerow(
                (name, name, f"Invented {place}", "CR", x, m, "patient", "printed",
                 f"invented {place}", "our own choice", f"{x}/{m}")
            )  # fmt: skip


def invented_effects(k: int) -> Effects:
    """Effects with variances that differ, and a spread between them."""
    chance = np.random.default_rng([SEED, k])
    variances = chance.uniform(0.02, 0.5, size=k)
    effects = -0.5 + chance.standard_normal(k) * np.sqrt(variances + 0.3)
    return effects_given(effects, standard_errors=np.sqrt(variances))


def time_peer(peer: str, turns: int = 21) -> Iterator[str]:
    """Rows of inverse variance, by turns with statsmodels; fails where tau2 parts."""
    command = (peer, str(HOME / "benchmarks" / "pooling_peer.py"))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        for k in SIZES:
            effects = invented_effects(k)
            for method, theirs in ((Method.DL, "chi2"), (Method.PM, "iterated")):
                asked = {"y": effects.yi.tolist(), "v": effects.vi.tolist(), "method": theirs}
                ours_s, theirs_s = [], []
                for _ in range(turns):
                    began = perf_counter()
                    found = pool(effects, method)
                    ours_s.append(perf_counter() - began)
                    other.stdin.write(json.dumps(asked) + "\n")
                    other.stdin.flush()
                    told = json.loads(other.stdout.readline())
                    theirs_s.append(told["seconds"])
                if not isinstance(found, Pooled):
                    raise SystemExit("invented effects were not pooled")
                if abs(told["tau2"] / found.tau2 - 1) > PEER_WITHIN:
                    raise SystemExit(f"tau2 {found.tau2} and {told['tau2']}: they part")
                ours, peers = median(ours_s), median(theirs_s)
                yield (
                    f"| {k} effects, {method} | {1000 * ours:.2f} ms | {1000 * peers:.2f} ms "
                    f"| {ours / peers:.2f} |"
                )
        other.stdin.close()


def main() -> int:
    """Print everything; without a peer, ours alone and how to name one."""
    print(f"Pooling on: {describe_machine()}")
    print(f"| {' | '.join(POOL_HEADS)} |")
    print("|---|---|---|")
    for line in time_pooling():
        print(line, flush=True)
    peer = os.environ.get(PEER)
    if not peer:
        print(f"statsmodels is not timed: {PEER} names no Python that has it")
        return 0
    print("| what | reinfuse | statsmodels | ratio |")
    print("|---|---|---|---|")
    for line in time_peer(peer):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
