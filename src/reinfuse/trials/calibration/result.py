"""What a calibration hands to a page: frozen, and complete without the model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reinfuse.evidence import Interval, Role, Score, Tally, Target
from reinfuse.trials.calibration.unknowns import Unknown

ENOUGH = 30.0  # equal draws that a posterior must count as; ours
INFORMED = 0.8  # posterior over prior standard deviation below which a target has told something


class Population(StrEnum):
    """Whose values the virtual patients have."""

    PRIOR = "prior"  # the unknowns as far as they are known without any target
    CALIBRATED = "calibrated"  # the prior, weighed by the targets to calibrate


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What a population says of one target; rates are 0 to 1, values in the target's unit.

    `score.middle` is the mean over draws of the unknowns and `score.predicted` a 95 % interval for
    the number that would be *published*: by how cohorts differ, by chance of so few patients (or
    the error printed) and by what is not known of the model. `mean_alone` is the 95 % interval of
    the rate or value by the last alone. `central` is what the model says at single values: as they
    ship, or as the calibration suggests; None where it has none. `rates` are by draw; `undefined`
    draws had none, such as no relapse at all. `score` is None where no draw had one.
    """

    population: Population
    rates: tuple[float, ...]
    undefined: int
    central: float | None
    mean_alone: Interval | None
    score: Score | None

    @property
    def hit(self) -> bool:
        """Whether the mean lies in the target's own interval."""
        return self.score is not None and self.score.hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """How a target moves with an unknown over its prior: rank correlation, -1 to 1."""

    unknown: str
    correlation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Why a target was missed, written by hand on a day after a run had been seen."""

    written: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One target, what both populations say of it, and why.

    `narrowed` is the standard deviation of what the calibrated population says, over that of the
    prior; None where either has none. `pulls` are the strongest first. `said` is worked out,
    `explained` was written; both are empty for a target that both populations hit.
    """

    target: Target
    prior: Prediction
    calibrated: Prediction
    narrowed: float | None
    pulls: tuple[Pull, ...]
    said: tuple[str, ...]
    explained: tuple[Explained, ...]

    def of(self, population: Population) -> Prediction:
        """The prediction of a population."""
        return self.prior if population is Population.PRIOR else self.calibrated


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the targets to calibrate told of one unknown; 90 % intervals, low, middle, high.

    `contraction` is posterior over prior standard deviation, on the scale of the prior; an unknown
    that no target speaks of keeps its prior and has 1. `targets` are the ids of those that can
    move it. `suggested` is the middle of the posterior, None where nothing was told.
    """

    unknown: Unknown
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    contraction: float
    targets: tuple[str, ...]
    suggested: float | None

    @property
    def informed(self) -> bool:
        """Whether the targets told anything of it."""
        return self.contraction < INFORMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """All targets of a role under one population.

    `contraction` is the median over the unknowns that targets to calibrate speak of: what a
    coverage is worth beside it. `central_hits` counts targets whose interval holds what the model
    says at its single values; `silent` are targets of which the model says nothing, which the
    tally leaves out.
    """

    population: Population
    tally: Tally
    central_hits: int
    silent: int
    contraction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationResult:
    """Everything a page of the calibration shows.

    `held_out` is None where nobody asked for it: then it was not simulated. `drawn` values were
    simulated, `kept` of the posterior stand behind each prediction; `ess` is as how many equal
    ones they count, of `kept`. `chosen` are choices that words of targets left open.
    """

    seed: int
    patients: int
    drawn: int
    kept: int
    ess: float
    learned: tuple[Learned, ...]
    calibrated_on: tuple[Compared, ...]
    held_out: tuple[Compared, ...] | None
    tallies: tuple[Tallied, ...]
    chosen: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def trusted(self) -> bool:
        """Whether the posterior counts as enough draws for its spreads and suggestions to hold."""
        return self.ess >= ENOUGH

    def tallies_of(self, role: Role) -> Iterable[Tallied]:
        """Those of one role."""
        return (one for one in self.tallies if one.tally.role is role)
