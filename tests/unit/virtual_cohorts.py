"""Small cohorts of virtual patients for tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.engine.simulate import Settings, Simulated, simulate
from reinfuse.mechanism.draws import parameter_rows
from reinfuse.mechanism.equations import course_model
from reinfuse.mechanism.plan import Body, Plan, plan_values
from reinfuse.mechanism.table import parameters_of
from reinfuse.trials.graded.outputs import ANTIGENS, Virtual, virtual_patients
from reinfuse.trials.graded.visits import Schedule


@dataclass(frozen=True, slots=True)
class Cohort:
    """Parameters, what came out, and the virtual patients made of it."""

    rows: NDArray[np.float64]
    simulated: Simulated
    virtual: Virtual


def cohort_of(
    patients: int, schedule: Schedule, *, lesions: int = 1, seed: int = 1, **given: ArrayLike
) -> Cohort:
    """Patients drawn from the table around the usual plan."""
    chance = np.random.default_rng(seed)
    numbers = {
        row.name: chance.standard_normal(patients) for row in parameters_of(lesions) if row.spread
    }
    values = plan_values(Plan(), Body()) | given
    rows = parameter_rows(lesions, patients, numbers, values)
    days = sorted({*schedule.days, *range(0, 361, 15)})
    simulated = simulate(course_model(lesions), rows, days, settings=Settings(rtol=1e-4, bits=32))
    luck = chance.random((patients, lesions + 1, len(ANTIGENS)))
    return Cohort(rows, simulated, virtual_patients(simulated, rows, lesions, luck))
