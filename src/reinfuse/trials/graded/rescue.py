"""Tocilizumab by a rule of grades: a second run of the model with the dose that the first asks for.

A rule looks at each day's signs of a run without the drug; what follows needs the model again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.mechanism.plan import NEVER
from reinfuse.mechanism.signs import Signs, first_day_of

HOURS_AFTER = 6.0  # from the signs of a day to the dose; ours
_HOURS_A_DAY = 24.0


def tocilizumab_at(
    signs: Signs, days: ArrayLike, grade: int, milligrams: ArrayLike
) -> dict[str, NDArray[np.float64]]:
    """The first dose as parameters of the mechanism: on the first day of at least this grade.

    `signs` are of a run without tocilizumab. A patient who never reaches the grade is given none.
    """
    first = first_day_of(signs.untreated_grade >= grade, days)
    given = ~np.isnan(first)
    return {
        "tocilizumab_day_1": np.where(given, first + HOURS_AFTER / _HOURS_A_DAY, NEVER),
        "tocilizumab_dose_1": np.where(given, np.asarray(milligrams, np.float64), 0.0),
    }
