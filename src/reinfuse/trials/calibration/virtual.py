"""Virtual patients of a target, products that fail among them, through the same assays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.engine.simulate import Simulated
from reinfuse.mechanism.products import Failure, Origin
from reinfuse.mechanism.table import parameters_of
from reinfuse.trials.calibration.unknowns import Values
from reinfuse.trials.graded.outputs import Virtual
from reinfuse.trials.graded.outputs import virtual_patients as settled
from reinfuse.trials.population import (
    Setting,
    VirtualPatients,
    simulate_patients,
    virtual_patients,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Virtual patients of one setting with all that was simulated."""

    patients: VirtualPatients
    simulated: Simulated
    virtual: Virtual


def cohort_of(
    setting: Setting, values: Values, days: Sequence[float], *, seed: int, first: int, last: int
) -> Cohort:
    """Patients `first` to `last - 1` of a setting, at these days."""
    drawn = virtual_patients(with_failures(setting, values), seed, first, last)
    course = simulate_patients(drawn, days)
    luck = drawn.luck.reshape(len(drawn.luck), drawn.lesions + 1, 2)
    rows = _treated(drawn, course.given.tocilizumab, course.given.milligrams)
    virtual = settled(course.simulated, rows, drawn.lesions, luck)
    return Cohort(patients=drawn, simulated=course.simulated, virtual=virtual)


def with_failures(setting: Setting, values: Values) -> Setting:
    """The setting with as many products that hardly expand as the values say."""
    again = setting.product.origin is Origin.OWN_AGAIN
    share = values["failure_share_again" if again else "failure_share"]
    return replace(
        setting,
        failures=Failure(share=share, fitness=values["failure_fitness"]),
        failure_slope=values["failure_slope"],
    )


def _treated(
    patients: VirtualPatients, days: NDArray[np.float64], milligrams: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The rows with the days of tocilizumab, which CRS is graded beside."""
    rows = patients.rows.copy()
    for number in range(days.shape[1]):
        given = ~np.isnan(days[:, number])
        rows[given, _place(f"tocilizumab_day_{number + 1}", patients.lesions)] = days[given, number]
        rows[given, _place(f"tocilizumab_dose_{number + 1}", patients.lesions)] = milligrams[given]
    return rows


def _place(name: str, lesions: int) -> int:
    return [row.name for row in parameters_of(lesions)].index(name)
