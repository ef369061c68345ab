"""What the page of a cohort is made from: lanes, grades and endpoints of its patients."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.cohort.distribution import Distribution
from reinfuse.cohort.endpoint_curves import EndpointCurves
from reinfuse.cohort.lanes import Lane
from reinfuse.report.page.inputs import Provenance


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that could not be read, and why."""

    file: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortInputs:
    """Everything that the page of a cohort shows; `anchor` says what day 0 is.

    `recalled` names the endpoints that were left out because their definition was not read.
    """

    title: str
    anchor: str
    lanes: tuple[Lane, ...]
    distributions: tuple[Distribution, ...]
    endpoints: tuple[EndpointCurves, ...]
    refused: tuple[Refused, ...]
    without_anchor: tuple[str, ...]
    recalled: tuple[str, ...]
    provenance: Provenance
