"""What one row of the study table holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reinfuse.source import Source, Standing


class Counted(StrEnum):
    """What one event is an event of; a lesion or an infusion is not a patient."""

    PATIENT = "patient"
    INFUSION = "infusion"
    LESION = "lesion"


class Counts(StrEnum):
    """How `events` came to us."""

    PRINTED = "printed"
    DERIVED = "derived from a percentage"
    NONE = "none printed"  # a range, a remark such as "none reported", or a percentage alone


class Measure(StrEnum):
    """What an estimate is an estimate of; ratios are on their own scale unless the name says log.

    The standard error of a ratio is that of its natural logarithm, as papers print it.
    """

    PERCENT = "percent"
    MEAN = "mean"
    MEAN_DIFFERENCE = "mean difference"
    RISK_DIFFERENCE = "risk difference"
    HAZARD_RATIO = "hazard ratio"
    LOG_HAZARD_RATIO = "log hazard ratio"
    ODDS_RATIO = "odds ratio"
    LOG_ODDS_RATIO = "log odds ratio"
    RISK_RATIO = "risk ratio"
    LOG_RISK_RATIO = "log risk ratio"
    RATIO_OF_MEANS = "ratio of means"

    @property
    def is_ratio(self) -> bool:
        """Whether the number is a ratio as printed, above 0 and to be pooled as a logarithm."""
        return self in _RATIOS


_RATIOS = frozenset(
    {Measure.HAZARD_RATIO, Measure.ODDS_RATIO, Measure.RISK_RATIO, Measure.RATIO_OF_MEANS}
)


class Infusion(StrEnum):
    """Which CD19 CAR-T infusion of the patient the outcome follows."""

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One outcome of one cohort, as published; `None` means not recorded.

    `cohort` is one key per group of patients: two rows with one key speak of the same people, and
    `overlaps` names the keys of cohorts that share patients with it. `events` of `n` are of what
    `counted` says. `percent_low` and `percent_high`, 0 to 100, are as printed: equal for a single
    percentage, one of them `None` for a bound such as "up to 34 %". `scale` is the grading scale
    of a toxicity. `quote` is the number as printed. `fact` is the row of the founding report.

    `called`, `called_n` and `outcome_called` are what a source that cites the number calls the
    whole cohort, how many patients it gives it, and what it calls the outcome. `part_of` names the
    cohort that this one is a part of. `pooled_of` is of how many series a number was made, or
    `several`; `None` is one cohort. `estimate` with `se` or the 95 % limits `low` and `high` is
    of what `measure` says; `events_control` of `n_control` is the other arm. `reader_1` and
    `reader_2` read the number without each other; `events_2` and `n_2` are what the second one
    read. `more` has the cells of columns that are not among these, as text.
    """

    id: str
    cohort: str
    label: str
    outcome: str
    counted: Counted
    counts: Counts
    source: Source
    quote: str
    population: str | None = None
    disease: str | None = None
    product: str | None = None
    infusion: Infusion | None = None
    site: str | None = None
    age_group: str | None = None
    costimulation: str | None = None
    outcome_definition: str | None = None
    scale: str | None = None
    events: int | None = None
    n: int | None = None
    percent_low: float | None = None
    percent_high: float | None = None
    follow_up: str | None = None
    fact: str | None = None
    overlaps: tuple[str, ...] = ()
    not_a_target_because: str | None = None
    note: str | None = None
    called: str | None = None
    called_n: int | None = None
    outcome_called: str | None = None
    part_of: str | None = None
    pooled_of: str | None = None
    measure: Measure | None = None
    estimate: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    sd: float | None = None
    events_control: int | None = None
    n_control: int | None = None
    reader_1: str | None = None
    reader_2: str | None = None
    events_2: int | None = None
    n_2: int | None = None
    more: tuple[tuple[str, str], ...] = ()

    @property
    def may_be_target(self) -> bool:
        """Whether a model may be held against this row: counted, not recalled, not ruled out.

        It says nothing about overlap: of cohorts that share patients, choose one beforehand.
        """
        recalled = self.source.standing is Standing.RECALLED
        return self.is_counted and not recalled and self.not_a_target_because is None

    @property
    def is_counted(self) -> bool:
        """Whether events and denominator are both known."""
        return self.events is not None and self.n is not None

    @property
    def has_effect(self) -> bool:
        """Whether an estimate with its spread, or a mean with its, can be pooled."""
        interval = self.low is not None and self.high is not None
        estimated = self.estimate is not None and (self.se is not None or interval)
        averaged = self.mean is not None and self.sd is not None and self.n is not None
        return estimated or averaged
