"""A checked virtual trial: patients, arms, visits, assays and endpoints."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.trials.design.endpoints import Endpoint
from reinfuse.trials.population import Setting

SIGNS_UNTIL = 28  # signs of CRS are looked at daily from day 0 to this day


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """Whole days after the first infusion, rising.

    `disease` are looks at marrow and lesions, `blood` samples for CAR-T cells, cytokines and, from
    day 28 on, B cells. A look before treatment belongs to every trial and is not listed.
    """

    disease: tuple[int, ...]
    blood: tuple[int, ...]

    @property
    def last(self) -> int:
        """The last day of all."""
        return max(*self.disease, *self.blood, SIGNS_UNTIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assays:
    """What can be seen: MRD in % of marrow, CAR-T and B cells per uL, IL-6 in pg/mL, lesions in mL.

    A value below its limit is one below it, never 0. `car_error` is the standard deviation of the
    logarithm of a measured CAR-T level around the true one. With `uptake` imaging sees living
    cells alone, as PET does.
    """

    mrd: float = 0.01
    car: float = 0.1
    b_cells: float = 1.0
    il6: float = 2.0
    lesion: float = 0.5
    car_error: float = 0.3
    uptake: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One arm: its name and all that is done with its patients."""

    name: str
    setting: Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A virtual trial.

    `paired`: the same virtual patients go through every arm; otherwise each goes through one, drawn
    by its number. `patients` are those of the trial, over all arms. `missing` is the chance that a
    visit is missed. `plain` is the design as plain values, without title, seed and patients: what
    the result of one patient follows from.
    """

    title: str
    seed: int
    patients: int
    paired: bool
    arms: tuple[Arm, ...]
    visits: Visits
    assays: Assays
    missing: float
    endpoints: tuple[Endpoint, ...]
    plain: dict[str, object]

    @property
    def lesions(self) -> int:
        """How many lesions the patients can have."""
        return len(self.arms[0].setting.lesions)
