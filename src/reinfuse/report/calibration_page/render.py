"""Renders the page of a calibration; what draws it is imported late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reinfuse import __version__
from reinfuse.report.page.inputs import Provenance

if TYPE_CHECKING:
    from reinfuse.trials.calibration import CalibrationResult


def render_calibration(
    result: CalibrationResult,
    *,
    provenance: Provenance | None = None,
    title: str = "The mechanism against published numbers",
) -> str:
    """The page of a calibration as one HTML text that asks nothing of a network.

    Without `provenance` it tells version, sizes and seed alone.
    """
    # Late, for a report of a course needs no engine.
    from reinfuse.report.calibration_page.views import page_of

    usual = Provenance(version=__version__, file="", sha256="", command="", seed=result.seed)
    return page_of(result, provenance=provenance or usual, title=title)
