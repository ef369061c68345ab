"""What the page of a fit is made from."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.estimation.population.checking import FitCheck, Vpc
from reinfuse.report.page.inputs import Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class FitInputs:
    """A fit with its diagnostics, and what was said of the data when they were read."""

    title: str
    check: FitCheck
    provenance: Provenance
    reading_notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcInputs:
    """Visual predictive checks alone."""

    title: str
    vpcs: tuple[Vpc, ...]
    provenance: Provenance
    notes: tuple[str, ...] = ()
