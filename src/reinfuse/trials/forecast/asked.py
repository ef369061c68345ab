"""What an options file asks for: one infusion, replayed with other choices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reinfuse.mechanism.plan import Depletion
from reinfuse.mechanism.products import Target

AS_GIVEN = "as it was given"
DAYS_A_MONTH = 365.25 / 12
SHORTEST_DAYS = 100.0  # of a horizon, so that acute GVHD can be told


class Cells(StrEnum):
    """From whom the cells are."""

    OWN = "autologous"
    DONOR = "donor-derived"


class Collected(StrEnum):
    """When a patient's own cells were collected, of one who had a transplant."""

    BEFORE = "before transplant"
    AFTER = "after transplant"


class Binder(StrEnum):
    """Whether the patient had cells with the product's binder before."""

    SAME = "same"
    OTHER = "another"
    UNKNOWN = "unknown"


class Kept(StrEnum):
    """What a choice without numbers does."""

    AS_GIVEN = "as given"
    NONE = "none"
    USUAL = "usual"


class DoseUnit(StrEnum):
    """What a dose is counted in."""

    TIMES = "times the dose given"
    CELLS = "cells"
    PER_KG = "cells/kg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """A dose of CAR-T cells, `amount` in `unit`; `words` as it was written."""

    amount: float
    unit: DoseUnit
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A further infusion of the same product, `day` days after the first."""

    day: float
    dose: Dose


@dataclass(frozen=True, slots=True, kw_only=True)
class Tocilizumab:
    """One dose of tocilizumab, `day` days after the infusion, in mg."""

    day: float
    milligrams: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option; `None` is as it was given. `later` is in days, below 0 for earlier.

    `line` is where it begins in its file, 0 for one that no file holds.
    """

    name: str
    infused: bool = True
    cells: Cells | None = None
    collected: Collected | None = None
    binder: Binder | None = None
    target: Target | None = None
    dose: Dose | None = None
    later: float = 0.0
    depletion: Depletion | Kept = Kept.AS_GIVEN
    tocilizumab: Tocilizumab | Kept = Kept.AS_GIVEN
    again: Again | None = None
    line: int = 0

    @property
    def changes_nothing(self) -> bool:
        """Whether all is as it was given."""
        return self == Option(name=self.name, line=self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All options of a file, in its order.

    `infusion` is the id of the one that is replayed, `reference` the name of the option that the
    others are set against, `horizon` in days after the infusion. `donor_share` is the share of the
    patient's immune system that is a donor's, 0 to 1; None where the file does not say.
    """

    infusion: str
    horizon: float
    reference: str
    options: tuple[Option, ...]
    donor_share: float | None = None
