"""What one row of the target table holds: a published number that a model is held against."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reinfuse.evidence.interval import Interval, bound_rate
from reinfuse.evidence.study import Study


class Role(StrEnum):
    """What a target is for, said before the first run of a model that the role speaks of."""

    CALIBRATE = "calibrate"
    SEEN = "held out before"  # in an earlier round, whose outcome is known: it calibrates since
    HELD_OUT = "held out"

    @property
    def calibrates(self) -> bool:
        """Whether values may be chosen by such a target."""
        return self is not Role.HELD_OUT


class Endpoint(StrEnum):
    """What is read off each virtual patient, or off the typical one.

    A response counts when it was reached at any time up to `by_day`, and `CR that holds` when it is
    still there on that day. A toxicity or a relapse counts up to `by_day`.
    """

    CR = "CR"  # of the patient: marrow, and lesions where there are any
    CR_THAT_HOLDS = "CR that holds"
    MRD_NEGATIVE_CR = "MRD-negative CR"
    EXTRAMEDULLARY_CR = "extramedullary CR"
    CNS_REMISSION = "CNS remission"  # in the model a lesion with an access of its own
    CRS = "CRS any grade"
    CRS_SEVERE = "CRS grade >= 3"
    CRS_LIFE_THREATENING = "CRS grade 4"
    ACUTE_GVHD = "acute GVHD"
    CD19_NEGATIVE = "CD19-negative among relapses"  # the denominator is those who relapse
    LOSS_OF_APLASIA = "loss of B-cell aplasia"
    TMAX = "Tmax"
    DOUBLING = "doubling time"
    CONTRACTION = "contraction half-life"
    BURDEN_ON_CMAX = "Cmax ratio of 70% to 20% blasts"


#: Endpoints whose number depends on the grading scale, so that the scale must be named.
GRADED = frozenset({Endpoint.CRS_SEVERE, Endpoint.CRS_LIFE_THREATENING})

#: Endpoints of the typical patient of the model, held against a published population value.
TYPICAL = frozenset(
    {Endpoint.TMAX, Endpoint.DOUBLING, Endpoint.CONTRACTION, Endpoint.BURDEN_ON_CMAX}
)

NOT_STATED = "not stated"

#: What a virtual trial must be told, and the words it may be told in. `not stated` is what the
#: source left open.
SETTINGS: dict[str, tuple[str, ...]] = {
    "marrow": ("clean", "low", "high", "5% and more", "mixed", NOT_STATED),
    "extramedullary": ("none", "CNS", "non-CNS", "CNS or non-CNS", NOT_STATED),
    "infusion": ("first", "second"),
    "binder": ("first", "same", "new", NOT_STATED),  # against the infusion before
    "before": ("naive", "relapse", "no response", "mixed"),  # what the infusion before led to
    "origin": ("autologous", "donor after HSCT"),
    "age": ("child", "adult", "all", NOT_STATED),
    "costimulation": ("4-1BB", "CD28", NOT_STATED),
    "lymphodepletion": ("flu-cy", NOT_STATED),
    "tocilizumab": ("usual", "at high fever", NOT_STATED),
}

#: What a trial takes where the source left it open: our own choice, made before the first run, so
#: that no silence can be filled afterwards with what happens to fit.
TAKEN = {
    "marrow": "mixed",
    "extramedullary": "none",
    "binder": "same",
    "age": "all",
    "costimulation": "4-1BB",
    "lymphodepletion": "flu-cy",
    "tocilizumab": "usual",
}

#: The share of blasts in the marrow, lowest and highest, that a word stands for: evenly spread on
#: the logit scale between them. Our own choice, made before the first run.
MARROW_BLASTS = {
    "clean": (1e-6, 1e-4),
    "low": (1e-4, 0.05),
    "5% and more": (0.05, 0.9),
    "high": (0.4, 0.9),
    "mixed": (1e-4, 0.9),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A population value with its 95 % interval as printed: not a spread between patients."""

    value: float
    low: float
    high: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One published number, the people it speaks of and what a virtual trial must do.

    `settings` has one word for every key of `SETTINGS`; `by_day` counts from the infusion.
    `published` is `None` for a target that is a count: its x of n is the study's.
    """

    id: str
    role: Role
    study: Study
    endpoint: Endpoint
    settings: tuple[tuple[str, str], ...]
    by_day: int
    note: str
    published: Published | None = None

    @property
    def events(self) -> int | None:
        """How many of `n` had it; `None` where the target is a population value."""
        return None if self.published else self.study.events

    @property
    def n(self) -> int | None:
        """How many were counted; `None` where the target is a population value."""
        return None if self.published else self.study.n

    @property
    def observed(self) -> float:
        """The rate, 0 to 1, or the published value in its unit."""
        if self.published:
            return self.published.value
        return (self.events or 0) / (self.n or 1)

    @property
    def interval(self) -> Interval:
        """The exact 95 % interval of the rate, or the printed interval of the value."""
        if self.published:
            return Interval(low=self.published.low, high=self.published.high, level=0.95)
        return bound_rate(self.events or 0, self.n or 0)

    def told(self, key: str) -> str:
        """The word of the setting `key` as the source has it; it may be `not stated`."""
        return dict(self.settings)[key]

    def taken(self, key: str) -> str:
        """The word of the setting `key` that a virtual trial uses: told, or else from `TAKEN`."""
        word = self.told(key)
        return TAKEN[key] if word == NOT_STATED else word
