"""Whether a population fit finds the population that drew the data, and how sure it may be.

Replicates of 100 patients at 12 days under Stein's curve, about 20 % of levels below the limit.
Each is fitted with values below the limit counted as what they are (M3) and with them dropped (M1).
A row holds one number of one fit: what drew the data, the estimate and its 95 % interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from reinfuse.estimation.population.fit import Settings, fit_population
from reinfuse.estimation.population.model import Censoring, PopulationModel
from reinfuse.estimation.population.result import PopulationFit
from reinfuse.estimation.population.uncertainty import uncertainty_of
from reinfuse.kinetics.curves import STEIN, natural, normal
from reinfuse.kinetics.curves.schedules import log_level_of, sampled
from reinfuse.record.data_set import Assay, DataSet, Sample, Subject

INPUTS = (
    *(
        f"src/reinfuse/estimation/population/{name}.py"
        for name in (
            "convergence",
            "density",
            "fit",
            "idle",
            "importance",
            "maximise",
            "moves",
            "numerics",
            "predict",
            "problem",
            "proposal",
            "saem",
            "starting",
            "starts",
            "structure",
        )
    ),
    "src/reinfuse/estimation/population/uncertainty/information.py",
    "src/reinfuse/estimation/population/uncertainty/points.py",
    "src/reinfuse/kinetics/curves/cart.py",
    "src/reinfuse/kinetics/curves/joints.py",
)
HEADER = ("rule", "replicate", "number", "truth", "estimate", "low", "high", "share_below")

REPLICATES = 200
PATIENTS = 100
DAYS = (1.0, 3.0, 5.0, 7.0, 10.0, 14.0, 21.0, 28.0, 60.0, 90.0, 180.0, 360.0)
LIMIT = 45.0  # copies/ug: about a fifth of all levels lie below
TYPICAL = {
    "fold": 3900.0, "tmax": 9.3, "cmax": 24000.0, "alpha": 0.16, "fb": 0.0079, "beta": 0.0032
}  # fmt: skip
VARIANCES = {"fold": 2.4, "tmax": 0.38, "cmax": 0.65, "alpha": 0.91, "fb": 0.80, "beta": 0.86}
RESIDUAL = 0.56
RULES = {"M3": Censoring.M3, "M1": Censoring.M1}
SETTINGS = Settings(starts=1, chains=2, draws=500)
_BATCH = 10


def chunks() -> Sequence[str]:
    """Ten replicates under one rule each."""
    return tuple(f"{rule} {first}" for rule in RULES for first in range(0, REPLICATES, _BATCH))


def run(chunk: str) -> list[tuple[object, ...]]:
    """A row for each number of each fit."""
    rule, first = chunk.split()
    rows: list[tuple[object, ...]] = []
    for replicate in range(int(first), int(first) + _BATCH):
        rows += fitted_rows(rule, replicate)
    return rows


def fitted_rows(rule: str, replicate: int) -> list[tuple[object, ...]]:
    """The rows of one replicate."""
    data, share = simulated(replicate)
    model = PopulationModel(curve=STEIN, censoring=RULES[rule])
    fit = fit_population(data, model, seed=replicate, settings=SETTINGS)
    if not isinstance(fit, PopulationFit):
        return [(rule, replicate, "none", "", fit.why, "", "", f"{share:.3f}")]
    found = uncertainty_of(fit, seed=replicate)
    return [
        (rule, replicate, name, f"{truth:.6g}", f"{value:.6g}", f"{low:.6g}", f"{high:.6g}",
         f"{share:.3f}")
        for name, truth, value, (low, high) in zip(
            found.names, truths(found.names), found.estimates, found.intervals, strict=True
        )
    ]  # fmt: skip


def truths(names: Sequence[str]) -> list[float]:
    """What drew the data, of each number."""
    known = TYPICAL | {f"var {name}": value for name, value in VARIANCES.items()}
    return [(known | {"a": RESIDUAL})[name] for name in names]


def simulated(replicate: int, patients: int = PATIENTS) -> tuple[DataSet, float]:
    """One data set, and the share of its levels that lie below the limit."""
    rng = np.random.default_rng([2026, replicate])
    drawn = {
        one.name: natural(
            one.scale,
            normal(one.scale, np.float64(TYPICAL[one.name]))
            + math.sqrt(VARIANCES[one.name]) * rng.standard_normal(patients),
        )
        for one in STEIN.parameters
    }
    subjects, below = [], 0
    for number in range(patients):
        mine = {name: float(values[number]) for name, values in drawn.items()}
        logs = log_level_of(STEIN, mine, sampled(DAYS))[:, 0]
        levels = np.exp(logs + RESIDUAL * rng.standard_normal(len(DAYS)))
        samples = tuple(
            Sample(time=day, value=float(level)) if level >= LIMIT else Sample(time=day, high=LIMIT)
            for day, level in zip(DAYS, levels, strict=True)
        )
        below += int((levels < LIMIT).sum())
        subjects.append(Subject(name=str(number + 1), samples=samples))
    data = DataSet(subjects=tuple(subjects), assays=(Assay(label="qPCR", unit="{copies}/ug"),))
    return data, below / (patients * len(DAYS))
