"""When virtual patients are looked at, what an assay can see, and who misses a visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.grading.leukemia.looks import NEAR_DAYS

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Days of visits, whole ones: of signs, of blood for B cells, of marrow with imaging.

    A day of disease before day 1 is the look before treatment. Raises ReinfuseError for days that
    do not rise, and for looks at the disease so near to each other that `grading` would lend what
    one found to the other.
    """

    signs: tuple[int, ...] = tuple(range(31))
    blood: tuple[int, ...] = (28, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330, 360)
    disease: tuple[int, ...] = (-7, 28, 60, 90, 180, 270, 360)

    def __post_init__(self) -> None:
        """Raise ReinfuseError with every problem."""
        problems = []
        for name in ("signs", "blood", "disease"):
            listed: Sequence[int] = getattr(self, name)
            if any(later <= earlier for earlier, later in pairwise(listed)):
                problems.append(f"days of {name} do not rise")
        if any(later - earlier <= NEAR_DAYS for earlier, later in pairwise(self.disease)):
            problems.append(f"looks at the disease lie {NEAR_DAYS} days apart or less")
        if any(day < 0 for day in self.signs):
            problems.append("signs before day 0 are not graded")
        if problems:
            raise ReinfuseError("; ".join(problems), where="schedule", fix="correct the days")

    @property
    def days(self) -> tuple[int, ...]:
        """Every day on which the model must be known."""
        return tuple(sorted({*self.signs, *self.blood, *self.disease}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What can be seen: MRD and blasts in %, B cells per uL and in % of lymphocytes, mL.

    Below one of the first four a value is charted as below it; a lesion of less volume is not
    seen. `uptake`: imaging sees living cells alone, as PET does, and not what is left of a lesion.
    """

    mrd: float = 0.01
    blasts: float = 1.0
    b_cells: float = 1.0
    b_share: float = 0.1
    lesion: float = 0.5
    uptake: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """Which visits took place, each `"patients visits"` of the schedule."""

    signs: Flags
    blood: Flags
    disease: Flags

    def some(self, chosen: slice) -> Attended:
        """The visits of some of the patients."""
        return Attended(
            signs=self.signs[chosen], blood=self.blood[chosen], disease=self.disease[chosen]
        )


def attended_all(schedule: Schedule, patients: int) -> Attended:
    """Every visit of every patient."""
    return Attended(**{
        name: np.ones((patients, len(getattr(schedule, name))), dtype=bool)
        for name in ("signs", "blood", "disease")
    })  # fmt: skip


def attended_at_random(
    schedule: Schedule, patients: int, missed: float, rng: np.random.Generator
) -> Attended:
    """Visits of which each is missed with the same chance, whatever the patient's state.

    The look before treatment and the daily signs are never missed.
    """
    came = rng.random((patients, len(schedule.blood) + len(schedule.disease))) >= missed
    blood, disease = np.split(came, [len(schedule.blood)], axis=1)
    before = np.asarray(schedule.disease) < 1
    signs = np.ones((patients, len(schedule.signs)), dtype=bool)
    return Attended(signs=signs, blood=blood, disease=disease | before)
