"""What a page is made from: a course and everything that was computed from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reinfuse.errors import Finding
from reinfuse.estimation import CourseCurves
from reinfuse.grading import Grade
from reinfuse.record import Course
from reinfuse.report.forecast import ForecastInputs, NoForecast

if TYPE_CHECKING:
    from reinfuse.imaging.pictures import Figures  # heavy, and most reports have none


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a page came from, so that it can be made again.

    `made` is the time of making in words, or empty for a page that must not change from one
    making to the next.
    """

    version: str
    file: str
    sha256: str
    command: str
    seed: int
    made: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInputs:
    """A course with its grades, findings and curves; `lines` are those of the course file.

    `forecast` is None where no options were given, `petct` where no pictures were.
    """

    course: Course
    grades: tuple[Grade, ...]
    findings: tuple[Finding, ...]
    curves: CourseCurves
    provenance: Provenance
    lines: Mapping[str, int]
    forecast: ForecastInputs | NoForecast | None = None
    petct: Figures | None = None
