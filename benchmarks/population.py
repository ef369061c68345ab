"""Population fits against a yardstick that is timed in the same run.

`python -m benchmarks.population` fits a simulated CAR-T set (100 patients, 12 samples, 15 % below
the limit) and R's nlme on theophylline, by turns; `--patients 10000` times one large set;
`--cold` a fresh process with and without kept compiled code. saemix with M3 took 5.8 s of CPU where
nlme took 0.087 s, so that a time here over nlme's here compares with 67.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

import jax
import jax.numpy as jnp

from benchmarks.timing import HOME, describe_machine
from reinfuse.estimation.population.fit import Settings, fit_population, fit_problem
from reinfuse.estimation.population.model import PopulationModel
from reinfuse.estimation.population.problem import Problem, make_problem, with_dtype
from reinfuse.estimation.population.result import NotFitted, PopulationFit
from reinfuse.estimation.population.saem import Phases, advance, start
from reinfuse.estimation.population.starting import starting_population
from reinfuse.kinetics.curves import STEIN
from reinfuse.record.data_set import DataSet
from studies.population_blq import read_set
from studies.population_recovery import simulated

SAEMIX_OVER_NLME = 5.8 / 0.087
TURNS = 7
NLME = """
library(nlme)
data <- Theoph
model <- function() nlme(conc ~ SSfol(Dose, Time, lKe, lKa, lCl), data = data,
  fixed = lKe + lKa + lCl ~ 1, random = pdDiag(lKe + lKa + lCl ~ 1), method = "ML")
invisible(model())
cat(min(replicate(5, system.time(model())[["user.self"]])))
"""
COLD = """
import time
began = time.monotonic()
from benchmarks.population import fit_once, read_set
fit_once(read_set(), seed=1)
print(time.monotonic() - began)
"""


def main(arguments: Sequence[str]) -> int:
    """Print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.population")
    parser.add_argument("--patients", type=int, help="time one simulated set of this size")
    parser.add_argument("--cold", action="store_true", help="time a fresh process")
    options = parser.parse_args(arguments)
    print(describe_machine())
    if options.cold:
        _time_cold()
    elif options.patients:
        _time_large(options.patients)
    else:
        _time_against_nlme()
    return 0


def fit_once(data: DataSet, *, seed: int) -> PopulationFit | NotFitted:
    """SAEM in 32 bits from one start, 300 rounds and 100 more for the likelihood."""

    settings = Settings(
        precision="float32", chains=2, starts=1, burn=150, most_burn=150, settle=150, hold=100,
        draws=3000,
    )  # fmt: skip
    return fit_population(data, PopulationModel(curve=STEIN), seed=seed, settings=settings)


def _rounds_only(problem: Problem, seed: int) -> float:
    """CPU seconds of the 300 rounds alone: what saemix's SAEM took its 5.8 s for."""

    arrays = with_dtype(problem, "float32")
    first = jax.tree.map(lambda one: one.astype("float32"), starting_population(problem))
    phases = Phases(jnp.asarray(150), jnp.asarray(1 << 30))
    state = start(problem.structure, arrays, first, key=jax.random.key(seed), chains=2)
    began = time.process_time()
    for _ in range(6):
        state, _passed = advance(problem.structure, arrays, state, phases, chains=2)
    jax.block_until_ready(state)
    return time.process_time() - began


def _time_against_nlme() -> None:

    data = read_set()
    problem = make_problem(data, PopulationModel(curve=STEIN))
    fit_once(data, seed=0)
    _rounds_only(problem, 0)
    rounds, whole, found, yard = [], [], [], []
    for turn in range(TURNS):
        rounds.append(_rounds_only(problem, turn))
        began = time.process_time()
        fit = fit_once(data, seed=turn + 1)
        whole.append(time.process_time() - began)
        found.append((fit.likelihood.minus_2ll, fit.likelihood.se))
        yard.append(_nlme())
    nlme = statistics.median(yard)
    peer = SAEMIX_OVER_NLME * nlme
    for what, times in (("300 rounds", rounds), ("whole fit, likelihood included", whole)):
        mine = statistics.median(times)
        print(f"{what}: {mine:.3f} s CPU (least {min(times):.3f}); saemix M3 here about "
              f"{peer:.1f} s, ratio {peer / mine:.0f}")  # fmt: skip
    print(f"nlme on theophylline {nlme:.3f} s CPU (where saemix was timed: 0.087)")
    print("-2LL " + ", ".join(f"{value:.1f} ± {se:.1f}" for value, se in found))


def _nlme() -> float:
    program = shutil.which("Rscript")
    if program is None:
        raise SystemExit("this needs R with nlme (Debian: r-base-core r-cran-nlme)")
    answer = subprocess.run(
        [program, "-e", NLME], capture_output=True, text=True, check=True, timeout=300
    )
    return float(answer.stdout.split()[-1])


def _time_large(patients: int) -> None:

    data, share = simulated(1, patients)
    began = time.monotonic()
    problem = make_problem(data, PopulationModel(curve=STEIN))
    print(
        f"{patients} patients, {100 * share:.0f} % below; arrays {time.monotonic() - began:.1f} s"
    )
    for seed in (1, 2):
        began, cpu = time.monotonic(), time.process_time()
        fit = fit_problem(problem, seed=seed, settings=Settings())
        print(f"seed {seed}: {len(fit.trace)} rounds, {time.monotonic() - began:.1f} s wall, "
              f"{time.process_time() - cpu:.1f} s CPU, of which the first segment "
              f"{fit.compile_seconds:.1f} s; {fit.outcome}")  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory {peak:.1f} GB")


def _time_cold() -> None:
    with tempfile.TemporaryDirectory() as cache:
        for what in ("nothing kept", "compiled code kept"):
            answer = subprocess.run(
                [sys.executable, "-c", COLD], capture_output=True, text=True, check=True, cwd=HOME,
                env=os.environ | {"REINFUSE_CACHE": cache},
            )  # fmt: skip
            print(f"{what}: {float(answer.stdout):.1f} s from a fresh process to the fit")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
