"""Invented sets that decay exponentially: the logarithm is linear, so answers are known exactly."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from reinfuse.estimation.population.checking import Design, design_of
from reinfuse.estimation.population.model import PopulationModel
from reinfuse.estimation.population.structure import Population
from reinfuse.kinetics.curves import DECAY
from reinfuse.record.data_set import Assay, DataSet, Known, Sample, Subject

START, RATE, SPREAD, SIZE = 10.0, 0.3, 0.6, 0.25
TIMES = (0.5, 1.0, 2.0, 4.0, 8.0)
MODEL = PopulationModel(curve=DECAY, random=("start",))
POPULATION = Population(
    beta=np.asarray([math.log(START), math.log(RATE)]),
    omega=np.asarray([[SPREAD**2]]),
    gamma=np.zeros(0),
    residual=np.asarray([math.log(SIZE)]),
)


def sample(time: float, value: float, limit: float | None) -> Sample:
    """A number, or a level below the limit."""
    if limit is not None and value < limit:
        return Sample(time=time, high=limit)
    return Sample(time=time, value=value)


def decaying(
    subjects: int, *, seed: int, limit: float | None = None, times: tuple[float, ...] = TIMES
) -> DataSet:
    """Data that follow POPULATION; sex alternates, weight is by chance."""
    chance = np.random.default_rng(seed)
    found = []
    for number in range(subjects):
        start = math.log(START) + SPREAD * chance.normal()
        values = [math.exp(start - RATE * time + SIZE * chance.normal()) for time in times]
        found.append(Subject(
            name=f"S{number + 1}",
            samples=tuple(sample(time, value, limit)
                          for time, value in zip(times, values, strict=True)),
            covariates={
                "sex": (Known(time=0.0, value="f" if number % 2 else "m"),),
                "weight": (Known(time=0.0, value=round(float(chance.normal(70.0, 10.0)), 1)),),
            },
        ))  # fmt: skip
    return DataSet(subjects=tuple(found), assays=(Assay(label="qPCR", unit="copies/ug"),))


def design(
    subjects: int, *, seed: int = 1, limit: float | None = None, times: tuple[float, ...] = TIMES
) -> Design:
    """The design of such a set."""
    return design_of(decaying(subjects, seed=seed, limit=limit, times=times), MODEL)


def changed(**numbers: np.ndarray) -> Population:
    """POPULATION with some of its numbers replaced."""
    return POPULATION._replace(**numbers)


def without_values(data: DataSet, subject: int) -> DataSet:
    """The data with every sample of one subject below a limit of 1."""
    subjects = list(data.subjects)
    hidden = tuple(Sample(time=one.time, high=1.0) for one in subjects[subject].samples)
    subjects[subject] = replace(subjects[subject], samples=hidden)
    return replace(data, subjects=tuple(subjects))
