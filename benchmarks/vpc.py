"""A visual predictive check of many patients, with the memory it takes, and NPDE.

`python -m benchmarks.vpc --subjects 1000 --replicates 1000` simulates invented patients from
Stein's published population, checks them against it, and prints seconds and the peak of memory.
The first run of a size holds the compilation, or what the cache saves of it.
"""

from __future__ import annotations

import argparse
import math
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from benchmarks.timing import describe_machine
from reinfuse.estimation.population.checking import (
    Asked,
    Design,
    as_data_set,
    design_of,
    npde_of,
    replicates,
    visual_checks,
)
from reinfuse.estimation.population.model import PopulationModel
from reinfuse.estimation.population.structure import Population
from reinfuse.kinetics.curves import STEIN
from reinfuse.record.data_set import Assay, DataSet, Sample, Subject

TIMES = (1.0, 3.0, 5.0, 7.0, 10.0, 14.0, 21.0, 28.0, 60.0, 90.0, 180.0, 360.0)
LIMIT = 29.0
MODEL = PopulationModel(curve=STEIN)
# Rounded from Stein 2019; a benchmark needs numbers of the right size and no more.
POPULATION = Population(
    beta=np.asarray([math.log(3900), math.log(9.3), math.log(24000), math.log(0.16),
                     math.log(0.0079 / (1 - 0.0079)), math.log(0.0032)]),
    omega=np.diag([2.4, 0.38, 0.65, 0.91, 0.8, 0.86]),
    gamma=np.zeros(0),
    residual=np.asarray([math.log(0.56)]),
)  # fmt: skip


def invented(subjects: int) -> Design:
    """So many patients that follow the model, about 15 % of their measurements below the limit."""
    blank = tuple(
        Subject(name=str(one), samples=tuple(Sample(time=time, value=100.0) for time in TIMES))
        for one in range(1, subjects + 1)
    )
    first = design_of(DataSet(subjects=blank, assays=(Assay(label="qPCR"),)), MODEL)
    values = next(replicates(first, POPULATION, seed=0, count=1)).values[0]
    limited = replace(first, below=np.full(first.below.shape, math.log(LIMIT)))
    return design_of(as_data_set(limited, values), MODEL)


def timed(label: str, work: Callable[[], object]) -> None:
    """Print wall and processor seconds of `work`, and the peak of memory so far."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{label}: {time.perf_counter() - wall:.2f} s wall,"
        f" {time.process_time() - cpu:.2f} s of processor, peak {peak:.2f} GB",
        flush=True,
    )


def main(arguments: Sequence[str]) -> int:
    """Print one line for each thing that is timed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.vpc")
    parser.add_argument("--subjects", type=int, default=1000)
    parser.add_argument("--replicates", type=int, default=1000)
    options = parser.parse_args(arguments)
    print(f"{options.subjects} subjects x {len(TIMES)}, {options.replicates} replicates")
    print(describe_machine())
    design = invented(options.subjects)
    print(f"{np.isneginf(design.observed).mean():.1%} below the limit")
    both = (Asked(), Asked(corrected=True))
    for turn in ("first", "again"):
        for words, asked in (("VPC", both[:1]), ("VPC and prediction-corrected VPC", both)):
            timed(f"{words}, {turn}", lambda asked=asked: visual_checks(
                design, POPULATION, seed=1, asked=asked, count=options.replicates
            ))  # fmt: skip
    for turn in ("first", "again"):
        timed(f"NPDE, {turn}", lambda: npde_of(
            design, POPULATION, seed=1, count=options.replicates
        ))  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
