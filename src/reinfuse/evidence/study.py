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

    @property
    def may_be_target(self) -> bool:
        """Whether a model may be held against this row: counted, not recalled, not ruled out.

        It says nothing about overlap: of cohorts that share patients, choose one beforehand.
        """
        counted = self.events is not None and self.n is not None
        recalled = self.source.standing is Standing.RECALLED
        return counted and not recalled and self.not_a_target_because is None
