"""A kinetic data set: for each subject samples, doses (infusions) and covariates, all with rows.

Times of a subject are on the subject's own clock, in the set's unit of time (days for CAR-T
cells). An occasion is the time after one infusion of cells: 1 after the first, 2 after the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One measurement by one assay.

    Exactly one of four things is known: a `value`; that the level lies below `high` (a lower
    limit of quantification); above `low` (an upper limit); or, with both, between them. Where
    `value` is given, `low` and `high` are None. An interval has `low` < `high`, and of levels
    `low` may be 0.
    """

    time: float
    value: float | None = None
    low: float | None = None
    high: float | None = None
    assay: int = 0  # place in the set's assays
    occasion: int = 1
    row: int = 0  # of the file, the header being row 1; 0 where there is no file

    @property
    def quantified(self) -> bool:
        """Whether the measurement is a number."""
        return self.value is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One dose: an infusion of cells, or a drug; `duration` 0 is a bolus."""

    time: float
    amount: float
    duration: float = 0.0
    occasion: int = 1
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a covariate was from some time on; `value` None is: not recorded."""

    time: float
    value: float | str | None
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One patient: samples and doses in order of time, covariates with the changes of each.

    A covariate that does not change has one `Known`. A value holds until the next one.
    """

    name: str
    samples: tuple[Sample, ...]
    doses: tuple[Dose, ...] = ()
    covariates: Mapping[str, tuple[Known, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assay:
    """One way of measuring, with the unit of its values; `label` is the file's own (its DVID)."""

    label: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """Every subject of a set.

    `logarithms` says that values and limits are natural logarithms of levels.
    """

    subjects: tuple[Subject, ...]
    assays: tuple[Assay, ...]
    time_unit: str = "d"
    logarithms: bool = False
    file: str = ""

    @property
    def covariates(self) -> tuple[str, ...]:
        """The names of all covariates, in the order of their first appearance."""
        return tuple(dict.fromkeys(name for one in self.subjects for name in one.covariates))
